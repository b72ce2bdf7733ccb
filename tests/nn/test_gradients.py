"""Analytic gradients against central differences, for everything that can be combined."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import DTypeLike

from tests.nn.factories import XOR_X, XOR_Y, make_network, make_targets
from tuinet.nn.activations import ACTIVATIONS
from tuinet.nn.arithmetic import ARITHMETICS
from tuinet.nn.gradient_check import check_gradients, spread_places
from tuinet.nn.initializers import INITIALIZERS
from tuinet.nn.losses import LOSSES
from tuinet.nn.regularizers import Dropout
from tuinet.nn.training import Regularization

PAIRS = [(loss, output) for loss, outputs in LOSSES.items() for output in outputs]
NAMES = tuple(ARITHMETICS)
"""They take turns where both would say the same."""
REGULARIZATIONS = [(0.0, 0.0), (1e-2, 0.0), (0.0, 1e-2), (3e-3, 2e-2)]


def relative_error(
    activation: str,
    pair: tuple[str, str],
    regularization: Regularization,
    initializer: str,
    layers: int,
    dtype: DTypeLike = np.float64,
    *,
    arithmetic: str,
) -> float:
    loss, output = pair
    sizes = (2, *(3, 2, 3, 2)[: layers - 1], 2)
    network = make_network(
        sizes,
        activation,
        loss=loss,
        output=output,
        initializer=initializer,
        dtype=dtype,
        seed=layers,
        arithmetic=arithmetic,
    )
    if initializer == "constant":
        # Ones saturate five layers: what is left of the gradient is smaller than the rounding of a difference.
        network.parameters.vector[:] *= 0.3
    if initializer in ("zeros", "constant"):
        # Equal weights put whole layers on a kink or at the same place; a nudge leaves them almost equal.
        network.parameters.vector[:] += 0.1 * np.random.default_rng(1).standard_normal(network.parameters.vector.size)
    X = np.random.default_rng(layers).standard_normal((4, 2)).astype(dtype)
    y = make_targets(network, 4, seed=layers).astype(dtype)
    return check_gradients(network, X, y, regularization, epsilon=1e-5).relative_error


@pytest.mark.parametrize(("activation", "layers"), product(ACTIVATIONS, (1, 2, 3, 4, 5)))
def test_activations(activation: str, layers: int) -> None:
    # What is added for each penalty knows nothing of the activation: none of them and both will do.
    for number, (pair, (l1, l2)) in enumerate(product(PAIRS, (REGULARIZATIONS[0], REGULARIZATIONS[-1]))):
        regularization, arithmetic = Regularization(l1=l1, l2=l2), NAMES[(number + number // 2 + layers) % 2]
        error = relative_error(activation, pair, regularization, "glorot_normal", layers, arithmetic=arithmetic)
        assert error < 1e-7, (pair, l1, l2)


@pytest.mark.parametrize(("initializer", "pair"), product(INITIALIZERS, PAIRS))
def test_initializers(initializer: str, pair: tuple[str, str]) -> None:
    for number, (activation, layers) in enumerate(product(("tanh", "relu"), (2, 4))):
        arithmetic = NAMES[(number + number // 2) % 2]
        regularization = Regularization(l1=1e-3, l2=1e-3)
        error = relative_error(activation, pair, regularization, initializer, layers, arithmetic=arithmetic)
        assert error < 1e-7, (activation, layers)


@pytest.mark.parametrize(("activation", "pair"), product(ACTIVATIONS, PAIRS))
def test_single_precision(activation: str, pair: tuple[str, str]) -> None:
    regularization = Regularization(l1=1e-3, l2=1e-3)
    for layers in range(1, 6):
        arithmetic = NAMES[layers % 2]
        error = relative_error(
            activation, pair, regularization, "glorot_normal", layers, np.float32, arithmetic=arithmetic
        )
        assert error < 1e-4, layers


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_dropout_at_a_fixed_mask(activation: str) -> None:
    for number, (pair, layers) in enumerate(product(PAIRS, (2, 3, 5))):
        arithmetic = NAMES[number % 2]
        dropout = Dropout(0.4, np.random.default_rng(layers))
        regularization = Regularization(l2=1e-2, dropout=dropout)
        error = relative_error(activation, pair, regularization, "lecun_normal", layers, arithmetic=arithmetic)
        assert error < 1e-7, (pair, layers)


@pytest.mark.long
@pytest.mark.parametrize(("activation", "initializer"), product(ACTIVATIONS, INITIALIZERS))
def test_every_combination(activation: str, initializer: str, arithmetic: str) -> None:
    for pair, (l1, l2), layers in product(PAIRS, REGULARIZATIONS, range(1, 6)):
        regularization = Regularization(l1=l1, l2=l2)
        for dtype, bound in ((np.float64, 1e-7), (np.float32, 1e-4)):
            error = relative_error(activation, pair, regularization, initializer, layers, dtype, arithmetic=arithmetic)
            assert error < bound, (pair, l1, l2, layers, dtype)


@settings(max_examples=60)
@given(data=st.data())
def test_any_combination(data: st.DataObject) -> None:
    activation, pair = data.draw(st.sampled_from(list(ACTIVATIONS))), data.draw(st.sampled_from(PAIRS))
    initializer, layers = data.draw(st.sampled_from(list(INITIALIZERS))), data.draw(st.integers(1, 5))
    l1, l2 = data.draw(st.sampled_from(REGULARIZATIONS))
    arithmetic = data.draw(st.sampled_from(list(ARITHMETICS)))
    regularization = Regularization(l1=l1, l2=l2)
    assert relative_error(activation, pair, regularization, initializer, layers, arithmetic=arithmetic) < 1e-7


def test_a_wrong_derivative_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = ACTIVATIONS["tanh"]._replace(derivative=ACTIVATIONS["relu"].derivative)
    monkeypatch.setitem(ACTIVATIONS, "tanh", wrong)
    check = check_gradients(make_network((2, 3, 1), "tanh"), XOR_X, XOR_Y)
    assert check.relative_error > 1e-2 and not check.is_within_rounding


def test_gradients_near_nothing_differ_by_rounding_alone() -> None:
    """A network that is all but certain: its loss is the logarithm of a number next to 1."""
    network = make_network((2, 2, 3), "tanh", output="softmax")
    network.parameters.biases[-1][0] = 30.0
    check = check_gradients(network, XOR_X, np.eye(3)[[0, 0, 0, 0]])
    assert check.relative_error > 1e-4
    assert check.is_within_rounding


def test_checking_leaves_the_network_as_it_was() -> None:
    network = make_network((2, 2, 1), "tanh")
    before = network.parameters.vector.copy()
    check_gradients(network, XOR_X, XOR_Y)
    np.testing.assert_array_equal(network.parameters.vector, before)


def test_frozen_biases_have_no_gradient() -> None:
    network = make_network((2, 2, 1), "tanh")
    network.parameters.train_biases = False
    check = check_gradients(network, XOR_X, XOR_Y)
    assert not any(biases.any() for biases in check.analytic.biases)
    assert check.relative_error < 1e-9


def test_some_gradients_are_those_of_all() -> None:
    network = make_network((2, 3, 1), "tanh")
    places = np.array([0, 4, 12])
    whole, some = check_gradients(network, XOR_X, XOR_Y), check_gradients(network, XOR_X, XOR_Y, places=places)
    np.testing.assert_array_equal(some.numeric.vector[places], whole.numeric.vector[places])
    assert np.count_nonzero(some.numeric.vector) <= 3
    assert some.relative_error < 1e-7


@pytest.mark.parametrize(
    ("sizes", "shares"), [((1000, 1000), [100, 100]), ((10, 5000, 5000), [10, 95, 95]), ((3, 4), [3, 4])]
)
def test_places_are_spread_over_the_layers(sizes: tuple[int, ...], shares: list[int]) -> None:
    places = spread_places(sizes, 200)
    layers = np.searchsorted(np.cumsum(sizes), places, side="right")
    assert np.bincount(layers).tolist() == shares
    assert len(set(places.tolist())) == len(places)
    assert places.tolist() == spread_places(sizes, 200).tolist() == sorted(places.tolist())
