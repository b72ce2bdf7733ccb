"""Runs in turn: the same of many networks as a stack gives, one network by one; and how well each of them does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tuinet.data.dataset import Dataset
from tuinet.experiment.experiment import Experiment
from tuinet.nn.parameters import Array
from tuinet.nn.training import Evaluation
from tuinet.observe.samples import Encoding
from tuinet.session.build import DatasetCache
from tuinet.session.divergence import Limits
from tuinet.session.run import Run
from tuinet.session.timeline import Checkpoint


@dataclass(frozen=True, eq=False)
class StackMetrics:
    """How well each of some networks does on one set of samples."""

    losses: Array
    """Shape (networks,), as `tuinet.observe.metrics.Metrics.loss`; not finite where a network has diverged."""
    samples: int
    correct: NDArray[np.intp] | None = None
    """For classes and labels: the samples that are right, shape (networks,)."""
    r2: Array | None = None
    """For numbers: shape (networks,)."""

    @property
    def are_solved(self) -> NDArray[np.bool_]:
        """Which of them have nothing left to learn, as `Metrics.is_solved` has it; shape (networks,)."""
        if self.correct is not None:
            return np.equal(self.correct, self.samples)
        solved: NDArray[np.bool_] = np.greater(np.asarray(self.r2), 0.99)
        return solved


class RunsInTurn:
    """Runs of Experiments, in step with each other; `tuinet.session.stacked_run.StackedRun` trains them all at once.

    Parameters
    ----------
    start
        The state of a run at which all of them begin; ``None`` for their own starts.
    """

    def __init__(
        self, experiments: Sequence[Experiment], datasets: DatasetCache | None = None, start: Checkpoint | None = None
    ) -> None:
        self.experiments = tuple(experiments)
        datasets = datasets or DatasetCache()
        self._runs = [begun(experiment, datasets, start) for experiment in experiments]
        self.starting_losses = self.metrics().losses
        """On the training set, shape (networks,)."""

    @property
    def dataset(self) -> Dataset:
        """What all of them learn."""
        return self._runs[0].dataset

    @property
    def epoch(self) -> int:
        """Complete passes over the training set."""
        return self._runs[0].epoch

    @property
    def vectors(self) -> Array:
        """A copy of all parameters, shape (networks, parameters), C order."""
        return np.stack([run.parameters.vector for run in self._runs])

    def advance(self, epochs: int = 1) -> None:
        """Train all of them for a number of epochs; the rest of an epoch under way counts as one."""
        for run in self._runs:
            run.advance_steps(run.clock.step_of(run.epoch + epochs) - run.step_count)

    def metrics(self, *, on_test: bool = False) -> StackMetrics:
        """The measures on the training set, or on the test set, which there must be."""
        sets = [run.observer.test if on_test else run.observer.train for run in self._runs]
        found = [one.whole.metrics() for one in sets if one is not None]
        losses, counts = np.array([metrics.loss for metrics in found]), [metrics.correct for metrics in found]
        if counts[0] is None:
            return StackMetrics(losses, found[0].samples, r2=np.array([metrics.r2 for metrics in found], np.float64))
        return StackMetrics(losses, found[0].samples, np.array(counts))

    def are_diverged(self, losses: Array) -> NDArray[np.bool_]:
        """Which of them count as diverged with these losses on the training set, shape (networks,)."""
        return Limits.of(self._runs[0]).are_diverged(losses, self.starting_losses, self.vectors)

    def outputs(self, X: Array) -> Array:
        """The outputs for raw features of shape (samples, features); shape (networks, samples, outputs)."""
        rows = []
        for run in self._runs:
            encoding = Encoding.of(run.network.loss, run.experiment)
            rows.append(Evaluation(run.network, encoding.inputs(run.dataset, X)).run().copy())
        return np.stack(rows)

    def keep(self, places: Sequence[int]) -> None:
        """Go on with some of them only."""
        self.experiments = tuple(self.experiments[place] for place in places)
        self._runs = [self._runs[place] for place in places]
        self.starting_losses = self.starting_losses[list(places)]


def begun(experiment: Experiment, datasets: DatasetCache, start: Checkpoint | None) -> Run:
    """A run at its start, or at a state that another one has reached."""
    if start is None:
        return Run(experiment, datasets, records=False)
    run = Run(replace(experiment, weights=""), datasets, records=False)
    return run.restored(replace(start, experiment=run.experiment, phases=0, edits=()))
