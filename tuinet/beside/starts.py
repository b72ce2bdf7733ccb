"""Training the starts, and the runs of a sweep: in a process beside, to a bound of epochs, in short pieces."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tuinet.data.dataset import Dataset
from tuinet.errors import TuinetError
from tuinet.experiment.defaults import choose_loss, unused
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.ladders import Values, swept_values
from tuinet.experiment.presets import default_epochs
from tuinet.nn.parameters import Array
from tuinet.observe.map import shown_answers
from tuinet.observe.pixels import domain_of, places_of
from tuinet.observe.starts import NoStarts, StartMaps, Starts, Sweep, looks
from tuinet.observe.view import Plane, StartsView
from tuinet.session.build import DatasetCache
from tuinet.session.session import Session
from tuinet.session.stacked import stacked_run, stacks, work_of
from tuinet.session.stacked_run import StackMetrics

LENGTH: Final = 4
"""The starts train for so many times the epochs that `tuinet train` has; a sweep, for as many."""
PIECE_SECONDS: Final = 0.05
"""Training without a look whether it is still wanted; an epoch of a large network may take longer."""
RESULT_SECONDS: Final = 0.25
"""Between two results."""
MAPS_SECONDS: Final = 1.0
"""Between two pictures of the networks' answers, but for the last one: a screen full of them is many bytes."""
MOST_WORK: Final = 30_000_000
"""Multiplications of the forward passes of one epoch, all networks together: about a tenth of a second of training."""
LEAST: Final = 2
"""Networks, however large they are."""
VALUES_PER_SEED: Final = 16
"""A sweep has a seed with each value for so many networks asked for."""
_MOST: Final = 10.0
"""The shares of a map go so far below 0 and beyond 1 at most, which is far off any scale of colours."""


def first_seed(seed: int, count: int) -> int:
    """The first of the seeds that are trained, so many in a row: 1, unless the run's own lies beyond them.

    It is the same for all of them, so that another one can be made the run without beginning anew.
    """
    return max(0, (seed - 1) // count * count + 1)


def affordable_seeds(wanted: int, networks: int, work: int) -> tuple[int, str]:
    """How many seeds are trained, and why fewer than wanted, if so.

    Parameters
    ----------
    networks
        For each seed.
    work
        Of one network, see `work_of`.
    """
    count = max(MOST_WORK // max(work * networks, 1), 1 if networks > 1 else LEAST)
    if count >= wanted:
        return wanted, ""
    return count, f"{count} of {wanted} seeds: an epoch of one takes {work / 1e6:,.1f} million multiplications"


@dataclass(frozen=True)
class StartsTask:
    """Trains an Experiment from many seeds; see `tuinet.beside.process`."""

    experiment: Experiment
    """With the first of the seeds."""
    count: int
    """Seeds."""
    note: str
    """Why there are not more, in words."""
    plane: Plane
    dataset: Dataset | None
    """What was given in place of the data that the Experiment names."""

    def results(self) -> Iterator[Starts | NoStarts | None]:
        """All that is known so far."""
        return _told(self, self._results)

    def _results(self, datasets: DatasetCache) -> Iterator[Starts | None]:
        seeds = range(self.experiment.seed, self.experiment.seed + self.count)
        stack = StackedRuns([replace(self.experiment, seed=seed) for seed in seeds], datasets)
        maps = _Maps(self.experiment, datasets.get(self.experiment), self.plane, self.count)
        record, last = _Record(self.count), LENGTH * default_epochs(self.experiment)
        results, pictures = _Due(RESULT_SECONDS), _Due(MAPS_SECONDS)
        for epoch in looks(last):
            yield from stack.advanced(epoch)
            record.look(epoch, stack)
            if not (results.is_now() or epoch == last):
                yield None
                continue
            if pictures.is_now() or epoch == last:
                picture = maps.of(stack)
            yield record.starts(seeds, last, picture, self.note)


@dataclass(frozen=True)
class SweepTask:
    """Trains an Experiment with many values of one number, from a few seeds each; see `tuinet.beside.process`."""

    experiment: Experiment
    """With the first of the seeds, and the first of the values."""
    field: str
    values: Values
    count: int
    """Seeds with each value."""
    note: str
    """Why there are not more, in words."""
    dataset: Dataset | None
    """What was given in place of the data that the Experiment names."""

    def results(self) -> Iterator[Sweep | NoStarts | None]:
        """All that is known so far, at epochs that all runs have come to."""
        return _told(self, self._results)

    def _results(self, datasets: DatasetCache) -> Iterator[Sweep | None]:
        seeds = range(self.experiment.seed, self.experiment.seed + self.count)
        changes = [{self.field: value, "seed": seed} for value in self.values for seed in seeds]
        stack = StackedRuns([replace(self.experiment, **change) for change in changes], datasets)  # type: ignore[arg-type]
        last, results = default_epochs(self.experiment), _Due(RESULT_SECONDS)
        for epoch in looks(last):
            yield from stack.advanced(epoch)
            if results.is_now() or epoch == last:
                yield self._sweep(seeds, epoch, last, stack)

    def _sweep(self, seeds: range, epoch: int, last: int, stack: StackedRuns) -> Sweep:
        metrics, shape = stack.metrics(), (len(self.values), len(seeds))
        solved, diverged = (flags.reshape(shape) for flags in (metrics.are_solved, stack.diverged(metrics.losses)))
        losses = metrics.losses.reshape(shape)
        return Sweep(self.field, self.values, seeds, epoch, last, losses, solved, diverged, self.note)


def starts_task(session: Session, view: StartsView, plane: Plane) -> StartsTask | SweepTask:
    """What a view of the starts of a session asks for.

    The run's own seed, and its value of the field that is swept, are not in it: another one leaves the task as it is.
    """
    run = session.run
    experiment, dataset = run.experiment, run.dataset
    given, work = run.datasets.given(experiment), work_of(experiment, dataset)
    if not view.field:
        count, note = affordable_seeds(view.networks, 1, work)
        own = replace(experiment, seed=first_seed(experiment.seed, count))
        return StartsTask(own, count, note, plane, given)
    values = swept_values(view.field, experiment, dataset)
    wanted = 1 if unused("seed", experiment, dataset) else max(1, view.networks // VALUES_PER_SEED)
    count, note = affordable_seeds(wanted, len(values), work)
    changes: dict[str, Any] = {view.field: values[0], "seed": first_seed(experiment.seed, count)}
    return SweepTask(replace(experiment, **changes), view.field, values, count, note, given)


def _told(task: StartsTask | SweepTask, results: Callable[[DatasetCache], Iterator[Any]]) -> Iterator[Any]:
    """The results; where they cannot be found out, why."""
    try:
        datasets = DatasetCache(task.experiment, task.dataset)
        if len(datasets.get(task.experiment).X):
            yield from results(datasets)
        else:
            yield NoStarts("there are no training samples")
    except (TuinetError, MemoryError) as error:
        yield NoStarts(" ".join(str(error).split()) or "out of memory")
    except Exception as error:
        yield NoStarts(f"{type(error).__name__}: {' '.join(str(error).split())}"[:200])


class _Due:
    """Says what is due every so many seconds, the first time at once."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._last = seconds, -math.inf

    def is_now(self) -> bool:
        """Whether it is due; if so, it is due again so many seconds later."""
        now = perf_counter()
        is_due = now - self._last >= self._seconds
        self._last = now if is_due else self._last
        return is_due


class StackedRuns:
    """Runs of Experiments in as few stacks as can be, at the same epoch whenever they are looked at."""

    def __init__(self, experiments: Sequence[Experiment], datasets: DatasetCache) -> None:
        groups = stacks(experiments, datasets)
        self._runs = [stacked_run([experiments[place] for place in group], datasets) for group in groups]
        self._places = np.concatenate([np.asarray(group, np.intp) for group in groups])
        """Of the runs, group by group, among the Experiments."""
        self._piece = 1
        """Epochs of one group between two looks whether they are still wanted."""

    def advanced(self, epoch: int) -> Iterator[None]:
        """Train all of them up to an epoch, in pieces."""
        for run in self._runs:
            while run.epoch < epoch:
                begun, epochs = perf_counter(), min(self._piece, epoch - run.epoch)
                run.advance(epochs)
                affordable = epochs * PIECE_SECONDS / max(perf_counter() - begun, 1e-9)
                self._piece = max(1, min(int(affordable), 2 * self._piece))
                yield None

    def metrics(self) -> StackMetrics:
        """The measures of all on the training set."""
        found = [run.metrics() for run in self._runs]
        losses = self._joined([one.losses for one in found])
        if found[0].correct is None:
            return StackMetrics(losses, found[0].samples, r2=self._joined([one.r2 for one in found]))
        return StackMetrics(losses, found[0].samples, self._joined([one.correct for one in found]))

    def diverged(self, losses: Array) -> NDArray[np.bool_]:
        """Which of them count as diverged with these losses, shape (networks,)."""
        ends = np.cumsum([len(run.experiments) for run in self._runs])
        parts = np.split(losses[self._places], ends[:-1])
        found: NDArray[np.bool_] = self._joined(
            [run.are_diverged(part) for run, part in zip(self._runs, parts, strict=True)]
        )
        return found

    def outputs(self, X: Array) -> Array:
        """The networks' own outputs for raw features, shape (networks, samples, outputs)."""
        outputs: Array = self._joined([run.outputs(X) for run in self._runs])
        return outputs

    def _joined(self, parts: Sequence[Any]) -> Any:
        """What was found of each group, in the order of the Experiments."""
        joined = np.concatenate(parts)
        placed = np.empty_like(joined)
        placed[self._places] = joined
        return placed


class _Record:
    """What has been seen of the runs at each look."""

    def __init__(self, count: int) -> None:
        self._looks: list[int] = []
        self._curve: list[NDArray[np.float32]] = []
        self._reached = np.full(count, -1)
        self._metrics: StackMetrics
        self._are_diverged: NDArray[np.bool_]

    def look(self, epoch: int, stack: StackedRuns) -> None:
        """Note how the runs stand."""
        self._metrics = stack.metrics()
        self._looks.append(epoch)
        with np.errstate(over="ignore"):
            self._curve.append(self._metrics.losses.astype(np.float32))
        self._are_diverged = stack.diverged(self._metrics.losses)
        self._reached[self._metrics.are_solved & ~self._are_diverged & (self._reached < 0)] = epoch

    def starts(self, seeds: range, last: int, maps: StartMaps, note: str) -> Starts:
        """All of it."""
        metrics, epochs = self._metrics, np.array(self._looks)
        return Starts(
            seeds=seeds,
            epoch=self._looks[-1],
            last_epoch=last,
            looks=epochs,
            curve=np.array(self._curve),
            losses=metrics.losses,
            samples=metrics.samples,
            correct=metrics.correct,
            r2=metrics.r2,
            reached=self._reached.copy(),
            are_diverged=self._are_diverged,
            maps=maps,
            note=note,
        )


class _Maps:
    """Makes the small maps of all networks, of as many pixels as there is room for beside the others."""

    def __init__(self, experiment: Experiment, dataset: Dataset, plane: Plane, count: int) -> None:
        side = 24 if count <= 16 else 16 if count <= 64 else 12
        is_line = domain_of(dataset) == "line"
        self._shape = (1, 2 * side) if is_line else (side, side)
        self._dataset, self._places = dataset, places_of(dataset, plane, *self._shape[::-1])
        self._has_classes = dataset.task == "classes"
        self._has_margins = choose_loss(experiment, dataset).has_margins
        targets = dataset.y[:, 0]
        low, high = float(targets.min()), float(targets.max())
        self._range = (low, high) if dataset.task == "regression" and low < high else (0.0, 1.0)

    def of(self, stack: StackedRuns) -> StartMaps:
        """The answers of all networks."""
        outputs = stack.outputs(self._places)
        networks, points, _ = outputs.shape
        low, high = self._range
        with np.errstate(invalid="ignore", over="ignore"):
            flat = self._dataset.decode(outputs.reshape(networks * points, -1))
            values, classes = shown_answers(flat, has_classes=self._has_classes, has_margins=self._has_margins)
            shares = np.clip((values - low) / (high - low), -_MOST, _MOST).astype(np.float16)
        shape = (networks, *self._shape)
        told = None if classes is None else classes.astype(np.uint8).reshape(shape)
        return StartMaps(shares.reshape(shape), told, low, high)
