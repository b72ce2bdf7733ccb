"""The columns of the gradient check."""

from __future__ import annotations

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.glossary.entry import Entry
from tuinet.tui.text import ink
from tuinet.tui.theme import Theme


def glossary(snapshot: Snapshot, theme: Theme) -> list[Entry]:
    """What can be seen there."""
    dim, wrong = ink(theme.axis, theme.background), ink(theme.warning, theme.background)
    return [
        ([("analytic", dim)], "The gradient of the objective by this parameter, from backpropagation."),
        (
            [("numeric", dim)],
            "The same from the objective close to it on both sides: (L(w + ε) − L(w − ε)) / 2ε.",
        ),
        ([("error", dim)], "|a − n| / (|a| + |n|): below 1e-5 they are the same."),
        ([("2.1e-3", dim)], "Only rounding: both are so small that the last bits of the objective tell them apart."),
        ([("2.1e-3", wrong)], "They are not the same: a kink nearby, or saturation."),
    ]
