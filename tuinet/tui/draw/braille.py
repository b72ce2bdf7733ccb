"""Braille: straight lines of dots, two across and four down in each cell."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tuinet.tui.draw.cells import Array, Mark, Marks, marks_in
from tuinet.tui.draw.text import ink
from tuinet.tui.terminal.substitutes import BITS

DotArray = NDArray[np.bool_]
"""Which dots are drawn, shape (4 * rows, 2 * columns), the upper left one first."""

ACROSS: Final = 2
DOWN: Final = 4
FIRST: Final = 0x2800
"""The code of a cell without dots."""
_ROUNDING: Final = 1e-6


class Drawn(NamedTuple):
    """Dots of one colour."""

    dots: DotArray
    colour: str
    bold: bool = False


def segments_of(lines: Array) -> Array:
    """The straight pieces, shape (pieces, 2, 2), of polylines, shape (lines, points, 2)."""
    return np.stack([lines[:, :-1], lines[:, 1:]], axis=2).reshape(-1, 2, 2)


def doubled(segments: Array) -> Array:
    """Each line twice, a dot apart across its way: a bold line."""
    ways = np.abs(segments[:, 1] - segments[:, 0])
    is_steep = ways[:, 1] > ways[:, 0]
    beside = np.stack([is_steep, ~is_steep], axis=1).astype(float)[:, None, :]
    return np.concatenate([segments - beside / 2, segments + beside / 2])


def dots(segments: Array, columns: int, rows: int) -> DotArray:
    """The dots on straight lines, as far as they are within so many cells.

    Parameters
    ----------
    segments
        Shape (segments, 2, 2): both ends, across and down, in dots from the upper left corner. Those that are not
        finite are left out.
    """
    drawn = np.zeros((DOWN * max(rows, 0), ACROSS * max(columns, 0)), np.bool_)
    if not drawn.size:
        return drawn
    inside = clipped(segments, drawn.shape[1], drawn.shape[0])
    starts, ways = inside[:, 0], inside[:, 1] - inside[:, 0]
    counts = np.ceil(np.abs(ways).max(axis=1, initial=0.0)).astype(np.intp) + 1
    which = np.repeat(np.arange(len(counts)), counts)
    place = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    shares = place / np.maximum(counts - 1, 1)[which]
    across, down = (starts[which] + shares[:, None] * ways[which]).T
    drawn[_index(down, drawn.shape[0]), _index(across, drawn.shape[1])] = True
    return drawn


def _index(places: Array, size: int) -> NDArray[np.intp]:
    # On the edge between two dots rounding must not send neighbours both ways.
    index: NDArray[np.intp] = np.clip(places + _ROUNDING, 0, size - 1).astype(np.intp)
    return index


def clipped(segments: Array, width: float, height: float) -> Array:
    """The parts of segments that are within a box from 0 to its width and height (Liang and Barsky, 1984)."""
    segments = segments[np.isfinite(segments).all(axis=(1, 2))]
    starts, ways = segments[:, 0], segments[:, 1] - segments[:, 0]
    # Along each side of the box, a + t·b ≥ 0 is inside.
    a = np.hstack([starts, np.array([width, height]) - starts])
    b = np.hstack([ways, -ways])
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        crossing = -a / b
    first = np.where(b > 0, crossing, 0.0).max(axis=1, initial=0.0)
    last = np.where(b < 0, crossing, 1.0).min(axis=1, initial=1.0)
    kept = (first <= last) & ~((b == 0) & (a < 0)).any(axis=1)
    ends = np.stack([first, last], axis=1)[kept]
    parts: Array = starts[kept][:, None, :] + ends[:, :, None] * ways[kept][:, None, :]
    return parts


def characters(drawn: DotArray) -> NDArray[np.intp]:
    """Code points of the cells, shape (rows, columns)."""
    rows, columns = drawn.shape[0] // DOWN, drawn.shape[1] // ACROSS
    cells = drawn.reshape(rows, DOWN, columns, ACROSS)
    codes: NDArray[np.intp] = FIRST + np.einsum("rdca,da->rc", cells, BITS)
    return codes


def braille_rows(layers: Sequence[Drawn], grounds: Sequence[Sequence[str]], marks: Marks) -> list[Strip]:
    """Layers over one another on coloured cells, with glyphs over all.

    Parameters
    ----------
    layers
        In each cell the last layer that has dots there is drawn, and no other.
    grounds
        The background colour of each cell.
    """
    size = len(grounds), max(map(len, grounds), default=0)
    code, top = np.full(size, ord(" ")), np.full(size, -1)
    for index, layer in enumerate(layers):
        drawn = characters(layer.dots)
        code[drawn > FIRST], top[drawn > FIRST] = drawn[drawn > FIRST], index
    rows = enumerate(zip(code.tolist(), top.tolist(), grounds, strict=True))
    return [_row(codes, tops, ground, layers, marks_in(marks, index)) for index, (codes, tops, ground) in rows]


def _row(
    codes: list[int], tops: list[int], grounds: Sequence[str], layers: Sequence[Drawn], marks: dict[int, Mark]
) -> Strip:
    columns = range(len(grounds))
    runs = groupby(columns, lambda column: (tops[column], grounds[column], marks.get(column)))
    segments = [
        _segment("".join(chr(codes[column]) for column in run), layers[top] if top >= 0 else None, ground, mark)
        for (top, ground, mark), run in runs
    ]
    return Strip(segments, len(grounds))


def _segment(text: str, layer: Drawn | None, ground: str, mark: Mark | None) -> Segment:
    if mark is not None:
        return Segment(mark.glyph * len(text), mark.style(ground))
    return Segment(text, ink(layer.colour, ground, layer.bold) if layer else ink(None, ground))


Dot = tuple[int, int]
"""Columns from the left and rows from the top, counted in dots."""
Place = tuple[int, int]
"""Row and column of a cell."""


class Pen(NamedTuple):
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
        return {place: (chr(FIRST + bits), style) for place, (bits, style) in self._cells.items()}

    def line(self, start: Dot, end: Dot, pen: Pen) -> None:
        """Draw a straight line, the pattern of which begins at its start."""
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
        # A line two dots wide grows to the right or down, one of three dots to both sides.
        for offset in range(-((width - 1) // 2), width // 2 + 1):
            column, row = (x + offset, y) if is_steep else (x, y + offset)
            if column >= 0 and row >= 0:
                place = (row // DOWN, column // ACROSS)
                cells[place] = cells.get(place, 0) | BITS[row % DOWN][column % ACROSS]
    return tuple(cells.items())
