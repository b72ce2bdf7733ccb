"""Numbers with points that may part thousands, where semicolons part the fields."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuinet.data.recipe import DecimalSign
from tuinet.data.table import Table, read_table

NOTE = "price: 354.305 is read as 354.305; with decimal comma it would be 354305 (set decimal to comma)"


def table(path: Path, text: str, decimal: DecimalSign = "auto") -> Table:
    path.write_text(text, encoding="utf-8")
    with path.open("rb") as file:
        return read_table(file, path.name, decimal)


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("rooms;price\n2;354.305\n3;198.000\n", (NOTE,)),
        ("town;price\nUlm;354.305\nBonn;198.000\n", (NOTE,)),
        ("rooms;price\n2;354.305\n3;0.126\n", ()),
        ("rooms;price\n2.5;354.305\n3;198.000\n", ()),
        ("rooms;price\n2;354.305\n3;1198.000\n", ()),
        ("rooms,price\n2,354.305\n3,198.000\n", ()),
    ],
)
def test_points_that_may_part_thousands_are_named(text: str, notes: tuple[str, ...], tmp_path: Path) -> None:
    read = table(tmp_path / "a.csv", text)
    assert read.notes == notes
    assert read.columns[1].numbers is not None
    assert read.columns[1].numbers[0] == 354.305


def test_the_option_that_the_note_names_reads_thousands(tmp_path: Path) -> None:
    read = table(tmp_path / "a.csv", "rooms;price\n2;354.305\n3;198.000\n", "comma")
    assert read.columns[1].numbers is not None
    assert read.columns[1].numbers.tolist() == [354_305, 198_000]
