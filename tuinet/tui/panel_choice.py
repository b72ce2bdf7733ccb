"""The panels of the dashboard: which there are, and which of them suit what is learned."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Final

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.bindings import own_panel_key, slug
from tuinet.tui.layout import (
    BOUNDARY,
    CONFUSION,
    FLOW,
    GRADIENTS,
    HIDDEN_SPACE,
    LESSON,
    LOSS,
    NETWORK,
    NUMBERED,
    SAMPLES,
    WEIGHTS,
    PanelChoice,
)
from tuinet.tui.own_panels import OWN_PANELS
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.panels.weights import weights_height

_KINDS: Final = {
    BOUNDARY: "map:BoundaryPanel",
    LOSS: "loss:LossPanel",
    WEIGHTS: "weights:WeightsPanel",
    GRADIENTS: "gradients:GradientsPanel",
    NETWORK: "network:NetworkPanel",
    HIDDEN_SPACE: "hidden:HiddenSpacePanel",
    FLOW: "flow:FlowPanel",
    CONFUSION: "confusion:ConfusionPanel",
    SAMPLES: "samples:SamplesPanel",
    LESSON: "lesson:LessonPanel",
}
"""Module and class of each panel: those that are not on the first screen are loaded after it."""


def own_panel_id(name: str) -> str:
    """The id of a panel beside the nine."""
    return f"own-{slug(name)}"


_OWN: Final = {own_panel_id(name): kind for name, kind in OWN_PANELS.items()}
ZOOMED: Final = (*NUMBERED, *_OWN)
"""The panels in the order of the keys that give them the full screen."""


def make_panel(name: str) -> CellPanel:
    """The panel of this name, with the number of its key if it has one."""
    if name in _OWN:
        return _OWN[name](id=name, number=own_panel_key(list(_OWN).index(name)))
    module, _, kind = _KINDS[name].partition(":")
    make: type[CellPanel] = getattr(import_module(f"tuinet.tui.panels.{module}"), kind)
    number = {"number": str(NUMBERED.index(name) + 1)} if name in NUMBERED else {}
    return make(id=name, **number)


def choose_panels(snapshot: Snapshot) -> PanelChoice:
    """Pictures are shown as such; where classes have many inputs, who is taken for whom says more than weights."""
    dataset = snapshot.dataset
    many_inputs = len(dataset.feature_names) > 2
    numbers = CONFUSION if many_inputs and dataset.task != "regression" else WEIGHTS
    return PanelChoice(SAMPLES if dataset.image_shape else BOUNDARY, numbers)


def response_panel(snapshot: Snapshot) -> str:
    """Where one sees best what a neuron responds to."""
    return SAMPLES if snapshot.has_weight_pictures else BOUNDARY


def numbers_height(snapshot: Snapshot, choice: PanelChoice, width: int) -> int:
    """Rows that the panel of numbers would like to have within a frame of this width."""
    if choice.numbers == CONFUSION:
        return len(snapshot.dataset.class_names) + 1
    return weights_height(snapshot, width)


def panel_ids(names: Iterable[str]) -> list[str]:
    """The panels that a lesson means."""
    from tuinet.lessons.lesson import PANELS  # noqa: PLC0415 - lessons are for those who take one

    return [NUMBERED[PANELS.index(name)] for name in names]
