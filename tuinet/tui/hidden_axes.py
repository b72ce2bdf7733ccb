"""The axes of the hidden space: their names, their ranges, and their labels around a picture."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from textual.strip import Strip

from tuinet.observe.hidden import HiddenSpace
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import HiddenView
from tuinet.tui.cells import Range
from tuinet.tui.hidden_plane import Ranges
from tuinet.tui.scales import tick_label, ticks_between
from tuinet.tui.text import ink, row, whole_percent
from tuinet.tui.theme import Theme

_BOUNDED: Final[Mapping[str, Range]] = {
    "sigmoid": (0.0, 1.0),
    "step": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "softsign": (-1.0, 1.0),
    "sin": (-1.0, 1.0),
}
"""What a unit can answer."""
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_PARTS: Final = 8
_NO_WIDTH: Final = 1e-6
_COLUMNS_PER_TICK: Final = 24
_GAP: Final = 2
_ROWS_PER_TICK: Final = 8

Labels = tuple[tuple[str, ...], tuple[str, ...]]
"""The words at the axis across and at the one up."""


def axis_names(snapshot: Snapshot, view: HiddenView) -> tuple[str, str]:
    """As in ``h1, h2``, ``PC1, PC2`` or, where the output has one direction in which it looks, ``z/‖w‖, PC1``."""
    if view.kind == "output":
        return ("z/‖w‖", "PC1") if faces_line(snapshot) else ("PC1", "PC2")
    letter = "h" if view.kind == "units" else "PC"
    first, second = (f"{letter}{index + 1}" for index in view.axes)
    return first, "" if first == second else second


def axis_labels(snapshot: Snapshot, space: HiddenSpace) -> Labels:
    """The names, those of components with their share of the variance; none for an axis that there is not."""
    shares = ["" if space.view.kind == "units" else whole_percent(share) for share in space.shares]
    first, second = (
        (name, share) if share else (name,) if name else ()
        for name, share in zip(axis_names(snapshot, space.view), shares, strict=True)
    )
    return first, second


def faces_line(snapshot: Snapshot) -> bool:
    """Whether all that counts of a layer for the output is a single number."""
    return snapshot.dataset.task != "classes" or len(snapshot.dataset.class_names) == 2


def axis_ranges(snapshot: Snapshot, space: HiddenSpace) -> Ranges:
    """All that a unit can answer; or round numbers around everything that is to be seen."""
    activation = snapshot.layers[space.view.layer - 1].activation
    if space.view.kind == "units" and activation in _BOUNDED:
        return _BOUNDED[activation], _BOUNDED[activation]
    everything = np.concatenate([space.points, *(lines.reshape(-1, 2) for lines in space.lines)])
    (left, low), (right, high) = everything.min(axis=0).tolist(), everything.max(axis=0).tolist()
    return rounded(left, right), rounded(low, high)


def rounded(low: float, high: float) -> Range:
    """Round numbers around a range, which is made a little wider where it has no width."""
    if high - low <= _NO_WIDTH * max(abs(low), abs(high), _NO_WIDTH):
        low, high = low - max(abs(low), 1.0) / 2, high + max(abs(high), 1.0) / 2
    least = (high - low) / _PARTS
    power = 10.0 ** math.floor(math.log10(least))
    step = next(factor * power for factor in _STEPS if factor * power >= least)
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step


def gutter_width(labels: Labels, ranges: Ranges) -> int:
    """Cells left of the picture."""
    texts = (*map(tick_label, ranges[1]), *labels[1])
    return max(map(len, texts)) + 2 if labels[1] else 1


def beside_axis(picture: Sequence[Strip], labels: Labels, ranges: Ranges, theme: Theme, width: int) -> list[Strip]:
    """The picture with the labels of the vertical axis at its left, and blanks at its right."""
    written = _row_labels(labels[1], ranges[1], len(picture)) if labels[1] else {}
    style, gutter = ink(theme.axis, theme.background), gutter_width(labels, ranges)
    texts = [f"{written.get(index, ''):>{gutter - 1}} " for index in range(len(picture))]
    return [
        Strip([*row([(text, style)], gutter, style), *strip]).adjust_cell_length(width, style)
        for text, strip in zip(texts, picture, strict=True)
    ]


def _row_labels(label: tuple[str, ...], span: Range, rows: int) -> dict[int, str]:
    """Texts by row: the label in the middle, a word a row, and numbers where they do not come near it."""
    low, high = span
    top = (rows - len(label)) // 2
    places = {round((high - tick) / (high - low) * (rows - 1)): tick for tick in _ticks(span, rows // _ROWS_PER_TICK)}
    numbers = {place: tick_label(tick) for place, tick in places.items() if not -2 <= place - top <= len(label) + 1}
    words = {top + index: word for index, word in enumerate(label)}
    return {**numbers, **words, rows - 1: tick_label(low), 0: tick_label(high)}


def below_axis(labels: Labels, ranges: Ranges, theme: Theme, columns: int, width: int) -> Strip:
    """The labels of the horizontal axis, under a picture of so many columns."""
    span, line = ranges[0], [" "] * columns
    low, high = span
    _write(line, 0, tick_label(low))
    _write(line, columns - 1, tick_label(high))
    _write(line, columns // 2, " ".join(labels[0]))
    for tick in _ticks(span, columns // _COLUMNS_PER_TICK):
        _write(line, round((tick - low) / (high - low) * (columns - 1)), tick_label(tick))
    style = ink(theme.axis, theme.background)
    return row([(" " * gutter_width(labels, ranges) + "".join(line), style)], width, style)


def _write(line: list[str], middle: int, text: str) -> None:
    """Write a text around a place, if there is room for it with some blanks at both ends."""
    start = min(max(middle - len(text) // 2, 0), len(line) - len(text))
    if start >= 0 and not "".join(line[max(start - _GAP, 0) : start + len(text) + _GAP]).strip():
        line[start : start + len(text)] = text


def _ticks(span: Range, parts: int) -> list[float]:
    """Round numbers within a range, far enough from its ends; none where there is room for those alone."""
    low, high = span
    margin = (high - low) / max(2 * parts, 1)
    return [tick for tick in ticks_between(low, high, parts + 1) if margin < tick - low < high - low - margin]
