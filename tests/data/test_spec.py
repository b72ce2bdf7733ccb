from __future__ import annotations

from typing import Any

import pytest

from tuinet.data.recipe import DataSpec, Reading, is_path
from tuinet.errors import DataError

_SHARE = "is not a number from 0 up to but not including 1"


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("dataset", 3, "3 is not a text"),
        ("samples", 0, "0 is not a whole number from 1 to 1000000"),
        ("samples", 1_000_001, "1000001 is not a whole number from 1 to 1000000"),
        ("samples", 2.0, "2.0 is not a whole number from 1 to 1000000"),
        ("samples", True, "True is not a whole number from 1 to 1000000"),
        ("seed", -1, "-1 is not a whole number from 0 up"),
        ("noise", -0.1, "-0.1 is not a number from 0 to 1"),
        ("noise", float("nan"), "nan is not a number from 0 to 1"),
        ("noise", "0.1", "'0.1' is not a number from 0 to 1"),
        ("test_share", 1, f"1 {_SHARE}"),
        ("test_share", True, f"True {_SHARE}"),
        ("standardize", "yes", "'yes' is neither true nor false"),
        ("features", ("x3",), "'x3' is not one of x1, x2, x1², x2², x1·x2, sin x1, sin x2"),
        ("features", ("x1", "x2", "x1"), "'x1' is named twice; name it once"),
    ],
)
def test_a_bad_field_is_refused_by_name(field: str, value: Any, reason: str) -> None:
    with pytest.raises(DataError) as caught:
        DataSpec(**{"dataset": "xor", field: value})
    assert str(caught.value) == f"{field}: {reason}"


@pytest.mark.parametrize("field", ["target", "inputs"])
def test_what_names_columns_is_a_text(field: str) -> None:
    with pytest.raises(DataError, match=f"{field}: 3 is not a text"):
        DataSpec("a.csv", reading=Reading(**{field: 3}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "path", ["a.csv", "A.TSV", "a.txt", "a.csv.gz", "b.gz", "c.npz", "d.XLSX", "e.parquet", "./xor", "data/a", "/a"]
)
def test_these_are_files(path: str) -> None:
    assert is_path(path)


@pytest.mark.parametrize("name", ["xor", "rings:4", "csv", "above-sine", ""])
def test_these_are_names(name: str) -> None:
    assert not is_path(name)
