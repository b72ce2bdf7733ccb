"""Predicted numbers beside their targets: how good they are, some in a table, all in a picture, and their errors."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

import numpy as np
from textual.strip import Strip

from tuinet.observe.gallery import Gallery
from tuinet.observe.metrics import Metrics
from tuinet.observe.samples import choose_set
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.cells import Array, sample_glyph
from tuinet.tui.draw.curves import Series, chart
from tuinet.tui.draw.ridges import EIGHTHS, Counts, bar_heights
from tuinet.tui.draw.scales import linear_axis, round_up
from tuinet.tui.draw.short_names import short_names
from tuinet.tui.draw.text import (
    Piece,
    count,
    filled_up,
    first_fitting,
    right_aligned,
    row,
    short_number,
    table_number,
    width_of,
)
from tuinet.tui.panels.confusion.mistakes import Line
from tuinet.tui.style.theme import Theme

ERROR_ROWS: Final = 5
"""Rows: a heading, two of bars, the axis, and its labels."""
_OTHERS: Final = 3
_HUGE: Final = 1e300
"""Larger numbers of a diverging network count as this, so that the width of the axis is finite."""
_SHOWN: Final = 0.98
"""Share of the errors that the axis holds at least; the others count in its first or last column."""


def error_rows(gallery: Gallery, theme: Theme, width: int, height: int) -> list[Strip]:
    """How often the first output is too low or too high, and by how much; exactly so many rows."""
    found = np.clip(gallery.outputs[:, 0], -_HUGE, _HUGE) - np.clip(gallery.targets[:, 0], -_HUGE, _HUGE)
    found = np.where(np.isfinite(gallery.outputs[:, 0]), found, np.nan)
    errors, axis = found[np.isfinite(found)], theme.inks.axis
    if not len(errors):
        return [row([(" no error is finite", axis)], width, theme.inks.blank)]
    end = round_up(float(np.quantile(np.abs(errors), _SHOWN)))
    counts, thickness = _counts(errors, end, width - 2)
    columns, left = len(counts) * thickness, (width - len(counts) * thickness) // 2
    margin: Piece = (" " * left, theme.inks.blank)
    said = f"errors, output − target, of {count(len(errors))} samples, "
    peak = f"up to {count(int(counts.max()))} in a bar"
    heading = first_fitting((f" {said}{peak}", f" errors: output − target, {peak}", " errors: output − target"), width)
    lines: list[list[Piece]] = [[(heading, axis)]]
    heights = bar_heights(counts, int(counts.max()), height - _OTHERS)
    for level in range(height - _OTHERS - 1, -1, -1):
        cells = np.repeat(np.clip(heights - 8 * level, 0, 8), thickness).tolist()
        lines.append([margin, ("".join(EIGHTHS[filled] for filled in cells), theme.inks.curve)])
    edge = ["─"] * columns
    edge[0] = edge[columns // 2] = edge[-1] = "┬"
    lines += [[margin, ("".join(edge), axis)], [margin, (_labels(errors, end, columns), axis)]]
    return [row(pieces, width, theme.inks.blank) for pieces in lines[:height]]


def _labels(errors: Array, end: float, columns: int) -> str:
    """The ends of the axis and its middle; where errors beyond an end count in its bar, a sign says so."""
    first = "≤ " * bool(errors.min() < -end) + short_number(-end)
    last = "≥ " * bool(errors.max() > end) + short_number(end)
    line = first.ljust(columns)
    line = line[: columns // 2] + "0" + line[columns // 2 + 1 :]
    return line[: columns - len(last)] + last


def _counts(errors: Array, end: float, room: int) -> tuple[Counts, int]:
    """Counts in bins of one width, the middle one around 0, and the cells of a bin."""
    wanted = 2 * math.isqrt(len(errors)) + 1
    thickness = max(room // wanted, 1)
    bins = max((room // thickness - 1) | 1, 3)
    while bins * thickness > room and bins > 3:
        bins -= 2
    counts, _ = np.histogram(np.clip(errors, -end, end), bins, (-end, end))
    return counts.astype(np.intp), thickness


MOST: Final = 500
"""Samples of a set that are predicted for the screen."""
_NUMBER: Final = 10
_FIRST: Final = 8
"""Cells of a sample's number."""
_CHART: Final = (28, 8)
"""Cells that a chart wants at least beside the table, across and down."""
_ASPECT: Final = 2.2
"""Widest chart, in rows of its height."""

_MARGIN: Final = 0.05
"""Share of the range of targets that is free at either end of the chart."""


def prediction_rows(snapshot: Snapshot, theme: Theme, width: int, height: int, first: int = 0) -> list[Strip]:
    """How good the predictions are; some of them beside their targets; and where it is wide all against their targets.

    The table begins at the first sample that is in sight, counted from 0.
    """
    blank, gallery = theme.inks.blank, snapshot.predictions
    qualities = _qualities(snapshot, width)
    drawn = [row([piece for one in line for piece in _quality(*one, theme)], width, blank) for line in qualities]
    if gallery is not None:
        room = max(height - len(drawn), 0)
        across = _chart_width(snapshot, width, room)
        lines = _table(snapshot, gallery, theme, width, first, room)
        table = [row(line, width - across, blank) for line in lines]
        if across:
            pictures = _pictures(gallery, theme, across, room)
            beside = zip(filled_up(table, width - across, room, theme), pictures, strict=True)
            table = [Strip([*one, *other], width) for one, other in beside]
        drawn += table
    return drawn[: max(height, 0)]


def prediction_window(snapshot: Snapshot, width: int, height: int, on_test: bool) -> tuple[int, int]:
    """How many samples have room in the table, and how many are predicted for the screen."""
    room = max(height - len(_qualities(snapshot, width)) - 1, 0)
    return room, min(len(choose_set(snapshot.dataset, on_test).X), MOST)


def prediction_title(snapshot: Snapshot, on_test: bool, room: int) -> str:
    """The name of the set, in so many cells."""
    return first_fitting((f"predictions · {choose_set(snapshot.dataset, on_test).name}", "predictions"), room)


def prediction_legend(snapshot: Snapshot, theme: Theme, width: int, height: int, first: int, room: int) -> list[Piece]:
    """Which samples are in sight, and what the chart is of."""
    gallery, axis = snapshot.predictions, theme.inks.axis
    if gallery is None:
        return []
    page, predicted = prediction_window(snapshot, width, height, gallery.is_test)
    of = count(gallery.total) if gallery.total <= MOST else f"the first {count(MOST)}"
    shown = f"{count(first + 1)}–{count(min(first + page, predicted))} of {of}"
    line: Line = [("━", theme.inks.curve), (" output = target  ", axis)]
    sample: Line = [(sample_glyph(0), theme.inks.text), (" output ↑ by target →  ", axis)]
    pieces = [*sample, *line, (shown, axis)]
    has_chart = _chart_width(snapshot, width, height - len(_qualities(snapshot, width))) > 0
    return pieces if has_chart and width_of(pieces) <= room else [(first_fitting((shown,), room), axis)]


def _qualities(snapshot: Snapshot, width: int) -> list[list[tuple[str, Metrics]]]:
    """Both sets in one row where it is wide, else one below the other."""
    sets = [("train", snapshot.metrics)]
    if snapshot.test_metrics is not None:
        sets.append(("test", snapshot.test_metrics))
    return [sets] if width >= 36 * len(sets) else [[(f"{name:<5}", metrics)] for name, metrics in sets]


def _quality(name: str, metrics: Metrics, theme: Theme) -> Line:
    pieces: Line = [(f" {name}", theme.inks.axis)]
    for label, value in (("R²", "–" if metrics.r2 is None else f"{metrics.r2:.4g}"), ("RMSE", metrics.rmse_text)):
        pieces += [(f" {label} ", theme.inks.axis), (value, theme.inks.text)]
    return [*pieces, ("  ", theme.inks.axis)]


def _table(snapshot: Snapshot, gallery: Gallery, theme: Theme, width: int, first: int, height: int) -> list[Line]:
    """The names of the columns and below them the samples, as many outputs as fit, each beside its target."""
    axis, text = theme.inks.axis, theme.inks.text
    shown = max(1, min(gallery.outputs.shape[1], (width - _FIRST) // (2 * _NUMBER)))
    names = short_names(snapshot.dataset.output_names, _NUMBER - 1)[:shown]
    headings = [heading for name in names for heading in (name, "output")] + (["error"] if shown == 1 else [])
    lines: list[Line] = [[(f" {'sample':>{_FIRST - 1}}{_columns(headings)}", axis)]]
    for index in range(first, min(first + height - 1, len(gallery.numbers))):
        values = np.stack([gallery.targets[index, :shown], gallery.outputs[index, :shown]], axis=1).ravel().tolist()
        if shown == 1:
            values.append(values[1] - values[0])
        number = count(int(gallery.numbers[index]) + 1)
        lines.append([(f" {number:>{_FIRST - 1}}", axis), (_columns(map(table_number, values)), text)])
    return lines[: max(height, 0)]


def _columns(texts: Iterable[str]) -> str:
    return "".join(right_aligned(text, _NUMBER) for text in texts)


def _chart_width(snapshot: Snapshot, width: int, height: int) -> int:
    """Cells of the chart beside the table; 0 where there is no room for it."""
    across, down = _CHART
    numbers = 3 if snapshot.dataset.y.shape[1] <= 1 else 4
    room = width - _FIRST - numbers * _NUMBER - 2
    return min(room, int(height * _ASPECT * 2)) if room >= across and height >= down else 0


def _pictures(gallery: Gallery, theme: Theme, width: int, height: int) -> list[Strip]:
    """The outputs against their targets, and below them how the errors are spread, where there is room for both."""
    errors = height // 3 if height // 3 >= ERROR_ROWS else 0
    spread = error_rows(gallery, theme, width, errors) if errors else []
    return [*_chart(gallery, theme, width, height - errors), *filled_up(spread, width, errors, theme)]


def _chart(gallery: Gallery, theme: Theme, width: int, height: int) -> list[Strip]:
    """The first output against its target; where it is right, it lies on the line."""
    targets, outputs = gallery.targets[:, 0], gallery.outputs[:, 0]
    low, high = float(targets.min()), float(targets.max())
    margin = _MARGIN * (high - low) or 1.0
    low, high = low - margin, high + margin
    line, style = np.array([low, high]), theme.inks.text
    finite = np.isfinite(outputs)
    points = Series(targets[finite], outputs[finite], style, sample_glyph(0))
    series = [Series(line, line, theme.inks.curve), points]
    down = linear_axis(low, high, height - 2)
    return chart(series, (low, high), down, (width, height), theme.inks.axis)
