"""The panels of the dashboard: how they are made, and which of them suit what is learned."""

from __future__ import annotations

from importlib import import_module

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.layout import CONFUSION, LESSON, MAP, SAMPLES, WEIGHTS, PanelChoice
from tuinet.tui.panels import PANELS, ZOOMED, zoom_key
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.panels.weights import weights_height


def panel_class(name: str) -> type[CellPanel]:
    """The class of a panel; it is loaded now, since the first screen does not show all."""
    module, _, kind = PANELS[name].source.partition(":")
    found: type[CellPanel] = getattr(import_module(f"tuinet.tui.panels.{module}"), kind)
    return found


def make_panel(name: str) -> CellPanel:
    """The panel of this name, with its key if it has one."""
    if name == LESSON:
        from tuinet.tui.panels.lesson import LessonPanel  # noqa: PLC0415 - as above

        return LessonPanel(id=name)
    return panel_class(name)(id=name, number=zoom_key(ZOOMED.index(name)))


def choose_panels(snapshot: Snapshot) -> PanelChoice:
    """Pictures are shown as such; where classes have many inputs, who is taken for whom says more than weights."""
    dataset = snapshot.dataset
    many_inputs = len(dataset.feature_names) > 2
    numbers = CONFUSION if many_inputs and dataset.task != "regression" else WEIGHTS
    return PanelChoice(SAMPLES if dataset.image_shape else MAP, numbers)


def response_panel(snapshot: Snapshot) -> str:
    """Where one sees best what a neuron responds to."""
    return SAMPLES if snapshot.has_weight_pictures else MAP


def numbers_height(snapshot: Snapshot, choice: PanelChoice, width: int) -> int:
    """Rows that the panel of numbers would like to have within a frame of this width."""
    if choice.numbers == CONFUSION:
        return len(snapshot.dataset.class_names) + 1
    return weights_height(snapshot, width)
