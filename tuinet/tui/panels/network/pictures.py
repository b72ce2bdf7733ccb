"""The picture of a neuron, a map over the plane or a curve along a line, on a canvas of cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.draw.blocks import colour_field
from tuinet.tui.draw.braille import ACROSS, DOWN, Dots, Pen
from tuinet.tui.draw.cells import Array, Levels, has_halves, joined, quantize, resample
from tuinet.tui.draw.legends import level_piece
from tuinet.tui.draw.pixels import PictureCanvas, PixelPicture
from tuinet.tui.draw.scales import response_range
from tuinet.tui.draw.short_names import graphemes
from tuinet.tui.draw.text import Piece, ink
from tuinet.tui.panels.network.placing import Node
from tuinet.tui.style.colour import Ramp, dithers_of
from tuinet.tui.style.theme import CLASS_LEVELS, Theme


class UnitShade(NamedTuple):
    """From an activation to a colour, and to a height."""

    colours: Ramp
    low: float
    """The activation drawn in the first colour."""
    high: float
    """The activation drawn in the last colour."""

    def share(self, values: Array) -> Array:
        """0 at the low end and below it, 1 at the high end and above."""
        share: Array = np.clip((values - self.low) / ((self.high - self.low) or 1.0), 0, 1)
        return share

    def levels(self, values: Array) -> Levels:
        """Indices into the colours."""
        return quantize(self.share(values), len(self.colours))


def unit_shade(snapshot: Snapshot, theme: Theme, unit: Unit, values: Array) -> UnitShade:
    """The shade of a neuron whose activations are these.

    What is bounded goes from its lower to its upper bound; a predicted number from its lowest target to the highest;
    everything else from the least to the largest of what the neuron answers.
    """
    (layer, index), dataset = unit, snapshot.dataset
    activation = snapshot.layers[layer - 1].activation if layer else ""
    if layer < len(snapshot.layers):
        return UnitShade(theme.levels, *response_range(values, activation))
    if dataset.task == "regression":
        targets = dataset.y[:, index]
        least, most = (float(targets.min()), float(targets.max())) if targets.size else (0.0, 0.0)
        return UnitShade(theme.levels, *((least, most) if least < most else (least - 0.5, most + 0.5)))
    low = -1.0 if snapshot.is_signed else 0.0
    if dataset.task in ("binary", "labels"):
        return UnitShade(theme.levels, low, 1.0)
    # As on the map of all classes: neutral where it is no more than chance.
    outputs = snapshot.layers[-1].biases.size
    colours = theme.class_levels(outputs).part(index * CLASS_LEVELS, (index + 1) * CLASS_LEVELS)
    if snapshot.has_margins:
        return UnitShade(colours, *response_range(values, activation))
    return UnitShade(colours, 1 / outputs if activation == "softmax" else low, 1.0)


_COVERED: Final = ""
"""The content of the second cell of a wide character."""
_BLANK: Final = (" ", Style())


class DiagramCanvas:
    """A rectangle of cells on a background of one colour; what does not lie on it is cut off."""

    def __init__(self, width: int, height: int, background: str) -> None:
        self.width, self.height = width, height
        self._background = background
        self._wide_rows: set[int] = set()
        self._cells: list[list[Piece]] = [[(" ", ink(None, background))] * width for _ in range(height)]

    def write(self, x: int, y: int, text: str, style: Style) -> None:
        """Text from a cell on to the right."""
        for grapheme, size in graphemes(text):
            if size:
                self.put(x, y, grapheme, style)
            if size > 1:
                self.put(x + 1, y, _COVERED, style)
                self._wide_rows.add(y)
            x += size

    def put(self, x: int, y: int, character: str, style: Style) -> None:
        """One character."""
        if 0 <= x < self.width and 0 <= y < self.height:
            self._cells[y][x] = (character, style)

    def put_all(self, cells: Mapping[tuple[int, int], Piece]) -> None:
        """Characters by (row, column)."""
        for (y, x), (character, style) in cells.items():
            self.put(x, y, character, style)

    def paint(self, x: int, y: int, levels: Levels, colours: Sequence[str]) -> None:
        """A map of half blocks; one with an odd number of rows of pixels ends in the middle of a cell.

        ``levels`` index the colours, shape (rows of pixels, columns). Where colours are dithered, a row of cells shows
        its upper row of pixels.
        """
        if isinstance(colours, Ramp) and dithers_of(colours):
            for row, line in enumerate(levels[::2].tolist()):
                for column, level in enumerate(line):
                    self.put(x + column, y + row, *level_piece(colours, level))
            return
        pixels = [[colours[level] for level in line] for line in levels.tolist()]
        if len(pixels) % 2:
            pixels.append([self._background] * levels.shape[1])
        for row, (upper, lower) in enumerate(zip(pixels[::2], pixels[1::2], strict=True)):
            for column, (top, bottom) in enumerate(zip(upper, lower, strict=True)):
                half = (" ", ink(None, top)) if top == bottom else ("▀", ink(top, bottom))
                self.put(x + column, y + row, *half)

    def place(self, x: int, y: int, strips: Sequence[Strip]) -> None:
        """Rows of characters one cell wide each."""
        for row, strip in enumerate(strips):
            cells = ((character, segment.style or Style()) for segment in strip for character in segment.text)
            for column, (character, style) in enumerate(cells):
                self.put(x + column, y + row, character, style)

    def rows(self) -> list[Strip]:
        """The rows drawn so far."""
        for row in self._wide_rows & set(range(self.height)):
            cells = self._cells[row]
            self._cells[row] = [
                _whole(*three) for three in zip([_BLANK, *cells], cells, [*cells[1:], _BLANK], strict=False)
            ]
        return [joined(cells) for cells in self._cells]


def _whole(before: Piece, cell: Piece, after: Piece) -> Piece:
    """A blank in place of half a wide character, the other half of which has been drawn over."""
    is_covered, is_wide = cell[0] == _COVERED, len(cell[0]) > 0 and cell_len(cell[0]) > 1
    broken = (is_covered and cell_len(before[0] or " ") < 2) or (is_wide and after[0] != _COVERED)
    return (" ", cell[1]) if broken else cell


_LEAST_CURVE: Final = 2
"""Rows of cells from which on a curve says more than a strip of colours."""
_NOT_FINITE: Final = "NaN"


def draw_picture(canvas: DiagramCanvas, node: Node, snapshot: Snapshot, theme: Theme) -> None:
    """A neuron; a plain ground where its activation has not been computed yet or is no number any more."""
    maps, ground = snapshot.unit_maps, theme.textual["panel"]
    values = None if maps is None else maps.by_unit.get(node.unit)
    if maps is None or values is None:
        _plain(canvas, node, theme.border)
        return
    if not np.isfinite(values).any():
        _plain(canvas, node, theme.border)
        row = node.top + (node.pixels // 2 - 1) // 2
        if len(_NOT_FINITE) <= node.columns:
            left = node.left + (node.columns - len(_NOT_FINITE)) // 2
            canvas.write(left, row, _NOT_FINITE, ink(theme.warning, theme.border))
        return
    shade = unit_shade(snapshot, theme, node.unit, values)
    if maps.domain == "line" and node.is_named_above and node.rows >= _LEAST_CURVE:
        _plain(canvas, node, ground)
        canvas.put_all(_curve(node, values[0], shade, ground).cells)
        return
    is_whole = theme.cells == "whole"
    if is_whole or (theme.cells != "half" and not node.pixels % 2 and has_halves(shade.colours, theme)):
        size = whole_rows(node), node.columns
        strips = colour_field(shade.levels(values), shade.colours, size, theme.cells, {})
        canvas.place(node.left, node.top, strips)
        return
    rows = node.pixels if has_halves(shade.colours, theme) else 2 * max(node.pixels // 2, 1)
    canvas.paint(node.left, node.top, shade.levels(resample(values, rows, node.columns)), shade.colours)


def whole_rows(node: Node) -> int:
    """Rows of cells of a picture that ends with one."""
    return max(node.pixels // 2, 1)


def diagram_picture(
    snapshot: Snapshot, nodes: Sequence[Node], theme: Theme, size: tuple[int, int]
) -> PixelPicture | None:
    """All maps of neurons in pixels, on a canvas of so many columns and rows; ``None`` where cells show them."""
    maps = snapshot.unit_maps
    if theme.cells != "whole" or maps is None or maps.domain != "plane":
        return None
    canvas = PictureCanvas(*size)
    for node in nodes:
        values = maps.by_unit.get(node.unit)
        if values is not None and np.isfinite(values).any():
            shade = unit_shade(snapshot, theme, node.unit, values)
            cells = whole_rows(node), node.columns
            canvas.paint(node.left, node.top, cells, shade.levels(values), shade.colours)
    return canvas.picture(0, 0)


def _plain(canvas: DiagramCanvas, node: Node, colour: str) -> None:
    canvas.paint(node.left, node.top, np.zeros((node.pixels, node.columns), np.intp), (colour,))


def _curve(node: Node, values: Array, shade: UnitShade, ground: str) -> Dots:
    """From left to right, in every cell in the colour of its height."""
    width, height = node.columns * ACROSS, node.pixels * ACROSS
    points = resample(values[None, :], 1, width)[0]
    shares = np.nan_to_num(shade.share(points), nan=0.5).clip(0, 1)
    levels = quantize(shares.reshape(-1, ACROSS).mean(axis=1), len(shade.colours)).tolist()
    rows = (node.top * DOWN + np.round((1 - shares) * (height - 1)).astype(int)).tolist()
    dots, left = Dots(), node.left * ACROSS
    for x, (before, after) in enumerate(pairwise([rows[0], *rows])):
        start = before + (after > before) - (after < before)
        dots.line((left + x, start), (left + x, after), Pen(ink(shade.colours[levels[x // ACROSS]], ground)))
    return dots
