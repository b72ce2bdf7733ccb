"""Lines over the input plane along which one of the inputs has a round value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from tuinet.nn.parameters import Array

MOST_LINES: Final = 9
_ROUND: Final = (1.0, 2.0, 2.5, 5.0, 10.0)

Range = tuple[float, float]


@dataclass(frozen=True, eq=False)
class InputLines:
    """Straight lines in raw inputs, from one edge of their ranges to the other."""

    step: float
    """Between one line and the next."""
    points: Array
    """Shape (lines, points, inputs)."""


def input_lines(ranges: tuple[Range, ...], detail: int) -> tuple[InputLines, ...]:
    """The lines of x1 and those of x2; the line itself where there is a single input; none for more than two.

    Parameters
    ----------
    ranges
        Of each input: lowest and highest value.
    detail
        Points along a line, at least 2.
    """
    if len(ranges) == 1:
        return (InputLines(0.0, np.linspace(*ranges[0], detail)[None, :, None]),)
    if len(ranges) != 2:
        return ()
    return tuple(_lines(ranges, constant, detail) for constant in (0, 1))


def _lines(ranges: tuple[Range, ...], constant: int, detail: int) -> InputLines:
    step, values = round_values(*ranges[constant])
    points = np.empty((len(values), detail, 2))
    points[:, :, constant] = values[:, None]
    points[:, :, 1 - constant] = np.linspace(*ranges[1 - constant], detail)
    return InputLines(step, points)


def round_values(low: float, high: float) -> tuple[float, Array]:
    """Round numbers at even distances between two others, at most `MOST_LINES`, and their distance."""
    least = (high - low) / MOST_LINES
    power = 10.0 ** math.floor(math.log10(least))
    step = next(factor * power for factor in _ROUND if factor * power >= least * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    last = min(last, first + MOST_LINES - 1)
    return step, np.arange(first, last + 1) * step
