"""Samples as the network takes them, and its answers to those of training or test set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

from tuinet.data.dataset import Dataset
from tuinet.nn.network import Network, Workspace
from tuinet.nn.parameters import Array
from tuinet.nn.phases import Evaluation


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


_LEAST: Final = 256
_MOST: Final = 2000
"""Samples that are evaluated for one frame, however many there are."""
_WORK: Final = 500_000_000
"""Multiplications for one frame, as far as that leaves the least number of samples."""

Stretch = tuple[bool, int, int]
"""Whether of the test set, the first sample and the one behind the last."""


@dataclass(frozen=True, eq=False)
class SampleSet:
    """One of the two sets of a dataset, in raw units."""

    X: Array
    """Shape (samples, features)."""
    y: Array
    """Shape (samples, outputs)."""
    is_test: bool

    @property
    def name(self) -> str:
        """What it is called."""
        return "test set" if self.is_test else "training set"


def choose_set(dataset: Dataset, on_test: bool) -> SampleSet:
    """The test set, if it is asked for and there is one; or the training set."""
    if on_test and len(dataset.X_test):
        return SampleSet(dataset.X_test, dataset.y_test, is_test=True)
    return SampleSet(dataset.X, dataset.y, is_test=False)


def most_samples(network: Network) -> int:
    """How many samples may be evaluated for one frame: 2,000, or fewer where the network is large."""
    return max(_LEAST, min(_MOST, _WORK // network.parameters.vector.size))


class StretchEvaluation:
    """Evaluates a network on a stretch of a set, in buffers that are kept as long as the same one is looked at.

    Parameters
    ----------
    network
        Its parameters are read afresh each time.
    dataset
        Whose samples they are.
    encoding
        How features become the network's inputs.
    """

    def __init__(self, network: Network, dataset: Dataset, encoding: Encoding) -> None:
        self._network, self._dataset, self._encoding = network, dataset, encoding
        self._stretch: Stretch | None = None
        self._evaluation: Evaluation | None = None

    def run(self, samples: SampleSet, first: int, stop: int) -> Workspace:
        """Everything that the network computes for these samples: the buffers, overwritten by the next run."""
        stretch = (samples.is_test, first, stop)
        if self._evaluation is None or stretch != self._stretch:
            inputs = self._encoding.inputs(self._dataset, samples.X[first:stop])
            self._stretch, self._evaluation = stretch, Evaluation(self._network, inputs)
        self._evaluation.run()
        return self._evaluation.workspace
