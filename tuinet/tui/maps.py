"""The map of the input plane with its axes, points and legend: pure drawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from textual.strip import Strip

from tuinet.training.snapshot import Snapshot
from tuinet.tui.cells import POINT_GLYPHS, Array, Marks, Range, half_blocks, place, quantize, resample
from tuinet.tui.text import Piece, ink, row, shorten
from tuinet.tui.theme import LEVELS, Theme

_MIN_COLUMNS: Final = 4
_MIN_ROWS: Final = 2
_AXIS_NAME: Final = 6
_CLASS_NAME: Final = 8
_CLASSES_NAMED: Final = 4


def is_plane(snapshot: Snapshot) -> bool:
    """Whether the inputs are two, so that there is a map."""
    inputs: int = snapshot.dataset.X.shape[1]
    return inputs == 2


def map_size(snapshot: Snapshot, width: int, height: int) -> tuple[int, int]:
    """Columns and rows of cells that the map has in this room, beside and above its axes."""
    columns, rows = width - _gutter(snapshot) - 1, height - 1
    return (columns, rows) if columns >= _MIN_COLUMNS and rows >= _MIN_ROWS else (max(width, 0), max(height, 0))


def map_rows(snapshot: Snapshot, theme: Theme, width: int, height: int) -> list[Strip]:
    """The map with its axes, or without them where there is no room."""
    columns, rows = map_size(snapshot, width, height)
    if not columns or not rows:
        return []
    drawn = _map(snapshot, theme, columns, rows)
    if (columns, rows) == (width, height):
        return drawn
    return [*_beside_axis(snapshot, theme, drawn, width), _x_axis(snapshot, theme, columns, width)]


def map_legend(snapshot: Snapshot, theme: Theme) -> list[Piece]:
    """The classes' glyphs, and the ramp of the probability of the second class."""
    axis, text = ink(theme.axis, theme.background), ink(theme.foreground, theme.background)
    names = [shorten(name, _CLASS_NAME) for name in snapshot.dataset.class_names]
    pieces: list[Piece] = []
    for glyph, name in zip(POINT_GLYPHS, names[:_CLASSES_NAMED], strict=False):
        pieces += [(f"{glyph} ", text), (f"{name}  ", axis)]
    if len(names) != 2:
        return pieces
    return [*pieces, (f"P({names[1]}) 0 ", axis), *ramp_pieces(theme), (" 1", axis)]


def ramp_pieces(theme: Theme) -> list[Piece]:
    """All levels of the map, two in a cell."""
    levels = [*theme.levels, theme.levels[-1]]
    return [("▌", ink(left, right)) for left, right in zip(levels[::2], levels[1::2], strict=True)]


def sample_rows(snapshot: Snapshot, theme: Theme, width: int, height: int) -> list[Strip]:
    """A sentence and the first samples, where the inputs are not a plane."""
    axis, text = ink(theme.axis, theme.background), ink(theme.foreground, theme.background)
    dataset, inputs = snapshot.dataset, snapshot.dataset.X.shape[1]
    shown = max(1, min(inputs, (width - 10) // 8))
    dots = "…" if shown < inputs else " "
    names = "".join(f"{shorten(name, 7):>8}" for name in dataset.feature_names[:shown])
    plural = "" if inputs == 1 else "s"
    lines: list[list[Piece]] = [
        [(f" {inputs:,} input{plural}: a map needs two", text)],
        [(f" {names}{dots} target", axis)],
    ]
    for sample, targets in zip(dataset.X[: max(height - 2, 0)], dataset.y, strict=False):
        numbers = "".join(f"{value:>8.3g}" for value in sample[:shown])
        target = " ".join(f"{value:g}" for value in targets)
        lines.append([(f" {numbers}{dots} ", axis), (target, text)])
    return [row(line, width, text) for line in lines]


def _ranges(snapshot: Snapshot) -> tuple[Range, Range]:
    if snapshot.surface is not None:
        return snapshot.surface.x_range, snapshot.surface.y_range
    x_range, y_range = snapshot.dataset.ranges()
    return x_range, y_range


def _number(value: float) -> str:
    return f"{value:.3g}"


def _gutter(snapshot: Snapshot) -> int:
    low, high = _ranges(snapshot)[1]
    name = shorten(snapshot.dataset.feature_names[1], _AXIS_NAME)
    return max(len(_number(low)), len(_number(high)), len(name)) + 2


def _map(snapshot: Snapshot, theme: Theme, columns: int, rows: int) -> list[Strip]:
    if snapshot.surface is None:
        values: Array = np.full((2 * rows, columns), 0.5)
    else:
        values = resample(snapshot.surface.values, 2 * rows, columns)
    return half_blocks(quantize(values, LEVELS), theme.levels, _points(snapshot, columns, rows))


def _points(snapshot: Snapshot, columns: int, rows: int) -> Marks:
    ranges, dataset = _ranges(snapshot), snapshot.dataset
    return {
        place(float(x), float(y), ranges, (rows, columns)): POINT_GLYPHS[label % len(POINT_GLYPHS)]
        for (x, y), label in zip(dataset.X, _labels(dataset.y), strict=True)
    }


def _labels(targets: Array) -> list[int]:
    labels = targets.argmax(axis=1) if targets.shape[1] > 1 else targets[:, 0] > 0.5
    return [int(label) for label in labels]


def _beside_axis(snapshot: Snapshot, theme: Theme, drawn: Sequence[Strip], width: int) -> list[Strip]:
    (low, high), name = _ranges(snapshot)[1], shorten(snapshot.dataset.feature_names[1], _AXIS_NAME)
    labels = {len(drawn) // 2: name, len(drawn) - 1: _number(low), 0: _number(high)}
    style, gutter = ink(theme.axis, theme.background), _gutter(snapshot)
    texts = [f"{labels.get(index, ''):>{gutter - 1}} " for index in range(len(drawn))]
    return [
        Strip([*row([(text, style)], gutter, style), *strip]).adjust_cell_length(width, style)
        for text, strip in zip(texts, drawn, strict=True)
    ]


def _x_axis(snapshot: Snapshot, theme: Theme, columns: int, width: int) -> Strip:
    low, high = _ranges(snapshot)[0]
    left, right = _number(low), _number(high)
    name = shorten(snapshot.dataset.feature_names[0], _AXIS_NAME)
    middle = f"{name:^{max(columns - len(left) - len(right), 0)}}" if columns > len(left + right + name) else ""
    style = ink(theme.axis, theme.background)
    return row([(" " * _gutter(snapshot) + left + middle + right, style)], width, style)
