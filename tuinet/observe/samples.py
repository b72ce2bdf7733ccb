"""Samples as the network takes them, its answers to a stretch of them, and how well it does on a set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

from tuinet.data.dataset import Dataset
from tuinet.nn.network import Network, Workspace
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array
from tuinet.nn.training import Evaluation


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
        targets = 2 * y - 1 if signed else dataset.encode_targets(y)
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
        """``test set`` or ``training set``."""
        return "test set" if self.is_test else "training set"


def choose_set(dataset: Dataset, on_test: bool) -> SampleSet:
    """The test set, if it is asked for and there is one; or the training set."""
    if on_test and len(dataset.X_test):
        return SampleSet(dataset.X_test, dataset.y_test, is_test=True)
    return SampleSet(dataset.X, dataset.y, is_test=False)


def most_samples(network: Network) -> int:
    """Samples that may be evaluated for one frame: 2,000, or fewer for a large network."""
    return max(_LEAST, min(_MOST, _WORK // network.parameters.vector.size))


class StretchEvaluation:
    """Evaluates a network on a stretch of a set, in buffers that are kept as long as the same one is looked at."""

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


@dataclass(frozen=True, eq=False)
class Metrics:
    """Measures of a network on one set of samples; arrays are read-only."""

    loss: float
    """Mean over the samples, without any penalty."""
    samples: int
    confusion: NDArray[np.intp] | None = None
    """For classes: how many samples of each class (row) were taken for each class (column)."""
    r2: float | None = None
    """For numbers: the share of their variance that is predicted, over all outputs; 1 is all of it."""
    rmse: float | None = None
    """For numbers: root of the mean squared error, in the unit of the target."""
    of: int | None = None
    """Samples of the set, where only some of them were evaluated."""

    @property
    def correct(self) -> int | None:
        """For classes: samples taken for what they are."""
        return None if self.confusion is None else int(np.trace(self.confusion))

    @property
    def accuracy(self) -> float | None:
        """For classes: share of the samples that are right, from 0 to 1; ``None`` where there are none."""
        return None if self.correct is None or not self.samples else self.correct / self.samples

    @property
    def is_solved(self) -> bool:
        """Whether there is nothing left to learn from these samples: all are right, or 99 % of the variance."""
        return self.correct == self.samples if self.correct is not None else (self.r2 or 0) > 0.99

    @property
    def precision(self) -> Array | None:
        """For each class: the share of right ones among the samples taken for it; 0 when there are none."""
        return None if self.confusion is None else _share(self.confusion, self.confusion.sum(axis=0))

    @property
    def recall(self) -> Array | None:
        """For each class: the share of right ones among the samples that belong to it; 0 when there are none."""
        return None if self.confusion is None else _share(self.confusion, self.confusion.sum(axis=1))

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, without what does not apply."""
        values: dict[str, Any] = {"loss": self.loss, "samples": self.samples}
        if self.confusion is None:
            return {**values, "r2": self.r2, "rmse": self.rmse}
        lists = {"precision": self.precision, "recall": self.recall, "confusion": self.confusion}
        return {
            **values,
            "accuracy": self.accuracy,
            **{key: value.tolist() for key, value in lists.items() if value is not None},
        }


@DIVERGING_IS_NO_ERROR
def regression_metrics(loss: float, outputs: Array, targets: Array) -> Metrics:
    """Metrics of predicted numbers; outputs and targets have the shape (samples, outputs)."""
    if not len(targets):
        return Metrics(loss, 0)
    squares = float(np.square(outputs - targets).sum())
    spread = float(np.square(targets - targets.mean(axis=0)).sum())
    r2 = 1 - squares / spread if spread else float("nan")
    return Metrics(loss, len(targets), r2=r2, rmse=float(np.sqrt(squares / targets.size)))


def class_metrics(loss: float, outputs: Array, targets: Array, threshold: float) -> Metrics:
    """Metrics of predicted classes.

    Parameters
    ----------
    outputs, targets
        Shape (samples, outputs); with one output there are two classes.
    threshold
        Where the two classes of a single output part. An output that is not a number counts as class 0.
    """
    predicted, actual = predicted_classes(outputs, threshold), predicted_classes(targets, threshold)
    classes = max(2, outputs.shape[1])
    confusion = np.bincount(actual * classes + predicted, minlength=classes**2).reshape(classes, classes)
    confusion.flags.writeable = False
    return Metrics(loss, len(targets), confusion=confusion)


def predicted_classes(outputs: Array, threshold: float) -> NDArray[np.intp]:
    """The class of each sample, shape (samples,): that of the largest output, or the side of a single one."""
    if outputs.shape[1] == 1:
        return (outputs[:, 0] > threshold).astype(np.intp)
    classes: NDArray[np.intp] = np.nan_to_num(outputs, nan=-np.inf).argmax(axis=1)
    return classes


@DIVERGING_IS_NO_ERROR
def class_shares(outputs: Array, output_activation: str) -> Array:
    """The share of each class in each sample's outputs, from 0 to 1, shape (samples, classes).

    Parameters
    ----------
    outputs
        Shape (samples, outputs). A single one is the share of the second of two classes.
    output_activation
        Outputs of tanh lie from -1 to 1; those of a linear layer may lie beyond 0 and 1.
    """
    shares: Array = (outputs + 1) / 2 if output_activation == "tanh" else outputs
    return np.hstack([1 - shares, shares]) if shares.shape[1] == 1 else shares


def _share(confusion: NDArray[np.intp], totals: NDArray[np.intp]) -> Array:
    return np.divide(np.diag(confusion), totals, out=np.zeros(len(totals)), where=totals > 0)
