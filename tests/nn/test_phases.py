"""One step against arithmetic done by hand, and gradients against finite differences."""

from __future__ import annotations

import math
from itertools import pairwise, product

import numpy as np
import pytest

from tuinet.nn.activations import ACTIVATIONS
from tuinet.nn.gradient_check import check_gradients
from tuinet.nn.initializers import initialize_normal
from tuinet.nn.losses import LOSSES
from tuinet.nn.network import Network
from tuinet.nn.optimizers import SGD
from tuinet.nn.parameters import Parameters
from tuinet.nn.phases import Phase, step_phases
from tuinet.nn.workspace import Workspace, with_ones

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
y = np.array([[0.0], [1.0], [1.0], [0.0]])


def sigma(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def make_network(sizes: tuple[int, ...], activation: str, seed: int = 0) -> Network:
    parameters = Parameters(sizes)
    initialize_normal(parameters, 1.0, np.random.default_rng(seed))
    for biases in parameters.biases:
        biases[:] = np.linspace(-0.4, 0.3, biases.size)
    return Network(parameters, [activation] * (len(sizes) - 2), LOSSES["cross-entropy"])


def make_step(network: Network, learning_rate: float) -> tuple[tuple[Phase, ...], Workspace, Parameters]:
    workspace = Workspace(with_ones(X), np.asfortranarray(y), network.layer_sizes)
    grads = network.parameters.like()
    return step_phases(network, workspace, grads, SGD(network.parameters, learning_rate)), workspace, grads


def test_one_step_of_2_2_1_equals_the_arithmetic_done_by_hand() -> None:
    network = make_network((2, 2, 1), "sigmoid")
    (W1, W2), (b1, b2) = [
        [part.copy() for part in parts] for parts in (network.parameters.weights, network.parameters.biases)
    ]
    phases, _, grads = make_step(network, 0.5)
    for phase in phases:
        phase.run()
    dW1, db1, dW2, db2 = np.zeros((2, 2)), np.zeros(2), np.zeros(2), 0.0
    for (x1, x2), (target,) in zip(X, y, strict=True):
        h = [sigma(x1 * W1[0, j] + x2 * W1[1, j] + b1[j]) for j in range(2)]
        delta = (sigma(h[0] * W2[0, 0] + h[1] * W2[1, 0] + b2[0]) - target) / 4
        db2 += delta
        for j in range(2):
            dW2[j] += delta * h[j]
            hidden_delta = delta * W2[j, 0] * h[j] * (1 - h[j])
            db1[j] += hidden_delta
            dW1[:, j] += hidden_delta * np.array([x1, x2])
    np.testing.assert_allclose(grads.weights[0], dW1, rtol=1e-13)
    np.testing.assert_allclose(grads.biases[0], db1, rtol=1e-13)
    np.testing.assert_allclose(grads.weights[1][:, 0], dW2, rtol=1e-13)
    np.testing.assert_allclose(grads.biases[1], [db2], rtol=1e-13)
    np.testing.assert_allclose(network.parameters.weights[0], W1 - 0.5 * dW1, rtol=1e-13)
    np.testing.assert_allclose(network.parameters.biases[1], b2 - 0.5 * db2, rtol=1e-13)


def test_a_step_is_a_list_of_named_phases_in_order() -> None:
    phases, _, _ = make_step(make_network((2, 3, 2, 1), "tanh"), 0.1)
    assert [str(phase.name) for phase in phases] == [
        "batch",
        *(f"forward, layer {layer}" for layer in (1, 2, 3)),
        "loss",
        *(f"backward, layer {layer}" for layer in (3, 2, 1)),
        "regularize",
        "update",
    ]


def test_each_phase_writes_its_own_layer_and_nothing_else() -> None:
    network = make_network((2, 3, 2, 1), "tanh")
    phases, workspace, grads = make_step(network, 0.1)
    for phase in phases[:6]:
        phase.run()
    before = [block.copy() for block in grads.blocks]
    phases[6].run()
    changed = [not np.array_equal(old, new) for old, new in zip(before, grads.blocks, strict=True)]
    assert phases[6].name.layer == 2
    assert changed == [False, True, False]
    assert not workspace.deltas[0].any()


@pytest.mark.parametrize(("activation", "layers"), product(ACTIVATIONS, (1, 2, 3, 4)))
def test_gradients_agree_with_central_differences(activation: str, layers: int) -> None:
    sizes = (3, *(4, 3, 5)[: layers - 1], 2)
    generator = np.random.default_rng(layers)
    inputs = generator.standard_normal((6, 3))
    targets = generator.integers(0, 2, (6, 2)).astype(float)
    assert check_gradients(make_network(sizes, activation, layers), inputs, targets).relative_error < 1e-7


def test_gradient_check_finds_a_wrong_derivative(monkeypatch: pytest.MonkeyPatch) -> None:
    relu = ACTIVATIONS["relu"]
    monkeypatch.setitem(ACTIVATIONS, "tanh", type(relu)("tanh", "", "", ACTIVATIONS["tanh"].forward, relu.derivative))
    assert check_gradients(make_network((2, 3, 1), "tanh"), X, y).relative_error > 1e-2


def test_gradient_check_leaves_the_network_as_it_was() -> None:
    network = make_network((2, 2, 1), "tanh")
    before = network.parameters.vector.copy()
    check_gradients(network, X, y)
    np.testing.assert_array_equal(network.parameters.vector, before)


def test_parameters_share_one_vector() -> None:
    parameters = Parameters((2, 3, 1))
    parameters.vector[:] = np.arange(parameters.vector.size)
    assert [weights.shape for weights in parameters.weights] == list(pairwise((2, 3, 1)))
    np.testing.assert_array_equal(parameters.weights[0], [[0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(parameters.biases[0], [6, 7, 8])
    parameters.biases[1][:] = -1
    assert parameters.vector[-1] == -1
