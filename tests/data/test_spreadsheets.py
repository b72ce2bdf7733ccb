from __future__ import annotations

import datetime
import io
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tuinet.data.generators import load
from tuinet.data.recipe import DataSpec, Reading
from tuinet.errors import DataError

HEADER = ["age", "city", "price"]
ROWS: list[list[Any]] = [[20 + n, ("Rome", "Oslo")[n % 2], 0.5 + n * n] for n in range(30)]
DAMAGED = "the workbook is damaged; save it anew, or as CSV"


def workbook(rows: list[list[Any]], change: Callable[[Any], None] = lambda book: None) -> bytes:
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    change(book)
    book.save(buffer)
    return buffer.getvalue()


def parquet(columns: Mapping[str, Any]) -> bytes:
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    writer, buffer = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed"), io.BytesIO()
    writer.write_table(pyarrow.table(dict(columns)), buffer)
    return buffer.getvalue()


def read(folder: Path, name: str, content: bytes, **reading: Any) -> Any:
    (folder / name).write_bytes(content)
    return load(DataSpec(str(folder / name), test_share=0.0, shuffle=False, reading=Reading(**reading)))


def refusal(folder: Path, name: str, content: bytes, **reading: Any) -> str:
    with pytest.raises(DataError) as caught:
        read(folder, name, content, **reading)
    return str(caught.value).removeprefix(f"{folder / name}")


def with_member(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, change(old.read(member)) if member == name else old.read(member))
    return buffer.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_the_first_sheet_of_a_workbook_is_a_table(tmp_path: Path) -> None:
    data = read(tmp_path, "a.xlsx", workbook([HEADER, *ROWS]))
    assert data.feature_names == ("age", "city=Oslo", "city=Rome")
    assert data.X.tolist() == [[row[0], row[1] == "Oslo", row[1] == "Rome"] for row in ROWS]
    assert data.y[:, 0].tolist() == [row[2] for row in ROWS]
    assert data.notes == ()
    two = workbook([HEADER, *ROWS], lambda book: book.create_sheet("other"))
    assert read(tmp_path, "a.xlsx", two).notes == ("the first of 2 sheets is read, 'Sheet'",)


def test_a_workbook_is_known_by_its_bytes(tmp_path: Path) -> None:
    assert len(read(tmp_path, "a.csv", workbook([HEADER, *ROWS])).X) == 30


def test_dates_truth_values_and_empty_cells_of_a_workbook(tmp_path: Path) -> None:
    rows = [[datetime.date(2024, 1, 1 + n), n % 2 == 0, n + 0.5 if n else None, None, n * 1.5] for n in range(25)]
    data = read(tmp_path, "a.xlsx", workbook([["day", "open", "size", None, "sales"], [], *rows]))
    assert data.feature_names == ("open=False", "open=True", "size")
    assert data.notes == (
        "day left out: dates; turn them into numbers, such as the year or the day of the year",
        "column 4 left out: empty",
        "1 of 25 rows left out: missing values (missing: drop; mean fills them in)",
        "the last column is the target; if open is to be learned, set target to open",
    )


def test_merged_cells_are_empty_but_for_the_first(tmp_path: Path) -> None:
    content = workbook([HEADER, *ROWS], lambda book: book.active.merge_cells("A3:A4"))
    assert read(tmp_path, "a.xlsx", content).notes == (
        "1 of 30 rows left out: missing values (missing: drop; mean fills them in)",
    )


def test_what_is_no_table_in_a_workbook_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a.xlsx", workbook([])).startswith(": it is empty; a line for each sample is needed")
    assert refusal(tmp_path, "a.xlsx", workbook([["a"], [1]])).startswith(", line 1: there is only one column")
    content = workbook([HEADER, *ROWS, ["x", "Rome", 1.5]])
    assert refusal(tmp_path, "a.xlsx", content) == (
        ", line 32, column 1 'age': 'x' is not a number, as the 30 others are; correct it"
    )
    assert refusal(tmp_path, "a.xlsx", workbook([HEADER, *ROWS]), target="prize").endswith(
        " has no column 'prize'; its columns are 'age', 'city', 'price', from 1 to 3; did you mean 'price'?"
    )


@pytest.mark.parametrize(
    "size", [b"A1:XFD1048576", b"A1:C1", b"B2:C2", b"A1:ZZZZZZ99999999999", b"nonsense"], ids=lambda size: size.decode()
)
def test_the_size_that_a_sheet_says_is_not_believed(size: bytes, tmp_path: Path) -> None:
    content = with_member(
        workbook([HEADER, *ROWS]), SHEET, lambda xml: xml.replace(b'ref="A1:C31"', b'ref="' + size + b'"')
    )
    start = time.process_time()
    if size == b"nonsense" or b"ZZZZ" in size:
        assert refusal(tmp_path, "a.xlsx", content) == f": {DAMAGED}"
    else:
        assert read(tmp_path, "a.xlsx", content).X.shape == (30, 3)
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b'<row r="31"', b'<row r="99999999999"', ": there are more than 2,000,000 lines; take a part of them"),
        (b'r="C31"', b'r="XFD31"', ", line 1: there are 4,097 columns; at most 4,096 are read, so leave some out"),
        (b'r="C31"', b'r="ZZZZZZZ31"', f": {DAMAGED}"),
        (b'r="C31"', b'r="31"', f": {DAMAGED}"),
        (b"<v>", b"<v>x", f": {DAMAGED}"),
        (b"</worksheet>", b"", f": {DAMAGED}"),
    ],
)
def test_a_cell_far_away_is_refused_quickly(old: bytes, new: bytes, message: str, tmp_path: Path) -> None:
    content = workbook([HEADER, *ROWS])
    changed = with_member(content, SHEET, lambda xml: xml.replace(old, new))
    start = time.process_time()
    assert message in refusal(tmp_path, "a.xlsx", changed)
    assert time.process_time() - start < 4


def test_a_bomb_in_a_workbook_is_refused_unread(tmp_path: Path) -> None:
    bomb = with_member(workbook([HEADER]), SHEET, lambda xml: xml + bytes(65 * 2**20))
    assert refusal(tmp_path, "a.xlsx", bomb) == (
        ": there are more than 64 MB in it; take a part of it, or save it as CSV"
    )


def test_a_damaged_workbook_is_refused_in_a_line(tmp_path: Path) -> None:
    whole = workbook([HEADER, *ROWS])
    for content in (
        whole[: len(whole) // 2],
        whole[:-1],
        whole[:4],
        with_member(whole, "xl/workbook.xml", lambda _: b""),
    ):
        assert refusal(tmp_path, "a.xlsx", content) == f": {DAMAGED}"


def test_a_parquet_file_is_a_table(tmp_path: Path) -> None:
    columns = {name: [row[index] for row in ROWS] for index, name in enumerate(HEADER)}
    data = read(tmp_path, "a.parquet", parquet(columns))
    assert data.feature_names == ("age", "city=Oslo", "city=Rome")
    assert data.X.tolist() == [[row[0], row[1] == "Oslo", row[1] == "Rome"] for row in ROWS]
    assert data.y[:, 0].tolist() == [row[2] for row in ROWS]


def test_nulls_truth_values_and_the_index_of_parquet(tmp_path: Path) -> None:
    columns = {
        "age": [None, *range(1, 30)],
        "open": [n % 2 == 0 for n in range(30)],
        "kind": [None if n == 2 else ("a", "b")[n % 3 // 2] for n in range(30)],
        "__index_level_0__": list(range(30)),
    }
    data = read(tmp_path, "a.parquet", parquet(columns), target="kind")
    assert data.feature_names == ("age", "open=False", "open=True")
    assert data.class_names == ("a", "b")
    assert data.notes == (
        "column 4 left out: it has no name and numbers the rows",
        "2 of 30 rows left out: missing values (missing: drop; mean fills them in)",
    )


def test_many_numbers_of_parquet_are_read_quickly(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=(11, 500_000))
    content, start = parquet({f"c{n}": column for n, column in enumerate(values)}), time.process_time()
    np.testing.assert_array_equal(read(tmp_path, "a.parquet", content, target="c10").X.T, values[:10])
    assert time.process_time() - start < 4


def test_what_is_no_table_in_parquet_is_refused(tmp_path: Path) -> None:
    whole = parquet({"a": [1.0, 2], "b": [1, 2]})
    damaged = ": the Parquet file is damaged; write it anew, or as CSV"
    for content in (whole[:-5], whole[:20], b"PAR1" + bytes(100), whole[:30] + b"\xff" * 10 + whole[40:-9] + bytes(9)):
        assert refusal(tmp_path, "a.parquet", content) == damaged
    needed = ": features and a target are needed, a column each, and a row for each sample"
    assert refusal(tmp_path, "a.parquet", parquet({"a": [1.0, 2]})) == needed
    assert refusal(tmp_path, "a.parquet", parquet({"a": [1e40, 2], "b": [1, 2]})).startswith(
        ", column 1 'a': '1e+40' is not a finite number"
    )


@pytest.mark.parametrize(
    ("name", "library", "kind"),
    [("a.xlsx", "openpyxl", "an Excel workbook"), ("a.parquet", "pyarrow.parquet", "a Parquet table")],
)
def test_without_its_library_a_file_is_refused_with_what_to_install(
    name: str, library: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    buffer = io.BytesIO(b"PAR1")
    if name == "a.xlsx":
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("xl/workbook.xml", "<xml/>")
    monkeypatch.setitem(sys.modules, library, None)
    assert refusal(tmp_path, name, buffer.getvalue()) == (
        f": it is {kind}, which needs pip install 'tuinet[files]'; or save it as CSV"
    )
