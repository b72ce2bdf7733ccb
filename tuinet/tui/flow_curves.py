"""The norms of the gradients against epochs: a curve for each layer, with its number where it ends."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from rich.style import Style
from textual.strip import Strip

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.colour import mix
from tuinet.tui.line_labels import label_rows, ranges_text
from tuinet.tui.plot import MIN_HEIGHT, MIN_WIDTH, Array, Series, chart, gutter_width, thin
from tuinet.tui.ridge_table import evenly
from tuinet.tui.scales import Axis, decade_axis, round_up
from tuinet.tui.text import Piece, ink, row, width_of
from tuinet.tui.theme import Theme

MOST_CURVES: Final = 12
_MOST_POINTS: Final = 800
_DIMMED: Final = 0.6
_LAYERS_PER_LABEL: Final = 6
_MOST_LABELS: Final = 4
"""Side by side in one row."""


def norm_rows(snapshot: Snapshot, theme: Theme, width: int, height: int, chosen: int | None = None) -> list[Strip]:
    """The curves with their axes, exactly this many rows of this width; none where there is no room or no curve.

    Parameters
    ----------
    chosen
        The layer, counted from 1, that stands out; ``None`` for all alike.
    """
    norms, epochs = snapshot.history.grad_norms, snapshot.history.epochs
    layers = len(snapshot.layers)
    margin = min(_MOST_LABELS, 1 + layers // _LAYERS_PER_LABEL) * (len(str(layers)) + 1)
    room = width - margin
    if norms is None or room < MIN_WIDTH or height < MIN_HEIGHT:
        return []
    shown = shown_layers(layers, chosen)
    curves = [_curve(epochs, norms[:, number - 1], room, len(shown)) for number in shown]
    if not any(len(y) for _, y in curves):
        return []
    down, axes = _axis(curves, height - 2), ink(theme.axis, theme.background)
    across = (0.0, round_up(max(float(epochs[-1]), 10.0)))
    styles = {number: _style(number, chosen, layers, theme) for number in shown}
    series = [Series(x, np.log10(y), style) for (x, y), style in zip(curves, styles.values(), strict=True)]
    strips = chart(series, across, down, (room, height), axes)
    gutter = gutter_width(down)
    end = gutter + int(float(epochs[-1]) / across[1] * (room - gutter - 1)) + 1
    ends = {number: float(norms[-1, number - 1]) for number in shown}
    labels = _labels(ends, down, (height - 2, width - end), styles, axes)
    return [_overlaid(strip, labels.get(index, []), end, width, axes) for index, strip in enumerate(strips)]


def _axis(curves: Sequence[tuple[Array, Array]], rows: int) -> Axis:
    values = np.concatenate([y for _, y in curves])
    return decade_axis(float(values.min()), float(values.max()), rows)


def shown_layers(layers: int, chosen: int | None) -> list[int]:
    """All layers, or some of them, in the order in which they are drawn: the first layer, or the chosen one, on top."""
    shown = evenly(layers, MOST_CURVES)[::-1]
    return shown if chosen is None else [*(number for number in shown if number != chosen), chosen]


def _curve(epochs: Array, norms: Array, width: int, curves: int) -> tuple[Array, Array]:
    drawable = np.where(norms > 0, norms, np.nan)
    return thin(epochs, drawable, min(2 * width, _MOST_POINTS // curves))


def _style(number: int, chosen: int | None, layers: int, theme: Theme) -> Style:
    colour = theme.layer_colours(layers)[number - 1]
    if chosen is not None and number != chosen:
        colour = mix(colour, theme.background, _DIMMED)
    return ink(colour, theme.background, bold=number == chosen)


def _labels(
    ends: Mapping[int, float], down: Axis, size: tuple[int, int], styles: Mapping[int, Style], plain: Style
) -> dict[int, list[Piece]]:
    """For each row of the chart the numbers of the layers whose curves end there; in the lowest those that are 0.

    Parameters
    ----------
    size
        Rows of the chart, and cells behind the ends of the curves.
    """
    rows, room = size
    places = {number: rows - (math.log10(end) - down.low) / down.unit for number, end in ends.items() if end > 0}
    places = {number: place for number, place in places.items() if math.isfinite(place)}
    zeros = [number for number, end in ends.items() if end == 0]
    width = len(str(max(ends))) + 1
    per_row = min(max((room + 1) // width, 1), _MOST_LABELS)
    by_row = label_rows(places, rows - bool(zeros), per_row)
    labels: dict[int, list[Piece]] = {
        line: [(" " * bool(index) + str(number), styles[number]) for index, number in enumerate(numbers)]
        for line, numbers in by_row.items()
    }
    if zeros:
        labels[rows - 1] = [(f"0: {ranges_text(zeros)}", plain)]
    return labels


def _overlaid(strip: Strip, label: Sequence[Piece], column: int, width: int, axes: Style) -> Strip:
    """The label begins at the column, or as far left of it as it needs to."""
    padded, length = strip.adjust_cell_length(width, axes), min(width_of(label), width)
    if not length:
        return padded
    start = max(min(column, width - length), 0)
    return Strip.join([padded.crop(0, start), row(label, length, axes), padded.crop(start + length, width)])
