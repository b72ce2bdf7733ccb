"""An Encoder: from raw features to the numbers that a network is fed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from tuinet.data.arrays import Array

FEATURES: Final[Mapping[str, Callable[[Array, Array], Array]]] = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1²": lambda x1, x2: x1 * x1,
    "x2²": lambda x1, x2: x2 * x2,
    "x1·x2": lambda x1, x2: x1 * x2,
    "sin x1": lambda x1, x2: np.sin(x1),
    "sin x2": lambda x1, x2: np.sin(x2),
}
"""What can be made of two features x1 and x2: the seven inputs of TensorFlow Playground (``src/playground.ts``)."""


@dataclass(frozen=True, eq=False)
class Encoder:
    """Makes new features of two, when asked, and then shifts and scales every column, when asked.

    The same Encoder serves the training set, the test set and the pixels of a picture of the plane.
    """

    features: tuple[str, ...] = ()
    """Names of `FEATURES`, in the order of the columns; empty for the features as they are."""
    shift: Array | None = None
    """What is taken away from each column, shape (columns,); ``None`` for nothing."""
    scale: Array | None = None
    """What each column is divided by after that, shape (columns,); ``None`` for nothing."""

    def __call__(self, X: Array) -> Array:
        """The columns made of raw features of shape (n, features), shape (n, columns)."""
        columns = _combine(X, self.features) if self.features else X
        if self.shift is not None:
            columns = columns - self.shift
        return columns if self.scale is None else columns / self.scale


IDENTITY: Final = Encoder()
"""Feeds the features as they are."""


def fit_encoder(X: Array, features: tuple[str, ...], standardize: bool) -> Encoder:
    """The Encoder of a training set.

    Parameters
    ----------
    X
        Raw training features, shape (samples, features); two columns if features are to be made of them.
    features
        Names of `FEATURES`.
    standardize
        Whether each column gets mean 0 and standard deviation 1 over the training set, the deviation with the divisor
        n, as is usual in machine learning. A column that does not vary there is only shifted.
    """
    if not standardize:
        return Encoder(features) if features else IDENTITY
    columns = Encoder(features)(X)
    # Rounding gives equal values a deviation of about 1e-16, which must not be divided by.
    varies = columns.min(axis=0) < columns.max(axis=0)
    deviation = columns.std(axis=0)
    return Encoder(features, columns.mean(axis=0), np.where(varies & (deviation > 0), deviation, 1.0))


def _combine(X: Array, features: tuple[str, ...]) -> Array:
    x1, x2 = X.T
    return np.stack([FEATURES[name](x1, x2) for name in features], axis=1)
