"""Workbooks of Excel and Parquet tables, through libraries that are installed with ``tuinet[files]``."""

from __future__ import annotations

import importlib
import warnings
import zipfile
from array import array
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any, BinaryIO, Final

import numpy as np

from tuinet.data.archive import archive_in
from tuinet.data.column import Column, column_of_texts
from tuinet.data.header import distinct_header
from tuinet.data.numerals import not_finite
from tuinet.data.place import LARGEST, MAX_BYTES, MAX_COLUMNS, MAX_LINES, Place, on_one_line, require_room
from tuinet.data.recipe import Reading
from tuinet.data.records import Beginning, Record
from tuinet.data.table import Table, table_of_records
from tuinet.errors import DataError
from tuinet.nn.parameters import Array

_WORKBOOK: Final = "xl/workbook.xml"
_ENDING: Final = ".xlsx"
_LARGEST_PART: Final = 64 * 2**20
"""Bytes of XML in a workbook: a million and a half cells, which take some 20 seconds."""


def is_workbook(file: BinaryIO, path: str) -> bool:
    """Whether an archive is a workbook of Excel; a DataError where it is damaged."""
    try:
        with archive_in(file, Place(path)) as archive:
            return _WORKBOOK in archive.namelist()
    except DataError:
        if path.lower().endswith(_ENDING):
            raise _damaged_workbook(path) from None
        raise
    finally:
        file.seek(0)


def _damaged_workbook(path: str) -> DataError:
    return Place(path).error("the workbook is damaged; save it anew, or as CSV")


def read_workbook(file: BinaryIO, path: str, reading: Reading) -> Table:
    """The table on the first sheet of a workbook."""
    notes: list[str] = []
    rows = workbook_records(file, path, notes.append)

    def records(beginning: Beginning) -> Iterator[Record]:
        beginning.delimiter = ","
        return ((number, list(fields)) for number, fields in rows)

    return table_of_records(records, path, reading.decimal, reading.named, notes)


def workbook_records(file: BinaryIO, path: str, say: Callable[[str], None]) -> list[Record]:
    """The rows of the first sheet of a workbook, as they would stand in a CSV file."""
    place = Place(path)
    openpyxl = _library("openpyxl", place, "an Excel workbook")
    with zipfile.ZipFile(file) as archive:
        if sum(info.file_size for info in archive.infolist()) > _LARGEST_PART:
            most = _LARGEST_PART // 2**20
            raise place.error(f"there are more than {most} MB in it; take a part of it, or save it as CSV")
    try:
        # Its remarks on styles and rules say nothing of the values.
        with warnings.catch_warnings(action="ignore"):
            sheets = openpyxl.load_workbook(file, read_only=True, data_only=True).worksheets
            rows = _filled_rows(sheets[0], place)
    except DataError:
        raise
    except Exception as error:
        raise _damaged_workbook(path) from error
    if len(sheets) > 1:
        say(f"the first of {len(sheets)} sheets is read, {sheets[0].title!r}")
    width = max((len(fields) for _, fields in rows), default=0)
    return [(number, [*fields, *[""] * (width - len(fields))]) for number, fields in rows]


def _filled_rows(sheet: Any, place: Place) -> list[Record]:
    """The rows that are not empty, without empty cells at their end."""
    # The size that a sheet says may be any, and every row would be filled up to it.
    sheet.reset_dimensions()
    sheet._get_row = _row_of_cells
    rows: list[Record] = []
    width = 0
    for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > MAX_LINES:
            raise place.error(f"there are more than {MAX_LINES:,} lines; take a part of them")
        fields = list(map(_text, values))
        while fields and not fields[-1].strip():
            fields.pop()
        if fields:
            width = max(width, len(fields))
            require_room(len(rows) + 1, width, place)
            rows.append((number, fields))
    return rows


def _row_of_cells(cells: Sequence[dict[str, Any]], *_: Any) -> list[Any]:
    """The values of a row; a cell beyond the last column that is read makes the row as wide as is refused."""
    values: list[Any] = []
    for cell in cells:
        column = min(cell["column"], MAX_COLUMNS + 1)
        values += [None] * (column - len(values))
        values[column - 1] = cell["value"]
    return values


def read_parquet(file: BinaryIO, path: str) -> Table:
    """The table of a Parquet file."""
    names, columns = _read_columns(file, path)
    return _table_of_columns(names, columns, path)


def parquet_records(file: BinaryIO, path: str) -> Iterator[Record]:
    """The names and the rows of a Parquet file, as they would stand in a CSV file."""
    names, columns = _read_columns(file, path)
    texts = [column if isinstance(column, list) else map(repr, column.tolist()) for column in columns]
    yield 0, names
    yield from ((number, list(fields)) for number, fields in enumerate(zip(*texts, strict=True), 1))


def _read_columns(file: BinaryIO, path: str) -> tuple[list[str], list[Array | list[str]]]:
    place = Place(path)
    parquet = _library("pyarrow.parquet", place, "a Parquet table")
    damaged = place.error("the Parquet file is damaged; write it anew, or as CSV")
    try:
        names = [on_one_line(name) for name in parquet.ParquetFile(file).schema_arrow.names]
        # Texts that repeat are kept once.
        opened = parquet.ParquetFile(file, read_dictionary=names)
        meta = opened.metadata
        size = sum(meta.row_group(index).total_byte_size for index in range(meta.num_row_groups))
    except Exception as error:
        raise damaged from error
    require_room(meta.num_rows, len(names), place)
    if size > MAX_BYTES:
        raise place.error(f"there are more than {MAX_BYTES // 2**20} MB in it; take a part of it")
    if len(names) < 2 or not meta.num_rows:
        raise place.error("features and a target are needed, a column each, and a row for each sample")
    try:
        columns = [_values(column) for column in opened.read().columns]
    except Exception as error:
        raise damaged from error
    return names, columns


def _values(column: Any) -> Array | list[str]:
    """The values of a column of Arrow: numbers with NaN where one is missing, or texts."""
    kind = str(column.type)
    if kind.startswith(("int", "uint", "float", "double", "halffloat", "decimal")):
        return np.asarray(column.cast("float64").to_numpy(), np.float64)
    texts: list[str] = []
    for chunk in column.chunks:
        if kind.startswith("dictionary"):
            known = [*map(_text, chunk.dictionary.to_pylist()), ""]
            texts += [known[index] for index in chunk.indices.fill_null(len(known) - 1).to_pylist()]
        else:
            texts += map(_text, chunk.to_pylist())
    return texts


_INDEX: Final = "__index_level_0__"
"""What pandas calls the numbers of the rows."""


def _table_of_columns(names: Sequence[str], values: Sequence[Array | list[str]], path: str) -> Table:
    header = distinct_header(path, ["" if name == _INDEX else name for name in names])
    lines = array("q", range(1, len(values[0]) + 1))
    columns = []
    for index, made in enumerate(values):
        place = header.place(index)
        if isinstance(made, list):
            columns.append(column_of_texts(place, made, lines, "point"))
            continue
        large = np.flatnonzero(np.abs(made) > LARGEST)
        if len(large):
            raise place.error(not_finite(repr(float(made[large[0]]))))
        columns.append(Column(place, made))
    return Table(path, tuple(columns), True, lines, header.notes, header.duplicates)


def _library(name: str, place: Place, kind: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise place.error(f"it is {kind}, which needs pip install 'tuinet[files]'; or save it as CSV") from None


def _text(value: object) -> str:
    """A cell as it would stand in a CSV file."""
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else str(value)
