"""What the next layer makes of the plane on which a hidden layer is drawn: its answers, and the lines that it draws."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from tuinet.observe.hidden import HiddenSpace
from tuinet.observe.planes import Surface
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.cells import Levels, Range, resample
from tuinet.tui.scales import tick_label, ticks_between
from tuinet.tui.separators import Array, borders, on_square, zero_lines
from tuinet.tui.shadings import Shading

MOST_LINES: Final = 8
"""Units of a next hidden layer whose lines are drawn."""
_MOST_CONTOURS: Final = 3
_MOST_ANSWERS: Final = 400_000

Ranges = tuple[Range, Range]
"""Of the axes across and up."""


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
    snapshot: Snapshot, space: HiddenSpace, shades: Shading, ranges: Ranges, size: tuple[int, int]
) -> Levels:
    """Levels of the map's colours for what the output layer answers at the middle of each cell.

    Parameters
    ----------
    size
        Rows and columns; for very many classes fewer places are computed.
    """
    rows, columns = size
    every = math.ceil(math.sqrt(rows * columns * len(space.next_layer) / _MOST_ANSWERS))
    left_to_right = np.linspace(*ranges[0], max(columns // every, 1))
    u, v = np.meshgrid(left_to_right, np.linspace(*ranges[1][::-1], max(rows // every, 1)))
    z = np.stack([np.ones_like(u), u, v], axis=-1) @ space.next_layer.T
    outputs = _OUTPUTS[snapshot.layers[-1].activation](z)
    if snapshot.dataset.task == "classes":
        surface = Surface(*ranges, outputs.max(axis=-1), outputs.argmax(axis=-1))
    else:
        surface = Surface(*ranges, outputs[:, :, 0])
    return resample(shades.levels(surface), rows, columns)


@dataclass(frozen=True, eq=False)
class Named:
    """Lines with a name, or without one."""

    name: str
    lines: Array
    """Shape (lines, 2, 2): both ends, as shares of the ranges."""


def plane_lines(snapshot: Snapshot, space: HiddenSpace, ranges: Ranges) -> list[Named]:
    """The lines that the next layer draws.

    Of the output layer, where one class borders on the other, or where the first number to predict has a round value;
    of a hidden layer, where its first units change their sign.
    """
    functions = on_square(space.next_layer, ranges)
    if not is_last(snapshot, space):
        return [Named(f"h{index + 1}", zero_lines(one[None])) for index, one in enumerate(functions[:MOST_LINES])]
    if snapshot.dataset.task == "classes":
        return [Named("", borders(functions))]
    return [Named(name, zero_lines(functions[:1] - [z, 0.0, 0.0])) for name, z in _thresholds(snapshot)]


def unit_line(snapshot: Snapshot, space: HiddenSpace, ranges: Ranges, unit: Unit | None) -> list[Named]:
    """The line of one unit of a next hidden layer; none where it is not one of those."""
    if unit is None or unit[0] != space.view.layer + 1 or is_last(snapshot, space):
        return []
    chosen = on_square(space.next_layer[unit[1] : unit[1] + 1], ranges)
    return [Named(f"h{unit[1] + 1}", zero_lines(chosen))]


def contour_values(snapshot: Snapshot) -> list[float]:
    """Round values of the first number to predict."""
    targets = snapshot.dataset.y[:, 0]
    low, high = float(targets.min()), float(targets.max())
    return ticks_between(low, high, _MOST_CONTOURS) if high > low else [low]


def _thresholds(snapshot: Snapshot) -> list[tuple[str, float]]:
    """Names of the lines, and pre-activations of the output on them."""
    activation = snapshot.layers[-1].activation
    if snapshot.dataset.task == "regression":
        named = [(tick_label(value), _inverse(activation, value)) for value in contour_values(snapshot)]
        return [(name, z) for name, z in named if math.isfinite(z)]
    return [("", 0.5 if activation == "linear" else 0.0)]


def _inverse(activation: str, output: float) -> float:
    if activation == "tanh":
        return math.atanh(output) if abs(output) < 1 else math.nan
    if activation == "sigmoid":
        return math.log(output / (1 - output)) if 0 < output < 1 else math.nan
    return output
