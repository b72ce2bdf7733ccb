"""A Dataset: samples for training and testing, their targets, and what they mean."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

import numpy as np

from tuinet.data.arrays import Array
from tuinet.data.encoder import IDENTITY, Encoder

__all__ = ["Array", "Dataset", "Task"]

Task = Literal["binary", "classes", "regression"]
"""What is learned: one of two classes (targets 0 and 1, one column), one of several classes (targets one-hot, a column
a class), or numbers (a column each)."""

_NONE: Final[Array] = np.empty((0, 0))
"""Stands for a set without samples until the number of columns is known."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Training and test samples with their meaning, in raw units; the arrays are read-only float64.

    Raises
    ------
    ValueError
        If the shapes disagree.
    """

    name: str
    task: Task
    X: Array
    """Training features as they are, shape (samples, features)."""
    y: Array
    """Training targets, shape (samples, outputs)."""
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...] = ()
    """Empty for regression."""
    target_names: tuple[str, ...] = ()
    """The name of each output of a regression; empty for classes."""
    X_test: Array = field(default_factory=lambda: _NONE)
    """Test features, the same columns as `X`; no rows when nothing is kept for testing."""
    y_test: Array = field(default_factory=lambda: _NONE)
    """Test targets, the same columns as `y`."""
    image_shape: tuple[int, int] | None = None
    """Rows and columns of the picture that the features are, row by row; ``None`` when they are none."""
    encoder: Encoder = IDENTITY
    """What is made of the features before the network sees them."""
    shown: tuple[tuple[float, float], ...] = ()
    """The range of each feature that is shown, whatever the samples are; empty for that of the samples."""

    def __post_init__(self) -> None:
        for test, train in (("X_test", "X"), ("y_test", "y")):
            if getattr(self, test) is _NONE:
                object.__setattr__(self, test, getattr(self, train)[:0])
        for name in ("X", "y", "X_test", "y_test"):
            array = np.ascontiguousarray(getattr(self, name), dtype=np.float64)
            object.__setattr__(self, name, array)
            array.flags.writeable = False
        _require_pair(self.X, self.y)
        _require_pair(self.X_test, self.y_test)
        if self.X.shape[1] != self.X_test.shape[1] or self.y.shape[1] != self.y_test.shape[1]:
            raise ValueError(
                f"X_test {self.X_test.shape} and y_test {self.y_test.shape} have other columns than X and y"
            )

    @cached_property
    def digest(self) -> str:
        """Tells whether two datasets have the same samples, to the bit."""
        digest = hashlib.blake2b(digest_size=16)
        for array in (self.X, self.y, self.X_test, self.y_test):
            digest.update(repr(array.shape).encode())
            digest.update(array.tobytes())
        return digest.hexdigest()

    @cached_property
    def extent(self) -> tuple[float, float]:
        """The lowest and the highest of all training features: the darkest and the brightest pixel of pictures."""
        return float(self.X.min()), float(self.X.max())

    @property
    def input_names(self) -> tuple[str, ...]:
        """The name of each column that `encode` returns."""
        return self.encoder.features or self.feature_names

    def encode(self, X: Array) -> Array:
        """What the network is fed.

        Parameters
        ----------
        X
            Raw features, shape (n, features): samples, or any other points of their space.

        Returns
        -------
        Array
            Shape (n, len(`input_names`)).
        """
        return self.encoder(X)

    def ranges(self, margin: float = 0.2) -> tuple[tuple[float, float], ...]:
        """For each feature the lowest and the highest value, training and test, plus a share of the width on each side.

        Parameters
        ----------
        margin
            That share. A feature without width counts as 1 wide.
        """
        if self.shown:
            return self.shown
        both = (self.X, self.X_test) if len(self.X_test) else (self.X,)
        lows = np.min([X.min(axis=0) for X in both], axis=0)
        highs = np.max([X.max(axis=0) for X in both], axis=0)
        pads = margin * np.where(highs > lows, highs - lows, 1.0)
        return tuple((float(low), float(high)) for low, high in zip(lows - pads, highs + pads, strict=True))


def _require_pair(X: Array, y: Array) -> None:
    if X.ndim != 2 or y.ndim != 2 or len(X) != len(y):
        raise ValueError(f"X {X.shape} and y {y.shape} are not two tables with one row a sample")
