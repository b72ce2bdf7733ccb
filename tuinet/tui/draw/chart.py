"""Where the canvas of a chart or map is, which values its cells stand for, and curves that share cells of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from tuinet.observe.planes import Surface
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.braille import ACROSS, DOWN, FIRST, characters, dots, segments_of
from tuinet.tui.draw.cells import Array, joined
from tuinet.tui.draw.short_names import short_name, stacked_names
from tuinet.tui.draw.text import Piece, filled_up, right_aligned, row, short_number, shorten
from tuinet.tui.style.theme import Theme

Range = tuple[float, float]
Cell = tuple[int, int]
"""Row and column within the map or canvas."""

_LEAST_LABEL: Final = 6
"""Cells for the numbers beside a map, few or many: a range follows from the width of the map, and that must not follow
from the digits of the range."""
_MIN_COLUMNS: Final = 4
_MIN_ROWS: Final = 2
_DOTS_TO_AXIS: Final = 2
_WORD: Final = 6
"""Cells that a word beside the vertical axis may have."""


@dataclass(frozen=True)
class Layout(ABC):
    """Cells that stand for places, with the gutter for a vertical axis on their left."""

    columns: int
    rows: int
    gutter: int
    """Cells on the left; 0 where there is no room for axes."""

    @abstractmethod
    def cell_of(self, x: float, y: float) -> Cell:
        """The cell that shows a place, or the nearest one."""

    @abstractmethod
    def place_of(self, cell: Cell) -> tuple[float, float]:
        """The place in the middle of a cell."""

    def cell_at(self, column: int, row: int) -> Cell | None:
        """The cell at a cell of the panel, counted inside its frame; ``None`` beside the picture."""
        column -= self.gutter
        return (row, column) if 0 <= row < self.rows and 0 <= column < self.columns else None


@dataclass(frozen=True)
class MapLayout(Layout):
    """The cells of a map, between the ends of both axes, with its horizontal axis below them."""

    ranges: tuple[Range, Range]
    names: tuple[str, str]
    among: tuple[str, ...] = ()
    """All names that there are, so that those of the axes are shortened to be unlike the others."""

    def across_name(self, width: int) -> str:
        """The name of the horizontal axis in so many cells."""
        name = self.names[0]
        return short_name(self.among, self.among.index(name), width) if name in self.among else shorten(name, width)

    def up_words(self) -> list[str]:
        """The name of the vertical axis, a word a line."""
        return axis_words(self.names[1], self.among)

    def cell_of(self, x: float, y: float) -> Cell:
        """The cell that shows a place, or the nearest one at the edge."""
        (left, right), (lower, upper) = self.ranges
        down, across = (upper - y) / (upper - lower) * self.rows, (x - left) / (right - left) * self.columns
        return min(max(int(down), 0), self.rows - 1), min(max(int(across), 0), self.columns - 1)

    def place_of(self, cell: Cell) -> tuple[float, float]:
        """The place in the middle of a cell."""
        (left, right), (lower, upper), (row, column) = *self.ranges, cell
        x, y = (right - left) * (column + 0.5) / self.columns, (upper - lower) * (row + 0.5) / self.rows
        return left + x, upper - y

    def on_dots(self, places: Array) -> Array:
        """Places, across and up in the last axis, in dots of braille, across and down from the upper left corner."""
        (left, right), (lower, upper) = self.ranges
        across = (places[..., 0] - left) / (right - left) * self.columns * ACROSS
        down = (upper - places[..., 1]) / (upper - lower) * self.rows * DOWN
        return np.stack([across, down], axis=-1)


def map_layout(snapshot: Snapshot, width: int, height: int) -> MapLayout:
    """The layout in so many cells."""
    surface = snapshot.surface
    if isinstance(surface, Surface):
        ranges, names = (surface.x_range, surface.y_range), surface.names
    else:
        ranges, names = _expected(snapshot)
    among = snapshot.dataset.feature_names
    labels = (*map(short_number, ranges[1]), *axis_words(names[1], among))
    gutter = max(_LEAST_LABEL, *map(cell_len, labels)) + 2
    columns, rows = width - gutter - 1, height - 1
    if columns >= _MIN_COLUMNS and rows >= _MIN_ROWS:
        return MapLayout(columns, rows, gutter, ranges, names, among)
    return MapLayout(max(width, 0), max(height, 0), 0, ranges, names, among)


def axis_words(name: str, among: tuple[str, ...] = ()) -> list[str]:
    """The name of the vertical axis, a word a line, unlike the others."""
    if name in among:
        return list(stacked_names(among, _WORD)[among.index(name)])
    return [shorten(word, _WORD) for word in name.split()] or [""]


def beside_labels(
    picture: Sequence[Strip], labels: Mapping[int, str], gutter: int, width: int, style: Style
) -> list[Strip]:
    """A picture with the labels of its vertical axis, by row, at its left, and blanks at its right."""
    texts = (f"{right_aligned(labels.get(index, ''), gutter - 1)} " for index in range(len(picture)))
    rows = (row([(text, style)], gutter, style) for text in texts)
    return [Strip([*one, *strip]).adjust_cell_length(width, style) for one, strip in zip(rows, picture, strict=True)]


def _expected(snapshot: Snapshot) -> tuple[tuple[Range, Range], tuple[str, str]]:
    """Ranges and names before the first surface."""
    dataset = snapshot.dataset
    first, second = dataset.feature_names[:2]
    x_range, y_range = dataset.ranges()[:2] if len(dataset.X) else ((0.0, 1.0), (0.0, 1.0))
    return (x_range, y_range), (first, second)


@dataclass(frozen=True)
class ChartLayout(Layout):
    """The cells of a canvas; the ends of both axes are in the middle of the outermost ones, as plotext has them."""

    across: Range
    """From the middle of the first column to that of the last."""
    up: Range
    """From the lowest dots of the lowest row to the highest dots of the highest."""

    @property
    def floor(self) -> float:
        """The value that lies on the horizontal axis, as far below the canvas as two dots are apart from each other."""
        low, high = self.up
        return low - _DOTS_TO_AXIS * (high - low) / (DOWN * self.rows - 1)

    def is_on_axis(self, y: float) -> bool:
        """Whether a value is too near to the axis for the canvas: it is marked in the row of the axis."""
        low, high = self.up
        return y < low - (high - low) / (DOWN * self.rows - 1) / 2

    def cell_of(self, x: float, y: float) -> Cell:
        """The cell in which values are marked, or the nearest one: that of the dot which a line has there."""
        up, across = nearest(y, self.up, DOWN * self.rows), nearest(x, self.across, ACROSS * self.columns)
        return self.rows - 1 - up // DOWN, across // ACROSS

    def place_of(self, cell: Cell) -> tuple[float, float]:
        """The values in the middle of a cell."""
        row, column = cell
        return _middle(column, self.across, self.columns), _middle(self.rows - 1 - row, self.up, self.rows)


def nearest(value: float, ends: Range, count: int) -> int:
    """Which of so many places, the outermost of which are at the ends, is nearest to a value.

    Rounded first, as plotext does it: halves are common, and their last bits are not the same in both.
    """
    share = (min(max(value, ends[0]), ends[1]) - ends[0]) / (ends[1] - ends[0])
    return int(round(0.5 + share * (count - 1), 8))


def _middle(index: int, ends: Range, cells: int) -> float:
    return ends[0] + (ends[1] - ends[0]) * index / max(cells - 1, 1)


Line = tuple[Array, Array, Style]
"""Points and their style; the first coordinates never fall."""

_DASH: Final = 2
"""Cells of a dash."""


def rows_of(line: Line, layout: ChartLayout) -> NDArray[np.intp]:
    """The row that a line passes in the middle of each column, -1 where it does not get to.

    The row below the canvas is that of the axis: what is less than half a row above the axis lies on it.
    """
    x, y, _ = line
    if len(x) < 2:
        return np.full(layout.columns, -1)
    middles = np.linspace(*layout.across, layout.columns)
    low, high = layout.up
    share = (np.interp(middles, x, np.clip(y, layout.floor, high)) - low) / (high - low)
    # As `nearest` does it.
    heights = np.floor((0.5 + share * (DOWN * layout.rows - 1)).round(8)).astype(int)
    rows = layout.rows - 1 - heights // DOWN
    return np.where((middles >= x[0]) & (middles <= x[-1]), rows, -1)


def woven(rows: Sequence[Sequence[Piece]], lines: Sequence[Line], layout: ChartLayout) -> list[list[Piece]]:
    """The rows of a canvas, with the cells that several lines pass shared out among them, each with its own dots."""
    if len(lines) < 2:
        return [list(pieces) for pieces in rows]
    passed = np.array([rows_of(line, layout) for line in lines])
    here = [passed == index for index in range(len(rows))]
    if not any((one.sum(axis=0) > 1).any() for one in here):
        return [list(pieces) for pieces in rows]
    # Nothing of a line is drawn on the axis, the row below the canvas, in dots.
    codes = np.full((len(lines), max(len(rows), layout.rows), layout.columns), FIRST)
    codes[:, : layout.rows] = [_codes(line, layout) for line in lines]
    styles = [style for *_, style in lines]
    return [_row(pieces, here[index], styles, codes[:, index]) for index, pieces in enumerate(rows)]


def _codes(line: Line, layout: ChartLayout) -> NDArray[np.intp]:
    """Code points of the cells of a canvas with one line."""
    x, y, _ = line
    across = _shares(x, layout.across) * (ACROSS * layout.columns - 1)
    up = _shares(y, layout.up) * (DOWN * layout.rows - 1)
    # Places are counted from the edges of dots, and the ends of the axes are in the middle of these.
    points = np.stack([0.5 + across, DOWN * layout.rows - 0.5 - up], axis=1)
    return characters(dots(segments_of(points[None]), layout.columns, layout.rows))


def _shares(values: Array, ends: Range) -> Array:
    return (values - ends[0]) / (ends[1] - ends[0])


def _row(
    pieces: Sequence[Piece], is_here: NDArray[np.bool_], styles: Sequence[Style], codes: NDArray[np.intp]
) -> list[Piece]:
    shared = is_here.sum(axis=0) > 1
    if not shared.any():
        return list(pieces)
    cells = [(character, style) for text, style in pieces for character in text]
    for column in np.flatnonzero(shared[: len(cells)]).tolist():
        character, style = cells[column]
        here = np.flatnonzero(is_here[:, column])
        if style in styles and character != " ":
            line = int(here[column // _DASH % len(here)])
            code = int(codes[line, column])
            cells[column] = chr(code) if code > FIRST else character, styles[line]
    return cells


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
        _band_row(strip, is_there & (top <= line) & (line <= bottom), layout, ground)
        for line, strip in enumerate(strips[: layout.rows])
    ]
    return [*drawn, *strips[layout.rows :]]


def _band_row(strip: Strip, is_inside: NDArray[np.bool_], layout: ChartLayout, ground: Style) -> Strip:
    if not is_inside.any():
        return strip
    cells = [(character, style or Style.null()) for text, style, _ in strip for character in text]
    for column in np.flatnonzero(is_inside).tolist():
        at = column + layout.gutter
        if at < len(cells):
            cells[at] = cells[at][0], cells[at][1] + ground
    return joined(cells)


SIDE_BY_SIDE: Final = 70
"""Cells across from which on curves and histograms stand beside one another."""
_CURVES_SHARE: Final = 42
"""Percent of them that the curves have."""
Drawing = Callable[[int], list[Strip]]
"""Draws rows of a width."""


def side_by_side(curves: Drawing, bars: Drawing, theme: Theme, width: int, height: int) -> list[Strip]:
    """Curves, which fill the height, and at their right histograms, which may not."""
    left = width * _CURVES_SHARE // 100
    drawn = filled_up(bars(width - left), width - left, height, theme)
    return [Strip.join(pair) for pair in zip(curves(left), drawn, strict=True)]
