"""The weights as lines between neurons, of braille dots or of whole cells, and as numbers on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Final

import numpy as np
from rich.style import Style

from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.draw.braille import ACROSS, DOWN, Dot, Dots, Pen, Place
from tuinet.tui.draw.legends import faded, number_style, sign_colour, strength
from tuinet.tui.draw.text import Piece, ink, signed
from tuinet.tui.panels.network.placing import Diagram, NeuronColumn, Node
from tuinet.tui.style.theme import Theme

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
