"""The numbers of weights and biases."""

from __future__ import annotations

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.freshness import ACTIVE
from tuinet.tui.glossary.entry import Entry
from tuinet.tui.text import ink
from tuinet.tui.theme import Theme


def glossary(snapshot: Snapshot, theme: Theme) -> list[Entry]:
    """What can be seen there."""
    dim = ink(theme.axis, theme.background)
    positive = [("+" * 2, ink(colour, theme.background)) for colour in theme.positive_levels]
    negative = [("-" * 2, ink(colour, theme.background)) for colour in theme.negative_levels]
    return [
        (positive, "Positive numbers, the stronger the colour the larger: steps at 0.25, 1, 2 and 4."),
        (negative, "Negative numbers, in the same steps."),
        (
            [("x1  h1  y", dim)],
            "Inputs, hidden units, outputs: a weight leads from its row to its column.",
        ),
        ([("b", dim)], "Biases: one a column."),
        (
            [(ACTIVE, ink(theme.accent, theme.background))],
            "The layer that the last phase of a step under way computed.",
        ),
        ([("…", dim)], "Rows or columns for which there is no room."),
    ]
