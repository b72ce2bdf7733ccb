"""The plane that a map spans in the space of the inputs, and pictures of functions over it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuinet.data.dataset import Dataset
from tuinet.nn.parameters import Array, frozen
from tuinet.observe.view import Plane, Unit


class Points(NamedTuple):
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


_NONE: Final = frozen(np.zeros(0))
NO_LINES: Final = frozen(np.zeros((0, 2, 2)))
NO_POINTS: Final = Points(frozen(np.zeros(0, np.intp)), frozen(np.zeros((0, 2))), _NONE, _NONE, total=0)


class Contour(NamedTuple):
    """Where a function has one value."""

    value: float
    lines: Array
    """Both ends of straight pieces in coordinates of the plane, shape (pieces, 2, 2)."""


class Surface(NamedTuple):
    """A network's answers over a plane of its inputs, sampled at the centres of equal pixels."""

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
    train: Points = NO_POINTS
    test: Points = NO_POINTS
    unit: Unit | None = None
    """The neuron whose activations the values are; ``None`` for the output."""
    lines: Array = NO_LINES
    """The decision boundary: both ends of straight pieces in coordinates of the plane, shape (pieces, 2, 2). Of labels
    it is that of the first one; numbers to predict and units have none."""
    contours: tuple[Contour, ...] = ()
    """Of numbers to predict: where the first one has round values between its lowest and its highest target."""
    only: int | None = None
    """The class answered, or whether the first label is, where that is the same everywhere, or `UNDECIDED`; else
    ``None``."""
    is_stretched: bool = False
    """Whether what is equally far for the network is not equally far here."""


class Curve(NamedTuple):
    """A network's answers along its only input, sampled in equal steps."""

    x: Array
    """Shape (points,): the feature, from left to right."""
    outputs: Array
    """Shape (points, outputs); or (points, 1), the activations of a unit."""
    train: Points = NO_POINTS
    test: Points = NO_POINTS
    unit: Unit | None = None
    """The neuron whose activations are shown; ``None`` for the output."""


Picture = Surface | Curve
"""What can be seen of the function that the network computes."""

MOST_LINES: Final = 9
_ROUND: Final = (1.0, 2.0, 2.5, 5.0, 10.0)

Range = tuple[float, float]


class InputLines(NamedTuple):
    """Straight lines in raw inputs, from one edge of their ranges to the other."""

    step: float
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


def round_values(low: float, high: float, most: int = MOST_LINES) -> tuple[float, Array]:
    """Round numbers at even distances between two others, at most so many, and their distance."""
    least = (high - low) / most
    power = 10.0 ** math.floor(math.log10(least))
    step = next(factor * power for factor in _ROUND if factor * power >= least * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    last = min(last, first + most - 1)
    return step, np.arange(first, last + 1) * step


MOST_VALUES: Final = 2**20
"""Numbers that means, deviations and components are made of; of more samples one of every so many is taken."""


class Principal(NamedTuple):
    """The plane through the mean of some samples in which they spread most."""

    mean: Array
    """Of each feature, shape (features,)."""
    scale: Array
    """What each feature is divided by first, shape (features,)."""
    directions: Array
    """Unit vectors among the scaled features, at right angles, shape (2, features)."""
    shares: tuple[float, float]
    """How much of the variance of the scaled features lies along each, from 0 to 1."""


def principal_components(X: Array, scale: Array | None = None) -> Principal:
    """The first two principal components of some samples.

    The sign of a component is that which makes its largest entry positive, so that a picture never flips over.

    Parameters
    ----------
    X
        Shape (samples, features), at least two features; there may be no samples.
    scale
        What each feature is divided by first, shape (features,); ``None`` for its own standard deviation, with 1 for
        a feature that does not vary.

    References
    ----------
    K. Pearson, "On lines and planes of closest fit to systems of points in space", 1901.
    """
    X = X[:: max(1, -(-X.size // MOST_VALUES))]
    mean = X.mean(axis=0) if len(X) else np.zeros(X.shape[1])
    scale = _deviations(X) if scale is None else scale
    directions, shares = _spread((X - mean) / scale)
    return Principal(mean, scale, _with_fixed_signs(directions), shares)


def _deviations(X: Array) -> Array:
    if not len(X):
        return np.ones(X.shape[1])
    # Rounding gives equal values a deviation of about 1e-16, which must not be divided by.
    deviations = X.std(axis=0)
    return np.where((X.min(axis=0) < X.max(axis=0)) & (deviations > 0), deviations, 1.0)


def _spread(Z: Array) -> tuple[Array, tuple[float, float]]:
    """Two directions, shape (2, features), and their shares of the sum of squares, by the cheaper decomposition."""
    samples, features = Z.shape
    if samples >= features:
        squares, vectors = np.linalg.eigh(Z.T @ Z)
        directions, squares = vectors.T[::-1][:2], np.maximum(squares[::-1], 0.0)
    else:
        # Two rows of zeros change nothing, and see to it that there are two directions.
        _, values, vectors = np.linalg.svd(np.vstack([Z, np.zeros((2, features))]), full_matrices=False)
        directions, squares = vectors[:2], values**2
    total = float(squares.sum()) or 1.0
    return directions, (float(squares[0]) / total, float(squares[1]) / total)


def _with_fixed_signs(directions: Array) -> Array:
    largest = np.abs(directions).argmax(axis=1)
    signs = np.where(directions[np.arange(len(directions)), largest] < 0, -1.0, 1.0)
    return directions * signs[:, np.newaxis]


_MARGIN: Final = 0.2
"""Share of the samples' spread that the map shows beside them."""


class InputPlane(NamedTuple):
    """A point of the space of the features, two directions from there, and the part of them that is shown."""

    names: tuple[str, str]
    """Of the axes across and up."""
    origin: Array
    """Where both coordinates are 0, in the dataset's own units, shape (features,)."""
    axes: Array
    """How far one unit of each coordinate leads, shape (2, features)."""
    readers: Array
    """What the coordinates of a sample are read off with, shape (features, 2)."""
    ranges: tuple[Range, Range]
    """Left and right edge, lower and upper edge."""
    units: tuple[float, float] = (1.0, 1.0)
    """What of each coordinate is 1 as the network sees it."""
    is_stretched: bool = False
    """Whether these are not equally long in the room that there is for it."""

    def points(self, places: Array) -> Array:
        """The features at places of the plane, shape (places, 2); shape (places, features)."""
        return self.origin + places @ self.axes

    def project(self, X: Array) -> Array:
        """Where samples of shape (samples, features) are seen on the plane, shape (samples, 2)."""
        return X @ self.readers - self.origin @ self.readers


_WIDEST: Final = 3.0
"""Times that an axis may become longer so that both are drawn to the same scale."""


def input_plane(dataset: Dataset, plane: Plane, aspect: float | None = None) -> InputPlane:
    """The plane that a view asks for; that of both features where there are no more than two.

    A pair that the dataset does not have stands for the principal plane, as no pair does.

    Parameters
    ----------
    aspect
        Width of the room by its height: more is shown of one axis, so that what is equally far for the network is
        equally far there. Where this would leave less than a third for the samples, the plane is stretched; ``None``
        shows no more than the samples call for.
    """
    shown = _asked_plane(dataset, plane)
    return shown if aspect is None else _to_scale(shown, aspect)


def _to_scale(plane: InputPlane, aspect: float) -> InputPlane:
    """With the shorter one of both axes made longer, on both sides alike."""
    width, height = ((high - low) / unit for (low, high), unit in zip(plane.ranges, plane.units, strict=True))
    longer = aspect * height / width
    if not 1 / _WIDEST <= longer <= _WIDEST:
        return plane._replace(is_stretched=True)
    across, up = plane.ranges
    return plane._replace(ranges=(_longer(across, max(longer, 1.0)), _longer(up, max(1 / longer, 1.0))))


def _longer(span: Range, times: float) -> Range:
    low, high = span
    more = (high - low) * (times - 1) / 2
    return low - more, high + more


@lru_cache(maxsize=2)
def _asked_plane(dataset: Dataset, plane: Plane) -> InputPlane:
    features = dataset.X.shape[1]
    if features == 2:
        return _feature_plane(dataset, 0, 1, np.zeros(2))
    first, second = plane.first, plane.second
    if first is None or second is None or first == second or not (0 <= first < features and 0 <= second < features):
        return _principal_plane(dataset)
    mean = dataset.X.mean(axis=0) if len(dataset.X) else np.zeros(features)
    return _feature_plane(dataset, first, second, mean)


def _feature_plane(dataset: Dataset, first: int, second: int, mean: Array) -> InputPlane:
    """The plane of two features, with the others at their mean."""
    axes = np.eye(len(mean))[[first, second]]
    origin = np.where(axes.any(axis=0), 0.0, mean)
    ranges, names, units = dataset.ranges(_MARGIN), dataset.feature_names, _units(dataset)
    return InputPlane(
        (names[first], names[second]),
        origin,
        axes,
        axes.T,
        (ranges[first], ranges[second]),
        (units[first], units[second]),
    )


def _units(dataset: Dataset) -> Sequence[float]:
    """By what each feature is divided for the network; where inputs are made of features, 1."""
    encoder, features = dataset.encoder, dataset.X.shape[1]
    if encoder.scale is None or encoder.features:
        return [1.0] * features
    units: list[float] = encoder.scale.tolist()
    return units


@lru_cache(maxsize=2)
def _principal(dataset: Dataset) -> Principal:
    """The principal components of the training features, scaled as the network sees them."""
    return principal_components(dataset.X, dataset.encoder.scale)


def _principal_plane(dataset: Dataset) -> InputPlane:
    principal = _principal(dataset)
    across, up = (f"PC{index} {100 * share:.0f}%" for index, share in enumerate(principal.shares, start=1))
    axes, readers = principal.directions * principal.scale, (principal.directions / principal.scale).T
    places = np.concatenate([X @ readers for X in (dataset.X, dataset.X_test)]) - principal.mean @ readers
    return InputPlane((across, up), principal.mean, axes, readers, (_range(places[:, 0]), _range(places[:, 1])))


def _range(coordinates: Array) -> Range:
    """The range of the coordinates with a margin; no width counts as 1."""
    low, high = (float(coordinates.min()), float(coordinates.max())) if len(coordinates) else (0.0, 0.0)
    pad = _MARGIN * ((high - low) or 1.0)
    return low - pad, high + pad


def leads(outputs: Array) -> Array:
    """By how much the largest output is ahead of the next one, over the last axis."""
    first_two = np.partition(outputs, -2, axis=-1)[..., -2:]
    lead: Array = first_two[..., 1] - first_two[..., 0]
    return lead
