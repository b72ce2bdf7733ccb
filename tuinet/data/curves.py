"""Regression with one input: curves to follow."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from tuinet.data.arrays import Array
from tuinet.data.recipe import Recipe
from tuinet.data.rows import Rows

_REACH: Final = 3.0
"""x lies between −3 and 3."""


def _make_curve(curve: Callable[[Array], Array], samples: int, noise: float, generator: np.random.Generator) -> Rows:
    """Uniform points x; y is on the curve, but for noise, the standard deviation of what is added."""
    x = generator.uniform(-_REACH, _REACH, (samples, 1))
    y = curve(x) + noise * generator.standard_normal((samples, 1))
    return Rows(x, y, ("x",), target_names=("y",))


CURVES: Final[tuple[tuple[str, str, Callable[[Array], Array]], ...]] = (
    ("sine", "A wave: y = sin 2x.", lambda x: np.sin(2 * x)),
    (
        "step",
        "A jump from −1 to 1 at x = 0, which no smooth curve follows exactly.",
        lambda x: np.where(x < 0, -1.0, 1.0),
    ),
    ("abs", "A kink: y = |x| − 1.5.", lambda x: np.abs(x) - 1.5),
    ("polynomial", "A cubic: y = (x³ − 4x) / 5.", lambda x: (x**3 - 4 * x) / 5),
)

RECIPES: Final = tuple(
    Recipe(name, title, "regression", partial(_make_curve, curve), samples=200, noise=0.1)
    for name, title, curve in CURVES
)
