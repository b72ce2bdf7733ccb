"""The names of inputs, hidden units and outputs."""

from __future__ import annotations

from typing import Final

from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.text import shorten_words

NAME_LIMIT: Final = 6
"""Cells that a name takes at most."""


def unit_name(snapshot: Snapshot, unit: Unit) -> str:
    """Of a unit in layer 0, which is the inputs, in a hidden layer, or in the output."""
    layer, index = unit
    if layer == 0:
        return shorten_words(snapshot.dataset.input_names[index], NAME_LIMIT)
    if layer < len(snapshot.layers):
        return f"h{index + 1}"
    return "y" if snapshot.layers[-1].biases.size == 1 else f"y{index + 1}"


def unit_names(snapshot: Snapshot, layer: int) -> list[str]:
    """Names of a layer's units: 0 is the inputs, then hidden layers, then outputs."""
    return [unit_name(snapshot, (layer, index)) for index in range(snapshot.layer_sizes[layer])]
