"""Files as people have them: each is read as it is meant, with a note of what was guessed, and learned."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from tuinet.cli.main import cli
from tuinet.data.dataset import Dataset
from tuinet.data.generators import load
from tuinet.data.recipe import DataSpec, Reading
from tuinet.errors import DataError
from tuinet.experiment.fields import describe, described

CASES = Path(__file__).with_name("cases")
TINY = "fewer than 20 samples: none is kept for testing"
COMMAS = "numbers are written with decimal commas"

DESCRIBED = {
    "cp1252_decimal_comma.csv": (
        "inputs größe, breite, länge, standardized · target art (2 classes: Milch, Öl) · 45 train, 15 test",
        "the file is no UTF-8, so it is read as Windows-1252",
        COMMAS,
    ),
    "currency.csv": (
        "inputs area, rooms, standardized · target price (regression, standardized) · 45 train, 15 test",
        "price: the currency of '$211,315' is left out (211315); with decimal comma it would be 211.315",
    ),
    "grades.csv": ("inputs a, b, standardized · target quality (regression, standardized) · 45 train, 15 test",),
    "hash_header.csv": (
        "inputs a, b, standardized · target y (2 classes: 0, 1) · 3 train, none for testing",
        TINY,
    ),
    "houses.csv": (
        "inputs rooms, area, distance, floor, standardized · target price (regression, standardized)"
        " · 90 train, 30 test",
    ),
    "large_target.csv": (
        "inputs sqft, rooms, standardized · target price (regression, standardized) · 45 train, 15 test",
    ),
    "missing_values.csv": (
        "inputs a, b, c, standardized · target y (2 classes: 0, 1) · 26 train, 9 test",
        "25 of 60 rows left out: missing values (missing: drop; mean fills them in)",
    ),
    "multilabel.npz": ("inputs x1, x2, standardized · targets y1, y2 (labels, each 0 or 1) · 60 train, 20 test",),
    "nameless_index.csv": (
        "inputs height, weight, standardized · target kind (3 classes: cat, dog, owl) · 68 train, 22 test",
        "column 1 left out: it has no name and numbers the rows",
    ),
    "one_class_rare.csv": ("inputs amount, hour, standardized · target fraud (2 classes: 0, 1) · 450 train, 150 test",),
    "savetxt_spaces.csv": ("inputs a, b, standardized · target y (2 classes: 0, 1) · 30 train, 10 test",),
    "sep_line.csv": ("inputs a, b, c, standardized · target y (2 classes: 0, 1) · 45 train, 15 test", COMMAS),
    "target_first.csv": (
        "inputs class (2 of one-hot), a, b, standardized · target c (regression, standardized) · 45 train, 15 test",
        "the last column is the target; if class is to be learned, set target to class",
    ),
    "text_column.csv": (
        "inputs sex (2 of one-hot), age, fare, standardized · target survived (2 classes: 0, 1) · 45 train, 15 test",
    ),
    "thousands.csv": (
        "inputs area, rooms, standardized · target price (regression, standardized) · 45 train, 15 test",
        "area: '1,037' is read as 1037; with decimal comma it would be 1.037",
        "price: '211,315' is read as 211315; with decimal comma it would be 211.315",
    ),
    "trailing_comma.csv": (
        "inputs a, b, c, standardized · target y (2 classes: no, yes) · 45 train, 15 test",
        "column 5 left out: empty",
    ),
    "truth_table.csv": ("inputs x1, x2, standardized · target y (2 classes: 0, 1) · 4 train, none for testing", TINY),
    "two_targets.csv": (
        "inputs x1, x2, y1, standardized · target y2 (2 classes: 0, 1) · 4 train, none for testing",
        TINY,
    ),
    "unicode_minus.csv": ("inputs a, b, standardized · target y (2 classes: 0, 1) · 45 train, 15 test",),
    "utf16.csv": (
        "inputs a, b, c, standardized · target y (2 classes: no, yes) · 45 train, 15 test",
        "the file is read as UTF-16",
    ),
    "whole_number_target.csv": (
        "inputs celsius, standardized · target fahrenheit (regression, standardized) · 7 train, none for testing",
        TINY,
    ),
    "wide_class_names.csv": (
        "inputs 重さ, 長さ, 幅, standardized · target 種類 (2 classes: みかん, りんご) · 45 train, 15 test",
    ),
}


def case(name: str, **reading: Any) -> Dataset:
    return load(DataSpec(str(CASES / name), reading=Reading(**reading)))


def test_every_case_is_here() -> None:
    assert {*DESCRIBED, "pixels_with_label_first.csv"} == {path.name for path in CASES.iterdir()}


@pytest.mark.parametrize("name", DESCRIBED)
def test_what_is_said_of_a_case(name: str) -> None:
    line, *notes = DESCRIBED[name]
    assert described(case(name)) == [line, *(f"  {note}" for note in notes)]


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("cp1252_decimal_comma.csv", [0.126, -0.132, 0.640]),
        ("sep_line.csv", [0.126, -0.132, 0.640]),
        ("unicode_minus.csv", [0.126, -0.132]),
        ("utf16.csv", [0.126, -0.132, 0.640]),
        ("trailing_comma.csv", [0.126, -0.132, 0.640]),
        ("thousands.csv", [1037, 3]),
        ("currency.csv", [1037, 3]),
        ("savetxt_spaces.csv", [0.3455841920647860221, 0.8216181435011583600]),
        ("nameless_index.csv", [2.041, -2.556]),
        ("text_column.csv", [1, 0, 31, 2.64]),
    ],
)
def test_the_first_row_is_read_to_the_bit(name: str, row: list[float]) -> None:
    data = case(name)
    assert row in np.concatenate([data.X, data.X_test]).tolist()


@pytest.mark.parametrize("name", ["currency.csv", "thousands.csv"])
def test_prices_are_whole_thousands(name: str) -> None:
    assert case(name).y.min() > 100_000


def test_a_missing_value_is_filled_or_refused_as_asked_for() -> None:
    filled = case("missing_values.csv", missing="mean")
    assert len(filled.X) + len(filled.X_test) > 50
    assert "filled with the mean (missing: mean)" in filled.notes[-1]
    assert np.isfinite(filled.X).all()
    with pytest.raises(DataError, match=r"line 2, column 1 'a': the value is missing; fill it in"):
        case("missing_values.csv", missing="refuse")


def test_several_targets_and_labels() -> None:
    data = case("two_targets.csv", target="y1,y2")
    assert (data.task, data.feature_names, data.target_columns) == ("binary", ("x1", "x2"), ("y1", "y2"))
    labels = case("two_targets.csv", target="y1-y2", task="labels")
    assert (labels.task, labels.target_names) == ("labels", ("y1", "y2"))
    assert labels.y.tolist() != case("two_targets.csv", target="3", inputs="x1,x2").y.tolist()


@pytest.mark.parametrize(("task", "line"), [("classes", "5 classes: 3, 4, 5, 6, 7"), ("regression", "regression")])
def test_grades_are_classes_or_numbers_as_asked_for(task: Any, line: str) -> None:
    assert f"target quality ({line}" in describe(case("grades.csv", task=task))


def test_the_first_column_is_learned_when_it_is_named() -> None:
    assert describe(case("target_first.csv", target="class")) == (
        "inputs a, b, c, standardized · target class (2 classes: B, M) · 45 train, 15 test"
    )


def test_pixels_with_their_label_first() -> None:
    with pytest.raises(DataError, match="the target is always 0; name a column that varies as the target"):
        case("pixels_with_label_first.csv")
    data = case("pixels_with_label_first.csv", target="1", picture=(28, 28))
    assert describe(data).startswith("inputs 784 pixels (28×28), standardized · target label (")
    assert data.image_shape == (28, 28)
    assert (data.X.min(axis=0) == data.X.max(axis=0)).sum() > 100
    assert not data.notes


def trained(name: str, *options: str) -> dict[str, Any]:
    """The last record of a run with the defaults."""
    result = CliRunner().invoke(cli, ["train", "--dataset", str(CASES / name), "--json", *options])
    assert result.exit_code == 0, result.output
    return json.loads(result.output.splitlines()[-1])  # type: ignore[no-any-return]


def test_a_truth_table_is_learned() -> None:
    end = trained("truth_table.csv")
    assert (end["accuracy"], end["test"], end["findings"]) == (1.0, None, [])


@pytest.mark.parametrize("name", ["large_target.csv", "houses.csv", "currency.csv", "thousands.csv"])
def test_prices_are_learned(name: str) -> None:
    end = trained(name)
    assert end["train"]["r2"] >= 0.95
    assert end["test"]["r2"] >= 0.95
    assert end["test"]["rmse"] > 100


def test_fahrenheit_is_learned() -> None:
    end = trained("whole_number_target.csv")
    assert end["train"]["r2"] >= 0.99
    assert end["test"] is None
