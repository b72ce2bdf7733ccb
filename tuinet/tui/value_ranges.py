"""Ranges of values that colours and axes go through: of targets, and of a unit's response."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from typing import Final

import numpy as np

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.cells import Array

BOUNDS: Final[Mapping[str, tuple[float, float]]] = {
    **dict.fromkeys(("sigmoid", "softmax", "step"), (0.0, 1.0)),
    **dict.fromkeys(("tanh", "softsign", "sin"), (-1.0, 1.0)),
}
"""What an activation lies between, where it has bounds on both sides."""
_FLAT: Final = 1e-9
"""Share of its size that a response may vary by and counts as the same everywhere."""
_HUGE: Final = 1e150
"""What is larger than this while a network diverges counts as this: the width of the range must be a number."""


def target_range(snapshot: Snapshot) -> tuple[float, float]:
    """The lowest and the highest number to predict, never the same; −1 and 1 where there is none."""
    dataset = snapshot.dataset
    targets = next((y[:, 0] for y in (dataset.y, dataset.y_test) if len(y)), np.array([-1.0, 1.0]))
    low, high = float(targets.min()), float(targets.max())
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def response_range(values: Array, activation: str) -> tuple[float, float]:
    """What the colours of a unit's response go from and to: its bounds, or where it has none what there is.

    That is rounded outwards to two digits of its width, so that the colours stay while it hardly changes.
    """
    finite = np.clip(values[np.isfinite(values)], -_HUGE, _HUGE)
    if activation in BOUNDS or not len(finite):
        return BOUNDS.get(activation, (0.0, 1.0))
    low, high = float(finite.min()), float(finite.max())
    if high - low <= max(_FLAT * max(abs(low), abs(high)), sys.float_info.min * 1e3):
        return low - 0.5, high + 0.5
    step = 10.0 ** (math.floor(math.log10(high - low)) - 1)
    return math.floor(low / step) * step, math.ceil(high / step) * step
