from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.session.factories import dataset_of
from tuinet.data.dataset import Dataset
from tuinet.data.generators import load
from tuinet.data.recipe import DataSpec, Reading
from tuinet.errors import DataError
from tuinet.storage.samples_file import points_path, save_points


def rows_of(dataset: Dataset) -> Counter[tuple[float | str, ...]]:
    """Every sample, training and test, with the name of its class or its number."""
    X, y = np.concatenate([dataset.X, dataset.X_test]), np.concatenate([dataset.y, dataset.y_test])
    if dataset.task == "regression":
        targets: list[Any] = y[:, 0].tolist()
    else:
        labels = y.argmax(axis=1) if y.shape[1] > 1 else y[:, 0].astype(int)
        targets = [dataset.class_names[label] for label in labels]
    return Counter((*features, target) for features, target in zip(X.tolist(), targets, strict=True))


def read(path: Path) -> Dataset:
    return load(DataSpec(str(path), test_share=0.0))


@pytest.mark.parametrize(
    "name", ["xor", "moons", "spiral", "blobs:3", "above-sine", "sine", "hills", "iris", "parity:4"]
)
def test_what_is_saved_is_read_back_to_the_bit(name: str, tmp_path: Path) -> None:
    dataset, path = load(DataSpec(name)), tmp_path / "points.csv"
    save_points(path, dataset)
    again = read(path)
    assert rows_of(again) == rows_of(dataset)
    assert (again.task, again.feature_names) == (dataset.task, dataset.feature_names)
    assert sorted(again.class_names) == sorted(dataset.class_names)
    assert again.target_names == dataset.target_names


def test_the_file_has_a_header_and_the_training_samples_first(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    xor = load(DataSpec("xor"))
    save_points(path, replace(xor, X_test=np.array([[0.1, -2e-9]]), y_test=np.array([[1.0]])))
    assert path.read_text().split("\n") == [
        "x1,x2,class",
        "0.0,0.0,0",
        "0.0,1.0,1",
        "1.0,0.0,1",
        "1.0,1.0,0",
        "0.1,-2e-09,1",
        "",
    ]


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=12)
VALUES = st.floats(-1e30, 1e30, allow_nan=False)


@settings(max_examples=120)
@given(st.lists(NAMES, min_size=2, max_size=2, unique=True), st.data())
def test_any_points_and_names_are_read_back_or_refused(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], data: st.DataObject
) -> None:
    points = data.draw(st.lists(st.tuples(VALUES, VALUES, st.integers(0, 1)), min_size=1, max_size=8))
    X, y = np.array([point[:2] for point in points]), np.array([[float(point[2])] for point in points])
    dataset = replace(dataset_of(X, y), class_names=tuple(names))
    path = tmp_path_factory.mktemp("points") / "points.csv"
    try:
        save_points(path, dataset)
    except DataError as error:
        assert "\n" not in str(error)
        assert not path.exists()
    else:
        assert rows_of(read(path)) == rows_of(dataset)


@pytest.mark.parametrize(
    "names", [("a,b", "c;d"), ('say "x"', "tab\tbed"), ("true class", "class"), ("x 1", "-"), ("", "y"), ("#a", "b|c")]
)
def test_names_with_delimiters_and_quotes(names: tuple[str, str], tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    dataset = replace(load(DataSpec("moons", samples=20)), feature_names=names)
    save_points(path, dataset)
    assert rows_of(read(path)) == rows_of(dataset)


@pytest.mark.parametrize(
    "dataset",
    [
        dataset_of(np.array([[0.0, 1], [0, 2], [0, 3]]), np.array([[0.0], [1], [1]])),
        dataset_of(np.array([[0.5, 1]]), np.array([[2.5]]), "regression"),
        dataset_of(np.array([[0.0, 1], [1, 2]]), np.array([[0.5, 3], [1, 2]]), "regression"),
    ],
    ids=["constant", "one sample", "several targets"],
)
def test_what_was_refused_once_is_saved(dataset: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    save_points(path, dataset)
    target = "3-4" if dataset.y.shape[1] == 2 else ""
    again = load(DataSpec(str(path), test_share=0.0, shuffle=False, reading=Reading(target=target)))
    assert again.task == dataset.task
    np.testing.assert_array_equal(again.X, dataset.X)
    np.testing.assert_array_equal(again.y, dataset.y)


def test_a_header_holds_no_number_and_no_name_twice(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    save_points(path, replace(load(DataSpec("moons", samples=20)), feature_names=("12", "class")))
    assert path.read_text().startswith("x1,class,class_\n")


@pytest.mark.parametrize(
    ("dataset", "reason"),
    [
        (dataset_of(np.zeros((0, 2)), np.zeros((0, 1))), "there are no samples to save"),
        (dataset_of(np.array([[0.0, 1], [1, 2]]), np.zeros((2, 1))), "there is only one class, '0'"),
        (
            dataset_of(np.array([[0.0, 1], [1, 2]]), np.array([[0.0], [1]])),
            "such targets would be read as numbers; add a point with another one",
        ),
        (
            dataset_of(np.array([[0.0, 1], [1, 2], [2, 3]]), np.array([[0.0], [1], [1]]), "regression"),
            "such targets would be read as classes; add a point with another one",
        ),
        (
            dataset_of(np.array([[0.0, 1], [1, 2], [2, 3]]), np.array([[0.0, 0], [1, 1], [1, 0]]), "regression"),
            "such targets would be read as labels; add a point with another one",
        ),
        (dataset_of(np.ones((2, 2)), np.full((2, 2), 2.0), "regression"), "the target 'y1' is always 2; leave it out"),
        (
            replace(dataset_of(np.array([[0.0, 1], [1, 2]]), np.array([[0.0], [1]])), class_names=("1", "01")),
            "there is only one class",
        ),
        (
            replace(
                dataset_of(np.array([[0.0, 1], [1, 2], [2, 3]]), np.array([[0.0], [1], [1]])), class_names=("1", "02")
            ),
            "its classes would be read under other names",
        ),
    ],
)
def test_what_could_not_be_read_back_is_not_written(dataset: Dataset, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("good")
    with pytest.raises(DataError, match=reason):
        save_points(path, dataset)
    assert path.read_text() == "good"


def test_why_it_cannot_be_written_is_said_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    xor = load(DataSpec("xor"))
    with pytest.raises(DataError, match=r"it cannot be written \(no such file or directory\)"):
        save_points(tmp_path / "nowhere" / "points.csv", xor)
    with pytest.raises(DataError, match=r"it cannot be written \(.*directory.*\)"):
        save_points(tmp_path, xor)
    with pytest.raises(DataError, match="no file can have such a name"):
        save_points(Path("a\0b.csv"), xor)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DataError, match=r"it cannot be written \(no space left on device\)"):
        save_points(tmp_path / "points.csv", xor)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("points", "points.csv"),
        (" a/b.CSV ", "a/b.CSV"),
        ("x.txt", "x.txt"),
        ("v1.5", "v1.5.csv"),
        ("x.npz", "x.npz.csv"),
    ],
)
def test_names_of_files(name: str, path: str) -> None:
    assert points_path(name) == Path(path)


def test_a_home_directory_is_found_and_a_name_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    assert points_path("~/points") == Path("/home/somebody/points.csv")
    for name in ("", "  ", ".", "/", "a/.."):
        with pytest.raises(DataError, match="a file needs a name"):
            points_path(name)
    with pytest.raises(DataError, match="no such home directory"):
        points_path("~nobody-at-all/points")
