"""Frames around panels, with a title above and a legend below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.strip import Strip

from tuinet.tui.text import Piece, ink, row, width_of
from tuinet.tui.theme import Theme

EDGE: Final = 5
"""Cells of an edge that a title cannot have: corners, spaces and a dash."""


def framed(
    content: Sequence[Strip], title: Sequence[Piece], legend: Sequence[Piece], width: int, height: int, theme: Theme
) -> list[Strip]:
    """A panel of exactly this size: frame, title, content, legend.

    Parameters
    ----------
    content
        Rows ``width - 2`` cells wide; missing ones are left blank, surplus ones are dropped.
    title
        Written into the upper edge, on the left.
    legend
        Written into the lower edge, on the right.
    """
    if width < 2 or height < 2:
        return [row((), width, ink(None, theme.background)) for _ in range(height)]
    border, blank = ink(theme.border, theme.background), ink(None, theme.background)
    inner = height - 2
    empty = Strip.blank(width - 2, blank)
    rows = [*content[:inner], *[empty] * (inner - len(content))]
    side = Strip([*row((("│", border),), 1, blank)], 1)
    middle = [Strip([*side, *strip, *side], width) for strip in rows]
    top = _edge("╭", "╮", title, width, theme, left=True)
    return [top, *middle, _edge("╰", "╯", legend, width, theme, left=False)]


def _edge(start: str, end: str, label: Sequence[Piece], width: int, theme: Theme, *, left: bool) -> Strip:
    border, blank = ink(theme.border, theme.background), ink(None, theme.background)
    room = width - EDGE
    cut = row(label, min(width_of(label), room), blank) if label and room > 4 else Strip([])
    written = [(" ", blank), *((segment.text, segment.style or blank) for segment in cut), (" ", blank)] if cut else []
    rest = width - 3 - (cut.cell_length + 2 if cut else 0)
    dashes, dash = ("─" * max(rest, 0), border), ("─" * min(1, width - 2), border)
    inside = [dash, *written, dashes] if left else [dashes, *written, dash]
    return row([(start, border), *inside, (end, border)], width, blank)
