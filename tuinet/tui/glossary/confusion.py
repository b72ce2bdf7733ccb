"""The numbers of the confusion matrix and of predictions."""

from __future__ import annotations

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.confusion_matrix import ALL, NONE, UNKNOWN, cell_ink
from tuinet.tui.glossary.entry import Entry
from tuinet.tui.legends import glyph_of
from tuinet.tui.text import ink
from tuinet.tui.theme import HEAT_LEVELS, Theme


def glossary(snapshot: Snapshot, theme: Theme) -> list[Entry]:
    """What can be seen there."""
    return _numbers(theme) if snapshot.dataset.task == "regression" else _classes(theme)


def _classes(theme: Theme) -> list[Entry]:
    right = [(f" {level}0 ", cell_ink(level, True, theme)) for level in (HEAT_LEVELS - 3, HEAT_LEVELS - 1)]
    wrong = [(f" {level} ", cell_ink(level, False, theme)) for level in (1, HEAT_LEVELS - 2)]
    dim, border = ink(theme.axis, theme.background), ink(theme.border, theme.background)
    return [
        (right, "Samples of the row's class that were taken for it; the full colour where that is all of them."),
        (
            wrong,
            "Samples of the row's class that were taken for the column's, the stronger the larger their share of "
            "the row: the colour grows with its root, so that a single one is seen.",
        ),
        ([(NONE, border)], "None."),
        ([("▀▄", wrong[1][1])], "Where it is low: the matrix as a picture, two classes in a row, every second named."),
        (
            [("most often", ink(theme.foreground, theme.background))],
            "The most frequent mistake of the set that is shown first, and of how many samples of that class.",
        ),
        ([("9→5 4", ink(theme.warning, theme.background))], "Of class 9, 4 samples were taken for class 5."),
        (
            [("% of the row", dim)],
            f"Where counts do not fit: shares of the row's class; {ALL} is all.",
        ),
        (
            [("recall", dim)],
            f"Of the class's samples, the share that was taken for it; {UNKNOWN} if there are none.",
        ),
        ([("precision", dim)], "Of all samples taken for the class, the share that belongs to it."),
    ]


def _numbers(theme: Theme) -> list[Entry]:
    dim, text = ink(theme.axis, theme.background), ink(theme.foreground, theme.background)
    return [
        ([("R²", dim)], "Share of the targets' variance that is predicted; 1 is all of it, 0 no more than their mean."),
        ([("RMSE", dim)], "Root of the mean squared error, in the unit of the target."),
        ([("error", dim)], "Output minus target."),
        (
            [(glyph_of(0), text), (" ━", ink(theme.curve, theme.background))],
            "A sample, its output above its target; where it is right, it lies on the line.",
        ),
    ]
