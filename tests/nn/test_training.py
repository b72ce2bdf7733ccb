"""One step against arithmetic done by hand, phase by phase."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from tests.nn.factories import XOR_X, XOR_Y, make_network, make_optimizer
from tuinet.nn.network import Network, Workspace, with_ones
from tuinet.nn.parameters import Parameters
from tuinet.nn.regularizers import Dropout
from tuinet.nn.training import Phase, Regularization, step_phases


def sigma(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def make_step(
    network: Network, learning_rate: float, regularization: Regularization | None = None
) -> tuple[tuple[Phase, ...], Workspace, Parameters]:
    regularization = regularization or Regularization()
    dropout = regularization.dropout is not None
    workspace = Workspace(with_ones(XOR_X), np.asfortranarray(XOR_Y), network.layer_sizes, dropout=dropout)
    optimizer = make_optimizer(network, learning_rate=learning_rate)
    return step_phases(network, workspace, optimizer, regularization), workspace, optimizer.grads


def test_one_step_of_2_2_1_equals_the_arithmetic_done_by_hand() -> None:
    network = make_network((2, 2, 1), "sigmoid")
    (W1, W2), (b1, b2) = [
        [part.copy() for part in parts] for parts in (network.parameters.weights, network.parameters.biases)
    ]
    phases, _, grads = make_step(network, 0.5)
    for phase in phases:
        phase.run()
    dW1, db1, dW2, db2 = np.zeros((2, 2)), np.zeros(2), np.zeros(2), 0.0
    for (x1, x2), (target,) in zip(XOR_X, XOR_Y, strict=True):
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
        "update",
    ]


def test_penalties_and_clipping_are_phases_where_they_are_on() -> None:
    phases, _, _ = make_step(make_network((2, 1), "tanh"), 0.1, Regularization(l2=0.1, clip_norm=1.0))
    assert [phase.name.kind for phase in phases[-3:]] == ["regularize", "clip", "update"]


def test_penalties_spare_the_biases() -> None:
    network = make_network((2, 2, 1), "sigmoid")
    _, _, plain = run_step(network, Regularization())
    network = make_network((2, 2, 1), "sigmoid")
    weights = [part.copy() for part in network.parameters.weights]
    _, _, penalized = run_step(network, Regularization(l1=0.3, l2=0.2))
    for w, before, after in zip(weights, plain.weights, penalized.weights, strict=True):
        np.testing.assert_allclose(after, before + 0.3 * np.sign(w) + 0.2 * w, rtol=1e-14)
    for before, after in zip(plain.biases, penalized.biases, strict=True):
        np.testing.assert_array_equal(before, after)


def test_clipping_scales_all_gradients_to_the_norm() -> None:
    _, _, plain = run_step(make_network((2, 2, 1), "sigmoid"), Regularization())
    norm = float(np.linalg.norm(plain.vector))
    _, _, clipped = run_step(make_network((2, 2, 1), "sigmoid"), Regularization(clip_norm=norm / 4))
    _, _, untouched = run_step(make_network((2, 2, 1), "sigmoid"), Regularization(clip_norm=norm * 4))
    np.testing.assert_allclose(clipped.vector, plain.vector / 4, rtol=1e-4)
    np.testing.assert_array_equal(untouched.vector, plain.vector)


def test_dropout_drops_its_share_and_keeps_the_mean() -> None:
    network = make_network((2, 400, 1), "linear")
    _, workspace, _ = run_step(network, Regularization(dropout=Dropout(0.25, np.random.default_rng(0))))
    mask = workspace.masks[0]
    assert set(np.unique(mask)) == {0.0, 1 / 0.75}
    assert mask.mean() == pytest.approx(1, abs=0.05)
    np.testing.assert_array_equal(workspace.outputs[0], workspace.activations[0] * mask)


def run_step(network: Network, regularization: Regularization) -> tuple[tuple[Phase, ...], Workspace, Parameters]:
    step = make_step(network, 0.5, regularization)
    for phase in step[0]:
        phase.run()
    return step


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


def test_parameters_share_one_vector() -> None:
    parameters = Parameters((2, 3, 1))
    parameters.vector[:] = np.arange(parameters.vector.size)
    assert [weights.shape for weights in parameters.weights] == list(pairwise((2, 3, 1)))
    np.testing.assert_array_equal(parameters.weights[0], [[0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(parameters.biases[0], [6, 7, 8])
    parameters.biases[1][:] = -1
    assert parameters.vector[-1] == -1
