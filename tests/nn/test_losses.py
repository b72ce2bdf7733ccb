"""Losses by hand, and their gradients against central differences: every reduction, with and without weights."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.typing import DTypeLike

from tests.nn.factories import make_network, make_targets
from tuinet.nn.arithmetic import ARITHMETICS, FAST
from tuinet.nn.gradient_check import check_gradients
from tuinet.nn.losses import LOSSES, REDUCTIONS
from tuinet.nn.network import Network
from tuinet.nn.parameters import Array

PAIRS = [(loss, output) for loss, outputs in LOSSES.items() for output in outputs]
WEIGHTS = np.array([0.5, 2.0, 1.25, 0.0, 3.0])


def relative_error(
    pair: tuple[str, str], reduction: str, outputs: int, weights: Array | None, dtype: DTypeLike, arithmetic: str
) -> float:
    loss, output = pair
    network = make_network((2, 3, outputs), "tanh", loss=loss, output=output, dtype=dtype, arithmetic=arithmetic)
    network.loss = network.loss.with_reduction(reduction)  # type: ignore[arg-type]
    X = np.random.default_rng(1).standard_normal((5, 2)).astype(dtype)
    y = targets_of(network).astype(dtype)
    return check_gradients(network, X, y, weights=None if weights is None else weights.astype(dtype)).relative_error


def targets_of(network: Network) -> Array:
    """Of hinge ±1, or one-hot; of the others what suits the output."""
    outputs = network.layer_sizes[-1]
    if network.loss.name == "hinge":
        return np.eye(outputs)[[0, 1, 2, 0, 1]] if outputs > 1 else np.array([[1.0], [-1.0], [1.0], [1.0], [-1.0]])
    return make_targets(network, 5)


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_gradients(pair: tuple[str, str], arithmetic: str) -> None:
    for reduction, outputs, weights in product(REDUCTIONS, (1, 3), (None, WEIGHTS)):
        if outputs == 1 and pair[1] == "softmax":
            continue
        case = reduction, outputs, weights
        assert relative_error(pair, *case, np.float64, arithmetic) < 1e-7, case
        assert relative_error(pair, *case, np.float32, arithmetic) < 1e-4, case


@pytest.mark.parametrize("f", [make() for make in ARITHMETICS.values()], ids=list(ARITHMETICS))
def test_hinge_by_hand(f: object) -> None:
    """Right by more than 1, right by less, exactly on the margin, and wrong."""
    a, y = np.array([[2.0], [0.25], [-1.0], [0.5]]), np.array([[1.0], [1.0], [-1.0], [-1.0]])
    loss = LOSSES["hinge"]["linear"]
    np.testing.assert_array_equal(loss.values(f, a, a, y), [0.0, 0.75, 0.0, 1.5])  # type: ignore[arg-type]
    np.testing.assert_array_equal(slopes(a, y), [[0], [-0.25], [0], [0.25]])
    np.testing.assert_array_equal(slopes(a, y, "sum"), [[0], [-1], [0], [1]])


def test_the_multiclass_hinge_of_cs231n() -> None:
    """The course's example: scores 13, −7 and 11, the first class is right: max(0, −7 − 13 + 1) + max(0, 11 − 13 + 1).

    The notes have the margin 10, the assignment 1; with scores a tenth as large that is the same, a tenth as large.
    """
    a = np.array([[1.3, -0.7, 1.1], [3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])
    y = np.eye(3)[[0, 0, 1, 2]]
    loss = LOSSES["hinge"]["linear"].for_outputs(3)
    # The lecture's cat, car and frog: 3.2 5.1 −1.7 gives 2.9, 1.3 4.9 2.0 gives 0, 2.2 2.5 −3.1 gives 12.9.
    np.testing.assert_allclose(loss.values(FAST, a, a, y), [0.8, 2.9, 0.0, 6.3 + 6.6], rtol=1e-15)
    wanted = np.array([[-1, 0, 1], [-1, 1, 0], [0, 0, 0], [1, 1, -2]]) / 4
    np.testing.assert_array_equal(slopes(a, y), wanted)


def test_the_subgradient_at_a_kink_of_several_classes_is_0() -> None:
    a, y = np.array([[2.0, 1.0, 0.0]]), np.eye(3)[[0]]
    assert not slopes(a, y).any()


def slopes(a: Array, y: Array, reduction: str = "mean", weights: Array | None = None, name: str = "hinge") -> Array:
    loss = LOSSES[name]["linear"].for_outputs(y.shape[1]).with_reduction(reduction)  # type: ignore[arg-type]
    out = np.empty_like(a, order="F")
    for operation in loss.slopes(FAST, np.asfortranarray(a), np.asfortranarray(y), out, weights):
        operation()
    return out


def test_binary_cross_entropy_is_the_mean_over_samples_and_labels() -> None:
    z, y = np.array([[0.0, np.log(3.0)], [0.0, 0.0]]), np.array([[1.0, 1.0], [0.0, 1.0]])
    a = 1 / (1 + np.exp(-z))
    loss, two = LOSSES["binary-cross-entropy"]["sigmoid"], np.log(2.0)
    values = loss.values(FAST, z, a, y)
    np.testing.assert_allclose(values, [(two + np.log(4 / 3)) / 2, two], rtol=1e-15)
    assert loss.reduced(values) == pytest.approx((3 * two + np.log(4 / 3)) / 4, rel=1e-15)
    summed = loss.with_reduction("sum")
    assert summed.reduced(summed.values(FAST, z, a, y)) == pytest.approx(3 * two + np.log(4 / 3), rel=1e-15)


def test_the_sum_is_over_samples_and_outputs_and_sse_is_half_of_it() -> None:
    a, y = np.array([[1.0, 3.0], [0.0, 2.0]]), np.zeros((2, 2))
    for name, total in {"mse": 14.0, "sse": 7.0, "mae": 6.0, "huber": 0.5 + 2.5 + 0.0 + 1.5}.items():
        loss = LOSSES[name]["linear"].with_reduction("sum")
        assert loss.reduced(loss.values(FAST, a, a, y)) == total, name


def test_the_weighted_mean_is_divided_by_the_weights() -> None:
    a, y, weights = np.array([[1.0], [2.0]]), np.zeros((2, 1)), np.array([3.0, 1.0])
    loss = LOSSES["mse"]["linear"]
    assert loss.reduced(loss.values(FAST, a, a, y), weights) == (3 * 1 + 1 * 4) / 4
    np.testing.assert_array_equal(slopes(a, y, "mean", weights, "mse"), [[3 / 4 * 2], [1 / 4 * 4]])
    np.testing.assert_array_equal(slopes(a, y, "sum", weights, "mse"), [[6], [4]])


def test_no_samples_have_no_loss() -> None:
    for reduction, weights in product(REDUCTIONS, (None, np.empty(0))):
        assert LOSSES["mse"]["linear"].with_reduction(reduction).reduced(np.empty(0), weights) == 0


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_a_plain_mean_takes_no_more_calls_than_it_needs(pair: tuple[str, str]) -> None:
    """What is not summed and not weighted is scaled by one constant; the sum, too."""
    loss, output = pair
    one = LOSSES[loss][output]
    a, y, out = (np.zeros((4, 1), order="F") for _ in range(3))
    plain, summed = one.slopes(FAST, a, y, out), one.with_reduction("sum").slopes(FAST, a, y, out)
    assert len(plain) == len(summed) <= 4
