"""The diagram of a network: neurons as pictures of what they answer, weights as lines between them, headings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final

import numpy as np
from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.draw.braille import ACROSS, DOWN, Dot, Dots, Pen, Place
from tuinet.tui.draw.legends import faded, number_style, sign_colour, strength
from tuinet.tui.draw.text import ACTIVE, Piece, active_layer, count, ink, signed, unit_name, width_of
from tuinet.tui.panels.network.lines import GLYPHS, Stroke, draw_strokes
from tuinet.tui.panels.network.pictures import DiagramCanvas, draw_picture
from tuinet.tui.panels.network.placing import Diagram, NeuronColumn, Node
from tuinet.tui.style.theme import Theme


def draw_headings(canvas: DiagramCanvas, snapshot: Snapshot, diagram: Diagram, theme: Theme) -> None:
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


_CROWD: Final = 20
"""From so many edges between two layers on, lines are thinner, and weak ones fade more."""
_MOST_CROWDED: Final = 24
"""So many lines between two layers at most, in a crowd: of each neuron those of its strongest weights."""
_THRONG: Final = 100
"""From so many on, those of the least strength are left out."""
_WIDTHS: Final = ((1, 1, 2, 3, 3), (1, 1, 2, 2, 3))
"""Dots across the line of a weight of each strength; and the same in a crowd."""
_FADED: Final = ((0.5, 0.2, 0.0, 0.0, 0.0), (0.6, 0.4, 0.1, 0.0, 0.0))
"""How far the colour of each strength is on the way to the background; and the same in a crowd."""
_SOLID: Final = (1, 1)
_DASH: Final = (4, 6)
"""Dots drawn of every so many, where a weight is negative."""
_DOTTED: Final = ((1, 2), (1, 4))
"""The same of a weight of the least strength, positive or negative: colours alone do not tell it everywhere."""
_SPARSE: Final = (1, 4)
"""Dots drawn of every so many, where an edge in a crowd fades beside those of a chosen neuron."""
_MOST_LABELS: Final = 6
"""Numbers between two layers."""
_MOST_CHOSEN: Final = 10
"""Numbers at the edges of one neuron."""
_LABEL_GAP: Final = 10
"""Cells between two layers from which on there is room for numbers."""
_LABEL_PLACES: Final = (0.35, 0.65, 0.5, 0.2, 0.8)
"""Shares of the way from source to target at which a number may stand."""


@dataclass(frozen=True)
class Edge:
    """A weight between two neurons in sight."""

    source: Unit
    target: Unit
    weight: float
    start: Dot
    """Where it leaves the source; every edge has a place of its own, as far as there is room."""
    end: Dot
    """Where it arrives at the target."""
    neighbours: int
    """How many edges there are between the two layers, this one included."""

    @property
    def is_crowded(self) -> bool:
        """Whether they are so many that lines must be thin."""
        return self.neighbours >= _CROWD


def edges(snapshot: Snapshot, diagram: Diagram) -> list[Edge]:
    """All weights between neurons in sight, but for those that are no numbers any more."""
    neighbours = [pair for pair in pairwise(diagram.columns) if pair[1].layer == pair[0].layer + 1]
    return [edge for pair in neighbours for edge in _between(snapshot, *pair) if np.isfinite(edge.weight)]


def _between(snapshot: Snapshot, left: NeuronColumn, right: NeuronColumn) -> Iterator[Edge]:
    weights = snapshot.layers[right.layer - 1].weights
    count = len(left.nodes) * len(right.nodes)
    for down, target in enumerate(right.nodes):
        for across, source in enumerate(left.nodes):
            weight = float(weights[source.unit[1], target.unit[1]])
            start = (source.right * ACROSS, _port(source, down, len(right.nodes)))
            end = (target.entry * ACROSS - 1, _port(target, across, len(left.nodes)))
            yield Edge(source.unit, target.unit, weight, start, end, count)


def _port(node: Node, index: int, count: int) -> int:
    """The row of dots at which the edge to or from one of so many neighbours meets a neuron."""
    row = node.top * DOWN + (2 * index + 1) * node.pixels * ACROSS // (2 * count)
    # Away from the edge of its cell: there a level line three dots wide would take two rows of cells.
    return row + {0: 1, DOWN - 1: -1}.get(row % DOWN, 0)


def draw_edges(some: Sequence[Edge], theme: Theme, chosen: Unit | None = None) -> Dots:
    """The lines, the stronger over the weaker.

    The incoming weights of a chosen neuron, or those going out of a chosen input, stand out while all others fade.
    """
    dots = Dots()
    for edge in _in_order(some, chosen):
        dots.line(edge.start, edge.end, _pen(edge, theme, chosen))
    return dots


def _in_order(some: Sequence[Edge], chosen: Unit | None) -> list[Edge]:
    """Those that have a line, the stronger behind the weaker."""
    return sorted(drawn_edges(some, chosen), key=lambda edge: (_counts(edge, chosen), strength(edge.weight)))


def line_cells(some: Sequence[Edge], theme: Theme, chosen: Unit | None = None) -> dict[Place, Piece]:
    """The lines of all weights that have one, of braille dots where the terminal has them, else of whole cells."""
    if theme.has_braille:
        return draw_edges(some, theme, chosen).cells
    strokes = (_stroke(edge, theme, chosen) for edge in _in_order(some, chosen))
    return draw_strokes(strokes)


def _stroke(edge: Edge, theme: Theme, chosen: Unit | None) -> Stroke:
    size, style = strength(edge.weight), number_style(edge.weight, theme)
    if not _counts(edge, chosen):
        size, style = 0, theme.inks.border
    # A picture of characters begins and ends with those that lines are made of.
    return (edge.start[0] + ACROSS, edge.start[1]), edge.end, GLYPHS[size], style, edge.weight < 0


def sign_pieces(theme: Theme) -> list[Piece]:
    """How the two signs of a weight are told apart."""
    whole, broken = ("⠶⠶⠶", "⠶⠶⠀⠶⠶") if theme.has_braille else ("═══", "══ ══")
    return [
        (whole, theme.inks.positive),
        (" weight > 0  ", theme.inks.axis),
        (broken, theme.inks.negative),
        (" < 0", theme.inks.axis),
    ]


def drawn_edges(some: Sequence[Edge], chosen: Unit | None = None) -> list[Edge]:
    """Those that have a line: in a crowd the strongest that lead to each neuron.

    In a throng those of the least strength have none. All of the neuron that is chosen have one.
    """
    drawn: list[Edge] = []
    for _, group in groupby(some, lambda edge: edge.target):
        edges = list(group)
        has_all = not edges[0].is_crowded if chosen is None else edges[0].neighbours < _THRONG
        kept = edges if has_all else _strongest(edges)
        own = [edge for edge in edges if chosen is not None and _counts(edge, chosen) and edge not in kept]
        drawn += [*kept, *own]
    return drawn


def _strongest(some: Sequence[Edge]) -> list[Edge]:
    """As many of the edges to one neuron as there may be in a crowd."""
    most = max(_MOST_CROWDED * len(some) // some[0].neighbours, 1)
    strong = sorted(some, key=lambda edge: -abs(edge.weight))[:most]
    return [edge for edge in strong if edge.neighbours < _THRONG or strength(edge.weight)]


def pen(weight: float, theme: Theme, *, is_crowded: bool = False) -> Pen:
    """How the line of a weight is drawn."""
    size = strength(weight)
    colour = faded(sign_colour(weight, theme), _FADED[is_crowded][size], theme)
    pattern = (_DASH if weight < 0 else _SOLID) if size else _DOTTED[weight < 0]
    return Pen(ink(colour, theme.background), _WIDTHS[is_crowded][size], *pattern)


def _pen(edge: Edge, theme: Theme, chosen: Unit | None) -> Pen:
    if not _counts(edge, chosen):
        pattern = _SPARSE if edge.is_crowded else _DASH if edge.weight < 0 else _SOLID
        return Pen(theme.inks.border, 1, *pattern)
    return pen(edge.weight, theme, is_crowded=edge.is_crowded and chosen is None)


def _counts(edge: Edge, chosen: Unit | None) -> bool:
    """Whether an edge is one of the neuron that is chosen; of all neurons where none is."""
    return chosen is None or chosen == (edge.source if chosen[0] == 0 else edge.target)


def labels(some: Sequence[Edge], theme: Theme, chosen: Unit | None = None) -> dict[Place, Piece]:
    """The weights as numbers on their lines, by (row, column) of the first cell: between two layers all or none.

    Where they are many, it is those of the edges of the neuron that is chosen.
    """
    found: dict[Place, Piece] = {}
    for layer in sorted({edge.target[0] for edge in some}):
        between = [edge for edge in some if edge.target[0] == layer]
        own = [edge for edge in between if chosen is not None and _counts(edge, chosen)]
        shown = between if len(between) <= _MOST_LABELS else own if len(own) <= _MOST_CHOSEN else []
        if all(edge.end[0] - edge.start[0] >= _LABEL_GAP * ACROSS for edge in shown):
            found |= _labels(shown, theme, chosen) or _labels(own, theme, chosen)
    return found


def _labels(some: Sequence[Edge], theme: Theme, chosen: Unit | None) -> dict[Place, Piece]:
    for share in _LABEL_PLACES:
        placed = {_label_place(edge, share): edge for edge in some}
        if len({row for row, _ in placed}) == len(some):
            styles = {edge: number_style(edge.weight, theme) for edge in some if _counts(edge, chosen)}
            return {place: (signed(edge.weight), styles.get(edge, theme.inks.axis)) for place, edge in placed.items()}
    return {}


def _label_place(edge: Edge, share: float) -> Place:
    x, y = (round(start + (end - start) * share) for start, end in zip(edge.start, edge.end, strict=True))
    size = len(signed(edge.weight))
    first, last = edge.start[0] // ACROSS + 1, edge.end[0] // ACROSS - size
    return y // DOWN, max(first, min(x // ACROSS - size // 2, last))


HEAVY: Final = "┏━┓┃┗┛"
_LIGHT: Final = "┌─┐│└┘"


def diagram_rows(
    snapshot: Snapshot,
    diagram: Diagram,
    theme: Theme,
    size: tuple[int, int],
    cursor: Unit | None = None,
    opened: Unit | None = None,
) -> list[Strip]:
    """The diagram in a room of this many columns and rows.

    Parameters
    ----------
    cursor
        While the panel has the keys, the neuron that they are about: in a heavy frame.
    opened
        The neuron that the map shows: in a light frame.
    """
    drawing = _Drawing(snapshot, diagram, theme, DiagramCanvas(*size, theme.background), cursor, opened)
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
    ) -> None:
        self.canvas, self._cursor, self._opened = canvas, cursor, opened
        self._snapshot, self._diagram, self._theme = snapshot, diagram, theme
        self._active = active_layer(snapshot)
        self._axis, self._accent = theme.inks.axis, theme.inks.key

    def draw_edges(self) -> None:
        """Lines and numbers, and dots where there are layers in between that are not shown."""
        some, chosen = edges(self._snapshot, self._diagram), self._cursor
        self.canvas.put_all(line_cells(some, self._theme, chosen))
        for (y, x), (text, style) in labels(some, self._theme, chosen).items():
            self.canvas.write(x, y, text, style)
        for left, right in pairwise(self._diagram.columns):
            if right.layer > left.layer + 1:
                middle = (left.left + left.width + right.left - 1) // 2
                self.canvas.write(middle, (self.canvas.height + self._diagram.headings) // 2, "…", self._axis)

    def draw_column(self, column: NeuronColumn) -> None:
        """The neurons of a layer, and how many there are beyond them."""
        for node in column.nodes:
            self._draw_node(node)
        draw_rest(self.canvas, column, self._axis)

    def _draw_node(self, node: Node) -> None:
        draw_picture(self.canvas, node, self._snapshot, self._theme)
        if node.unit == self._cursor:
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
        layer, index = node.unit
        number = signed(float(self._snapshot.layers[layer - 1].biases[index])).strip()
        return f"b {number}" if len(number) + 2 <= node.columns else f"b{number}"


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
