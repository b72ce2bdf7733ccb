"""The plane on which a hidden layer is drawn: its axes, and what the next layer makes of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tuinet.observe.hidden import HiddenSpace
from tuinet.observe.planes import Surface, leads
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import HiddenView, Unit
from tuinet.tui.draw.cells import Array, Levels, resample
from tuinet.tui.draw.chart import Range
from tuinet.tui.draw.scales import BOUNDS, tick_label, ticks_between
from tuinet.tui.draw.shadings import Shading
from tuinet.tui.draw.text import whole_percent

_SQUARE: Final = np.array([[0.0, 1.0, 0.0], [1.0, -1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, -1.0]])
"""Functions that are not negative inside."""
_ROUNDING: Final = 1e-9
_GRID: Final = 32
_MOST_REGIONS: Final = 32


def on_square(functions: Array, ranges: tuple[Range, Range]) -> Array:
    """Functions of u and v within these ranges, shape (functions, 3), as functions of s and t from 0 to 1."""
    (left, right), (low, high) = ranges
    constant = functions @ np.array([1.0, left, low])
    return np.column_stack([constant, functions[:, 1] * (right - left), functions[:, 2] * (high - low)])


def zero_lines(functions: Array) -> Array:
    """Where each function is zero within the square, shape (lines, 2, 2): s and t of both ends."""
    return _cut(functions, np.broadcast_to(_SQUARE, (len(functions), *_SQUARE.shape)))


def borders(functions: Array) -> Array:
    """Between the regions in which one of the functions is the largest, shape (lines, 2, 2)."""
    functions = functions[_winners(functions)]
    pairs = np.array(list(combinations(range(len(functions)), 2)), np.intp).reshape(-1, 2)
    differences = functions[pairs[:, 0]] - functions[pairs[:, 1]]
    larger = functions[pairs[:, 0]][:, None, :] - functions
    square = np.broadcast_to(_SQUARE, (len(pairs), *_SQUARE.shape))
    return _cut(differences, np.concatenate([square, larger], axis=1))


def _winners(functions: Array) -> NDArray[np.intp]:
    """Which functions are the largest anywhere on a fine grid: of a thousand classes few are."""
    side = np.linspace(0, 1, _GRID)
    s, t = np.meshgrid(side, side)
    places = np.stack([np.ones_like(s), s, t], axis=-1).reshape(-1, 3)
    found, counts = np.unique((places @ functions.T).argmax(axis=1), return_counts=True)
    return np.sort(found[np.argsort(-counts, kind="stable")[:_MOST_REGIONS]])


def _cut(lines: Array, sides: Array) -> Array:
    """The parts of lines on which no function of a list is negative.

    A line is where a function, one of ``lines``, shape (lines, 3), is zero; ``sides`` has shape (lines, functions, 3).
    """
    lengths = np.linalg.norm(lines[:, 1:], axis=1)
    lines, sides = lines[lengths > 0] / lengths[lengths > 0, None], sides[lengths > 0]
    nearest, ways = -lines[:, :1] * lines[:, 1:], np.column_stack([-lines[:, 2], lines[:, 1]])
    # At nearest + d·way a function is a + d·b.
    a = sides[:, :, 0] + np.einsum("lfk,lk->lf", sides[:, :, 1:], nearest)
    b = np.einsum("lfk,lk->lf", sides[:, :, 1:], ways)
    tiny = _ROUNDING * np.abs(sides).max(axis=2, initial=0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = -a / b
    first = np.where(b > tiny, ends, -np.inf).max(axis=1, initial=-np.inf)
    last = np.where(b < -tiny, ends, np.inf).min(axis=1, initial=np.inf)
    kept = (first < last) & ~((np.abs(b) <= tiny) & (a < -tiny)).any(axis=1)
    between = np.stack([first, last], axis=1)[kept]
    parts: Array = nearest[kept][:, None, :] + between[:, :, None] * ways[kept][:, None, :]
    return parts


MOST_LINES: Final = 8
"""Units of a next hidden layer whose lines are drawn."""
_MOST_CONTOURS: Final = 3
_MOST_ANSWERS: Final = 400_000

Ranges = tuple[Range, Range]
"""The ranges of the axes across and up."""


def _softmax(z: Array) -> Array:
    powers: Array = np.exp(z - z.max(axis=-1, keepdims=True))
    powers /= powers.sum(axis=-1, keepdims=True)
    return powers


_OUTPUTS: Final[Mapping[str, Callable[[Array], Array]]] = {
    "sigmoid": lambda z: 0.5 + 0.5 * np.tanh(0.5 * z),
    "tanh": np.tanh,
    "softmax": _softmax,
    "linear": lambda z: z,
}


def is_last(snapshot: Snapshot, space: HiddenSpace) -> bool:
    """Whether the next layer is the output."""
    return space.view.layer == len(snapshot.layers) - 1


def plane_levels(
    snapshot: Snapshot,
    space: HiddenSpace,
    shades: Shading,
    ranges: Ranges,
    size: tuple[int, int],
    pixels: tuple[int, int] = (1, 1),
) -> Levels:
    """Levels of the map's colours for what the output layer answers at the middle of each cell, or of its pixels.

    For very many classes fewer places are computed.

    Parameters
    ----------
    pixels
        Of a cell, across and down.
    """
    cells, (rows, columns) = size, (size[0] * pixels[1], size[1] * pixels[0])
    every = math.ceil(math.sqrt(rows * columns * len(space.next_layer) / _MOST_ANSWERS))
    left_to_right = _middles(ranges[0], cells[1], max(columns // every, 1))
    u, v = np.meshgrid(left_to_right, _middles(ranges[1], cells[0], max(rows // every, 1))[::-1])
    z = np.stack([np.ones_like(u), u, v], axis=-1) @ space.next_layer.T
    outputs = _OUTPUTS[snapshot.layers[-1].activation](z)
    if snapshot.dataset.task == "classes":
        strengths = leads(outputs) if snapshot.has_margins else outputs.max(axis=-1)
        surface = Surface(*ranges, strengths, outputs.argmax(axis=-1))
    else:
        surface = Surface(*ranges, snapshot.dataset.decode(outputs)[:, :, 0])
    return resample(shades.levels(surface), rows, columns)


def _middles(ends: Range, cells: int, count: int) -> Array:
    """The middles of so many places on cells, in the middle of the outermost of which both ends are."""
    low, high = ends
    middles: Array = low + (high - low) * ((np.arange(count) + 0.5) * cells / count - 0.5) / max(cells - 1, 1)
    return middles


NamedLines = tuple[str, Array]
"""A name, which may be empty, and lines, shape (lines, 2, 2): both ends, as shares of the ranges."""


def plane_lines(snapshot: Snapshot, space: HiddenSpace, ranges: Ranges) -> list[NamedLines]:
    """The lines that the next layer draws.

    Of the output layer, where one class borders on the other, or where the first number to predict has a round value;
    of a hidden layer, where its first units change their sign.
    """
    functions = on_square(space.next_layer, ranges)
    if not is_last(snapshot, space):
        return [(f"h{index + 1}", zero_lines(one[None])) for index, one in enumerate(functions[:MOST_LINES])]
    if snapshot.dataset.task == "classes":
        return [("", borders(functions))]
    return [(name, zero_lines(functions[:1] - [z, 0.0, 0.0])) for name, z in _thresholds(snapshot)]


def unit_line(snapshot: Snapshot, space: HiddenSpace, ranges: Ranges, unit: Unit | None) -> list[NamedLines]:
    """The line of one unit of a next hidden layer; none where it is not one of those."""
    if unit is None or unit[0] != space.view.layer + 1 or is_last(snapshot, space):
        return []
    chosen = on_square(space.next_layer[unit[1] : unit[1] + 1], ranges)
    return [(f"h{unit[1] + 1}", zero_lines(chosen))]


def contour_values(snapshot: Snapshot) -> list[float]:
    """Round values of the first number to predict."""
    targets = snapshot.dataset.y[:, 0]
    low, high = float(targets.min()), float(targets.max())
    return ticks_between(low, high, _MOST_CONTOURS) if high > low else [low]


def _thresholds(snapshot: Snapshot) -> list[tuple[str, float]]:
    """Names of the lines, and pre-activations of the output on them."""
    activation = snapshot.layers[-1].activation
    if snapshot.dataset.task == "regression":
        values = np.array(contour_values(snapshot))
        learned = snapshot.dataset.encode_targets(np.tile(values[:, None], snapshot.dataset.y.shape[1]))[:, 0]
        inverses = [_inverse(activation, value) for value in learned.tolist()]
        named = list(zip(map(tick_label, values.tolist()), inverses, strict=True))
        return [(name, z) for name, z in named if math.isfinite(z)]
    return [("", 0.5 if activation == "linear" and not snapshot.is_signed else 0.0)]


def _inverse(activation: str, output: float) -> float:
    if activation == "tanh":
        return math.atanh(output) if abs(output) < 1 else math.nan
    if activation == "sigmoid":
        return math.log(output / (1 - output)) if 0 < output < 1 else math.nan
    return output


_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_PARTS: Final = 8
_NO_WIDTH: Final = 1e-6
_COLUMNS_PER_TICK: Final = 24
_GAP: Final = 3
_ROWS_PER_TICK: Final = 8

Labels = tuple[tuple[str, ...], tuple[str, ...]]
"""The words at the axis across and at the one up."""


def axis_names(snapshot: Snapshot, view: HiddenView) -> tuple[str, str]:
    """The names of both axes: ``h1, h2``, ``PC1, PC2``, or ``z/‖w‖, PC1`` where the output is a single number."""
    if view.kind == "output":
        is_one_number = snapshot.dataset.task != "classes" or len(snapshot.dataset.class_names) == 2
        return ("z/‖w‖", "PC1") if is_one_number else ("PC1", "PC2")
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


def axis_ranges(snapshot: Snapshot, space: HiddenSpace) -> Ranges:
    """All that a unit can answer; or round numbers around everything that is to be seen."""
    activation = snapshot.layers[space.view.layer - 1].activation
    if space.view.kind == "units" and activation in BOUNDS:
        return BOUNDS[activation], BOUNDS[activation]
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


def row_labels(label: tuple[str, ...], span: Range, rows: int) -> dict[int, str]:
    """Texts by row: numbers, and between them, as near to the middle as there is room, the label, a word a row."""
    if not label:
        return {}
    low, high = span
    ends, middle = {rows - 1: tick_label(low), 0: tick_label(high)}, (rows - len(label)) // 2
    ticks = _ticks(span, rows // _ROWS_PER_TICK)
    numbers = {round((high - tick) / (high - low) * (rows - 1)): tick_label(tick) for tick in ticks} | ends
    tops = sorted(range(1, max(rows - len(label), 1)), key=lambda top: abs(top - middle))
    free = (top for top in tops if not numbers.keys() & set(range(top - 1, top + len(label) + 1)))
    found = next(free, None)
    top, kept = (middle, ends) if found is None else (found, numbers)
    return {**{top + index: word for index, word in enumerate(label)}, **kept}


def below_axis(label: tuple[str, ...], span: Range, columns: int) -> str:
    """The labels of the horizontal axis, under a picture of so many columns: its numbers, and its name among them."""
    (low, high), middle = span, columns // 2
    places = sorted(range(columns), key=lambda place: abs(place - middle))
    for ticks in (_ticks(span, columns // _COLUMNS_PER_TICK), []):
        line = [" "] * columns
        for tick in (low, high, *ticks):
            _write(line, round((tick - low) / (high - low) * (columns - 1)), tick_label(tick))
        if any(_write(line, place, " ".join(label)) for place in places):
            break
    return "".join(line)


def _write(line: list[str], middle: int, text: str) -> bool:
    """Write a text around a place, if there is room for it with some blanks at both ends; whether there was."""
    start = min(max(middle - len(text) // 2, 0), len(line) - len(text))
    if start < 0 or "".join(line[max(start - _GAP, 0) : start + len(text) + _GAP]).strip():
        return False
    line[start : start + len(text)] = text
    return True


def _ticks(span: Range, parts: int) -> list[float]:
    """Round numbers within a range, far enough from its ends; none where there is room for those alone."""
    low, high = span
    margin = (high - low) / max(2 * parts, 1)
    return [tick for tick in ticks_between(low, high, parts + 1) if margin < tick - low < high - low - margin]
