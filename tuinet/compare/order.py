"""The order of cells in a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from tuinet.compare.grid import Grid
from tuinet.compare.summary import CellSummary

GRID: Final = "grid"
REACHED: Final = "reached"
EPOCHS: Final = "epochs"
LOSS: Final = "final loss"
SCORE: Final = "score"

Key = Callable[[CellSummary], float]


def _reached(summary: CellSummary) -> float:
    return math.inf if summary.share is None else -summary.share


def _epochs(summary: CellSummary) -> float:
    return math.inf if summary.epochs is None else summary.epochs


def _loss(summary: CellSummary) -> float:
    return math.inf if summary.loss is None else summary.loss.median


def _score(summary: CellSummary) -> float:
    return math.inf if summary.score is None else -summary.score.median


KEYS: Final[Mapping[str, Key]] = {REACHED: _reached, EPOCHS: _epochs, LOSS: _loss, SCORE: _score}
"""By column: what is small for the best cell."""


@dataclass(frozen=True)
class Order:
    """By which column a table is sorted; equal cells are in the order of the grid."""

    column: str = GRID
    """One of the fields that are varied, one of `KEYS`, or `GRID`."""
    is_reversed: bool = False

    def shifted(self, by: int, grid: Grid) -> Order:
        """By another column, the best cell first."""
        names = (GRID, *grid.fields, *KEYS)
        return Order(names[(names.index(self.column) + by) % len(names)])

    def turned(self) -> Order:
        """The other way round."""
        return replace(self, is_reversed=not self.is_reversed)

    def sort(self, grid: Grid, cells: Sequence[CellSummary]) -> list[CellSummary]:
        """The cells in this order; those of which nothing is known come last either way."""
        if self.column in grid.fields:
            place = grid.fields.index(self.column)
            return sorted(cells, key=lambda one: _natural(grid, one.cell, place), reverse=self.is_reversed)
        if self.column == GRID:
            return list(cells)[::-1] if self.is_reversed else list(cells)
        key = KEYS[self.column]
        known = sorted((one for one in cells if one.runs), key=key, reverse=self.is_reversed)
        return [*known, *(one for one in cells if not one.runs)]


def _natural(grid: Grid, cell: int, place: int) -> tuple[int, Any]:
    """Numbers by their size, before words by the alphabet."""
    value = getattr(grid.cells[cell].experiments[0], grid.fields[place])
    if isinstance(value, (int, float)):
        return 0, value
    return 1, grid.cells[cell].labels[place]
