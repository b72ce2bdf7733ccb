"""A table of a file: named columns of numbers or texts, with what was found out about how they are written."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, Final

import numpy as np

from tuinet.data.dataset import Array
from tuinet.data.numerals import (
    Decimal,
    DecimalEvidence,
    dressing,
    is_date,
    is_float,
    is_missing,
    not_finite,
    parse_number,
)
from tuinet.data.place import LARGEST, MAX_COLUMNS, MAX_ROWS, Place, on_one_line, require_room, shown
from tuinet.data.reading import DecimalSign
from tuinet.data.records import Beginning, Record, read_records, split_like
from tuinet.data.text import read_lines
from tuinet.errors import DataError


@dataclass(frozen=True, eq=False)
class Column:
    """A column of a table: numbers with NaN where one is missing, or texts that are empty there."""

    place: Place
    name: str
    """Empty where the file gives none."""
    numbers: Array | None = None
    """Shape (rows,); ``None`` for texts."""
    texts: tuple[str, ...] = ()

    @property
    def missing(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Whether the value of each row is not known, shape (rows,)."""
        if self.numbers is None:
            return np.array([not text for text in self.texts], dtype=np.bool_)
        return np.isnan(self.numbers)

    @property
    def is_of_dates(self) -> bool:
        """Whether it has dates and nothing else."""
        there = [text for text in self.texts if text]
        return bool(there) and all(map(is_date, there))


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

    def place(self, column: Column, row: int | None = None) -> Place:
        """The place of a value, or of a column."""
        line = None if row is None else int(self.lines[row])
        return Place(self.path, line, column.place.column, column.place.name)


@dataclass
class _Layout:
    """The layout of a table, from its first records."""

    path: str
    names: tuple[str, ...]
    width: int
    first_line: int
    """The line that the others have to agree with."""
    has_header: bool = False

    def place(self, column: int, line: int | None = None) -> Place:
        return Place(self.path, line, column + 1, self.names[column])


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
        layout, there = _find_layout(path, records, beginning, named)
        cells = _Cells(layout, kept)
        for index, chunk in enumerate(_chunks(chain(there, records), layout)):
            cells.take(chunk, is_first=index == 0)
        if not cells.late:
            sign, unsure = _find_decimal(layout, cells, decimal, beginning.delimiter)
            if not unsure:
                return _make_table(layout, cells, sign, notes)
            cells.late = unsure
        kept = cells.kept | cells.late


def _find_layout(
    path: str, records: Iterator[Record], beginning: Beginning, named: Sequence[str]
) -> tuple[_Layout, list[Record]]:
    """The layout, and the records that were read for it and hold samples."""
    first, second = next(records, None), next(records, None)
    if first is None:
        raise Place(path).error("it is empty; a line for each sample is needed, its target in the last column")
    place, fields = Place(path, first[0]), [on_one_line(text.strip()) for text in first[1]]
    header: Sequence[str] = ()
    if any(name in fields and not is_float(name) for name in named) or _is_header(fields, second[1] if second else []):
        header = fields
        if second is None:
            raise place.error("there is only a header; add a line for each sample")
    width = len(second[1]) if second and header else len(fields)
    if header and width == len(header) + 1:
        # Without a name, but with values, the first column is the rows' names, as R writes it.
        ends_with_nothing = second is not None and not second[1][-1].strip()
        header, width = (header, width - 1) if ends_with_nothing else (["", *header], width)
    elif header:
        width = len(header)
    there = [record for record in (None if header else first, second) if record]
    names = header or _name_in_comment(beginning, width)
    _require_columns(place, width)
    return _Layout(path, tuple(names or [""] * width), width, first[0], bool(names)), there


def _require_columns(place: Place, width: int) -> None:
    if width < 2:
        raise place.error("there is only one column; features and a target are needed, parted by commas")
    if width > MAX_COLUMNS:
        raise place.error(f"there are {width:,} columns; at most {MAX_COLUMNS:,} are read, so leave some out")


def _name_in_comment(beginning: Beginning, width: int) -> list[str]:
    """The names in the last comment that has as many fields, as NumPy's savetxt writes a header."""
    for _, comment in reversed(beginning.comments):
        fields = split_like(comment, beginning.delimiter)
        if len(fields) == width and not any(map(_looks_like_number, fields)):
            return [on_one_line(text) for text in fields]
    return []


def _looks_like_number(text: str) -> bool:
    return is_float(text) or parse_number(text, "point") is not None or parse_number(text, "comma") is not None


def _is_header(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether most columns that have a number in the second record have none in the first.

    A wrong value in the first line of a table without a header must not turn the line into one, and so be lost.
    """
    short = second[1:] if len(second) == len(first) + 1 and second[-1].strip() else second
    numbers = [
        _looks_like_number(above) for above, below in zip(first, short, strict=False) if _looks_like_number(below)
    ]
    if not numbers:
        return not any(map(_looks_like_number, first))
    return sum(numbers) < len(numbers) / 2


_CHUNK: Final = 2**12
"""Fields that are held as text at a time: few enough to stay in the processor's cache."""


def _chunks(records: Iterable[Record], layout: _Layout) -> Iterator[list[Record]]:
    """The records, some at a time, without comments; those before a bad one are handed out before it is refused."""
    chunk: list[Record] = []
    size = max(1, _CHUNK // layout.width)
    for line, fields in records:
        if len(fields) == layout.width + 1 and not fields[-1].strip():
            fields.pop()
        if len(fields) != layout.width and fields[0].startswith("#"):
            continue
        if len(fields) != layout.width:
            if chunk:
                yield chunk
            counted = "1 field" if len(fields) == 1 else f"{len(fields):,} fields"
            raise Place(layout.path, line).error(
                f"there are {counted}, but {layout.width:,} in line {layout.first_line}; give every line as many"
            )
        chunk.append((line, fields))
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


class _Cells:
    """The values of all records: numbers where all of a column are written plainly, texts of the other columns."""

    def __init__(self, layout: _Layout, kept: set[int]) -> None:
        self.layout, self.kept = layout, kept
        self.late: set[int] = set()
        """Columns whose texts are needed, but were not kept from the first record on."""
        self.texts: dict[int, list[str]] = {column: [] for column in kept}
        self.lines = array("q")
        self._blocks: list[Array] = []
        self._same: dict[str, str] = {}

    @property
    def plain(self) -> list[int]:
        """The columns of numbers that are written plainly."""
        return [column for column in range(self.layout.width) if column not in self.kept]

    @property
    def numbers(self) -> Array:
        """Those columns, shape (rows, columns)."""
        return np.concatenate(self._blocks) if self._blocks else np.empty((0, len(self.plain)))

    def take(self, chunk: list[Record], *, is_first: bool) -> None:
        """Take the values of some records."""
        self.lines.extend(line for line, _ in chunk)
        require_room(len(self.lines), self.layout.width, Place(self.layout.path))
        if is_first:
            odd = self._odd(chunk, range(self.layout.width))
            self.kept = self.kept | odd
            self.texts |= {column: [] for column in odd}
        for column in sorted(self.kept, reverse=True):
            self.texts[column].extend(self._shared(fields.pop(column)) for _, fields in chunk)
        self._blocks.append(self._numbers(chunk))

    def _numbers(self, chunk: list[Record]) -> Array:
        plain = self.plain
        try:
            flat = np.fromiter(map(float, chain.from_iterable(fields for _, fields in chunk)), np.float64)
            if not len(flat) or np.abs(flat).max() <= LARGEST:
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


def _find_decimal(layout: _Layout, cells: _Cells, asked: DecimalSign, delimiter: str) -> tuple[Decimal, set[int]]:
    """The decimal sign, and the columns of plain numbers whose points may then be something else."""
    evidence = DecimalEvidence()
    for texts in cells.texts.values():
        evidence.look_at(texts)
    numbers = cells.numbers
    fractions = {column for index, column in enumerate(cells.plain) if (numbers[:, index] % 1).any()}
    sign = _decide(layout, evidence, asked, delimiter, has_points=bool(fractions))
    return sign, fractions if sign == "comma" else set()


def _decide(
    layout: _Layout, found: DecimalEvidence, asked: DecimalSign, delimiter: str, *, has_points: bool
) -> Decimal:
    if asked != "auto":
        return asked
    if found.comma and not found.point:
        return "comma"
    if found.comma:
        raise DataError(
            f"decimal: {Place(layout.path)} has {shown(found.point)} and {shown(found.comma)}; say which sign is the"
            " decimal one, point or comma"
        )
    if found.either and not (found.point or has_points or delimiter == ","):
        number, fraction = (parse_number(found.either, sign) for sign in ("point", "comma"))
        raise DataError(
            f"decimal: {Place(layout.path)} has {shown(found.either)}, which may be {number:.12g} or {fraction:.12g};"
            " say which sign is the decimal one, point or comma"
        )
    return "point"


def _make_table(layout: _Layout, cells: _Cells, decimal: Decimal, notes: list[str]) -> Table:
    numbers = cells.numbers
    columns: dict[int, Column] = {
        column: Column(layout.place(column), layout.names[column], numbers[:, index])
        for index, column in enumerate(cells.plain)
    }
    if decimal == "comma":
        notes.append("numbers are written with decimal commas")
    said: dict[str, list[str]] = {}
    for column, texts in cells.texts.items():
        made = _make_column(layout, cells.lines, column, texts, decimal)
        columns[column] = made
        if made.numbers is not None:
            for remark in dressing(texts, decimal):
                said.setdefault(remark, []).append(made.name or f"column {column + 1}")
    notes += [f"{', '.join(names)}: {remark}" for remark, names in said.items()]
    return Table(
        layout.path,
        tuple(columns[index] for index in range(layout.width)),
        layout.has_header,
        cells.lines,
        tuple(notes),
    )


def _make_column(layout: _Layout, lines: Sequence[int], column: int, texts: list[str], decimal: Decimal) -> Column:
    """A column of numbers if all that is not missing is one; of texts if most of it is none."""
    place, values = layout.place(column), {text: _value(text, decimal) for text in set(texts)}
    there = [text for text in texts if not is_missing(text)]
    odd = [text for text in there if values[text] is None]
    other: Decimal = "comma" if decimal == "point" else "point"
    if odd and (len(odd) < len(there) / 2 or all(parse_number(text, other) is not None for text in odd)):
        row = texts.index(odd[0])
        raise layout.place(column, lines[row]).error(_no_number(odd[0], len(there) - len(odd), decimal, other))
    if odd:
        cleaned = {text: "" if is_missing(text) else on_one_line(text.strip()) for text in values}
        return Column(place, layout.names[column], texts=tuple(map(cleaned.__getitem__, texts)))
    numbers = np.array([np.nan if is_missing(text) else values[text] for text in texts], dtype=np.float64)
    large = np.flatnonzero(np.abs(numbers) > LARGEST)
    if len(large):
        raise layout.place(column, lines[large[0]]).error(not_finite(texts[large[0]].strip()))
    return Column(place, layout.names[column], numbers)


def _value(text: str, decimal: Decimal) -> float | None:
    number = parse_number(text, decimal)
    if number is not None:
        return number
    try:
        plain = float(text)
    except ValueError:
        return None
    # Infinity, which is refused as such; or a point where commas are expected.
    return plain if decimal == "point" or plain in (np.inf, -np.inf) else None


def _no_number(text: str, others: int, decimal: Decimal, other: Decimal) -> str:
    if parse_number(text, other) is not None:
        return f"{shown(text.strip())} has a decimal {other}; write a decimal {decimal}, or set decimal to {other}"
    counted = "the other value is" if others == 1 else f"the {others:,} others are"
    return f"{shown(text.strip())} is not a number, as {counted}; correct it"
