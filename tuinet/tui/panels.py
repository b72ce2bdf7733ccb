"""The panels of the dashboard: which there are, and which of them suit what is learned."""

from __future__ import annotations

from typing import Final

from tuinet.training.snapshot import Snapshot
from tuinet.tui.arrangement import (
    BOUNDARY,
    CONFUSION,
    FLOW,
    GRADIENTS,
    HIDDEN_SPACE,
    LOSS,
    NETWORK,
    NUMBERED,
    SAMPLES,
    WEIGHTS,
    Cast,
)
from tuinet.tui.binding_kinds import slug
from tuinet.tui.bindings import own_panel_key
from tuinet.tui.own_panels import OWN_PANELS
from tuinet.tui.pixels import has_weight_pictures
from tuinet.tui.widgets.boundary import BoundaryPanel
from tuinet.tui.widgets.confusion import ConfusionPanel
from tuinet.tui.widgets.flow import FlowPanel
from tuinet.tui.widgets.gradients import GradientsPanel
from tuinet.tui.widgets.hidden_space import HiddenSpacePanel
from tuinet.tui.widgets.loss import LossPanel
from tuinet.tui.widgets.network import NetworkPanel
from tuinet.tui.widgets.panel import CellPanel
from tuinet.tui.widgets.samples import SamplesPanel
from tuinet.tui.widgets.weights import WeightsPanel, weights_height

Panels = tuple[CellPanel, ...]


def own_panel_id(name: str) -> str:
    """The id of a panel beside the nine."""
    return f"own-{slug(name)}"


ZOOMED: Final = (*NUMBERED, *map(own_panel_id, OWN_PANELS))
"""The panels in the order of the keys that give them the full screen."""


def make_panels() -> tuple[Panels, Panels]:
    """Panels that follow every frame, and those that keep calm while numbers change faster than one can read."""
    quick = (BoundaryPanel(**_named(BOUNDARY)),)
    calm = (
        LossPanel(**_named(LOSS)),
        WeightsPanel(**_named(WEIGHTS)),
        GradientsPanel(**_named(GRADIENTS)),
        NetworkPanel(**_named(NETWORK)),
        HiddenSpacePanel(**_named(HIDDEN_SPACE)),
        FlowPanel(**_named(FLOW)),
        ConfusionPanel(**_named(CONFUSION)),
        SamplesPanel(**_named(SAMPLES)),
        *(
            make(id=own_panel_id(name), number=own_panel_key(index))
            for index, (name, make) in enumerate(OWN_PANELS.items())
        ),
    )
    return quick, calm


def cast_for(snapshot: Snapshot) -> Cast:
    """Pictures are shown as such; where classes have many inputs, who is taken for whom says more than weights."""
    dataset = snapshot.dataset
    many_inputs = len(dataset.feature_names) > 2
    numbers = CONFUSION if many_inputs and dataset.task != "regression" else WEIGHTS
    return Cast(SAMPLES if dataset.image_shape else BOUNDARY, numbers)


def response_panel(snapshot: Snapshot) -> str:
    """Where one sees best what a neuron responds to."""
    return SAMPLES if has_weight_pictures(snapshot) else BOUNDARY


def _named(panel: str) -> dict[str, str]:
    return {"id": panel, "number": str(NUMBERED.index(panel) + 1)}


def numbers_height(snapshot: Snapshot, cast: Cast, width: int) -> int:
    """Rows that the panel of numbers would like to have within a frame of this width."""
    if cast.numbers == CONFUSION:
        return len(snapshot.dataset.class_names) + 1
    return weights_height(snapshot, width)
