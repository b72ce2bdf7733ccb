"""A MapLayout: where the map and its axes are within a panel, and which place of the plane each cell shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tuinet.observe.planes import Surface
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.cells import Range, centre, place
from tuinet.tui.text import short_number, shorten

Cell = tuple[int, int]
"""Row and column within the map."""

_MIN_COLUMNS: Final = 4
_MIN_ROWS: Final = 2
_WORD: Final = 6
"""Cells that a word beside the vertical axis may have."""


@dataclass(frozen=True)
class MapLayout:
    """The cells of a map, with the gutter for its vertical axis on their left and the horizontal axis below them."""

    columns: int
    rows: int
    gutter: int
    """Cells on the left of the map; 0 where there is no room for axes."""
    ranges: tuple[Range, Range]
    names: tuple[str, str]

    @property
    def has_axes(self) -> bool:
        """Whether there is room for axes."""
        return self.gutter > 0

    @property
    def words(self) -> list[str]:
        """The name of the vertical axis, a word a line."""
        return _words(self.names[1])

    def cell_of(self, x: float, y: float) -> Cell:
        """The cell that shows a place, or the nearest one."""
        return place(x, y, self.ranges, (self.rows, self.columns))

    def place_of(self, cell: Cell) -> tuple[float, float]:
        """The place that is in the middle of a cell."""
        return centre(cell, self.ranges, (self.rows, self.columns))

    def cell_at(self, column: int, row: int) -> Cell | None:
        """The cell of the map at a cell of the panel, counted inside its frame; ``None`` beside the map."""
        column -= self.gutter
        return (row, column) if 0 <= row < self.rows and 0 <= column < self.columns else None


def map_layout(snapshot: Snapshot, width: int, height: int) -> MapLayout:
    """The layout in so many cells."""
    surface = snapshot.surface
    if isinstance(surface, Surface):
        ranges, names = (surface.x_range, surface.y_range), surface.names
    else:
        ranges, names = _expected(snapshot)
    gutter = max(map(len, (*map(short_number, ranges[1]), *_words(names[1])))) + 2
    columns, rows = width - gutter - 1, height - 1
    if columns >= _MIN_COLUMNS and rows >= _MIN_ROWS:
        return MapLayout(columns, rows, gutter, ranges, names)
    return MapLayout(max(width, 0), max(height, 0), 0, ranges, names)


def _words(name: str) -> list[str]:
    return [shorten(word, _WORD) for word in name.split()] or [""]


def _expected(snapshot: Snapshot) -> tuple[tuple[Range, Range], tuple[str, str]]:
    """Ranges and names before the first surface."""
    dataset = snapshot.dataset
    first, second = dataset.feature_names[:2]
    x_range, y_range = dataset.ranges()[:2] if len(dataset.X) else ((0.0, 1.0), (0.0, 1.0))
    return (x_range, y_range), (first, second)
