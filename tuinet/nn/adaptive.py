"""Adaptive learning rates: each parameter's step is divided by the size of its gradients so far."""

from __future__ import annotations

from functools import partial

import numpy as np

from tuinet.nn.arrays import Array, Operation
from tuinet.nn.optimizer import Optimizer, OptimizerSettings


class Adagrad(Optimizer):
    """Steps shrink with the sum of squared gradients so far (Duchi, Hazan and Singer, 2011)."""

    defaults = OptimizerSettings(epsilon=1e-10)
    default_learning_rate = 0.01

    def _update(self, updates: Array) -> tuple[Operation, ...]:
        s = self.slot("s")
        return (
            partial(np.multiply, self._grads, self._grads, self._scratch),
            partial(np.add, s, self._scratch, s),
            *self._over_root(self._grads, s, updates),
        )


class RMSProp(Optimizer):
    """Steps shrink with a running mean of squared gradients, beta2 being its memory (Tieleman and Hinton, 2012)."""

    defaults = OptimizerSettings(beta2=0.99)
    default_learning_rate = 0.01

    def _update(self, updates: Array) -> tuple[Operation, ...]:
        return *self._mean_square(), *self._over_root(self._grads, self.slot("v"), updates)
