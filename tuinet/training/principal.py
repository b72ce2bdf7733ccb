"""Principal components: the two directions in which samples spread most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from tuinet.nn.parameters import Array

MOST_VALUES: Final = 2**20
"""Numbers that means, deviations and components are made of; of more samples one of every so many is taken."""


@dataclass(frozen=True, eq=False)
class Principal:
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
    """Two directions, shape (2, features), and their shares of the sum of squares, by the smaller decomposition."""
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
