"""How losses become heights, the levels at which contour lines are drawn, and heights between the places of a grid."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tuinet.tui.draw.cells import Array
from tuinet.tui.draw.scales import ticks_between

_SPANS_DECADES: Final = 20.0
"""Largest by smallest loss from which on levels are spaced by their logarithms."""
_LOWEST: Final = 1e-7
"""Of the largest loss: what is smaller is drawn as this, where levels are so spaced."""
_MANTISSAS: Final = ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,))
_MOST: Final = 9
"""Lines at most."""


@dataclass(frozen=True)
class LossScale:
    """How losses become heights between 0 and 1: along a line, or along their logarithms where they span decades."""

    low: float
    high: float
    is_log: bool

    def heights(self, losses: Array) -> Array:
        """0 at the lowest loss, 1 at the highest; NaN where a loss is not finite."""
        values = np.where(np.isfinite(losses), losses, np.nan)
        if self.is_log:
            low, high = math.log(self.low), math.log(self.high)
            values = np.log(np.maximum(values, self.low))
        else:
            low, high = self.low, self.high
        scaled: Array = (values - low) / (high - low)
        return scaled

    def levels(self) -> list[float]:
        """Round losses between both, a few of them: 1, 2 and 5 times powers of ten, or at even distances."""
        if not self.is_log:
            ticks = (round_to(tick) for tick in ticks_between(self.low, self.high, _MOST))
            return [level for level in ticks if self.low < level < self.high]
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        levels: list[float] = []
        for mantissas in _MANTISSAS:
            levels = [float(f"{mantissa:g}e{power}") for power in powers for mantissa in mantissas]
            levels = [level for level in levels if self.low < level < self.high]
            if len(levels) <= _MOST:
                return levels
        return levels[:: math.ceil(len(levels) / _MOST)]


def round_to(value: float) -> float:
    """Twelve digits of a number, without what adding steps has left."""
    return float(f"{value:.12g}")


def loss_scale(losses: Array) -> LossScale:
    """The scale of some losses; where none is finite, from 0 to 1."""
    finite = losses[np.isfinite(losses)]
    if not len(finite):
        return LossScale(0.0, 1.0, is_log=False)
    low, high = float(finite.min()), float(finite.max())
    if high <= low:
        return LossScale(low - max(abs(low), 1e-12) / 2, low + max(abs(low), 1e-12) / 2, is_log=False)
    if low >= 0 and high > _SPANS_DECADES * low:
        return LossScale(max(low, _LOWEST * high), high, is_log=True)
    return LossScale(low, high, is_log=False)


def bilinear(values: Array, columns: Array, rows: Array) -> Array:
    """A grid's values between its places, NaN beyond the outermost ones by more than half a place.

    Parameters
    ----------
    values
        Shape (rows, columns).
    columns, rows
        Where values are wanted, in places from the upper left one: across, shape (n,), and down, shape (m,).

    Returns
    -------
    Shape (m, n).
    """
    (left, right, across, is_in_columns), (upper, lower, down, is_in_rows) = (
        _neighbours(places, size) for places, size in ((columns, values.shape[1]), (rows, values.shape[0]))
    )
    above = values[np.ix_(upper, left)] * (1 - across) + values[np.ix_(upper, right)] * across
    below = values[np.ix_(lower, left)] * (1 - across) + values[np.ix_(lower, right)] * across
    between = above * (1 - down)[:, None] + below * down[:, None]
    return np.where(is_in_rows[:, None] & is_in_columns, between, np.nan)


def _neighbours(places: Array, size: int) -> tuple[NDArray[np.intp], NDArray[np.intp], Array, NDArray[np.bool_]]:
    """For each place the grid's places on both sides, the share of the way, and whether it is within the grid."""
    inside = np.clip(places, 0, size - 1)
    before = np.floor(inside).astype(np.intp)
    after = np.minimum(before + 1, size - 1)
    return before, after, inside - before, (places >= -0.5) & (places <= size - 0.5)
