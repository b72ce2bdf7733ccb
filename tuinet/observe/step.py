"""Copies of the buffers of one training step, and the gradient check of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tuinet.nn.gradient_check import GradientCheck, Places, check_gradients, spread_places
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array, Parameters, frozen
from tuinet.nn.regularizers import penalty_value
from tuinet.observe.step_snapshot import GradientCheckSnapshot, LayerStep, StepSnapshot
from tuinet.session import build
from tuinet.session.run import Run


@DIVERGING_IS_NO_ERROR
def observe_step(run: Run) -> StepSnapshot:
    """Everything about the step under way, or the last one.

    Where the state at its start is not known, the parameters are reckoned back from the update, and what the optimizer
    remembered is left out.
    """
    network, workspace, optimizer, start = run.network, run.workspace, run.optimizer, run.step_start
    before = network.parameters.vector + optimizer.updates.vector if start is None else start.parameters
    slots_before = {} if start is None else start.slots
    z, a = workspace.pre_activations[-1], workspace.activations[-1]
    return StepSnapshot(
        indices=run.batches.indices(run.last_batch).copy(),
        targets=frozen(workspace.targets),
        layers=tuple(_layer(run, layer, before, slots_before) for layer in range(1, network.n_layers + 1)),
        loss_values=frozen(network.loss.values(network.arithmetic, z, a, workspace.targets)),
        weights=None if workspace.weights is None else frozen(workspace.weights),
        penalty=_penalty_before(run),
        is_canonical=network.loss.is_canonical,
        learning_rate=run.step_learning_rate,
        settings=optimizer.settings,
        scalars_before={name: float(slot) for name, slot in slots_before.items() if slot.size == 1 and not slot.ndim},
        scalars={name: float(slot) for name, slot in optimizer.slots.items() if not slot.ndim},
    )


def _penalty_before(run: Run) -> float:
    before = run.parameters
    if run.step_start is not None:
        before = run.parameters.like()
        before.vector[:] = run.step_start.parameters
    return penalty_value(before, run.regularization.l1, run.regularization.l2)


def _layer(run: Run, layer: int, before: Array, slots_before: Mapping[str, Array]) -> LayerStep:
    index, workspace, optimizer, parameters = layer - 1, run.workspace, run.optimizer, run.parameters

    def part(vector: Array) -> Array:
        return frozen(_blocks(parameters, vector)[index])

    x, deltas = workspace.layer_input(layer), workspace.deltas[index]
    gradient = np.zeros((x.shape[1], deltas.shape[1]), x.dtype)
    for operation in run.network.arithmetic.product(x.T, deltas, gradient):
        operation()
    if not parameters.train_biases:
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
        block=part(parameters.vector),
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


TOLERANCE: Final[Mapping[str, float]] = {"float64": 1e-7, "float32": 1e-4}
"""Relative error up to which all gradients together are taken for the same, by the precision of the network."""
MOST_PARAMETERS: Final = 2000
"""Each parameter takes two forward passes: of more, the screen checks only some."""
SOME_PARAMETERS: Final = 200
"""How many they are then."""
_WORK: Final = 10**7
"""Products of a forward pass at most, where only some parameters are checked: samples times parameters."""


def check_run(run: Run) -> GradientCheck:
    """Compare backpropagation over the whole training set with central differences; nothing is changed."""
    return _check(run, len(run.train_samples.inputs), None)


def look_at_gradients(run: Run) -> GradientCheckSnapshot:
    """Check the gradients, and freeze both block by block; of many parameters only some of each layer are checked."""
    blocks, samples = run.parameters.blocks, len(run.train_samples.inputs)
    sizes = [block.size for block in blocks]
    total, tolerance = run.parameters.vector.size, TOLERANCE[run.experiment.dtype]
    chosen = np.arange(total)
    if total <= MOST_PARAMETERS:
        check = check_run(run)
    else:
        chosen = spread_places(sizes, SOME_PARAMETERS)
        samples = min(samples, max(_WORK // total, 1))
        check = _check(run, samples, chosen)
    starts = np.cumsum([0, *sizes[:-1]])
    layers = np.searchsorted(starts, chosen, side="right") - 1
    within = [chosen[layers == layer] for layer in range(len(sizes))]

    def parts(vector: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        pairs = zip(within, blocks, strict=True)
        return tuple(frozen(vector[own].reshape(block.shape if len(own) == block.size else -1)) for own, block in pairs)

    return GradientCheckSnapshot(
        analytic=parts(check.analytic.vector),
        numeric=parts(check.numeric.vector),
        errors=parts(check.entry_errors.vector),
        states=parts(check.states(tolerance)),
        relative_error=check.relative_error,
        verdict=check.verdict(tolerance),
        places=tuple(own - start for own, start in zip(within, starts, strict=True)),
        samples=samples,
    )


def _check(run: Run, samples: int, places: Places | None) -> GradientCheck:
    """Check the gradients of some parameters over the first samples of the training set."""
    inputs, targets = run.train_samples.inputs[:samples], run.train_samples.targets[:samples]
    weights = None if run.train_samples.weights is None else run.train_samples.weights[:samples]
    regularization = build.make_regularization(run.experiment, run.dataset)
    return check_gradients(run.network, inputs, targets, regularization, places=places, weights=weights)
