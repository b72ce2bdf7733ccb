"""The diagram of a network: neurons as pictures of what they answer, weights as lines between them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rich.style import Style
from textual.strip import Strip

from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.canvas import Canvas
from tuinet.tui.diagram_headings import draw_headings
from tuinet.tui.diagram_layout import Column, Diagram, Node
from tuinet.tui.edges import draw_edges, edges, labels
from tuinet.tui.freshness import active_layer
from tuinet.tui.text import count, ink, shorten, signed
from tuinet.tui.theme import Theme
from tuinet.tui.unit_pictures import UnitPictures
from tuinet.tui.units import unit_name

_HEAVY: Final = "┏━┓┃┗┛"
_LIGHT: Final = "┌─┐│└┘"


@dataclass(frozen=True)
class Marked:
    """The neurons that are marked."""

    cursor: Unit | None = None
    """While the panel has the keys, the one that they are about: in a heavy frame."""
    opened: Unit | None = None
    """The one that the map shows: in a light frame."""


UNMARKED: Final = Marked()


def diagram_rows(
    snapshot: Snapshot, diagram: Diagram, theme: Theme, size: tuple[int, int], marked: Marked = UNMARKED
) -> list[Strip]:
    """The diagram in a room of this many columns and rows."""
    drawing = _Drawing(snapshot, diagram, theme, size, marked)
    drawing.draw_edges()
    draw_headings(drawing.canvas, snapshot, diagram, theme)
    for column in diagram.columns:
        drawing.draw_column(column)
    return drawing.canvas.rows()


class _Drawing:
    """What is drawn, how, and on what."""

    def __init__(
        self, snapshot: Snapshot, diagram: Diagram, theme: Theme, size: tuple[int, int], marked: Marked
    ) -> None:
        self.canvas = Canvas(*size, theme.background)
        self._snapshot, self._diagram, self._theme, self._marked = snapshot, diagram, theme, marked
        self._pictures = UnitPictures(snapshot, theme)
        self._active = active_layer(snapshot)
        self._axis, self._accent = ink(theme.axis, theme.background), ink(theme.accent, theme.background, bold=True)

    def draw_edges(self) -> None:
        """Lines and numbers, and dots where there are layers in between that are not shown."""
        some, chosen = edges(self._snapshot, self._diagram), self._marked.cursor
        self.canvas.put_all(draw_edges(some, self._theme, chosen).cells)
        for (y, x), (text, style) in labels(some, self._theme, chosen).items():
            self.canvas.write(x, y, text, style)
        for left, right in pairwise(self._diagram.columns):
            if right.layer > left.layer + 1:
                middle = (left.left + left.width + right.left - 1) // 2
                self.canvas.write(middle, (self.canvas.height + self._diagram.headings) // 2, "…", self._axis)

    def draw_column(self, column: Column) -> None:
        """The neurons of a layer, and how many there are beyond them."""
        for node in column.nodes:
            self._draw_node(node)
        if column.nodes and column.above:
            self.canvas.write(column.start, column.nodes[0].name_top - 1, f"… {count(column.above)}", self._axis)
        if column.nodes and column.below:
            below = column.nodes[-1].top + column.nodes[-1].rows
            self.canvas.write(column.start, below, f"… {count(column.below)}", self._axis)

    def _draw_node(self, node: Node) -> None:
        self._pictures.draw(self.canvas, node)
        if node.unit == self._marked.cursor:
            self._draw_frame(node, _HEAVY, self._accent)
        elif node.unit == self._marked.opened:
            self._draw_frame(node, _LIGHT, ink(self._theme.foreground, self._theme.background))
        if node.name_room:
            name = shorten(unit_name(self._snapshot, node.unit), node.name_room)
            self.canvas.write(node.name_left, node.name_top, name, self._name_style(node))
        if node.has_bias and node.unit[0]:
            self._write_within(node.left, node.top + node.rows, self._bias(node), self._axis)

    def _name_style(self, node: Node) -> Style:
        if node.unit == self._marked.cursor:
            return ink(self._theme.background, self._theme.accent, bold=True)
        return self._accent if node.unit[0] == self._active else self._axis

    def _bias(self, node: Node) -> str:
        layer, index = node.unit
        number = signed(float(self._snapshot.layers[layer - 1].biases[index])).strip()
        return f"b {number}" if len(number) + 2 <= node.columns else f"b{number}"

    def _draw_frame(self, node: Node, lines: str, style: Style) -> None:
        """Around the picture as far as there is room: at its sides, above and below."""
        left, right, below = node.entry - 1, node.right, node.top + node.rows
        for row in range(node.top, below):
            self.canvas.put(left, row, lines[3], style)
            self.canvas.put(right, row, lines[3], style)
        if node.is_named_above:
            self.canvas.write(left, node.top - 1, lines[0] + lines[1] * node.columns + lines[2], style)
        if node.has_bias:
            self.canvas.write(left, below, lines[4] + lines[1] * node.columns + lines[5], style)

    def _write_within(self, x: int, y: int, text: str, style: Style) -> None:
        """Moved to the left where it would be cut off."""
        self.canvas.write(max(min(x, self.canvas.width - 1 - len(text)), 0), y, text, style)
