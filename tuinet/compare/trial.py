"""A Job, the Trial that comes of it as plain numbers, and a Board of all that are known so far."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tuinet.experiment.experiment import Experiment
from tuinet.nn.parameters import Array
from tuinet.session.stacked_run import StackMetrics

LOOKS: Final = 250
"""At most so many times is a run looked at, after its start."""


@dataclass(frozen=True)
class Target:
    """The goal of a run on its training set; where neither is given, all that there is to learn.

    That is: every sample right, or for numbers an R² above 0.99.
    """

    loss: float | None = None
    """As low a loss."""
    accuracy: float | None = None
    """As large a share of right samples, from 0 to 1; of numbers, as large an R²."""

    def are_met(self, metrics: StackMetrics) -> NDArray[np.bool_]:
        """Which of some runs with these metrics are there, shape (runs,)."""
        if self.loss is not None:
            return metrics.losses <= self.loss
        if self.accuracy is not None:
            return scores(metrics) >= self.accuracy
        return metrics.are_solved

    def __str__(self) -> str:
        if self.loss is not None:
            return f"loss ≤ {self.loss:g}"
        return "all right" if self.accuracy is None else f"accuracy ≥ {self.accuracy:g}"


def scores(metrics: StackMetrics) -> Array:
    """Accuracies, or of numbers R², shape (runs,); not a number where there are no samples."""
    if metrics.correct is None:
        return np.full(len(metrics.losses), np.nan) if metrics.r2 is None else metrics.r2
    return metrics.correct / metrics.samples if metrics.samples else np.full(len(metrics.losses), np.nan)


@dataclass(frozen=True)
class Job:
    """One Experiment to run; can be sent to another process, or another machine."""

    index: int
    """Its place in the grid."""
    experiment: Experiment
    epochs: int
    target: Target


@dataclass(frozen=True, eq=False)
class Progress:
    """Losses of runs under way, which are all at the same looks."""

    indices: tuple[int, ...]
    """The jobs."""
    first: int
    """Which look the first of the losses belongs to, counted from 0."""
    losses: Array
    """Shape (runs, looks); infinite from where a run has diverged."""


@dataclass(frozen=True)
class Trial:
    """The result of a run: nothing in it tells where it ran, or how long it took."""

    index: int
    losses: tuple[float, ...]
    """On the training set, at each look; infinite from where the run has diverged, and at the end of one whose loss was
    finite and absurd there: see `tuinet.session.divergence`."""
    reached: int | None = None
    """The first look, as an epoch, at which the target was met; ``None`` where it never was."""
    loss: float = math.inf
    """On the training set, at the end. Of a run that has diverged there is no accuracy."""
    accuracy: float | None = None
    r2: float | None = None
    test_loss: float | None = None
    test_accuracy: float | None = None
    test_r2: float | None = None
    failure: str = ""
    """The reason why there are no numbers; empty where there are. To diverge is no failure."""

    @property
    def has_diverged(self) -> bool:
        """Whether it was run, and has diverged."""
        return not self.failure and self.loss == math.inf

    @property
    def score(self) -> float | None:
        """Accuracy, or for numbers R²: on the test set if there is one; −∞ of a run that has diverged."""
        if self.has_diverged:
            return -math.inf
        test, train = (self.test_accuracy, self.test_r2), (self.accuracy, self.r2)
        return next((value for value in (*test, *train) if value is not None), None)


Tell = Callable[[Progress], None]


@lru_cache(maxsize=8)
def looks(epochs: int) -> tuple[int, ...]:
    """The epochs at which a run of this length is looked at: start and end, and every so many between."""
    return (*range(0, epochs, stride_of(epochs)), epochs)


def stride_of(epochs: int) -> int:
    """Epochs from one look to the next."""
    return max(1, math.ceil(epochs / LOOKS))


def failed(job: Job, reason: str) -> Trial:
    """The trial of a run that could not be made."""
    return Trial(job.index, (), failure=reason)


Event = Progress | Trial
Report = Callable[[Event], None]


@dataclass(frozen=True, eq=False)
class Standing:
    """The results at a moment, by the index of the job."""

    trials: tuple[Trial | None, ...]
    """Runs that have ended."""
    losses: tuple[tuple[float, ...], ...]
    """Of all that have begun, as far as they have been told; not a number where one is missing."""
    note: str = ""
    """A sentence about the workers."""
    share: float = 0.0
    """Of all looks at all runs, those that are over, from 0 to 1."""

    @property
    def ended(self) -> list[Trial]:
        """The runs that have ended, in the order of the jobs."""
        return [trial for trial in self.trials if trial is not None]

    @property
    def done(self) -> int:
        """The number of runs that have ended."""
        return len(self.ended)


class Board:
    """Takes events from one thread and gives standings to another; a result counts once, however often it comes.

    Parameters
    ----------
    looks
        How often a run is looked at.
    """

    def __init__(self, jobs: int, looks: int) -> None:
        self._lock = threading.Lock()
        self._looks, self._left = looks, jobs * looks
        self._trials: list[Trial | None] = [None] * jobs
        self._losses: list[tuple[float, ...]] = [()] * jobs
        self._standing = Standing((None,) * jobs, ((),) * jobs)
        self._is_stale = False
        self._note = ""

    def report(self, event: Event) -> None:
        """Note what has come."""
        with self._lock:
            if isinstance(event, Trial):
                self._end(event)
            else:
                for index, losses in zip(event.indices, event.losses.tolist(), strict=True):
                    self._go_on(index, event.first, losses)

    def say(self, note: str) -> None:
        """Have the standing say something about the workers."""
        with self._lock:
            self._is_stale, self._note = True, note

    def latest(self) -> Standing:
        """The present standing, the same object until there is news."""
        with self._lock:
            if self._is_stale:
                self._standing = Standing(tuple(self._trials), tuple(self._losses), self._note, self.share)
                self._is_stale = False
            return self._standing

    @property
    def share(self) -> float:
        """See `Standing`."""
        return 1 - self._left / (self._looks * len(self._trials))

    def _end(self, trial: Trial) -> None:
        if self._trials[trial.index] is None:
            self._left -= self._looks - len(self._losses[trial.index])
            self._trials[trial.index], self._losses[trial.index] = trial, trial.losses
            self._is_stale = True

    def _go_on(self, index: int, first: int, losses: list[float]) -> None:
        if self._trials[index] is None:
            known = self._losses[index]
            missing = (math.nan,) * (first - len(known))
            self._losses[index] = (*known[:first], *missing, *losses, *known[first + len(losses) :])
            self._left -= len(self._losses[index]) - len(known)
            self._is_stale = True
