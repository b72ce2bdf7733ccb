"""A phase of a step in the network: the sample's numbers on the neurons, the weights that are used lit and named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.style import Style
from textual.events import Click
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.explain.focus import Numerals, Selection
from tuinet.explain.highlights import Highlights, NamedWeight, highlights
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.view import Unit
from tuinet.terminal_text import MINUS
from tuinet.tui.draw.braille import ACROSS, DOWN, Dots, Pen, Place
from tuinet.tui.draw.legends import number_style, strength
from tuinet.tui.draw.text import (
    Piece,
    first_fitting,
    ink,
    sample_title,
    unit_name,
    width_of,
)
from tuinet.tui.keys import Keymap
from tuinet.tui.messages import CellChosen
from tuinet.tui.panels.base import CellPanel, Entry
from tuinet.tui.panels.network import layout
from tuinet.tui.panels.network.diagram import (
    HEAVY,
    draw_frame,
    draw_gaps,
    draw_headings,
    draw_pointed,
    draw_rest,
    name_cells,
)
from tuinet.tui.panels.network.edges import GLYPHS, Edge, draw_strokes, edges, number_text, pen
from tuinet.tui.panels.network.pictures import DiagramCanvas
from tuinet.tui.panels.network.placing import Diagram, Node, UnitsInSight
from tuinet.tui.pointing import pointed_unit
from tuinet.tui.style.theme import Theme

_UNUSED: Final = (1, 3)
"""Dots drawn of every so many, where the equations do not use a weight."""
_MOST_UNUSED: Final = 9
"""Between two layers with more weights, those that the equations do not use have no line."""
_UP: Final = "▴"
_DOWN: Final = "▾"
_SHARES: Final = (0.3, 0.5, 0.7, 0.15, 0.85)
"""Of the way from source to target, where the name of a weight may stand, the best first."""
_NEAR: Final = 3
"""Where more weights meet in a neuron, their names stand where the lines are apart: near the other ends."""
_MOST_DIGITS: Final = 3
_WIDEST: Final = 10
"""Cells across a neuron, for its numbers: the names of weights need the room between."""
_SHARE: Final = 6
"""Where the panel is wide, a neuron may have such a part of it."""
_NEXT_TO_NOTHING: Final = 1e-4
_DELTA: Final = "δ"
_TARGET: Final = "target "
_LIT: Final = "lit: the weights in the equations"


class StepNetworkPanel(CellPanel):
    """The network beside the equations of a phase; a click chooses a neuron."""

    HEADING = "network in this phase"
    selection: reactive[Selection] = reactive(Selection(), repaint=False)
    watch_selection = CellPanel.update_cells

    def title(self, frame: Frame, theme: Theme) -> str:
        """The sample: its place, and its inputs and its target, which the neurons have anyway, where there is room."""
        seen = highlights(frame.snapshot, self.selection)
        title = "network" if seen is None else f"network · {seen.sample}"
        return sample_title(title, self.edge)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What the numbers are, and what is lit."""
        return legend_pieces(frame.snapshot, highlights(frame.snapshot, self.selection), theme, self.edge)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The diagram."""
        return step_rows(frame.snapshot, self.selection, theme, width, height, pointed_unit(frame))

    def on_click(self, event: Click) -> None:
        """Choose the neuron that was clicked, where the phase is about its layer."""
        seen = highlights(self.snapshot, self.selection)
        unit = _placed(self.snapshot, seen, self.room).at(event.x - 1, event.y - 1)
        if seen is not None and seen.unit is not None and unit is not None and unit[0] == seen.unit[0]:
            self.post_message(CellChosen(None, unit[1]))

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        yield [("0.663", theme.inks.text)], "In a neuron: what it passes on for this sample; in an input, its value."
        yield [("target 1", theme.inks.axis)], "In an output: its target, y where it is narrow."
        yield [("δ 0.0376", theme.inks.curve)], "In a neuron that a backward phase has come to: its δ for this sample."
        yield [("w₁ +0.361", theme.inks.key)], "A weight that the equations use, named as in them."
        yield [(f"{_UP} {_DOWN}", theme.inks.key)], "A weight that the update has made larger or smaller."
        yield [("┏━┓", theme.inks.accent)], "The neuron that the equations are about."
        yield [("@══╗", theme.inks.accent)], "The neuron that the teacher of a class points at."


def legend_pieces(snapshot: Snapshot, seen: Highlights | None, theme: Theme, room: int) -> list[Piece]:
    """What is lit in this phase, as much as there is room for."""
    if seen is None or snapshot.phase is None:
        return []
    axis, kind = theme.inks.axis, snapshot.phase.kind
    pieces: list[Piece] = [("δ = ∂L/∂z  ", theme.inks.curve)] if seen.deltas else []
    if kind == "update":
        pieces += [(f"{_UP}{_DOWN}", theme.inks.key), (" made larger, smaller", axis)]
    else:
        pieces.append((_LIT if seen.weights else "in a neuron: what it passes on", axis))
    return pieces if width_of(pieces) <= room else []


def step_rows(
    snapshot: Snapshot, selection: Selection, theme: Theme, width: int, height: int, pointed: Unit | None = None
) -> list[Strip]:
    """The diagram of the last phase in a room of this many columns and rows.

    Parameters
    ----------
    pointed
        The neuron that a teacher points at.
    """
    seen = highlights(snapshot, selection)
    diagram = _placed(snapshot, seen, (width, height))
    canvas = DiagramCanvas(width, height, theme.background)
    some = edges(snapshot, diagram)
    named = {(weight.source, weight.target): weight for weight in seen.weights} if seen else {}
    lit = [edge for edge in some if (edge.source, edge.target) in named]
    canvas.put_all(_lines(some, lit, theme))
    for place, pieces in _labels(lit, named, name_cells(snapshot, diagram), theme).items():
        _write(canvas, place, pieces)
    draw_headings(canvas, snapshot, diagram, theme)
    draw_gaps(canvas, diagram, theme.inks.axis)
    for node in diagram.nodes:
        _draw_node(canvas, node, snapshot, seen, theme)
        if node.unit == pointed:
            draw_pointed(canvas, node, theme)
    for column in diagram.columns:
        draw_rest(canvas, column, theme.inks.axis)
    return canvas.rows()


def _placed(snapshot: Snapshot, seen: Highlights | None, room: tuple[int, int]) -> Diagram:
    """The neuron of the equations is always in sight."""
    sight = UnitsInSight() if seen is None or seen.unit is None else UnitsInSight(seen.unit)
    return layout(snapshot, room, sight, max(_WIDEST, room[0] // _SHARE))


def _write(canvas: DiagramCanvas, place: Place, pieces: Sequence[Piece]) -> None:
    row, column = place
    for text, style in pieces:
        canvas.write(column, row, text, style)
        column += len(text)


def _lines(some: Sequence[Edge], lit: Sequence[Edge], theme: Theme) -> dict[Place, Piece]:
    """Other weights dotted, where they are few."""
    faint = [edge for edge in some if edge.neighbours <= _MOST_UNUSED and edge not in lit]
    strong = sorted(lit, key=lambda edge: strength(edge.weight))
    if not theme.has_braille:
        dotted = [(edge.start, edge.end, GLYPHS[0], theme.inks.border, False) for edge in faint]
        drawn = [
            (edge.start, edge.end, GLYPHS[strength(edge.weight)], number_style(edge.weight, theme), edge.weight < 0)
            for edge in strong
        ]
        return draw_strokes([*dotted, *drawn])
    dots = Dots()
    for edge in faint:
        dots.line(edge.start, edge.end, Pen(theme.inks.border, 1, *_UNUSED))
    for edge in strong:
        dots.line(edge.start, edge.end, pen(edge.weight, theme))
    return dots.cells


def _labels(
    lit: Sequence[Edge], named: dict[tuple[Unit, Unit], NamedWeight], names: frozenset[Place], theme: Theme
) -> dict[Place, Sequence[Piece]]:
    """The names of weights on their lines with what they are; the names alone, or nothing, where there is no room."""
    found: dict[Place, Sequence[Piece]] = {}
    taken = set(names)
    for edge in lit:
        weight = named.get((edge.source, edge.target))
        shares = _shares(edge, lit)
        for pieces in _names(edge, weight, theme) if weight else ():
            place = _free_place(edge, shares, width_of(pieces), taken)
            if place is not None:
                found[place] = pieces
                taken |= {(place[0], place[1] + cell) for cell in range(-1, width_of(pieces) + 1)}
                break
    return found


def _names(edge: Edge, weight: NamedWeight, theme: Theme) -> Iterator[list[Piece]]:
    """The longest first."""
    arrow = _UP if weight.change > 0 else _DOWN if weight.change < 0 else ""
    name: list[Piece] = [(f"{arrow}{weight.symbol}", theme.inks.key)]
    yield [*name, (f" {number_text(edge.weight)}", number_style(edge.weight, theme))]
    yield name


def _shares(edge: Edge, lit: Sequence[Edge]) -> Sequence[float]:
    """Where its name may stand, the best first: not where many lines meet."""
    if sum(other.source == edge.source for other in lit) > _NEAR:
        return sorted(_SHARES, reverse=True)
    return sorted(_SHARES) if sum(other.target == edge.target for other in lit) > _NEAR else _SHARES


def _free_place(edge: Edge, shares: Sequence[float], width: int, taken: set[Place]) -> Place | None:
    # Beside a neuron there may be its frame, and blanks between it and the name where there is room.
    first, last = edge.start[0] // ACROSS + 1, (edge.end[0] + 1) // ACROSS - width - 1
    first, last = (first + 1, last - 1) if last - first > 1 else (first, last)
    for share in shares if first <= last else ():
        x, y = (start + (stop - start) * share for start, stop in zip(edge.start, edge.end, strict=True))
        row, column = round(y) // DOWN, max(first, min(round(x / ACROSS - width / 2), last))
        if not any((row, column + cell) in taken for cell in range(width)):
            return row, column
    return None


def _draw_node(canvas: DiagramCanvas, node: Node, snapshot: Snapshot, seen: Highlights | None, theme: Theme) -> None:
    """Its name, and in the place of its picture its numbers."""
    layer, is_chosen = node.unit[0], seen is not None and node.unit == seen.unit
    ground = theme.textual["panel"]
    for row in range(node.rows):
        canvas.write(node.left, node.top + row, " " * node.columns, ink(None, ground))
    if is_chosen:
        draw_frame(canvas, node, HEAVY, theme.inks.key)
    if node.name_room:
        is_lit = seen is not None and layer in seen.lit
        style = theme.inks.chosen if is_chosen else theme.inks.key if is_lit else theme.inks.axis
        canvas.write(node.name_left, node.name_top, unit_name(snapshot, node.unit, node.name_room), style)
    lines = _numbers(node, len(snapshot.layers), seen, theme) if seen else []
    top = node.top + max((node.rows - len(lines)) // 2, 0)
    for row, (text, style) in enumerate(lines[: node.rows]):
        free = max(node.columns - len(text), 0)
        if not node.is_named_above and text.startswith(_DELTA):
            # One below the other, signs of deltas and numbers are columns.
            canvas.write(node.left, top + row, _DELTA, style)
            number = text.removeprefix(_DELTA).strip()
            canvas.write(node.right - len(number), top + row, number, style)
            continue
        canvas.write(node.left + (free // 2 if node.is_named_above else free), top + row, text, style)


def _numbers(node: Node, last: int, seen: Highlights, theme: Theme) -> list[tuple[str, Style]]:
    """What is known of a neuron in this step, the latest first where there is a single row."""
    (layer, index), ground = node.unit, theme.textual["panel"]
    values: list[tuple[str, float, str]] = []
    if layer < len(seen.activations):
        values.append(("", seen.activations[layer][index], theme.foreground))
    if layer == last:
        values.append((_TARGET, seen.targets[index], theme.axis))
    if layer in seen.deltas:
        values.append((f"{_DELTA} ", seen.deltas[layer][index], theme.curve))
    if len(values) > node.rows:
        values = [*values[: node.rows - 1], values[-1]]
    # Beside the name, which is in the first row, there is a blank.
    is_beside = not node.is_named_above and node.left == node.name_left + node.name_room
    rooms = [node.columns - is_beside, *[node.columns] * (len(values) - 1)]
    texts = [
        (_number(sign, value, room) or _number(sign, value, node.columns) or (MINUS if value < 0 else "+"), colour)
        for room, (sign, value, colour) in zip(rooms, values, strict=False)
    ]
    return [(text, ink(colour, ground, bold=True)) for text, colour in texts]


def _number(sign: str, value: float, room: int) -> str:
    """With as many digits as there is room for, as the equations write it; where it is narrow, the number alone.

    Nothing where not even that has room.
    """
    numerals = [Numerals(digits).plain(value) for digits in range(_MOST_DIGITS, 0, -1)]
    bare = f"{value:.2f}".replace("0.", ".").replace("-", MINUS) if 0.01 <= abs(value) < 0.995 else numerals[-1]
    power = f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e").replace("-", MINUS)
    texts = [*numerals[:-1], bare, numerals[-1], power]
    signs = sign, "y " if sign == _TARGET else sign.strip()
    forms = [*(f"{before}{text}" for text in texts for before in signs), *texts]
    return first_fitting(forms, room) or ("≈0" if abs(value) < _NEXT_TO_NOTHING and room > 1 else "")
