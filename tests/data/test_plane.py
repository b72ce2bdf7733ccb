from __future__ import annotations

import numpy as np
import pytest

from tuinet.data.dataset import Dataset
from tuinet.data.generators import load
from tuinet.data.recipe import DataSpec


def make(name: str, **changes: float) -> Dataset:
    return load(DataSpec(name, samples=2000, test_share=0.0, **{"noise": 0.0, **changes}))  # type: ignore[arg-type]


def test_the_moons_lie_on_two_half_circles() -> None:
    data = make("moons")
    upper, lower = data.X[data.y[:, 0] == 0], data.X[data.y[:, 0] == 1]
    assert len(upper) == len(lower) == 1000
    np.testing.assert_allclose(np.hypot(*upper.T), 1)
    np.testing.assert_allclose(np.hypot(*(lower - [1, 0.5]).T), 1)
    assert upper[:, 1].min() == pytest.approx(0)
    assert lower[:, 1].max() == pytest.approx(0.5)


def test_noise_of_the_moons_is_a_standard_deviation() -> None:
    moved = make("moons", noise=0.2).X - make("moons").X
    assert moved.std() == pytest.approx(0.2, rel=0.05)


def test_the_checkerboard_alternates() -> None:
    data = make("checkerboard")
    column, row = np.digitize(data.X.T, [-2.5, 0, 2.5])
    np.testing.assert_array_equal(data.y[:, 0], (column + row) % 2)
    assert len(set(zip(column.tolist(), row.tolist(), strict=True))) == 16
    assert np.abs(data.X).max() <= 5


@pytest.mark.parametrize(
    ("name", "points"),
    [
        ("sine", [((np.pi / 2, 2.4), 0), ((np.pi / 2, 2.6), 1), ((-np.pi / 2, -2.4), 1)]),
        ("cubic", [((4, 0.1), 1), ((4, -0.1), 0), ((5, 2.9), 0), ((5, 3.1), 1)]),
        ("abs", [((0, -2.4), 1), ((5, 2.4), 0), ((-5, 2.6), 1)]),
    ],
)
def test_above_is_class_1(name: str, points: list[tuple[tuple[float, float], int]]) -> None:
    data = make(f"above-{name}")
    assert data.class_names == ("below", "above")
    assert data.y.mean() == pytest.approx(0.5, abs=0.05)
    curve = {"sine": lambda x: 2.5 * np.sin(x), "cubic": lambda x: (x**3 - 16 * x) / 15, "abs": lambda x: abs(x) - 2.5}
    assert [int(x2 > curve[name](x1)) for (x1, x2), _ in points] == [label for _, label in points]
    np.testing.assert_array_equal(data.y[:, 0], data.X[:, 1] > curve[name](data.X[:, 0]))
