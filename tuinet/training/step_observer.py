"""Copies of the buffers of one training step."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tuinet.nn.network import Network, Workspace
from tuinet.nn.optimizers import Optimizer
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array, Parameters
from tuinet.training.checkpoint import Checkpoint
from tuinet.training.frozen import frozen
from tuinet.training.step_snapshot import LayerStep, StepSnapshot


@DIVERGING_IS_NO_ERROR
def observe_step(
    network: Network,
    workspace: Workspace,
    optimizer: Optimizer,
    indices: NDArray[np.intp],
    start: Checkpoint | None,
    penalty: float,
    learning_rate: float,
) -> StepSnapshot:
    """Everything about the step in a workspace.

    Parameters
    ----------
    network
        What is trained.
    workspace
        Where the batch is computed.
    optimizer
        What makes updates of the gradients.
    indices
        The batch's samples, shape (samples,).
    start
        The state at the start of the step. Where it is not known, the parameters are reckoned back from the update,
        and what the optimizer remembered is left out.
    penalty
        At the start of the step.
    learning_rate
        Of the step.
    """
    before = network.parameters.vector + optimizer.updates.vector if start is None else start.parameters
    slots = optimizer.slots
    slots_before = {} if start is None else start.slots
    layers = [
        _layer(network, workspace, optimizer, layer, before, slots_before) for layer in range(1, network.n_layers + 1)
    ]
    z, a = workspace.pre_activations[-1], workspace.activations[-1]
    return StepSnapshot(
        indices=indices.copy(),
        targets=frozen(workspace.targets),
        layers=tuple(layers),
        loss_values=frozen(network.loss.values(z, a, workspace.targets)),
        penalty=penalty,
        is_canonical=network.loss.is_canonical,
        learning_rate=learning_rate,
        settings=optimizer.settings,
        scalars_before={name: float(slot) for name, slot in slots_before.items() if slot.size == 1 and not slot.ndim},
        scalars={name: float(slot) for name, slot in slots.items() if not slot.ndim},
    )


def _layer(
    network: Network,
    workspace: Workspace,
    optimizer: Optimizer,
    layer: int,
    before: Array,
    slots_before: Mapping[str, Array],
) -> LayerStep:
    index = layer - 1

    def part(vector: Array) -> Array:
        return frozen(_blocks(network.parameters, vector)[index])

    x, deltas = workspace.layer_input(layer), workspace.deltas[index]
    gradient = x.T @ deltas
    if not network.parameters.train_biases:
        gradient[-1] = 0
    return LayerStep(
        x=frozen(x[:, :-1]),
        pre_activations=frozen(workspace.pre_activations[index]),
        activations=frozen(workspace.activations[index]),
        mask=frozen(workspace.masks[index]) if index < len(workspace.masks) else None,
        outputs=frozen(workspace.outputs[index]),
        derivatives=frozen(workspace.derivatives[index]),
        deltas=frozen(deltas),
        block_before=part(before),
        block=part(network.parameters.vector),
        loss_grads=frozen(gradient),
        grads=part(optimizer.grads.vector),
        updates=part(optimizer.updates.vector),
        slots_before={name: part(slot) for name, slot in slots_before.items() if slot.ndim},
        slots={name: part(slot) for name, slot in optimizer.slots.items() if slot.ndim},
    )


def _blocks(parameters: Parameters, vector: Array) -> list[Array]:
    ends = np.cumsum([block.size for block in parameters.blocks])[:-1]
    parts = np.split(vector, ends)
    return [part.reshape(block.shape) for part, block in zip(parts, parameters.blocks, strict=True)]
