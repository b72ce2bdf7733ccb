"""Jobs trained to their end: in stacks where that can be, so even that every worker has its share, else one by one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from tuinet.compare.trial import Job, Progress, Tell, Trial, failed, looks, scores
from tuinet.errors import TuinetError
from tuinet.session.build import DatasetCache
from tuinet.session.stacked import Alike, alike, stacked_run
from tuinet.session.stacked_run import RunsInTurn, StackMetrics

_MOST_WORK: Final = 1_000_000_000
"""Multiplications of the forward passes of a stack, all epochs together: a few seconds."""
_FEW: Final = 128
"""Networks of a stack that is cut no further to have its results sooner: it would be much slower."""
Stack = tuple[Job, ...]
"""Jobs that one process runs at once."""
_ROUNDS: Final = 4
"""With so many stacks for each worker, one more or less makes no difference to when the last one ends."""


def stacked_jobs(jobs: Sequence[Job], workers: int, datasets: DatasetCache | None = None) -> list[Stack]:
    """The jobs in stacks, in the order to begin them: that of the first job of each.

    What can be trained together is, as far as it fits the cache, and as there is something for every worker. A job that
    cannot be, or whose data cannot be read, is a stack of its own.

    Parameters
    ----------
    jobs
        Of one comparison, in the best order to begin them.
    datasets
        Data that has been made or read.
    """
    groups = _groups(jobs, datasets or DatasetCache())
    counts = _counts([(len(places), least) for places, least in groups], workers)
    pieces = [piece for (places, _), count in zip(groups, counts, strict=True) for piece in _cut(places, count)]
    return [tuple(jobs[place] for place in piece) for piece in sorted(pieces)]


def halves(stack: Stack) -> tuple[Stack, Stack]:
    """A stack of more than one job in two."""
    middle = (len(stack) + 1) // 2
    return stack[:middle], stack[middle:]


def _groups(jobs: Sequence[Job], datasets: DatasetCache) -> list[tuple[list[int], int]]:
    """The places of jobs that can be trained together, and in how many stacks at least."""
    try:
        found = alike([job.experiment for job in jobs], datasets)
    except TuinetError:
        # Each job says on its own what is wrong with it.
        return [([place], 1) for place in range(len(jobs))]
    return [(group.places, _least(group, jobs[0].epochs)) for group in found]


def _least(group: Alike, epochs: int) -> int:
    """In how many stacks to cut a group at least: those that take long are smaller, so that results come on the way."""
    fitting = math.ceil(len(group.places) / group.at_once)
    quick = math.ceil(len(group.places) * group.work * epochs / _MOST_WORK)
    return max(fitting, min(quick, len(group.places) // _FEW))


def _counts(groups: Sequence[tuple[int, int]], workers: int) -> list[int]:
    """In how many stacks to cut groups of so many jobs, given the least number of each.

    There is one for every worker; and where there are few for each, as many for one as for another.
    """
    counts = [least for _, least in groups]
    while (total := sum(counts)) < workers or (total % workers and total < _ROUNDS * workers):
        sizes = [jobs / count for (jobs, _), count in zip(groups, counts, strict=True)]
        largest = max(range(len(groups)), key=sizes.__getitem__)
        if sizes[largest] <= 1:
            break
        counts[largest] += 1
    return counts


def _cut(places: Sequence[int], count: int) -> list[list[int]]:
    """So many pieces, which differ by one place at most."""
    edges = [len(places) * piece // count for piece in range(count + 1)]
    return [list(places[start:end]) for start, end in pairwise(edges)]


Trials = tuple[Trial, ...]
_Measures = tuple[float, float | None, float | None]
"""Loss, accuracy and R² of a run on a set, as a `Trial` has them."""
_Outcome = tuple[float, float | None, float | None, float | None, float | None, float | None]
"""The same for the training set and the test set."""


def run_trial(job: Job, tell: Tell | None = None, datasets: DatasetCache | None = None) -> Trial:
    """Train an Experiment to its end; each loss is told as it is known."""
    try:
        (trial,) = _train(RunsInTurn([job.experiment], datasets), (job,), tell or (lambda progress: None))
    except (TuinetError, MemoryError) as error:
        return failed(job, " ".join(str(error).split()) or "out of memory")
    except OSError:
        # Nobody is there any more to be told.
        raise
    except Exception as error:
        # Bounded, since it may come from another machine.
        return failed(job, f"{type(error).__name__}: {' '.join(str(error).split())}"[:200])
    return trial


def run_jobs(jobs: Stack, tell: Tell) -> Iterator[Trials]:
    """Train Experiments that belong together; the results come as they are known.

    Where one of them cannot be run, each is run on its own, so that only that one fails.
    """
    datasets = DatasetCache()
    trials = _at_once(jobs, datasets, tell) if len(jobs) > 1 else None
    if trials is not None:
        yield trials
    else:
        for job in jobs:
            yield (run_trial(job, tell, datasets),)


def _at_once(jobs: Stack, datasets: DatasetCache, tell: Tell) -> Trials | None:
    """The results of all; ``None`` where one of them, whichever, could not be run."""
    try:
        return _train(stacked_run([job.experiment for job in jobs], datasets), jobs, tell)
    except OSError:
        raise
    except Exception:
        # The reason is found again, with the run that it belongs to.
        return None


def _train(runs: RunsInTurn, jobs: Stack, tell: Tell) -> Trials:
    """Train runs to the epoch at which their jobs end; those that diverge on the way end there."""
    course = _Course(runs, jobs)
    for look, epoch in enumerate(looks(jobs[0].epochs)):
        runs.advance(epoch - runs.epoch)
        course.look(look, epoch)
        tell(course.progress(look))
        if course.is_over:
            break
    return course.trials()


_LOST: Final = 1 / 4
"""Runs that have ended are dropped when they are such a share: to make a smaller stack takes time, too."""


class _Course:
    """The runs of some jobs, and what has been seen of them; arrays have a row for each job."""

    def __init__(self, runs: RunsInTurn, jobs: Stack) -> None:
        self._runs, self._target = runs, jobs[0].target
        self._indices = tuple(job.index for job in jobs)
        self._losses = np.full((len(jobs), len(looks(jobs[0].epochs))), math.inf)
        self._reached = np.full(len(jobs), -1)
        """Epochs, below 0 of those that are not there."""
        self._rows = np.arange(len(jobs))
        """The rows of the runs."""
        self._are_left = np.full(len(jobs), True)
        """Which of the runs have not ended."""

    @property
    def is_over(self) -> bool:
        """Whether all runs have ended."""
        return not self._are_left.any()

    def look(self, look: int, epoch: int) -> None:
        """See how they do at an epoch, and end those whose loss or parameters are no longer finite.

        A run that has diverged by its numbers, see `divergence`, may come back: it goes on, but has not met its target.
        """
        metrics = self._runs.metrics()
        self._are_left &= np.isfinite(metrics.losses) & np.isfinite(self._runs.vectors).all(axis=1)
        losses = np.where(self._are_left, metrics.losses, math.inf)
        self._losses[self._rows, look] = losses
        are_there = self._target.are_met(metrics) & self._are_left & (self._reached[self._rows] < 0)
        if are_there.any():
            self._reached[self._rows[are_there & ~self._runs.are_diverged(losses)]] = epoch
        if not self.is_over and np.mean(~self._are_left) >= _LOST:
            self._drop()

    def _drop(self) -> None:
        """Go on without those that have ended."""
        self._runs.keep(np.flatnonzero(self._are_left).tolist())
        self._rows = self._rows[self._are_left]
        self._are_left = np.full(len(self._rows), True)

    def progress(self, look: int) -> Progress:
        """What was seen at a look."""
        return Progress(self._indices, look, self._losses[:, look : look + 1].copy())

    def trials(self) -> Trials:
        """What came of them, in the order of the jobs."""
        has_test = len(self._runs.dataset.X_test) > 0
        # An accuracy of outputs that are not numbers means nothing.
        diverged: _Outcome = (math.inf, None, None, math.inf if has_test else None, None, None)
        outcomes = {} if self.is_over else self._outcomes(has_test)
        rows = enumerate(zip(self._indices, self._losses.tolist(), self._reached.tolist(), strict=True))
        return tuple(
            Trial(index, tuple(losses), None if reached < 0 else reached, *outcomes.get(row, diverged))
            for row, (index, losses, reached) in rows
        )

    def _outcomes(self, has_test: bool) -> dict[int, _Outcome]:
        """What came of the runs that have not diverged, by row."""
        metrics = self._runs.metrics()
        are_good = self._are_left & ~self._runs.are_diverged(metrics.losses)
        self._losses[self._rows[~are_good], -1] = math.inf
        train = _measures(metrics)
        test = _measures(self._runs.metrics(on_test=True)) if has_test else [(None, None, None)] * len(train)
        ends = zip(self._rows.tolist(), are_good.tolist(), train, test, strict=True)
        return {row: (*seen, *unseen) for row, is_good, seen, unseen in ends if is_good}


def _measures(metrics: StackMetrics) -> list[_Measures]:
    """The measures of each run."""
    losses = np.where(np.isfinite(metrics.losses), metrics.losses, math.inf).tolist()
    if not metrics.samples:
        return [(loss, None, None) for loss in losses]
    values = scores(metrics)
    if metrics.correct is not None:
        return [(loss, accuracy, None) for loss, accuracy in zip(losses, values.tolist(), strict=True)]
    # As bad as can be, but a number.
    r2 = np.where(np.isnan(values), -math.inf, values)
    return [(loss, None, value) for loss, value in zip(losses, r2.tolist(), strict=True)]
