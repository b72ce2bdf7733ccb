"""Samples added and taken out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tuinet.data.arrays import Array
from tuinet.data.dataset import Dataset
from tuinet.errors import DataError

Point = tuple[float, ...]
"""The features of a sample, and its target: the index of its class, or a number."""


def with_points(base: Dataset, added: Sequence[Point], removed: Sequence[int], cleared: bool) -> Dataset:
    """A dataset with other samples than its own; what is made of the features and the ranges shown stay as they are.

    Parameters
    ----------
    base
        The dataset.
    added
        Samples that come behind its own in the training set.
    removed
        Rows of its training set that are left out.
    cleared
        Whether all its samples, training and test, are left out.

    Raises
    ------
    DataError
        If there is no such row, or a point does not have the dataset's features and targets.
    """
    if not (added or removed or cleared):
        return base
    for row in removed:
        if row >= len(base.X):
            raise DataError(f"removed: {base.name} has no sample {row}, but {len(base.X)} from 0")
    kept = np.ones(len(base.X), bool)
    kept[list(removed)] = False
    kept &= not cleared
    columns = base.X.shape[1]
    points = np.array([_checked(base, point) for point in added], dtype=np.float64).reshape(-1, columns + 1)
    test = slice(0, 0 if cleared else None)
    return replace(
        base,
        X=np.concatenate([base.X[kept], points[:, :-1]]),
        y=np.concatenate([base.y[kept], _targets(base, points[:, -1])]),
        X_test=base.X_test[test],
        y_test=base.y_test[test],
        shown=base.ranges(),
    )


def _checked(base: Dataset, point: Point) -> Point:
    features = base.X.shape[1]
    if len(point) != features + 1:
        raise DataError(f"added: {point} is not a sample of {base.name}, which has {features} features and a target")
    if base.task == "regression" and base.y.shape[1] > 1:
        raise DataError(f"added: {base.name} has {base.y.shape[1]} targets; a point has one")
    classes = len(base.class_names)
    if base.task != "regression" and point[-1] not in range(classes):
        raise DataError(f"added: {point[-1]:g} is not a class of {base.name}, from 0 to {classes - 1}")
    return point


def _targets(base: Dataset, values: Array) -> Array:
    if base.task != "classes":
        return values[:, None]
    one_hot: Array = np.eye(base.y.shape[1])[values.astype(int)]
    return one_hot
