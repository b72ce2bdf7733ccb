"""Lines of braille dots, two across and four down in a cell, one over the other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rich.style import Style

ACROSS: Final = 2
"""Dots across a cell."""
DOWN: Final = 4
"""Dots down a cell."""

_BRAILLE: Final = 0x2800
_BITS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Unicode's bit for each dot, by row and column within the cell."""

Dot = tuple[int, int]
"""Columns from the left and rows from the top, counted in dots."""
Place = tuple[int, int]
"""Row and column of a cell."""


@dataclass(frozen=True)
class Pen:
    """How a line is drawn."""

    style: Style
    width: int = 1
    """In dots."""
    on: int = 1
    """Dots that are drawn of every so many; as many as `every` for a solid line."""
    every: int = 1


class Dots:
    """Cells of dots; where two pens meet in a cell, the later one has it to itself."""

    def __init__(self) -> None:
        self._cells: dict[Place, tuple[int, Style]] = {}

    @property
    def cells(self) -> dict[Place, tuple[str, Style]]:
        """Characters and their styles, by (row, column) of the cell."""
        return {place: (chr(_BRAILLE + bits), style) for place, (bits, style) in self._cells.items()}

    def line(self, start: Dot, end: Dot, pen: Pen) -> None:
        """Draw a straight line; its pattern begins anew with it, so that a line is the same wherever others are."""
        for place, bits in _line(start, end, pen.width, pen.on, pen.every):
            before, style = self._cells.get(place, (0, pen.style))
            self._cells[place] = (bits | before if style is pen.style else bits, pen.style)


@lru_cache(maxsize=4096)
def _line(start: Dot, end: Dot, width: int, on: int, every: int) -> tuple[tuple[Place, int], ...]:
    """The cells that a line goes through, each with its dots there as bits of a braille pattern."""
    (x0, y0), (x1, y1) = start, end
    steps = max(abs(x1 - x0), abs(y1 - y0))
    is_steep = abs(y1 - y0) > abs(x1 - x0)
    cells: dict[Place, int] = {}
    for step in range(steps + 1):
        if step % every >= on:
            continue
        share = step / max(steps, 1)
        x, y = round(x0 + (x1 - x0) * share), round(y0 + (y1 - y0) * share)
        for offset in _offsets(width):
            column, row = (x + offset, y) if is_steep else (x, y + offset)
            if column >= 0 and row >= 0:
                place = (row // DOWN, column // ACROSS)
                cells[place] = cells.get(place, 0) | _BITS[row % DOWN][column % ACROSS]
    return tuple(cells.items())


def _offsets(width: int) -> range:
    """A line two dots wide grows to the right or down, one of three dots to both sides."""
    return range(-((width - 1) // 2), width // 2 + 1)
