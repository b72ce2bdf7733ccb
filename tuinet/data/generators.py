"""Datasets that come from a formula, and the table of their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from tuinet.data.dataset import Dataset


def make_xor() -> Dataset:
    """The exclusive or of two bits: four samples that no single layer can tell apart (Minsky and Papert, 1969)."""
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = np.array([[0.0], [1.0], [1.0], [0.0]])
    return Dataset("xor", "binary", X, y, feature_names=("x1", "x2"), class_names=("0", "1"))


DATASETS: Final[dict[str, Callable[[], Dataset]]] = {"xor": make_xor}
"""Every dataset by its name."""
