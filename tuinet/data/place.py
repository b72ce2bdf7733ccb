"""A Place in a file, and how it and what stands there are written in a message of one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from tuinet.errors import DataError

_SHOWN: Final = 40
"""Characters of a value that are shown."""
_LISTED: Final = 12
"""Names that are listed."""


def shown(text: str) -> str:
    """A value in quotes, on one line, shortened if it is long."""
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")


def listed(names: Sequence[str]) -> str:
    """Names in quotes, the first dozen."""
    rest = len(names) - _LISTED
    return ", ".join(map(shown, names[:_LISTED])) + (f" and {rest} more" if rest > 0 else "")


def on_one_line(text: str) -> str:
    """A text whose line breaks and other invisible characters are escaped."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


@dataclass(frozen=True)
class Place:
    """Where in a file something is."""

    path: str
    line: int | None = None
    column: int | None = None
    """Counted from 1."""
    name: str = ""
    """The column's name, if it has one."""

    def __str__(self) -> str:
        parts = [on_one_line(self.path)]
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.column is not None:
            parts.append(f"column {self.column}" + (f" {shown(self.name)}" if self.name else ""))
        return ", ".join(parts)

    def at_line(self, line: int) -> Place:
        """The same place, in a line."""
        return replace(self, line=line)

    def error(self, message: str) -> DataError:
        """What is wrong there, to be raised."""
        return DataError(f"{self}: {message}")
