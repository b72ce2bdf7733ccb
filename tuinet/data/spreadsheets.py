"""Workbooks of Excel and Parquet tables, through libraries that are installed with ``tuinet[files]``."""

from __future__ import annotations

import importlib
import zipfile
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import BinaryIO, Final

from tuinet.data.place import MAX_BYTES, MAX_COLUMNS, MAX_TEXT, Place, require_room
from tuinet.data.reading import Reading
from tuinet.data.records import Beginning, Record
from tuinet.data.table import Table, table_of_records

_WORKBOOK: Final = "xl/workbook.xml"
_LARGEST_PART: Final = 4 * MAX_TEXT
"""Bytes of XML in a workbook, which are a few for each byte of text."""


def is_workbook(file: BinaryIO) -> bool:
    """Whether an archive is a workbook of Excel."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _WORKBOOK in archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, OSError):
        return False
    finally:
        file.seek(0)


def read_workbook(file: BinaryIO, path: str, reading: Reading) -> Table:
    """The table on the first sheet of a workbook."""
    place = Place(path)
    openpyxl = _library("openpyxl", place, "an Excel workbook")
    with zipfile.ZipFile(file) as archive:
        if sum(info.file_size for info in archive.infolist()) > _LARGEST_PART:
            raise place.error(
                f"there are more than {_LARGEST_PART // 2**20} MB in it; take a part of it, or save it as CSV"
            )
    notes: list[str] = []
    try:
        sheet = openpyxl.load_workbook(file, read_only=True, data_only=True).worksheets[0]
        rows = [list(map(_text, row)) for row in sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS + 1)]
        notes.append(f"the sheet {sheet.title!r} of the workbook is read")
    except Exception as error:
        raise place.error("the workbook is damaged; save it anew, or as CSV") from error
    require_room(len(rows), len(rows[0]) if rows else 0, place)
    return _table(rows, path, reading, notes)


def read_parquet(file: BinaryIO, path: str, reading: Reading) -> Table:
    """The table of a Parquet file."""
    place = Place(path)
    parquet = _library("pyarrow.parquet", place, "a Parquet table")
    try:
        opened = parquet.ParquetFile(file)
        meta = opened.metadata
        names, n_rows = list(opened.schema_arrow.names), meta.num_rows
        size = sum(meta.row_group(index).total_byte_size for index in range(meta.num_row_groups))
    except Exception as error:
        raise place.error("the Parquet file is damaged; write it anew, or as CSV") from error
    require_room(n_rows, len(names), place)
    if size > MAX_BYTES:
        raise place.error(f"there are more than {MAX_BYTES // 2**20} MB in it; take a part of it")
    try:
        columns = [list(map(_text, column.to_pylist())) for column in opened.read().columns]
    except Exception as error:
        raise place.error("the Parquet file is damaged; write it anew, or as CSV") from error
    return _table([names, *map(list, zip(*columns, strict=True))], path, reading, [])


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


def _table(rows: Iterable[list[str]], path: str, reading: Reading, notes: list[str]) -> Table:
    filled = [(number, fields) for number, fields in enumerate(rows, 1) if any(fields)]

    def records(beginning: Beginning) -> Iterator[Record]:
        beginning.delimiter = ","
        return ((number, list(fields)) for number, fields in filled)

    return table_of_records(records, path, reading.decimal, reading.named, notes)
