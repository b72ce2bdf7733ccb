"""A Selection: which sample, layer and neuron is looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Selection:
    """What is beyond the last sample, layer or neuron stands for the last."""

    sample: int = 0
    """Row of the batch, from 0."""
    layer: int | None = None
    """From 1, for phases that have no layer of their own; ``None`` for the output layer."""
    neuron: int = 0
    """Column of the layer, from 0."""
