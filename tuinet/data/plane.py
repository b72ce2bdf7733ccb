"""Two inputs, two classes: moons, a checkerboard, and curves to be above or below of."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from tuinet.data.arrays import Array
from tuinet.data.playground import RADIUS, blurred, plane_rows
from tuinet.data.recipe import Recipe
from tuinet.data.rows import Rows

_SQUARES: Final = 4
"""Squares along each side of the checkerboard."""


def make_moons(samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """Two half circles of radius 1, each around an end of the other, as scikit-learn's ``make_moons`` has them.

    Noise is the standard deviation of what is added to each coordinate.
    """
    outer, inner = np.linspace(0, np.pi, samples // 2), np.linspace(0, np.pi, samples - samples // 2)
    upper = np.stack([np.cos(outer), np.sin(outer)], axis=1)
    lower = np.stack([1 - np.cos(inner), 0.5 - np.sin(inner)], axis=1)
    X = np.concatenate([upper, lower])
    return plane_rows(X + noise * generator.standard_normal(X.shape), np.arange(samples) >= len(upper))


def make_checkerboard(samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """Four by four squares from −5 to 5; the one at the lower left is 0. Noise blurs as in TF Playground."""
    X = generator.uniform(-RADIUS, RADIUS, (samples, 2))
    square = np.floor((blurred(X, noise, RADIUS, generator) + RADIUS) * _SQUARES / (2 * RADIUS))
    return plane_rows(X, square.sum(axis=1) % 2 == 1)


def _make_above(curve: Callable[[Array], Array], samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """Uniform points from −5 to 5; 1 is above the curve. Noise blurs as in TF Playground."""
    X = generator.uniform(-RADIUS, RADIUS, (samples, 2))
    x1, x2 = blurred(X, noise, RADIUS, generator).T
    rows = plane_rows(X, x2 > curve(x1))
    return Rows(rows.X, rows.targets, rows.feature_names, class_names=("below", "above"))


# Each curve has half of the square above it.
_CURVES: Final[tuple[tuple[str, str, Callable[[Array], Array]], ...]] = (
    ("sine", "2.5 · sin x1", lambda x: 2.5 * np.sin(x)),
    ("cubic", "(x1³ − 16 x1) / 15", lambda x: (x**3 - 16 * x) / 15),
    ("abs", "|x1| − 2.5", lambda x: np.abs(x) - 2.5),
)

RECIPES: Final = [
    Recipe("moons", "Two half moons that reach into each other.", "binary", make_moons, noise=0.2),
    Recipe("checkerboard", "Four by four squares of alternating class.", "binary", make_checkerboard, samples=1000),
    *(
        Recipe(f"above-{name}", f"Is x2 above or below {text}?", "binary", partial(_make_above, curve))
        for name, text, curve in _CURVES
    ),
]
