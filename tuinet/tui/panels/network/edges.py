"""The weights as lines between neurons, of braille dots or of whole cells, and as numbers on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Final, NamedTuple

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
_MOST_CROWDED: Final = 12
"""So many lines between two layers at most, in a crowd: those of the strongest weights."""
_FAINT: Final = 0.25
"""Share of the strongest weight below which a weight has no line in a crowd."""
_WIDTHS: Final = ((1, 1, 2, 3, 3), (1, 1, 2, 2, 3))
"""Dots across the line of a weight of each strength; and the same in a crowd."""
_FADED: Final = ((0.5, 0.2, 0.0, 0.0, 0.0), (0.6, 0.4, 0.1, 0.0, 0.0))
"""How far the colour of each strength is on the way to the background; and the same in a crowd."""
_SOLID: Final = (1, 1)
_DASH: Final = (4, 6)
"""Dots drawn of every so many, where a weight is negative."""
_DOTTED: Final = ((1, 2), (1, 4))
"""The same of a weight of the least strength, positive or negative: colours alone do not tell it everywhere."""
_MOST_LABELS: Final = 6
"""Numbers between two layers."""
_MOST_CHOSEN: Final = 10
"""Numbers at the edges of one neuron."""
_LABEL_GAP: Final = 10
"""Cells between two layers from which on there is room for numbers."""
_LABEL_PLACES: Final = (0.35, 0.65, 0.5, 0.2, 0.8)
"""Shares of the way from source to target at which a number may stand, the best first."""
_APART: Final = 3
"""Rows between two numbers from which on no other place is looked for."""


class Edge(NamedTuple):
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
    """Those that have a line: in a crowd the strongest between two layers, and all of the neuron that is chosen."""
    drawn: list[Edge] = []
    for _, group in groupby(some, lambda edge: edge.target[0]):
        between = list(group)
        kept = _strongest(between) if between[0].is_crowded else between
        own = [edge for edge in between if chosen is not None and _counts(edge, chosen)]
        drawn += dict.fromkeys([*kept, *own])
    return drawn


def _strongest(some: Sequence[Edge]) -> list[Edge]:
    strong = sorted(some, key=lambda edge: -abs(edge.weight))[:_MOST_CROWDED]
    return [edge for edge in strong if abs(edge.weight) >= _FAINT * abs(strong[0].weight)]


def drawn_words(some: Sequence[Edge], chosen: Unit | None = None) -> Sequence[str]:
    """How many of the weights in sight have a line, the longest first; nothing where all of them have one."""
    drawn, total = len(drawn_edges(some, chosen)), len(some)
    if drawn == total:
        return ()
    counted = f"{drawn:,} of {total:,} weights"
    return f"lines: strongest {counted}", f"lines: {counted}", counted


def pen(weight: float, theme: Theme, *, is_crowded: bool = False) -> Pen:
    """How the line of a weight is drawn."""
    size = strength(weight)
    colour = faded(sign_colour(weight, theme), _FADED[is_crowded][size], theme)
    pattern = (_DASH if weight < 0 else _SOLID) if size else _DOTTED[weight < 0]
    return Pen(ink(colour, theme.background), _WIDTHS[is_crowded][size], *pattern)


def _pen(edge: Edge, theme: Theme, chosen: Unit | None) -> Pen:
    if not _counts(edge, chosen):
        return Pen(theme.inks.border, 1, *(_DASH if edge.weight < 0 else _SOLID))
    return pen(edge.weight, theme, is_crowded=edge.is_crowded and chosen is None)


def _counts(edge: Edge, chosen: Unit | None) -> bool:
    """Whether an edge is one of the neuron that is chosen; of all neurons where none is."""
    return chosen is None or chosen == (edge.source if chosen[0] == 0 else edge.target)


def labels(
    some: Sequence[Edge], theme: Theme, chosen: Unit | None = None, names: Collection[Place] = ()
) -> dict[Place, Piece]:
    """The weights as numbers on their lines, by (row, column) of the first cell: between two layers all or none.

    Where they are many, it is those of the edges of the neuron that is chosen. They keep off the names of neurons.
    """
    found: dict[Place, Piece] = {}
    for layer in sorted({edge.target[0] for edge in some}):
        between = [edge for edge in some if edge.target[0] == layer]
        own = [edge for edge in between if chosen is not None and _counts(edge, chosen)]
        own = own if len(own) <= _MOST_CHOSEN else []
        shown = between if len(between) <= _MOST_LABELS else own
        if all(edge.end[0] - edge.start[0] >= _LABEL_GAP * ACROSS for edge in shown):
            found |= _labels(shown, theme, chosen, names) or _labels(own, theme, chosen, names)
    return found


def _labels(some: Sequence[Edge], theme: Theme, chosen: Unit | None, names: Collection[Place]) -> dict[Place, Piece]:
    """At one share of the way for all of them: the first at which they are well apart, else as far as they can be."""
    places = [{_label_place(edge, share): edge for edge in some} for share in _LABEL_PLACES]
    apart = [0 if _meets(placed, names) else _least_distance(placed, len(some)) for placed in places]
    best = next((index for index, rows in enumerate(apart) if rows >= _APART), int(np.argmax(apart)))
    if not apart[best]:
        return {}
    styles = {edge: number_style(edge.weight, theme) for edge in some if _counts(edge, chosen)}
    return {
        place: (number_text(edge.weight), styles.get(edge, theme.inks.axis)) for place, edge in places[best].items()
    }


def _meets(placed: dict[Place, Edge], names: Collection[Place]) -> bool:
    """Whether a number would cover a name."""
    cells = (
        (row, left + cell) for (row, left), edge in placed.items() for cell in range(len(number_text(edge.weight)))
    )
    return any(place in names for place in cells)


def _least_distance(placed: dict[Place, Edge], count: int) -> int:
    """Rows from one number to the next; 0 where two of them share a row."""
    rows = sorted({row for row, _ in placed})
    return 0 if len(rows) < count else min((low - high for high, low in pairwise(rows)), default=_APART)


def number_text(value: float) -> str:
    """A weight or bias, with the minus of the equations: ``+0.5``, ``−1.667``."""
    return signed(value).strip()


def _label_place(edge: Edge, share: float) -> Place:
    x, y = (round(start + (end - start) * share) for start, end in zip(edge.start, edge.end, strict=True))
    size = len(number_text(edge.weight))
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
