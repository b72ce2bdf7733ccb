"""Which hidden layer is drawn, and by which axes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import HiddenView

_COMPONENTS: Final = ((0, 1), (0, 2), (1, 2))
"""The planes of the first three principal components."""


@dataclass(frozen=True)
class HiddenChoice:
    """A layer and a pair of axes, as far as the network has them."""

    layer: int | None = None
    """Counted from 1; ``None`` for the last one."""
    index: int = 0
    """Which pair of axes."""

    def view(self, snapshot: Snapshot) -> HiddenView | None:
        """What is asked of the session; ``None`` where there is no hidden layer."""
        layer = self._layer(snapshot)
        if not layer:
            return None
        views = _drawn_first(snapshot, layer)
        units = snapshot.layer_sizes[layer]
        index = self.index % _pairs(snapshot, layer)
        if index < len(views):
            return views[index]
        unit = index - len(views)
        return HiddenView(layer, "units", (unit, (unit + 1) % units))

    def moved(self, snapshot: Snapshot, layers: int, pairs: int) -> HiddenChoice:
        """So many layers on, as far as there are some, with their first axes; or so many pairs of axes, in a ring."""
        layer = self._layer(snapshot)
        if not layer:
            return self
        if layers:
            return HiddenChoice(min(max(layer + layers, 1), len(snapshot.layers) - 1))
        return replace(self, index=(self.index + pairs) % _pairs(snapshot, layer))

    def _layer(self, snapshot: Snapshot) -> int:
        last = len(snapshot.layers) - 1
        return last if self.layer is None else min(self.layer, last)


def _drawn_first(snapshot: Snapshot, layer: int) -> tuple[HiddenView, ...]:
    """The axes before the pairs of units; none where two units, or one, are all there is to be drawn."""
    if snapshot.layer_sizes[layer] <= 2:
        return ()
    output = (HiddenView(layer, "output"),) if layer == len(snapshot.layers) - 1 else ()
    return (*output, *(HiddenView(layer, "components", axes) for axes in _COMPONENTS))


def _pairs(snapshot: Snapshot, layer: int) -> int:
    units = snapshot.layer_sizes[layer]
    return 1 if units <= 2 else len(_drawn_first(snapshot, layer)) + units
