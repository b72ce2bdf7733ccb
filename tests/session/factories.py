"""Datasets for tests of sessions."""

from __future__ import annotations

import numpy as np

from tuinet.data.dataset import Dataset, Task
from tuinet.nn.parameters import Array


def dataset_of(X: Array, y: Array, task: Task = "binary") -> Dataset:
    """A dataset with nothing but training samples."""
    features = tuple(f"x{column}" for column in range(1, X.shape[1] + 1))
    has_names = task in ("regression", "labels")
    classes = () if has_names else tuple(str(label) for label in range(max(2, y.shape[1])))
    targets = tuple(f"y{column}" for column in range(1, y.shape[1] + 1)) if has_names else ()
    return Dataset("made", task, np.array(X), np.array(y), features, classes, targets)
