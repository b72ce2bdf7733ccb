"""Pictures of the function that a network computes, frozen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuinet.nn.arrays import Array


@dataclass(frozen=True, eq=False)
class Surface:
    """What the network answers over the input plane, sampled at the centres of equal pixels."""

    x_range: tuple[float, float]
    """Left and right edge of the first feature."""
    y_range: tuple[float, float]
    """Lower and upper edge of the second feature."""
    values: Array
    """Shape (rows, columns); row 0 is the top of the plane. The first output; for several classes the largest one."""
    classes: NDArray[np.intp] | None = None
    """For several classes: the one with the largest output, the same shape."""


@dataclass(frozen=True, eq=False)
class Curve:
    """What the network answers along its only input, sampled in equal steps."""

    x: Array
    """Shape (points,): the feature, from left to right."""
    outputs: Array
    """Shape (points, outputs)."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """What the network answers for the first samples of the training set, where its inputs are more than two."""

    outputs: Array
    """Shape (samples, outputs)."""


Picture = Surface | Curve | Predictions
"""What can be seen of the function that the network computes."""
