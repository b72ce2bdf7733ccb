"""The weights: every layer's matrix as numbers, as many rows and columns as fit."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from rich.cells import cell_len
from textual.strip import Strip

from tuinet.observe.classroom import Pointer
from tuinet.observe.snapshot import Frame, LayerSnapshot, Snapshot
from tuinet.tui.bindings import LEAVE_BINDING, WEIGHTS, alias, listed
from tuinet.tui.draw.legends import number_style
from tuinet.tui.draw.text import (
    ACTIVE,
    Piece,
    active_layer,
    count,
    filled,
    first_fitting,
    ink,
    right_aligned,
    row,
    shorten,
    signed,
    source_names,
    unit_names,
    weight_name,
)
from tuinet.tui.keymap import Keymap
from tuinet.tui.messages import CommandGiven, Cursor, ValueWanted, nudged
from tuinet.tui.panels.base import CellPanel, Entry, Label
from tuinet.tui.pending import PendingValue
from tuinet.tui.pointing import pointed_weight, weight_pointer
from tuinet.tui.style.theme import Theme

NUMBER_WIDTH: Final = 7
"""A space and a number of six characters."""
_ELLIPSIS_WIDTH: Final = 2
_GAP: Final = 3
_HEADER_ROWS: Final = 2

Size = tuple[int, int, int]
"""Of a matrix: fan_in, fan_out, and the cells that the names of its rows take."""


@dataclass(frozen=True)
class Block:
    """One layer's matrix, with its biases as the last row, as much of it as is shown."""

    layer: int
    """From 0."""
    fan_in: int
    fan_out: int
    name_width: int
    rows: int
    """Rows of weights shown."""
    columns: int
    """Columns shown."""
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

    def in_sight(self, cursor: Cursor | None) -> tuple[range, range]:
        """The rows and columns that are shown: the first ones, or those around the cursor."""
        row = cursor.row if cursor is not None and cursor.row < self.fan_in else 0
        column = cursor.column if cursor is not None else 0
        first_row, first_column = max(0, row - self.rows + 1), max(0, column - self.columns + 1)
        return range(first_row, first_row + self.rows), range(first_column, first_column + self.columns)


@lru_cache(maxsize=64)
def fit(sizes: tuple[Size, ...], width: int, height: int) -> tuple[Block, ...]:
    """As much of every matrix as fits; the last layers are missing where not even one number of each does."""
    for layers in range(len(sizes), 0, -1):
        blocks = _fit_all(sizes[:layers], width, height)
        if blocks:
            return blocks
    return ()


def _fit_all(sizes: Sequence[Size], width: int, height: int) -> tuple[Block, ...]:
    def fits(rows: int, columns: int) -> bool:
        return _flow(sizes, rows, columns, width, height) is not None

    most = max(max(fan_in, fan_out) for fan_in, fan_out, _ in sizes)
    both = _largest(0, most, lambda cap: fits(cap, cap))
    if not both:
        return ()
    columns = _largest(both, most, lambda cap: fits(both, cap))
    rows = _largest(both, most, lambda cap: fits(cap, columns))
    return _flow(sizes, rows, columns, width, height) or ()


def _largest(least: int, most: int, fits: Callable[[int], bool]) -> int:
    """The largest number up to ``most`` that fits, found by halving; ``least`` is known to fit."""
    return least + bisect_left(range(least + 1, most + 1), True, key=lambda number: not fits(number))


def _flow(sizes: Sequence[Size], rows: int, columns: int, width: int, height: int) -> tuple[Block, ...] | None:
    """Blocks, of so many rows and columns at most, from left to right, then in a new band below.

    ``None`` where they do not fit.
    """
    blocks: list[Block] = []
    left = top = band = 0
    for layer, (fan_in, fan_out, name_width) in enumerate(sizes):
        # A row of dots is as high as the row it would hide.
        shown = fan_in if fan_in <= rows + 1 else rows
        block = Block(layer, fan_in, fan_out, name_width, shown, min(fan_out, columns))
        if left and left + block.width > width:
            left, top, band = 0, top + band + 1, 0
        if block.width > width or top + block.height > height:
            return None
        blocks.append(replace(block, left=left, top=top))
        left, band = left + block.width + _GAP, max(band, block.height)
    return tuple(blocks)


_READ: Final = ("a weight leads from its row to its column", "weights: from row to column")


class WeightsPanel(CellPanel, can_focus=True):
    """Weights and biases, laid out as the matrices they are; one of them can be chosen and changed."""

    HEADING = "weights and biases"
    MANUAL = "22-panels.md#weights-and-biases"
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
        return self._cursor.within(self.snapshot) if self.has_focus else None

    @property
    def under_cursor(self) -> Pointer | None:
        """See `CellPanel`."""
        return None if self.cursor is None else weight_pointer(self.cursor, self.snapshot)

    def action_move(self, down: int, right: int) -> None:
        """Choose another one."""
        if self.cursor is not None:
            self._cursor = self.cursor.moved(self.snapshot, down, right)
            self._pending_value = PendingValue()
            self.update_cells()

    def action_nudge(self, direction: int) -> None:
        """Make it a little larger or smaller."""
        if cursor := self.cursor:
            present = self._pending_value.now(cursor.value(self.snapshot))
            value = self._pending_value.ask(nudged(present, direction))
            self.post_message(CommandGiven(cursor.command(self.snapshot, value)))

    def action_type_value(self) -> None:
        """Ask for a value."""
        if cursor := self.cursor:
            question = cursor_name(self.snapshot, cursor)
            self.post_message(ValueWanted(question, cursor.value(self.snapshot), cursor))

    def legend(self, frame: Frame, theme: Theme) -> Label:
        """How many numbers there was no room for; or the chosen one with all its digits."""
        if cursor := self.cursor or pointed_weight(frame):
            name, value = cursor_name(frame.snapshot, cursor), cursor.value(frame.snapshot)
            return (f"{name} = ", theme.inks.axis), (f"{value:.6g}", theme.inks.accent)
        hidden, total = hidden_numbers(frame.snapshot, *self.room)
        return f"{count(hidden)} of {count(total)} not shown" if hidden else first_fitting(_READ, self.edge)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The matrices."""
        return weight_rows(frame.snapshot, theme, width, height, self.cursor or pointed_weight(frame))

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        dim, accent = theme.inks.axis, theme.inks.accent
        positive = [("+" * 2, ink(colour, theme.background)) for colour in theme.positive_levels]
        negative = [("-" * 2, ink(colour, theme.background)) for colour in theme.negative_levels]
        yield positive, "Positive numbers, the stronger the colour the larger: steps at 0.25, 1, 2 and 4."
        yield negative, "Negative numbers, in the same steps."
        yield (
            [("x1  h1  y", dim)],
            "Inputs, hidden units, outputs by what they stand for: a weight leads from its row to its column.",
        )
        yield [("b", dim)], "Biases: one a column."
        yield [(ACTIVE, accent)], "The layer that the last phase of a step under way computed."
        yield [("…", dim)], "Rows or columns for which there is no room."


def cursor_name(snapshot: Snapshot, cursor: Cursor) -> str:
    """As in ``layer 1, x1 → h2``."""
    return weight_name(snapshot, cursor.layer, cursor.row, cursor.column)


def weights_height(snapshot: Snapshot, width: int) -> int:
    """Rows that the matrices take in full in a room of this width; those too wide are cut on the right."""
    sizes = _sizes(snapshot)
    columns = max(1, (width - 1 - max(name for _, _, name in sizes) - _ELLIPSIS_WIDTH) // NUMBER_WIDTH)
    blocks = _flow(sizes, max(fan_in for fan_in, _, _ in sizes), columns, max(width - 1, 1), 10**9)
    return max((block.top + block.height for block in blocks or ()), default=_HEADER_ROWS + 2)


def hidden_numbers(snapshot: Snapshot, width: int, height: int) -> tuple[int, int]:
    """How many numbers are not shown in this room, and how many there are."""
    sizes = _sizes(snapshot)
    total = sum((fan_in + 1) * fan_out for fan_in, fan_out, _ in sizes)
    blocks = fit(sizes, max(width - 1, 0), max(height, 0))
    return total - sum((block.rows + 1) * block.columns for block in blocks), total


def weight_rows(snapshot: Snapshot, theme: Theme, width: int, height: int, cursor: Cursor | None = None) -> list[Strip]:
    """All matrices, side by side as far as there is room, then below one another; the cursor always in sight."""
    blocks = _blocks(snapshot, max(width - 1, 0), max(height, 0), cursor)
    lines: list[list[Piece]] = [[] for _ in range(max((block.top + block.height for block in blocks), default=0))]
    ends = [0] * len(lines)
    for block in blocks:
        own = cursor if cursor is not None and cursor.layer == block.layer else None
        for line, pieces in enumerate(_block_lines(snapshot, block, own, theme), start=block.top):
            lines[line] += [(" " * (1 + block.left - ends[line]), theme.inks.blank), *pieces]
            ends[line] = 1 + block.left + block.width
    return [row(pieces, width, theme.inks.blank) for pieces in lines]


def _blocks(snapshot: Snapshot, width: int, height: int, cursor: Cursor | None) -> tuple[Block, ...]:
    """Where the cursor's layer has no room behind the others, those before it are left out."""
    sizes = _sizes(snapshot)
    blocks = fit(sizes, width, height)
    if cursor is None or cursor.layer < len(blocks):
        return blocks
    later = fit(sizes[cursor.layer :], width, height)
    return tuple(replace(block, layer=block.layer + cursor.layer) for block in later)


def _sizes(snapshot: Snapshot) -> tuple[Size, ...]:
    names = (max(len(f"{n} "), *map(cell_len, source_names(snapshot, i))) for i, n in enumerate(snapshot.layer_sizes))
    shapes = (layer.weights.shape for layer in snapshot.layers)
    return tuple((fan_in, fan_out, width) for (fan_in, fan_out), width in zip(shapes, names, strict=False))


def _block_lines(snapshot: Snapshot, block: Block, cursor: Cursor | None, theme: Theme) -> list[list[Piece]]:
    """Exactly the block's size: title, names of the columns, weights, biases."""
    layer, names = snapshot.layers[block.layer], source_names(snapshot, block.layer)
    axis, headings = theme.inks.axis, unit_names(snapshot, block.layer + 1, NUMBER_WIDTH - 1)
    rows, columns = block.in_sight(cursor)
    heading = "".join(right_aligned(headings[index], NUMBER_WIDTH) for index in columns)
    numbers = [
        *((names[index], index, layer.weights[index]) for index in rows),
        (names[-1], block.fan_in, layer.biases),
    ]
    lines: list[list[Piece]] = [[(" " * block.name_width + heading, axis)]]
    for name, index, values in numbers:
        chosen = cursor.column if cursor is not None and cursor.row == index else None
        shown = _numbers(values.tolist(), columns, chosen, theme)
        lines.append([(filled(name, block.name_width), axis), *shown])
    if block.rows < block.fan_in:
        lines.insert(-1, [("…".ljust(block.name_width), axis)])
    dots = " …" if block.columns < block.fan_out else ""
    title = _block_title(layer, block, theme, is_active=active_layer(snapshot) == block.layer + 1)
    return [title, *([*line, (dots, axis)] for line in lines)]


def _block_title(layer: LayerSnapshot, block: Block, theme: Theme, *, is_active: bool) -> list[Piece]:
    short = f"{ACTIVE if is_active else ''}layer {block.layer + 1}"
    full = f"{short} {layer.activation}"
    text = full if len(full) <= block.width else short
    style = theme.inks.accent if is_active else theme.inks.title
    return [(shorten(text, block.width).ljust(block.width), style)]


def _numbers(values: Sequence[float], columns: range, chosen: int | None, theme: Theme) -> list[Piece]:
    pieces: list[Piece] = []
    for column in columns:
        text = signed(values[column])
        gap = " " * (NUMBER_WIDTH - len(text))
        if column == chosen:
            pieces += [(gap, theme.inks.blank), (text, theme.inks.chosen)]
        else:
            pieces.append((gap + text, number_style(values[column], theme)))
    return pieces
