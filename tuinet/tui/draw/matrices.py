"""Where the matrices of weights and biases stand in a room: as many rows and columns as fit, as numbers or as signs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from rich.cells import cell_len

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.text import (
    NAME_LIMIT,
    source_names,
    unit_names,
)
from tuinet.tui.messages import Cursor

NUMBER_WIDTH: Final = 7
"""A space and a number of six characters."""
SIGN_WIDTH: Final = 3
"""A space and a sign in a cell of its colour and the next."""
LONG_NAME: Final = 20
"""Cells of a name at most, where all numbers have room."""
_MOST_HIDDEN: Final = 0.25
"""Share of the numbers that may be out of sight before signs stand for them."""
ELLIPSIS_WIDTH: Final = 2
_GAP: Final = 3
_HEADER_ROWS: Final = 2

Size = tuple[int, int, int, int]
"""Of a matrix: fan_in, fan_out, and the cells that the names of its rows and each of its columns take."""


class Block(NamedTuple):
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
    number: int = NUMBER_WIDTH
    """Cells of a column."""
    left: int = 0
    top: int = 0
    first: int | None = None
    """Its first column, where the columns of the layer stand in several blocks."""

    @property
    def is_cut(self) -> bool:
        """Whether columns are left out."""
        return self.first is None and self.columns < self.fan_out

    @property
    def width(self) -> int:
        """Cells across."""
        return self.name_width + self.number * self.columns + (ELLIPSIS_WIDTH if self.is_cut else 0)

    @property
    def height(self) -> int:
        """Cells down: title, names, weights, biases."""
        return _HEADER_ROWS + self.rows + (1 if self.rows < self.fan_in else 0) + 1

    def in_sight(self, cursor: Cursor | None) -> tuple[range, range]:
        """The rows and columns that are shown: the first ones, or those around the cursor."""
        row = cursor.row if cursor is not None and cursor.row < self.fan_in else 0
        column = cursor.column if cursor is not None else 0
        first_row, first_column = max(0, row - self.rows + 1), max(0, column - self.columns + 1)
        first_column = first_column if self.first is None else self.first
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

    most = max(max(fan_in, fan_out) for fan_in, fan_out, *_ in sizes)
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
    blocks = []
    for layer, (fan_in, fan_out, name_width, number) in enumerate(sizes):
        # A row of dots is as high as the row it would hide.
        shown = fan_in if fan_in <= rows + 1 else rows
        blocks.append(Block(layer, fan_in, fan_out, name_width, shown, min(fan_out, columns), number))
    return _in_bands(blocks, width, height)


def _whole(sizes: Sequence[Size], width: int, height: int) -> tuple[Block, ...] | None:
    """All numbers; columns of a layer that have no room beside the others go on in a block of their own."""
    blocks: list[Block] = []
    for layer, (fan_in, fan_out, name_width, number) in enumerate(sizes):
        most = max((width - name_width) // number, 1)
        for first in range(0, fan_out, most):
            part = first if most < fan_out else None
            columns = min(most, fan_out - first)
            blocks.append(Block(layer, fan_in, fan_out, name_width, fan_in, columns, number, first=part))
    return _in_bands(blocks, width, height)


def _in_bands(blocks: Sequence[Block], width: int, height: int) -> tuple[Block, ...] | None:
    """The same blocks, placed."""
    placed: list[Block] = []
    left = top = band = 0
    for block in blocks:
        if left and left + block.width > width:
            left, top, band = 0, top + band + 1, 0
        if block.width > width or top + block.height > height:
            return None
        placed.append(block._replace(left=left, top=top))
        left, band = left + block.width + _GAP, max(band, block.height)
    return tuple(placed)


def _with_long_names(blocks: Sequence[Block], snapshot: Snapshot, width: int) -> tuple[Block, ...]:
    """Wider columns, for longer names, in those at the end of a band that show all columns, as far as there is room."""
    ends = {block.top: block for block in blocks}
    return tuple(
        _widened(block, snapshot, width) if block is ends[block.top] and not block.is_cut else block for block in blocks
    )


def _widened(block: Block, snapshot: Snapshot, width: int) -> Block:
    room = (width - block.left - block.name_width) // block.columns - 1
    names = unit_names(snapshot, block.layer + 1, min(room, LONG_NAME))
    return block._replace(number=max(block.number, 1 + max(map(cell_len, names), default=0)))


class Matrices(NamedTuple):
    """The matrices in a room, and how much of them is in sight."""

    blocks: tuple[Block, ...]
    total: int
    """Weights and biases of the network."""

    @property
    def shown(self) -> int:
        """Weights and biases in sight."""
        return sum((block.rows + 1) * block.columns for block in self.blocks)

    @property
    def has_signs(self) -> bool:
        """Whether signs stand for the numbers."""
        return any(block.number == SIGN_WIDTH for block in self.blocks)

    @property
    def height(self) -> int:
        """Rows that they take."""
        return max((block.top + block.height for block in self.blocks), default=0)

    def room_beside(self, block: Block, width: int) -> int:
        """Cells from a block's left end to the next block, or to the end of the row."""
        after = [other.left for other in self.blocks if other.top == block.top and other.left > block.left]
        return min(after, default=width) - block.left - 1


def place_matrices(snapshot: Snapshot, width: int, height: int, cursor: Cursor | None = None) -> Matrices:
    """As numbers with long names, with short ones, or without a cursor as signs where many numbers have no room.

    Where the cursor's layer has no room behind the others, those before it are left out.
    """
    sizes, room = _sizes(snapshot), (max(width - 1, 0), max(height, 0))
    total = sum((fan_in + 1) * fan_out for fan_in, fan_out, *_ in sizes)
    if blocks := _whole(_sizes(snapshot, LONG_NAME), *room) or _whole(sizes, *room):
        return Matrices(blocks, total)
    numbers = Matrices(_with_long_names(fit(sizes, *room), snapshot, room[0]), total)
    if cursor is None and total - numbers.shown > _MOST_HIDDEN * total:
        narrow = tuple((fan_in, fan_out, name, SIGN_WIDTH) for fan_in, fan_out, name, _ in sizes)
        signs = Matrices(fit(narrow, *room), total)
        return signs if signs.shown > numbers.shown else numbers
    if cursor is None or cursor.layer < len(numbers.blocks):
        return numbers
    later = fit(sizes[cursor.layer :], *room)
    return Matrices(tuple(block._replace(layer=block.layer + cursor.layer) for block in later), total)


def weights_height(snapshot: Snapshot, width: int) -> int:
    """Rows that the matrices take in full in a room of this width; those too wide are cut on the right."""
    sizes = _sizes(snapshot)
    columns = max(1, (width - 1 - max(name for _, _, name, _ in sizes) - ELLIPSIS_WIDTH) // NUMBER_WIDTH)
    rows = max(fan_in for fan_in, *_ in sizes)
    blocks = _flow(sizes, rows, columns, max(width - 1, 1), 10**9)
    return max((block.top + block.height for block in blocks or ()), default=_HEADER_ROWS + 2)


def _sizes(snapshot: Snapshot, limit: int = NAME_LIMIT) -> tuple[Size, ...]:
    """With names of so many cells at most; the columns are as wide as their names need only where these are long."""
    sizes: list[Size] = []
    for index, layer in enumerate(snapshot.layers):
        fan_in, fan_out = layer.weights.shape
        rows = max(len(f"{fan_in} "), *map(cell_len, source_names(snapshot, index, limit)))
        names = unit_names(snapshot, index + 1, limit) if limit > NAME_LIMIT else ()
        sizes.append((fan_in, fan_out, rows, max(NUMBER_WIDTH, 1 + max(map(cell_len, names), default=0))))
    return tuple(sizes)
