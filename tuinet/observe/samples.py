"""Samples as the network takes them, its answers to a stretch of them, and how well it does on a set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

from tuinet.data.dataset import Dataset
from tuinet.experiment.experiment import Experiment
from tuinet.nn.losses import Loss
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
    weights: Array | None = None
    """Of each in the loss, shape (samples,); ``None`` where all count the same."""

    def part(self, rows: NDArray[np.intp]) -> Samples:
        """Some of them; themselves, where that is all."""
        if len(rows) == len(self.inputs):
            return self
        weights = None if self.weights is None else self.weights[rows]
        return Samples(self.inputs[rows], np.asfortranarray(self.targets[rows]), weights)


_BOUNDED: Final = ("sigmoid", "softmax", "tanh")


@dataclass(frozen=True)
class Encoding:
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
    """Over the samples, reduced and weighted as the Experiment has it, without any penalty."""
    samples: int
    confusion: NDArray[np.intp] | None = None
    """For classes: how many samples of each class (row) were taken for each class (column)."""
    r2: float | None = None
    """For numbers: the share of their variance that is predicted, over all outputs; 1 is all of it."""
    rmse: float | None = None
    """For numbers: root of the mean squared error, in the unit of the target."""
    of: int | None = None
    """Samples of the set, where only some of them were evaluated."""
    label_confusions: NDArray[np.intp] | None = None
    """For labels: such a matrix of no (0) and yes (1) for each, shape (labels, 2, 2)."""
    exact: int | None = None
    """For labels: samples of which all labels are right."""

    @property
    def rmse_text(self) -> str:
        """The RMSE in words, with four digits or more: ``0.4629``, ``16,310``; a dash where there is none."""
        if self.rmse is None:
            return "–"
        return f"{self.rmse:,.0f}" if 9999.5 <= self.rmse < 1e9 else f"{self.rmse:.4g}"

    @property
    def correct(self) -> int | None:
        """For classes: samples taken for what they are; for labels, those of which every label is right."""
        return self.exact if self.confusion is None else int(np.trace(self.confusion))

    @property
    def accuracy(self) -> float | None:
        """Share of the samples that are `correct`, from 0 to 1; ``None`` for numbers, and where there are none."""
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

    @property
    def balanced_accuracy(self) -> float | None:
        """For classes: the mean recall of those that have samples, so that a rare one counts as much as any other."""
        if self.confusion is None or self.recall is None or not self.samples:
            return None
        return float(self.recall[self.confusion.sum(axis=1) > 0].mean())

    @property
    def f1(self) -> Array | None:
        """For each class, or for the yes of each label: the harmonic mean of precision and recall.

        It is 2·right / (2·right + taken for it + missed); 0 where there is nothing of the kind.
        """
        if self.label_confusions is not None:
            matrices = self.label_confusions
            right, wrong = matrices[:, 1, 1], matrices[:, 0, 1] + matrices[:, 1, 0]
        elif self.confusion is not None:
            right = np.diag(self.confusion)
            wrong = self.confusion.sum(axis=0) + self.confusion.sum(axis=1) - 2 * right
        else:
            return None
        parts = 2 * right + wrong
        return np.divide(2 * right, parts, out=np.zeros(len(parts)), where=parts > 0)

    @property
    def macro_f1(self) -> float | None:
        """The plain mean of `f1` over the labels, or over the classes that occur or are predicted."""
        if self.f1 is None or not self.samples:
            return None
        if self.confusion is None:
            return float(self.f1.mean())
        return float(self.f1[(self.confusion.sum(axis=0) + self.confusion.sum(axis=1)) > 0].mean())

    @property
    def label_accuracies(self) -> Array | None:
        """For each label: the share of the samples whose answer to it is right, shape (labels,)."""
        if self.label_confusions is None or not self.samples:
            return None
        shares: Array = self.label_confusions.trace(axis1=1, axis2=2) / self.samples
        return shares

    @property
    def label_accuracy(self) -> float | None:
        """For labels: the mean of `label_accuracies`, the share of single answers that are right."""
        return None if self.label_accuracies is None else float(self.label_accuracies.mean())

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, without what does not apply."""
        values: dict[str, Any] = {"loss": self.loss, "samples": self.samples}
        if self.correct is None:
            return {**values, "r2": self.r2, "rmse": self.rmse}
        names = ("precision", "recall", "f1", "confusion", "label_accuracies", "label_confusions")
        numbers = ("accuracy", "balanced_accuracy", "macro_f1", "label_accuracy")
        found = {name: getattr(self, name) for name in (*numbers, *names)}
        plain = {name: value.tolist() if name in names else value for name, value in found.items() if value is not None}
        return {**values, "accuracy": self.accuracy, **plain}


@DIVERGING_IS_NO_ERROR
def regression_metrics(loss: float, outputs: Array, targets: Array) -> Metrics:
    """Metrics of predicted numbers; outputs and targets have the shape (samples, outputs)."""
    if not len(targets):
        return Metrics(loss, 0)
    squares = float(_squared_errors(outputs, targets))
    rmse = float(np.sqrt(squares / targets.size))
    return Metrics(loss, len(targets), r2=float(determination(outputs, targets)), rmse=rmse)


@DIVERGING_IS_NO_ERROR
def determination(outputs: Array, targets: Array) -> Array:
    """R² of the outputs, shape (samples, outputs); for a stack with the networks first, shape (networks,)."""
    spread = np.square(targets - targets.mean(axis=0)).sum()
    squares = _squared_errors(outputs, targets)
    return 1 - squares / spread if spread else np.full_like(squares, np.nan)


def _squared_errors(outputs: Array, targets: Array) -> Array:
    # Output by output, as they are in memory: NumPy sums what is contiguous in pairs.
    squares = np.ascontiguousarray(np.square(outputs - targets).mT)
    return np.asarray(squares.reshape(*squares.shape[:-2], -1).sum(axis=-1), np.float64)


def right_counts(outputs: Array, targets: Array, threshold: float, *, has_labels: bool) -> NDArray[np.intp]:
    """The samples that are right, of each network of a stack, shape (networks,).

    Parameters
    ----------
    outputs, targets
        Shapes (networks, samples, outputs) and (samples, outputs).
    threshold
        See `class_metrics` and `label_metrics`.
    """
    if has_labels:
        are_right = ((outputs > threshold) == (targets > threshold)).all(axis=-1)
    else:
        are_right = predicted_classes(outputs, threshold) == predicted_classes(targets, threshold)
    return np.asarray(are_right.sum(axis=-1), np.intp)


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


def label_metrics(loss: float, outputs: Array, targets: Array, threshold: float) -> Metrics:
    """Metrics of labels, each of which is answered on its own.

    Parameters
    ----------
    outputs, targets
        Shape (samples, labels).
    threshold
        Above which an output says yes. One that is not a number says no.
    """
    predicted, actual = outputs > threshold, targets > threshold
    codes = 2 * actual + predicted
    matrices = np.stack([(codes == code).sum(axis=0) for code in range(4)], axis=-1).reshape(-1, 2, 2)
    matrices.flags.writeable = False
    exact = int((predicted == actual).all(axis=1).sum())
    return Metrics(loss, len(targets), label_confusions=matrices, exact=exact)


def label_sets(outputs: Array, threshold: float) -> NDArray[Any]:
    """The labels of each sample as one whole number, shape (samples,): bit j stands for label j.

    Two samples have the same number where they have the same labels. More labels than 62 are kept as Python's whole
    numbers.
    """
    labels = outputs.shape[1]
    bits = np.array([1 << label for label in range(labels)], dtype=np.intp if labels <= _MOST_BITS else object)
    sets: NDArray[Any] = ((outputs > threshold) * bits).sum(axis=1)
    return sets


_MOST_BITS: Final = 62


def set_name(labels: int, names: Sequence[str]) -> str:
    """The labels of a number of `label_sets`: ``red+round``, or ``none``."""
    return "+".join(name for index, name in enumerate(names) if labels >> index & 1) or "none"


def predicted_classes(outputs: Array, threshold: float) -> NDArray[np.intp]:
    """The class of each sample, shape (…, samples): that of the largest output, or the side of a single one."""
    if outputs.shape[-1] == 1:
        return (outputs[..., 0] > threshold).astype(np.intp)
    classes: NDArray[np.intp] = np.nan_to_num(outputs, nan=-np.inf).argmax(axis=-1)
    return classes


@DIVERGING_IS_NO_ERROR
def class_shares(outputs: Array, *, is_signed: bool) -> Array:
    """The share of each class in each sample's outputs, from 0 to 1, shape (samples, classes).

    Parameters
    ----------
    outputs
        Shape (samples, outputs). A single one is the share of the second of two classes. Those of a linear layer may
        lie beyond 0 and 1.
    is_signed
        Whether −1 stands for 0, see `Encoding.is_signed`.
    """
    shares = label_shares(outputs, is_signed=is_signed)
    return np.hstack([1 - shares, shares]) if shares.shape[1] == 1 else shares


@DIVERGING_IS_NO_ERROR
def label_shares(outputs: Array, *, is_signed: bool) -> Array:
    """How far each output says yes, from 0 to 1, shape (samples, outputs); see `class_shares`."""
    shares: Array = (outputs + 1) / 2 if is_signed else outputs
    return shares


def _share(confusion: NDArray[np.intp], totals: NDArray[np.intp]) -> Array:
    return np.divide(np.diag(confusion), totals, out=np.zeros(len(totals)), where=totals > 0)
