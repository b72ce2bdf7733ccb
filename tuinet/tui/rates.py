"""Learning rates in steps of 1, 2, 5, as on a coin tray."""

from __future__ import annotations

import math
from typing import Final

_STEPS: Final = (1.0, 2.0, 5.0)
_CLOSE: Final = 1e-9
_LEAST: Final = 1e-9
_MOST: Final = 1e6


def next_rate(rate: float, direction: int) -> float:
    """The next of …, 0.1, 0.2, 0.5, 1, … above or below a rate; at the ends it stays."""
    exponent = math.floor(math.log10(rate)) if rate > 0 else math.floor(math.log10(_LEAST))
    near = [float(f"{step:g}e{power}") for power in range(exponent - 1, exponent + 2) for step in _STEPS]
    if direction > 0:
        found = next(value for value in near if value > rate * (1 + _CLOSE))
    else:
        found = next((value for value in reversed(near) if value < rate * (1 - _CLOSE)), rate)
    return found if _LEAST <= found <= _MOST else rate
