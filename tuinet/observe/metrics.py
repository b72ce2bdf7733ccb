"""Metrics: how well a network does on one set of samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array


@dataclass(frozen=True, eq=False)
class Metrics:
    """How well the network does on one set of samples; arrays are read-only."""

    loss: float
    """Mean over the samples, without any penalty."""
    samples: int
    """How many were evaluated."""
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
    """Metrics of predicted numbers.

    Parameters
    ----------
    loss
        Mean over the samples.
    outputs, targets
        Shape (samples, outputs).
    """
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
    loss
        Mean over the samples.
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


def _share(confusion: NDArray[np.intp], totals: NDArray[np.intp]) -> Array:
    return np.divide(np.diag(confusion), totals, out=np.zeros(len(totals)), where=totals > 0)
