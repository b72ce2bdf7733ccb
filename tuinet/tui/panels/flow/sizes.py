"""A logarithmic axis of sizes, for histograms of gradients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tuinet.observe.gradients import BINS_PER_DECADE, HIGH_EXPONENT, LOW_EXPONENT, GradientSpread
from tuinet.tui.draw.scales import power_label

Counts = NDArray[np.integer[Any]]

_LOW: Final = range(-8, LOW_EXPONENT, -2)
_HIGH: Final = range(0, HIGH_EXPONENT, 2)
"""Where an axis may end; the outermost bins lie beyond, so that what is outside is known to be."""
_OUTSIDE: Final = 0.1
"""Share of the gradients that may lie beyond an end of the axis; they count in its first or last column."""
_LABEL_STEPS: Final = (1, 2, 4, 8, 20)
_FEW: Final = 400
"""So few gradients fill no fine columns."""
_COARSE: Final = (2, 1)
_FINE: Final = (6, 3, 2, 1)
"""Columns to a power of ten, the most first; each divides the bins evenly."""


@dataclass(frozen=True)
class SizeScale:
    """From one power of ten to another, in columns of equal ratios."""

    low: int
    """Exponent at the left end."""
    high: int
    """Exponent at the right end."""
    per_decade: int
    """Columns to a power of ten: 1, 2, 3 or 6."""
    thickness: int
    """Cells to a column."""
    is_cut: bool = False
    """Whether there are gradients below the left end."""

    @property
    def width(self) -> int:
        """Cells of the whole axis."""
        return (self.high - self.low) * self.per_decade * self.thickness

    def columns(self, counts: Counts) -> Counts:
        """Counts by bin, shape (BINS,), as counts by column; what lies outside goes to the ends."""
        first, last = ((end - LOW_EXPONENT) * BINS_PER_DECADE for end in (self.low, self.high))
        inside = counts[first:last].copy()
        inside[0] += counts[:first].sum()
        inside[-1] += counts[last:].sum()
        joined: Counts = inside.reshape(-1, BINS_PER_DECADE // self.per_decade).sum(axis=1)
        return joined

    def ticks(self) -> list[tuple[int, str]]:
        """Where a label begins, in cells from the left, and what it says; one behind the right end among them."""
        decade = self.per_decade * self.thickness
        first = "<" * self.is_cut + power_label(self.low)
        every = next((step for step in _LABEL_STEPS if step * decade > len(first)), _LABEL_STEPS[-1])
        later = range(self.low + every, self.high + 1, every)
        return [(0, first), *(((exponent - self.low) * decade, power_label(exponent)) for exponent in later)]


def fit_scale(spreads: Sequence[GradientSpread], room: int) -> SizeScale | None:
    """The axis that holds the gradients of all layers in so many cells; ``None`` where there is no room for one."""
    low = next((end for end in _LOW if _share_outside(spreads, end, below=True) <= _OUTSIDE), _LOW[-1])
    high = next((end for end in _HIGH if _share_outside(spreads, end, below=False) <= _OUTSIDE), _HIGH[-1])
    decades = high - low
    fineness = _COARSE if max((spread.counted for spread in spreads), default=0) < _FEW else _FINE
    per_decade = next((fine for fine in fineness if fine * decades <= room), 0)
    is_cut = _share_outside(spreads, low, below=True) > 0
    return SizeScale(low, high, per_decade, room // (per_decade * decades), is_cut) if per_decade else None


def _share_outside(spreads: Sequence[GradientSpread], end: int, *, below: bool) -> float:
    """The largest share of any layer's gradients, those that are 0 left out, beyond one end."""
    place = (end - LOW_EXPONENT) * BINS_PER_DECADE
    shares = [0.0]
    for spread in spreads:
        sizes = spread.positive + spread.negative
        outside = sizes[:place] if below else sizes[place:]
        shares.append(float(outside.sum() / max(sizes.sum(), 1)))
    return max(shares)
