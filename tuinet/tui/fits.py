"""The fitted curve of a single input, with the samples that it is fitted to: pure drawing."""

from __future__ import annotations

from typing import Final

import numpy as np
from rich.style import Style
from textual.strip import Strip

from tuinet.training.pictures import Curve
from tuinet.training.snapshot import Snapshot
from tuinet.tui.cells import Array
from tuinet.tui.legends import class_pieces, fitting_names, glyph_of
from tuinet.tui.plot import COLUMNS_PER_MARKER, MIN_HEIGHT, MIN_WIDTH, Series, chart, thin
from tuinet.tui.scales import linear_axis
from tuinet.tui.text import Piece, count, ink
from tuinet.tui.theme import Theme

_NAME_LIMIT: Final = 12
_MOST_LINES: Final = 10


def fit_rows(snapshot: Snapshot, theme: Theme, width: int, height: int) -> list[Strip]:
    """The outputs against the input, the samples on them, and both axes."""
    if width < MIN_WIDTH or height < MIN_HEIGHT:
        return []
    lowest, highest = _target_range(snapshot)
    down = linear_axis(lowest, highest, height - 2)
    series = [*_lines(snapshot, theme), *_samples(snapshot, theme, width)]
    return chart(series, snapshot.dataset.ranges()[0], down, (width, height), ink(theme.axis, theme.background))


def fit_legend(snapshot: Snapshot, theme: Theme, width: int) -> list[Piece]:
    """What is drawn against what."""
    dataset, axis = snapshot.dataset, ink(theme.axis, theme.background)
    (name,) = fitting_names(dataset.feature_names, _NAME_LIMIT)
    if dataset.task == "classes":
        return [*class_pieces(dataset.class_names, theme, width - len(name) - 4), (f"  by {name}", axis)]
    target = "output" if dataset.task == "binary" else (dataset.target_names or ("y",))[0]
    (target,) = fitting_names((target,), _NAME_LIMIT)
    glyph, line = (glyph_of(0), _sample_ink(theme)), ("━", ink(theme.curve, theme.background))
    return [glyph, (" sample  ", axis), line, (f" {target} by {name}", axis)]


def fit_title(snapshot: Snapshot, width: int) -> str:
    """What is shown, and how many of the samples where it cannot be all."""
    name = "curve" if snapshot.dataset.task == "regression" else "outputs"
    samples, shown = len(snapshot.dataset.X), _shown(snapshot, width)
    return name if shown == samples else f"{name} · {count(shown)} of {count(samples)} samples"


def _shown(snapshot: Snapshot, width: int) -> int:
    """So many samples that they do not hide the curve."""
    return min(len(snapshot.dataset.X), max(width // 2, 1))


def _sample_ink(theme: Theme) -> Style:
    return ink(theme.foreground, theme.background)


def _target_range(snapshot: Snapshot) -> tuple[float, float]:
    if snapshot.dataset.task != "regression":
        return (-1.0 if snapshot.layers[-1].activation == "tanh" else 0.0), 1.0
    targets = snapshot.dataset.y[:, 0]
    return float(targets.min()), float(targets.max())


def _samples(snapshot: Snapshot, theme: Theme, width: int) -> list[Series]:
    """The targets; of classes each with its glyph, at the place that its output should reach."""
    dataset, shown = snapshot.dataset, _shown(snapshot, width)
    x, targets = dataset.X[:shown, 0], dataset.y[:shown]
    if dataset.task == "regression":
        return [Series(x, targets[:, 0], _sample_ink(theme), glyph_of(0))]
    binary = dataset.task == "binary"
    labels = (targets[:, 0] > 0.5).astype(int) if binary else targets.argmax(axis=1)
    heights = labels.astype(float) if binary else np.ones(shown)
    inks = _class_inks(snapshot, theme)
    return [
        Series(x[labels == label], heights[labels == label], style, glyph_of(label)) for label, style in enumerate(inks)
    ]


def _class_inks(snapshot: Snapshot, theme: Theme) -> list[Style]:
    if snapshot.dataset.task == "binary":
        return [_sample_ink(theme)] * 2
    return [ink(colour, theme.background) for colour in theme.class_colours(len(snapshot.dataset.class_names))]


def _lines(snapshot: Snapshot, theme: Theme) -> list[Series]:
    curve = snapshot.surface
    if not isinstance(curve, Curve):
        return []
    if snapshot.dataset.task == "classes":
        inks = _class_inks(snapshot, theme)[:_MOST_LINES]
        lines = [_line(curve.x, curve.outputs[:, label], style) for label, style in enumerate(inks)]
        return [_marked(line, glyph_of(label)) for label, line in enumerate(lines)] if theme.markers else lines
    return [_line(curve.x, curve.outputs[:, 0], ink(theme.curve, theme.background))]


def _line(x: Array, y: Array, style: Style) -> Series:
    finite = np.isfinite(y)
    return Series(x[finite], y[finite], style)


def _marked(line: Series, glyph: str) -> Series:
    """Drawn with the glyph of its class, where colours do not suffice."""
    return Series(*thin(line.x, line.y, max(len(line.x) // (2 * COLUMNS_PER_MARKER), 1)), line.style, glyph)
