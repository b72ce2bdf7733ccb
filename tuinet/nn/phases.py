"""One training step as an ordered list of named phases."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from tuinet.nn.arrays import DIVERGING_IS_NO_ERROR, Operation
from tuinet.nn.network import Network
from tuinet.nn.optimizers import Optimizer
from tuinet.nn.parameters import Parameters
from tuinet.nn.workspace import Workspace

PhaseKind = Literal["batch", "forward", "loss", "backward", "regularize", "update"]


@dataclass(frozen=True)
class PhaseName:
    """Which phase: its kind and, for forward and backward, the layer, counted from 1."""

    kind: PhaseKind
    layer: int | None = None

    def __str__(self) -> str:
        return self.kind if self.layer is None else f"{self.kind}, layer {self.layer}"


@dataclass(frozen=True)
class Phase:
    """A named part of a step, and the prepared operations that do it.

    A phase whose result nobody needs for training, such as the value of the loss, has no operations: what it shows
    is computed when somebody looks.
    """

    name: PhaseName
    operations: tuple[Operation, ...]

    @DIVERGING_IS_NO_ERROR
    def run(self) -> None:
        """Run the operations in order."""
        for operation in self.operations:
            operation()


def forward_phases(network: Network, workspace: Workspace) -> list[Phase]:
    """The phases that compute every layer's activations from the workspace's inputs."""
    phases = []
    for layer, activation in enumerate(network.activations, start=1):
        z, a = workspace.pre_activations[layer - 1], workspace.activations[layer - 1]
        block, x = network.parameters.blocks[layer - 1], workspace.layer_input(layer)
        # zᵀ = [W; b]ᵀ·[x 1]ᵀ: the transposes are the views in which z, in Fortran order, is a C-contiguous output.
        product = partial(block.T.dot, x.T, z.T)
        phases.append(Phase(PhaseName("forward", layer), (product, *activation.forward(z, a))))
    return phases


def backward_phases(network: Network, workspace: Workspace, grads: Parameters) -> list[Phase]:
    """The phases that compute every layer's deltas and gradients, from the output back to the first layer.

    Rumelhart, Hinton and Williams (1986): δ of a hidden layer is f′(z) · (δ of the next layer · Wᵀ), and
    ∂L/∂[W; b] = [x 1]ᵀ·δ.
    """
    return [_backward_phase(network, workspace, grads, layer) for layer in range(network.n_layers, 0, -1)]


def _backward_phase(network: Network, workspace: Workspace, grads: Parameters, layer: int) -> Phase:
    deltas = workspace.deltas[layer - 1]
    if layer == network.n_layers:
        z, a = workspace.pre_activations[-1], workspace.activations[-1]
        operations = network.loss.deltas(z, a, workspace.targets, deltas)
    else:
        operations = _hidden_deltas(network, workspace, layer)
    gradient = partial(workspace.layer_input(layer).T.dot, deltas, grads.blocks[layer - 1])
    return Phase(PhaseName("backward", layer), (*operations, gradient))


def _hidden_deltas(network: Network, workspace: Workspace, layer: int) -> tuple[Operation, ...]:
    z, a = workspace.pre_activations[layer - 1], workspace.activations[layer - 1]
    deltas, derivatives = workspace.deltas[layer - 1], workspace.derivatives[layer - 1]
    next_weights, next_deltas = network.parameters.weights[layer], workspace.deltas[layer]
    backpropagated = partial(next_weights.dot, next_deltas.T, deltas.T)
    derivative = network.activations[layer - 1].derivative(z, a, derivatives)
    chain = (partial(np.multiply, deltas, derivatives, deltas),) if derivative else ()
    return (backpropagated, *derivative, *chain)


def step_phases(
    network: Network,
    workspace: Workspace,
    grads: Parameters,
    optimizer: Optimizer,
    load_batch: tuple[Operation, ...] = (),
) -> tuple[Phase, ...]:
    """One training step on the batch in a workspace.

    Parameters
    ----------
    network
        What is trained.
    workspace
        Where the batch is computed.
    grads
        Where the gradients go.
    optimizer
        What makes updates of them.
    load_batch
        The operations that bring the next batch into the workspace; none when it always holds the whole training set.

    Returns
    -------
    tuple of Phase
        batch, forward 1 … L, loss, backward L … 1, regularize, update.
    """
    return (
        Phase(PhaseName("batch"), load_batch),
        *forward_phases(network, workspace),
        Phase(PhaseName("loss"), ()),
        *backward_phases(network, workspace, grads),
        Phase(PhaseName("regularize"), ()),
        Phase(PhaseName("update"), optimizer.operations(network.parameters, grads)),
    )
