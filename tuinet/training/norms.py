"""The norm of an array, whatever the size of its numbers."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array

_DIGITS_LOST: Final = 1e9
"""Squares nearer than this to the smallest number of their precision have lost digits that show."""


@DIVERGING_IS_NO_ERROR
def norm(values: Array) -> float:
    """Root of the sum of the squares of all entries; NaN or infinite where an entry is.

    Gradients that vanish on their way through many layers are so small that in float32 their squares are 0, and those
    that explode have squares that are infinite: such entries are taken in units of the largest of them.

    References: J. L. Blue, "A portable Fortran program to find the Euclidean norm of a vector", 1978.
    """
    flat = values.ravel()
    squares = float(flat.dot(flat))
    if float(np.finfo(flat.dtype).tiny) * _DIGITS_LOST < squares < math.inf:
        return math.sqrt(squares)
    largest = float(np.abs(flat).max(initial=0.0))
    if largest == 0 or not math.isfinite(largest):
        return largest
    scaled = flat / largest
    return largest * math.sqrt(float(scaled.dot(scaled)))
