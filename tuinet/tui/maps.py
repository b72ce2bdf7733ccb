"""The map of the input plane with its axes, points and legend: pure drawing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from textual.strip import Strip

from tuinet.training.pictures import Surface
from tuinet.training.snapshot import Snapshot
from tuinet.tui.cells import Marks, Range, half_blocks, place, resample
from tuinet.tui.shadings import Shading, shading
from tuinet.tui.text import count, ink, row, short_number, shorten
from tuinet.tui.theme import Theme

_MIN_COLUMNS: Final = 4
_MIN_ROWS: Final = 2
_AXIS_NAME: Final = 6


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


def map_title(snapshot: Snapshot, theme: Theme, width: int, height: int) -> str:
    """What the map shows, and how many of the samples where it cannot be all."""
    name = "output" if snapshot.dataset.task == "regression" else "decision boundary"
    columns, rows = map_size(snapshot, width, height)
    samples = len(snapshot.dataset.X)
    every = _every(samples, shading(snapshot, theme), columns, rows)
    return name if every == 1 else f"{name} · {count(-(-samples // every))} of {count(samples)} samples"


def _surface(snapshot: Snapshot) -> Surface | None:
    return snapshot.surface if isinstance(snapshot.surface, Surface) else None


def _ranges(snapshot: Snapshot) -> tuple[Range, Range]:
    surface = _surface(snapshot)
    if surface is not None:
        return surface.x_range, surface.y_range
    x_range, y_range = snapshot.dataset.ranges()
    return x_range, y_range


def _gutter(snapshot: Snapshot) -> int:
    low, high = _ranges(snapshot)[1]
    name = shorten(snapshot.dataset.feature_names[1], _AXIS_NAME)
    return max(len(short_number(low)), len(short_number(high)), len(name)) + 2


def _map(snapshot: Snapshot, theme: Theme, columns: int, rows: int) -> list[Strip]:
    shades, surface = shading(snapshot, theme), _surface(snapshot)
    if surface is None:
        levels = np.full((2 * rows, columns), shades.unknown)
    else:
        levels = resample(shades.levels(surface), 2 * rows, columns)
    return half_blocks(levels, shades.colours, _points(snapshot, shades, columns, rows))


def _points(snapshot: Snapshot, shades: Shading, columns: int, rows: int) -> Marks:
    ranges, dataset = _ranges(snapshot), snapshot.dataset
    every = _every(len(dataset.X), shades, columns, rows)
    return {
        place(float(x), float(y), ranges, (rows, columns)): shades.mark(target)
        for (x, y), target in zip(dataset.X[::every], dataset.y[::every], strict=True)
    }


def _every(samples: int, shades: Shading, columns: int, rows: int) -> int:
    """Every how many samples one is drawn, so that they do not hide the map, and drawing stays quick."""
    return max(1, math.ceil(samples / max(shades.samples_per_cell * columns * rows, 1)))


def _beside_axis(snapshot: Snapshot, theme: Theme, drawn: Sequence[Strip], width: int) -> list[Strip]:
    (low, high), name = _ranges(snapshot)[1], shorten(snapshot.dataset.feature_names[1], _AXIS_NAME)
    labels = {len(drawn) // 2: name, len(drawn) - 1: short_number(low), 0: short_number(high)}
    style, gutter = ink(theme.axis, theme.background), _gutter(snapshot)
    texts = [f"{labels.get(index, ''):>{gutter - 1}} " for index in range(len(drawn))]
    return [
        Strip([*row([(text, style)], gutter, style), *strip]).adjust_cell_length(width, style)
        for text, strip in zip(texts, drawn, strict=True)
    ]


def _x_axis(snapshot: Snapshot, theme: Theme, columns: int, width: int) -> Strip:
    low, high = _ranges(snapshot)[0]
    left, right = short_number(low), short_number(high)
    name = shorten(snapshot.dataset.feature_names[0], _AXIS_NAME)
    middle = f"{name:^{max(columns - len(left) - len(right), 0)}}" if columns > len(left + right + name) else ""
    style = ink(theme.axis, theme.background)
    return row([(" " * _gutter(snapshot) + left + middle + right, style)], width, style)
