"""The diagram of a network: neurons as pictures of what they answer, weights as lines between them, headings."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.draw.braille import Place
from tuinet.tui.draw.text import ACTIVE, Piece, active_layer, count, first_fitting, unit_name, width_of
from tuinet.tui.panels.network.edges import edges, labels, line_cells, number_text
from tuinet.tui.panels.network.pictures import DiagramCanvas, draw_picture
from tuinet.tui.panels.network.placing import Diagram, NeuronColumn, Node
from tuinet.tui.pointing import POINTED
from tuinet.tui.style.theme import Theme


def draw_headings(canvas: DiagramCanvas, snapshot: Snapshot, diagram: Diagram, theme: Theme) -> None:
    """In every row the longest that there is room for; only those of the last column may begin left of it.

    These leave the cell before the frame free, unless they need it.
    """
    free = [0] * diagram.headings
    ends = [*(column.start - 1 for column in diagram.columns[1:]), canvas.width]
    for column, end in zip(diagram.columns, ends, strict=False):
        is_last = column is diagram.columns[-1]
        for row, headings in enumerate(_headings(snapshot, column, diagram.headings, theme)):
            for heading in headings:
                length = width_of(heading)
                left = column.start
                if is_last:
                    left = min(left, max(end - 1 - length, min(free[row], end - length)))
                if left >= free[row] and left + length <= end:
                    free[row] = left + length + 1
                    for text, style in heading:
                        canvas.write(left, row, text, style)
                        left += cell_len(text)
                    break


def _headings(snapshot: Snapshot, column: NeuronColumn, rows: int, theme: Theme) -> list[list[list[Piece]]]:
    """The headings that may stand in each row, the longest first."""
    layer, axis = column.layer, theme.inks.axis
    if not layer:
        return [[[("inputs", theme.inks.title)]]][:rows]
    mark, style = "", theme.inks.title
    if layer == active_layer(snapshot):
        mark, style = ACTIVE, theme.inks.key
    names: list[list[Piece]] = [[(f"{mark}layer {layer}", style)], [(f"{mark}{layer}", style)]]
    activation = (snapshot.layers[layer - 1].activation, axis)
    if rows > 1:
        return [names, [[activation]]]
    return [[[*names[0], (" ", axis), activation], *names]][:rows]


_OVERHANG: Final = 2
HEAVY: Final = "┏━┓┃┗┛"
_LIGHT: Final = "┌─┐│└┘"
_DOUBLE: Final = "╔═╗║╚╝"


def diagram_rows(
    snapshot: Snapshot,
    diagram: Diagram,
    theme: Theme,
    size: tuple[int, int],
    cursor: Unit | None = None,
    opened: Unit | None = None,
    pointed: Unit | None = None,
) -> list[Strip]:
    """The diagram in a room of this many columns and rows.

    Parameters
    ----------
    cursor
        While the panel has the keys, the neuron that they are about: in a heavy frame.
    opened
        The neuron that the map shows: in a light frame.
    pointed
        The neuron that a teacher points at: in a double frame, with a sign.
    """
    drawing = _Drawing(snapshot, diagram, theme, DiagramCanvas(*size, theme.background), cursor, opened, pointed)
    drawing.draw_edges()
    draw_headings(drawing.canvas, snapshot, diagram, theme)
    for column in diagram.columns:
        drawing.draw_column(column)
    return drawing.canvas.rows()


class _Drawing:
    def __init__(
        self,
        snapshot: Snapshot,
        diagram: Diagram,
        theme: Theme,
        canvas: DiagramCanvas,
        cursor: Unit | None,
        opened: Unit | None,
        pointed: Unit | None,
    ) -> None:
        self.canvas, self._cursor, self._opened, self._pointed = canvas, cursor, opened, pointed
        self._snapshot, self._diagram, self._theme = snapshot, diagram, theme
        self._active = active_layer(snapshot)
        self._axis, self._accent = theme.inks.axis, theme.inks.key

    def draw_edges(self) -> None:
        """Lines and numbers, and dots where there are layers in between that are not shown."""
        some, chosen = edges(self._snapshot, self._diagram), self._cursor
        self.canvas.put_all(line_cells(some, self._theme, chosen))
        names = name_cells(self._snapshot, self._diagram)
        for (y, x), (text, style) in labels(some, self._theme, chosen, names).items():
            self.canvas.write(x, y, text, style)
        draw_gaps(self.canvas, self._diagram, self._axis)

    def draw_column(self, column: NeuronColumn) -> None:
        """The neurons of a layer, and how many there are beyond them."""
        for node in column.nodes:
            self._draw_node(node)
        draw_rest(self.canvas, column, self._axis)

    def _draw_node(self, node: Node) -> None:
        draw_picture(self.canvas, node, self._snapshot, self._theme)
        if node.unit == self._pointed:
            draw_pointed(self.canvas, node, self._theme)
        elif node.unit == self._cursor:
            draw_frame(self.canvas, node, HEAVY, self._accent)
        elif node.unit == self._opened:
            draw_frame(self.canvas, node, _LIGHT, self._theme.inks.text)
        if node.name_room:
            name = unit_name(self._snapshot, node.unit, node.name_room)
            self.canvas.write(node.name_left, node.name_top, name, self._name_style(node))
        if node.has_bias and node.unit[0]:
            bias = self._bias(node)
            left = max(min(node.left, self.canvas.width - 1 - len(bias)), 0)
            self.canvas.write(left, node.top + node.rows, bias, self._axis)

    def _name_style(self, node: Node) -> Style:
        if node.unit == self._cursor:
            return self._theme.inks.chosen
        return self._accent if node.unit[0] == self._active else self._axis

    def _bias(self, node: Node) -> str:
        """With all digits where there is room below the picture and, unless there is a frame, beside it."""
        layer, index = node.unit
        number = number_text(float(self._snapshot.layers[layer - 1].biases[index]))
        room = node.columns if node.unit in (self._cursor, self._opened) else self._room_below(node)
        rounded = f"b={number[:5].rstrip('.')}" if any(digit in "123456789" for digit in number[:5]) else ""
        return first_fitting((f"b = {number}", f"b={number}", rounded), room)

    def _room_below(self, node: Node) -> int:
        """Cells up to the next column, or to the end; there it may begin a little left of the picture."""
        after = [column.start - _OVERHANG for column in self._diagram.columns if column.start > node.left]
        return min(after, default=self.canvas.width + _OVERHANG) - node.left - 1


def name_cells(snapshot: Snapshot, diagram: Diagram) -> frozenset[Place]:
    """Where the names of the neurons stand, and the cells before and behind them."""
    return frozenset(
        (node.name_top, node.name_left + cell)
        for node in diagram.nodes
        if node.name_room
        for cell in range(-1, cell_len(unit_name(snapshot, node.unit, node.name_room)) + 1)
    )


def draw_gaps(canvas: DiagramCanvas, diagram: Diagram, style: Style) -> None:
    """Dots where there are layers in between that are not shown."""
    for left, right in pairwise(diagram.columns):
        if right.layer > left.layer + 1:
            middle = (left.left + left.width + right.left - 1) // 2
            canvas.write(middle, (canvas.height + diagram.headings) // 2, "…", style)


def draw_rest(canvas: DiagramCanvas, column: NeuronColumn, style: Style) -> None:
    """How many neurons there are above and below those of a layer that are in sight."""
    if column.nodes and column.above:
        canvas.write(column.start, column.nodes[0].name_top - 1, f"… {count(column.above)}", style)
    if column.nodes and column.below:
        below = column.nodes[-1].top + column.nodes[-1].rows
        canvas.write(column.start, below, f"… {count(column.below)}", style)


def draw_frame(canvas: DiagramCanvas, node: Node, lines: str, style: Style) -> None:
    """Around the picture as far as there is room: at its sides, above and below."""
    left, right, below = node.entry - 1, node.right, node.top + node.rows
    for row in range(node.top, below):
        canvas.put(left, row, lines[3], style)
        canvas.put(right, row, lines[3], style)
    if node.is_named_above:
        canvas.write(left, node.top - 1, lines[0] + lines[1] * node.columns + lines[2], style)
    if node.has_bias:
        canvas.write(left, below, lines[4] + lines[1] * node.columns + lines[5], style)


def draw_pointed(canvas: DiagramCanvas, node: Node, theme: Theme) -> None:
    """What a teacher points at: the frame is seen in colours, and the sign without them."""
    draw_frame(canvas, node, _DOUBLE, theme.inks.key)
    canvas.put(node.entry - 1, node.top, POINTED, theme.inks.chosen)
