"""All keys, for help."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding

from tuinet.tui.binding_kinds import MICROSCOPE, SETTINGS
from tuinet.tui.bindings import (
    APP_BINDINGS,
    DASHBOARD_BINDINGS,
    LESSON_BINDINGS,
    MICROSCOPE_BINDINGS,
    PALETTE_BINDING,
)
from tuinet.tui.panel_bindings import (
    CONFUSION_BINDINGS,
    DIAGRAM_BINDINGS,
    FLOW_BINDINGS,
    HIDDEN_BINDINGS,
    MAP_BINDINGS,
    SAMPLES_BINDINGS,
    SETTINGS_BINDINGS,
    WEIGHTS_BINDINGS,
)

HELP_BINDINGS: Final[tuple[Binding, ...]] = tuple(
    {
        (binding.key, binding.tooltip): binding
        for binding in (
            *DASHBOARD_BINDINGS,
            *APP_BINDINGS,
            PALETTE_BINDING,
            *LESSON_BINDINGS,
            *WEIGHTS_BINDINGS,
            *FLOW_BINDINGS,
            *DIAGRAM_BINDINGS,
            *HIDDEN_BINDINGS,
            *MAP_BINDINGS,
            *CONFUSION_BINDINGS,
            *SAMPLES_BINDINGS,
            *(key for key in MICROSCOPE_BINDINGS if key.group == MICROSCOPE),
            *(key for key in SETTINGS_BINDINGS if key.group == SETTINGS),
        )
    }.values()
)
"""All keys, for help: those of the dashboard, and those within its panels, in the microscope and in the settings."""
