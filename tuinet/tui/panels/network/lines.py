"""Lines of whole cells between neurons, for terminals without braille: their glyphs say how large a weight is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from rich.style import Style

from tuinet.tui.draw.braille import ACROSS, DOWN, Dot, Place
from tuinet.tui.draw.text import Piece

GLYPHS: Final = "·─═≡≡"
"""Of a weight of each strength: ``.-=##`` where there is nothing but ASCII."""
_GAP: Final = 3
"""Every so many cells of a line are one gap where the weight is negative."""

Stroke = tuple[Dot, Dot, str, Style, bool]
"""Where a line begins and ends in dots, its glyph and style, and whether it has gaps."""


def draw_strokes(strokes: Iterable[Stroke]) -> dict[Place, Piece]:
    """The cells of lines by (row, column), the later over the earlier."""
    cells: dict[Place, Piece] = {}
    for start, end, glyph, style, has_gaps in strokes:
        for step, place in enumerate(cells_between(start, end)):
            if not has_gaps or step % _GAP < _GAP - 1:
                cells[place] = (glyph, style)
    return cells


@lru_cache(maxsize=4096)
def cells_between(start: Dot, end: Dot) -> tuple[Place, ...]:
    """The cells of a straight line between two dots: one in every column, or where it is steep, in every row."""
    return tuple(dict.fromkeys(_cells(start, end)))


def _cells(start: Dot, end: Dot) -> Iterator[Place]:
    (x0, y0), (x1, y1) = ((x // ACROSS, y // DOWN) for x, y in (start, end))
    steps = max(abs(x1 - x0), abs(y1 - y0))
    for step in range(steps + 1):
        share = step / max(steps, 1)
        yield round(y0 + (y1 - y0) * share), round(x0 + (x1 - x0) * share)
