"""Where the neurons of a network are placed in a diagram of cells, and which are in sight: pure arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from tuinet.observe.view import Unit

_MARGIN: Final = 1
"""Cells beside the first and the last column, for the frame of the cursor."""
_LEAST_WIDTH: Final = 5
_LEAST_WRITTEN: Final = 9
"""The same where neurons have numbers."""
_LEAST_GAP: Final = 3
_CROWDED: Final = 6
"""Columns up to this width may stand close together."""
_GAP_SHARE: Final = 0.8
"""The least gap between two wider columns, as a share of their width."""
_WIDEST_GAP: Final = 4
"""A gap is at most so many times as wide as a column."""
_LEAST_HEADED: Final = 4
_ROOMY: Final = 7
"""Rows for each neuron of the largest layer from which on there is a second row of headings."""
_FRAMED: Final = 5
_NAMED: Final = 3
_LEAST_PITCH: Final = 2
"""Rows that a neuron takes, with its name beside its picture, where not all of a layer are in sight."""
_FLAT_PIXELS: Final = 3
"""Rows of pixels of such a picture."""
_WIDEST_FLAT: Final = 8
_NUMBERED_GAP: Final = 10
"""Cells between two layers from which on there is room for numbers on the lines."""
_MOST_NUMBERED: Final = 6
"""So many weights between two layers at most have numbers on their lines."""
_LEAST_NUMBERED: Final = 6
"""Cells across a picture that makes room for numbers."""
_LEAST_FLAT: Final = 3
"""Cells across a picture with its name beside it."""
_ROOMY_FLAT: Final = 6
"""Cells across both from which on there is a space between them."""
_CLOSE_SHARE: Final = 12
"""Where pictures are close, a column has no more than one part of so many of the room across."""
_LOOSE: Final = 1.5
"""Rows to each neuron from which on those in rows of their own are spread over all rows that there are."""
_MOST_PIXELS: Final = 40
"""Rows and columns of pixels of a picture at most."""

Size = tuple[int, int]
"""Columns and rows of cells."""


class UnitsInSight(NamedTuple):
    """Where one looks: a neuron, which is always in sight, and how far each layer is scrolled."""

    cursor: Unit = (1, 0)
    """Its layer, 0 for the inputs, and its place in the layer, from 0."""
    firsts: tuple[int, ...] = ()
    """The first neuron in sight of each layer; where there is none, it is the first of all."""

    def within(self, sizes: Sequence[int]) -> UnitsInSight:
        """Move the cursor to the nearest neuron that a network with layers of these sizes has."""
        layer = min(self.cursor[0], len(sizes) - 1)
        return self._replace(cursor=(layer, min(self.cursor[1], sizes[layer] - 1)))

    def first(self, layer: int) -> int:
        """The first neuron of a layer in sight."""
        return self.firsts[layer] if layer < len(self.firsts) else 0


class Node(NamedTuple):
    """A neuron in sight: its picture and the room around it, in cells."""

    unit: Unit
    left: int
    top: int
    columns: int
    pixels: int
    """Rows of pixels of its picture, two in a cell; an odd number leaves half a cell below it free."""
    name_left: int
    name_top: int
    name_room: int
    """Cells for its name; 0 where there is none."""
    is_named_above: bool
    """Whether the name stands above the picture, with room for a frame to its sides; else it stands left of it."""
    has_bias: bool
    """Whether there is a row for the bias below."""

    @property
    def rows(self) -> int:
        """Rows of cells of the picture."""
        return -(-self.pixels // 2)

    @property
    def right(self) -> int:
        """The column behind the picture."""
        return self.left + self.columns

    @property
    def middle(self) -> int:
        """The row of cells in which edges arrive and leave."""
        return self.top + (self.rows - 1) // 2

    @property
    def entry(self) -> int:
        """The column before which edges arrive."""
        return self.left if self.is_named_above else self.name_left

    def holds(self, x: int, y: int) -> bool:
        """Whether a cell belongs to it."""
        return self.entry <= x < self.right and self.name_top <= y < self.top + self.rows


class NeuronColumn(NamedTuple):
    """A layer in sight."""

    layer: int
    left: int
    width: int
    nodes: tuple[Node, ...]
    above: int
    """Neurons that are out of sight above the first."""
    below: int
    """And below the last."""

    @property
    def start(self) -> int:
        """Where its neurons begin."""
        return self.nodes[0].entry if self.nodes else self.left


class Diagram(NamedTuple):
    """Everything in sight."""

    columns: tuple[NeuronColumn, ...]
    headings: int
    """Rows above the neurons, for the names of the layers."""
    sight: UnitsInSight
    """Where one looks, scrolled so that the cursor is in sight."""

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All neurons in sight, layer by layer."""
        return tuple(node for column in self.columns for node in column.nodes)

    def at(self, x: int, y: int) -> Unit | None:
        """The neuron in a cell."""
        return next((node.unit for node in self.nodes if node.holds(x, y)), None)

    def nearest(self, layer: int, row: int) -> Unit | None:
        """The neuron of a layer in sight that is nearest to a row."""
        nodes = [node for node in self.nodes if node.unit[0] == layer]
        return min(nodes, key=lambda node: abs(node.middle - row)).unit if nodes else None

    def node(self, unit: Unit) -> Node | None:
        """A neuron, if it is in sight."""
        return next((node for node in self.nodes if node.unit == unit), None)


@lru_cache(maxsize=64)
def lay_out(
    sizes: tuple[int, ...],
    room: Size,
    sight: UnitsInSight,
    input_name: int = 2,
    output_name: int = 2,
    widest: int | None = None,
) -> Diagram:
    """As many layers as fit side by side, and of each as many neurons as fit below one another.

    The inputs, the output and the layers around the cursor have precedence; so has the neuron under the cursor.
    A neuron has a picture with its name above and its bias below where there is room for it, else one with the name
    above, else a flat one with the name to its left.

    Parameters
    ----------
    sizes
        Of all layers, inputs first.
    input_name
        Cells that the longest name of an input takes.
    output_name
        And of an output.
    widest
        Cells across a neuron that has numbers, at most; ``None`` where they have pictures.
    """
    width, height = room
    sight = sight.within(sizes)
    headings = 2 if (height - 2) // max(sizes) >= _ROOMY else int(height >= _LEAST_HEADED)
    rows = height - headings
    if width < _LEAST_WIDTH + 2 * _MARGIN or rows < 1:
        return Diagram((), 0, sight)
    names = {0: input_name, len(sizes) - 1: output_name}
    least = _LEAST_WIDTH if widest is None else _LEAST_WRITTEN
    layers = _layers_in_sight(len(sizes), max((width - 2 * _MARGIN + _LEAST_GAP) // (least + _LEAST_GAP), 1), sight)
    stacks = [_Stack(layer, sizes, rows, sight, names.get(layer)) for layer in layers]
    is_numbered = max((one * other for one, other in pairwise(sizes)), default=0) <= _MOST_NUMBERED
    room_across = width - 2 * _MARGIN
    across, gap = _spread(room_across, len(layers), _widest(stacks, widest, room_across), is_numbered)
    left = (width - across * len(layers) - gap * (len(layers) - 1)) // 2
    columns = tuple(stack.column(left + index * (across + gap), across, headings) for index, stack in enumerate(stacks))
    firsts = {stack.layer: stack.first for stack in stacks}
    scrolled = tuple(firsts.get(layer, sight.first(layer)) for layer in range(len(sizes)))
    return Diagram(columns, headings, sight._replace(firsts=scrolled))


def _layers_in_sight(count: int, room: int, sight: UnitsInSight) -> list[int]:
    """The layers in sight, as far as there is room: first those of cursor, output and inputs."""
    cursor = sight.cursor[0]
    around = sorted(range(count), key=lambda layer: (abs(layer - cursor), layer))
    return sorted(list(dict.fromkeys([cursor, count - 1, 0, *around]))[: max(room, 1)])


def _widest(stacks: Sequence[_Stack], most: int | None, room: int) -> int:
    """Cells across that a column can make use of; where pictures are close, the lines between them need the rest."""
    widest = max(stack.widest for stack in stacks)
    if most is not None:
        return min(widest, most)
    if any(stack.is_close for stack in stacks):
        return min(widest, max(room // _CLOSE_SHARE, *(stack.least for stack in stacks)))
    return widest


def _spread(room: int, count: int, widest: int, is_numbered: bool) -> tuple[int, int]:
    """The width of a column, and of the gap between two; numbers on lines have precedence over large pictures."""
    if count == 1:
        return max(min(widest, room), min(_LEAST_WIDTH, room)), 0
    width, gap = _spread_evenly(room, count, widest)
    if is_numbered and gap < _NUMBERED_GAP:
        narrow = min(width, (room - _NUMBERED_GAP * (count - 1)) // count)
        if narrow >= _LEAST_NUMBERED:
            return narrow, (room - narrow * count) // (count - 1)
    return width, gap


def _spread_evenly(room: int, count: int, widest: int) -> tuple[int, int]:
    for width in range(min(widest, room), _LEAST_WIDTH - 1, -1):
        gap = min((room - width * count) // (count - 1), _WIDEST_GAP * width)
        if gap >= (_LEAST_GAP if width <= _CROWDED else _GAP_SHARE * width):
            return width, gap
    return min(_LEAST_WIDTH, room), _LEAST_GAP


class _Stack:
    """The neurons of a layer that are in sight, before it is known where their column goes.

    Attributes
    ----------
    first
        The first of them in the layer.
    widest
        Cells across that their pictures can make use of.
    least
        Cells across that they need.
    is_close
        Whether each has a single row, so that there are many lines in few rows.
    """

    def __init__(self, layer: int, sizes: Sequence[int], rows: int, sight: UnitsInSight, name: int | None) -> None:
        self.layer, self._size, self._rows = layer, sizes[layer], rows
        least = 1 if self._size <= rows else min(_LEAST_PITCH, rows)
        self._pitch = max(least, rows // self._size)  # rows from one neuron to the next
        self._count, self.first = self._size, 0
        if self._size * self._pitch > rows:
            dotted = rows - 2 if rows >= self._pitch + 2 else rows
            self._count = max(dotted // self._pitch, 1)
            self.first = self._scrolled(sight)
        self._name = 1 + len(str(self.first + self._count)) if name is None else name
        # Rows of a neuron besides its picture.
        self._extra = 2 if self._pitch >= _FRAMED else 1 if self._pitch >= _NAMED else 0
        framed = min(2 * (self._pitch - self._extra), _MOST_PIXELS)
        self.widest = framed if self._extra else self._name + 1 + _WIDEST_FLAT
        self.least = _LEAST_WIDTH if self._extra else self._name + _LEAST_FLAT
        self.is_close = self._pitch == 1 < rows
        self._is_loose = self.is_close and self._rows >= _LOOSE * self._count
        # Above the lines a cell of the gap is free for a name, but not the one before the frame.
        self._overhang = int(layer < len(sizes) - 1)

    def _scrolled(self, sight: UnitsInSight) -> int:
        """The first neuron in sight, moved no further than the cursor needs."""
        first, (layer, cursor) = sight.first(self.layer), sight.cursor
        if layer == self.layer:
            first = min(max(first, cursor - self._count + 1), cursor)
        return max(0, min(first, self._size - self._count))

    def column(self, left: int, width: int, start: int) -> NeuronColumn:
        """A layer's column of neurons, placed."""
        room = self._pitch - self._extra
        picture = min(width, 3 * room) if self._extra else width
        rows = min(-(-picture // 2), room) if self._extra else self._pitch
        block = rows + self._extra
        pitch = min(self._pitch, block + max(1, block // 2)) if self._extra else self._pitch
        top = start + max((self._rows - (self._count - 1) * pitch - block) // 2, 0)
        tops: Sequence[int] = range(top, top + self._count * pitch, pitch)
        if self._is_loose:
            tops = [start + (2 * index + 1) * self._rows // (2 * self._count) for index in range(self._count)]
        nodes = (self._node(index, (left, width), top, (picture, rows)) for index, top in enumerate(tops))
        return NeuronColumn(self.layer, left, width, tuple(nodes), self.first, self._size - self.first - self._count)

    def _node(self, index: int, across: tuple[int, int], top: int, picture: Size) -> Node:
        (left, width), (columns, rows), unit = across, picture, (self.layer, self.first + index)
        if self._extra:
            inner = left + (width - columns) // 2
            room = left + width - inner + self._overhang
            return Node(unit, inner, top + 1, columns, 2 * rows, inner, top, room, True, self._extra == 2)
        name = self._name if width - self._name >= _LEAST_FLAT else max(width - _LEAST_WIDTH, 0)
        gap = 1 if name and width - name > _ROOMY_FLAT else 0
        pixels = _FLAT_PIXELS if rows > 1 else 2
        return Node(unit, left + name + gap, top, width - name - gap, pixels, left, top, name, False, False)
