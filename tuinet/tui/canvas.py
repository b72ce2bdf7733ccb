"""A Canvas: cells to write text, maps and dots on, one over the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final

from rich.cells import get_character_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tuinet.tui.cells import Levels
from tuinet.tui.ramp import Shade, dithers_of
from tuinet.tui.text import ink

Cell = tuple[str, Style]
_COVERED: Final = ""
"""What is in the second cell of a wide character."""
_BLANK: Final = (" ", Style())


class Canvas:
    """A rectangle of cells; what does not lie on it is cut off.

    Parameters
    ----------
    background
        Colour of what is not written on.
    """

    def __init__(self, width: int, height: int, background: str) -> None:
        self.width, self.height = width, height
        self._background = background
        self._wide_rows: set[int] = set()
        self._cells: list[list[Cell]] = [[(" ", ink(None, background))] * width for _ in range(height)]

    def write(self, x: int, y: int, text: str, style: Style) -> None:
        """Text from a cell on to the right; characters that take no cell of their own are left out."""
        for character in text:
            size = get_character_cell_size(character)
            if size:
                self.put(x, y, character, style)
            if size > 1:
                self.put(x + 1, y, _COVERED, style)
                self._wide_rows.add(y)
            x += size

    def put(self, x: int, y: int, character: str, style: Style) -> None:
        """One character."""
        if 0 <= x < self.width and 0 <= y < self.height:
            self._cells[y][x] = (character, style)

    def put_all(self, cells: Mapping[tuple[int, int], Cell]) -> None:
        """Characters by (row, column)."""
        for (y, x), (character, style) in cells.items():
            self.put(x, y, character, style)

    def paint(self, x: int, y: int, levels: Levels, colours: Sequence[str]) -> None:
        """A map of half blocks; one with an odd number of rows of pixels ends in the middle of a cell.

        Where colours are dithered, a row of cells shows its upper row of pixels.

        Parameters
        ----------
        levels
            Shape (rows of pixels, columns): an index into ``colours`` for each pixel.
        """
        if shades := dithers_of(colours):
            self._paint_shades(x, y, levels[::2], shades)
            return
        pixels = [[colours[level] for level in line] for line in levels.tolist()]
        if len(pixels) % 2:
            pixels.append([self._background] * levels.shape[1])
        for row, (upper, lower) in enumerate(zip(pixels[::2], pixels[1::2], strict=True)):
            for column, (top, bottom) in enumerate(zip(upper, lower, strict=True)):
                self.put(x + column, y + row, *_half_block(top, bottom))

    def _paint_shades(self, x: int, y: int, levels: Levels, shades: Sequence[Shade]) -> None:
        for row, line in enumerate(levels.tolist()):
            for column, level in enumerate(line):
                shade = shades[level]
                self.put(x + column, y + row, shade.glyph, ink(shade.colour, shade.ground))

    def rows(self) -> list[Strip]:
        """What has been drawn."""
        for row in self._wide_rows & set(range(self.height)):
            cells = self._cells[row]
            self._cells[row] = [
                _whole(*three) for three in zip([_BLANK, *cells], cells, [*cells[1:], _BLANK], strict=False)
            ]
        return [_strip(cells) for cells in self._cells]


def _half_block(top: str, bottom: str) -> Cell:
    return (" ", ink(None, top)) if top == bottom else ("▀", ink(top, bottom))


def _strip(cells: Sequence[Cell]) -> Strip:
    # Equal styles are the same object, since `ink` remembers them; comparing those is quicker.
    runs = [list(run) for _, run in groupby(cells, key=lambda cell: id(cell[1]))]
    return Strip([Segment("".join(text for text, _ in run), run[0][1]) for run in runs], len(cells))


def _whole(before: Cell, cell: Cell, after: Cell) -> Cell:
    """A blank in place of half a wide character, the other half of which has been drawn over."""
    is_covered, is_wide = cell[0] == _COVERED, len(cell[0]) > 0 and get_character_cell_size(cell[0]) > 1
    broken = (is_covered and get_character_cell_size(before[0] or " ") < 2) or (is_wide and after[0] != _COVERED)
    return (" ", cell[1]) if broken else cell
