"""What the benchmark of stacks compares: peers get the same networks at their start, and the same batches."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bench_jax import jax_stack
from bench_stacked import AGREEMENT
from bench_textbook import Textbook, sigmoid, softmax
from bench_torch import torch_stack
from bench_workloads import WORKLOADS, Array, Peer, Workload

NETWORKS, EPOCHS = 3, 4
NAMES = ("xor", "circle", "iris")


def stacked_losses(workload: Workload) -> Array:
    stack = workload.stack(NETWORKS)
    stack.advance(EPOCHS)
    return stack.metrics().losses


def textbook_loss(workload: Workload, network: int) -> float:
    """The loss of one of the networks after training by textbook NumPy on the stack's batches."""
    X, y = workload.arrays
    batch = workload.batch or len(X)
    textbook = Textbook(workload.sizes, workload.activation, workload.learning_rate, X, y, batch)
    layers = workload.layers(NETWORKS)
    textbook.weights = [W[network] for W, _ in layers]
    textbook.biases = [b[network] for _, b in layers]
    for order in workload.orders(NETWORKS, EPOCHS)[:, network]:
        for start in range(0, len(X), batch):
            rows = order[start : start + batch]
            textbook.step(X[rows], y[rows])
    a = X
    for W, b in zip(textbook.weights[:-1], textbook.biases[:-1], strict=True):
        a = textbook.function(a @ W + b)
    z = a @ textbook.weights[-1] + textbook.biases[-1]
    if z.shape[1] == 1:
        p = sigmoid(z)
        return float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean())
    return float(-(y * np.log(softmax(z))).sum(axis=1).mean())


@pytest.mark.parametrize("name", NAMES)
def test_textbook_networks_reach_the_losses_of_the_stack_on_its_batches(name: str) -> None:
    workload = WORKLOADS[name]
    expected = [textbook_loss(workload, network) for network in range(NETWORKS)]
    np.testing.assert_allclose(stacked_losses(workload), expected, rtol=1e-12)


def test_a_shuffled_epoch_holds_every_sample_once_for_every_network() -> None:
    orders = WORKLOADS["circle"].orders(NETWORKS, EPOCHS)
    assert orders.shape == (EPOCHS, NETWORKS, 250)
    assert np.array_equal(np.sort(orders, axis=2), np.broadcast_to(np.arange(250), orders.shape))
    assert len(np.unique(orders.reshape(-1, 250), axis=0)) == EPOCHS * NETWORKS


def require_agreement(workload: Workload, peer: Peer | None) -> None:
    if peer is None:
        pytest.skip("it is not installed")
    peer.train(workload.orders(NETWORKS, EPOCHS))
    np.testing.assert_allclose(peer.losses(), stacked_losses(workload), rtol=AGREEMENT)
    peer.advance(2)
    assert np.isfinite(peer.losses()).all()


@pytest.mark.parametrize("name", NAMES)
def test_vmap_of_pytorch_computes_the_same(name: str) -> None:
    workload = WORKLOADS[name]
    require_agreement(workload, torch_stack(workload, workload.layers(NETWORKS), threads=1))


@pytest.mark.parametrize("name", NAMES)
def test_jax_computes_the_same(name: str) -> None:
    workload = WORKLOADS[name]
    require_agreement(workload, jax_stack(workload, workload.layers(NETWORKS)))


def test_in_float32_a_peer_has_its_numbers_in_float32() -> None:
    workload = replace(WORKLOADS["xor"], dtype="float32")
    assert {array.dtype for layer in workload.layers(2) for array in layer} == {np.dtype("float32")}
