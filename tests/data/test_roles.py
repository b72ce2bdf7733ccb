from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tuinet.data.assemble import Rows
from tuinet.data.files import read_file
from tuinet.data.recipe import Reading
from tuinet.errors import DataError


def read(folder: Path, header: str, *columns: Any, **reading: Any) -> Rows:
    lines = [",".join(map(str, row)) for row in zip(*columns, strict=True)]
    path = folder / "table.csv"
    path.write_text("\n".join([*([header] if header else []), *lines, ""]), encoding="utf-8")
    return read_file(str(path), Reading(**reading))


N = range(60)
FRACTIONS = [number * number / 7 for number in N]
TARGET = [0.5 + number * 3 for number in N]
SHUFFLED = [number * 37 % 61 for number in N]


@pytest.mark.parametrize(
    ("header", "column", "note"),
    [
        (",a,y", list(N), "column 1 left out: it has no name and numbers the rows"),
        (",a,y", SHUFFLED, "column 1 left out: it has no name and numbers the rows"),
        ("Unnamed: 0,a,y", SHUFFLED, "Unnamed: 0 left out: it has no name and numbers the rows"),
        ("a,y", [f'"{n}"' for n in N], "column 1 left out: it has no name and numbers the rows"),
        ("name,a,y", [f"n{n}" for n in N], "name left out: texts that differ in every row"),
        ("kind,a,y", [f"n{n % 55}" for n in N], "kind left out: 55 different texts, more than 50"),
        (
            "day,a,y",
            [f"2024-01-{n % 28 + 1:02}" for n in N],
            "day left out: dates; turn them into numbers, such as the year or the day of the year",
        ),
        ("gaps,a,y", [n if n < 20 else "" for n in N], "gaps left out: missing in 40 of 60 rows"),
        ("empty,a,y", [""] * 60, "empty left out: empty"),
    ],
)
def test_a_column_is_left_out_with_a_note(header: str, column: list[Any], note: str, tmp_path: Path) -> None:
    rows = read(tmp_path, header, column, FRACTIONS, TARGET)
    assert rows.feature_names == ("a",)
    assert rows.notes == (note,)


@pytest.mark.parametrize(
    ("header", "column", "note"),
    [
        ("id,a,y", list(N), "id counts the rows; leave it out unless that is meant"),
        ("", list(N), "x1 counts the rows; leave it out unless that is meant"),
        ("PassengerId,a,y", list(N), "PassengerId counts the rows; leave it out unless that is meant"),
        ("order id,a,y", list(N), "order id counts the rows; leave it out unless that is meant"),
        ("same,a,y", TARGET, "same has the target's own values in every row; leave it out unless that is meant"),
        ("same,a,y", [7] * 60, "same: always the same, so nothing is learned from it"),
        ("label,a,y", SHUFFLED, "the last column is the target; if label is to be learned, set target to label"),
    ],
)
def test_a_column_is_kept_with_a_note(header: str, column: list[Any], note: str, tmp_path: Path) -> None:
    rows = read(tmp_path, header, column, FRACTIONS, TARGET)
    assert len(rows.feature_names) == 2
    assert rows.notes == (note.replace("x1 ", "column 1 "),)


def test_what_is_named_as_an_input_is_one(tmp_path: Path) -> None:
    rows = read(tmp_path, ",a,y", SHUFFLED, FRACTIONS, TARGET, inputs="1,a")
    assert rows.feature_names == ("column 1", "a")
    with pytest.raises(DataError, match=r"it cannot be an input: dates"):
        read(tmp_path, "day,a,y", ["2024-01-01"] * 60, FRACTIONS, TARGET, inputs="day")
    with pytest.raises(DataError, match=r"inputs: 'y' is a target, too; name it once"):
        read(tmp_path, "a,y", FRACTIONS, TARGET, inputs="a,y")


def test_a_quantity_that_counts_up_is_an_input_without_a_word(tmp_path: Path) -> None:
    assert read(tmp_path, "year,y", list(N), TARGET).notes == ()
    assert read(tmp_path, "humid,y", list(N), TARGET).notes == ()


@pytest.mark.parametrize(
    ("texts", "notes"),
    [
        (
            [f"{n % 9 + 50} kg" for n in N],
            ("w: '50 kg' is read as a text; leave 'kg' out to have numbers",),
        ),
        ([f"{n % 9 + 0.5}°C" for n in N], ("w: '0.5°C' is read as a text; leave '°C' out to have numbers",)),
        ([f"{n % 9} {'kg' if n % 2 else 'lb'}" for n in N], ()),
        ([("1st", "2nd", "3rd")[n % 3] for n in N], ()),
        ([f"2024-01-{n % 28 + 1:02}" if n % 3 else f"x{n}" for n in N], ("w has 48 different texts in 60 rows",)),
    ],
)
def test_texts_that_are_hardly_categories_are_named(texts: list[str], notes: tuple[str, ...], tmp_path: Path) -> None:
    assert read(tmp_path, "a,w,y", FRACTIONS, texts, TARGET).notes == notes
    assert read(tmp_path, "a,w,y", FRACTIONS, texts, TARGET, target="w").notes[: len(notes)] == notes


def test_columns_that_are_one_class_together_with_the_target_are_named(tmp_path: Path) -> None:
    parts = [[int(n % 3 == k) for n in N] for k in range(3)]
    rows = read(tmp_path, "a,cat,dog,owl", FRACTIONS, *parts)
    note = "cat,dog,owl have a single 1 in each row; if they are one class, set target to cat,dog,owl"
    assert rows.notes == (note,)
    assert read(tmp_path, "a,cat,dog,owl", FRACTIONS, *parts, target="owl").notes == ()
    assert read(tmp_path, "a,cat,dog,owl", FRACTIONS, parts[0], parts[0], parts[2]).notes == ()


def test_columns_are_named_by_ranges(tmp_path: Path) -> None:
    columns = [FRACTIONS, SHUFFLED, TARGET, TARGET]
    rows = read(tmp_path, "a,b,c-d,e", *columns, target="c-d-e", inputs="1-2")
    assert (rows.feature_names, rows.target_names) == (("a", "b"), ("c-d", "e"))


@pytest.mark.parametrize(
    ("target", "hint"),
    [("Prize", "; did you mean 'price'?"), ("zzz", ""), ("x" * 10_000, "")],
)
def test_the_nearest_name_is_offered(target: str, hint: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, "a,price", FRACTIONS, TARGET, target=target)
    assert str(caught.value).endswith(f"; its columns are 'a', 'price', from 1 to 2{hint}")
    assert read(tmp_path, "a,price", FRACTIONS, TARGET, target="PRICE").target_names == ("price",)


def test_a_header_that_counts_the_columns(tmp_path: Path) -> None:
    columns = [FRACTIONS, SHUFFLED, FRACTIONS, TARGET]
    note = "the first line counts the columns, so it is taken for their names"
    assert note in read(tmp_path, "0,1,2,3", *columns).notes
    rows = read(tmp_path, ",0,1,2,3", list(N), *columns)
    assert (rows.feature_names, rows.notes[0]) == (("0", "1", "2"), note)
    assert len(read(tmp_path, "0,1,2,3", [1, 2], [2, 3], [3, 4], [4, 5]).X) == 3
    assert len(read(tmp_path, "1,2,3,4", *columns).X) == 61


def test_names_that_come_twice_are_told_apart(tmp_path: Path) -> None:
    rows = read(tmp_path, "a,a,a.2,y", FRACTIONS, SHUFFLED, SHUFFLED, TARGET)
    assert rows.feature_names == ("a", "a.2_", "a.2")
    assert rows.notes == ("columns 1, 2 are all called a; the second is a.2_ here",)


def test_a_missing_text_has_no_value_when_means_fill(tmp_path: Path) -> None:
    kinds = ["" if n == 3 else "ab"[n % 2] for n in N]
    rows = read(tmp_path, "kind,a,y", kinds, FRACTIONS, TARGET, missing="mean")
    assert rows.X[3].tolist() == [0, 0, FRACTIONS[3]]
    assert rows.notes[0] == "1 missing values of kind filled with 0 for each of its values (missing: mean)"


def test_a_column_without_a_value_where_there_are_targets_is_refused(tmp_path: Path) -> None:
    columns = [["", "", "x"], [1.5, 2.5, 3.5], [1.5, 2.5, ""]]
    with pytest.raises(DataError, match=r"column 1 'kind': no row with a target has a value; it cannot be an input"):
        read(tmp_path, "kind,a,y", *columns, inputs="kind,a", missing="mean")
