"""Lines that share cells of a chart: dashes of each in turn, so that none hides another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rich.style import Style

from tuinet.tui.chart_layout import ChartLayout
from tuinet.tui.text import Piece

Array = NDArray[np.floating[Any]]
Line = tuple[Array, Array, Style]
"""Points and their style; the first coordinates never fall."""

_DOTS_DOWN: Final = 4
"""Dots of a cell, one below the other."""
_DASH: Final = 2
"""Cells of a dash."""


def rows_of(line: Line, layout: ChartLayout) -> NDArray[np.intp]:
    """The row that a line passes in the middle of each column, -1 where it does not get to."""
    x, y, _ = line
    if len(x) < 2:
        return np.full(layout.columns, -1)
    middles = np.linspace(*layout.across, layout.columns)
    low, high = layout.up
    share = (np.interp(middles, x, np.clip(y, low, high)) - low) / (high - low)
    # Rounded first, as plotext does it: halves are common, and their last bits are not the same in both.
    dots = np.floor((0.5 + share * (_DOTS_DOWN * layout.rows - 1)).round(8)).astype(int)
    rows = layout.rows - 1 - dots // _DOTS_DOWN
    return np.where((middles >= x[0]) & (middles <= x[-1]), rows, -1)


def woven(rows: Sequence[Sequence[Piece]], lines: Sequence[Line], layout: ChartLayout) -> list[list[Piece]]:
    """The rows of a canvas, with the cells that several lines pass shared out among them."""
    if len(lines) < 2:
        return [list(row) for row in rows]
    passed = np.array([rows_of(line, layout) for line in lines])
    styles = [style for *_, style in lines]
    return [_row(row, passed == index, styles) for index, row in enumerate(rows)]


def _row(row: Sequence[Piece], is_here: NDArray[np.bool_], styles: Sequence[Style]) -> list[Piece]:
    shared = is_here.sum(axis=0) > 1
    if not shared.any():
        return list(row)
    cells = [(character, style) for text, style in row for character in text]
    for column in np.flatnonzero(shared[: len(cells)]).tolist():
        character, style = cells[column]
        here = np.flatnonzero(is_here[:, column])
        if style in styles and character != " ":
            cells[column] = character, styles[int(here[column // _DASH % len(here)])]
    return cells
