"""What is on the screen of `tuinet compare`."""

from __future__ import annotations

from tuinet.tui.colour import mix
from tuinet.tui.glossary.entry import Entry
from tuinet.tui.legends import curve_piece
from tuinet.tui.text import ink
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.comparison import BAND_MARK, GROUND


def glossary(theme: Theme) -> list[Entry]:
    """What can be seen there."""
    dim, wrong = ink(theme.axis, theme.background), ink(theme.warning, theme.background)
    band = (BAND_MARK * 4, dim) if theme.markers else ("    ", ink(None, mix(theme.curve, theme.background, GROUND)))
    return [
        ([curve_piece(theme.curve, theme)], "The median of a cell's losses, over its seeds, on the training samples."),
        ([band], "From the lower to the upper quartile of the chosen cell: half of its seeds lie there."),
        ([("cell", dim)], "One combination of the values that are varied, run with every seed."),
        ([("reached", dim)], "How many of the runs met the target, of those that have ended."),
        ([("95 %", dim)], "Where the share of seeds that get there may well be, for all seeds: Wilson's interval."),
        ([("epochs", dim)], "Until the target was met: the median, runs that never met it being the slowest."),
        ([("loss", dim)], "At the end, on the training samples, the median; quartiles beside it."),
        ([("accuracy", dim)], "At the end, the median; on the test samples if there are any. R² for numbers."),
        ([("median seed", dim)], "The seed whose final loss is the median: the one that enter opens."),
        ([("never", wrong)], "More than half of the runs have not met the target."),
        ([("diverged", wrong)], "The loss is no longer finite; such a run counts as worse than all others."),
        ([("failed", wrong)], "The runs could not be made; why, is written when the screen closes."),
        ([("▾ ▴", ink(theme.accent, theme.background))], "By which column is sorted: the best first, the worst first."),
    ]
