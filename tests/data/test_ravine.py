"""The ravine: the loss of a single neuron is a bowl of known curvatures."""

from __future__ import annotations

import numpy as np
import pytest

from tuinet.data.generators import load
from tuinet.data.recipe import DataSpec
from tuinet.data.synthetic import uncorrelated
from tuinet.experiment.presets import make_experiment
from tuinet.session.edits import SetParameter
from tuinet.session.session import Session


@pytest.mark.parametrize("samples", [3, 4, 100, 1001])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_inputs_are_uncorrelated_and_one_is_spread_ten_times_as_widely(samples: int, seed: int) -> None:
    X = load(DataSpec("ravine", samples=samples, seed=seed)).X
    np.testing.assert_allclose(X.mean(axis=0), 0, atol=1e-15)
    np.testing.assert_allclose(X.T @ X / samples, np.diag([1.0, 0.01]), atol=1e-14)


def test_noise_is_added_to_y_alone() -> None:
    clean, noisy = (load(DataSpec("ravine", samples=10_000, noise=noise)) for noise in (0.0, 0.5))
    np.testing.assert_array_equal(clean.X, noisy.X)
    np.testing.assert_allclose(clean.y, clean.X @ [[1], [10]], atol=1e-12)
    assert (noisy.y - clean.y).std() == pytest.approx(0.5, rel=0.03)


def test_columns_are_made_orthogonal_from_left_to_right() -> None:
    X = np.array([[1.0, 3.0], [2.0, 1.0], [3.0, 8.0]])
    found = uncorrelated(X)
    # The means are 2 and 4; the first column has the variance 2/3, the covariance is 5/3.
    np.testing.assert_allclose(found[:, 0], np.array([-1, 0, 1]) * np.sqrt(1.5))
    rest = np.array([-1, -3, 4]) - 5 / 2 * np.array([-1, 0, 1])
    np.testing.assert_allclose(found[:, 1], rest / np.sqrt(np.square(rest).mean()))


@pytest.mark.parametrize(("w1", "w2", "b"), [(0, 0, 0), (1, 10, 0), (-3, 2, 0.5), (2, -40, -1)])
def test_the_loss_of_a_single_neuron_is_a_bowl(w1: float, w2: float, b: float) -> None:
    session = Session(make_experiment(dataset="ravine"))
    for row, value in ((0, w1), (1, w2), (None, b)):
        session.edit(SetParameter(1, row, 0, value))
    assert session.metrics().loss == pytest.approx((w1 - 1) ** 2 + (w2 - 10) ** 2 / 100 + b**2, abs=1e-12)
