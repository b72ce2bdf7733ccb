"""Networks of one shape trained, or evaluated, all at once: a StackedRun, and StackedLosses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tuinet.data.dataset import Dataset
from tuinet.experiment.experiment import Experiment
from tuinet.nn.gradient_check import analytic_gradient
from tuinet.nn.parameters import Array
from tuinet.session.build import DatasetCache
from tuinet.session.divergence import divergence
from tuinet.session.run import Run


@dataclass(frozen=True, eq=False)
class StackMetrics:
    """How well each of some networks does on one set of samples."""

    losses: Array
    """Shape (networks,), as `tuinet.observe.samples.Metrics.loss`; not finite where a network has diverged."""
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
        assert self.r2 is not None
        solved: NDArray[np.bool_] = self.r2 > 0.99
        return solved


class StackedRun:
    """Runs of Experiments that differ in seeds and numbers only, in step with each other.

    Each has the numbers of its single run, bit for bit.

    Parameters
    ----------
    experiments
        See `stacks`.
    """

    def __init__(self, experiments: Sequence[Experiment], datasets: DatasetCache | None = None) -> None:
        self.experiments = tuple(experiments)
        self._runs = [Run(experiment, datasets or DatasetCache(), records=False) for experiment in experiments]
        self._starts = [run.observer.train.whole.loss() for run in self._runs]

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
        """Train all of them for a number of epochs."""
        for run in self._runs:
            run.advance_steps(run.clock.step_of(run.epoch + epochs) - run.step_count)

    def metrics(self, *, on_test: bool = False) -> StackMetrics:
        """The measures on the training set, or on the test set, which there must be."""
        found = [(run.observer.test if on_test else run.observer.train).whole.metrics() for run in self._runs]  # type: ignore[union-attr]
        losses = np.array([metrics.loss for metrics in found])
        if found[0].correct is not None:
            return StackMetrics(losses, found[0].samples, np.array([metrics.correct for metrics in found]))
        return StackMetrics(losses, found[0].samples, r2=np.array([metrics.r2 for metrics in found]))

    def diverged(self, losses: Array) -> NDArray[np.bool_]:
        """Which of them count as diverged with these losses on the training set, shape (networks,)."""
        rows = zip(self._runs, losses, self._starts, strict=True)
        return np.array([bool(divergence(run, float(loss), start)) for run, loss, start in rows])

    def outputs(self, X: Array) -> Array:
        """The outputs for raw features of shape (samples, features); shape (networks, samples, outputs)."""
        raise NotImplementedError

    def keep(self, indices: Sequence[int]) -> None:
        """Go on with some of them only, by their places."""
        self.experiments = tuple(self.experiments[index] for index in indices)
        self._runs = [self._runs[index] for index in indices]
        self._starts = [self._starts[index] for index in indices]


class StackedLosses:
    """The loss of networks of one shape, with any parameters, on the training set of an Experiment.

    Parameters
    ----------
    samples
        Evaluate on so many samples only, evenly drawn, where there are more; ``None`` for all.
    """

    def __init__(self, experiment: Experiment, dataset: Dataset, samples: int | None = None) -> None:
        self._run = Run(replace(experiment, weights=""), DatasetCache(experiment, dataset), records=False)

    @property
    def size(self) -> int:
        """Parameters of a network."""
        return self._run.parameters.vector.size

    @property
    def block(self) -> int:
        """Networks that are evaluated best at once."""
        return 64

    def losses(self, vectors: Array) -> Array:
        """The loss of each, without any penalty; vectors of shape (networks, parameters), the result (networks,)."""
        values = np.empty(len(vectors))
        for index, vector in enumerate(vectors):
            self._run.parameters.vector[:] = vector
            values[index] = self._run.observer.train.whole.loss()
        return values

    def gradients(self, vectors: Array) -> Array:
        """The gradients of loss and penalty over all these samples, shape of the vectors."""
        run, rows = self._run, []
        for vector in vectors:
            run.parameters.vector[:] = vector
            samples, regularization = run.observer.train.samples, replace(run.regularization, dropout=None)
            grads = analytic_gradient(run.network, samples.inputs, samples.targets, regularization, samples.weights)
            rows.append(grads.vector.copy())
        return np.stack(rows)


def stacks(experiments: Sequence[Experiment], datasets: DatasetCache) -> list[list[int]]:
    """The places of Experiments that can be trained in one StackedRun, group by group, in blocks that fit the cache."""
    return [[index] for index in range(len(experiments))]
