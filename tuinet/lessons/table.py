"""A Table: the TOML of a lesson, whose values are checked as they are taken out, and named with their line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeVar

from tuinet.files.parsing import ParseError, parse_toml
from tuinet.lessons.conditions import Condition, parse_condition

T = TypeVar("T")


class PlacedError(Exception):
    """What is wrong in a line of a lesson."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True, eq=False)
class Table:
    """Keys and values, and where they stand.

    Parameters
    ----------
    values
        As TOML has them.
    lines
        The text they are read from.
    first
        Number of the first of these lines in the file.
    """

    values: Mapping[str, Any]
    lines: Sequence[str]
    first: int

    @classmethod
    def parse(cls, lines: Sequence[str], first: int) -> Table:
        """Read TOML.

        Raises
        ------
        PlacedError
            If it is none.
        """
        try:
            return cls(parse_toml("\n".join(lines)), lines, first)
        except ParseError as error:
            raise PlacedError(first + max(error.line - 1, 0), f"not TOML: {error.reason}") from error

    def line_of(self, key: str) -> int:
        """Where a key stands."""
        found = (index for index, line in enumerate(self.lines) if re.match(rf"\s*(\[+\s*)?{re.escape(key)}\b", line))
        return self.first + next(found, 0)

    def fault(self, key: str, reason: str) -> PlacedError:
        """What is wrong with the value of a key."""
        return PlacedError(self.line_of(key), f"{key}: {reason}")

    def require_known(self, known: Sequence[str]) -> None:
        """Refuse other keys than these."""
        for key in self.values:
            if key not in known:
                close = get_close_matches(key, known, n=1)
                raise self.fault(
                    key, f"there is no such key; {f'did you mean {close[0]}?' if close else _one_of(known)}"
                )

    def require(self, *keys: str) -> None:
        """Refuse a table without these."""
        for key in keys:
            if key not in self.values:
                raise PlacedError(self.first, f"{key} is missing")

    def text(self, key: str, default: str = "") -> str:
        """A text that is not empty, or the default where the key is missing."""
        value = self.values.get(key, default)
        if not isinstance(value, str) or (key in self.values and not value.strip()):
            raise self.fault(key, f"{value!r} is not a text in quotes")
        return value.strip()

    def whole(self, key: str, least: int = 0) -> int | None:
        """A whole number."""
        value = self.values.get(key)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < least):
            raise self.fault(key, f"{value!r} is not a whole number from {least}")
        return value

    def flag(self, key: str) -> bool | None:
        """True or false."""
        value = self.values.get(key)
        if value not in (None, True, False) or (isinstance(value, int) and not isinstance(value, bool)):
            raise self.fault(key, f"{value!r} is neither true nor false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a single one may stand for itself."""
        value = self.values.get(key, [])
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(one, str) and one for one in values):
            raise self.fault(key, f"{value!r} is not a list of texts in quotes")
        return tuple(values)

    def condition(self, key: str) -> Condition | None:
        """A condition."""
        return self.use(key, parse_condition) if key in self.values else None

    def use(self, key: str, read: Callable[[str], T]) -> T:
        """What a text stands for."""
        try:
            return read(self.text(key))
        except ValueError as error:
            raise self.fault(key, str(error)) from error

    def part(self, key: str) -> Table | None:
        """A table within the table."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.fault(key, f"{value!r} is not a table; write [{key}] in a line of its own")
        return self._from(value, self.line_of(key))

    def parts(self, key: str) -> list[Table]:
        """A list of tables within the table."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.fault(key, f"write [[{key}]] in a line of its own")
        places = [self.first + index for index, line in enumerate(self.lines) if line.strip() == f"[[{key}]]"]
        places += [self.line_of(key)] * (len(value) - len(places))
        return [self._from(one, place) for one, place in zip(value, places, strict=False)]

    def _from(self, values: Mapping[str, Any], line: int) -> Table:
        rest = self.lines[line - self.first :]
        end = next((index for index, text in enumerate(rest) if index and text.lstrip().startswith("[")), len(rest))
        return Table(values, rest[:end], line)


def _one_of(known: Sequence[str]) -> str:
    return f"there are {', '.join(known)}"
