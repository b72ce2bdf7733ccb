"""The fitted curve of a single input, with the samples that it is fitted to: pure drawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tuinet.observe.planes import Curve, Points
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.answers import map_names
from tuinet.tui.draw.boundary import has_threshold, threshold
from tuinet.tui.draw.cells import Array, sample_glyph
from tuinet.tui.draw.chart import ChartLayout
from tuinet.tui.draw.curves import COLUMNS_PER_MARKER, MIN_HEIGHT, MIN_WIDTH, Series, chart, chart_layout
from tuinet.tui.draw.sample_legends import class_pieces, described, kinds_of
from tuinet.tui.draw.scales import Axis, linear_axis, response_range, target_range
from tuinet.tui.draw.short_names import short_name, short_names
from tuinet.tui.draw.text import Piece, count, first_fitting, ink, width_of
from tuinet.tui.panels.map.drawing import CURSOR, TITLE_EDGE, Place, response_title, sets_of, thinned, unit_of
from tuinet.tui.style.theme import Theme

_SCORES: Final = (-2.0, 2.0)
"""The range of scores that is drawn: from a margin below −1 to one above 1."""
_NAME_LIMIT: Final = 12
_SHORT: Final = 8
_MOST_LINES: Final = 10
_MOST_RUNS: Final = 4
"""Parts of a line that leaves the canvas and comes back."""
_WIDTH_PER_TRAIN: Final = 2
_WIDTH_PER_TEST: Final = 4
"""Columns for each sample that is drawn, so that they do not hide the curve."""
_WIDEST: Final = 240
"""More samples than this width has would need more colours than a terminal has numbers for."""


def fit_rows(snapshot: Snapshot, theme: Theme, width: int, height: int, *, cursor: Place | None = None) -> list[Strip]:
    """The outputs against the input, the samples on them, both axes, and the cursor if there is one."""
    layout = fit_layout(snapshot, width, height)
    if layout is None:
        return []
    series = [*_lines(snapshot, theme, layout), *_samples(snapshot, theme, width)]
    rows = chart(series, layout.across, _down(snapshot, height), (width, height), theme.inks.axis)
    return rows if cursor is None else _with_cursor(rows, layout, cursor, theme)


def fit_layout(snapshot: Snapshot, width: int, height: int) -> ChartLayout | None:
    """Where the canvas is in so many cells; ``None`` where there is no room for one."""
    if width < MIN_WIDTH or height < MIN_HEIGHT:
        return None
    return chart_layout(_across(snapshot), _down(snapshot, height), (width, height))


def fit_legend(snapshot: Snapshot, theme: Theme, width: int) -> list[Piece]:
    """The meaning of line and glyphs, and the names of both axes."""
    dataset, axis = snapshot.dataset, theme.inks.axis
    name = short_name(dataset.feature_names, 0, _NAME_LIMIT)
    line = ("━", theme.inks.curve)
    if unit_of(snapshot):
        return [line, (f" activation by {name}", axis)]
    if dataset.task == "classes":
        by: list[Piece] = [(f"  by {name}", axis)]
        return class_pieces(dataset.class_names, theme, width, kinds_of(*sets_of(snapshot)), [by, []])
    if dataset.task != "regression":
        return _two_answers(snapshot, theme, [line, (" output", axis)], f" by {name}", width)
    target = short_name(dataset.output_names, 0, _NAME_LIMIT)
    train_ink, test_ink = theme.inks.text, theme.inks.test_curve
    test = [(sample_glyph(0, is_test=True), test_ink), (" test  ", axis)] if len(sets_of(snapshot)[1].rows) else []
    sample = [(sample_glyph(0), train_ink), (" train  " if test else " sample  ", axis)]
    ends = [(f" output: {target} by {name}", axis), (f" {target} by {name}", axis), (f" {target}", axis)]
    wholes = [[*sample, *test, line, end] for end in ends]
    return next((pieces for pieces in wholes if width_of(pieces) <= width), wholes[-1])


def _two_answers(snapshot: Snapshot, theme: Theme, output: list[Piece], by: str, width: int) -> list[Piece]:
    """What the samples are, and the line, as much of it as there is room for."""
    gap: Piece = ("  ", theme.inks.axis)
    kinds, names = kinds_of(*sets_of(snapshot)), map_names(snapshot)
    ends: list[list[Piece]] = [[gap, *output, (by, theme.inks.axis)], [gap, *output]]
    for end in ends:
        for glyphs in described(short_names(names, _SHORT), theme, kinds):
            if width_of(glyphs) + width_of(end) <= width:
                return [*glyphs, *end]
    return class_pieces(names, theme, width, kinds)


def fit_title(snapshot: Snapshot, width: int, words: Sequence[str] = ()) -> str:
    """The name of the chart, and how many samples are drawn where it is not all of them."""
    if unit := unit_of(snapshot):
        return response_title(snapshot, unit, width - TITLE_EDGE)
    name = "curve" if snapshot.dataset.task == "regression" else "outputs"
    total = sum(points.total for points in sets_of(snapshot))
    shown = sum(len(points.rows) for points in _drawn(snapshot, width))
    room = width - TITLE_EDGE
    name = first_fitting([f"{name} · {one}" for one in words], room) or name
    note = f"{count(shown)} of {count(total)}"
    notes = (f"{name} · {note} samples", f"{name} · {note}") if shown < total else ()
    return first_fitting(notes, room) or name


def sample_places(snapshot: Snapshot) -> Points:
    """The training samples that are on the chart, with where they are on it, across and up."""
    train, _ = sets_of(snapshot)
    if not len(train.rows):
        return train
    return train._replace(places=np.column_stack([train.places[:, 0], _heights(snapshot, train)]))


def _curve(snapshot: Snapshot) -> Curve | None:
    return snapshot.surface if isinstance(snapshot.surface, Curve) else None


def _drawn(snapshot: Snapshot, width: int) -> tuple[Points, Points]:
    (train, test), width = sets_of(snapshot), min(width, _WIDEST)
    return thinned(train, width // _WIDTH_PER_TRAIN), thinned(test, width // _WIDTH_PER_TEST)


def _across(snapshot: Snapshot) -> tuple[float, float]:
    curve = _curve(snapshot)
    if curve is not None and len(curve.x) > 1:
        return float(curve.x[0]), float(curve.x[-1])
    return snapshot.dataset.ranges()[0] if len(snapshot.dataset.X) else (0.0, 1.0)


def _down(snapshot: Snapshot, height: int) -> Axis:
    curve = _curve(snapshot)
    if curve is not None and curve.unit is not None:
        return linear_axis(*response_range(curve.outputs, snapshot.layers[curve.unit[0] - 1].activation), height - 2)
    if snapshot.dataset.task == "regression":
        low, high = _targets(snapshot)
        # The lowest sample does not lie on the axis.
        return linear_axis(low - (high - low) / (2 * (height - 2)), high, height - 2)
    if snapshot.has_margins:
        return linear_axis(*_SCORES, height - 2)
    return linear_axis(-1.0 if snapshot.is_signed else 0.0, 1.0, height - 2)


def _targets(snapshot: Snapshot) -> tuple[float, float]:
    """The lowest and the highest number of both sets."""
    low, high = target_range(snapshot)
    drawn = [points.targets for points in sets_of(snapshot) if len(points.targets)]
    return min([low, *(float(one.min()) for one in drawn)]), max([high, *(float(one.max()) for one in drawn)])


def _heights(snapshot: Snapshot, points: Points) -> Array:
    """Where samples are on the vertical axis: at their target; classes where their output should come to."""
    task = snapshot.dataset.task
    if task == "classes":
        return np.ones(len(points.targets))
    low = -1.0 if snapshot.is_signed else 0.0
    return points.targets if task == "regression" else np.where(points.targets > 0.5, 1.0, low)


def _samples(snapshot: Snapshot, theme: Theme, width: int) -> list[Series]:
    """Test samples, then training samples, then those that are taken for another class; none among activations."""
    if unit_of(snapshot):
        return []
    train, test = _drawn(snapshot, width)
    if snapshot.dataset.task == "regression":
        return [
            Series(points.places[:, 0], points.targets, style, sample_glyph(0, is_test=is_test))
            for points, style, is_test in ((test, theme.inks.test_curve, True), (train, theme.inks.text, False))
        ]
    classes = [*_classes(snapshot, theme, test, is_test=True), *_classes(snapshot, theme, train, is_test=False)]
    return sorted(classes, key=lambda series: series.marker.isalpha())


def _classes(snapshot: Snapshot, theme: Theme, points: Points, *, is_test: bool) -> list[Series]:
    """A series for each class, and one for those of it that are taken for another."""
    series = []
    heights, is_wrong = _heights(snapshot, points), points.targets != points.answers
    for label, right_ink in enumerate(_class_inks(snapshot, theme)):
        for wrong, style in ((False, right_ink), (True, theme.inks.wrong)):
            chosen = (points.targets == label) & (is_wrong == wrong)
            glyph = sample_glyph(label, is_test=is_test, is_wrong=wrong)
            series.append(Series(points.places[chosen, 0], heights[chosen], style, glyph))
    return [one for one in series if len(one.x)]


def _class_inks(snapshot: Snapshot, theme: Theme) -> list[Style]:
    if snapshot.dataset.task != "classes":
        return [theme.inks.text] * 2
    return [ink(colour, theme.background) for colour in theme.class_colours(len(snapshot.dataset.class_names))]


def _lines(snapshot: Snapshot, theme: Theme, layout: ChartLayout) -> list[Series]:
    curve = _curve(snapshot)
    if curve is None:
        return []
    if snapshot.dataset.task != "classes" or curve.unit is not None:
        level = np.full(len(curve.x), threshold(snapshot))
        decides = _line(curve.x, level, theme.inks.axis, layout) if has_threshold(snapshot) else []
        return [*decides, *_line(curve.x, curve.outputs[:, 0], theme.inks.curve, layout)]
    series: list[Series] = []
    for label, style in enumerate(_class_inks(snapshot, theme)[:_MOST_LINES]):
        parts = _line(curve.x, curve.outputs[:, label], style, layout)
        if theme.markers:  # colours do not suffice
            parts = [
                part.thinned(max(len(part.x) // (2 * COLUMNS_PER_MARKER), 1))._replace(marker=sample_glyph(label))
                for part in parts
            ]
        series += parts
    return series


def _line(x: Array, y: Array, style: Style, layout: ChartLayout) -> list[Series]:
    """The parts of a line that are on the canvas, as far as they are not too many."""
    low, high = layout.up
    is_inside = np.isfinite(y) & (y >= low) & (y <= high)
    edges = np.flatnonzero(np.diff(is_inside)) + 1
    runs = [run for run in np.split(np.arange(len(y)), edges) if len(run) and is_inside[run[0]]]
    return [Series(x[run], y[run], style) for run in runs[:_MOST_RUNS]]


def _with_cursor(rows: list[Strip], layout: ChartLayout, cursor: Place, theme: Theme) -> list[Strip]:
    row, column = layout.cell_of(*cursor)
    strip, column = rows[row], column + layout.gutter
    drawn = Strip([Segment(CURSOR, theme.inks.chosen)], 1)
    joined = Strip.join([strip.crop(0, column), drawn, strip.crop(column + 1, strip.cell_length)])
    return [*rows[:row], joined, *rows[row + 1 :]]
