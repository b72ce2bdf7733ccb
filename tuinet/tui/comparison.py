"""What the screen of `tuinet compare` shows at a moment, and in which curves."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.style import Style

from tuinet.compare.grid import Cell, Grid
from tuinet.compare.summary import CellSummary, Curve, Order, curve_of, summaries
from tuinet.compare.trial import Standing, looks
from tuinet.tui.legends import marker_of
from tuinet.tui.plot import LINE, Series
from tuinet.tui.text import ink
from tuinet.tui.theme import Theme

Array = NDArray[np.float64]

_CAP: Final = 1.25
"""On a linear axis a loss is drawn no higher than so many times the largest at the start."""


@dataclass(frozen=True)
class Choice:
    """What the user has chosen."""

    order: Order = field(default_factory=Order)
    cell: int = 0
    """By its index in the grid."""
    log_scale: bool = False


@dataclass(frozen=True, eq=False)
class Comparison:
    """A grid, what is known of it, and what is chosen."""

    grid: Grid
    standing: Standing
    choice: Choice
    who: str
    """Who works, in words."""

    @cached_property
    def rows(self) -> list[CellSummary]:
        """The cells in the order of the table."""
        return self.choice.order.sort(self.grid, self._cells)

    @cached_property
    def _cells(self) -> list[CellSummary]:
        return summaries(self.grid, self.standing)

    @property
    def place(self) -> int:
        """Which row of the table is chosen."""
        return [one.cell for one in self.rows].index(self.choice.cell)

    @property
    def chosen(self) -> Cell:
        """The cell that is chosen."""
        return self.grid.cells[self.choice.cell]

    def with_choice(self, choice: Choice) -> Comparison:
        """The same with something else chosen."""
        return replace(self, choice=choice)

    def moved(self, by: int) -> Choice:
        """Another row is chosen; it stops at the ends."""
        place = max(0, min(self.place + by, len(self.rows) - 1))
        return replace(self.choice, cell=self.rows[place].cell)

    @cached_property
    def epochs(self) -> Array:
        """Of the looks."""
        return np.array(looks(self.grid.epochs), dtype=np.float64)

    def drawn(self, theme: Theme) -> list[int]:
        """The cells whose curves are drawn, by their indices: the first of the table, and the chosen one."""
        most = len(theme.markers) + 1 if theme.markers else len(theme.classes)
        first = [one.cell for one in self.rows[:most]]
        if self.choice.cell not in first:
            first[-1] = self.choice.cell
        return sorted(first)

    def looks_of(self, theme: Theme) -> dict[int, tuple[Style, str]]:
        """For each cell whose curve is drawn the colour and the marker of the curve."""
        cells = self.drawn(theme)
        colours = theme.class_colours(len(cells))
        return {
            cell: (ink(colour, theme.background, bold=cell == self.choice.cell), marker_of(index, theme))
            for index, (cell, colour) in enumerate(zip(cells, colours, strict=True))
        }

    def colour_of(self, theme: Theme) -> str:
        """Of the chosen cell."""
        cells = self.drawn(theme)
        return theme.class_colours(len(cells))[cells.index(self.choice.cell)]

    def curves(self, theme: Theme) -> list[Series]:
        """The medians of the cells, that of the chosen one on top."""
        known = self.looks_of(theme)
        return [self._series(self._medians[cell], *known[cell]) for cell in self._in_front(known)]

    def _in_front(self, cells: dict[int, tuple[Style, str]]) -> list[int]:
        return sorted(cells, key=lambda cell: (cell == self.choice.cell, cell))

    def _series(self, losses: Array, style: Style, marker: str) -> Series:
        y = losses if self.choice.log_scale else np.minimum(losses, self._top)
        # What is infinite is not drawn: the curve ends where the run did.
        y = np.where(np.isfinite(losses), y, np.nan)
        return Series(self.epochs[: len(y)], y, style, marker, shares=marker == LINE)

    @cached_property
    def _medians(self) -> list[Array]:
        return [curve_of(self.grid, cell, self.standing).median for cell in self.grid.cells]

    @cached_property
    def _top(self) -> float:
        starts = [float(curve[0]) for curve in self._medians if len(curve) and math.isfinite(curve[0])]
        return _CAP * max(starts, default=1.0)

    @cached_property
    def band(self) -> Curve:
        """The quartiles of the chosen cell."""
        return curve_of(self.grid, self.chosen, self.standing)

    def band_series(self, style: Style, marker: str) -> list[Series]:
        """The quartiles of the chosen cell as curves; none while it has fewer than two runs."""
        if len(self.grid.seeds) < 2:
            return []
        return [self._series(losses, style, marker) for losses in (self.band.low, self.band.high)]
