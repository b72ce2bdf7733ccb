"""How well the nearest other sample foretells a sample: what of the targets is noise shows there."""

from __future__ import annotations

from typing import Final

import numpy as np

from tuinet.nn.parameters import Array

MOST: Final = 500
"""Samples that are looked at: half a million distances take some milliseconds."""


def neighbour_error(X: Array, y: Array, *, is_regression: bool) -> float:
    """The error of answering as the nearest other sample; of numbers, half their mean squared difference.

    Of classes it is a share of the samples, which is at most twice that of the best possible classifier where there are
    many samples (Cover and Hart, 1967). Of numbers it is a share of their variance, and near that of the noise, however
    they depend on the inputs (Rice, 1984). Not a number of fewer than two samples.

    Parameters
    ----------
    X
        Features, shape (samples, features).
    y
        Targets: numbers, or classes as 0 and 1, one-hot where they are several, shape (samples, outputs).
    """
    X, y = X[:MOST], y[:MOST]
    if len(X) < 2:
        return float("nan")
    nearest = _nearest(X)
    if not is_regression:
        return float((y != y[nearest]).any(axis=1).mean())
    variance = float(y.var(axis=0).sum())
    return float(np.square(y - y[nearest]).sum(axis=1).mean()) / 2 / variance if variance else float("nan")


def _nearest(X: Array) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """The index of the nearest other sample of each."""
    scale = X.std(axis=0)
    scaled = (X - X.mean(axis=0)) / np.where(scale > 0, scale, 1.0)
    squares = np.square(scaled).sum(axis=1)
    distances = squares[:, np.newaxis] + squares - 2 * scaled @ scaled.T
    np.fill_diagonal(distances, np.inf)
    nearest: np.ndarray[tuple[int], np.dtype[np.intp]] = distances.argmin(axis=1)
    return nearest
