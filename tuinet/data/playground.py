"""TensorFlow Playground's datasets by their published definitions.

The formulas are those of ``src/dataset.ts`` of https://github.com/tensorflow/playground (D. Smilkov and S. Carter;
Copyright 2016 Google Inc., Apache License 2.0); only the random generator is another. Noise 0.5 is the web page's 50 %.
Its labels −1 and 1 are the classes 0 and 1 here, its inputs X₁ and X₂ are called x1 and x2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from tuinet.data.arrays import Array, Indices, Mask
from tuinet.data.recipe import Recipe
from tuinet.data.rows import Rows

RADIUS: Final = 5.0
"""Half the width of the plane that the classes lie in."""
_REGRESSION_RADIUS: Final = 6.0
_PADDING: Final = 0.3
_HILLS: Final = np.array([[-4, 2.5, 1], [0, 2.5, -1], [4, 2.5, 1], [-4, -2.5, -1], [0, -2.5, 1], [4, -2.5, -1]])
"""x1, x2 and sign of each hill."""


def plane_rows(X: Array, labels: Indices | Mask) -> Rows:
    """Rows of two inputs and the classes 0 and 1."""
    return Rows(X, labels.astype(np.intp), ("x1", "x2"), class_names=("0", "1"))


def blurred(X: Array, noise: float, radius: float, generator: np.random.Generator) -> Array:
    """The points that label X: each coordinate moved by a uniform number from ±`radius`, times the noise."""
    return X + noise * generator.uniform(-radius, radius, X.shape)


def arms(samples: int, noise: float, count: int, turns: float, generator: np.random.Generator) -> tuple[Array, Indices]:
    """Arms of a spiral, equal but for a rotation, and the number of the arm that each point lies on.

    Parameters
    ----------
    samples
        Points, spread over the arms as evenly as can be, and evenly along each, from the centre outwards.
    noise
        Each coordinate is moved by a uniform number from ±1, times the noise.
    count
        Arms.
    turns
        How often each winds around the centre on its way to `RADIUS`.
    generator
        The source of the noise.

    Returns
    -------
    tuple
        Points of shape (samples, 2), arms of shape (samples,).
    """
    label = np.arange(samples) * count // samples
    first = np.searchsorted(label, np.arange(count))
    share = (np.arange(samples) - first[label]) / np.bincount(label, minlength=count)[label]
    angle = 2 * np.pi * (turns * share + label / count)
    X = RADIUS * share[:, np.newaxis] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return X + noise * generator.uniform(-1, 1, X.shape), label


def make_circle(samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """``classifyCircleData``: half the points within 0.5 of the radius, half from 0.7 on; 1 is inside."""
    inner = np.arange(samples) < (samples + 1) // 2
    distance = RADIUS * np.where(inner, generator.uniform(0, 0.5, samples), generator.uniform(0.7, 1, samples))
    angle = generator.uniform(0, 2 * np.pi, samples)
    X = np.stack([distance * np.sin(angle), distance * np.cos(angle)], axis=1)
    return plane_rows(X, np.hypot(*blurred(X, noise, RADIUS, generator).T) < RADIUS / 2)


def make_quadrants(samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """``classifyXORData``: 1 where x1 and x2 have the same sign; the padding keeps the axes free."""
    X = generator.uniform(-RADIUS, RADIUS, (samples, 2))
    X = X + np.where(X > 0, _PADDING, -_PADDING)
    return plane_rows(X, np.prod(blurred(X, noise, RADIUS, generator), axis=1) >= 0)


def make_gauss(samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """``classifyTwoGaussData``: around (2, 2) class 1, around (−2, −2) class 0; the variance rises from 0.5 to 4."""
    label = (np.arange(samples) < (samples + 1) // 2).astype(np.intp)
    deviation = np.sqrt(0.5 + noise * (4 - 0.5) / 0.5)
    centre = np.where(label == 1, 2.0, -2.0)[:, np.newaxis]
    return plane_rows(centre + deviation * generator.standard_normal((samples, 2)), label)


def make_spiral(samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """``classifySpiralData``: two arms of 1¾ turns; the first is class 1."""
    X, arm = arms(samples, noise, 2, 1.75, generator)
    return plane_rows(X, 1 - arm)


def make_plane(samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """``regressPlane``: y = (x1 + x2) / 10, at the blurred point."""
    return _make_regression(lambda X: X.sum(axis=1) / 10, samples, noise, generator)


def make_hills(samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """``regressGaussian``: three hills up to 1 and three valleys down to −1, each a cone of radius 2."""
    return _make_regression(hill_height, samples, noise, generator)


def hill_height(X: Array) -> Array:
    """The height of the hill or the depth of the valley that is nearest, 0 farther than 2 from all; shape (n,)."""
    distance = np.hypot(X[:, :1] - _HILLS[:, 0], X[:, 1:] - _HILLS[:, 1])
    heights = _HILLS[:, 2] * np.clip(1 - distance / 2, 0, 1)
    highest = np.abs(heights).argmax(axis=1)
    return np.asarray(np.take_along_axis(heights, highest[:, np.newaxis], axis=1)[:, 0] + 0.0)


def _make_regression(
    height: Callable[[Array], Array], samples: int, noise: float, generator: np.random.Generator
) -> Rows:
    X = generator.uniform(-_REGRESSION_RADIUS, _REGRESSION_RADIUS, (samples, 2))
    y = height(blurred(X, noise, _REGRESSION_RADIUS, generator))
    return Rows(X, y[:, np.newaxis], ("x1", "x2"), target_names=("y",))


CLASSES: Final = (
    Recipe("circle", "A disc inside a ring (TF Playground's circle).", "binary", make_circle),
    Recipe(
        "quadrants", "1 where x1 and x2 have the same sign (TF Playground's exclusive or).", "binary", make_quadrants
    ),
    Recipe("gauss", "Two round clouds side by side (TF Playground's gaussian).", "binary", make_gauss),
    Recipe("spiral", "Two arms that wind around each other (TF Playground's spiral).", "binary", make_spiral),
)

REGRESSIONS: Final = (
    Recipe("plane", "A slope: y = (x1 + x2) / 10 (TF Playground's plane).", "regression", make_plane, samples=1200),
    Recipe("hills", "Three hills and three valleys (TF Playground's gauss).", "regression", make_hills, samples=1200),
)
