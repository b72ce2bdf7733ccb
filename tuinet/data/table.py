"""A table of a file: named columns of numbers or texts, with what was found out about how they are written."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import BinaryIO, Final

import numpy as np

from tuinet.data.column import Column, column_of_texts
from tuinet.data.header import Header, find_header
from tuinet.data.numerals import Decimal, DecimalEvidence, is_float, parse_number
from tuinet.data.place import LARGEST, MAX_ROWS, Place, listed_few, require_room, shown
from tuinet.data.recipe import DecimalSign
from tuinet.data.records import Beginning, Record, read_lines, read_records
from tuinet.errors import DataError
from tuinet.nn.parameters import Array


@dataclass(frozen=True, eq=False)
class Table:
    """The columns of a file in their order."""

    path: str
    columns: tuple[Column, ...]
    has_header: bool
    lines: Sequence[int]
    """The number of each row's line."""
    notes: tuple[str, ...] = ()
    """What was found out about the file, a sentence each."""
    duplicates: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """The numbers of the columns that the header gives the same name."""

    def place(self, column: Column, row: int | None = None) -> Place:
        """The place of a value, or of a column."""
        line = None if row is None else int(self.lines[row])
        return Place(self.path, line, column.place.column, column.place.name)


def read_table(file: BinaryIO, path: str, decimal: DecimalSign = "auto", named: Sequence[str] = ()) -> Table:
    """The table of a text file, plain or compressed with gzip.

    Parameters
    ----------
    decimal
        The decimal sign; ``auto`` to find it out.
    named
        Names of columns that somebody has asked for: a first line that has one of them is a header.

    Raises
    ------
    DataError
        If it is no table, is too large, or if its numbers can be read in two ways.
    """
    notes: list[str] = []

    def records(beginning: Beginning) -> Iterator[Record]:
        notes.clear()
        return read_records(read_lines(file, path, notes.append), path, beginning)

    return table_of_records(records, path, decimal, named, notes)


def table_of_records(
    open_records: Callable[[Beginning], Iterator[Record]],
    path: str,
    decimal: DecimalSign,
    named: Sequence[str],
    notes: list[str],
) -> Table:
    """The table that records make; they are read again where a column turns out to be texts late."""
    kept: set[int] = set()
    while True:
        beginning = Beginning()
        records = open_records(beginning)
        header, there = find_header(path, records, beginning, named)
        cells = _Cells(header, set(range(header.width)) if decimal == "comma" else kept)
        for index, chunk in enumerate(_chunks(chain(there, records), header, beginning.delimiter)):
            cells.take(chunk, is_first=index == 0)
        if not cells.late:
            sign = _find_decimal(cells, decimal, beginning.delimiter)
            if sign == "point" or not cells.plain:
                if (decimal, sign, beginning.delimiter) == ("auto", "point", ";"):
                    _note_thousands(cells, notes)
                return _make_table(cells, sign, notes)
            cells.late = set(cells.plain)
        kept = cells.kept | cells.late


_CHUNK: Final = 2**12
"""Fields that are held as text at a time: few enough to stay in the processor's cache."""


_SPACED: Final = ", where spaces part them"
"""Said where a title above the table may have been taken for its header."""


def _chunks(records: Iterable[Record], header: Header, delimiter: str) -> Iterator[list[Record]]:
    """The records, some at a time, without comments; those before a bad one are handed out before it is refused."""
    chunk: list[Record] = []
    size = max(1, _CHUNK // header.width)
    for line, fields in records:
        if len(fields) == header.width + 1 and not fields[-1].strip():
            fields.pop()
        if len(fields) != header.width and fields[0].startswith("#"):
            continue
        if len(fields) != header.width:
            if chunk:
                yield chunk
            counted = "is 1 field" if len(fields) == 1 else f"are {len(fields):,} fields"
            raise Place(header.path, line).error(
                f"there {counted}, but {header.width:,} in line {header.first_line}{'' if delimiter else _SPACED}; give"
                " every line as many"
            )
        chunk.append((line, fields))
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


class _Cells:
    """The values of all records: numbers where all of a column are written plainly, texts of the other columns."""

    def __init__(self, header: Header, kept: set[int]) -> None:
        self.header, self.kept = header, kept
        self.late: set[int] = set()
        """Columns whose texts are needed, but were not kept from the first record on."""
        self.texts: dict[int, list[str]] = {column: [] for column in kept}
        self.lines = array("q")
        self._blocks: list[Array] = []
        self._same: dict[str, str] = {}

    @property
    def plain(self) -> list[int]:
        """The columns of numbers that are written plainly."""
        return [column for column in range(self.header.width) if column not in self.kept]

    @property
    def numbers(self) -> Array:
        """Those columns, shape (rows, columns), each in one piece of memory."""
        numbers, row = np.empty((len(self.lines), len(self.plain)), order="F"), 0
        for block in self._blocks:
            numbers[row : row + len(block)] = block
            row += len(block)
        return numbers

    def take(self, chunk: list[Record], *, is_first: bool) -> None:
        """Take the values of some records."""
        self.lines.extend(line for line, _ in chunk)
        require_room(len(self.lines), self.header.width, Place(self.header.path))
        if is_first:
            self._begin(chunk)
        for column in sorted(self.kept, reverse=True):
            self.texts[column].extend(self._shared(fields.pop(column)) for _, fields in chunk)
        self._blocks.append(self._numbers(chunk))

    def _begin(self, chunk: list[Record]) -> None:
        """Keep the texts of the columns that have other than plain numbers, or all where commas are the decimal sign.

        A point may part thousands then: 1.000 is a thousand.
        """
        found = DecimalEvidence()
        for column in (odd := self._odd(chunk, range(self.header.width))):
            found.look_at([fields[column] for _, fields in chunk])
        self.kept = set(range(self.header.width)) if found.comma else self.kept | odd
        self.texts |= {column: [] for column in self.kept}

    def _numbers(self, chunk: list[Record]) -> Array:
        plain = self.plain
        try:
            texts = list(chain.from_iterable(fields for _, fields in chunk))
            flat = np.fromiter(map(float, texts), np.float64, len(texts))
            # Python's own numbers may have underscores, those of a table have none.
            if not texts or (np.abs(flat).max() <= LARGEST and "_" not in "".join(texts)):
                return flat.reshape(len(chunk), len(plain))
        except ValueError:
            pass
        self.late |= self._odd(chunk, plain)
        # The table is read again: these numbers are not needed.
        return np.zeros((len(chunk), len(plain)))

    @staticmethod
    def _odd(chunk: list[Record], columns: Sequence[int]) -> set[int]:
        """The columns in which a value is no plain number."""
        return {
            column
            for index, column in enumerate(columns)
            if not all(is_float(fields[index]) and abs(float(fields[index])) <= LARGEST for _, fields in chunk)
        }

    def _shared(self, text: str) -> str:
        """The same object for the same text, since there are mostly few of them."""
        return self._same.setdefault(text, text) if len(self._same) < MAX_ROWS else text


def _find_decimal(cells: _Cells, asked: DecimalSign, delimiter: str) -> Decimal:
    """The decimal sign that is asked for, or that the numbers are written with."""
    found = DecimalEvidence()
    for texts in cells.texts.values() if asked == "auto" else ():
        found.look_at(texts)
    has_points = asked == "auto" and bool((cells.numbers % 1).any())
    return decide_decimal(cells.header.path, found, asked, delimiter, has_points=has_points)


def decide_decimal(
    path: str, found: DecimalEvidence, asked: DecimalSign, delimiter: str, *, has_points: bool
) -> Decimal:
    """The decimal sign; a DataError where numbers can be read with either.

    Parameters
    ----------
    has_points
        Whether there are fractions with points besides the texts that were looked at.
    """
    if asked != "auto":
        return asked
    if found.comma and found.point:
        raise _unsure(path, f"{shown(found.point)} and {shown(found.comma)}")
    if found.either and not found.comma and not found.point and delimiter != "," and not has_points:
        number, fraction = (parse_number(found.either, sign) for sign in ("point", "comma"))
        raise _unsure(path, f"{shown(found.either)}, which may be {number:.12g} or {fraction:.12g}")
    return "comma" if found.comma else "point"


def _note_thousands(cells: _Cells, notes: list[str]) -> None:
    """Name numbers such as 354.305 that are the only fractions there are.

    Spreadsheets part fields by semicolons where the comma is the decimal sign, so that the point parts thousands.
    """
    numbers = cells.numbers
    fractions = np.flatnonzero((numbers % 1 != 0).any(axis=0))
    sizes, thousandths = np.abs(numbers[:, fractions]), numbers[:, fractions] * 1000
    digits = np.rint(thousandths)
    are_groups = (sizes >= 1) & (sizes < 1000) & (np.abs(thousandths - digits) < 1e-6)
    have_three = (digits % 10 != 0).any(axis=0)
    others = chain.from_iterable(cells.texts.values())
    if not len(fractions) or not (are_groups.all() and have_three.all()) or any("." in text for text in others):
        return
    column = int(fractions[0])
    value = numbers[numbers[:, column] % 1 != 0, column][0]
    name = Column(cells.header.place(cells.plain[column])).label
    notes.append(
        f"{name}: {value:.3f} is read as {value:.12g}; with decimal comma it would be {value * 1000:.0f} (set decimal"
        " to comma)"
    )


def _unsure(path: str, what: str) -> DataError:
    return DataError(f"decimal: {Place(path)} has {what}; say which sign is the decimal one, point or comma")


def _make_table(cells: _Cells, decimal: Decimal, notes: list[str]) -> Table:
    header = cells.header
    columns: list[Column] = [
        column_of_texts(header.place(column), cells.texts[column], cells.lines, decimal)
        for column in sorted(cells.texts)
    ]
    numbers = cells.numbers
    columns += [Column(header.place(column), numbers[:, index]) for index, column in enumerate(cells.plain)]
    columns.sort(key=lambda column: column.place.column or 0)
    if decimal == "comma":
        notes.append("numbers are written with decimal commas")
    said: dict[str, list[str]] = {}
    for column in columns:
        for remark in column.remarks:
            said.setdefault(remark, []).append(column.label)
    notes += [f"{listed_few(names)}: {remark}" for remark, names in said.items()]
    return Table(header.path, tuple(columns), header.is_there, cells.lines, (*notes, *header.notes), header.duplicates)
