"""Optimizers: how gradients become updates, and the table of their names."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

import numpy as np

from tuinet.nn.arrays import Array, Operation, constant
from tuinet.nn.parameters import Parameters


class Optimizer(Protocol):
    """What a training step needs of an optimizer."""

    learning_rate: Array
    """A 0-d array, written in place: a new value takes effect at the next update."""
    updates: Parameters
    """What the last step subtracted from the parameters."""

    def operations(self, parameters: Parameters, grads: Parameters) -> tuple[Operation, ...]:
        """The operations that compute the updates from the gradients and subtract them from the parameters."""
        ...


class SGD:
    """Stochastic gradient descent: subtract learning_rate · gradient (Robbins and Monro, 1951)."""

    def __init__(self, parameters: Parameters, learning_rate: float) -> None:
        self.learning_rate = constant(learning_rate, parameters.vector)
        self.updates = parameters.like()

    def operations(self, parameters: Parameters, grads: Parameters) -> tuple[Operation, ...]:
        """See `Optimizer.operations`."""
        updates = self.updates.vector
        return (
            partial(np.multiply, grads.vector, self.learning_rate, updates),
            partial(np.subtract, parameters.vector, updates, parameters.vector),
        )


OPTIMIZERS: Final[dict[str, Callable[[Parameters, float], Optimizer]]] = {"sgd": SGD}
"""Every optimizer by its name: called with the parameters and the learning rate."""
