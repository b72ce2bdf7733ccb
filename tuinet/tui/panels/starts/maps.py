"""The answers of all networks as small maps in a grid, or where there is no room for these a sign for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from textual.strip import Strip

from tuinet.observe.planes import Surface
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.starts import StartMaps, Starts
from tuinet.tui.draw.blocks import PIXELS, colour_field
from tuinet.tui.draw.braille import ACROSS, DOWN, FIRST, DotArray, characters, dots, segments_of
from tuinet.tui.draw.cells import Array, Levels, Mark, Marks, has_halves, joined
from tuinet.tui.draw.pixels import PixelPicture, field_picture
from tuinet.tui.draw.shadings import Shading, shading
from tuinet.tui.draw.text import Piece, ink, row
from tuinet.tui.panels.starts.words import CURSOR, OWN, sign_of
from tuinet.tui.style.colour import Ramp, Shade, shades_of
from tuinet.tui.style.theme import Theme
from tuinet.tui.terminal.detect import Cells

Shown = Literal["both", "maps", "curves"]
Size = tuple[int, int]
"""Cells across and down."""
_BESIDE: Final = 64
"""Cells from which on maps and curves stand beside one another."""
_ABOVE: Final = 20
"""Rows from which on maps stand above the curves."""
_LOW: Final = 24
"""Rows below which the maps of all are so small that the chosen one is shown large beside them."""
_MAPS_SHARE: Final = 50
"""Percent of the width that the maps have beside the curves."""
GAP: Final = 1
"""Cells between both."""
_LEAST: Final = 3
"""Pixels each way from which on a map says something."""
_SIGN: Final = 1
"""Cells left of a map for what has become of its run."""
_PITCHES: Final = range(2, 7)
"""Cells from one sign to the next, where there are signs only: as far apart as they have room."""
_CURVE_MARGIN: Final = 0.15
"""Share of the targets' range that a curve may go beyond them at either end."""


@dataclass(frozen=True)
class Rooms:
    """What maps and curves have, 0 cells where they are not shown."""

    maps: Size
    curves: Size
    is_beside: bool = False
    """Whether what else is shown is right of the maps; else below them."""
    chosen: Size = (0, 0)
    """Of the map of the chosen start by itself, where those of all are small."""

    @classmethod
    def of(cls, shown: Shown, width: int, height: int) -> Rooms:
        """The rooms for both, side by side or above one another, or where there is none for both for the maps."""
        whole, none = (width, height), (0, 0)
        if shown == "curves":
            return cls(none, whole)
        if shown == "both" and width >= _BESIDE:
            left = (width - GAP) * _MAPS_SHARE // 100
            return cls((left, height), (width - GAP - left, height), is_beside=True)
        if shown == "maps" and width >= _BESIDE and height < _LOW:
            left = (width - GAP) * _MAPS_SHARE // 100
            return cls((left, height), none, is_beside=True, chosen=(width - GAP - left, height))
        if shown == "both" and height >= _ABOVE:
            return cls((width, height // 2), (width, height - height // 2))
        return cls(whole, none)


@dataclass(frozen=True)
class MapGrid:
    """Where the networks are: in rows, from left to right."""

    columns: int
    rows: int
    width: int
    """Cells of a map across; 0 where there is a sign only."""
    height: int
    """Rows of cells from one to the next below it, of maps half a row or a row of which is left blank."""
    spacing: int = _PITCHES.start
    """Cells from one sign to the next beside it, where there are signs only."""

    @property
    def pitch(self) -> int:
        """Cells from one to the next beside it."""
        return self.width + _SIGN if self.width else self.spacing

    def pixel_rows(self, *, halves: bool, cells: Cells = "half") -> int:
        """Rows of pixels of a map: of its last row of cells half is left blank, or all where cells have no halves.

        Where a cell has three rows of pixels, one of them is left blank.
        """
        down = PIXELS[cells][1]
        return down * self.height - down // 2 if halves else self.height - 1

    def hit(self, x: int, y: int, count: int) -> int | None:
        """Which network is at a cell; ``None`` where none is."""
        column, line = x // self.pitch, y // self.height
        place = line * self.columns + column
        return place if 0 <= column < self.columns and 0 <= line < self.rows and place < count else None

    def moved(self, place: int, down: int, right: int, count: int) -> int:
        """The place further down or to the right, as far as there are any."""
        aim = place + right + down * self.columns
        return aim if 0 <= aim < count else place


def fitted_grid(count: int, size: Size, *, halves: bool) -> MapGrid | None:
    """The grid with the largest maps for so many networks; of signs where none fit; ``None`` without room for these.

    Parameters
    ----------
    halves
        Whether a cell has two pixels, one above the other.
    """
    width = size[0]
    grids = [_grid(count, columns, size) for columns in range(1, min(count, max(width, 1)) + 1)]
    sized = [(min(grid.width, grid.pixel_rows(halves=halves)), grid.width, grid) for grid in grids if grid is not None]
    best = max(sized, key=lambda one: one[:2], default=None)
    if best is not None and best[0] >= _LEAST:
        return best[2]
    signs = [grid for pitch in _PITCHES if width >= pitch and (grid := _signs(count, pitch, size)) is not None]
    return max(signs, key=lambda grid: min(grid.spacing, 2 * grid.height), default=None)


def _signs(count: int, pitch: int, size: Size) -> MapGrid | None:
    """The grid of signs that are so many cells apart, and in rows as far apart as there is room, up to two."""
    columns = min(size[0] // pitch, count)
    rows = -(-count // columns)
    return MapGrid(columns, rows, 0, min(size[1] // rows, 2), pitch) if rows <= size[1] else None


def _grid(count: int, columns: int, size: Size) -> MapGrid | None:
    """The grid with so many maps in a row; none wider than twice its height."""
    rows = -(-count // columns)
    across, down = size[0] // columns - _SIGN, size[1] // rows
    return MapGrid(columns, rows, min(across, 4 * down), down) if across >= 1 and down >= 1 else None


def output_shading(snapshot: Snapshot, theme: Theme) -> Shading:
    """The shading of the network's output, whatever the map shows."""
    return shading(replace(snapshot, surface=None), theme)


def map_levels(maps: StartMaps, snapshot: Snapshot, theme: Theme, before: Levels | None) -> Levels:
    """The level of each pixel, shape (networks, rows, columns); where values tremble the one drawn before, if any."""
    values = maps.values
    classes = None if maps.classes is None else maps.classes.astype(np.intp)
    surface = Surface((0.0, 1.0), (0.0, 1.0), values, classes)
    is_same = before is not None and before.shape == values.shape
    return output_shading(snapshot, theme).levels(surface, before if is_same else None)


def grid_rows(
    starts: Starts, snapshot: Snapshot, theme: Theme, grid: MapGrid, levels: Levels, chosen: int, own: int | None
) -> list[Strip]:
    """All networks of a grid, each with its sign; the chosen one and the run's own are marked.

    Parameters
    ----------
    levels
        See `map_levels`.
    """
    marks = _marks([sign_of(starts, place) for place in range(len(starts.seeds))], theme, grid, chosen, own)
    if not grid.width:
        down, across = _cells(grid)
        return _with_marks([[(" ", theme.inks.blank)] * across for _ in range(down)], marks)
    if starts.maps.shares.shape[1] == 1:
        return _with_marks(_curve_cells(starts.maps, theme, grid), marks)
    pixels, colours = _pixels(levels, snapshot, theme, grid)
    return colour_field(pixels, colours, _cells(grid), theme.cells, marks)


def grid_picture(
    rows: Sequence[Strip], maps: StartMaps, snapshot: Snapshot, theme: Theme, grid: MapGrid, levels: Levels, left: int
) -> PixelPicture | None:
    """All maps in pixels, behind the cells of `grid_rows`, from a cell on; ``None`` where these show them."""
    if theme.cells != "whole" or not grid.width or maps.shares.shape[1] == 1:
        return None
    pixels, colours = _pixels(levels, snapshot, theme, grid)
    picture = field_picture(0, rows, _cells(grid), pixels, colours)
    return picture and replace(picture, left=left)


def _cells(grid: MapGrid) -> tuple[int, int]:
    return grid.rows * grid.height, grid.columns * grid.pitch


def _pixels(levels: Levels, snapshot: Snapshot, theme: Theme, grid: MapGrid) -> tuple[Levels, Ramp]:
    """The pixels of all maps at their places, and their colours."""
    colours = output_shading(snapshot, theme).colours
    cells = theme.cells if has_halves(colours, theme) else None
    return _placed(levels, grid, len(colours), cells), _with_blank(colours, theme.background)


def chosen_rows(
    starts: Starts, snapshot: Snapshot, theme: Theme, levels: Levels, chosen: int, size: Size
) -> list[Strip]:
    """The map of one start by itself, below its seed, as large as it has room for; a curve as in the grid."""
    width, height = size
    seed = row([(f"{CURSOR} seed {starts.seeds[chosen]}", theme.inks.key)], width, theme.inks.blank)
    if starts.maps.shares.shape[1] == 1:
        grid = MapGrid(1, 1, width - _SIGN, height)
        one = replace(starts.maps, shares=starts.maps.shares[chosen : chosen + 1])
        return [seed, *map(joined, _curve_cells(one, theme, grid))][:height]
    cells = height - 1, min(width, 2 * (height - 1))
    drawn = colour_field(levels[chosen], output_shading(snapshot, theme).colours, cells, theme.cells, {})
    return [seed, *(strip.adjust_cell_length(width, theme.inks.blank) for strip in drawn)]


def _with_blank(colours: Ramp, blank: str) -> Ramp:
    """The colours, and behind them one for what is no map."""
    shades = shades_of(colours)
    return Ramp((*colours, blank), (*shades, Shade(" ", blank, blank)) if shades else ())


def _placed(levels: Levels, grid: MapGrid, blank: int, cells: Cells | None) -> Levels:
    """The pixels of all maps at their places, shape (pixels down, pixels across); cells of one colour have two rows."""
    (networks, down, across), (cell_width, cell_height) = levels.shape, PIXELS[cells or "half"]
    rows, width = grid.pixel_rows(halves=cells is not None, cells=cells or "half"), grid.width * cell_width
    lines = ((np.arange(rows) + 0.5) * down / rows).astype(int)
    columns = ((np.arange(width) + 0.5) * across / width).astype(int)
    small = levels[:, lines[:, None], columns[None, :]]
    small = small if cells else np.repeat(small, 2, axis=1)
    height, pitch = cell_height * grid.height, cell_width * grid.pitch
    whole = np.full((grid.rows * grid.columns, height, pitch), blank)
    whole[:networks, : small.shape[1], _SIGN * cell_width :] = small
    tiles = whole.reshape(grid.rows, grid.columns, height, pitch)
    placed: Levels = tiles.transpose(0, 2, 1, 3).reshape(grid.rows * height, grid.columns * pitch)
    return placed


def _marks(signs: Sequence[str], theme: Theme, grid: MapGrid, chosen: int, own: int | None) -> Marks:
    """The sign of each run at the left of its map, that of the run's own seed below it, and the cursor's colour."""
    marks: Marks = {}
    for place, sign in enumerate(signs):
        line, column = divmod(place, grid.columns)
        glyphs = [sign, OWN if place == own else " ", *[" "] * grid.height][: max(grid.height - 1, 2)]
        glyphs = glyphs if grid.height > 1 else [OWN if place == own else sign]
        colour = theme.accent if place == own else theme.foreground
        ink_and_ground = (theme.background, theme.accent) if place == chosen else (colour, theme.background)
        for down, glyph in enumerate(glyphs):
            if glyph != " " or place == chosen:
                marks[line * grid.height + down, column * grid.pitch] = Mark(glyph, *ink_and_ground)
    return marks


def _curve_cells(maps: StartMaps, theme: Theme, grid: MapGrid) -> list[list[Piece]]:
    """Curves along the only input, from the lowest target to the highest and a little beyond."""
    height, style = max(grid.height - 1, 1), ink(theme.curve, theme.textual["panel"])
    codes = characters(_curves(maps.shares[:, 0].astype(np.float64), grid, height)).tolist()
    cells = [[(" ", theme.inks.blank)] * (grid.columns * grid.pitch) for _ in range(grid.rows * grid.height)]
    for place in range(len(maps.shares)):
        top, left = place // grid.columns * grid.height, place % grid.columns * grid.pitch + _SIGN
        for line in range(top, top + height):
            texts = (" " if code == FIRST else chr(code) for code in codes[line][left : left + grid.width])
            cells[line][left : left + grid.width] = [(text, style) for text in texts]
    return cells


def _curves(shares: Array, grid: MapGrid, height: int) -> DotArray:
    """The dots of all curves, shape (networks, points), at their places; what lies beyond the range is left out."""
    places, dots_down = np.arange(len(shares)), height * DOWN - 1
    tops, lefts = places // grid.columns * grid.height * DOWN, (places % grid.columns * grid.pitch + _SIGN) * ACROSS
    across = lefts[:, None] + np.linspace(0, grid.width * ACROSS - 1, shares.shape[1])
    down = (1 + _CURVE_MARGIN - shares) / (1 + 2 * _CURVE_MARGIN) * dots_down
    down = np.where((down >= 0) & (down <= dots_down), tops[:, None] + down, np.nan)
    lines = np.stack([across, down], axis=2)
    return dots(segments_of(lines), grid.columns * grid.pitch, grid.rows * grid.height)


def _with_marks(cells: list[list[Piece]], marks: Marks) -> list[Strip]:
    for (line, column), mark in marks.items():
        cells[line][column] = (mark.glyph, mark.style(mark.ground or ""))
    return [joined(line) for line in cells]
