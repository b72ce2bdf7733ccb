from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tuinet.data.assemble import Rows
from tuinet.data.files import read_file
from tuinet.data.generators import load
from tuinet.data.recipe import DataSpec, Reading
from tuinet.errors import DataError

X = np.array([[1.0, 2.0], [3.0, 5.0], [5.0, 6.0], [7.0, 9.0]])


def read(folder: Path, X: NDArray[np.generic], y: NDArray[np.generic]) -> Rows:
    np.savez(folder / "data.npz", X=X, y=y)
    return read_file(str(folder / "data.npz"))


@pytest.mark.parametrize("dtype", ["f8", "f4", "f2", "g", ">f8", "i1", "u8", ">i4"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_numbers_of_any_kind(dtype: str, order: str, tmp_path: Path) -> None:
    rows = read(tmp_path, np.asarray(X, dtype=dtype, order=order), np.array([0, 1, 0, 1]))  # type: ignore[call-overload]
    np.testing.assert_array_equal(rows.X, X)
    assert rows.X.dtype == np.float64
    assert rows.feature_names == ("x1", "x2")


def test_truth_values(tmp_path: Path) -> None:
    rows = read(tmp_path, np.array([[True, False], [False, True]]), np.array([True, False]))
    assert rows.X.tolist() == [[1, 0], [0, 1]]
    assert (rows.class_names, rows.labels.tolist()) == (("0", "1"), [1, 0])


@pytest.mark.parametrize(
    ("y", "class_names", "targets"),
    [
        (np.array([3, 5, 3, 5]), ("3", "5"), [0, 1, 0, 1]),
        (np.array([[3], [5], [3], [7]]), (), [[3], [5], [3], [7]]),
        (np.array([[3], [5], [3], [5]]), ("3", "5"), [0, 1, 0, 1]),
        (np.array(["no", "yes", "no", "yes"]), ("no", "yes"), [0, 1, 0, 1]),
        (np.array(["no", "yes", "no", "yes"]).astype(">U7"), ("no", "yes"), [0, 1, 0, 1]),
        (np.eye(3)[[0, 2, 1, 2]], ("0", "1", "2"), [0, 2, 1, 2]),
        (np.array([0.5, 1, 2, 3]), (), [[0.5], [1], [2], [3]]),
        (np.array([[0.5, 1], [1, 3], [2, 2], [3, 5]]), (), [[0.5, 1], [1, 3], [2, 2], [3, 5]]),
    ],
)
def test_targets(y: NDArray[np.generic], class_names: tuple[str, ...], targets: list[object], tmp_path: Path) -> None:
    rows = read(tmp_path, X, y)
    assert rows.class_names == class_names
    assert rows.targets.tolist() == targets


def test_several_numbers_have_names(tmp_path: Path) -> None:
    assert read(tmp_path, X, np.array([[0.5, 1], [1, 3], [2, 2], [3, 5]])).target_names == ("y1", "y2")
    assert read(tmp_path, X, np.array([0.5, 1, 2, 3])).target_names == ("y",)


@pytest.mark.parametrize("order", ["C", "F"])
def test_pictures_are_a_third_dimension(order: str, tmp_path: Path) -> None:
    pictures = np.zeros((4, 2, 3), dtype=np.uint8, order=order)  # type: ignore[call-overload]
    pictures[:, 1, 2] = [0, 255, 0, 128]
    rows = read(tmp_path, pictures, np.array([0, 1, 0, 1]))
    assert rows.image_shape == (2, 3)
    assert rows.feature_names == ("r1c1", "r1c2", "r1c3", "r2c1", "r2c2", "r2c3")
    assert rows.X.tolist() == [[0, 0, 0, 0, 0, value] for value in (0, 255, 0, 128)]
    assert load(DataSpec(str(tmp_path / "data.npz"))).image_shape == (2, 3)


def test_pictures_may_be_all_the_same_and_one(tmp_path: Path) -> None:
    rows = read(tmp_path, np.full((4, 2, 3), 7), np.array([0, 1, 0, 1]))
    assert (rows.X == 7).all()
    assert not rows.notes
    assert read(tmp_path, np.zeros((1, 2, 3)), np.array([0.5])).X.shape == (1, 6)


def test_a_missing_number_is_left_out_or_filled(tmp_path: Path) -> None:
    with_gap = X.copy()
    with_gap[1, 0] = np.nan
    rows = read(tmp_path, with_gap, np.array([0.5, 1, 2, 3]))
    assert rows.X.tolist() == X[[0, 2, 3]].tolist()
    filled = load(DataSpec(str(tmp_path / "data.npz"), reading=Reading(missing="mean")))
    assert sorted(filled.X[:, 0]) == [1, 13 / 3, 5, 7]
    assert filled.columns[0].fill == 13 / 3
    assert filled.notes[0] == "1 missing values of X filled with the mean (missing: mean)"


def test_a_column_without_any_value_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", X=np.c_[X, np.full(4, np.nan)], y=np.array([0.5, 1, 2, 3]))
    with pytest.raises(DataError, match=r"X\[:, 2\]: no row with a target has a value; leave the column out"):
        load(DataSpec(str(tmp_path / "data.npz"), reading=Reading(missing="mean")))


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_an_archive_becomes_a_dataset(save: object, tmp_path: Path) -> None:
    numbers = np.random.default_rng(0).normal(size=(40, 3))
    save(tmp_path / "d.npz", X=numbers, y=np.arange(40) % 4, more=np.array([1]))  # type: ignore[operator]
    data = load(DataSpec(str(tmp_path / "d.npz")))
    assert (data.name, data.task, data.X.shape, data.y_test.shape) == ("d.npz", "classes", (30, 3), (10, 4))


def test_an_archive_is_known_by_its_bytes(tmp_path: Path) -> None:
    np.savez(tmp_path / "d.npz", X=X, y=np.array([0, 1, 0, 1]))
    (tmp_path / "d.npz").rename(tmp_path / "d.csv")
    assert len(read_file(str(tmp_path / "d.csv")).X) == 4
