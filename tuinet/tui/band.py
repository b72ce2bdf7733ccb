"""A band behind the curves of a chart: the cells between two lines on a ground of their own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tuinet.tui.chart_layout import ChartLayout
from tuinet.tui.weave import Line, rows_of


def banded(strips: Sequence[Strip], low: Line, high: Line, layout: ChartLayout, ground: Style) -> list[Strip]:
    """The chart with a ground from one line up to the other, both included; where one of them ends, so does it.

    Parameters
    ----------
    strips
        A chart of this layout; rows below its canvas stay as they are.
    ground
        Has a background and nothing else.
    """
    bottom, top = rows_of(low, layout), rows_of(high, layout)
    # A high line that has left the chart is taken for its upper edge.
    top = np.where((top < 0) & (bottom >= 0), 0, top)
    is_there = (bottom >= 0) & (top >= 0)
    drawn = [
        _row(strip, is_there & (top <= line) & (line <= bottom), layout, ground)
        for line, strip in enumerate(strips[: layout.rows])
    ]
    return [*drawn, *strips[layout.rows :]]


def _row(strip: Strip, is_inside: NDArray[np.bool_], layout: ChartLayout, ground: Style) -> Strip:
    if not is_inside.any():
        return strip
    cells = [(character, style or Style.null()) for text, style, _ in strip for character in text]
    for column in np.flatnonzero(is_inside).tolist():
        at = column + layout.gutter
        if at < len(cells):
            cells[at] = cells[at][0], cells[at][1] + ground
    segments = [Segment("".join(text for text, _ in run), style) for style, run in groupby(cells, itemgetter(1))]
    return Strip(segments, strip.cell_length)
