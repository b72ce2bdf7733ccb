"""What the colours in the picture of a neuron stand for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tuinet.observe.snapshot import Snapshot
from tuinet.observe.unit_maps import UnitMaps
from tuinet.observe.view import Unit
from tuinet.tui.cells import Array, Levels, quantize
from tuinet.tui.ramp import Ramp
from tuinet.tui.theme import CLASS_LEVELS, Theme
from tuinet.tui.value_ranges import response_range


@dataclass(frozen=True)
class UnitShade:
    """From an activation to a colour, and to a height."""

    colours: Ramp
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
    everything else from the least to the largest of what the neuron answers.
    """

    def __init__(self, snapshot: Snapshot, theme: Theme, maps: UnitMaps) -> None:
        self._snapshot, self._theme, self._maps = snapshot, theme, maps

    def shade(self, unit: Unit) -> UnitShade:
        """Of one neuron."""
        layer, index = unit
        if layer == len(self._snapshot.layers):
            return self._output(index)
        activation = self._snapshot.layers[layer - 1].activation if layer else ""
        return UnitShade(self._theme.levels, *response_range(self._maps.by_unit[unit], activation))

    def _output(self, index: int) -> UnitShade:
        dataset, activation = self._snapshot.dataset, self._snapshot.layers[-1].activation
        if dataset.task == "regression":
            return UnitShade(self._theme.levels, *_extremes(dataset.y[:, index]))
        low = -1.0 if activation == "tanh" else 0.0
        if dataset.task == "binary":
            return UnitShade(self._theme.levels, low, 1.0)
        # As on the map of all classes: neutral where it is no more than chance.
        outputs = self._snapshot.layers[-1].biases.size
        colours = self._theme.class_levels(outputs)[index * CLASS_LEVELS : (index + 1) * CLASS_LEVELS]
        return UnitShade(colours, 1 / outputs if activation == "softmax" else low, 1.0)


def _extremes(targets: Array) -> tuple[float, float]:
    """The lowest and the highest, never the same; −0.5 and 0.5 where there is none."""
    low, high = (float(targets.min()), float(targets.max())) if targets.size else (0.0, 0.0)
    return (low, high) if low < high else (low - 0.5, high + 0.5)
