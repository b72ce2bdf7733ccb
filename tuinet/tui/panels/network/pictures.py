"""The picture of a neuron, a map over the plane or a curve along a line, on a canvas of cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final

import numpy as np
from rich.cells import get_character_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tuinet.observe.map import UnitMaps
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.draw.braille import ACROSS, DOWN, Dots, Pen
from tuinet.tui.draw.cells import Array, Levels, quantize, resample
from tuinet.tui.draw.scales import response_range
from tuinet.tui.draw.text import ink
from tuinet.tui.draw.tiles import has_halves
from tuinet.tui.panels.network.layout import Node
from tuinet.tui.style.colour import Ramp, Shade, dithers_of
from tuinet.tui.style.theme import CLASS_LEVELS, Theme


@dataclass(frozen=True)
class UnitShade:
    """From an activation to a colour, and to a height."""

    colours: Ramp
    low: float
    """What has the first colour."""
    high: float
    """What has the last."""

    def share(self, values: Array) -> Array:
        """0 at the low end and below it, 1 at the high end and above."""
        share: Array = np.clip((values - self.low) / ((self.high - self.low) or 1.0), 0, 1)
        return share

    def levels(self, values: Array) -> Levels:
        """Indices into the colours."""
        return quantize(self.share(values), len(self.colours))


class UnitShades:
    """The shades of all neurons in sight.

    What is bounded goes from its lower to its upper bound; a predicted number from its lowest target to the highest;
    everything else from the least to the largest of what the neuron answers.
    """

    def __init__(self, snapshot: Snapshot, theme: Theme, maps: UnitMaps) -> None:
        self._snapshot, self._theme, self._maps = snapshot, theme, maps

    def shade(self, unit: Unit) -> UnitShade:
        """Of one neuron."""
        layer, index = unit
        if layer == len(self._snapshot.layers):
            return self._output(index)
        activation = self._snapshot.layers[layer - 1].activation if layer else ""
        return UnitShade(self._theme.levels, *response_range(self._maps.by_unit[unit], activation))

    def _output(self, index: int) -> UnitShade:
        dataset, activation = self._snapshot.dataset, self._snapshot.layers[-1].activation
        if dataset.task == "regression":
            return UnitShade(self._theme.levels, *_extremes(dataset.y[:, index]))
        low = -1.0 if activation == "tanh" else 0.0
        if dataset.task == "binary":
            return UnitShade(self._theme.levels, low, 1.0)
        # As on the map of all classes: neutral where it is no more than chance.
        outputs = self._snapshot.layers[-1].biases.size
        colours = self._theme.class_levels(outputs)[index * CLASS_LEVELS : (index + 1) * CLASS_LEVELS]
        return UnitShade(colours, 1 / outputs if activation == "softmax" else low, 1.0)


def _extremes(targets: Array) -> tuple[float, float]:
    """The lowest and the highest, never the same; −0.5 and 0.5 where there is none."""
    low, high = (float(targets.min()), float(targets.max())) if targets.size else (0.0, 0.0)
    return (low, high) if low < high else (low - 0.5, high + 0.5)


Cell = tuple[str, Style]
_COVERED: Final = ""
"""What is in the second cell of a wide character."""
_BLANK: Final = (" ", Style())


class Canvas:
    """A rectangle of cells; what does not lie on it is cut off.

    Parameters
    ----------
    background
        Colour of what is not written on.
    """

    def __init__(self, width: int, height: int, background: str) -> None:
        self.width, self.height = width, height
        self._background = background
        self._wide_rows: set[int] = set()
        self._cells: list[list[Cell]] = [[(" ", ink(None, background))] * width for _ in range(height)]

    def write(self, x: int, y: int, text: str, style: Style) -> None:
        """Text from a cell on to the right; characters that take no cell of their own are left out."""
        for character in text:
            size = get_character_cell_size(character)
            if size:
                self.put(x, y, character, style)
            if size > 1:
                self.put(x + 1, y, _COVERED, style)
                self._wide_rows.add(y)
            x += size

    def put(self, x: int, y: int, character: str, style: Style) -> None:
        """One character."""
        if 0 <= x < self.width and 0 <= y < self.height:
            self._cells[y][x] = (character, style)

    def put_all(self, cells: Mapping[tuple[int, int], Cell]) -> None:
        """Characters by (row, column)."""
        for (y, x), (character, style) in cells.items():
            self.put(x, y, character, style)

    def paint(self, x: int, y: int, levels: Levels, colours: Sequence[str]) -> None:
        """A map of half blocks; one with an odd number of rows of pixels ends in the middle of a cell.

        Where colours are dithered, a row of cells shows its upper row of pixels.

        Parameters
        ----------
        levels
            Shape (rows of pixels, columns): an index into ``colours`` for each pixel.
        """
        if shades := dithers_of(colours):
            self._paint_shades(x, y, levels[::2], shades)
            return
        pixels = [[colours[level] for level in line] for line in levels.tolist()]
        if len(pixels) % 2:
            pixels.append([self._background] * levels.shape[1])
        for row, (upper, lower) in enumerate(zip(pixels[::2], pixels[1::2], strict=True)):
            for column, (top, bottom) in enumerate(zip(upper, lower, strict=True)):
                self.put(x + column, y + row, *_half_block(top, bottom))

    def _paint_shades(self, x: int, y: int, levels: Levels, shades: Sequence[Shade]) -> None:
        for row, line in enumerate(levels.tolist()):
            for column, level in enumerate(line):
                shade = shades[level]
                self.put(x + column, y + row, shade.glyph, ink(shade.colour, shade.ground))

    def rows(self) -> list[Strip]:
        """The rows drawn so far."""
        for row in self._wide_rows & set(range(self.height)):
            cells = self._cells[row]
            self._cells[row] = [
                _whole(*three) for three in zip([_BLANK, *cells], cells, [*cells[1:], _BLANK], strict=False)
            ]
        return [_strip(cells) for cells in self._cells]


def _half_block(top: str, bottom: str) -> Cell:
    return (" ", ink(None, top)) if top == bottom else ("▀", ink(top, bottom))


def _strip(cells: Sequence[Cell]) -> Strip:
    # Equal styles are the same object, since `ink` remembers them; comparing those is quicker.
    runs = [list(run) for _, run in groupby(cells, key=lambda cell: id(cell[1]))]
    return Strip([Segment("".join(text for text, _ in run), run[0][1]) for run in runs], len(cells))


def _whole(before: Cell, cell: Cell, after: Cell) -> Cell:
    """A blank in place of half a wide character, the other half of which has been drawn over."""
    is_covered, is_wide = cell[0] == _COVERED, len(cell[0]) > 0 and get_character_cell_size(cell[0]) > 1
    broken = (is_covered and get_character_cell_size(before[0] or " ") < 2) or (is_wide and after[0] != _COVERED)
    return (" ", cell[1]) if broken else cell


_LEAST_CURVE: Final = 2
"""Rows of cells from which on a curve says more than a strip of colours."""
NOT_FINITE: Final = "NaN"


class UnitPictures:
    """Draws neurons in the colours that their activations have in this snapshot."""

    def __init__(self, snapshot: Snapshot, theme: Theme) -> None:
        self._maps: UnitMaps | None = snapshot.unit_maps
        self._theme = theme
        self._shades = None if self._maps is None else UnitShades(snapshot, theme, self._maps)

    def draw(self, canvas: Canvas, node: Node) -> None:
        """One neuron; a plain ground where its activation has not been computed yet or is no number any more."""
        values = None if self._maps is None else self._maps.by_unit.get(node.unit)
        if values is None or self._shades is None or self._maps is None:
            _plain(canvas, node, self._theme.border)
            return
        if not np.isfinite(values).any():
            _plain(canvas, node, self._theme.border)
            _centred(canvas, node, NOT_FINITE, self._theme.warning, self._theme.border)
            return
        shade = self._shades.shade(node.unit)
        if self._maps.domain == "line" and node.is_named_above and node.rows >= _LEAST_CURVE:
            _plain(canvas, node, self._theme.textual["panel"])
            canvas.put_all(_curve(node, values[0], shade, self._theme.textual["panel"]).cells)
            return
        rows = node.pixels if has_halves(shade.colours, self._theme) else 2 * max(node.pixels // 2, 1)
        canvas.paint(node.left, node.top, shade.levels(resample(values, rows, node.columns)), shade.colours)


def _plain(canvas: Canvas, node: Node, colour: str) -> None:
    canvas.paint(node.left, node.top, np.zeros((node.pixels, node.columns), np.intp), (colour,))


def _centred(canvas: Canvas, node: Node, text: str, colour: str, ground: str) -> None:
    if len(text) <= node.columns:
        row = node.top + (node.pixels // 2 - 1) // 2
        canvas.write(node.left + (node.columns - len(text)) // 2, row, text, ink(colour, ground))


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
