"""The weights: every layer's matrix as numbers, as many rows and columns as fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from textual.strip import Strip

from tuinet.observe.snapshot import Frame, LayerSnapshot, Snapshot
from tuinet.tui.bindings import LEAVE_BINDING, WEIGHTS, alias, listed
from tuinet.tui.draw.legends import number_style
from tuinet.tui.draw.text import ACTIVE, Piece, active_layer, count, ink, row, shorten, signed, unit_names
from tuinet.tui.keymap import Keymap
from tuinet.tui.messages import CommandGiven, Cursor, ValueWanted, nudged
from tuinet.tui.panels.base import CellPanel, Entry
from tuinet.tui.pending import PendingValue
from tuinet.tui.style.theme import Theme

NUMBER_WIDTH: Final = 7
"""A space and a number of six characters."""
_ELLIPSIS_WIDTH: Final = 2
_GAP: Final = 3
_HEADER_ROWS: Final = 2

Shape = tuple[int, int]
"""fan_in and fan_out."""


@dataclass(frozen=True)
class Block:
    """One layer's matrix, with its biases as the last row, as much of it as is shown."""

    layer: int
    """From 0."""
    fan_in: int
    fan_out: int
    rows: int
    """Rows of weights shown."""
    columns: int
    """Columns shown."""
    name_width: int
    """Cells for the names of the rows."""
    left: int = 0
    top: int = 0

    @property
    def width(self) -> int:
        """Cells across."""
        return self.name_width + NUMBER_WIDTH * self.columns + (_ELLIPSIS_WIDTH if self.columns < self.fan_out else 0)

    @property
    def height(self) -> int:
        """Cells down: title, names, weights, biases."""
        return _HEADER_ROWS + self.rows + (1 if self.rows < self.fan_in else 0) + 1


@lru_cache(maxsize=64)
def fit(shapes: tuple[Shape, ...], name_widths: tuple[int, ...], width: int, height: int) -> tuple[Block, ...]:
    """As much of every matrix as fits; the last layers are missing where not even one number of each does."""
    for layers in range(len(shapes), 0, -1):
        blocks = _fit_all(shapes[:layers], name_widths[:layers], width, height)
        if blocks:
            return blocks
    return ()


def _fit_all(shapes: Sequence[Shape], name_widths: Sequence[int], width: int, height: int) -> tuple[Block, ...]:
    def fits(rows: int, columns: int) -> bool:
        return _flow(shapes, name_widths, (rows, columns), width, height) is not None

    most = max(max(shape) for shape in shapes)
    both = _largest(most, lambda cap: fits(cap, cap), 0)
    if not both:
        return ()
    columns = _largest(most, lambda cap: fits(both, cap), both)
    rows = _largest(most, lambda cap: fits(cap, columns), both)
    return _flow(shapes, name_widths, (rows, columns), width, height) or ()


def _largest(most: int, fits: Callable[[int], bool], least: int) -> int:
    """The largest number up to ``most`` that fits, found by halving; ``least`` is known to fit."""
    low, high = least, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def _flow(
    shapes: Sequence[Shape], name_widths: Sequence[int], caps: Shape, width: int, height: int
) -> tuple[Block, ...] | None:
    """Blocks from left to right, then in a new band below; ``None`` where they do not fit."""
    blocks: list[Block] = []
    left = top = band = 0
    for layer, (shape, name_width) in enumerate(zip(shapes, name_widths, strict=True)):
        block = _block(layer, shape, caps, name_width)
        if left and left + block.width > width:
            left, top, band = 0, top + band + 1, 0
        if block.width > width or top + block.height > height:
            return None
        blocks.append(replace(block, left=left, top=top))
        left, band = left + block.width + _GAP, max(band, block.height)
    return tuple(blocks)


def _block(layer: int, shape: Shape, caps: Shape, name_width: int) -> Block:
    fan_in, fan_out = shape
    rows = fan_in if fan_in <= caps[0] + 1 else caps[0]  # a row of dots is as high as the row it would hide
    return Block(layer, fan_in, fan_out, rows, min(fan_out, caps[1]), name_width)


class WeightsPanel(CellPanel, can_focus=True):
    """Weights and biases, laid out as the matrices they are; one of them can be chosen and changed."""

    HEADING = "weights and biases"
    KEYS = (
        listed("left", "move(0, -1)", "choose", "Choose the one left of it: weight or bias", WEIGHTS, "◂"),
        listed("right", "move(0, 1)", "choose", "Choose the one right of it: weight or bias", WEIGHTS, "▸"),
        listed("up", "move(-1, 0)", "choose", "Choose the one above it: weight or bias", WEIGHTS, "▴"),
        listed("down", "move(1, 0)", "choose", "Choose the one below it: weight or bias", WEIGHTS, "▾"),
        listed(
            "left_square_bracket", "nudge(-1)", "nudge", "Nudge down: by 5% of its size, at least 0.05", WEIGHTS, "["
        ),
        listed("right_square_bracket", "nudge(1)", "nudge", "Nudge up: by 5% of its size, at least 0.05", WEIGHTS, "]"),
        listed("enter", "type_value", "type", "Type a value: in its place", WEIGHTS),
        listed("u", "screen.undo", "undo", "Undo: take the last change back", WEIGHTS),
        LEAVE_BINDING,
        alias("w", "screen.unzoom"),
    )

    def __init__(self, *, id: str | None = None, number: str = "") -> None:
        super().__init__(id=id, number=number)
        self._cursor = Cursor()
        self._pending_value: PendingValue[float] = PendingValue()

    @property
    def cursor(self) -> Cursor | None:
        """The weight or bias that is chosen, while one is."""
        return self._cursor.within(self.frame.snapshot) if self.has_focus and self.frame is not None else None

    def action_move(self, down: int, right: int) -> None:
        """Choose another one."""
        if self.frame is not None and self.cursor is not None:
            self._cursor = self.cursor.moved(self.frame.snapshot, down, right)
            self._pending_value = PendingValue()
            self.update_cells()

    def action_nudge(self, direction: int) -> None:
        """Make it a little larger or smaller."""
        cursor = self.cursor
        if self.frame is not None and cursor is not None:
            snapshot = self.frame.snapshot
            value = self._pending_value.ask(nudged(self._pending_value.now(cursor.value(snapshot)), direction))
            self.post_message(CommandGiven(cursor.command(snapshot, value)))

    def action_type_value(self) -> None:
        """Ask for a value."""
        cursor = self.cursor
        if self.frame is not None and cursor is not None:
            snapshot = self.frame.snapshot
            self.post_message(ValueWanted(cursor_name(snapshot, cursor), cursor.value(snapshot), cursor))

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """How many numbers there was no room for; or the chosen one with all its digits."""
        axis = ink(theme.axis, theme.background)
        if self.cursor is not None:
            name, value = cursor_name(frame.snapshot, self.cursor), self.cursor.value(frame.snapshot)
            return (f"{name} = ", axis), (f"{value:.6g}", ink(theme.accent, theme.background))
        hidden, total = hidden_numbers(frame.snapshot, self.size.width - 2, self.size.height - 2)
        return ((f"{count(hidden)} of {count(total)} not shown", axis),) if hidden else ()

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The matrices."""
        return weight_rows(frame.snapshot, theme, width, height, self.cursor)

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        dim, accent = ink(theme.axis, theme.background), ink(theme.accent, theme.background)
        positive = [("+" * 2, ink(colour, theme.background)) for colour in theme.positive_levels]
        negative = [("-" * 2, ink(colour, theme.background)) for colour in theme.negative_levels]
        yield positive, "Positive numbers, the stronger the colour the larger: steps at 0.25, 1, 2 and 4."
        yield negative, "Negative numbers, in the same steps."
        yield [("x1  h1  y", dim)], "Inputs, hidden units, outputs: a weight leads from its row to its column."
        yield [("b", dim)], "Biases: one a column."
        yield [(ACTIVE, accent)], "The layer that the last phase of a step under way computed."
        yield [("…", dim)], "Rows or columns for which there is no room."


def cursor_name(snapshot: Snapshot, cursor: Cursor) -> str:
    """As in ``layer 1, x1 → h2``."""
    sources = [*unit_names(snapshot, cursor.layer), "b"]
    return f"layer {cursor.layer + 1}, {sources[cursor.row]} → {unit_names(snapshot, cursor.layer + 1)[cursor.column]}"


def weights_height(snapshot: Snapshot, width: int) -> int:
    """Rows that the matrices take in full in a room of this width; those too wide are cut on the right."""
    shapes, name_widths = _shapes(snapshot), _name_widths(snapshot)
    columns = max(1, (width - 1 - max(name_widths) - _ELLIPSIS_WIDTH) // NUMBER_WIDTH)
    blocks = _flow(shapes, name_widths, (max(fan_in for fan_in, _ in shapes), columns), max(width - 1, 1), 10**9)
    return max((block.top + block.height for block in blocks or ()), default=_HEADER_ROWS + 2)


def hidden_numbers(snapshot: Snapshot, width: int, height: int) -> tuple[int, int]:
    """How many numbers are not shown in this room, and how many there are."""
    blocks = fit(_shapes(snapshot), _name_widths(snapshot), max(width - 1, 0), max(height, 0))
    total = sum((fan_in + 1) * fan_out for fan_in, fan_out in _shapes(snapshot))
    return total - sum((block.rows + 1) * block.columns for block in blocks), total


def weight_rows(snapshot: Snapshot, theme: Theme, width: int, height: int, cursor: Cursor | None = None) -> list[Strip]:
    """All matrices, side by side as far as there is room, then below one another; the cursor always in sight."""
    blocks = _blocks(snapshot, max(width - 1, 0), max(height, 0), cursor)
    blank = ink(None, theme.background)
    lines: list[list[Piece]] = [[] for _ in range(max((block.top + block.height for block in blocks), default=0))]
    ends = [0] * len(lines)
    for block in blocks:
        window = _Window(block, cursor if cursor is not None and cursor.layer == block.layer else None)
        for offset, pieces in enumerate(_block_lines(snapshot, window, theme)):
            line = block.top + offset
            lines[line] += [(" " * (1 + block.left - ends[line]), blank), *pieces]
            ends[line] = 1 + block.left + block.width
    return [row(pieces, width, blank) for pieces in lines]


def _blocks(snapshot: Snapshot, width: int, height: int, cursor: Cursor | None) -> tuple[Block, ...]:
    """Where the cursor's layer has no room behind the others, those before it are left out."""
    shapes, names = _shapes(snapshot), _name_widths(snapshot)
    blocks = fit(shapes, names, width, height)
    if cursor is None or cursor.layer < len(blocks):
        return blocks
    later = fit(shapes[cursor.layer :], names[cursor.layer :], width, height)
    return tuple(replace(block, layer=block.layer + cursor.layer) for block in later)


class _Window:
    """The rows and columns of a block that are in sight: the first ones, or those around the cursor."""

    def __init__(self, block: Block, cursor: Cursor | None) -> None:
        self.block, self.cursor = block, cursor
        row = cursor.row if cursor is not None and cursor.row < block.fan_in else 0
        column = cursor.column if cursor is not None else 0
        first_row, first_column = max(0, row - block.rows + 1), max(0, column - block.columns + 1)
        self.rows = range(first_row, first_row + block.rows)
        self.columns = range(first_column, first_column + block.columns)

    def is_chosen(self, row: int, column: int) -> bool:
        """Whether the cursor is here; the biases are the row behind the weights."""
        return self.cursor is not None and (self.cursor.row, self.cursor.column) == (row, column)


def _shapes(snapshot: Snapshot) -> tuple[Shape, ...]:
    return tuple((layer.weights.shape[0], layer.weights.shape[1]) for layer in snapshot.layers)


def _name_widths(snapshot: Snapshot) -> tuple[int, ...]:
    return tuple(
        max(len(str(snapshot.layer_sizes[layer])) + 1, *map(len, unit_names(snapshot, layer)))
        for layer in range(len(snapshot.layers))
    )


def _block_lines(snapshot: Snapshot, window: _Window, theme: Theme) -> list[list[Piece]]:
    """Exactly the block's size: title, names of the columns, weights, biases."""
    block = window.block
    layer, names = snapshot.layers[block.layer], unit_names(snapshot, block.layer)
    axis, columns = ink(theme.axis, theme.background), unit_names(snapshot, block.layer + 1)
    heading = "".join(f"{columns[index]:>{NUMBER_WIDTH}}" for index in window.columns)
    return [
        _block_title(layer, block, theme, is_active=active_layer(snapshot) == block.layer + 1),
        _padded([(" " * block.name_width + heading, axis)], block, theme),
        *(_numbers(names[index], index, layer.weights[index].tolist(), window, theme) for index in window.rows),
        *([_padded([("…".ljust(block.name_width), axis)], block, theme)] if block.rows < block.fan_in else []),
        _numbers("b", block.fan_in, layer.biases.tolist(), window, theme),
    ]


def _block_title(layer: LayerSnapshot, block: Block, theme: Theme, *, is_active: bool) -> list[Piece]:
    short = f"{ACTIVE if is_active else ''}layer {block.layer + 1}"
    full = f"{short} {layer.activation}"
    text = full if len(full) <= block.width else short
    style = ink(theme.accent if is_active else theme.title, theme.background)
    return [(shorten(text, block.width).ljust(block.width), style)]


def _numbers(name: str, index: int, values: Sequence[float], window: _Window, theme: Theme) -> list[Piece]:
    pieces: list[Piece] = [(name.ljust(window.block.name_width), ink(theme.axis, theme.background))]
    for column in window.columns:
        text, value = signed(values[column]), values[column]
        chosen = window.is_chosen(index, column)
        style = ink(theme.background, theme.accent, bold=True) if chosen else number_style(value, theme)
        gap = " " * (NUMBER_WIDTH - len(text))
        pieces += [(gap, ink(None, theme.background)), (text, style)] if chosen else [(gap + text, style)]
    return _padded(pieces, window.block, theme)


def _padded(pieces: list[Piece], block: Block, theme: Theme) -> list[Piece]:
    dots = " …" if block.columns < block.fan_out else ""
    return [*pieces, (dots, ink(theme.axis, theme.background))]
