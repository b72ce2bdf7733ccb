"""A Dataset: samples, targets and what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]

Task = Literal["binary"]
"""What is learned: ``binary`` is one of two classes, with targets 0 and 1."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Training samples with their meaning; the arrays are read-only.

    Raises
    ------
    ValueError
        If the shapes disagree.
    """

    name: str
    task: Task
    X: Array
    """Shape (samples, features)."""
    y: Array
    """Shape (samples, outputs)."""
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.X.ndim != 2 or self.y.ndim != 2 or len(self.X) != len(self.y):
            raise ValueError(f"X {self.X.shape} and y {self.y.shape} are not two tables with one row a sample")
        self.X.flags.writeable = False
        self.y.flags.writeable = False

    def ranges(self, margin: float = 0.2) -> tuple[tuple[float, float], ...]:
        """For each feature the lowest and the highest value, widened on both sides by a share of the width."""
        lows, highs = self.X.min(axis=0), self.X.max(axis=0)
        pads = margin * np.where(highs > lows, highs - lows, 1.0)
        return tuple((float(low), float(high)) for low, high in zip(lows - pads, highs + pads, strict=True))
