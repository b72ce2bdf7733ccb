"""Places in files, their values in messages of one line, and the limits of data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple
from unicodedata import category

from tuinet.errors import DataError
from tuinet.files import DATA
from tuinet.terminal_text import visible

_SHOWN: Final = 40
_LISTED: Final = 12


def shown(text: str) -> str:
    """A value in quotes, on one line, shortened if it is long."""
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")


def listed(names: Sequence[str]) -> str:
    """Names in quotes, the first dozen."""
    rest = len(names) - _LISTED
    return ", ".join(map(shown, names[:_LISTED])) + (f" and {rest} more" if rest > 0 else "")


def listed_few(names: Sequence[object], most: int = 3) -> str:
    """The first few names as they are."""
    rest = len(names) - most
    return ", ".join(map(str, names[:most])) + (f" and {rest:,} more" if rest > 0 else "")


def on_one_line(text: str) -> str:
    """A text whose line breaks and other invisible characters are escaped, but for what joins emoji and letters."""
    if text.isprintable():
        return text
    # What formats text and is not escaped by then is part of a grapheme: without it, a family falls apart.
    kept = (char if char.isprintable() or category(char) == "Cf" else repr(char)[1:-1] for char in visible(text))
    return "".join(kept)


class Place(NamedTuple):
    """A place in a file."""

    path: str
    line: int | None = None
    column: int | None = None
    """Counted from 1."""
    name: str = ""

    def __str__(self) -> str:
        parts = [on_one_line(self.path)]
        # A sample that was typed has no line: its number is 0.
        if self.line:
            parts.append(f"line {self.line}")
        if self.column is not None:
            parts.append(f"column {self.column}" + (f" {shown(self.name)}" if self.name else ""))
        return ", ".join(parts)

    def error(self, message: str) -> DataError:
        """The error of something wrong there."""
        return DataError(f"{self}: {message}")


MAX_BYTES: Final = DATA.most
"""Size of a file, as it lies on the disk and decompressed."""
MAX_TEXT: Final = 64 * 2**20
"""Size of a file of text, for every number in it has to be converted: a few seconds' work."""
MAX_ROWS: Final = 1_000_000
MAX_COLUMNS: Final = 4096
MAX_VALUES: Final = 16_000_000
"""Rows times columns of a text: 128 MB of float64, and a few seconds of reading. 20,000 of MNIST's digits fit."""
MAX_ARRAY_VALUES: Final = 60_000_000
"""Rows times columns of an array, which needs no parsing: 480 MB of float64. MNIST's 70,000 digits are 55 million."""
MAX_CLASSES: Final = 100
MAX_INTEGER_CLASSES: Final = 20
"""A target of whole numbers with more distinct values than these is a number to predict, not a class."""
MAX_LINES: Final = 2 * MAX_ROWS
"""Lines of a text file, blank ones and those within quotes too."""
MAX_LINE: Final = 2**20
LARGEST: Final = 1e30
"""The largest absolute value: its square, summed over all rows, is still far from overflow."""


def require_room(rows: int, columns: int, place: Place, most_values: int | None = None) -> None:
    """Refuse more rows or values than are held in memory; without another bound those of a text."""
    most_values = MAX_VALUES if most_values is None else most_values
    if rows > MAX_ROWS:
        raise place.error(f"there are more than {MAX_ROWS:,} rows; take a part of them")
    if rows * columns > most_values:
        raise place.error(f"there are more than {most_values:,} values; leave rows or columns out")
