"""Networks that differ in seeds and numbers: trained at once, as a StackedRun, or one by one; how well each does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuinet.data.dataset import Dataset
from tuinet.experiment.defaults import l2_in_force
from tuinet.experiment.experiment import Experiment
from tuinet.nn.optimizers import OPTIMIZERS, OptimizerSettings
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array, Constant, Parameters
from tuinet.nn.stack import LEAST, StackedBatches, StackedDropout, StackedEvaluation, at_once, stacked_arithmetic
from tuinet.nn.training import Evaluation, Regularization, Trainer
from tuinet.observe.metrics import determination, right_counts
from tuinet.observe.samples import Encoding
from tuinet.session import build
from tuinet.session.build import DatasetCache
from tuinet.session.divergence import Limits
from tuinet.session.run import Run
from tuinet.session.timeline import Checkpoint, set_generator_state


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
    return run.restored(start._replace(experiment=run.experiment, phases=0, edits=()))


@dataclass(eq=False)
class _State:
    """What the networks of a stack go on from: arrays with the networks first, and a generator for each."""

    vectors: Array
    """Shape (networks, parameters)."""
    slots: Mapping[str, Array]
    orders: NDArray[np.intp]
    """Shape (networks, samples)."""
    batch: int
    shuffles: Sequence[np.random.Generator]
    dropouts: Sequence[np.random.Generator]

    @classmethod
    def at_start(cls, experiments: Sequence[Experiment], dataset: Dataset) -> _State:
        """Every network at its own start."""
        vectors = [build.make_parameters(experiment, dataset)[0].vector for experiment in experiments]
        return cls(
            np.stack(vectors),
            {},
            np.tile(np.arange(len(dataset.X)), (len(experiments), 1)),
            0,
            [build.shuffle_generator(experiment) for experiment in experiments],
            [build.dropout_generator(experiment) for experiment in experiments],
        )

    @classmethod
    def of_run(cls, run: Run, start: Checkpoint, networks: int) -> _State:
        """Every network at the state of a run, to which it has just been restored."""
        shuffles, dropouts = ([np.random.default_rng() for _ in range(networks)] for _ in range(2))
        for name, generators in (("shuffles", shuffles), ("dropout", dropouts)):
            for generator in generators if name in start.generators else ():
                set_generator_state(generator, start.generators, name)
        return cls(
            np.tile(run.parameters.vector, (networks, 1)),
            run.optimizer.slots,
            np.tile(run.batches.order, (networks, 1)),
            run.batches.batch,
            shuffles,
            dropouts,
        )

    def part(self, places: Sequence[int]) -> _State:
        """Some of the networks, perhaps one of them twice."""
        of_each = {name: slot[list(places)] if slot.ndim else slot for name, slot in self.slots.items()}
        shuffles, dropouts = ([deepcopy(some[place]) for place in places] for some in (self.shuffles, self.dropouts))
        return _State(self.vectors[list(places)], of_each, self.orders[list(places)], self.batch, shuffles, dropouts)


class StackedRun(RunsInTurn):
    """Runs of Experiments that differ in seeds and numbers only, trained at once; each has the bits of its single run.

    Which fields may differ, says `tuinet.session.stacked.OWN_FIELDS`.

    Parameters
    ----------
    experiments, start
        See `RunsInTurn`; `tuinet.session.stacked.stack_key` is the same for all.
    """

    def __init__(
        self, experiments: Sequence[Experiment], datasets: DatasetCache | None = None, start: Checkpoint | None = None
    ) -> None:
        self.experiments = tuple(experiments)
        self._first = first = begun(self.experiments[0], datasets or DatasetCache(), start)
        self._clock, self._step_count = first.clock, first.step_count
        if start is None:
            self._connect(_State.at_start(self._members, first.dataset))
        else:
            self._connect(_State.of_run(first, start, len(self._members)))
        self._judges = {on_test: _StackJudge(first, on_test=on_test) for on_test in (False, True)}
        self.starting_losses = self.metrics().losses

    @property
    def _members(self) -> tuple[Experiment, ...]:
        """The Experiments of all networks: a single one has a twin, see `LEAST`."""
        return self.experiments * LEAST if len(self.experiments) < LEAST else self.experiments

    def _connect(self, state: _State) -> None:
        """Make everything that trains, for as many networks as there are, and go on from a state."""
        experiments, first, dataset = self._members, self._first, self._first.dataset
        arithmetic = stacked_arithmetic(first.network.arithmetic)
        own = first.parameters
        self._parameters = parameters = Parameters(
            own.layer_sizes, own.vector.dtype, train_biases=own.train_biases, networks=len(experiments)
        )
        parameters.vector[...] = state.vectors
        settings = _merged([build.optimizer_settings(experiment, arithmetic) for experiment in experiments])
        self._optimizer = OPTIMIZERS[experiments[0].optimizer](parameters, parameters.like(), settings)
        self._batches = StackedBatches(
            len(dataset.X), experiments[0].batch_size, state.shuffles, are_shuffled=experiments[0].shuffle
        )
        self._batches.follow(state.orders, state.batch)
        self._dropouts = state.dropouts
        schedules = [build.make_schedule(experiment, first.network.arithmetic) for experiment in experiments]
        # Few are different, and they are asked after every epoch.
        places = {schedule: place for place, schedule in enumerate(dict.fromkeys(schedules))}
        self._schedules = list(places)
        self._own_schedules = [places[schedule] for schedule in schedules]
        self._base_rates = np.array([[experiment.learning_rate] for experiment in experiments])
        self._trainer = Trainer(
            first.network.of(parameters, arithmetic),
            first.train_samples.inputs,
            first.train_samples.targets,
            self._batches,
            self._optimizer,
            self._regularization(experiments, dataset),
            first.train_samples.weights,
        )
        # Only now does the optimizer have all its slots.
        for name, slot in self._optimizer.slots.items():
            if name in state.slots:
                slot[...] = state.slots[name]
        self._set_learning_rates()

    def _regularization(self, experiments: Sequence[Experiment], dataset: Dataset) -> Regularization:
        rate = _numbers([experiment.dropout for experiment in experiments])
        has_dropout = np.any(rate) and experiments[0].hidden
        return Regularization(
            _numbers([experiment.l1 for experiment in experiments]),
            _numbers([l2_in_force(experiment, dataset) for experiment in experiments]),
            _numbers([experiment.clip_norm for experiment in experiments]),
            StackedDropout(rate, self._dropouts) if has_dropout else None,
        )

    @property
    def dataset(self) -> Dataset:
        """What all of them learn."""
        return self._first.dataset

    @property
    def epoch(self) -> int:
        """Complete passes over the training set."""
        return self._clock.epoch_at(self._step_count)

    @property
    def vectors(self) -> Array:
        """A copy of all parameters, shape (networks, parameters), C order."""
        return np.array(self._parameters.vector[: len(self.experiments)], order="C")

    def advance(self, epochs: int = 1) -> None:
        """Train all of them for a number of epochs; the rest of an epoch under way counts as one."""
        end = self._clock.step_of(self.epoch + epochs)
        are_constant = all(schedule.is_constant for schedule in self._schedules)
        while self._step_count < end:
            stop = end if are_constant else self._clock.step_of(self.epoch + 1)
            self._trainer.run(self._clock.batch_at(self._step_count), stop - self._step_count)
            self._step_count = stop
            self._set_learning_rates()

    @DIVERGING_IS_NO_ERROR
    def _set_learning_rates(self) -> None:
        """Give the optimizer each network's learning rate, times its schedule's factor for this epoch."""
        factors = np.array([[schedule.factor(self.epoch)] for schedule in self._schedules])
        self._optimizer.learning_rate[...] = self._base_rates * factors[self._own_schedules]

    def metrics(self, *, on_test: bool = False) -> StackMetrics:
        """The measures on the training set, or on the test set, which there must be."""
        return self._judges[on_test].metrics(self.vectors)

    def are_diverged(self, losses: Array) -> NDArray[np.bool_]:
        """Which of them count as diverged with these losses on the training set, shape (networks,)."""
        return Limits.of(self._first).are_diverged(losses, self.starting_losses, self.vectors)

    def outputs(self, X: Array) -> Array:
        """The outputs for raw features of shape (samples, features); shape (networks, samples, outputs)."""
        network, vectors = self._first.network, self.vectors
        inputs = Encoding.of(network.loss, self._first.experiment).inputs(self.dataset, X)
        evaluation = StackedEvaluation(network, inputs, at_once(network, len(X)))
        return np.concatenate([evaluation.run(vectors[block]).copy() for block in evaluation.blocks(vectors)])

    def keep(self, places: Sequence[int]) -> None:
        """Go on with some of them only, at least one."""
        batches = self._batches
        state = _State(
            np.array(self._parameters.vector),
            self._optimizer.slots,
            batches.orders,
            batches.batch,
            batches.generators,
            self._dropouts,
        )
        self.experiments = tuple(self.experiments[place] for place in places)
        self.starting_losses = self.starting_losses[list(places)]
        self._connect(state.part(list(places) * (LEAST if len(places) < LEAST else 1)))


def _numbers(values: Sequence[float]) -> Constant:
    """A number that all networks share; or one for each, shape (networks, 1)."""
    return values[0] if len(set(values)) == 1 else np.array(values, np.float64)[:, np.newaxis]


def _merged(settings: Sequence[OptimizerSettings]) -> OptimizerSettings:
    """The settings of all networks in one."""
    numbers = [name for name in OptimizerSettings._fields if name != "arithmetic"]
    own: dict[str, Any] = {name: _numbers([getattr(one, name) for one in settings]) for name in numbers}
    return settings[0]._replace(**own)


class _StackJudge:
    """Measures how well networks do on one of the sets of a run."""

    def __init__(self, run: Run, *, on_test: bool) -> None:
        self._run = run
        seen = run.observer.test if on_test else run.observer.train
        encoding = Encoding.of(run.network.loss, run.experiment)
        self._samples = None if seen is None else encoding.test(run.dataset) if on_test else run.train_samples
        self._threshold = encoding.threshold(run.dataset)
        self._evaluation: StackedEvaluation | None = None

    def metrics(self, vectors: Array) -> StackMetrics:
        """The measures of networks with these parameters, shape (networks, parameters)."""
        assert self._samples is not None
        network, samples = self._run.network, self._samples
        count = len(samples.inputs)
        if self._evaluation is None:
            # Made on first use, since it takes memory.
            self._evaluation = StackedEvaluation(network, samples.inputs, at_once(network, count))
        losses, scores = [], []
        for block in self._evaluation.blocks(vectors):
            outputs = self._evaluation.run(vectors[block])
            losses.append(self._evaluation.losses_at_last_run(samples.targets, samples.weights)[: len(outputs)])
            scores.append(self._scores(outputs))
        score = np.concatenate(scores)
        if self._threshold is None:
            return StackMetrics(np.concatenate(losses), count, r2=score)
        return StackMetrics(np.concatenate(losses), count, score)

    def _scores(self, outputs: Array) -> NDArray[Any]:
        dataset, targets = self._run.dataset, self._samples.targets  # type: ignore[union-attr]
        if self._threshold is None:
            return determination(dataset.decode(outputs), dataset.decode(targets))
        return right_counts(outputs, targets, self._threshold, has_labels=dataset.task == "labels")
