"""Hidden axes: two directions in the space of a layer's activations, by which these are drawn on a plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from tuinet.nn.parameters import Array

_NO_LENGTH: Final = 1e-6
"""Of a vector, by the longest: what is shorter may have been made by rounding alone."""
_MOST_OUTPUTS: Final = 64
"""More directions than that are as good as all."""


@dataclass(frozen=True, eq=False)
class HiddenAxes:
    """The plane ``origin + u·directions[0] + v·directions[1]`` through the activations of a layer.

    Activations beside it are drawn where they fall perpendicularly.
    """

    origin: Array
    """Where u and v are 0, shape (units,)."""
    directions: Array
    """Perpendicular unit vectors, shape (2, units); zeros for a direction that there is not."""
    shares: tuple[float, float]
    """Of the variance of the activations, the share that lies along each."""

    def coordinates(self, activations: Array) -> Array:
        """Where activations are drawn.

        Parameters
        ----------
        activations
            Shape (samples, units).

        Returns
        -------
        Array
            u and v, shape (samples, 2).
        """
        drawn: Array = (activations - self.origin) @ self.directions.T
        return drawn

    def pre_activations(self, block: Array) -> Array:
        """What the next layer computes on the plane: z = c₀ + c₁·u + c₂·v.

        Parameters
        ----------
        block
            The next layer's weights with its biases as last row, shape (units + 1, fan_out).

        Returns
        -------
        Array
            c₀, c₁ and c₂ of each of its units, shape (fan_out, 3).
        """
        functions = np.vstack([self.origin, self.directions]) @ block[:-1]
        functions[0] += block[-1]
        return np.ascontiguousarray(functions.T)


def unit_axes(activations: Array, first: int, second: int) -> HiddenAxes:
    """Two units as axes, the others at their mean.

    Parameters
    ----------
    activations
        Shape (samples, units).
    first, second
        Which units, counted from 0; where they are the same, there is one axis.
    """
    mean, directions = _mean(activations), np.zeros((2, activations.shape[1]))
    for direction, unit in zip(directions, dict.fromkeys((first, second)), strict=False):
        direction[unit] = 1.0
    return HiddenAxes(np.where(directions.any(axis=0), 0.0, mean), directions, _shares(activations - mean, directions))


def _mean(activations: Array) -> Array:
    """Of each unit over the samples; 0 where there are none."""
    return activations.mean(axis=0) if len(activations) else np.zeros(activations.shape[1])


def component_axes(activations: Array, features: Array, first: int, second: int) -> HiddenAxes:
    """Two principal components as axes, with the mean activations at 0.

    Parameters
    ----------
    activations
        Shape (samples, units).
    features
        Of the same samples, shape (samples, features); they decide the signs.
    first, second
        Which components, counted from 0, the one with the largest variance first.
    """
    origin = _mean(activations)
    spread = activations - origin
    return _signed(origin, spread, features, _at(_components(spread), (first, second)))


def output_axes(activations: Array, features: Array, block: Array) -> HiddenAxes:
    """The axes in which the output layer looks at a layer: what is perpendicular to them does not reach the output.

    With a single output, or two of which the larger wins, it looks in the direction w of its weights: the first axis is
    z / ‖w‖, the distance from where z is 0, and the second one the first principal component of what is
    perpendicular. With more outputs, the axes are the first principal components within the directions in which it
    looks; for three, these are all.

    Parameters
    ----------
    activations
        Shape (samples, units).
    features
        Of the same samples, shape (samples, features); they decide the signs.
    block
        Weights of the outputs that count, with their biases as last row, shape (units + 1, outputs).
    """
    origin = _mean(activations)
    spread = activations - origin
    if block.shape[1] > _MOST_OUTPUTS:
        return component_axes(activations, features, 0, 1)
    if block.shape[1] > 2:
        looks = _components((block[:-1] - block[:-1].mean(axis=1, keepdims=True)).T)
        return _signed(origin, spread, features, _at(_components(spread @ looks.T) @ looks, (0, 1)))
    weights = block[:, 0] if block.shape[1] == 1 else block[:, 1] - block[:, 0]
    return _facing(origin, spread, features, weights)


def _facing(origin: Array, spread: Array, features: Array, weights: Array) -> HiddenAxes:
    """Axes along a vector of weights, whose bias stands last, and across it."""
    length = float(np.linalg.norm(weights[:-1]))
    ahead = weights[:-1] / length if length > 0 else np.zeros(len(origin))
    distance = (float(origin @ weights[:-1]) + float(weights[-1])) / length if length > 0 else 0.0
    across = _at(_components(spread - np.outer(spread @ ahead, ahead)), (0,))
    directions = np.vstack([ahead, across * _sign(spread @ across[0], features)])
    return HiddenAxes(origin - distance * ahead, directions, _shares(spread, directions))


def _signed(origin: Array, spread: Array, features: Array, directions: Array) -> HiddenAxes:
    """Axes through the mean; each is turned so that the feature that it goes along with most grows along it.

    A principal component has no sign of its own. While a network learns, this one changes less often than the sign of
    the largest loading does, and the picture lies as the input plane does.
    """
    signed = np.array([direction * _sign(spread @ direction, features) for direction in directions])
    return HiddenAxes(origin, signed, _shares(spread, signed))


def _sign(coordinates: Array, features: Array) -> float:
    if not len(features):
        return 1.0
    centred = features - features.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=0) * (float(np.linalg.norm(coordinates)) or 1.0)
    correlations = np.divide(coordinates @ centred, lengths, out=np.zeros(len(lengths)), where=lengths > 0)
    # Rounded, so that of features that go along with it alike it is always the first that decides.
    rounded = np.round(correlations, 6)
    return -1.0 if rounded[np.abs(rounded).argmax()] < 0 else 1.0


def _components(spread: Array) -> Array:
    """Unit vectors along which rows of the mean 0 vary, shape (components, columns), the most important first.

    From whichever of XᵀX and XXᵀ is smaller: both have the same eigenvalues, and an eigenvector w of XXᵀ gives the
    eigenvector Xᵀw of XᵀX.
    """
    if not np.isfinite(spread).all():
        return np.full((1, spread.shape[1]), np.nan)
    X = spread / (float(np.abs(spread).max(initial=0.0)) or 1.0)
    rows, columns = X.shape
    values, vectors = np.linalg.eigh(X.T @ X if columns <= rows else X @ X.T)
    found = vectors.T[values > _NO_LENGTH**2 * values.max(initial=0.0)][::-1]
    if columns <= rows:
        return np.ascontiguousarray(found)
    directions: Array = found @ X
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return directions


def _at(directions: Array, indices: tuple[int, ...]) -> Array:
    """The directions with these indices, zeros for those that there are not."""
    padded = np.vstack([directions, np.zeros((max(indices) + 1, directions.shape[1]))])
    chosen: Array = padded[list(indices)]
    return chosen


def _shares(spread: Array, directions: Array) -> tuple[float, float]:
    total = float(np.square(spread).sum())
    first, second = np.square(spread @ directions.T).sum(axis=0).tolist()
    return (first / total, second / total) if total else (0.0, 0.0)
