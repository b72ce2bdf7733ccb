"""Which part of the glossary belongs to which panel."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Final

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.arrangement import (
    BOUNDARY,
    CHECK,
    CONFUSION,
    FLOW,
    GRADIENTS,
    HIDDEN_SPACE,
    LESSON,
    LOSS,
    MICROSCOPE,
    NETWORK,
    SAMPLES,
    SETTINGS,
    SHARE,
    STATUS,
    WEIGHTS,
)
from tuinet.tui.glossary.entry import Entry
from tuinet.tui.theme import Theme

SECTIONS: Final[dict[str, tuple[str, str]]] = {
    STATUS: ("status", "tuinet.tui.glossary.status"),
    BOUNDARY: ("map", "tuinet.tui.glossary.boundary"),
    CONFUSION: ("confusion, predictions", "tuinet.tui.glossary.confusion"),
    LOSS: ("loss", "tuinet.tui.glossary.loss"),
    WEIGHTS: ("weights and biases", "tuinet.tui.glossary.weights"),
    GRADIENTS: ("gradients", "tuinet.tui.glossary.gradients"),
    NETWORK: ("network", "tuinet.tui.glossary.network"),
    HIDDEN_SPACE: ("hidden space", "tuinet.tui.glossary.hidden_space"),
    FLOW: ("gradient flow", "tuinet.tui.glossary.flow"),
    SAMPLES: ("samples", "tuinet.tui.glossary.samples"),
    LESSON: ("lesson", "tuinet.tui.glossary.lesson"),
    MICROSCOPE: ("microscope", "tuinet.tui.glossary.microscope"),
    CHECK: ("gradient check", "tuinet.tui.glossary.check"),
    SETTINGS: ("settings", "tuinet.tui.glossary.settings"),
    SHARE: ("share", "tuinet.tui.glossary.share"),
}
"""For each panel the heading of its part, and the module whose `glossary` makes it: loaded when help is wanted."""


def sections_for(panels: Iterable[str], snapshot: Snapshot, theme: Theme) -> list[tuple[str, list[Entry]]]:
    """The parts of these panels, in their order."""
    return [
        (heading, import_module(module).glossary(snapshot, theme))
        for heading, module in (SECTIONS[name] for name in panels if name in SECTIONS)
    ]
