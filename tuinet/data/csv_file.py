"""Reading a table of text: CSV and its relatives."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO, Final

import numpy as np

from tuinet.data.arrays import Array
from tuinet.data.features import require_room, require_usable
from tuinet.data.layout import Layout, find_layout
from tuinet.data.limits import LARGEST
from tuinet.data.place import Place
from tuinet.data.records import Record, read_records
from tuinet.data.rows import Rows
from tuinet.data.targets import targets_of_texts
from tuinet.data.text_lines import read_lines
from tuinet.data.values import fault_of
from tuinet.errors import DataError

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
