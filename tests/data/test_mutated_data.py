"""Mutated copies of files as people have them: each is read with finite numbers, or refused in one line."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data.malformed import odd_files
from tests.mutations import mutated
from tuinet.data.files import read_file
from tuinet.data.generators import load
from tuinet.data.recipe import DataSpec, Reading
from tuinet.data.table import read_table
from tuinet.errors import DataError

SHORT, LONG = 300, 3_000
READINGS: Mapping[str, list[Any]] = {
    "missing": ["drop", "mean", "refuse"],
    "task": ["auto", "auto", "classes", "regression", "labels"],
    "decimal": ["auto", "auto", "point", "comma"],
    "target": ["", "", "1", "2-3", "1,2", "y", "price"],
    "picture": [None, None, (2, 1)],
}


@cache
def good_files() -> Mapping[str, bytes]:
    cases = Path(__file__).with_name("cases")
    return {**odd_files(), **{path.name: path.read_bytes() for path in sorted(cases.iterdir())}}


def is_read(name: str, seed: int, folder: Path) -> bool:
    """Whether a mutated file is read; every second one with any options."""
    rng, path = random.Random(seed), folder / name
    path.write_bytes(mutated(good_files()[name], seed))
    reading = Reading(**{field: rng.choice(values) for field, values in READINGS.items()}) if seed % 2 else Reading()
    try:
        data = load(DataSpec(str(path), reading=reading, noise=rng.choice([None, 0.1])))
    except DataError as error:
        assert str(error).isprintable()
        assert len(str(error)) < 700
        return False
    assert np.isfinite(data.X).all() and np.isfinite(data.y).all()
    said = (*data.feature_names, *data.class_names, *data.target_names, *data.target_columns, *data.notes)
    assert all(text.isprintable() for text in said)
    return True


def try_all(seeds: range, folder: Path) -> list[bool]:
    names = sorted(good_files())
    found = []
    for seed in seeds:
        name, start = names[seed % len(names)], time.process_time()
        try:
            found.append(is_read(name, seed, folder))
        except BaseException as error:
            error.add_note(f"{name}, seed {seed}")
            raise
        assert time.process_time() - start < 5, f"{name}, seed {seed}"
    return found


def test_mutated_data(tmp_path: Path) -> None:
    found = try_all(range(SHORT), tmp_path)
    assert 0 < sum(found) < SHORT


@pytest.mark.long
def test_thousands_of_mutated_data(tmp_path: Path) -> None:
    found = try_all(range(10_000, 10_000 + LONG), tmp_path)
    print(f"{LONG:,} files, {sum(found):,} read")


NUMBERS = st.floats(-1e9, 1e9).map(lambda number: round(number, 3))


@settings(max_examples=150)
@given(
    rows=st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=2, max_size=6),
    delimiter=st.sampled_from(";\t|, "),
    comma=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-32"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    minus=st.sampled_from(["-", "\u2212"]),
    header=st.sampled_from(["größe{}b{}c", "# größe{}b{}c", ""]),
)
def test_a_table_is_read_to_the_bit_in_every_form(
    rows: list[tuple[float, ...]], delimiter: str, comma: bool, encoding: str, end: str, minus: str, header: str
) -> None:
    if encoding == "cp1252":
        minus = "-"
    comma = comma and delimiter != "," and any(number % 1 for row in rows for number in row)
    lines = [header.format(delimiter, delimiter)] if header else []
    for row in rows:
        text = delimiter.join(f"{number:.4f}" for number in row).replace("-", minus)
        lines.append(text.replace(".", ",") if comma else text)
    content = "".join(line + end for line in lines).encode(encoding)
    table = read_table(io.BytesIO(content), "table.csv")
    assert [column.name for column in table.columns] == (["größe", "b", "c"] if header else ["", "", ""])
    read = np.stack([column.numbers for column in table.columns if column.numbers is not None], axis=1)
    np.testing.assert_array_equal(read, np.array(rows))


ODD = {
    "no line's end": b"1," * 30 + b"\n",
    "blanks in a number": b'a;b\n"1' + b" " * 900_000 + b'x";2\n3;4\n',
    "a tab as delimiter": b"sep=\t\n1\t2\n3\t4\n",
}


@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
def test_odd_texts_take_no_time(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_bytes(content)
    start = time.process_time()
    try:
        read_file(str(tmp_path / "odd.csv"))
    except DataError as error:
        assert str(error).isprintable()
    assert time.process_time() - start < 2
