"""The headings of a diagram: which layer each column is, and what its activation is called."""

from __future__ import annotations

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.canvas import Canvas
from tuinet.tui.diagram_layout import Column, Diagram
from tuinet.tui.freshness import ACTIVE, active_layer
from tuinet.tui.text import Piece, ink, width_of
from tuinet.tui.theme import Theme

Heading = list[Piece]


def draw_headings(canvas: Canvas, snapshot: Snapshot, diagram: Diagram, theme: Theme) -> None:
    """In every row the longest that there is room for; only those of the last column may begin left of it."""
    free = [0] * diagram.headings
    ends = [*(column.start - 1 for column in diagram.columns[1:]), canvas.width]
    for column, end in zip(diagram.columns, ends, strict=False):
        is_last = column is diagram.columns[-1]
        for row, headings in enumerate(_headings(snapshot, column, diagram.headings, theme)):
            for heading in headings:
                length = width_of(heading)
                left = min(column.start, end - length) if is_last else column.start
                if left >= free[row] and left + length <= end:
                    _write(canvas, left, row, heading)
                    free[row] = left + length + 1
                    break


def _headings(snapshot: Snapshot, column: Column, rows: int, theme: Theme) -> list[list[Heading]]:
    """What may stand in each row, the longest first."""
    layer, axis = column.layer, ink(theme.axis, theme.background)
    if not layer:
        return [[[("inputs", ink(theme.title, theme.background))]]][:rows]
    is_active = layer == active_layer(snapshot)
    mark, style = (ACTIVE, ink(theme.accent, theme.background, bold=True)) if is_active else ("", None)
    style = style or ink(theme.title, theme.background)
    names: list[Heading] = [[(f"{mark}layer {layer}", style)], [(f"{mark}{layer}", style)]]
    activation = (snapshot.layers[layer - 1].activation, axis)
    if rows > 1:
        return [names, [[activation]]]
    return [[[*names[0], (" ", axis), activation], *names]][:rows]


def _write(canvas: Canvas, left: int, row: int, heading: Heading) -> None:
    for text, style in heading:
        canvas.write(left, row, text, style)
        left += len(text)
