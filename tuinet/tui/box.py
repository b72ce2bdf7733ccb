"""Frames around panels, with a title above and a legend below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.style import Style
from textual.strip import Strip

from tuinet.tui.text import Piece, ink, row, width_of
from tuinet.tui.theme import Theme

EDGE: Final = 5
"""Cells of an edge that a title cannot have: corners, spaces and a dash."""


def framed(
    content: Sequence[Strip],
    title: Sequence[Piece],
    legend: Sequence[Piece],
    width: int,
    height: int,
    theme: Theme,
    *,
    number: str = "",
    is_focused: bool = False,
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
    number
        The key that brings the panel to the full screen, in the upper right corner, where there is room for it.
    is_focused
        Whether the frame is drawn as that of the panel that has the keys.
    """
    if width < 2 or height < 2:
        return [row((), width, ink(None, theme.background)) for _ in range(height)]
    border, blank = ink(theme.accent if is_focused else theme.border, theme.background), ink(None, theme.background)
    inner = height - 2
    empty = Strip.blank(width - 2, blank)
    rows = [*content[:inner], *[empty] * (inner - len(content))]
    side = Strip([*row((("│", border),), 1, blank)], 1)
    middle = [Strip([*side, *strip, *side], width) for strip in rows]
    corner: list[Piece] = [(f" {number} ", border), ("─", border)] if number else []
    top = _edge("╭", "╮", title, width, border, blank, left=True, corner=corner)
    return [top, *middle, _edge("╰", "╯", legend, width, border, blank, left=False)]


def _edge(
    start: str,
    end: str,
    label: Sequence[Piece],
    width: int,
    border: Style,
    blank: Style,
    *,
    left: bool,
    corner: Sequence[Piece] = (),
) -> Strip:
    room = width - EDGE
    cut = row(label, min(width_of(label), room), blank) if label and room > 4 else Strip([])
    written = [(" ", blank), *((segment.text, segment.style or blank) for segment in cut), (" ", blank)] if cut else []
    rest = max(width - 3 - (cut.cell_length + 2 if cut else 0), 0)
    numbered = list(corner) if rest > width_of(corner) else []
    dashes, dash = ("─" * (rest - width_of(numbered)), border), ("─" * min(1, width - 2), border)
    inside = [dash, *written, dashes, *numbered] if left else [dashes, *written, dash]
    return row([(start, border), *inside, (end, border)], width, blank)
