"""Norms of the gradients of each layer against epochs, as curves with the layers' numbers at their ends."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final

import numpy as np
from rich.style import Style
from textual.strip import Strip

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.curves import LEAST_EPOCHS, LINE, MIN_HEIGHT, MIN_WIDTH, Series, chart, chart_layout
from tuinet.tui.draw.legends import faded, marker_of
from tuinet.tui.draw.ridges import evenly
from tuinet.tui.draw.scales import Axis, decade_axis, round_up
from tuinet.tui.draw.text import Piece, ink, row, width_of
from tuinet.tui.style.theme import Theme


def label_rows(ends: Mapping[int, float], rows: int, per_row: int) -> dict[int, list[int]]:
    """Which labels stand in which row, from left to right.

    Labels keep the order of their curves from top to bottom, and move as little as possible to where there is room.

    Parameters
    ----------
    ends
        For each label the row in which its curve ends, counted from 0 at the top; of its fraction nothing is lost.
    rows, per_row
        How many rows there are, and labels that each can hold; those that find no room are left out.
    """
    ordered = sorted(ends, key=lambda label: (ends[label], label))[: rows * per_row]
    middle = (per_row - 1) / 2
    wanted = [min(max(round(ends[label]), 0), rows - 1) * per_row + middle for label in ordered]
    slots = _apart(wanted, rows * per_row)
    by_row = groupby(zip(slots, ordered, strict=True), key=lambda pair: pair[0] // per_row)
    return {line: sorted(label for _, label in group) for line, group in by_row}


def _apart(wanted: Sequence[float], room: int) -> list[int]:
    """Whole places from 0 up to a limit, each its own, in the given order and together as near as possible.

    Where places are wanted too near to one another, they form a block around their common middle (the algorithm of
    pool adjacent violators).
    """
    blocks: list[tuple[float, int]] = []
    for index, place in enumerate(wanted):
        blocks.append((place - index, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (before, some), (after, more) = blocks.pop(-2), blocks.pop()
            blocks.append(((before * some + after * more) / (some + more), some + more))
    shifts = [shift for shift, count in blocks for _ in range(count)]
    return [index + min(max(round(shift), 0), room - len(wanted)) for index, shift in enumerate(shifts)]


def ranges_text(numbers: Sequence[int]) -> str:
    """Whole numbers, as in ``1-4 7``."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return " ".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else " ".join(map(str, run)) for run in runs)


MOST_CURVES: Final = 12
_MOST_POINTS: Final = 800
_DIMMED: Final = 0.6
_LAYERS_PER_LABEL: Final = 6
_MOST_LABELS: Final = 4
"""Side by side in one row."""


def norm_rows(snapshot: Snapshot, theme: Theme, width: int, height: int, chosen: int | None = None) -> list[Strip]:
    """The curves with their axes, exactly this many rows of this width; none where there is no room or no curve.

    A chosen layer, counted from 1, stands out.
    """
    since = max(0.0, snapshot.time.losses_after)
    history = snapshot.history.within(snapshot.time.losses_after, math.inf)
    norms, epochs = history.grad_norms, history.epochs
    layers = len(snapshot.layers)
    margin = min(_MOST_LABELS, 1 + layers // _LAYERS_PER_LABEL) * (len(str(layers)) + 1)
    room = width - margin
    if norms is None or room < MIN_WIDTH or height < MIN_HEIGHT:
        return []
    shown, drawable = shown_layers(layers, chosen), np.where(norms > 0, norms, np.nan)
    most = min(2 * room, _MOST_POINTS // len(shown))
    styles = {number: _curve_style(number, chosen, layers, theme) for number in shown}
    # Where there are fewer colours than layers, the characters of the curves tell them apart, too.
    is_plain = len(set(theme.layer_colours(layers))) >= layers
    series = [
        Series(
            epochs, drawable[:, number - 1], styles[number], LINE if is_plain else marker_of(number - 1, theme)
        ).thinned(most)
        for number in shown
    ]
    values = np.concatenate([one.y for one in series])
    if not len(values) or has_one_point(snapshot):
        return []
    down, axes = decade_axis(float(values.min()), float(values.max()), height - 2, is_tight=True), theme.inks.axis
    across = (since, since + round_up(max(float(epochs[-1]) - since, LEAST_EPOCHS)))
    series = [one._replace(y=np.log10(one.y)) for one in series]
    strips, layout = chart(series, across, down, (room, height), axes), chart_layout(across, down, (room, height))
    end = layout.gutter + int((float(epochs[-1]) - since) / (across[1] - since) * (layout.columns - 1)) + 1
    ends = {number: float(norms[-1, number - 1]) for number in shown}
    labels = _labels(ends, down, (height - 2, width - end), styles, axes)
    return [_overlaid(strip, labels.get(index, []), end, width, axes) for index, strip in enumerate(strips)]


def has_one_point(snapshot: Snapshot) -> bool:
    """Whether norms are known, but of one moment only, so that there is no curve yet."""
    norms = snapshot.history.grad_norms
    known = np.zeros(0) if norms is None else ((norms > 0) & np.isfinite(norms)).any(axis=1)
    return int(known.sum()) == 1


def shown_layers(layers: int, chosen: int | None) -> list[int]:
    """All layers, or some of them, in the order in which they are drawn: the first layer, or the chosen one, on top."""
    shown = evenly(layers, MOST_CURVES)[::-1]
    return shown if chosen is None else [*(number for number in shown if number != chosen), chosen]


def _curve_style(number: int, chosen: int | None, layers: int, theme: Theme) -> Style:
    colour = theme.layer_colours(layers)[number - 1]
    if chosen is not None and number != chosen:
        colour = faded(colour, _DIMMED, theme)
    return ink(colour, theme.background, bold=number == chosen)


def _labels(
    ends: Mapping[int, float], down: Axis, size: tuple[int, int], styles: Mapping[int, Style], plain: Style
) -> dict[int, list[Piece]]:
    """For each row of the chart the numbers of the layers whose curves end there; in the lowest those that are 0.

    ``size`` is the rows of the chart, and the cells behind the ends of the curves.
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
