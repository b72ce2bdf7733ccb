"""Whether a run has diverged: its numbers are no longer finite, or they are finite and beyond all use."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array
from tuinet.session.run import Run

ABSURD_LOSS: Final = 100.0
"""A loss so many times as large as both that at the start and that of answering 0 is that of a run that has diverged.

A network that answers 0 knows nothing; an R² of −99, or for classes 69 nats a sample, is no way to learn.

Such a loss does not end the training: of 2,130 runs at rates from 1 to 1e300 some came back from 1e47 times the start.
It is judged where the run is looked at, and where it ends.
"""
ABSURD_PARAMETER: Final = 1e15
"""A parameter so many times as large as targets over inputs call for: in float64 the steps between such numbers are of
the size 0.1, and what an ordinary update adds to them is lost."""


def divergence(run: Run, loss: float, start: float) -> str:
    """Why a run counts as diverged, in words; empty where it does not.

    It has diverged where the loss or a parameter is not finite, where the loss is more than 100 times as large as that
    at the start and as that of answering 0 to everything, or where a parameter is larger than 1e15 in the units of the
    data (the largest target, at least 1, over the largest input, at most 1). The last two may pass.

    Parameters
    ----------
    loss
        On the training set, now.
    start
        The same at the start of the run.
    """
    largest = largest_parameter(run)
    if not math.isfinite(loss):
        return "the loss is no longer finite"
    if not math.isfinite(largest):
        return "weights are no longer finite"
    limits = Limits.of(run)
    if limits.are_absurd(np.array(loss), np.array(start)):
        return f"the loss is {_times(loss / start if start else math.inf)} times that at the start"
    if limits.are_lost(np.array(largest)):
        return f"weights of {largest:.1e}"
    return ""


class Limits(NamedTuple):
    """Beyond these a run counts as diverged; numbers may be those of many networks at once."""

    blank: float
    """The `blank_loss`."""
    unit: float
    """The largest target, at least 1, over the largest input, at most 1."""

    @classmethod
    def of(cls, run: Run) -> Limits:
        """Those of a run's data and loss."""
        return cls(blank_loss(run), run.observer.train.unit)

    def are_absurd(self, losses: Array, starts: Array) -> NDArray[np.bool_]:
        """Whether a loss is beyond all use, given that at the start."""
        are_far = losses > ABSURD_LOSS * np.maximum(starts, np.finfo(float).tiny)
        return np.logical_and(are_far, losses > ABSURD_LOSS * self.blank)

    def are_lost(self, largest: Array) -> NDArray[np.bool_]:
        """Whether the largest parameter of a network is beyond all use."""
        return np.logical_and(largest > ABSURD_PARAMETER, largest > ABSURD_PARAMETER * self.unit)

    @DIVERGING_IS_NO_ERROR
    def are_diverged(self, losses: Array, starts: Array, vectors: Array) -> NDArray[np.bool_]:
        """The answer of `divergence` for many networks, shape (networks,).

        Parameters
        ----------
        vectors
            Their parameters, shape (networks, parameters).
        """
        largest = np.maximum(vectors.max(axis=-1), -vectors.min(axis=-1))
        are_finite = np.logical_and(np.isfinite(losses), np.isfinite(largest))
        are_useless = np.logical_or(self.are_absurd(losses, starts), self.are_lost(largest))
        result: NDArray[np.bool_] = np.logical_or(~are_finite, are_useless)
        return result


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio < 1e6 else f"{ratio:.1e}"


def largest_parameter(run: Run) -> float:
    """The largest absolute value of all weights and biases; not a number where one of them is none."""
    vector = run.parameters.vector
    return float(np.maximum(vector.max(), -vector.min()))


def blank_loss(run: Run) -> float:
    """The training loss of a network whose parameters are all 0, by the samples seen, reduced and weighted as any.

    The mean is for cross-entropy the logarithm of the number of classes, for squared errors the mean square of the
    targets.
    """
    return run.observer.train.blank_loss
