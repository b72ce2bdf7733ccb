"""Loss functions, each with the output activation it belongs to, and the table of their names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from tuinet.nn.arrays import DIVERGING_IS_NO_ERROR, Array, Operation, constant


@dataclass(frozen=True)
class Loss:
    """A loss of the network's output, averaged over the samples of a batch.

    Attributes
    ----------
    name
        The field's standard name.
    output_activation
        Name of the activation of the output layer.
    formula
        The loss of one sample in symbols.
    values
        ``values(z, a, y)``: the loss of each sample, shape (samples,), from the output layer's pre-activations z and
        activations a and the targets y, all of shape (samples, outputs).
    deltas
        ``deltas(z, a, y, out)``: the operations that write ∂L/∂z of the output layer, where L is the mean over the
        batch; the factor 1/samples is therefore inside.
    """

    name: str
    output_activation: str
    formula: str
    values: Callable[[Array, Array, Array], Array]
    deltas: Callable[[Array, Array, Array, Array], tuple[Operation, ...]]


@DIVERGING_IS_NO_ERROR
def _logistic_cross_entropy(z: Array, a: Array, y: Array) -> Array:
    # −y ln σ(z) − (1 − y) ln(1 − σ(z)) = max(z, 0) − y·z + ln(1 + e^−|z|), which is exact for any z, while
    # the logarithm of a rounded σ(z) is lost from |z| = 37 on.
    values: Array = np.maximum(z, 0.0) - y * z + np.log1p(np.exp(-np.abs(z)))
    losses: Array = values.sum(axis=1)
    return losses


def _mean_error(z: Array, a: Array, y: Array, out: Array) -> tuple[Operation, ...]:
    # With the logistic function, f′(z) cancels the denominator of ∂L/∂a: what is left is (a − y) / samples.
    return partial(np.subtract, a, y, out), partial(np.multiply, out, constant(1.0 / len(y), out), out)


LOSSES: Final[dict[str, Loss]] = {
    loss.name: loss
    for loss in (Loss("cross-entropy", "sigmoid", "−y·ln a − (1 − y)·ln(1 − a)", _logistic_cross_entropy, _mean_error),)
}
"""Every loss by its name."""
