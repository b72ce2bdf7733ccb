"""A Trial: one Experiment trained to its end, as plain numbers; and a Board of all that are known so far."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tuinet.errors import TuinetError
from tuinet.experiment.experiment import Experiment
from tuinet.observe.samples import Metrics
from tuinet.session.divergence import divergence
from tuinet.session.session import Session

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

    def is_met(self, metrics: Metrics) -> bool:
        """Whether a run with these metrics is there."""
        if self.loss is not None:
            return metrics.loss <= self.loss
        if self.accuracy is not None:
            score = metrics.accuracy if metrics.r2 is None else metrics.r2
            return score is not None and score >= self.accuracy
        return metrics.is_solved

    def __str__(self) -> str:
        if self.loss is not None:
            return f"loss ≤ {self.loss:g}"
        return "all right" if self.accuracy is None else f"accuracy ≥ {self.accuracy:g}"


@dataclass(frozen=True)
class Job:
    """One Experiment to run; can be sent to another process, or another machine."""

    index: int
    """Its place in the grid."""
    experiment: Experiment
    epochs: int
    target: Target


@dataclass(frozen=True)
class Progress:
    """Losses of a run under way."""

    index: int
    first: int
    """Which look the first of the losses belongs to, counted from 0."""
    losses: tuple[float, ...]


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


def run_trial(job: Job, tell: Tell | None = None) -> Trial:
    """Train an Experiment to its end; each loss is told as it is known."""
    try:
        return _run(job, tell or (lambda progress: None))
    except (TuinetError, MemoryError) as error:
        return failed(job, " ".join(str(error).split()) or "out of memory")
    except OSError:
        # Nobody is there any more to be told.
        raise
    except Exception as error:
        # Bounded, since it may come from another machine.
        return failed(job, f"{type(error).__name__}: {' '.join(str(error).split())}"[:200])


def failed(job: Job, reason: str) -> Trial:
    """The trial of a run that could not be made."""
    return Trial(job.index, (), failure=reason)


def _run(job: Job, tell: Tell) -> Trial:
    session, losses = Session(job.experiment, records=False), list[float]()
    reached: int | None = None
    for epoch in looks(job.epochs):
        session.advance_steps(session.steps_to(epoch))
        metrics = session.metrics()
        loss = metrics.loss if session.run.is_finite and math.isfinite(metrics.loss) else math.inf
        losses.append(loss)
        tell(Progress(job.index, len(losses) - 1, (loss,)))
        if loss == math.inf:
            break
        if reached is None and job.target.is_met(metrics) and not divergence(session.run, loss, losses[0]):
            reached = epoch
    if divergence(session.run, losses[-1], losses[0]):
        losses[-1] = math.inf
    rest = (math.inf,) * (len(looks(job.epochs)) - len(losses))
    return _trial(job.index, (*losses, *rest), reached, session)


def _trial(index: int, losses: tuple[float, ...], reached: int | None, session: Session) -> Trial:
    train, test = session.metrics(), session.test_metrics()
    if losses[-1] == math.inf:
        return Trial(index, losses, reached, test_loss=None if test is None else math.inf)
    return Trial(
        index,
        losses,
        reached,
        losses[-1],
        train.accuracy,
        _number(train.r2),
        None if test is None else test.loss if math.isfinite(test.loss) else math.inf,
        None if test is None else test.accuracy,
        None if test is None else _number(test.r2),
    )


def _number(value: float | None) -> float | None:
    """A number that may be infinitely bad, but is one."""
    return -math.inf if value is not None and math.isnan(value) else value


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

    @property
    def ended(self) -> list[Trial]:
        """The runs that have ended, in the order of the jobs."""
        return [trial for trial in self.trials if trial is not None]

    @property
    def done(self) -> int:
        """The number of runs that have ended."""
        return len(self.ended)


class Board:
    """Takes events from one thread and gives standings to another; a result counts once, however often it comes."""

    def __init__(self, jobs: int) -> None:
        self._lock = threading.Lock()
        self._trials: list[Trial | None] = [None] * jobs
        self._losses: list[list[float]] = [[] for _ in range(jobs)]
        self._standing = Standing((None,) * jobs, ((),) * jobs)
        self._is_stale = False
        self._note = ""

    def report(self, event: Event) -> None:
        """Note what has come."""
        with self._lock:
            if self._trials[event.index] is not None:
                return
            self._is_stale = True
            if isinstance(event, Trial):
                self._trials[event.index] = event
                self._losses[event.index] = list(event.losses)
            else:
                losses, end = self._losses[event.index], event.first + len(event.losses)
                losses.extend([math.nan] * (end - len(losses)))
                losses[event.first : end] = event.losses

    def say(self, note: str) -> None:
        """Have the standing say something about the workers."""
        with self._lock:
            self._is_stale, self._note = True, note

    def latest(self) -> Standing:
        """The present standing, the same object until there is news."""
        with self._lock:
            if self._is_stale:
                self._standing = Standing(tuple(self._trials), tuple(map(tuple, self._losses)), self._note)
                self._is_stale = False
            return self._standing
