"""The numbers of the confusion matrix and of predictions."""

from __future__ import annotations

from tuinet.training.snapshot import Snapshot
from tuinet.tui.glossary.entry import Entry
from tuinet.tui.text import ink
from tuinet.tui.theme import Theme


def entries(snapshot: Snapshot, theme: Theme) -> list[Entry]:
    """What can be seen there."""
    right, wrong = ink(theme.curve, theme.background, bold=True), ink(theme.warning, theme.background)
    dim = ink(theme.axis, theme.background)
    return [
        ([("37", right)], "Samples of the class at the left that were taken for it."),
        ([("2", wrong)], "Samples of the class at the left that were taken for the class above."),
        ([("·", ink(theme.border, theme.background))], "None."),
        (
            [("% of the row", dim)],
            "Where counts do not fit: shares of the class at the left, rounded down; ● is all.",
        ),
        ([("recall", dim)], "Of all samples of the class, the share that was taken for it."),
        ([("precision", dim)], "Of all samples that were taken for the class, the share that belongs to it."),
        ([("most often", dim)], "The mistake that is made most often, and of how many samples of that class."),
        ([("error", dim)], "Numbers: output minus target, for the first training samples."),
    ]
