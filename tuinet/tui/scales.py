"""Axes: round limits, ticks and their labels."""

from __future__ import annotations

import math
from typing import Final

_ROUND: Final = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_TICK_STEPS: Final = (1.0, 2.0, 5.0, 10.0)


def round_up(value: float) -> float:
    """The next round number (1, 1.5, 2, 3, … times a power of ten), so that an axis rescales seldom."""
    if not value > 0 or not math.isfinite(value):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in _ROUND if value <= step * power * (1 + 1e-9))


def linear_ticks(high: float, most: int) -> list[float]:
    """At most ``most`` round ticks from 0 to ``high``, both ends included where they are round."""
    if most < 2:
        return [0.0]
    power = 10.0 ** math.floor(math.log10(high / most))
    steps = (step * factor * power for factor in (1, 10) for step in _TICK_STEPS)
    step = next(step for step in steps if math.floor(high / step + 1e-9) + 1 <= most)
    return [index * step for index in range(math.floor(high / step + 1e-9) + 1)]


def decades(low: float, high: float) -> tuple[int, int]:
    """The exponents of the powers of ten around two positive values, at least one decade apart."""
    lower, upper = math.floor(math.log10(low)), math.ceil(math.log10(high))
    return (lower, upper) if upper > lower else (lower, lower + 1)


def decade_ticks(low: int, high: int, most: int) -> list[int]:
    """Exponents from ``low`` to ``high``, every one or every second, fifth …, at most ``most``."""
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 700) if (high - low) // step + 1 <= max(most, 2))
    return list(range(low, high + 1, step))


def tick_label(value: float) -> str:
    """A short label: ``0``, ``0.25``, ``1,500``, ``20k``, ``3M``."""
    for size, suffix in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            return f"{value / min(size, 1e3 if suffix == 'k' else size):g}{suffix}"
    return f"{value:,.0f}" if value >= 1000 else f"{value:g}"
