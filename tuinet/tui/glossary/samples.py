"""The pictures, numbers and marks of the samples."""

from __future__ import annotations

from tuinet.training.snapshot import Snapshot
from tuinet.tui.glossary.entry import Entry
from tuinet.tui.text import ink
from tuinet.tui.theme import Theme


def entries(snapshot: Snapshot, theme: Theme) -> list[Entry]:
    """What can be seen there."""
    dim, text = ink(theme.axis, theme.background), ink(theme.foreground, theme.background)
    wrong, right = ink(theme.warning, theme.background, bold=True), ink(theme.curve, theme.background)
    return [
        ([("4 → 4 97%", right)], "True class, predicted class, and how certain the network is."),
        ([("4 ✗ 9 81%", wrong)], "A wrong one: it is a 4, taken for a 9."),
        ([("▀▄", ink(theme.foreground, theme.textual["panel"]))], "A picture, one half of a cell a pixel."),
        (
            [("+", ink(theme.positive, theme.background)), (" −", ink(theme.negative, theme.background))],
            "Weights of the first layer as a picture: where ink speaks for the unit, and where against it.",
        ),
        (
            [("most  least", dim)],
            "Responses: the samples with the largest and the smallest activations of a unit.",
        ),
        ([("error", text)], "Numbers to predict: output minus target."),
    ]
