"""What the nearest other sample foretells: all of what is smooth, nothing of parities, and half of what is noise."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tuinet.data.dataset import neighbour_error
from tuinet.data.generators import load
from tuinet.data.recipe import DataSpec


def error_of(dataset: str, **spec: float) -> float:
    return load(DataSpec(dataset, **spec)).neighbour_error  # type: ignore[arg-type]


def test_by_hand() -> None:
    X = np.array([[0.0], [1.0], [3.0], [7.0]])
    # Nearest are 2, 1, 2 and 3: the squared differences 1, 1, 4 and 0 have the mean 1.5, half of which is 0.75.
    numbers = np.array([[0.0], [1.0], [3.0], [3.0]])
    assert neighbour_error(X, numbers, is_regression=True) == pytest.approx(0.75 / numbers.var())
    classes = np.array([[0.0], [0.0], [1.0], [1.0]])
    assert neighbour_error(X, classes, is_regression=False) == 0.25


def test_features_count_alike_whatever_their_units_are() -> None:
    X = np.random.default_rng(1).standard_normal((60, 2))
    y = (X[:, :1] > 0).astype(float)
    errors = [neighbour_error(X * scale, y, is_regression=False) for scale in (1.0, np.array([1e6, 1e-6]))]
    assert errors[0] == errors[1]


def test_classes_that_lie_apart_have_none_and_such_that_overlap_have_some() -> None:
    assert error_of("circle") == error_of("spiral") == 0
    assert 0.1 < error_of("moons", noise=0.4) < 0.3
    assert error_of("xor") == error_of("parity:6") == 1


def test_of_numbers_it_is_near_the_share_of_the_noise() -> None:
    rng = np.random.default_rng(3)
    X = rng.uniform(-1, 1, (500, 1))
    for deviation in (0.0, 0.5):
        y = np.sin(3 * X) + deviation * rng.standard_normal(X.shape)
        assert neighbour_error(X, y, is_regression=True) == pytest.approx(deviation**2 / y.var(), abs=0.04)


@pytest.mark.parametrize("count", [0, 1])
def test_without_another_sample_it_is_not_known(count: int) -> None:
    assert math.isnan(neighbour_error(np.zeros((count, 2)), np.zeros((count, 1)), is_regression=False))


def test_numbers_that_are_all_the_same_have_no_noise_to_compare() -> None:
    assert math.isnan(neighbour_error(np.arange(4.0)[:, None], np.ones((4, 1)), is_regression=True))
