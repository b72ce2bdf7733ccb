"""A ChartLayout: where the canvas of a chart is within a panel, and which values each of its cells stands for."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tuinet.tui.cells import Range
from tuinet.tui.map_layout import Cell


@dataclass(frozen=True)
class ChartLayout:
    """The cells of a canvas, with the gutter for its vertical axis on their left.

    The ends of both axes are in the middle of the outermost cells, as plotext has them.
    """

    columns: int
    rows: int
    gutter: int
    """Cells on the left of the canvas."""
    across: Range
    """From the middle of the first column to that of the last."""
    up: Range
    """From the middle of the lowest row to that of the highest."""

    def cell_of(self, x: float, y: float) -> Cell:
        """The cell in which values are marked, or the nearest one."""
        column, above = _nearest(x, self.across, self.columns), _nearest(y, self.up, self.rows)
        return self.rows - 1 - above, column

    def place_of(self, cell: Cell) -> tuple[float, float]:
        """The values in the middle of a cell."""
        row, column = cell
        return _middle(column, self.across, self.columns), _middle(self.rows - 1 - row, self.up, self.rows)

    def cell_at(self, column: int, row: int) -> Cell | None:
        """The cell of the canvas at a cell of the panel, counted inside its frame; ``None`` beside the canvas."""
        column -= self.gutter
        return (row, column) if 0 <= row < self.rows and 0 <= column < self.columns else None


def _nearest(value: float, ends: Range, cells: int) -> int:
    share = (value - ends[0]) / (ends[1] - ends[0])
    return min(max(math.floor(0.5 + share * (cells - 1)), 0), cells - 1)


def _middle(index: int, ends: Range, cells: int) -> float:
    return ends[0] + (ends[1] - ends[0]) * index / max(cells - 1, 1)
