"""Evaluating the landscape, in a process beside the training: coarsely at first, then finer, many losses at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tuinet.data.dataset import Dataset
from tuinet.errors import DataError
from tuinet.experiment.defaults import choose_loss
from tuinet.experiment.experiment import Experiment
from tuinet.nn.network import Workspace, with_ones
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array
from tuinet.nn.regularizers import penalty_operations
from tuinet.nn.stack import StackedEvaluation, at_once
from tuinet.nn.training import Evaluation, Phase, backward_phases, forward_phases
from tuinet.observe.landscape import LossGrid, LossPlane, PassedPoint, Spans, grid_places
from tuinet.observe.seen import seen_rows
from tuinet.session.build import DatasetCache
from tuinet.session.run import Run
from tuinet.session.timeline import Checkpoint

_WORTHWHILE: Final = 4
"""Networks that have to fit the cache for a stack to be evaluated faster than one network by one."""


class StackedLosses:
    """The loss, and its gradients, of networks with any parameters on the training set of an Experiment.

    Parameters
    ----------
    samples
        Evaluate on so many samples, drawn once and for all, where there are more; ``None`` for all.
    """

    def __init__(self, experiment: Experiment, dataset: Dataset, samples: int | None = None) -> None:
        self._run = Run(replace(experiment, weights=""), DatasetCache(experiment, dataset), records=False)
        whole = self._run.train_samples
        self._samples = whole if samples is None else whole.part(seen_rows(len(whole.inputs), max(samples, 2)))
        self._single = Evaluation(self._run.network, self._samples.inputs)
        self._stack: StackedEvaluation | None = None
        self._backward: tuple[Phase, ...] = ()

    @property
    def size(self) -> int:
        """Parameters of a network."""
        return self._run.parameters.vector.size

    @property
    def samples(self) -> int:
        """Samples on which the losses are taken."""
        return len(self._samples.inputs)

    @property
    def block(self) -> int:
        """Networks that are best evaluated at once."""
        most = at_once(self._run.network, self.samples)
        return most if most >= _WORTHWHILE else 1

    @DIVERGING_IS_NO_ERROR
    def losses(self, vectors: Array) -> Array:
        """The loss of each, without any penalty; vectors of shape (networks, parameters), the result (networks,).

        That of a single vector is evaluated as a session does it, to the bit.
        """
        targets, weights = self._samples.targets, self._samples.weights
        if self.block > 1 and len(vectors) > 1:
            return self._evaluation.losses(vectors, targets, weights)
        losses = np.empty(len(vectors))
        for place, vector in enumerate(vectors):
            self._run.parameters.vector[:] = vector
            self._single.run()
            losses[place] = self._run.network.loss.reduced(self._single.loss_values(targets), weights)
        return losses

    @DIVERGING_IS_NO_ERROR
    def gradients(self, vectors: Array) -> Array:
        """The gradients of loss and penalty over these samples, shape of the vectors, C order."""
        return np.concatenate([self._gradients_of(vectors[block]) for block in self._evaluation.blocks(vectors)])

    @property
    def _evaluation(self) -> StackedEvaluation:
        if self._stack is None:
            self._stack = StackedEvaluation(self._run.network, self._samples.inputs, self.block)
        return self._stack

    def _gradients_of(self, vectors: Array) -> Array:
        network = self._evaluation.network
        if not self._backward:
            self._grads = network.parameters.like()
            workspace = Workspace(
                with_ones(self._samples.inputs),
                self._samples.targets,
                network.layer_sizes,
                self._samples.weights,
                networks=network.parameters.networks,
            )
            penalty = self._run.regularization
            last = backward_phases(network, workspace, self._grads)
            added = penalty_operations(network.parameters, self._grads, penalty.l1, penalty.l2)
            self._backward = (*forward_phases(network, workspace), *last, Phase(last[-1].name, added))
        own = network.parameters.vector
        own[: len(vectors)], own[len(vectors) :] = vectors, vectors[-1]
        for phase in self._backward:
            phase.run()
        return np.array(self._grads.vector[: len(vectors)], order="C")


_STRIDES: Final = (8, 4, 2, 1)
"""Every how many places are evaluated, in the order in which that is done."""
_SECONDS: Final = 0.25
"""Between two results."""
_WORK: Final = 2_000_000
"""Samples times parameters for each place, as far as that leaves the least number of samples."""
_LEAST_SAMPLES: Final = 200
_ARROW: Final = (6, 6)
"""Columns and rows of the grid for one arrow."""


def most_samples(parameters: int, samples: int) -> int:
    """On how many samples of a training set a network of so many parameters is evaluated at every place."""
    return min(samples, max(_LEAST_SAMPLES, _WORK // parameters))


@dataclass(frozen=True, eq=False)
class Replay:
    """A part of a path: a state, and the moments after it that are to be found, as complete updates."""

    gap: int
    start: Checkpoint
    steps: tuple[int, ...]


@dataclass(frozen=True)
class LandscapeTask:
    """Evaluates a part of a plane: see `tuinet.beside.process`.

    Two are the same where they are of the same plane, not of one that is like it.
    """

    experiment: Experiment
    dataset: Dataset | None
    """Without points of one's own, where it is not made or read by the Experiment; ``None`` where it is."""
    digest: str
    """Of the samples."""
    plane: LossPlane
    spans: Spans
    columns: int
    rows: int
    has_arrows: bool
    replays: tuple[Replay, ...] = ()
    """Parts of the paths that are to be found besides."""

    def results(self) -> Iterator[LossGrid | None]:
        """All that is known so far, ever finer.

        Raises
        ------
        DataError
            If the data is no longer what it was.
        """
        base = self.dataset if self.dataset is not None else _loaded(self.experiment)
        if DatasetCache(self.experiment, base).get(self.experiment).digest != self.digest:
            raise DataError(f"{base.name}: the data has changed since the run began")
        yield from _Evaluation(self, base).results()


@lru_cache(maxsize=1)
def _loaded(experiment: Experiment) -> Dataset:
    """The dataset without points of one's own."""
    return DatasetCache().base(experiment)


class _Evaluation:
    """The losses over a part of a plane, as far as they are known."""

    def __init__(self, task: LandscapeTask, base: Dataset) -> None:
        dataset = DatasetCache(task.experiment, base).get(task.experiment)
        self._task, self._base, self._of = task, base, len(dataset.X)
        most = most_samples(len(task.plane.centre), self._of)
        self._stack = StackedLosses(task.experiment, base, samples=None if most == self._of else most)
        self._samples = self._stack.samples
        is_sum = choose_loss(task.experiment, dataset).reduction == "sum"
        self._share = self._of / self._samples if is_sum else 1.0
        self._places = grid_places(task.spans, task.columns, task.rows)
        self._values = np.full((task.rows, task.columns), np.nan)
        self._is_known = np.zeros(self._values.shape, np.bool_)
        self._slopes: Array | None = None
        self._passed: list[PassedPoint] = []

    def results(self) -> Iterator[LossGrid | None]:
        """See `LandscapeTask.results`."""
        told = time.monotonic()
        for stride in _STRIDES:
            for _ in self._evaluate(stride):
                if stride < _STRIDES[0] and time.monotonic() - told >= _SECONDS:
                    yield self._grid(2 * stride)
                    told = time.monotonic()
                else:
                    yield None
            if stride == _STRIDES[0]:
                yield self._grid(stride)
                told = time.monotonic()
                yield from self._find_slopes()
                yield from self._replay()
        yield self._grid(1)

    def _evaluate(self, stride: int) -> Iterator[None]:
        """Find the losses at every so many places, piece by piece."""
        wanted = np.zeros_like(self._is_known)
        wanted[::stride, ::stride] = True
        rows, columns = np.nonzero(wanted & ~self._is_known)
        for start in range(0, len(rows), self._stack.block):
            at = rows[start : start + self._stack.block], columns[start : start + self._stack.block]
            self._values[at] = self._share * self._stack.losses(self._vectors(self._places[at]))
            self._is_known[at] = True
            yield

    def _find_slopes(self) -> Iterator[None]:
        """Find the way down in the middle of larger cells, where it is asked for."""
        if not self._task.has_arrows:
            return
        across, down = _ARROW
        places = grid_places(self._task.spans, self._task.columns // across, self._task.rows // down)
        flat = places.reshape(-1, 2)
        slopes = np.empty_like(flat)
        step = max(self._stack.block // 4, 1)
        for start in range(0, len(flat), step):
            slopes[start : start + step] = self._slopes_at(flat[start : start + step])
            yield
        self._slopes = slopes.reshape(places.shape)

    @DIVERGING_IS_NO_ERROR
    def _slopes_at(self, places: Array) -> Array:
        """−∂L/∂a and −∂L/∂b at places of shape (places, 2), of the same shape."""
        slopes: Array = -(self._stack.gradients(self._vectors(places)) @ self._task.plane.directions.T)
        return slopes

    def _replay(self) -> Iterator[None]:
        """Train again from the states that are known to the moments that are not."""
        for replay in self._task.replays:
            experiment = replace(replay.start.experiment, weights="")
            run = Run(experiment, DatasetCache(experiment, self._base), records=False)
            run = run.restored(replay.start._replace(experiment=experiment))
            for step in replay.steps:
                run.advance_steps(step - run.step_count)
                self._passed.append(PassedPoint(replay.gap, step, run.parameters.vector.copy()))
                yield

    @DIVERGING_IS_NO_ERROR
    def _vectors(self, places: Array) -> Array:
        return np.ascontiguousarray(self._task.plane.at(places), np.dtype(self._task.experiment.dtype))

    def _grid(self, stride: int) -> LossGrid:
        """What is known; all that is known is every so many places, and more."""
        losses = self._values.copy() if stride == 1 else interpolated(self._values, stride)
        losses[self._is_known] = self._values[self._is_known]
        is_complete = bool(self._is_known.all())
        return LossGrid(
            self._task.spans, losses, self._samples, self._of, is_complete, self._slopes, tuple(self._passed)
        )


def interpolated(values: Array, stride: int) -> Array:
    """A grid of which every so many values are known in both directions, with straight lines between those."""
    rows, columns = (np.arange(size) for size in values.shape)
    known = values[::stride, ::stride]
    across = _along(columns, columns[::stride], known)
    filled: Array = np.ascontiguousarray(_along(rows, rows[::stride], across.T).T)
    return filled


def _along(places: NDArray[np.intp], known: NDArray[np.intp], rows: Array) -> Array:
    return np.stack([np.interp(places, known, row) for row in rows])
