"""What a network answers, as classes, labels or numbers, and how well it does on a set of samples: Metrics."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array


class Metrics(NamedTuple):
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
        """Whether there is nothing left to learn from these samples: all are right, or 99% of the variance."""
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


_Z95: Final = 1.959963984540054
"""Quantile of the normal distribution for an interval of 95%."""


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The score interval of 95% for a share (Wilson, 1927); it makes sense for few trials, too."""
    share, square = successes / trials, _Z95**2
    centre = share + square / (2 * trials)
    margin = _Z95 * math.sqrt(share * (1 - share) / trials + square / (4 * trials**2))
    scale = 1 + square / trials
    return max(0.0, (centre - margin) / scale), min(1.0, (centre + margin) / scale)
