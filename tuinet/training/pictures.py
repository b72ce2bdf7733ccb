"""Pictures of the function that a network computes, frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tuinet.nn.parameters import Array
from tuinet.training.frozen import frozen
from tuinet.training.view import Unit


@dataclass(frozen=True, eq=False)
class Points:
    """Samples on a picture, and what the network makes of them; where they are many, some of them."""

    rows: NDArray[np.intp]
    """Which samples of their set, counted from 0, shape (points,)."""
    places: Array
    """Where they are on the picture, shape (points, 2); shape (points, 1) along a single input."""
    targets: Array
    """What they are, shape (points,): the index of the class, or the first number to predict."""
    answers: Array
    """What the network takes them for, shape (points,): the index of a class, or the first output."""
    total: int
    """Samples in the set."""


_NONE: Final = frozen(np.zeros(0))
NO_POINTS: Final = Points(frozen(np.zeros(0, np.intp)), frozen(np.zeros((0, 2))), _NONE, _NONE, total=0)
"""Of a set without samples."""


@dataclass(frozen=True, eq=False)
class Surface:
    """What the network answers over a plane of its inputs, sampled at the centres of equal pixels."""

    x_range: tuple[float, float]
    """Left and right edge of the first axis."""
    y_range: tuple[float, float]
    """Lower and upper edge of the second axis."""
    values: Array
    """Shape (rows, columns); row 0 is the top of the plane. The first output; for several classes the largest one; or
    the activation of a unit."""
    classes: NDArray[np.intp] | None = None
    """For several classes: the one with the largest output, the same shape."""
    names: tuple[str, str] = ("x1", "x2")
    """Of the axes."""
    train: Points = NO_POINTS
    test: Points = NO_POINTS
    unit: Unit | None = None
    """The neuron whose activations the values are; ``None`` for the output."""


@dataclass(frozen=True, eq=False)
class Curve:
    """What the network answers along its only input, sampled in equal steps."""

    x: Array
    """Shape (points,): the feature, from left to right."""
    outputs: Array
    """Shape (points, outputs); or (points, 1), the activations of a unit."""
    train: Points = NO_POINTS
    test: Points = NO_POINTS
    unit: Unit | None = None
    """The neuron whose activations are shown; ``None`` for the output."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """What the network answers for the first samples of the training set."""

    outputs: Array
    """Shape (samples, outputs)."""


Picture = Surface | Curve | Predictions
"""What can be seen of the function that the network computes."""
