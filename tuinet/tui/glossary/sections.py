"""Which part of the glossary belongs to which panel."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.arrangement import (
    BOUNDARY,
    CONFUSION,
    FLOW,
    GRADIENTS,
    HIDDEN_SPACE,
    LESSON,
    LOSS,
    NETWORK,
    SAMPLES,
    STATUS,
    WEIGHTS,
)
from tuinet.tui.glossary import (
    boundary,
    check,
    confusion,
    flow,
    gradients,
    hidden_space,
    lesson,
    loss,
    microscope,
    network,
    samples,
    settings,
    share,
    status,
    weights,
)
from tuinet.tui.glossary.entry import Entry
from tuinet.tui.theme import Theme

MICROSCOPE: Final = "microscope"
CHECK: Final = "check"
SETTINGS: Final = "settings"
SHARE: Final = "share"

SECTIONS: Final[dict[str, tuple[str, Callable[[Snapshot, Theme], list[Entry]]]]] = {
    STATUS: ("status", status.entries),
    BOUNDARY: ("map", boundary.entries),
    CONFUSION: ("confusion, predictions", confusion.entries),
    LOSS: ("loss", loss.entries),
    WEIGHTS: ("weights and biases", weights.entries),
    GRADIENTS: ("gradients", gradients.entries),
    NETWORK: ("network", network.entries),
    HIDDEN_SPACE: ("hidden space", hidden_space.entries),
    FLOW: ("gradient flow", flow.entries),
    SAMPLES: ("samples", samples.entries),
    LESSON: ("lesson", lesson.entries),
    MICROSCOPE: ("microscope", microscope.entries),
    CHECK: ("gradient check", check.entries),
    SETTINGS: ("settings", settings.entries),
    SHARE: ("share", share.entries),
}
"""For each panel the heading of its part, and what makes it."""


def sections_for(panels: Iterable[str], snapshot: Snapshot, theme: Theme) -> list[tuple[str, list[Entry]]]:
    """The parts of these panels, in their order."""
    return [(SECTIONS[name][0], SECTIONS[name][1](snapshot, theme)) for name in panels if name in SECTIONS]
