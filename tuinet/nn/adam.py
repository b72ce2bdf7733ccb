"""Adam and its kin: a mean of the gradients over the root of a mean of their squares."""

from __future__ import annotations

from functools import partial

import numpy as np

from tuinet.nn.arrays import Array, Operation
from tuinet.nn.optimizer import Optimizer, OptimizerSettings
from tuinet.nn.parameters import Parameters


class Adam(Optimizer):
    """Subtract learning_rate · m̂ / (√v̂ + epsilon) (Kingma and Ba, 2015).

    m and v are running means of the gradient and of its square; m̂ = m / (1 − beta1ᵗ) and v̂ = v / (1 − beta2ᵗ) undo
    their start at 0, t being the number of steps.
    """

    def __init__(self, parameters: Parameters, grads: Parameters, settings: OptimizerSettings) -> None:
        super().__init__(parameters, grads, settings)
        self._mean_factor = self._constant(0.0)
        """learning_rate / (1 − beta1ᵗ)."""
        self._root_factor = self._constant(0.0)
        """1 / √(1 − beta2ᵗ)."""
        self.slots["t"] = np.zeros(())

    def _update(self, updates: Array) -> tuple[Operation, ...]:
        return (
            self._tick,
            *self._average("m", self.settings.beta1, self._grads),
            *self._mean_square(),
            *self._denominator(self.slot("v")),
            partial(np.divide, self.slot("m"), self._scratch, updates),
            partial(np.multiply, updates, self._mean_factor, updates),
        )

    def _tick(self) -> None:
        t = self.slots["t"]
        t += 1
        steps = float(t)
        self._mean_factor[...] = float(self.learning_rate) / (1 - self.settings.beta1**steps)
        self._root_factor[...] = (1 - self.settings.beta2**steps) ** -0.5

    def _denominator(self, squares: Array) -> tuple[Operation, ...]:
        """Operations that write √v̂ + epsilon to the scratch vector."""
        return (
            partial(np.sqrt, squares, self._scratch),
            partial(np.multiply, self._scratch, self._root_factor, self._scratch),
            partial(np.add, self._scratch, self._constant(self.settings.epsilon), self._scratch),
        )


class AMSGrad(Adam):
    """Adam with the largest v so far in place of v (Reddi, Kale and Kumar, 2018)."""

    def _denominator(self, squares: Array) -> tuple[Operation, ...]:
        largest = self.slot("v_max")
        return partial(np.maximum, largest, squares, out=largest), *super()._denominator(largest)


class AdamW(Adam):
    """Adam with decoupled weight decay, on all parameters as in PyTorch (Loshchilov and Hutter, 2019)."""

    defaults = OptimizerSettings(weight_decay=0.01)


class NAdam(Adam):
    """Adam that looks ahead, with a momentum that warms up (Dozat, 2016).

    The momentum of step t is µₜ = beta1 · (1 − ½ · 0.96^(0.004·t)).
    """

    default_learning_rate = 0.002

    def __init__(self, parameters: Parameters, grads: Parameters, settings: OptimizerSettings) -> None:
        super().__init__(parameters, grads, settings)
        self.slots["mu_product"] = np.ones(())
        self._gradient_factor = self._constant(0.0)

    def _update(self, updates: Array) -> tuple[Operation, ...]:
        ahead = np.empty_like(updates)
        return (
            *super()._update(updates),
            partial(np.divide, self._grads, self._scratch, ahead),
            partial(np.multiply, ahead, self._gradient_factor, ahead),
            partial(np.add, updates, ahead, updates),
        )

    def _tick(self) -> None:
        super()._tick()
        steps, rate, product = float(self.slots["t"]), float(self.learning_rate), self.slots["mu_product"]
        now, following = self._momentum_at(steps), self._momentum_at(steps + 1)
        product *= now
        self._gradient_factor[...] = rate * (1 - now) / (1 - float(product))
        self._mean_factor[...] = rate * following / (1 - float(product) * following)

    def _momentum_at(self, step: float) -> float:
        # PyTorch's momentum_decay is 0.004.
        shrinking: float = 0.96 ** (0.004 * step)
        return self.settings.beta1 * (1 - 0.5 * shrinking)
