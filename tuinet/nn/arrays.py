"""The types that every part of the engine shares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
"""A floating-point array; float64 unless the Experiment says otherwise."""

Operation = Callable[[], object]
"""One prepared call: what to compute and where to put it are bound in; it takes nothing and returns nothing useful."""


DIVERGING_IS_NO_ERROR: Final = np.errstate(over="ignore", invalid="ignore", divide="ignore")
"""Decorates what computes with weights: a learning rate too large ends in infinities, shown, not warned of."""


def constant(value: float, like: Array) -> Array:
    """A 0-d array of the same precision: NumPy adds it in half the time that a Python float takes."""
    return np.array(value, dtype=like.dtype)
