"""The map of the input plane with its axes, points and legend: pure drawing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from textual.strip import Strip

from tuinet.observe.planes import NO_POINTS, Points, Surface
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.draw.cells import Levels, Mark, Marks, half_blocks, resample
from tuinet.tui.draw.chart import Cell, MapLayout, map_layout
from tuinet.tui.draw.shadings import Shading, shading
from tuinet.tui.draw.text import count, ink, row, short_number, shorten, unit_names
from tuinet.tui.style.theme import Theme

CURSOR: Final = "┼"
"""Where the next point goes; on a sample, the sample stands between `CURSOR_SIDES`."""
CURSOR_SIDES: Final = "[]"
TITLE_EDGE: Final = 3
"""Cells inside the frame that a title in its edge cannot have."""
_TEST_SHARE: Final = 0.5
"""Test samples that may cover the map, as a share of the training samples that may."""

Place = tuple[float, float]
"""Coordinates across and up."""


def map_size(snapshot: Snapshot, width: int, height: int) -> tuple[int, int]:
    """Columns and rows of cells that the map has in this room, beside and above its axes."""
    layout = map_layout(snapshot, width, height)
    return layout.columns, layout.rows


def map_rows(
    snapshot: Snapshot,
    theme: Theme,
    width: int,
    height: int,
    *,
    discrete: bool = False,
    cursor: Place | None = None,
    levels: Levels | None = None,
) -> list[Strip]:
    """The map with its axes, or without them where there is no room.

    Parameters
    ----------
    discrete
        Whether classes are shown as they are decided.
    cursor
        Where the cursor is, if there is one.
    levels
        What `map_levels` gave; ``None`` for the exact ones.
    """
    layout = map_layout(snapshot, width, height)
    if not layout.columns or not layout.rows:
        return []
    shades = shading(snapshot, theme, discrete=discrete)
    marks = _samples(snapshot, shades, layout)
    if cursor is not None:
        marks.update(_cursor(layout.cell_of(*cursor), marks, layout, theme))
    if levels is None:
        levels = map_levels(snapshot, theme, discrete=discrete)
    pixels = resample(levels, 2 * layout.rows, layout.columns)
    drawn = half_blocks(pixels, shades.colours, marks)
    if not layout.has_axes:
        return drawn
    return [*_beside_axis(drawn, layout, theme, width), _x_axis(layout, theme, width)]


def map_levels(snapshot: Snapshot, theme: Theme, *, discrete: bool = False, before: Levels | None = None) -> Levels:
    """The colour of each pixel of the surface.

    Parameters
    ----------
    discrete
        Whether classes are shown as they are decided.
    before
        The colours that were drawn last, which need not change where the values tremble; ``None`` for exact ones.
    """
    shades, surface = shading(snapshot, theme, discrete=discrete), snapshot.surface
    if not isinstance(surface, Surface):
        return np.full((1, 1), shades.unknown)
    is_same = before is not None and before.shape == surface.values.shape
    return shades.levels(surface, before if is_same else None)


def map_title(snapshot: Snapshot, theme: Theme, width: int, height: int) -> str:
    """What the map shows; as far as there is room, how many of the samples, and what a cut leaves out."""
    layout, room = map_layout(snapshot, width, height), width - TITLE_EDGE
    train, test = _drawn(snapshot, shading(snapshot, theme), layout)
    (all_train, all_test), shown = _sets(snapshot), len(train.rows) + len(test.rows)
    total = all_train.total + all_test.total
    notes = [f"{count(shown)} of {count(total)} samples"] if shown < total else []
    if set(layout.names) <= set(snapshot.dataset.feature_names) and len(snapshot.dataset.feature_names) > 2:
        notes.append("the others at their mean")
    title = _name(snapshot, room)
    for note in notes:
        title = f"{title} · {note}" if len(title) + 3 + len(note) <= room else title
    return title


def response_title(snapshot: Snapshot, unit: Unit, room: int) -> str:
    """Name the unit whose response is shown, as fully as there is room for."""
    layer, index = unit
    name = unit_names(snapshot, layer)[index]
    whole = f"response of {name}, layer {layer} ({snapshot.layers[layer - 1].activation})"
    shorter = [whole, f"response of {name}, layer {layer}", f"{name}, layer {layer}"]
    return next((text for text in shorter if len(text) <= room), shorter[-1])


def sample_places(snapshot: Snapshot) -> Points:
    """The training samples that are on the map."""
    return _sets(snapshot)[0]


def _name(snapshot: Snapshot, room: int) -> str:
    surface = snapshot.surface
    if isinstance(surface, Surface) and surface.unit is not None:
        return response_title(snapshot, surface.unit, room)
    return "output" if snapshot.dataset.task == "regression" else "decision boundary"


def _sets(snapshot: Snapshot) -> tuple[Points, Points]:
    surface = snapshot.surface
    return (surface.train, surface.test) if isinstance(surface, Surface) else (NO_POINTS, NO_POINTS)


def _drawn(snapshot: Snapshot, shades: Shading, layout: MapLayout) -> tuple[Points, Points]:
    """So many samples that they do not hide the map."""
    train, test = _sets(snapshot)
    most = max(shades.samples_per_cell * layout.columns * layout.rows, 1)
    return thinned(train, most), thinned(test, most * _TEST_SHARE)


def thinned(points: Points, most: float) -> Points:
    """One of every so many, the last one always among them."""
    every = max(1, math.ceil(len(points.rows) / max(most, 1)))
    if every == 1:
        return points
    chosen = np.arange(len(points.rows) - 1, -1, -every)[::-1]
    return Points(
        points.rows[chosen], points.places[chosen], points.targets[chosen], points.answers[chosen], points.total
    )


def _samples(snapshot: Snapshot, shades: Shading, layout: MapLayout) -> Marks:
    """The samples: in a cell with several a training sample goes before a test sample, and a wrong one before both."""
    train, test = _drawn(snapshot, shades, layout)
    wrong, right = Marks(), Marks()
    for points, is_test in ((test, True), (train, False)):
        for (x, y), target, answer in zip(
            points.places.tolist(), points.targets.tolist(), points.answers.tolist(), strict=True
        ):
            marks = right if target == answer or snapshot.dataset.task == "regression" else wrong
            marks[layout.cell_of(x, y)] = shades.mark(target, answer, is_test=is_test)
    return {**right, **wrong}


def _cursor(cell: Cell, marks: Marks, layout: MapLayout, theme: Theme) -> Marks:
    """The cursor; on a sample the sample in its colours, and where there is room brackets beside it."""
    row, column = cell
    under = marks.get(cell)
    cursor = {cell: Mark(under.glyph if under else CURSOR, theme.background, theme.accent)}
    if under:
        for side, beside in zip(CURSOR_SIDES, (column - 1, column + 1), strict=True):
            if 0 <= beside < layout.columns:
                cursor[row, beside] = Mark(side, theme.accent, theme.background)
    return cursor


def _beside_axis(drawn: Sequence[Strip], layout: MapLayout, theme: Theme, width: int) -> list[Strip]:
    """The rows of the map with the ends of the vertical axis and its name on their left."""
    low, high = map(short_number, layout.ranges[1])
    words = layout.words[: max(len(drawn) - 2, 0)]
    first = (len(drawn) - len(words) + 1) // 2
    labels = {first + index: word for index, word in enumerate(words)} | {len(drawn) - 1: low, 0: high}
    style = ink(theme.axis, theme.background)
    texts = [f"{labels.get(index, ''):>{layout.gutter - 1}} " for index in range(len(drawn))]
    return [
        Strip([*row([(text, style)], layout.gutter, style), *strip]).adjust_cell_length(width, style)
        for text, strip in zip(texts, drawn, strict=True)
    ]


def _x_axis(layout: MapLayout, theme: Theme, width: int) -> Strip:
    left, right = map(short_number, layout.ranges[0])
    room = max(layout.columns - len(left) - len(right), 0)
    middle = f"{shorten(layout.names[0], max(room - 2, 0)):^{room}}"
    style = ink(theme.axis, theme.background)
    return row([(" " * layout.gutter + left + middle + right, style)], width, style)
