from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tuinet.data.dataset import FEATURES, IDENTITY, fit_encoder


def test_the_seven_features_of_one_point() -> None:
    encoded = fit_encoder(np.zeros((1, 2)), tuple(FEATURES), standardize=False)(np.array([[2.0, -3.0]]))
    np.testing.assert_allclose(encoded, [[2, -3, 4, 9, -6, np.sin(2), np.sin(-3)]], rtol=1e-15)


def test_the_names_are_in_the_order_of_the_columns() -> None:
    encoder = fit_encoder(np.zeros((1, 2)), ("x2", "x1"), standardize=False)
    np.testing.assert_array_equal(encoder(np.array([[5.0, 7.0]])), [[7, 5]])


def test_without_anything_to_do_the_features_are_fed_as_they_are() -> None:
    encoder = fit_encoder(np.zeros((3, 4)), (), standardize=False)
    assert encoder is IDENTITY


@given(X=arrays(np.float64, (12, 3), elements=st.floats(-1e6, 1e6)))
def test_standardized_training_columns_have_mean_0_and_deviation_1(X: np.ndarray) -> None:
    encoded = fit_encoder(X, (), standardize=True)(X)
    wide = X.std(axis=0) > 1e-3
    np.testing.assert_allclose(encoded[:, wide].mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(encoded[:, wide].std(axis=0), 1, atol=1e-6)
    assert np.isfinite(encoded).all()


def test_features_are_made_before_they_are_standardized() -> None:
    X = np.array([[1.0, 0.0], [3.0, 0.0]])
    encoder = fit_encoder(X, ("x1²",), standardize=True)
    np.testing.assert_allclose(encoder(X), [[-1], [1]])
    np.testing.assert_allclose(encoder(np.array([[5.0, 0.0]])), [[5]])  # (25 - 5) / 4


@pytest.mark.parametrize("value", [0.1, 1e-300, 1e30])
def test_a_column_that_does_not_vary_in_training_is_only_shifted(value: float) -> None:
    encoder = fit_encoder(np.full((7, 1), value), (), standardize=True)
    np.testing.assert_allclose(encoder(np.array([[value + 2]])), [[2 if value < 1e20 else 0]], atol=1e15 * (value > 1))
