from __future__ import annotations

import numpy as np
import pytest

from tuinet.data.dataset import Dataset, Encoder

X = np.array([[0.0, 10.0], [1.0, 10.0]])
Y = np.array([[0.0], [1.0]])


def make(**changes: object) -> Dataset:
    values: dict[str, object] = {
        "name": "mine",
        "task": "binary",
        "X": X.copy(),
        "y": Y.copy(),
        "feature_names": ("a", "b"),
    }
    return Dataset(**{**values, **changes})  # type: ignore[arg-type]


def test_without_a_test_set_there_are_columns_but_no_rows() -> None:
    data = make()
    assert data.X_test.shape == (0, 2)
    assert data.y_test.shape == (0, 1)


@pytest.mark.parametrize("name", ["X", "y", "X_test", "y_test"])
def test_arrays_are_read_only_float64(name: str) -> None:
    array = getattr(make(X=X.astype(np.int32), X_test=X.astype(np.float32), y_test=Y.copy()), name)
    assert array.dtype == np.float64
    with pytest.raises(ValueError, match="read-only"):
        array[:] = 0


def test_ranges_span_training_and_test_points() -> None:
    data = make(X_test=np.array([[-3.0, 10.0]]), y_test=np.array([[0.0]]))
    assert data.ranges(0.25) == ((-4.0, 2.0), (9.75, 10.25))
    assert make().ranges(0) == ((0.0, 1.0), (10.0, 10.0))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"y": np.zeros((3, 1))}, "not two tables with one row a sample"),
        ({"X": np.zeros(2)}, "not two tables"),
        ({"X_test": np.zeros((1, 2))}, "not two tables"),
        ({"X_test": np.zeros((1, 3)), "y_test": np.zeros((1, 1))}, "other columns"),
        ({"X_test": np.zeros((1, 2)), "y_test": np.zeros((1, 4))}, "other columns"),
    ],
)
def test_shapes_have_to_agree(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make(**changes)


def test_a_dataset_feeds_its_features_unless_it_is_told_otherwise() -> None:
    data = make()
    np.testing.assert_array_equal(data.encode(X), X)
    assert data.input_names == ("a", "b")
    made = make(encoder=Encoder(("x1²",)))
    np.testing.assert_array_equal(made.encode(X), [[0.0], [1.0]])
    assert made.input_names == ("x1²",)
