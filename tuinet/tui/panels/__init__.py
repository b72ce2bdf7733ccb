"""The panels, each with its drawing, its keys and its part of help; and which of them keys bring to the full screen."""

from __future__ import annotations

from typing import Final, NamedTuple

from tuinet.tui.layout import (
    ASK,
    CONFUSION,
    FLOW,
    GRADIENTS,
    HIDDEN_SPACE,
    LANDSCAPE,
    LOSS,
    MAP,
    NETWORK,
    SAMPLES,
    STARTS,
    WEIGHTS,
)


class PanelEntry(NamedTuple):
    """A panel that has a key of its own."""

    name: str
    """As help and palette call it."""
    source: str
    """The module in this folder and the class: it is loaded when the panel is wanted."""
    key: str = ""
    """The character that brings it to the full screen; empty for the next digit or function key."""


PANELS: Final = {
    MAP: PanelEntry("Map", "map:BoundaryPanel"),
    LOSS: PanelEntry("Loss curve", "loss:LossPanel"),
    WEIGHTS: PanelEntry("Weights and biases", "weights:WeightsPanel"),
    GRADIENTS: PanelEntry("Gradients", "gradients:GradientsPanel"),
    NETWORK: PanelEntry("Network", "network:NetworkPanel"),
    HIDDEN_SPACE: PanelEntry("Hidden space", "hidden:HiddenSpacePanel"),
    FLOW: PanelEntry("Gradient flow", "flow:FlowPanel"),
    CONFUSION: PanelEntry("Confusion, predictions", "confusion:ConfusionPanel"),
    SAMPLES: PanelEntry("Samples", "samples:SamplesPanel"),
    ASK: PanelEntry("Ask the network", "ask:AskPanel", "/"),
    STARTS: PanelEntry("Starts", "starts:StartsPanel", "M"),
    LANDSCAPE: PanelEntry("Landscape of the loss", "landscape:LandscapePanel", "G"),
}
"""By their ids, in the order of their keys."""
ZOOMED: Final = tuple(PANELS)
NUMBERED: Final = 9
"""So many have a digit as their key, the others f2 and so on: f1 is a key of many terminals."""


def zoom_key(index: int) -> str:
    """The key of a panel, counted from 0 in their order."""
    entries = [*PANELS.values()]
    if entries[index].key:
        return entries[index].key
    number = sum(not entry.key for entry in entries[:index])
    return str(number + 1) if number < NUMBERED else f"f{number - NUMBERED + 2}"
