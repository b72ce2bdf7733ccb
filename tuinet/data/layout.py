"""The Layout of a table: whether its first line is a header, and which column is the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tuinet.data.limits import MAX_COLUMNS
from tuinet.data.place import Place, listed, on_one_line, shown
from tuinet.data.records import Record
from tuinet.data.values import is_number
from tuinet.errors import DataError


@dataclass(frozen=True)
class Layout:
    """What the first lines of a table say about the others."""

    path: str
    width: int
    """Columns."""
    target: int
    """Index of the target's column."""
    header: tuple[str, ...]
    """A name a column; empty when there is no header."""
    first_line: int
    """The line that the others have to agree with."""

    @property
    def features(self) -> tuple[int, ...]:
        """Index of each feature's column."""
        return tuple(column for column in range(self.width) if column != self.target)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The header's, or x1, x2 and so on."""
        if not self.header:
            return tuple(f"x{number}" for number in range(1, self.width))
        return tuple(self.header[column] or f"column {column + 1}" for column in self.features)

    @property
    def target_name(self) -> str:
        """The header's, or y."""
        return self.header[self.target] or f"column {self.target + 1}" if self.header else "y"

    def place(self, column: int, line: int | None = None) -> Place:
        """Where a column is."""
        return Place(self.path, line, column + 1, self.header[column] if self.header else "")


def find_layout(path: str, first: Record, second: Record | None, target: str) -> Layout:
    """The Layout that the first two records of a file tell.

    Parameters
    ----------
    path
        The file's, for messages.
    first, second
        The records; ``None`` when the file has only one.
    target
        Name of the target's column, or its number from 1; empty for the last.

    Raises
    ------
    DataError
        If there are too few or too many columns, two of the same name, or none that is the target.
    """
    place, fields = Place(path, first[0]), [on_one_line(field.strip()) for field in first[1]]
    if len(fields) < 2:
        raise place.error("there is only one column; features and a target are needed, parted by commas")
    if len(fields) > MAX_COLUMNS:
        raise place.error(f"there are {len(fields):,} columns; at most {MAX_COLUMNS:,} are read, so leave some out")
    named = bool(target) and target in fields and not is_number(target)
    header = tuple(fields) if named or _is_header(fields, second[1] if second else []) else ()
    _require_distinct(header, place)
    index = _find_target(path, header, len(fields), target)
    return Layout(path, len(fields), index, header, first[0])


def _is_header(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether most columns that have a number in the second record have none in the first.

    A wrong value in the first line of a table without a header must not turn the line into one, and so be lost.
    """
    numbers = [is_number(above) for above, below in zip(first, second, strict=False) if is_number(below)]
    if not numbers:
        return not any(map(is_number, first))
    return sum(numbers) < len(numbers) / 2


def _require_distinct(header: Sequence[str], place: Place) -> None:
    columns: dict[str, int] = {}
    for number, name in enumerate(header, 1):
        if name and columns.setdefault(name, number) != number:
            raise place.error(f"columns {columns[name]} and {number} are both called {shown(name)}; rename one")


def _find_target(path: str, header: tuple[str, ...], width: int, target: str) -> int:
    """The index of the target's column. A name goes before a number, for a column may be called 3."""
    if not target:
        return width - 1
    if target in header:
        return header.index(target)
    # More digits than a column's number can have are not worth converting.
    number = int(target) if target.isascii() and target.isdigit() and len(target) < 9 else 0
    if 1 <= number <= width:
        return number - 1
    there = f"its columns are {listed(header)}" if header else "it has no header, so give the number of a column"
    raise DataError(f"target: {Place(path)} has no column {shown(target)}; {there}, from 1 to {width}")
