"""Samples as the network takes them: inputs encoded, targets in the range of its output, both in its precision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike, NDArray

from tuinet.data.dataset import Dataset
from tuinet.nn.parameters import Array


@dataclass(frozen=True, eq=False)
class Samples:
    """Inputs and targets, one row a sample."""

    inputs: Array
    """Shape (samples, inputs), C order."""
    targets: Array
    """Shape (samples, outputs), Fortran order."""

    def part(self, rows: NDArray[np.intp]) -> Samples:
        """Some of them; themselves, where that is all."""
        if len(rows) == len(self.inputs):
            return self
        return Samples(self.inputs[rows], np.asfortranarray(self.targets[rows]))


@dataclass(frozen=True)
class Encoding:
    """How a dataset becomes samples.

    Parameters
    ----------
    output_activation
        With tanh, classes are told apart by −1 and 1 instead of 0 and 1.
    dtype
        Precision of the samples.
    """

    output_activation: str
    dtype: DTypeLike

    def train(self, dataset: Dataset) -> Samples:
        """The training set."""
        return self._samples(dataset, dataset.X, dataset.y)

    def test(self, dataset: Dataset) -> Samples | None:
        """The test set; ``None`` when there is none."""
        return self._samples(dataset, dataset.X_test, dataset.y_test) if len(dataset.X_test) else None

    def threshold(self, dataset: Dataset) -> float | None:
        """Where the two classes of a single output part; ``None`` for numbers."""
        if dataset.task == "regression":
            return None
        return 0.0 if self.output_activation == "tanh" else 0.5

    def inputs(self, dataset: Dataset, X: Array) -> Array:
        """Raw features of shape (samples, features) as the network's inputs."""
        return np.ascontiguousarray(dataset.encode(X), dtype=self.dtype)

    def _samples(self, dataset: Dataset, X: Array, y: Array) -> Samples:
        signed = self.output_activation == "tanh" and dataset.task != "regression"
        targets = 2 * y - 1 if signed else y
        return Samples(self.inputs(dataset, X), np.asfortranarray(targets, dtype=self.dtype))
