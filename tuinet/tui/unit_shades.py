"""What the colours in the picture of a neuron stand for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tuinet.training.snapshot import Snapshot
from tuinet.training.unit_maps import UnitMaps
from tuinet.training.view import Unit
from tuinet.tui.cells import Array, Levels, quantize
from tuinet.tui.scales import round_up
from tuinet.tui.theme import CLASS_LEVELS, Theme

_BOUNDS: Final = {
    "sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "step": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "softsign": (-1.0, 1.0),
    "sin": (-1.0, 1.0),
}
"""Between which values an activation lies."""
_HUGE: Final = 1e150
"""What is larger than this while a network diverges counts as this."""
_LEAST: Final = 0.01
"""What is smaller everywhere in a layer has the colour of 0."""


@dataclass(frozen=True)
class UnitShade:
    """From an activation to a colour, and to a height."""

    colours: Sequence[str]
    low: float
    """What has the first colour."""
    high: float
    """What has the last."""

    def share(self, values: Array) -> Array:
        """0 at the low end and below it, 1 at the high end and above."""
        share: Array = np.clip((values - self.low) / ((self.high - self.low) or 1.0), 0, 1)
        return share

    def levels(self, values: Array) -> Levels:
        """Indices into the colours."""
        return quantize(self.share(values), len(self.colours))


class UnitShades:
    """The shades of all neurons in sight.

    What is bounded goes from its lower to its upper bound; a predicted number from its lowest target to the highest;
    everything else from the least to the largest of what the neuron answers. Where it is a single number, 0 is in the
    middle, and at the ends the largest of the layer's neurons in sight, rounded up.
    """

    def __init__(self, snapshot: Snapshot, theme: Theme, maps: UnitMaps) -> None:
        self._snapshot, self._theme, self._maps = snapshot, theme, maps
        self._sizes: dict[int, float] = {}

    def shade(self, unit: Unit) -> UnitShade:
        """Of one neuron."""
        layer, index = unit
        if layer == len(self._snapshot.layers):
            return self._output(index)
        bounds = _BOUNDS.get(self._snapshot.layers[layer - 1].activation) if layer else None
        if bounds is None and self._maps.domain == "samples":
            bounds = (-self._size(layer), self._size(layer))
        return UnitShade(self._theme.levels, *(bounds or response_range(self._maps.by_unit[unit])))

    def _output(self, index: int) -> UnitShade:
        dataset, activation = self._snapshot.dataset, self._snapshot.layers[-1].activation
        if dataset.task == "regression":
            return UnitShade(self._theme.levels, *response_range(dataset.y[:, index], digits=None))
        low = -1.0 if activation == "tanh" else 0.0
        if dataset.task == "binary":
            return UnitShade(self._theme.levels, low, 1.0)
        # As on the map of all classes: neutral where it is no more than chance.
        outputs = self._snapshot.layers[-1].biases.size
        colours = self._theme.class_levels(outputs)[index * CLASS_LEVELS : (index + 1) * CLASS_LEVELS]
        return UnitShade(colours, 1 / outputs if activation == "softmax" else low, 1.0)

    def _size(self, layer: int) -> float:
        """Magnitude of the activations of a layer in sight, rounded up."""
        if layer not in self._sizes:
            pictures = [values for unit, values in self._maps.by_unit.items() if unit[0] == layer]
            self._sizes[layer] = round_up(max(_LEAST, *map(_largest, pictures)))
        return self._sizes[layer]


def response_range(values: Array, digits: int | None = 2) -> tuple[float, float]:
    """The least and the largest value, never the same; −0.5 and 0.5 where there is none.

    Parameters
    ----------
    digits
        Of the width, to which both are rounded outwards, so that the colours stay while it hardly changes; ``None``
        for exactly what there is.
    """
    finite = np.clip(values[np.isfinite(values)], -_HUGE, _HUGE)
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    if not low < high:
        return low - 0.5, high + 0.5
    if digits is None:
        return low, high
    step = 10.0 ** (math.floor(math.log10(high - low)) - digits + 1)
    return math.floor(low / step) * step, math.ceil(high / step) * step


def _largest(values: Array) -> float:
    return float(np.abs(values[np.isfinite(values)]).max(initial=0.0).clip(max=_HUGE))
