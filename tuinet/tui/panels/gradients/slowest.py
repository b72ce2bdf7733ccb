"""Which layer learns slowest, and the bars that show it, both so steady that one can read them while it trains."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from tuinet.health import share_text, short_share
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.cells import log_share
from tuinet.tui.draw.text import first_fitting, scientific

_SLOW: Final = (0.9, 0.95)
"""Share of the fastest layer's speed below which a layer is marked, and up to which it stays so."""
_STEADY: Final = 0.85
"""While it trains, another layer is marked only where it is slower by this factor, and likewise for the fastest."""
_LAGGING: Final = 0.5
"""Below this share of the fastest layer's speed it is worth a warning."""
_WIDE: Final = (100.0, 30.0)
"""The largest value over the smallest from which on bars are logarithmic, and down to which they stay so."""
_STEPS: Final = (1.0, 2.0, 5.0, 10.0)
"""Where a linear scale may end, times a power of ten."""
_SHORT: Final = 0.2
"""Share of the scale that the longest bar has at least, before the scale is made anew."""
_PATIENCE: Final = 40
"""So many pictures in a row must ask for it before the scale is made anew while it trains."""
_SAID: Final = 60
"""For so many pictures the scale says that it has changed."""
_LOWEST, _HIGHEST = 1e-99, 1e99


def update_ratios(snapshot: Snapshot) -> dict[int, float]:
    """ΔW/W of each layer, counted from 1; nothing where the last update is not known, or is not finite."""
    if not snapshot.has_updates:
        return {}
    found = {number: layer.update_ratio for number, layer in enumerate(snapshot.layers, start=1)}
    return found if all(map(math.isfinite, found.values())) else {}


class Slowest(NamedTuple):
    """A layer that learns more slowly than another; both are counted from 1."""

    layer: int
    fastest: int
    share: float
    """Its ΔW/W over that of the fastest."""

    @property
    def lags(self) -> bool:
        """Whether it is so slow that it is worth a warning."""
        return self.share < _LAGGING

    @property
    def words(self) -> tuple[str, ...]:
        """A sentence on it, and shorter ones."""
        if not self.share:
            return f"layer {self.layer} stands still", f"layer {self.layer}: 0"
        ratio = short_share(self.share)
        return (
            f"layer {self.layer} learns slowest: {share_text(self.share, f'layer {self.fastest}')}",
            f"layer {self.layer} slowest: {ratio} of layer {self.fastest}",
            f"◂ slowest: {ratio} of layer {self.fastest}",
            "◂ slowest",
        )


class SlowestMark:
    """Finds the slowest layer; while it trains, keeps to it as long as no other one is clearly slower."""

    def __init__(self) -> None:
        self._found: Slowest | None = None

    def follow(self, known: Mapping[int, float], *, is_running: bool = True) -> Slowest | None:
        """The slowest layer by its speed; none where all learn as fast, or where there is only one."""
        before = self._found if is_running else None
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


class BarScale(NamedTuple):
    """From where to where bars go; a linear scale begins at 0."""

    low: int = 0
    """Of a logarithmic scale, the exponent at its left end."""
    high: float = 1.0
    """At the right end the value, or the exponent."""
    is_log: bool = False
    before: str = ""
    """Its right end before it was changed, for a while after that."""

    def share(self, value: float) -> float:
        """How much of its length a bar fills."""
        return log_share(value, self.low, int(self.high)) if self.is_log else value / self.high

    @property
    def ends(self) -> tuple[str, str]:
        """What stands at its ends."""
        return (f"1e{self.low}", f"1e{self.high:.0f}") if self.is_log else ("0", scientific(self.high))

    def text(self, width: int) -> str:
        """Both ends, above the bars; between them, where there is room, which scale it was before."""
        low, high = self.ends
        if width <= len(low + high):
            return f"{low}…{high}"
        words = (f" (ended at {self.before} before)", f" (was {self.before})") if self.before else ()
        low += first_fitting(words, width - len(low + high) - 1)
        return low + high.rjust(width - len(low))


class FittedScale:
    """Fits a scale of bars to the values by whole steps: 1, 2, 5 and 10 times a power of ten.

    While it trains it changes at once only where a bar has no room, and else only where values have long asked for it.
    """

    def __init__(self) -> None:
        self._scale: BarScale | None = None
        self._asked = 0
        self._since = 0

    def follow(self, values: Collection[float], *, is_running: bool = False) -> BarScale:
        """The scale for these values: logarithmic where a linear one would hide most of them."""
        known = [min(value, _HIGHEST) for value in values if value > _LOWEST]
        if not known:
            return self._scale or BarScale()
        self._since += 1
        if self._scale is None:
            self._scale = _fitted(known, is_log=False)
        elif not _fits(self._scale, known):
            self._asked += 1
            if self._asked >= _PATIENCE or not is_running or max(known) > _top(self._scale):
                self._change(_fitted(known, is_log=self._scale.is_log))
        else:
            self._asked = 0
        if self._since > _SAID and self._scale.before:
            self._scale = self._scale._replace(before="")
        return self._scale

    def _change(self, scale: BarScale) -> None:
        assert self._scale is not None
        self._scale, self._asked, self._since = scale._replace(before=self._scale.ends[1]), 0, 0


def _top(scale: BarScale) -> float:
    return 10.0**scale.high if scale.is_log else scale.high


def _fits(scale: BarScale, known: Sequence[float]) -> bool:
    """Whether every bar has room, and they are neither too short nor too far apart for it."""
    high, wanted = max(known), _fitted(known, is_log=scale.is_log)
    if wanted.is_log or scale.is_log:
        near = 0 <= wanted.low - scale.low <= 1 and 0 <= scale.high - wanted.high <= 1
        return wanted.is_log == scale.is_log and near
    return _SHORT * scale.high <= high <= scale.high


def _fitted(known: Sequence[float], *, is_log: bool) -> BarScale:
    """The scale that these values would have by themselves."""
    low, high = min(known), max(known)
    if high / low > _WIDE[is_log]:
        return BarScale(math.floor(math.log10(low)), math.ceil(math.log10(high) + 1e-9), is_log=True)
    power = 10.0 ** math.floor(math.log10(high))
    return BarScale(high=next(step * power for step in _STEPS if high <= step * power * (1 + 1e-9)))
