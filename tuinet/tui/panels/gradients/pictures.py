"""What the gradients have been and how they are spread, below their numbers where there is room."""

from __future__ import annotations

from textual.strip import Strip

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.norms import norm_rows
from tuinet.tui.draw.ridges import ridge_rows
from tuinet.tui.draw.text import filled_up, first_fitting, row, with_margins
from tuinet.tui.style.theme import Theme

_BESIDE = 70
"""Cells across from which on curves and histograms stand beside one another."""
_CURVES = 42
"""Percent of them that the curves have."""
_LEAST = 7
"""Rows of curves or histograms."""


def picture_room(snapshot: Snapshot, width: int, height: int) -> int:
    """Rows that pictures have below the table and a blank row; 0 where they have no room."""
    room = height - len(snapshot.layers) - 2
    return room if room >= (_LEAST if width >= _BESIDE else 2 * _LEAST) else 0


def picture_rows(snapshot: Snapshot, theme: Theme, width: int, height: int) -> list[Strip]:
    """The norms of all layers against epochs, and histograms of their gradients: beside them, or below."""
    if width >= _BESIDE:
        left = width * _CURVES // 100
        curves = _curves(snapshot, theme, left, height)
        bars = filled_up(ridge_rows(snapshot, theme, width - left, height), width - left, height, theme)
        return [Strip.join(pair) for pair in zip(curves, bars, strict=True)]
    bars = ridge_rows(snapshot, theme, width, height - max(height // 2, _LEAST))
    return [*_curves(snapshot, theme, width, height - len(bars)), *bars]


def _curves(snapshot: Snapshot, theme: Theme, width: int, height: int) -> list[Strip]:
    """Exactly so many rows: a heading, and the curves below it; before the first step, why there are none."""
    heading = first_fitting((" ‖∂L/∂W‖ of each layer, by epochs", " ‖∂L/∂W‖ by epochs"), width)
    blank, rows = theme.inks.blank, norm_rows(snapshot, theme, width - 2, height - 1)
    reason = "no step yet" if not snapshot.has_gradients else "all are 0, or not finite"
    drawn = with_margins(rows, blank) if rows else [row([(f" {reason}", theme.inks.axis)], width, blank)]
    return filled_up([row([(heading, theme.inks.axis)], width, blank), *drawn], width, height, theme)
