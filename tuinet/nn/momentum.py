"""Momentum: gradient descent that keeps its velocity, plain and looking ahead."""

from __future__ import annotations

from functools import partial

import numpy as np

from tuinet.nn.arrays import Array, Operation
from tuinet.nn.optimizer import Optimizer


class Momentum(Optimizer):
    """A velocity v ← momentum · v + g, of which learning_rate · v is subtracted (Polyak, 1964)."""

    def _velocity(self) -> tuple[Operation, ...]:
        v = self.slot("v")
        return partial(np.multiply, v, self._constant(self.settings.momentum), v), partial(np.add, v, self._grads, v)

    def _update(self, updates: Array) -> tuple[Operation, ...]:
        return *self._velocity(), partial(np.multiply, self.slot("v"), self.learning_rate, updates)


class Nesterov(Momentum):
    """Momentum that looks ahead: learning_rate · (g + momentum · v) (Sutskever, Martens, Dahl and Hinton, 2013)."""

    def _update(self, updates: Array) -> tuple[Operation, ...]:
        return (
            *self._velocity(),
            partial(np.multiply, self.slot("v"), self._constant(self.settings.momentum), updates),
            partial(np.add, updates, self._grads, updates),
            partial(np.multiply, updates, self.learning_rate, updates),
        )
