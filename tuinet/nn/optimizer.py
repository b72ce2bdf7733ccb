"""An Optimizer: how gradients become updates. Definitions and defaults are PyTorch's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from tuinet.nn.arrays import Array, Operation, constant
from tuinet.nn.parameters import Parameters


@dataclass(frozen=True)
class OptimizerSettings:
    """The constants of an optimizer; which of them it uses, its class says."""

    momentum: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.0
    """Decoupled: every step takes learning_rate · weight_decay · parameter off (Loshchilov and Hutter, 2019)."""


class Optimizer:
    """Plain gradient descent, and what every optimizer has: subtract learning_rate · gradient (Cauchy, 1847).

    An optimizer says how its update comes about in `_update`; this class adds the decoupled weight decay and
    subtracts the sum.

    Parameters
    ----------
    parameters
        What is optimized, in place.
    grads
        Where their gradients are found.
    settings
        The constants.
    """

    defaults: OptimizerSettings = OptimizerSettings()
    """PyTorch's defaults."""
    default_learning_rate: float = 0.001

    def __init__(self, parameters: Parameters, grads: Parameters, settings: OptimizerSettings) -> None:
        self.settings = settings
        self.learning_rate = constant(0.0, parameters.vector)
        """A 0-d array, written in place: a new value takes effect with the next update."""
        self.updates = parameters.like()
        """What the last step subtracted from the parameters."""
        self.slots: dict[str, Array] = {}
        """What is remembered from step to step, by name: vectors like the parameters, and 0-d arrays."""
        self.grads = grads
        self._parameters = parameters.vector
        self._grads = grads.vector
        self._scratch = np.empty_like(parameters.vector)

    def operations(self) -> tuple[Operation, ...]:
        """The operations of one update."""
        updates, vector = self.updates.vector, self._parameters
        freeze = [partial(biases.fill, 0.0) for biases in self.updates.biases if not self.updates.train_biases]
        subtract = partial(np.subtract, vector, updates, vector)
        return *self._update(updates), *self._decay(updates), *freeze, subtract

    def _update(self, updates: Array) -> tuple[Operation, ...]:
        return (partial(np.multiply, self._grads, self.learning_rate, updates),)

    def _decay(self, updates: Array) -> tuple[Operation, ...]:
        if not self.settings.weight_decay:
            return ()
        share = np.zeros_like(self.learning_rate)
        return (
            partial(np.multiply, self.learning_rate, self._constant(self.settings.weight_decay), share),
            partial(np.multiply, self._parameters, share, self._scratch),
            partial(np.add, updates, self._scratch, updates),
        )

    def slot(self, name: str) -> Array:
        """What is remembered under a name; zeros when it is new."""
        return self.slots.setdefault(name, np.zeros_like(self._parameters))

    def _constant(self, value: float) -> Array:
        return constant(value, self._parameters)

    def _average(self, name: str, beta: float, values: Array) -> tuple[Operation, ...]:
        """Operations for slot ← beta · slot + (1 − beta) · values."""
        slot = self.slot(name)
        return (
            partial(np.multiply, slot, self._constant(beta), slot),
            partial(np.multiply, values, self._constant(1 - beta), self._scratch),
            partial(np.add, slot, self._scratch, slot),
        )

    def _mean_square(self) -> tuple[Operation, ...]:
        """Operations for v ← beta2 · v + (1 − beta2) · g²."""
        squares = np.empty_like(self._grads)
        return (
            partial(np.multiply, self._grads, self._grads, squares),
            *self._average("v", self.settings.beta2, squares),
        )

    def _over_root(self, numerator: Array, squares: Array, updates: Array) -> tuple[Operation, ...]:
        """Operations for updates ← learning_rate · numerator / (√squares + epsilon)."""
        scratch = self._scratch
        return (
            partial(np.sqrt, squares, scratch),
            partial(np.add, scratch, self._constant(self.settings.epsilon), scratch),
            partial(np.divide, numerator, scratch, updates),
            partial(np.multiply, updates, self.learning_rate, updates),
        )
