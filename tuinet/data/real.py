"""Real data that ships with tuinet; ``files/ATTRIBUTION.md`` says whose it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from tuinet.data.arrays import Array, Indices
from tuinet.data.assemble import draw_rows
from tuinet.data.recipe import Recipe
from tuinet.data.rows import Rows

_FILES: Final = Path(__file__).with_name("files")
_SIDE: Final = 8
"""A digit is a picture of 8 by 8 pixels."""
_IRIS_FEATURES: Final = ("sepal length", "sepal width", "petal length", "petal width")
_IRIS_CLASSES: Final = ("setosa", "versicolor", "virginica")


def read_iris() -> Rows:
    """150 flowers, four lengths in cm, three species (R. A. Fisher, 1936)."""
    tenths, labels = _read("iris.npz")
    return Rows(tenths / 10, labels, _IRIS_FEATURES, class_names=_IRIS_CLASSES)


def read_digits() -> Rows:
    """1,797 handwritten digits, 64 pixels from 0 to 1, row by row (E. Alpaydin and C. Kaynak, 1998)."""
    sixteenths, labels = _read("digits.npz")
    names = tuple(f"r{row}c{column}" for row in range(1, _SIDE + 1) for column in range(1, _SIDE + 1))
    shape = (_SIDE, _SIDE)
    return Rows(sixteenths / 16, labels, names, class_names=tuple("0123456789"), image_shape=shape)


def _read(name: str) -> tuple[Array, Indices]:
    """Features and classes of a file of unsigned bytes."""
    with np.load(_FILES / name, allow_pickle=False) as arrays:
        return arrays["X"].astype(np.float64), arrays["y"].astype(np.intp)


def _make_real(name: str, read: Callable[[], Rows], samples: int, noise: float, generator: np.random.Generator) -> Rows:
    return draw_rows(name, read(), samples, noise, generator)


RECIPES: Final = (
    Recipe(
        "iris",
        "Four lengths of 150 flowers of three species of iris (Fisher, 1936).",
        "classes",
        partial(_make_real, "iris", read_iris),
        samples=150,
        test_share=0.25,
        standardize=True,
    ),
    Recipe(
        "digits",
        "1,797 handwritten digits, 8 by 8 pixels each (Alpaydin and Kaynak, 1998).",
        "classes",
        partial(_make_real, "digits", read_digits),
        samples=1797,
        test_share=0.25,
    ),
)
