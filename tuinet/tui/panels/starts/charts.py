"""How many runs are where, as shades over epochs and loss; and the losses of a sweep over its values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from textual.strip import Strip

from tuinet.observe.snapshot import Snapshot
from tuinet.observe.starts import Starts, Sweep
from tuinet.tui.draw.braille import ACROSS, DOWN, FIRST, characters, dots, segments_of
from tuinet.tui.draw.cells import Array, joined
from tuinet.tui.draw.chart import ChartLayout
from tuinet.tui.draw.curves import MIN_HEIGHT, MIN_WIDTH, chart, chart_layout
from tuinet.tui.draw.scales import Axis, decade_axis, linear_axis
from tuinet.tui.draw.text import Piece, ink, row
from tuinet.tui.panels.starts.words import DIVERGED, OWN, value_text
from tuinet.tui.style.theme import Theme

COUNTS: Final = (1, 2, 4, 8, 16)
"""From how many runs in a cell on it has the next shade."""
GLYPHS: Final = " ·░▒▓█"
"""The shades where there are no colours for them."""
TOP_SHARE: Final = 0.9
"""The axis holds so large a share of the losses at every look; what lies above is drawn in the topmost row."""
_LOW: Final = 10.0
"""The median loss at the start over that of nearly all starts now, from which on the axis is logarithmic by itself."""
RUN: Final = "·"
MEDIAN: Final = "━"
ABOVE: Final = "▴"
LEAST_OF_RUN: Final = 16
"""Losses that the run has to remember for them to be drawn as a line."""
CURSOR_UP: Final = "▲"
"""Below the value at the cursor."""
_NO_LOSS: Final = -400.0
"""Stands for the logarithm of a loss of 0, which is lower than any that can be drawn."""

Counts = NDArray[np.intp]
Cells = list[list[Piece]]


def density(looks: Array, curve: Array, epochs: Array, up: tuple[float, float], rows: int) -> Counts:
    """How many runs are in each cell at some epochs, shape (rows, epochs), the lowest losses in the last row.

    Between two looks a run is on a straight line. Every run is in one cell of each column; those above the range are in
    the topmost, those below in the lowest, and those whose loss is not finite in none.

    Parameters
    ----------
    looks
        Epochs, rising, shape (looks,).
    curve
        The losses there, or what is drawn of them, shape (looks, runs).
    epochs
        Not beyond the last look, shape (columns,).
    up
        The lower end of the lowest row and the upper end of the topmost.
    """
    after = np.clip(np.searchsorted(looks, epochs), 1, max(len(looks) - 1, 1))
    last = len(looks) - 1
    before, after = np.minimum(after - 1, last), np.minimum(after, last)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.nan_to_num((epochs - looks[before]) / (looks[after] - looks[before]))[:, None]
        values = np.where(share == 0, curve[before], curve[before] * (1 - share) + curve[after] * share)
        heights = (values - up[0]) / (up[1] - up[0]) * rows
    columns, runs = np.nonzero(np.isfinite(values))
    lines = rows - 1 - np.clip(heights[columns, runs], 0, rows - 1).astype(np.intp)
    return np.bincount(lines * len(epochs) + columns, minlength=rows * len(epochs)).reshape(rows, len(epochs))


def shade_of(counts: Counts) -> Counts:
    """The shade of each count: 0 for none, else one more than the place in `COUNTS`."""
    return np.searchsorted(np.array(COUNTS), counts, side="right")


def loss_axis(losses: Array, rows: int, *, log: bool) -> Axis:
    """An axis for losses, shape (looks, runs), of which at every look most are on it; see `TOP_SHARE`."""
    known = np.isfinite(losses)
    ordered, counts = np.sort(np.where(known, losses, np.inf), axis=1), known.sum(axis=1)
    tops = ordered[np.arange(len(losses)), np.maximum(np.ceil(TOP_SHARE * counts).astype(np.intp) - 1, 0)]
    top = float(tops[counts > 0].max(initial=0.0)) or 1.0
    if not log:
        return linear_axis(0.0, top, rows)
    positive = losses[known & (losses > 0)]
    return decade_axis(min(float(positive.min(initial=top)), top), top, rows, is_tight=True)


def are_all_low(starts: Starts) -> bool:
    """Whether nearly all starts end within the lowest rows of a linear axis."""
    first, last = starts.curve[0], starts.losses[~starts.are_diverged]
    known = first[np.isfinite(first)]
    if not len(known) or not len(last):
        return False
    return float(np.quantile(last, TOP_SHARE)) * _LOW < float(np.median(known))


@dataclass(frozen=True, eq=False)
class Density:
    """The shades of a chart, before the run's own curve is drawn over them."""

    strips: Sequence[Strip]
    """Axes with nothing between them."""
    layout: ChartLayout
    cells: Cells
    grounds: Sequence[Sequence[str]]
    """What a character is written on in each cell."""


def density_chart(starts: Starts, theme: Theme, width: int, height: int, *, log: bool) -> Density | None:
    """The shades with their axes; ``None`` where there is no room."""
    if width < MIN_WIDTH or height < MIN_HEIGHT:
        return None
    axis, across = loss_axis(starts.curve, height - 2, log=log), (0.0, float(starts.last_epoch))
    layout = chart_layout(across, axis, (width, height))
    epochs = np.linspace(*across, layout.columns)
    epochs = epochs[epochs <= starts.epoch]
    looks, curve, rows = starts.looks.astype(np.float64), _scaled(starts.curve, log=log), _per_row(theme) * layout.rows
    shades = np.zeros((rows, layout.columns), np.intp)
    shades[:, : len(epochs)] = shade_of(density(looks, curve, epochs, _ends(layout), rows))
    strips = chart([], across, axis, (width, height), theme.inks.axis)
    return Density(strips, layout, _shaded(shades, theme), _grounds(shades, theme))


def density_rows(drawn: Density, snapshot: Snapshot, theme: Theme, *, log: bool) -> list[Strip]:
    """The shades, and over them the run's own losses as a line, and a mark where it is, as far as the axis goes."""
    layout, cells = drawn.layout, [[*line] for line in drawn.cells]
    history = snapshot.comparable_history
    epochs, losses = np.asarray(history.epochs, float), _scaled(np.asarray(history.losses), log=log)
    (low, high), last = layout.up, layout.across[1]
    is_there = np.isfinite(losses) & (epochs <= last)
    epochs, losses = epochs[is_there], losses[is_there]
    if is_there.sum() < min(len(is_there), LEAST_OF_RUN):
        # A run that is far beyond the axis remembers too little of what lies on it.
        epochs, losses = epochs[:0], losses[:0]
    x = epochs / last * (ACROSS * layout.columns - 1)
    y = (high - np.clip(losses, low, high)) / (high - low) * (DOWN * layout.rows - 1)
    codes = characters(dots(segments_of(np.stack([x, y], axis=1)[None]), layout.columns, layout.rows))
    for line, column in np.argwhere(codes != FIRST).tolist():
        cells[line][column] = (chr(codes[line, column]), ink(theme.foreground, drawn.grounds[line][column], bold=True))
    if len(epochs) and is_there[-1]:
        line, column = layout.cell_of(float(epochs[-1]), float(losses[-1]))
        cells[line][column] = (OWN, theme.inks.key)
    return _within(drawn.strips, cells, layout)


def _ends(layout: ChartLayout) -> tuple[float, float]:
    """The lower end of the lowest row of cells and the upper end of the topmost, whose dots lie within them."""
    low, high = layout.up
    dot = (high - low) / (DOWN * layout.rows - 1)
    return low - dot / 2, high + dot / 2


def _scaled(losses: Array, *, log: bool) -> Array:
    exact = losses.astype(np.float64)
    if not log:
        return exact
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(exact == 0, _NO_LOSS, np.log10(exact))


def _per_row(theme: Theme) -> int:
    """Shades in a cell, one above the other; the few colours of a terminal's own do not make enough of them."""
    return 1 if theme.is_ansi or theme.is_colourless or theme.spells else 2


def _colours(theme: Theme) -> tuple[str, ...]:
    return (theme.background, *theme.right_levels[1:])


def _shaded(shades: Counts, theme: Theme) -> Cells:
    """The cells of the canvas."""
    if _per_row(theme) == 1:
        return [[(GLYPHS[shade], theme.inks.curve) for shade in line] for line in shades.tolist()]
    colours, pairs = _colours(theme), zip(shades[::2].tolist(), shades[1::2].tolist(), strict=True)
    return [
        [
            (" ", ink(None, colours[top])) if top == bottom else ("▀", ink(colours[top], colours[bottom]))
            for top, bottom in zip(upper, lower, strict=True)
        ]
        for upper, lower in pairs
    ]


def _grounds(shades: Counts, theme: Theme) -> list[list[str]]:
    """What a character is written on in each cell: the colour of its lower half."""
    if _per_row(theme) == 1:
        return [[theme.background] * shades.shape[1]] * len(shades)
    colours = _colours(theme)
    return [[colours[shade] for shade in line] for line in shades[1::2].tolist()]


def _within(strips: Sequence[Strip], cells: Cells, layout: ChartLayout) -> list[Strip]:
    """The chart with these cells on its canvas."""
    sides = (strip.crop(0, layout.gutter) for strip in strips)
    drawn = [Strip.join([side, joined(line)]) for side, line in zip(sides, cells, strict=False)]
    return [*drawn, *strips[layout.rows :]]


def shade_legend(theme: Theme, most: int) -> list[Piece]:
    """What the shades stand for, up to so many runs in a cell."""
    pieces: list[Piece] = [("runs", theme.inks.axis)]
    for level, least in enumerate(COUNTS[: sum(least <= most for least in COUNTS)], start=1):
        glyph = (GLYPHS[level], theme.inks.curve) if _per_row(theme) == 1 else (" ", ink(None, _colours(theme)[level]))
        pieces += [(" ", theme.inks.axis), glyph, (f"{least}{'+' * (level == len(COUNTS))}", theme.inks.axis)]
    return pieces


def sweep_rows(
    sweep: Sweep, theme: Theme, width: int, height: int, step: int, own: int | None, *, log: bool
) -> list[Strip]:
    """The losses over the values, each with a mark for every run, and their medians; none where there is no room.

    Parameters
    ----------
    step
        The place of the value at the cursor.
    own
        That of the run's own value, where it is one of them.
    """
    planned = _sweep_plan(sweep, width, height, log=log)
    if planned is None:
        return []
    axis, layout, pitch = planned
    strips = chart([], (0.0, 1.0), axis, (width, height), theme.inks.axis)
    cells: Cells = [[(" ", theme.inks.blank)] * layout.columns for _ in range(layout.rows)]
    for place in range(len(sweep.values)):
        _draw_value(cells, sweep, place, pitch, layout, theme, log=log)
    edge: list[Piece] = [("─", theme.inks.axis)] * layout.columns
    marks = ((OWN, own), (CURSOR_UP, step))
    for glyph, place_or_none in marks:
        if place_or_none is not None:
            edge[_middle(place_or_none, pitch)] = (glyph, theme.inks.key)
    drawn = _within(strips, [*cells, edge], layout)[: layout.rows + 1]
    labels = " " * layout.gutter + _labels(sweep, pitch, layout.columns)
    return [*drawn, row([(labels, theme.inks.axis)], width, theme.inks.axis)]


def step_at(sweep: Sweep, x: int, width: int, height: int, *, log: bool) -> int | None:
    """Which value a column of such a chart belongs to; ``None`` beside them."""
    planned = _sweep_plan(sweep, width, height, log=log)
    if planned is None:
        return None
    _, layout, pitch = planned
    place = (x - layout.gutter) // pitch
    return place if 0 <= place < len(sweep.values) else None


def _sweep_plan(sweep: Sweep, width: int, height: int, *, log: bool) -> tuple[Axis, ChartLayout, int] | None:
    """The axis of the losses, where the canvas is, and the cells of a value; ``None`` without room for all values."""
    if width < MIN_WIDTH or height < MIN_HEIGHT:
        return None
    axis = loss_axis(np.where(sweep.are_diverged, np.inf, sweep.losses).reshape(1, -1), height - 2, log=log)
    layout = chart_layout((0.0, 1.0), axis, (width, height))
    pitch = layout.columns // len(sweep.values)
    return (axis, layout, pitch) if pitch else None


def _middle(place: int, pitch: int) -> int:
    return place * pitch + (pitch - 1) // 2


def _draw_value(
    cells: Cells, sweep: Sweep, place: int, pitch: int, layout: ChartLayout, theme: Theme, *, log: bool
) -> None:
    """The runs with one value; those that have diverged, and what is above the axis, stand in the topmost row."""
    losses = _scaled(np.where(sweep.are_diverged[place], np.inf, sweep.losses[place]), log=log)
    line, mark = _line_of(float(_scaled(sweep.medians[place : place + 1], log=log)[0]), layout)
    if mark == RUN:
        for column in range(place * pitch, place * pitch + max(pitch - (pitch > 2), 1)):
            cells[line][column] = (MEDIAN, theme.inks.strong)
    # What has diverged, infinite here, comes last, and stands before what is only above the axis.
    for loss in np.sort(losses).tolist():
        line, mark = _line_of(loss, layout)
        if pitch > 1 or cells[line][_middle(place, pitch)][0] != MEDIAN:
            cells[line][_middle(place, pitch)] = mark, theme.inks.wrong if mark == DIVERGED else theme.inks.curve


def _line_of(loss: float, layout: ChartLayout) -> tuple[int, str]:
    """The row of a loss, and the mark that stands there."""
    if loss > layout.up[1]:
        return 0, DIVERGED if np.isinf(loss) else ABOVE
    return layout.cell_of(0.0, loss)[0], RUN


def _labels(sweep: Sweep, pitch: int, columns: int) -> str:
    """The values under their columns, as many as have room beside one another."""
    words, end = [" "] * columns, 0
    for place, value in enumerate(sweep.values):
        text = value_text(sweep.field, value)
        start = min(max(_middle(place, pitch) - (len(text) - 1) // 2, 0), columns - len(text))
        if start >= end:
            words[start : start + len(text)] = text
            end = start + len(text) + 1
    return "".join(words)
