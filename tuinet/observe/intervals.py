"""How well a share is known that was found with a few networks."""

from __future__ import annotations

import math
from typing import Final

_Z95: Final = 1.959963984540054
"""Quantile of the normal distribution for an interval of 95%."""


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The score interval of 95% for a share (Wilson, 1927); it makes sense for few trials, too."""
    share, square = successes / trials, _Z95**2
    centre = share + square / (2 * trials)
    margin = _Z95 * math.sqrt(share * (1 - share) / trials + square / (4 * trials**2))
    scale = 1 + square / trials
    return max(0.0, (centre - margin) / scale), min(1.0, (centre + margin) / scale)
