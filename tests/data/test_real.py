from __future__ import annotations

from pathlib import Path

import numpy as np

import tuinet.data
from tuinet.data.generators import load, read_digits, read_iris
from tuinet.data.recipe import DataSpec

FILES = Path(tuinet.data.__file__).parent / "files"


def test_iris_is_fishers() -> None:
    rows = read_iris()
    assert rows.X.shape == (150, 4)
    assert np.bincount(rows.labels).tolist() == [50, 50, 50]
    assert rows.class_names == ("setosa", "versicolor", "virginica")
    assert rows.X[0].tolist() == [5.1, 3.5, 1.4, 0.2]
    # The two samples in which the file of the UCI repository differs from Fisher's paper.
    assert rows.X[34].tolist() == [4.9, 3.1, 1.5, 0.2]
    assert rows.X[37].tolist() == [4.9, 3.6, 1.4, 0.1]
    np.testing.assert_allclose(rows.X.sum(axis=0), [876.5, 458.6, 563.7, 179.9])


def test_digits_are_pictures_of_8_by_8() -> None:
    rows = read_digits()
    assert rows.X.shape == (1797, 64)
    assert rows.image_shape == (8, 8)
    assert np.bincount(rows.labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert (rows.X * 16)[0, :8].tolist() == [0, 0, 5, 13, 9, 1, 0, 0]
    assert (rows.X.min(), rows.X.max()) == (0, 1)
    assert rows.feature_names[9] == "r2c2"


def test_the_defaults_of_real_data() -> None:
    iris, digits = load(DataSpec("iris")), load(DataSpec("digits"))
    assert (len(iris.X), len(iris.X_test), len(digits.X), len(digits.X_test)) == (112, 38, 1348, 449)
    np.testing.assert_allclose(iris.encode(iris.X).std(axis=0), 1)
    np.testing.assert_array_equal(digits.encode(digits.X), digits.X)
    assert digits.image_shape == (8, 8)
    assert (iris.y_test.sum(axis=0) >= 12).all()


def test_fewer_samples_are_drawn_from_every_class() -> None:
    data = load(DataSpec("digits", samples=200, test_share=0.0))
    assert len(data.X) == 200
    assert data.y.sum(axis=0).min() >= 19
    known = {row.tobytes() for row in read_digits().X}
    assert all(row.tobytes() in known for row in data.X)


def test_noise_is_a_share_of_each_features_deviation() -> None:
    still, moved = (load(DataSpec("iris", noise=noise)) for noise in (0.0, 0.5))
    np.testing.assert_allclose((moved.X - still.X).std(axis=0), 0.5 * read_iris().X.std(axis=0), rtol=0.25)


def test_the_data_comes_with_its_licence() -> None:
    text = (FILES / "ATTRIBUTION.md").read_text(encoding="utf-8")
    for words in ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/", "Fisher", "Alpaydin", "Kaynak"):
        assert words in text
    assert {path.name for path in FILES.iterdir()} == {"ATTRIBUTION.md", "digits.npz", "iris.npz"}
