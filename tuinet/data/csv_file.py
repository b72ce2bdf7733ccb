"""Reading a table of text, CSV and its relatives, and finding its header and its target."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, Final

import numpy as np

from tuinet.data.assemble import Rows
from tuinet.data.columns import fault_of, is_number, require_room, require_usable, targets_of_texts
from tuinet.data.csv_text import Record, read_lines, read_records
from tuinet.data.dataset import Array
from tuinet.data.place import LARGEST, MAX_COLUMNS, Place, listed, on_one_line, shown
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


_CHUNK: Final = 2**12
"""Fields that are held as text at a time: few enough to stay in the processor's cache."""


def read_csv(file: BinaryIO, path: str, target: str) -> Rows:
    """The samples of a text file, plain or compressed with gzip.

    Parameters
    ----------
    file
        Open for reading bytes, at its beginning.
    path
        Its name, for messages.
    target
        See `find_layout`.

    Raises
    ------
    DataError
        If the table cannot be learned from; the message names line, column and value.
    """
    records = read_records(read_lines(file, path), path)
    first, second = next(records, None), next(records, None)
    if first is None:
        raise Place(path).error("it is empty; a line for each sample is needed, its target in the last column")
    layout = find_layout(path, first, second, target)
    if layout.header and second is None:
        raise Place(path).error("there is only a header; add a line for each sample")
    there = [record for record in (None if layout.header else first, second) if record]
    return _read_rows(chain(there, records), layout)


def _read_rows(records: Iterable[Record], layout: Layout) -> Rows:
    blocks: list[Array] = []
    lines, texts = array("q"), list[str]()
    for chunk in _chunks(records, layout):
        lines.extend(line for line, _ in chunk)
        texts.extend(fields.pop(layout.target) for _, fields in chunk)
        blocks.append(_numbers(chunk, layout))
        require_room(len(lines), layout.width, Place(layout.path))
    X, column = np.concatenate(blocks), layout.target
    require_usable(X, Place(layout.path), lambda feature: layout.place(layout.features[feature]))
    targets = targets_of_texts(texts, lambda index: layout.place(column, None if index is None else lines[index]))
    return Rows(
        X,
        targets.values,
        layout.feature_names,
        class_names=targets.class_names,
        target_names=() if targets.class_names else (layout.target_name,),
    )


def _chunks(records: Iterable[Record], layout: Layout) -> Iterator[list[Record]]:
    """The records, some at a time; those before a bad one are handed out before it is refused."""
    chunk: list[Record] = []
    size = max(1, _CHUNK // layout.width)
    for line, fields in records:
        if len(fields) != layout.width:
            if chunk:
                yield chunk
            raise _ragged(line, len(fields), layout)
        chunk.append((line, fields))
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _ragged(line: int, width: int, layout: Layout) -> DataError:
    fields = "1 field" if width == 1 else f"{width:,} fields"
    return Place(layout.path, line).error(
        f"there are {fields}, but {layout.width:,} in line {layout.first_line}; give every line as many"
    )


def _numbers(chunk: list[Record], layout: Layout) -> Array:
    """The features of some records from which the target has been taken, shape (records, features)."""
    columns = layout.width - 1
    fields = chain.from_iterable(fields for _, fields in chunk)
    try:
        numbers = np.fromiter(map(float, fields), np.float64, len(chunk) * columns)
    except ValueError:
        raise _find_fault(chunk, layout) from None
    if np.abs(numbers).max() <= LARGEST:
        return numbers.reshape(-1, columns)
    raise _find_fault(chunk, layout)


def _find_fault(chunk: list[Record], layout: Layout) -> DataError:
    """The first field of some records that is no usable number, as an error."""
    return next(
        layout.place(column, line).error(fault)
        for line, fields in chunk
        for column, text in zip(layout.features, fields, strict=True)
        if (fault := fault_of(text))
    )
