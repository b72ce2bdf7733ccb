"""One training step in all its numbers, and a gradient check: what few views show of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tuinet.nn.optimizers import OptimizerSettings
from tuinet.nn.parameters import Array

if TYPE_CHECKING:
    from tuinet.nn.gradient_check import Places, Verdict


@dataclass(frozen=True, eq=False)
class LayerStep:
    """One layer's part in a step; rows are the samples of the batch, in its order."""

    x: Array
    """What the layer is given, shape (samples, fan_in)."""
    pre_activations: Array
    """z, shape (samples, fan_out)."""
    activations: Array
    """a, shape (samples, fan_out)."""
    mask: Array | None
    """What dropout multiplies the activations by, shape (samples, fan_out); ``None`` where nothing is dropped."""
    outputs: Array
    """What is passed on, shape (samples, fan_out)."""
    derivatives: Array
    """f′(z), shape (samples, fan_out); of the output layer only where the loss needs it."""
    deltas: Array
    """∂L/∂z of the batch's loss, shape (samples, fan_out): the mean's 1/samples is inside, and so are weights."""
    block_before: Array
    """Weights, and biases as last row, at the start of the step, shape (fan_in + 1, fan_out)."""
    block: Array
    """The same now."""
    loss_grads: Array
    """Gradients of the loss alone, of the same shape: before penalties and clipping."""
    grads: Array
    """Gradients now, of the same shape."""
    updates: Array
    """What the update subtracts, of the same shape."""
    slots_before: Mapping[str, Array]
    """What the optimizer remembered at the start of the step, by name, each of the same shape."""
    slots: Mapping[str, Array]
    """The same now."""


@dataclass(frozen=True, eq=False)
class StepSnapshot:
    """The step under way, or the last one completed. What a phase has not yet written is left from an earlier step."""

    indices: NDArray[np.intp]
    """The batch's samples as rows of the training set, shape (samples,)."""
    targets: Array
    """Shape (samples, outputs)."""
    layers: tuple[LayerStep, ...]
    """From the first hidden layer to the output."""
    loss_values: Array
    """The loss of each sample, shape (samples,), before its weight."""
    penalty: float
    """l1·Σ|w| + ½·l2·Σw² at the start of the step."""
    is_canonical: bool
    """Whether the output's δ of one sample's loss is a − y."""
    learning_rate: float
    """Of this step, the schedule included."""
    settings: OptimizerSettings
    scalars_before: Mapping[str, float] = field(default_factory=dict)
    """What the optimizer counts, such as its steps t, at the start of the step."""
    scalars: Mapping[str, float] = field(default_factory=dict)
    """The same now."""
    weights: Array | None = None
    """Of each sample in the loss, shape (samples,); ``None`` where all count the same."""


@dataclass(frozen=True, eq=False)
class GradientCheckSnapshot:
    """Gradients of the objective over the whole training set, twice; a block for each layer.

    A block has shape (fan_in + 1, fan_out): the weights, and the biases as last row. Where the parameters are many,
    it holds only those at `places` in a row.
    """

    analytic: tuple[Array, ...]
    numeric: tuple[Array, ...]
    errors: tuple[Array, ...]
    """|analytic − numeric| / (|analytic| + |numeric|) of each; 0 where both are 0."""
    states: tuple[NDArray[np.str_], ...]
    """Whether each agrees, and if not why: a `tuinet.nn.gradient_check.State`."""
    relative_error: float
    """Of all of them taken together, kinks left out: ‖analytic − numeric‖ / (‖analytic‖ + ‖numeric‖)."""
    verdict: Verdict
    """Of all of them."""
    places: tuple[Places, ...] = ()
    """For each layer the indices within its block, row by row, of the parameters that were checked."""
    samples: int = 0
