"""Matrices of all layers in one panel: which rows and columns fit, and where each matrix goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

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

    @property
    def hidden(self) -> int:
        """Numbers that are not shown."""
        return (self.fan_in + 1) * self.fan_out - (self.rows + 1) * self.columns


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


def wanted_height(shapes: tuple[Shape, ...], name_widths: tuple[int, ...], width: int) -> int:
    """Rows that all matrices take in full at this width; those too wide are cut on the right."""
    columns = max(1, (width - max(name_widths) - _ELLIPSIS_WIDTH) // NUMBER_WIDTH)
    blocks = _flow(shapes, name_widths, (max(fan_in for fan_in, _ in shapes), columns), width, 10**9)
    return max((block.top + block.height for block in blocks or ()), default=_HEADER_ROWS + 2)


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
