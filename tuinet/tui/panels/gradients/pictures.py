"""What the gradients have been and how they are spread, below their numbers where there is room."""

from __future__ import annotations

from textual.strip import Strip

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.chart import SIDE_BY_SIDE, side_by_side
from tuinet.tui.draw.norms import norm_rows
from tuinet.tui.draw.ridges import ridge_rows
from tuinet.tui.draw.text import filled_up, first_fitting, row, with_margins
from tuinet.tui.panels.gradients.table import LEAST_PICTURE
from tuinet.tui.style.theme import Theme


def picture_rows(snapshot: Snapshot, theme: Theme, width: int, height: int) -> list[Strip]:
    """The norms of all layers against epochs, and histograms of their gradients: beside them, or below."""
    if width >= SIDE_BY_SIDE:
        return side_by_side(
            lambda across: _curves(snapshot, theme, across, height),
            lambda across: ridge_rows(snapshot, theme, across, height),
            theme,
            width,
            height,
        )
    bars = ridge_rows(snapshot, theme, width, height - max(height // 2, LEAST_PICTURE))
    return [*_curves(snapshot, theme, width, height - len(bars)), *bars]


def _curves(snapshot: Snapshot, theme: Theme, width: int, height: int) -> list[Strip]:
    """Exactly so many rows: a heading, and the curves below it; before the first step, why there are none."""
    heading = first_fitting((" ‖∂L/∂W‖ of each layer, by epochs", " ‖∂L/∂W‖ by epochs"), width)
    blank, rows = theme.inks.blank, norm_rows(snapshot, theme, width - 2, height - 1)
    reason = "no step yet" if not snapshot.has_gradients else "all are 0, or not finite"
    drawn = with_margins(rows, blank) if rows else [row([(f" {reason}", theme.inks.axis)], width, blank)]
    return filled_up([row([(heading, theme.inks.axis)], width, blank), *drawn], width, height, theme)
