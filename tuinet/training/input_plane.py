"""An InputPlane: two axes in the space of the features, which a map spans."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from tuinet.data.dataset import Dataset
from tuinet.nn.parameters import Array
from tuinet.training.principal import Principal, principal_components
from tuinet.training.view import Plane

Range = tuple[float, float]

_MARGIN: Final = 0.2
"""Share of the samples' spread that the map shows beside them."""


@dataclass(frozen=True, eq=False)
class InputPlane:
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

    def points(self, places: Array) -> Array:
        """The features at places of the plane, shape (places, 2); shape (places, features)."""
        return self.origin + places @ self.axes

    def project(self, X: Array) -> Array:
        """Where samples of shape (samples, features) are seen on the plane, shape (samples, 2)."""
        return X @ self.readers - self.origin @ self.readers


def input_plane(dataset: Dataset, plane: Plane) -> InputPlane:
    """The plane that a view asks for; that of both features where there are no more than two.

    A pair that the dataset does not have stands for the principal plane, as no pair does.
    """
    features = dataset.X.shape[1]
    if features == 2:
        return _feature_plane(dataset, 0, 1, np.zeros(2))
    first, second = plane.first, plane.second
    if first is None or second is None or first == second or not (0 <= first < features and 0 <= second < features):
        return _principal_plane(dataset)
    mean = dataset.X.mean(axis=0) if len(dataset.X) else np.zeros(features)
    return _feature_plane(dataset, first, second, mean)


def _feature_plane(dataset: Dataset, first: int, second: int, mean: Array) -> InputPlane:
    """Two features, the others at their mean."""
    axes = np.eye(len(mean))[[first, second]]
    origin = np.where(axes.any(axis=0), 0.0, mean)
    ranges, names = dataset.ranges(_MARGIN), dataset.feature_names
    return InputPlane((names[first], names[second]), origin, axes, axes.T, (ranges[first], ranges[second]))


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
    """The lowest and the highest, plus the margin; what has no width counts as 1 wide."""
    low, high = (float(coordinates.min()), float(coordinates.max())) if len(coordinates) else (0.0, 0.0)
    pad = _MARGIN * ((high - low) or 1.0)
    return low - pad, high + pad
