"""Optimizers: how gradients become updates, the simplest first. Definitions and defaults are PyTorch's."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

import numpy as np

from tuinet.nn.arithmetic import FAST, Arithmetic, power_of
from tuinet.nn.functions import Code
from tuinet.nn.parameters import Array, Constant, Operation, Parameters, constant


class OptimizerSettings(NamedTuple):
    """The constants of an optimizer, and its arithmetic; which constants it uses, its class says."""

    momentum: Constant = 0.9
    beta1: Constant = 0.9
    beta2: Constant = 0.999
    epsilon: Constant = 1e-8
    weight_decay: Constant = 0.0
    """Decoupled: every step takes learning_rate · weight_decay · parameter off (Loshchilov and Hutter, 2019)."""
    arithmetic: Arithmetic = FAST
    """That in which powers of the constants are computed."""


class Optimizer(ABC):
    """The base of all optimizers: makes an update of the gradients, and subtracts it from the parameters.

    An optimizer says how its update comes about in `_update`; this class adds the decoupled weight decay and
    subtracts the sum.
    """

    note: str = ""
    """The update in a few words; without one of its own, a class is described by its docstring."""
    constants: tuple[str, ...] = ()
    """Which of the settings it uses; the weight decay, which all do, is not named."""
    equations: tuple[str, ...] = ()
    """The equations of one parameter's update, in order and in symbols; the last is that of ``update``. Known are
    g, the settings, learning_rate, t, what is remembered, what that was before (``v_old``), and all names above. They
    are shown with their numbers as long as these give what was subtracted."""
    code: Code | None = None
    """The code of an exported script; without code of its own, a class with another `_update` has none."""
    defaults: OptimizerSettings = OptimizerSettings()
    default_learning_rate: float = 0.001

    def __init__(self, parameters: Parameters, grads: Parameters, settings: OptimizerSettings) -> None:
        self.settings = settings
        rate = constant(0.0, parameters.vector)
        self.learning_rate = rate if parameters.networks is None else np.full((parameters.networks, 1), rate)
        """A 0-d array, 0 until `Run._set_learning_rate` (`tuinet.session.run`) writes to it, for the next update; for a
        stack of the shape (networks, 1)."""
        self.updates = parameters.like()
        """The amounts that the last step subtracted from the parameters."""
        self.slots: dict[str, Array] = {}
        """The memory from step to step, by name: vectors like the parameters, and 0-d arrays."""
        self.grads = grads
        self._parameters = parameters.vector
        self._grads = grads.vector
        self._scratch = np.empty_like(parameters.vector)

    @classmethod
    def own_code(cls) -> Code | None:
        """Its code, or that of a class with whose operations it works."""
        for kind in cls.__mro__:
            if "code" in vars(kind):
                return kind.code  # type: ignore[attr-defined, no-any-return]
            if {"_update", "_denominator", "_tick"} & vars(kind).keys():
                return None
        return None

    @classmethod
    def described(cls) -> str:
        """The note of this very optimizer, or the first line of its docstring without the full stop."""
        own: str = vars(cls).get("note", "")
        return own or (cls.__doc__ or "").partition("\n")[0].rstrip(".")

    def operations(self) -> tuple[Operation, ...]:
        """The operations of one update."""
        updates, vector = self.updates.vector, self._parameters
        freeze = [partial(biases.fill, 0.0) for biases in self.updates.biases if not self.updates.train_biases]
        subtract = partial(np.subtract, vector, updates, vector)
        return *self._update(updates), *self._decay(updates), *freeze, subtract

    @abstractmethod
    def _update(self, updates: Array) -> tuple[Operation, ...]:
        """The operations that write to `updates` what is to be subtracted."""

    def _decay(self, updates: Array) -> tuple[Operation, ...]:
        if not np.any(self.settings.weight_decay):
            return ()
        share = np.zeros_like(self.learning_rate)
        return (
            partial(np.multiply, self.learning_rate, self._constant(self.settings.weight_decay), share),
            partial(np.multiply, self._parameters, share, self._scratch),
            partial(np.add, updates, self._scratch, updates),
        )

    def slot(self, name: str) -> Array:
        """The vector that is remembered under a name; zeros when it is new."""
        return self.slots.setdefault(name, np.zeros_like(self._parameters))

    def _constant(self, value: Constant) -> Array:
        return constant(value, self._parameters)

    def _average(self, name: str, beta: Constant, values: Array) -> tuple[Operation, ...]:
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


class SGD(Optimizer):
    """Plain gradient descent: subtract learning_rate · gradient (Cauchy, 1847)."""

    note = "learning rate · gradient"
    equations = ("update = learning_rate·g",)
    code = Code(
        "update = grad * rate",
        torch="SGD(learned, lr=LEARNING_RATE)",
    )

    def _update(self, updates: Array) -> tuple[Operation, ...]:
        return (partial(np.multiply, self._grads, self.learning_rate, updates),)


class Momentum(Optimizer):
    """A velocity v ← momentum · v + g, of which learning_rate · v is subtracted (Polyak, 1964)."""

    note = "learning rate · velocity, which adds gradients up"
    constants = ("momentum",)
    equations: tuple[str, ...] = ("v = momentum·v_old + g", "update = learning_rate·v")
    code = Code(
        "v = v * MOMENTUM + grad\nupdate = v * rate",
        torch="SGD(learned, lr=LEARNING_RATE, momentum=MOMENTUM)",
        memory="v = np.zeros_like(theta)",
    )

    def _velocity(self) -> tuple[Operation, ...]:
        v = self.slot("v")
        return partial(np.multiply, v, self._constant(self.settings.momentum), v), partial(np.add, v, self._grads, v)

    def _update(self, updates: Array) -> tuple[Operation, ...]:
        return *self._velocity(), partial(np.multiply, self.slot("v"), self.learning_rate, updates)


class Nesterov(Momentum):
    """Momentum that looks ahead: learning_rate · (g + momentum · v) (Sutskever, Martens, Dahl and Hinton, 2013)."""

    note = "momentum that looks one step ahead"
    equations = ("v = momentum·v_old + g", "update = learning_rate·(g + momentum·v)")
    code = Code(
        "v = v * MOMENTUM + grad\nupdate = (v * MOMENTUM + grad) * rate",
        torch="SGD(learned, lr=LEARNING_RATE, momentum=MOMENTUM, nesterov=MOMENTUM > 0)",
        memory="v = np.zeros_like(theta)",
    )

    def _update(self, updates: Array) -> tuple[Operation, ...]:
        return (
            *self._velocity(),
            partial(np.multiply, self.slot("v"), self._constant(self.settings.momentum), updates),
            partial(np.add, updates, self._grads, updates),
            partial(np.multiply, updates, self.learning_rate, updates),
        )


class Adagrad(Optimizer):
    """Steps shrink with the sum of squared gradients so far (Duchi, Hazan and Singer, 2011)."""

    note = "gradient over the root of all squares so far"
    constants = ("epsilon",)
    equations = ("s = s_old + g²", "update = learning_rate·g / (√s + epsilon)")
    code = Code(
        "s = s + grad * grad\nupdate = grad / (np.sqrt(s) + EPSILON) * rate",
        torch="Adagrad(learned, lr=LEARNING_RATE, eps=EPSILON)",
        memory="s = np.zeros_like(theta)",
    )
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

    note = "gradient over the root of a mean square"
    constants = ("beta2", "epsilon")
    equations = ("v = beta2·v_old + (1 − beta2)·g²", "update = learning_rate·g / (√v + epsilon)")
    code = Code(
        "v = v * BETA2 + grad * grad * (1 - BETA2)\nupdate = grad / (np.sqrt(v) + EPSILON) * rate",
        torch="RMSprop(learned, lr=LEARNING_RATE, alpha=BETA2, eps=EPSILON)",
        memory="v = np.zeros_like(theta)",
    )
    defaults = OptimizerSettings(beta2=0.99)
    default_learning_rate = 0.01

    def _update(self, updates: Array) -> tuple[Operation, ...]:
        return *self._mean_square(), *self._over_root(self._grads, self.slot("v"), updates)


_MOMENTS: Final = "t += 1\nm = m * BETA1 + grad * (1 - BETA1)\nv = v * BETA2 + grad * grad * (1 - BETA2)\n"
_ROOT: Final = "root = np.sqrt(v) * (1 - BETA2**t) ** -0.5 + EPSILON\n"


class Adam(Optimizer):
    """Subtract learning_rate · m̂ / (√v̂ + epsilon) (Kingma and Ba, 2015).

    m and v are running means of the gradient and of its square; m̂ = m / (1 − beta1ᵗ) and v̂ = v / (1 − beta2ᵗ) undo
    their start at 0, t being the number of steps.
    """

    note = "mean gradient over the root of a mean square"
    constants = ("beta1", "beta2", "epsilon")
    equations: tuple[str, ...] = (
        "m = beta1·m_old + (1 − beta1)·g",
        "v = beta2·v_old + (1 − beta2)·g²",
        "m_hat = m / (1 − beta1^t)",
        "v_hat = v / (1 − beta2^t)",
        "update = learning_rate·m_hat / (√v_hat + epsilon)",
    )
    code = Code(
        f"{_MOMENTS}{_ROOT}update = m / root * (rate / (1 - BETA1**t))",
        torch="Adam(learned, lr=LEARNING_RATE, betas=(BETA1, BETA2), eps=EPSILON)",
        memory="m, v, t = np.zeros_like(theta), np.zeros_like(theta), 0",
    )

    def __init__(self, parameters: Parameters, grads: Parameters, settings: OptimizerSettings) -> None:
        super().__init__(parameters, grads, settings)
        self._mean_factor = np.zeros_like(self.learning_rate)
        """learning_rate / (1 − beta1ᵗ)."""
        self._root_factor = np.zeros_like(self.learning_rate)
        """1 / √(1 − beta2ᵗ)."""
        self._powers = [power_of(settings.arithmetic, beta) for beta in (settings.beta1, settings.beta2)]
        is_stack = parameters.networks is not None
        self._number: Callable[[Array], Constant] = partial(np.asarray, dtype=np.float64) if is_stack else float
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
        steps, (of_beta1, of_beta2) = float(t), self._powers
        self._mean_factor[...] = self._number(self.learning_rate) / (1 - of_beta1(steps))
        self._root_factor[...] = self.settings.arithmetic.inverse_root(1 - of_beta2(steps))

    def _denominator(self, squares: Array) -> tuple[Operation, ...]:
        """Operations that write √v̂ + epsilon to the scratch vector."""
        return (
            partial(np.sqrt, squares, self._scratch),
            partial(np.multiply, self._scratch, self._root_factor, self._scratch),
            partial(np.add, self._scratch, self._constant(self.settings.epsilon), self._scratch),
        )


class AMSGrad(Adam):
    """Adam with the largest v so far in place of v (Reddi, Kale and Kumar, 2018)."""

    note = "adam with the largest mean square so far"
    equations = (
        *Adam.equations[:3],
        "v_max = max(v_max_old, v)",
        "v_hat = v_max / (1 − beta2^t)",
        "update = learning_rate·m_hat / (√v_hat + epsilon)",
    )
    code = Code(
        (
            f"{_MOMENTS}v_max = np.maximum(v_max, v)\n"
            "root = np.sqrt(v_max) * (1 - BETA2**t) ** -0.5 + EPSILON\n"
            "update = m / root * (rate / (1 - BETA1**t))"
        ),
        torch="Adam(learned, lr=LEARNING_RATE, betas=(BETA1, BETA2), eps=EPSILON, amsgrad=True)",
        memory="m, v, v_max, t = np.zeros_like(theta), np.zeros_like(theta), np.zeros_like(theta), 0",
    )

    def _denominator(self, squares: Array) -> tuple[Operation, ...]:
        largest = self.slot("v_max")
        return partial(np.maximum, largest, squares, out=largest), *super()._denominator(largest)


class AdamW(Adam):
    """Adam with decoupled weight decay, on all parameters as in PyTorch (Loshchilov and Hutter, 2019)."""

    note = "adam with decoupled weight decay"
    defaults = OptimizerSettings(weight_decay=0.01)


class NAdam(Adam):
    """Adam that looks ahead, with a momentum that warms up (Dozat, 2016).

    The momentum of step t is µₜ = beta1 · (1 − ½ · 0.96^(0.004·t)).
    """

    note = "adam that looks one step ahead"
    equations = (
        "mu = beta1·(1 − ½·0.96^(0.004·t))",
        "mu_next = beta1·(1 − ½·0.96^(0.004·(t + 1)))",
        "mu_product = mu_product_old·mu",
        "m = beta1·m_old + (1 − beta1)·g",
        "v = beta2·v_old + (1 − beta2)·g²",
        "m_hat = mu_next·m / (1 − mu_product·mu_next)",
        "g_hat = (1 − mu)·g / (1 − mu_product)",
        "v_hat = v / (1 − beta2^t)",
        "update = learning_rate·(m_hat + g_hat) / (√v_hat + epsilon)",
    )
    code = Code(
        (
            f"{_MOMENTS}{_ROOT}now, after = (BETA1 * (1 - 0.5 * 0.96 ** (0.004 * s)) for s in (t, t + 1))\n"
            "mu_product *= now\n"
            "update = m / root * (rate * after / (1 - mu_product * after))\n"
            "update = update + grad / root * (rate * (1 - now) / (1 - mu_product))"
        ),
        torch="NAdam(learned, lr=LEARNING_RATE, betas=(BETA1, BETA2), eps=EPSILON)",
        memory="m, v, t, mu_product = np.zeros_like(theta), np.zeros_like(theta), 0, 1.0",
    )
    default_learning_rate = 0.002

    def __init__(self, parameters: Parameters, grads: Parameters, settings: OptimizerSettings) -> None:
        super().__init__(parameters, grads, settings)
        self.slots["mu_product"] = np.ones_like(self.learning_rate, np.float64)
        self._gradient_factor = np.zeros_like(self.learning_rate)

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
        steps, rate, product = float(self.slots["t"]), self._number(self.learning_rate), self.slots["mu_product"]
        now, following = self._momentum_at(steps), self._momentum_at(steps + 1)
        product *= now
        self._gradient_factor[...] = rate * (1 - now) / (1 - self._number(product))
        self._mean_factor[...] = rate * following / (1 - self._number(product) * following)

    def _momentum_at(self, step: float) -> Constant:
        # PyTorch's momentum_decay is 0.004.
        shrinking = self.settings.arithmetic.power(0.96, 0.004 * step)
        return self.settings.beta1 * (1 - 0.5 * shrinking)


OPTIMIZERS: Final[dict[str, type[Optimizer]]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adagrad": Adagrad,
    "rmsprop": RMSProp,
    "adam": Adam,
    "amsgrad": AMSGrad,
    "adamw": AdamW,
    "nadam": NAdam,
}
