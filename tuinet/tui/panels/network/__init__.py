"""The network as a diagram: neurons as small maps, weights as lines, and a neuron in words and numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from rich.cells import cell_len
from textual.binding import Binding
from textual.events import MouseDown
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.observe.pixels import Domain, domain_of
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.view import NetworkView, Unit
from tuinet.tui.draw.blocks import PIXELS
from tuinet.tui.draw.cells import Array
from tuinet.tui.draw.legends import number_style, ramp_pieces
from tuinet.tui.draw.text import (
    ACTIVE,
    NAME_LIMIT,
    Piece,
    bias_name,
    count,
    ink,
    short_number,
    unit_name,
    unit_names,
    width_of,
)
from tuinet.tui.key_groups import LEAVE_BINDING, listed, quiet
from tuinet.tui.keys import Keymap
from tuinet.tui.messages import KeyRefused, UnitChosen
from tuinet.tui.panels.base import CORNER, CellPanel, Entry
from tuinet.tui.panels.network.diagram import diagram_rows
from tuinet.tui.panels.network.edges import GLYPHS, drawn_words, edges, number_text, sign_pieces
from tuinet.tui.panels.network.pictures import diagram_picture, unit_shade
from tuinet.tui.panels.network.placing import Diagram, UnitsInSight, lay_out
from tuinet.tui.pointing import pointed_unit
from tuinet.tui.style.theme import Theme
from tuinet.tui.terminal.detect import Cells

if TYPE_CHECKING:
    from tuinet.observe.classroom import Pointer

_LONG: Final = 16
"""Cells of a name at most, where there is room for all of them."""
_DOTS: Final = " …"
_LEAST_WEIGHT: Final = 10
"""Cells that a weight takes at least, with its name and what stands between."""


def neuron_pieces(snapshot: Snapshot, unit: Unit, theme: Theme, room: int) -> list[Piece]:
    """The bias and the largest incoming weights, as many as fit: ``h2: b = −0.381, x1 +0.828, x2 −1.572``.

    Of an input it is the largest outgoing ones: ``x1 → h1 +0.351, h2 +0.828``. They stand in the order of the
    neurons; dots say that there are more. Where all of them fit, names are as long as above the neurons.
    """
    layer, weights = _others(snapshot, unit)
    if _LEAST_WEIGHT * len(weights) <= room:
        sources = [(layer, index) for index in range(len(weights))]
        whole = _start(snapshot, unit, theme, _LONG) + _weights(snapshot, sources, weights, theme, _LONG)
        if width_of(whole) <= room:
            return whole
    start, dots = _start(snapshot, unit, theme), (_DOTS, theme.inks.axis)
    order = np.argsort(np.where(np.isfinite(weights), -np.abs(weights), -np.inf), kind="stable").tolist()
    pieces = start
    for shown in range(1, len(order) + 1):
        longer = [*start, *_weights(snapshot, [(layer, index) for index in sorted(order[:shown])], weights, theme)]
        dotted = [*longer, dots] if shown < len(order) else longer
        if width_of(dotted) > room:
            # A single weight says more than dots.
            return longer if shown == 1 and width_of(longer) <= room else pieces
        pieces = dotted
    return pieces


def _start(snapshot: Snapshot, unit: Unit, theme: Theme, limit: int = NAME_LIMIT) -> list[Piece]:
    axis, (layer, index) = theme.inks.axis, unit
    name = (unit_name(snapshot, unit, limit), theme.inks.accent)
    if not layer:
        return [name, (" →", axis)]
    bias = float(snapshot.layers[layer - 1].biases[index])
    return [
        name,
        (f": {bias_name(snapshot, layer - 1)} = ", axis),
        (number_text(bias), number_style(bias, theme)),
        (",", axis),
    ]


def _others(snapshot: Snapshot, unit: Unit) -> tuple[int, Array]:
    """The layer at the other end, and the weights that lead there or come from there."""
    layer, index = unit
    if not layer:
        return 1, snapshot.layers[0].weights[index]
    return layer - 1, snapshot.layers[layer - 1].weights[:, index]


def _weights(
    snapshot: Snapshot, units: Sequence[Unit], weights: Array, theme: Theme, limit: int = NAME_LIMIT
) -> list[Piece]:
    pieces: list[Piece] = []
    for unit in units:
        weight = float(weights[unit[1]])
        pieces.append((f"{',' if pieces else ''} {unit_name(snapshot, unit, limit)} ", theme.inks.axis))
        pieces.append((number_text(weight), number_style(weight, theme)))
    return pieces


def scale_pieces(snapshot: Snapshot, unit: Unit, theme: Theme) -> list[Piece]:
    """The range of the colours in a neuron's picture; nothing where it has no picture."""
    values = None if snapshot.unit_maps is None else snapshot.unit_maps.by_unit.get(unit)
    if values is None or not np.isfinite(values).any():
        return []
    axis, shade = theme.inks.axis, unit_shade(snapshot, theme, unit, values)
    ramp = ramp_pieces(shade.colours)
    return [(f"{short_number(shade.low)} ", axis), *ramp, (f" {short_number(shade.high)}", axis)]


_MOST_PIXELS: Final = 64 * 400
"""The most pixels of all pictures together."""
_MOST_COLUMNS: Final = 40


GROUP: Final = Binding.Group("network diagram")


class NetworkPanel(CellPanel, can_focus=True):
    """The layers from left to right; while it has the focus a cursor chooses one of the neurons."""

    HEADING = "network"
    MANUAL = "22-panels.md#network"
    KEYS = (
        listed(
            "left", "move(0, -1)", "choose", "Choose in the layer before: the neuron nearest to this one", GROUP, "◂"
        ),
        listed("right", "move(0, 1)", "choose", "Choose in the next layer: the neuron nearest to this one", GROUP, "▸"),
        listed("up", "move(-1, 0)", "choose", "Choose the neuron above: of the same layer", GROUP, "▴"),
        listed("down", "move(1, 0)", "choose", "Choose the neuron below: of the same layer", GROUP, "▾"),
        quiet("pageup", "turn(-1)", "Neurons before: as many as are in sight of the layer", GROUP, "pgup"),
        quiet("pagedown", "turn(1)", "More neurons: as many as are in sight of the layer", GROUP, "pgdn"),
        listed("enter", "open", "show on map", "Show on the map: what this neuron answers; again, the output", GROUP),
        LEAVE_BINDING,
    )
    UNSEEN = {"network": None}
    FOLLOWS = ("unit",)
    unit: reactive[Unit | None] = reactive(None, repaint=False)
    watch_unit = CellPanel.update_cells
    _sight = UnitsInSight()
    _pressed: Unit | None = None
    """The neuron that was clicked last, unless the cursor was moved since."""

    @property
    def cursor(self) -> Unit | None:
        """The neuron that is chosen, while one is."""
        return self._sight.within(self.snapshot.layer_sizes).cursor if self.has_focus else None

    @property
    def under_cursor(self) -> Pointer | None:
        """See `CellPanel`."""
        from tuinet.observe.classroom import Pointer  # noqa: PLC0415 - asked for by a key

        return None if self.cursor is None else Pointer("neuron", self.cursor[0], None, self.cursor[1])

    def _marked(self, frame: Frame) -> Unit | None:
        """The neuron under the cursor, or else the one that a teacher points at."""
        return self.cursor or pointed_unit(frame)

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show the cursor, or not."""
        self._pressed = None
        super().watch_has_focus(has_focus)

    def action_move(self, down: int, right: int) -> None:
        """Choose the next neuron of the layer, or the nearest one of the next layer."""
        if self.cursor is not None:
            self._pressed = None
            self._choose(moved(self.snapshot, self._sight, self.room, down, right))

    def action_turn(self, direction: int) -> None:
        """Choose a neuron as far away as there are neurons of the layer in sight."""
        if self.cursor is not None:
            column = next((one for one in self._diagram().columns if one.layer == self.cursor[0]), None)
            self.action_move(direction * (len(column.nodes) if column else 1), 0)

    def action_open(self) -> None:
        """Show the neuron on the map; or the output again, where it is shown already or is the output."""
        if self.cursor is None:
            return
        if not self.cursor[0]:
            self.post_message(KeyRefused("an input is the sample itself: choose a neuron behind it"))
            return
        sizes = self.snapshot.layer_sizes
        is_only_output = self.cursor[0] == len(sizes) - 1 and sizes[-1] == 1
        unit = None if is_only_output or self.cursor == self.unit else self.cursor
        self.post_message(UnitChosen(unit, must_be_seen=True))

    def on_mouse_down(self, event: MouseDown) -> None:
        """Choose the neuron that is clicked; with the second click, show it on the map."""
        unit = self._diagram().at(event.x - 1, event.y - 1)
        if unit is not None and unit == self._pressed:
            self.action_open()
        elif unit is not None:
            self._choose(self._sight._replace(cursor=unit))
            self._pressed = unit

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """How many neurons are in sight; of the one under the cursor the range of colours; what has no room below."""
        parts, signs = self._extent(frame, theme), sign_pieces(theme)
        is_said = self._marked(frame) is None or signs[0] in self.legend(frame, theme)
        longer = [*parts, (" · ", theme.inks.title), *signs]
        return parts if is_said or width_of(longer) > self.edge - CORNER else longer

    def _extent(self, frame: Frame, theme: Theme) -> list[Piece]:
        diagram, cursor = self._diagram(), self._marked(frame)
        shown, total = len(diagram.nodes), sum(frame.snapshot.layer_sizes)
        extent = f" · {count(shown)} of {count(total)} neurons" if shown < total else ""
        parts = [(f"network{extent}", theme.inks.title)]
        lines = drawn_words(edges(frame.snapshot, diagram), cursor)
        options = [[(f" · {words}", theme.inks.title)] for words in lines]
        parts += next((more for more in options if width_of([*parts, *more]) <= self.edge - CORNER), [])
        if cursor is not None and (scale := scale_pieces(frame.snapshot, cursor, theme)):
            longer = [*parts, (f" · {unit_name(frame.snapshot, cursor)} ", theme.inks.title), *scale]
            parts = longer if width_of(longer) <= self.edge - CORNER else parts
        return parts

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What the lines mean, and the numbers of the neuron under the cursor, as many as there is room for.

        These have all of the room where it is enough for them and the title has room for the rest.
        """
        cursor, signs = self._marked(frame), sign_pieces(theme)
        if cursor is None:
            return signs
        signs = [*signs, ("   ", theme.inks.axis)]
        whole = neuron_pieces(frame.snapshot, cursor, theme, self.edge)
        numbers = neuron_pieces(frame.snapshot, cursor, theme, self.edge - width_of(signs))
        if numbers != whole:
            is_bare = len(numbers) <= len(_start(frame.snapshot, cursor, theme)) + 1
            has_room_above = width_of([*self._extent(frame, theme), *signs]) <= self.edge - CORNER
            if is_bare or (has_room_above and whole[-1][0] != _DOTS):
                return whole
        return [*signs, *numbers]

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The diagram."""
        theme = theme.behind_pictures
        self.picture = diagram_picture(frame.snapshot, self._diagram().nodes, theme, (width, height))
        marks = (self._marked(frame), self.unit, pointed_unit(frame))
        return diagram_rows(frame.snapshot, self._diagram(), theme, (width, height), *marks)

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """The pictures of the neurons in sight, as large as they are drawn."""
        diagram = layout(frame.snapshot, (width, height), self._seen())
        cells, domain = self.theme.behind_pictures.cells if self.theme else "half", domain_of(frame.snapshot.dataset)
        return {"network": picture_view(diagram, domain, cells) if diagram.nodes else None}

    def _choose(self, sight: UnitsInSight) -> None:
        self._sight = sight
        self._sight = self._diagram().sight
        self.announce()
        self.update_cells()

    def _diagram(self) -> Diagram:
        return layout(self.snapshot, self.room, self._seen())

    def _seen(self) -> UnitsInSight:
        """Where nobody chooses one here, what a teacher points at is in sight."""
        pointed = None if self.frame is None or self.has_focus else pointed_unit(self.frame)
        return self._sight if pointed is None else self._sight._replace(cursor=pointed)

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        positive, negative, dim, accent = theme.inks.positive, theme.inks.negative, theme.inks.axis, theme.inks.accent
        whole, broken = ("⠶⠶⠶⠶⠶", "⠶⠶ ⠶⠶") if theme.has_braille else ("═════", "══ ══")
        yield [(whole, positive)], "A weight above 0: a line without gaps."
        yield [(broken, negative)], "A weight below 0: a line with gaps."
        yield (
            [("⠄⠄ ⠤⠤ ⠶⠶ ⣶⣶" if theme.has_braille else " ".join(GLYPHS[:-1]), positive)],
            "The broader the line, the larger the weight: dotted below 0.25, then steps at 1 and 2; its colour grows "
            "stronger up to 4. Between two layers with many weights only the strongest 12 have a line, and all of the "
            "neuron under the cursor; the title counts them.",
        )
        yield [("+8.244", positive)], "On a line: the weight itself, where there is room."
        yield (
            [("▀▄", ink(theme.levels[-1], theme.levels[0]))],
            "In a neuron: what it answers over the inputs, from its lowest value to its highest; with one input a "
            "curve, of many inputs on the plane of the map.",
        )
        yield (
            [("x1  h1  y", dim)],
            "Inputs, hidden units, outputs by what they stand for.",
        )
        yield [("b = −0.381", dim)], "Its bias."
        yield [("┏━┓", accent)], "The neuron under the cursor; the lines that lead to it stand out."
        yield [("┌─┐", theme.inks.text)], "The neuron that the map shows."
        yield [("@══╗", accent)], "The neuron that the teacher of a class points at."
        yield [(ACTIVE, accent)], "The layer that the last phase of a step under way computed."
        yield [("… 24", dim)], "Neurons or layers for which there is no room."


def layout(snapshot: Snapshot, room: tuple[int, int], sight: UnitsInSight, widest: int | None = None) -> Diagram:
    """Where the neurons go; those that have numbers in place of pictures are not wider than so many cells."""
    inputs, outputs = (
        max(map(cell_len, unit_names(snapshot, layer)), default=1) for layer in (0, len(snapshot.layers))
    )
    return lay_out(snapshot.layer_sizes, room, sight, inputs, outputs, widest)


def moved(snapshot: Snapshot, sight: UnitsInSight, room: tuple[int, int], down: int, right: int) -> UnitsInSight:
    """The cursor further down its layer, or in another layer at the neuron that is nearest."""
    sizes = snapshot.layer_sizes
    diagram = layout(snapshot, room, sight)
    layer, index = diagram.sight.cursor
    if not right:
        return diagram.sight._replace(cursor=(layer, max(0, min(index + down, sizes[layer] - 1))))
    there = max(0, min(layer + right, len(sizes) - 1))
    node = diagram.node((layer, index))
    if there == layer or node is None:
        return diagram.sight
    # Where the other layer was out of sight, it comes into sight with its first neurons.
    brought = layout(snapshot, room, diagram.sight._replace(cursor=(there, diagram.sight.first(there))))
    return brought.sight._replace(cursor=brought.nearest(there, node.middle) or brought.sight.cursor)


def picture_view(diagram: Diagram, domain: Domain, cells: Cells = "half") -> NetworkView:
    """The pixels of the largest picture, fewer where the pictures are many."""
    nodes = diagram.nodes
    columns = max(node.columns for node in nodes) * (2 if domain == "line" else 1)
    rows = max(node.pixels for node in nodes)
    columns, rows = min(columns, _MOST_COLUMNS), 1 if domain == "line" else rows
    if domain == "plane":
        across, down = PIXELS[cells]
        columns, rows = columns * across, -(-rows * down // 2)
    while columns * rows * len(nodes) > _MOST_PIXELS and columns * rows > 1:
        columns, rows = -(-columns // 2), -(-rows // 2)
    return NetworkView(columns, rows, tuple(node.unit for node in nodes))
