"""Below the matrices, where there is room: how to read them, and how the weights of each layer are spread."""

from __future__ import annotations

from typing import Final

import numpy as np
from textual.strip import Strip

from tuinet.observe.snapshot import LayerSnapshot, Snapshot
from tuinet.tui.draw.cells import Array
from tuinet.tui.draw.legends import SIZES, number_style, sign_colour
from tuinet.tui.draw.ridges import EIGHTHS, bar_heights
from tuinet.tui.draw.scales import round_up, tick_label
from tuinet.tui.draw.text import Piece, count, first_fitting, ink, row, signed, width_of
from tuinet.tui.style.theme import Theme

_READ: Final = (
    "A weight leads from its row to its column; b: the biases, one for each column.",
    "A weight leads from its row to its column; b: biases.",
    "from row to column; b: biases",
)
_SCALE: Final = (*(-size for size in reversed(SIZES)), 0.0, *SIZES)
_TALLEST: Final = 20
"""Rows of bars of a layer."""
_LEAST_WIDTH: Final = 48
_LEFT: Final = 1
_MARGIN: Final = 2
"""Cells beside the bars."""
_MOST_BINS: Final = 99
_SPREAD: Final = " How the weights of each layer are spread: the more have a value, the higher its bar."
_SHORT_SPREAD: Final = " number of weights by value"


def below_rows(snapshot: Snapshot, theme: Theme, width: int, height: int) -> list[Strip]:
    """A blank row, how to read the matrices, the colours, and for each layer a histogram, as far as there is room.

    In two rows it is the colours alone: the names around a matrix say most of the rest.
    """
    colours = colour_pieces(theme)
    lines: list[list[Piece]] = [colours] if width_of(colours) <= width and not theme.is_colourless else []
    if (words := first_fitting(_READ, width - 2)) and len(lines) + 1 < height:
        lines.insert(0, [(f" {words}", theme.inks.axis)])
    if not lines or len(lines) + 1 > height:
        return []
    lines = [[], *lines, *_histograms(snapshot, theme, width, height - len(lines) - 1)]
    return [row(line, width, theme.inks.blank) for line in lines]


def colour_pieces(theme: Theme) -> list[Piece]:
    """A number in the colour of each step."""
    pieces: list[Piece] = [(" colours:", theme.inks.axis)]
    for value in _SCALE:
        pieces.append((f" {value:+g}" if value else " 0", number_style(value, theme)))
    return [*pieces, (" and beyond", theme.inks.axis)]


def _histograms(snapshot: Snapshot, theme: Theme, width: int, height: int) -> list[list[Piece]]:
    """For each layer a line of words and bars below it, all on one axis."""
    layers = len(snapshot.layers)
    weights = np.concatenate([layer.weights.ravel() for layer in snapshot.layers])
    rows = min((height - 2) // layers - 2, _TALLEST)
    if rows < 1 or width < _LEAST_WIDTH or not np.isfinite(weights).all():
        return []
    limit = round_up(max(float(np.abs(weights).max(initial=0.0)), 1e-9))
    thickness = max(1, (width - _MARGIN) // _MOST_BINS)
    bins = (width - _MARGIN - thickness) // thickness // 2 * 2 + 1
    lines: list[list[Piece]] = [[], [(first_fitting((_SPREAD, _SHORT_SPREAD), width), theme.inks.axis)]]
    for number, layer in enumerate(snapshot.layers, start=1):
        lines += [_words(number, layer, theme), *_bars(layer.weights, (limit, bins, thickness), rows, theme), []]
    return [*lines[:-1], _axis(limit, bins * thickness, theme)]


def _words(number: int, layer: LayerSnapshot, theme: Theme) -> list[Piece]:
    low, high = float(layer.weights.min()), float(layer.weights.max())
    values = f"{count(layer.weights.size)} weights, {signed(low)} to {signed(high)}"
    words = f" layer {number}: {values if layer.weights.size > 1 else f'1 weight, {signed(low)}'}"
    return [(words, theme.inks.title), (f", ‖W‖ {np.linalg.norm(layer.weights):.3g}", theme.inks.axis)]


def _bars(weights: Array, scale: tuple[float, int, int], rows: int, theme: Theme) -> list[list[Piece]]:
    """How many weights are of which value, the fullest column as high as there are rows.

    The scale is its end on either side of 0, how many columns it has, and the cells of a column.
    """
    limit, bins, thickness = scale
    edges = np.linspace(-limit, limit, bins + 1)
    counts = np.histogram(weights, edges)[0]
    heights = bar_heights(counts, int(counts.max(initial=1)), rows)
    colours = [sign_colour(float(middle), theme) for middle in (edges[:-1] + edges[1:]) / 2]
    lines: list[list[Piece]] = []
    for level in range(rows - 1, -1, -1):
        filled = np.clip(heights - 8 * level, 0, 8).tolist()
        bars = zip(filled, colours, strict=True)
        cells = [(EIGHTHS[one] * thickness, ink(colour, theme.background)) for one, colour in bars]
        lines.append([(" " * _LEFT, theme.inks.blank), *cells])
    return lines


def _axis(limit: float, length: int, theme: Theme) -> list[Piece]:
    """The values under the bars: both ends and 0."""
    low, high = tick_label(-limit), tick_label(limit)
    text = f"{' ' * _LEFT}{low}".ljust(_LEFT + length // 2) + "0"
    return [(text.ljust(_LEFT + length - len(high)) + high, theme.inks.axis)]
