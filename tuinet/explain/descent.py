"""What the optimizers subtract: each returns its equations and the value of the update.

The formulas are those of `tuinet.nn`: plain descent, momentum (Polyak, 1964), nesterov (Sutskever, Martens, Dahl and
Hinton, 2013), adagrad (Duchi, Hazan and Singer, 2011) and rmsprop (Tieleman and Hinton, 2012).
"""

from __future__ import annotations

import math

from tuinet.explain.entry import Entry
from tuinet.explain.lines import Line

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
