"""The update phase: what each optimizer makes of the gradients, and the new parameters."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tuinet.explain.backward import left_out, parameter_rows
from tuinet.explain.focus import Focus, parameter_label, parameter_symbol
from tuinet.explain.layout import AnyLine, Line, Remark
from tuinet.nn.parameters import Array


@dataclass(frozen=True, eq=False)
class Entry:
    """A row of the focused neuron's column."""

    focus: Focus
    row: int

    @property
    def name(self) -> str:
        """In a formula."""
        return parameter_symbol(self.focus, self.row)

    @property
    def gradient(self) -> float:
        """As the optimizer takes it: penalty and clipping included."""
        return self._at(self.focus.layer.grads)

    @property
    def old(self) -> float:
        """The parameter at the start of the step."""
        return self._at(self.focus.layer.block_before)

    @property
    def new(self) -> float:
        """The parameter after it."""
        # In the layer's own precision, and whatever has been done to it by hand since.
        return self._at(self.focus.layer.block_before - self.focus.layer.updates)

    @property
    def subtracted(self) -> float:
        """What the update took off."""
        return self._at(self.focus.layer.updates)

    def slot(self, name: str) -> float:
        """What is remembered now."""
        return self._at(self.focus.layer.slots[name])

    def slot_before(self, name: str) -> float | None:
        """What was remembered at the start of the step, where that is known."""
        slots: Mapping[str, Array] = self.focus.layer.slots_before
        return self._at(slots[name]) if name in slots else None

    def line(self, left: str, symbols: str, numbers: str, result: float) -> Line:
        """An equation under this parameter's heading."""
        return Line(left, symbols, (numbers,), self.focus.plain(result), parameter_label(self.focus, self.row))

    def remembered(self, slot: str, symbols: str, numbers: str) -> Line:
        """How a slot became what it is; ``{old}`` stands for what it was, without which there is nothing to show."""
        before = self.slot_before(slot)
        if before is None:
            return Line(slot, "", (), self.focus.plain(self.slot(slot)), parameter_label(self.focus, self.row))
        return self.line(slot, symbols, numbers.format(old=self.focus.factor(before)), self.slot(slot))

    def _at(self, block: Array) -> float:
        return float(block[self.row, self.focus.neuron])


Update = tuple[list[Line], float]
"""Equations, the last of them for the update, and its value."""


def momentum(entry: Entry) -> Update:
    """A velocity, of which learning_rate·v is subtracted."""
    focus, v = entry.focus, entry.slot("v")
    update = focus.learning_rate * v
    line = entry.line("update", "learning_rate·v", focus.product(focus.learning_rate, v), update)
    return [_velocity(entry), line], update


def nesterov(entry: Entry) -> Update:
    """The same, looking ahead."""
    focus, v, g = entry.focus, entry.slot("v"), entry.gradient
    rate, keep = focus.learning_rate, focus.detail.settings.momentum
    update = rate * (g + keep * v)
    numbers = f"{focus.factor(rate)}·({focus.plain(g)} + {focus.product(keep, v)})"
    return [_velocity(entry), entry.line("update", "learning_rate·(g + momentum·v)", numbers, update)], update


def adagrad(entry: Entry) -> Update:
    """Steps shrink with the sum of squared gradients so far."""
    numbers = f"{{old}} + {entry.focus.numerals.power(entry.gradient)}²"
    return _over_root(entry, "s", entry.remembered("s", "s_old + g²", numbers))


def rmsprop(entry: Entry) -> Update:
    """Steps shrink with a running mean of squared gradients."""
    return _over_root(entry, "v", mean_square(entry))


def mean_square(entry: Entry) -> Line:
    """v, the running mean of g²."""
    beta2, square = entry.focus.plain(entry.focus.detail.settings.beta2), entry.focus.numerals.power(entry.gradient)
    return entry.remembered("v", "beta2·v_old + (1 − beta2)·g²", f"{beta2}·{{old}} + (1 − {beta2})·{square}²")


def mean(entry: Entry) -> Line:
    """m, the running mean of g."""
    beta1 = entry.focus.plain(entry.focus.detail.settings.beta1)
    numbers = f"{beta1}·{{old}} + (1 − {beta1})·{entry.focus.factor(entry.gradient)}"
    return entry.remembered("m", "beta1·m_old + (1 − beta1)·g", numbers)


def quotient(value: float, squares: float, epsilon: float) -> float:
    """The value over √squares + epsilon, as NumPy divides."""
    divisor = math.sqrt(squares) + epsilon if squares >= 0 else math.nan
    return value / divisor if divisor else math.nan


def _velocity(entry: Entry) -> Line:
    keep, g = entry.focus.plain(entry.focus.detail.settings.momentum), entry.focus.factor(entry.gradient)
    return entry.remembered("v", "momentum·v_old + g", f"{keep}·{{old}} + {g}")


def _over_root(entry: Entry, slot: str, line: Line) -> Update:
    focus, g, squares = entry.focus, entry.gradient, entry.slot(slot)
    rate, epsilon = focus.learning_rate, focus.detail.settings.epsilon
    update = quotient(rate * g, squares, epsilon)
    numbers = f"{focus.product(rate, g)} / (√{focus.numerals.power(squares)} + {focus.plain(epsilon)})"
    return [line, entry.line("update", f"learning_rate·g / (√{slot} + epsilon)", numbers, update)], update


def adam(entry: Entry) -> Update:
    """A mean of the gradients over the root of a mean of their squares, both freed of their start at 0."""
    v_hat, line = _v_hat(entry, "v")
    return _finish(entry, [mean(entry), mean_square(entry)], [line], v_hat)


def amsgrad(entry: Entry) -> Update:
    """The same with the largest v so far."""
    largest = entry.remembered("v_max", "max(v_max_old, v)", f"max({{old}}, {entry.focus.plain(entry.slot('v'))})")
    v_hat, line = _v_hat(entry, "v_max")
    return _finish(entry, [mean(entry), mean_square(entry)], [largest, line], v_hat)


def nadam(entry: Entry) -> Update:
    """Adam that looks ahead: m and g, each with its own correction."""
    focus, m, g = entry.focus, entry.slot("m"), entry.gradient
    now, ahead = _mu(focus, focus.detail.scalars["t"]), _mu(focus, focus.detail.scalars["t"] + 1)
    product, (v_hat, v_line) = focus.detail.scalars["mu_product"], _v_hat(entry, "v")
    m_hat, g_hat = ahead * m / (1 - product * ahead), (1 - now) * g / (1 - product)
    m_numbers = f"{focus.product(ahead, m)} / (1 − {focus.product(product, ahead)})"
    g_numbers = f"(1 − {focus.plain(now)})·{focus.factor(g)} / (1 − {focus.plain(product)})"
    rate, epsilon = focus.learning_rate, focus.detail.settings.epsilon
    update = quotient(rate * (m_hat + g_hat), v_hat, epsilon)
    sides = f"{focus.plain(rate)}·({focus.plain(m_hat)} + {focus.factor(g_hat)})"
    return [
        mean(entry),
        mean_square(entry),
        entry.line("m_hat", "mu_next·m / (1 − mu_product·mu_next)", m_numbers, m_hat),
        entry.line("g_hat", "(1 − mu)·g / (1 − mu_product)", g_numbers, g_hat),
        v_line,
        entry.line(
            "update",
            "learning_rate·(m_hat + g_hat) / (√v_hat + epsilon)",
            f"{sides} / (√{focus.numerals.power(v_hat)} + {focus.plain(epsilon)})",
            update,
        ),
    ], update


def nadam_momentum(focus: Focus) -> list[AnyLine]:
    """The momentum of this step, of the next one, and the product of them all, which every parameter shares."""
    t = focus.detail.scalars["t"]
    before, product = focus.detail.scalars_before.get("mu_product"), focus.plain(focus.detail.scalars["mu_product"])
    now, beta1 = _mu(focus, t), focus.plain(focus.detail.settings.beta1)
    known = before is not None
    return [
        Line("mu", "beta1·(1 − ½·0.96^(0.004·t))", (f"{beta1}·(1 − ½·0.96^(0.004·{t:.0f}))",), focus.plain(now)),
        Line(
            "mu_next",
            "beta1·(1 − ½·0.96^(0.004·(t + 1)))",
            (f"{beta1}·(1 − ½·0.96^(0.004·{t + 1:.0f}))",),
            focus.plain(_mu(focus, t + 1)),
        ),
        Line(
            "mu_product",
            "mu_product_old·mu" if known else "",
            (focus.product(before, now),) if before is not None else (),
            product,
        ),
    ]


def _mu(focus: Focus, t: float) -> float:
    return float(focus.detail.settings.beta1 * (1 - 0.5 * 0.96 ** (0.004 * t)))


def _v_hat(entry: Entry, slot: str) -> tuple[float, Line]:
    focus, t, value = entry.focus, entry.focus.detail.scalars["t"], entry.slot(slot)
    beta2 = focus.detail.settings.beta2
    v_hat = value / (1 - beta2**t)
    numbers = f"{focus.plain(value)} / (1 − {focus.plain(beta2)}^{t:.0f})"
    return v_hat, entry.line("v_hat", f"{slot} / (1 − beta2^t)", numbers, v_hat)


def _finish(entry: Entry, memory: list[Line], corrected: list[Line], v_hat: float) -> Update:
    focus, t, m = entry.focus, entry.focus.detail.scalars["t"], entry.slot("m")
    beta1, epsilon, rate = focus.detail.settings.beta1, focus.detail.settings.epsilon, focus.learning_rate
    m_hat = m / (1 - beta1**t)
    m_numbers = f"{focus.plain(m)} / (1 − {focus.plain(beta1)}^{t:.0f})"
    update = quotient(rate * m_hat, v_hat, epsilon)
    numbers = f"{focus.product(rate, m_hat)} / (√{focus.numerals.power(v_hat)} + {focus.plain(epsilon)})"
    return [
        *memory,
        entry.line("m_hat", "m / (1 − beta1^t)", m_numbers, m_hat),
        *corrected,
        entry.line("update", "learning_rate·m_hat / (√v_hat + epsilon)", numbers, update),
    ], update


Told = tuple[list[Line], str, str, float]
"""Equations that lead to the update, the update in symbols and numbers, and its value."""

_OPTIMIZERS: Final[Mapping[str, Callable[[Entry], Update]]] = {
    "momentum": momentum,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adam,
    "amsgrad": amsgrad,
    "nadam": nadam,
}
"""Those that remember something; plain descent is a single equation."""


def update_lines(focus: Focus) -> list[AnyLine]:
    """The new value of every weight of the neuron, and of its bias."""
    shown = parameter_rows(focus)
    if _is_forgotten(focus):
        return [Remark(_FORGOTTEN), *(_now(Entry(focus, row)) for row in shown), *left_out(focus, shown)]
    return [
        Remark(_introduction(focus)),
        *_unknown(focus),
        *(nadam_momentum(focus) if focus.experiment.optimizer == "nadam" else []),
        *(line for row in shown for line in _entry(Entry(focus, row))),
        *left_out(focus, shown),
        *([] if focus.trains_biases else [Remark("The biases do not learn: they stay as they are.")]),
    ]


def _introduction(focus: Focus) -> str:
    settings, name = focus.detail.settings, focus.experiment.optimizer
    values = {
        "learning_rate": focus.learning_rate,
        **{field: getattr(settings, field) for field in _CONSTANTS.get(name, ())},
        **({"weight_decay": settings.weight_decay} if settings.weight_decay else {}),
    }
    constants = ", ".join(f"{field} = {focus.plain(value)}" for field, value in values.items())
    steps = f"; t = {focus.detail.scalars['t']:.0f}, the number of this step" if "t" in focus.detail.scalars else ""
    made = [
        *(["the penalty's share included"] if focus.experiment.l1 or focus.experiment.l2 else []),
        *(["after clipping"] if focus.experiment.clip_norm else []),
    ]
    gradient = ", ".join(["g is the parameter's gradient", *made])
    return f"{name}: {constants}{steps}. {gradient}."


_CONSTANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "momentum": ("momentum",),
    "nesterov": ("momentum",),
    "adagrad": ("epsilon",),
    "rmsprop": ("beta2", "epsilon"),
    **dict.fromkeys(("adam", "adamw", "amsgrad", "nadam"), ("beta1", "beta2", "epsilon")),
}
"""What each optimizer uses of its settings."""


def _unknown(focus: Focus) -> list[AnyLine]:
    if not focus.layer.slots or focus.layer.slots_before:
        return []
    return [Remark("What the optimizer remembered before this step is not known: only its new values are shown.")]


def _entry(entry: Entry) -> list[Line]:
    lines, symbols, numbers, value = _told(entry)
    if not np.isclose(value, entry.subtracted, rtol=1e-4, atol=1e-12, equal_nan=True):
        lines, symbols, numbers, value = _subtracted(entry)
    new = entry.line(
        f"{entry.name} new", f"{entry.name} − {symbols}", f"{entry.focus.plain(entry.old)} − {numbers}", entry.new
    )
    # A single equation needs no heading.
    return [*lines, new] if lines else [replace(new, label="")]


def _told(entry: Entry) -> Told:
    """How the update came about."""
    focus, rule = entry.focus, _OPTIMIZERS.get(entry.focus.experiment.optimizer)
    if rule is None and focus.experiment.optimizer != "sgd":
        return _subtracted(entry)
    rate, decay = focus.learning_rate, focus.detail.settings.weight_decay
    lines: list[Line] = []
    if rule is None:
        value = rate * entry.gradient
        symbols, numbers = "learning_rate·g", focus.product(rate, entry.gradient)
    else:
        lines, value = rule(entry)
        symbols, numbers = "update", focus.factor(value)
    if decay:
        value += rate * decay * entry.old
        symbols += f" − learning_rate·weight_decay·{entry.name}"
        numbers += f" − {focus.plain(rate)}·{focus.product(decay, entry.old)}"
    return lines, symbols, numbers, value


_FORGOTTEN: Final = "The optimizer has been changed since this step: only the new values are known."


def _is_forgotten(focus: Focus) -> bool:
    """Whether the optimizer is no longer the one that made this step: a new one has subtracted nothing yet."""
    layers = focus.detail.layers
    has_moved = any((layer.block != layer.block_before).any() for layer in layers)
    return has_moved and not any(layer.updates.any() for layer in layers)


def _now(entry: Entry) -> Line:
    value = float(entry.focus.layer.block[entry.row, entry.focus.neuron])
    return Line(f"{entry.name} new", "", (), entry.focus.plain(value))


def _subtracted(entry: Entry) -> Told:
    """What was subtracted, where the learning rate has been changed since, or where only the optimizer knows why."""
    return [], "update", entry.focus.factor(entry.subtracted), entry.subtracted
