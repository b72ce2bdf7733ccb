"""Which layer learns slowest, and the bars that show it, both so steady that one can read them while it trains."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.cells import log_share
from tuinet.tui.draw.scales import round_up
from tuinet.tui.draw.text import count, scientific

_SLOW: Final = (1 / 2, 1 / 1.5)
"""Share of the fastest layer's speed below which a layer is marked, and up to which it stays so."""
_STEADY: Final = 0.85
"""Another layer is marked only where it is slower by this factor, and none is the fastest that is not faster by it."""
_WIDE: Final = (100.0, 30.0)
"""The largest value over the smallest from which on bars are logarithmic, and down to which they stay so."""
_SHORTEST: Final = 0.4
"""Share of the linear scale that the longest bar has at least, before the scale is made anew."""
_LOWEST, _HIGHEST = 1e-99, 1e99


def update_ratios(snapshot: Snapshot) -> dict[int, float]:
    """ΔW/W of each layer, counted from 1; nothing where the last update is not known, or is not finite."""
    if not snapshot.has_updates:
        return {}
    found = {number: layer.update_ratio for number, layer in enumerate(snapshot.layers, start=1)}
    return found if all(map(math.isfinite, found.values())) else {}


@dataclass(frozen=True)
class Slowest:
    """A layer that learns much more slowly than another; both are counted from 1."""

    layer: int
    fastest: int
    share: float
    """Its ΔW/W over that of the fastest."""

    @property
    def words(self) -> tuple[str, str]:
        """A sentence on it, and a shorter one."""
        if not self.share:
            return f"layer {self.layer} stands still", f"layer {self.layer}: 0"
        ratio = f"{fraction_text(self.share)} of layer {self.fastest}"
        return f"layer {self.layer} learns slowest: {ratio}", f"layer {self.layer}: {ratio}"


def fraction_text(share: float) -> str:
    """A share below 1 as a fraction with one or two digits: ``1/3``, ``1/40``, ``1/1,000``, ``1/2e7``."""
    parts = 1 / max(share, _LOWEST)
    if parts >= 99_500:
        return f"1/{parts:.0e}".replace("e+0", "e").replace("e+", "e")
    return f"1/{count(float(f'{parts:.1g}') if parts >= 19.5 else round(parts))}"


class SlowestMark:
    """Finds the slowest layer, and keeps to it as long as no other one is clearly slower."""

    def __init__(self) -> None:
        self._found: Slowest | None = None

    def follow(self, known: Mapping[int, float]) -> Slowest | None:
        """The slowest layer by its speed; none where all learn at similar speeds, or where there is only one."""
        before = self._found
        self._found = None
        if len(known) < 2 or not any(known.values()):
            return None
        slow, fast = min(known, key=lambda number: known[number]), max(known, key=lambda number: known[number])
        if before is not None and _STEADY * known.get(before.layer, math.inf) <= known[slow]:
            slow = before.layer
        if before is not None and known.get(before.fastest, 0.0) >= _STEADY * known[fast]:
            fast = before.fastest
        share = known[slow] / known[fast]
        if slow != fast and share < _SLOW[before is not None]:
            self._found = Slowest(slow, fast, share)
        return self._found


@dataclass(frozen=True)
class BarScale:
    """From where to where bars go; a linear scale begins at 0."""

    low: int = 0
    """Of a logarithmic scale, the exponent at its left end."""
    high: float = 1.0
    """At the right end the value, or the exponent."""
    is_log: bool = False

    def share(self, value: float) -> float:
        """How much of its length a bar fills."""
        return log_share(value, self.low, int(self.high)) if self.is_log else value / self.high

    def text(self, width: int) -> str:
        """Both ends, above the bars."""
        low, high = (f"1e{self.low}", f"1e{self.high:.0f}") if self.is_log else ("0", scientific(self.high))
        return f"{low}…{high}" if width <= len(low + high) else low + high.rjust(width - len(low))


class FittedScale:
    """Fits a scale of bars to the values, and keeps to it while they still fit it."""

    def __init__(self) -> None:
        self._scale = BarScale()

    def follow(self, values: Collection[float]) -> BarScale:
        """The scale for these values: logarithmic where a linear one would hide most of them."""
        known = [min(value, _HIGHEST) for value in values if value > _LOWEST]
        if not known:
            return self._scale
        before, low, high = self._scale, min(known), max(known)
        if high / low > _WIDE[before.is_log]:
            ends = BarScale(math.floor(math.log10(low)), math.ceil(math.log10(high) + 1e-9), is_log=True)
            is_near = before.is_log and 0 <= ends.low - before.low <= 1 and 0 <= before.high - ends.high <= 1
            self._scale = before if is_near else ends
        elif before.is_log or not _SHORTEST * before.high <= high <= before.high:
            self._scale = BarScale(high=round_up(high))
        return self._scale
