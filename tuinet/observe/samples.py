"""Samples as the network takes them, and its evaluation on a stretch of them."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from tuinet.data.dataset import Dataset
from tuinet.experiment.experiment import Experiment
from tuinet.nn.losses import Loss
from tuinet.nn.network import Network, Workspace
from tuinet.nn.parameters import Array
from tuinet.nn.training import Evaluation
from tuinet.observe.metrics import predicted_classes


class Samples(NamedTuple):
    """Inputs and targets, one row a sample."""

    inputs: Array
    """Shape (samples, inputs), C order."""
    targets: Array
    """Shape (samples, outputs), Fortran order."""
    weights: Array | None = None
    """Of each in the loss, shape (samples,); ``None`` where all count the same."""

    def part(self, rows: NDArray[np.intp]) -> Samples:
        """Some of them; themselves, where that is all."""
        if len(rows) == len(self.inputs):
            return self
        weights = None if self.weights is None else self.weights[rows]
        return Samples(self.inputs[rows], np.asfortranarray(self.targets[rows]), weights)


_BOUNDED: Final = ("sigmoid", "softmax", "tanh")


class Encoding(NamedTuple):
    """How a dataset becomes samples.

    Parameters
    ----------
    output_activation
        With tanh, classes are told apart by −1 and 1 instead of 0 and 1.
    dtype
        Precision of the samples.
    is_margin
        Whether the loss tells two classes apart by −1 and 1, too.
    class_weight
        Whether every class weighs the same in the loss: ``balanced``, else ``none``.
    """

    output_activation: str
    dtype: DTypeLike
    is_margin: bool = False
    class_weight: str = "none"

    @classmethod
    def of(cls, loss: Loss, experiment: Experiment) -> Encoding:
        """The encoding that a loss calls for."""
        return cls(loss.output_activation, experiment.dtype, loss.is_margin, experiment.class_weight)

    @property
    def is_signed(self) -> bool:
        """Whether 0 and 1 are coded as −1 and 1, and outputs part at 0."""
        return self.output_activation == "tanh" or self.is_margin

    def train(self, dataset: Dataset) -> Samples:
        """The training set."""
        return self.samples(dataset, dataset.X, dataset.y)

    def test(self, dataset: Dataset) -> Samples | None:
        """The test set; ``None`` when there is none."""
        return self.samples(dataset, dataset.X_test, dataset.y_test) if len(dataset.X_test) else None

    def threshold(self, dataset: Dataset) -> float | None:
        """Where the two classes of a single output part, or the two answers to a label; ``None`` for numbers."""
        if dataset.task == "regression":
            return None
        return 0.0 if self.is_signed else 0.5

    def has_probabilities(self, dataset: Dataset) -> bool:
        """Whether outputs can be told as probabilities: those of sigmoid and softmax, and of tanh moved to 0 to 1."""
        return dataset.task != "regression" and self.output_activation in _BOUNDED

    def inputs(self, dataset: Dataset, X: Array) -> Array:
        """Raw features of shape (samples, features) as the network's inputs."""
        return np.ascontiguousarray(dataset.encode(X), dtype=self.dtype)

    def samples(self, dataset: Dataset, X: Array, y: Array) -> Samples:
        """Any samples as those of the dataset, whose training set has the weights of the classes.

        Raw features have the shape (samples, features), targets (samples, outputs).
        """
        signed = self.is_signed and dataset.task != "regression"
        targets = np.asfortranarray(2 * y - 1 if signed else dataset.encode_targets(y), dtype=self.dtype)
        return Samples(self.inputs(dataset, X), targets, self._weights(dataset, y))

    def _weights(self, dataset: Dataset, y: Array) -> Array | None:
        if self.class_weight == "none":
            return None
        weights: Array = np.asarray(class_weights(dataset)[predicted_classes(y, 0.5)], dtype=self.dtype)
        return weights


def class_weights(dataset: Dataset) -> Array:
    """The weight of each class that makes all of them count the same, shape (classes,).

    It is n / (k·n_c) for a class with n_c of the n training samples, k being the classes that have some, as
    scikit-learn's ``class_weight="balanced"`` has it; a class without training samples has the weight 1.
    """
    counts = class_counts(dataset)
    total = np.count_nonzero(counts) * counts
    weights: Array = np.divide(counts.sum(), total, out=np.ones(len(counts)), where=total > 0)
    return weights


def class_counts(dataset: Dataset) -> NDArray[np.intp]:
    """The training samples of each class, shape (classes,)."""
    if dataset.class_counts:
        return np.array(dataset.class_counts, np.intp)
    return np.bincount(predicted_classes(dataset.y, 0.5), minlength=max(2, dataset.y.shape[1]))


_LEAST: Final = 256
_MOST: Final = 2000
"""Samples that are evaluated for one frame, however many there are."""
_WORK: Final = 500_000_000
"""Multiplications for one frame, as far as that leaves the least number of samples."""

Stretch = tuple[bool, int, int]
"""Whether of the test set, the first sample and the one behind the last."""


class SampleSet(NamedTuple):
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
