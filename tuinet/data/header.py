"""What the first records of a table tell: how many columns there are, and their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from tuinet.data.numerals import is_float, is_number
from tuinet.data.place import MAX_COLUMNS, Place, listed_few, on_one_line
from tuinet.data.records import Beginning, Record, split_like

_COUNTED: Final = 4
"""So many columns, numbered from 0, are a header of numbers."""

_NOTED: Final = 3
"""Names that come twice that are noted."""


@dataclass
class Header:
    """The columns of a table."""

    path: str
    names: tuple[str, ...]
    """Each column's; empty where the file gives none, and all different besides."""
    first_line: int
    """The line that the others have to agree with."""
    is_there: bool = False
    """Whether the file gives names."""
    duplicates: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """The numbers of the columns that the file gives the same name."""
    notes: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.names)

    def place(self, column: int) -> Place:
        """The place of a column, counted from 0."""
        return Place(self.path, None, column + 1, self.names[column])


def find_header(
    path: str, records: Iterator[Record], beginning: Beginning, named: Sequence[str]
) -> tuple[Header, list[Record]]:
    """The header, and the records that were read for it and hold samples.

    Parameters
    ----------
    named
        Names of columns that somebody has asked for: a first record that has one of them is a header.

    Raises
    ------
    DataError
        If there is no sample, or if there are too few or too many columns.
    """
    first, second = next(records, None), next(records, None)
    if first is None:
        raise Place(path).error("it is empty; a line for each sample is needed, its target in the last column")
    place, fields = Place(path, first[0]), [on_one_line(text.strip()) for text in first[1]]
    below = second[1] if second else []
    _require_columns(place, max(len(fields), len(below)))
    counts = bool(below) and _counts(fields) and not _climbs(below)
    has_header = counts or _is_header(fields, below) or any(name in fields and not is_float(name) for name in named)
    if has_header and second is None:
        raise place.error("there is only a header; add a line for each sample")
    names = _named_rows(fields, below) if has_header else _names_in_comment(beginning, len(fields))
    there = [record for record in (None if has_header else first, second) if record]
    header = distinct_header(path, names or [""] * len(fields), first[0], is_there=bool(names))
    if counts:
        header.notes += ("the first line counts the columns, so it is taken for their names",)
    return header, there


def _named_rows(header: list[str], below: Sequence[str]) -> list[str]:
    """The names of the columns; the first has none where only its values stand there, as R writes the rows' names."""
    return ["", *header] if len(below) == len(header) + 1 and below[-1].strip() else header


def _require_columns(place: Place, width: int) -> None:
    if width < 2:
        raise place.error("there is only one column; features and a target are needed, parted by commas")
    if width > MAX_COLUMNS:
        raise place.error(f"there are {width:,} columns; at most {MAX_COLUMNS:,} are read, so leave some out")


def _names_in_comment(beginning: Beginning, width: int) -> list[str]:
    """The names in the last comment that has as many fields, as NumPy's savetxt writes a header."""
    for comment in reversed(beginning.comments):
        fields = split_like(comment, beginning.delimiter)
        if len(fields) == width and not any(map(is_number, fields)):
            return [on_one_line(text) for text in fields]
    return []


def _is_header(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether most columns that have a number in the second record have none in the first.

    A wrong value in the first line of a table without a header must not turn the line into one, and so be lost.
    """
    short = second[1:] if len(second) == len(first) + 1 and second[-1].strip() else second
    numbers = [is_number(above) for above, below in zip(first, short, strict=False) if is_number(below)]
    if not numbers:
        return not any(map(is_number, first))
    return sum(numbers) < len(numbers) / 2


def _counts(fields: Sequence[str]) -> bool:
    """Whether a record counts its columns from 0, as pandas names columns; the first or the last may have a name."""
    for counted in (fields, fields[1:], fields[:-1]):
        others = [text for text in fields if text not in counted]
        if len(counted) >= _COUNTED and [*counted] == [str(number) for number in range(len(counted))]:
            return not any(map(is_number, others))
    return False


def _climbs(fields: Sequence[str]) -> bool:
    """Whether each number of a record is one more than that before it, so that such are the samples."""
    numbers = [float(text) for text in fields if is_float(text)]
    return len(numbers) == len(fields) and all(after == before + 1 for before, after in pairwise(numbers))


def distinct_header(path: str, given: Sequence[str], first_line: int = 1, *, is_there: bool = True) -> Header:
    """The header of some names, with another for each column whose name stands before: ``a.2`` for the second ``a``."""
    numbers: dict[str, list[int]] = {}
    for number, name in enumerate(given, 1):
        numbers.setdefault(name, []).append(number)
    duplicates = {name: columns for name, columns in numbers.items() if name and len(columns) > 1}
    taken, names = set(given), list(given)
    for name, columns in duplicates.items():
        for count, number in enumerate(columns[1:], 2):
            new = f"{name}.{count}"
            while new in taken:
                new += "_"
            taken.add(new)
            names[number - 1] = new
    notes = [
        f"columns {listed_few(columns)} are all called {name}; the second is {names[columns[1] - 1]} here"
        for name, columns in [*duplicates.items()][:_NOTED]
    ]
    return Header(path, tuple(names), first_line, is_there, duplicates, tuple(notes))
