"""The numbers and bars of the gradients."""

from __future__ import annotations

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.glossary.entry import Entry
from tuinet.tui.text import ink
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.gradients import HIGH_EXPONENT, LOW_EXPONENT


def glossary(snapshot: Snapshot, theme: Theme) -> list[Entry]:
    """What can be seen there."""
    text = ink(theme.foreground, theme.background)
    bars = f"‖∂L/∂W‖ from 1e{LOW_EXPONENT} to 1e{HIGH_EXPONENT}, each power of ten as long as the next: "
    return [
        (
            [("‖∂L/∂W‖", text)],
            "Norm of the gradient by the layer's weights: root of the sum of squares, last batch.",
        ),
        ([("‖∂L/∂b‖", text)], "The same by its biases."),
        ([("max |g|", text)], "The largest of these gradients, without its sign."),
        (
            [("ΔW/W", text)],
            "Norm of the weights' last change over their own; about 1e-3 is healthy.",
        ),
        (
            [("━━━━━╸──", ink(theme.curve, theme.background))],
            bars + "where it is short in the first layers, the gradient vanishes.",
        ),
        ([("–", text)], "Not known before the first step."),
        (
            [("1.2e-2", ink(theme.border, theme.background))],
            "Dimmed: from the step before; the one under way has not come here yet.",
        ),
    ]
