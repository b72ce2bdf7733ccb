"""A histogram of the errors of predicted numbers, below their chart where there is room."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from textual.strip import Strip

from tuinet.observe.gallery import Gallery
from tuinet.tui.draw.cells import Array
from tuinet.tui.draw.ridges import EIGHTHS, Counts, bar_heights
from tuinet.tui.draw.scales import round_up
from tuinet.tui.draw.text import Piece, count, first_fitting, row, short_number
from tuinet.tui.style.theme import Theme

LEAST: Final = 5
"""Rows: a heading, two of bars, the axis, and its labels."""
_OTHERS: Final = 3
_HUGE: Final = 1e300
"""Larger numbers of a diverging network count as this, so that the width of the axis is finite."""
_SHOWN: Final = 0.98
"""Share of the errors that the axis holds at least; the others count in its first or last column."""


def error_rows(gallery: Gallery, theme: Theme, width: int, height: int) -> list[Strip]:
    """How often the first output is too low or too high, and by how much; exactly so many rows."""
    found = np.clip(gallery.outputs[:, 0], -_HUGE, _HUGE) - np.clip(gallery.targets[:, 0], -_HUGE, _HUGE)
    found = np.where(np.isfinite(gallery.outputs[:, 0]), found, np.nan)
    errors, axis = found[np.isfinite(found)], theme.inks.axis
    if not len(errors):
        return [row([(" no error is finite", axis)], width, theme.inks.blank)]
    end = round_up(float(np.quantile(np.abs(errors), _SHOWN)))
    counts, thickness = _counts(errors, end, width - 2)
    columns, left = len(counts) * thickness, (width - len(counts) * thickness) // 2
    margin: Piece = (" " * left, theme.inks.blank)
    said = f"errors, output − target, of {count(len(errors))} samples, "
    peak = f"up to {count(int(counts.max()))} in a bar"
    heading = first_fitting((f" {said}{peak}", f" errors: output − target, {peak}", " errors: output − target"), width)
    lines: list[list[Piece]] = [[(heading, axis)]]
    heights = bar_heights(counts, int(counts.max()), height - _OTHERS)
    for level in range(height - _OTHERS - 1, -1, -1):
        cells = np.repeat(np.clip(heights - 8 * level, 0, 8), thickness).tolist()
        lines.append([margin, ("".join(EIGHTHS[filled] for filled in cells), theme.inks.curve)])
    edge = ["─"] * columns
    edge[0] = edge[columns // 2] = edge[-1] = "┬"
    labels = f"{short_number(-end):<{columns}}"
    labels = labels[: columns // 2] + "0" + labels[columns // 2 + 1 :]
    last = short_number(end)
    lines += [[margin, ("".join(edge), axis)], [margin, (labels[: columns - len(last)] + last, axis)]]
    return [row(pieces, width, theme.inks.blank) for pieces in lines[:height]]


def _counts(errors: Array, end: float, room: int) -> tuple[Counts, int]:
    """Counts in bins of one width, the middle one around 0, and the cells of a bin."""
    wanted = 2 * math.isqrt(len(errors)) + 1
    thickness = max(room // wanted, 1)
    bins = max((room // thickness - 1) | 1, 3)
    while bins * thickness > room and bins > 3:
        bins -= 2
    counts, _ = np.histogram(np.clip(errors, -end, end), bins, (-end, end))
    return counts.astype(np.intp), thickness
