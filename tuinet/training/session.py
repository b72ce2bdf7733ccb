"""A Session: the sole owner of a run's mutable state; synchronous, and it never needs a screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

import numpy as np

from tuinet.config import Experiment
from tuinet.data.batches import Batches
from tuinet.data.dataset import Dataset
from tuinet.data.generators import DATASETS
from tuinet.nn.initializers import initialize_normal
from tuinet.nn.losses import LOSSES
from tuinet.nn.network import Network
from tuinet.nn.optimizers import OPTIMIZERS
from tuinet.nn.parameters import Parameters
from tuinet.nn.phases import PhaseName
from tuinet.training.commands import EditCommand, Reinitialize, SetActivation, SetLearningRate, StepUnit
from tuinet.training.health import find_plateau
from tuinet.training.history import History
from tuinet.training.observer import Observer
from tuinet.training.snapshot import Metrics, Snapshot, View
from tuinet.training.trainer import Trainer

_INITIALIZATION, _SHUFFLES = range(2)


class Session:
    """A network in training: advance it, step it, edit it, and take snapshots of it.

    Parameters
    ----------
    experiment
        What to train. The same Experiment gives the same numbers, bit for bit, in one go or in pieces.
    dataset
        What to train on, when it is not the one that the Experiment names.
    """

    def __init__(self, experiment: Experiment, dataset: Dataset | None = None) -> None:
        self.dataset = DATASETS[experiment.dataset]() if dataset is None else dataset
        self._start(experiment)

    def _start(self, experiment: Experiment) -> None:
        self.experiment = experiment
        sizes = (self.dataset.X.shape[1], *experiment.hidden, self.dataset.y.shape[1])
        self.parameters = Parameters(sizes)
        initialize_normal(self.parameters, experiment.init_scale, self._generator(_INITIALIZATION))
        self.grads = self.parameters.like()
        self.optimizer = OPTIMIZERS[experiment.optimizer](self.parameters, experiment.learning_rate)
        self._batches = Batches(len(self.dataset.X), experiment.batch_size, self._generator(_SHUFFLES))
        self.step_count = 0
        self._next_phase = 0
        self._pending: list[tuple[str, Callable[[], None]]] = []
        self._connect()
        self.history = History()
        self.history.record(self._observer.loss())

    def _generator(self, purpose: int) -> np.random.Generator:
        return np.random.default_rng([self.experiment.seed, purpose])

    def _connect(self) -> None:
        """Prepare the operations anew around the present parameters, after a change of the network's functions."""
        experiment = self.experiment
        self.network = Network(self.parameters, experiment.hidden_activations, LOSSES[experiment.loss])
        self._trainer = Trainer(self.network, self.dataset, self._batches, self.optimizer, self.grads)
        self._observer = Observer(self.network, self.dataset)

    @property
    def batches_per_epoch(self) -> int:
        """Updates in one pass over the training set."""
        return len(self._trainer.phases)

    @property
    def epoch(self) -> int:
        """Complete passes over the training set."""
        return self.step_count // self.batches_per_epoch

    @property
    def batch(self) -> int:
        """Complete batches within the present epoch."""
        return self.step_count % self.batches_per_epoch

    @property
    def phase(self) -> PhaseName | None:
        """The last phase completed, ``None`` before the first."""
        if self._next_phase == 0 and self.step_count == 0:
            return None
        return self._trainer.phases[self.batch][self._next_phase - 1].name

    def advance(self, epochs: int = 1) -> None:
        """Train for a number of epochs; the rest of an epoch under way counts as one."""
        self.advance_steps(epochs * self.batches_per_epoch - self.batch)

    def advance_steps(self, steps: int) -> None:
        """Train for a number of updates; the rest of a step under way counts as one."""
        if self._next_phase and steps:
            self._finish_step()
            steps -= 1
        end = self.step_count + steps
        while self.step_count < end:
            due = self.history.next_epoch * self.batches_per_epoch
            count = min(end, due) - self.step_count
            self._trainer.run(self.batch, count)
            self.step_count += count
            self._record_if_due()

    def step(self, unit: StepUnit = "epoch") -> None:
        """Advance to the end of the present epoch, batch or phase, or through the next one."""
        if unit == "epoch":
            self.advance(1)
        elif unit == "batch":
            self.advance_steps(1)
        else:
            self._run_phase()

    def edit(self, command: EditCommand) -> None:
        """Change something.

        A new learning rate takes effect with the next update. What changes the network itself waits for the end of
        a step under way. Fresh weights abandon it.

        Raises
        ------
        ExperimentError
            If the value cannot be used; nothing has changed then.
        """
        match command:
            case Reinitialize(seed):
                self._start(self.experiment if seed is None else replace(self.experiment, seed=seed))
            case SetActivation(name):
                changed = replace(self.experiment, activation=(name,))
                self._at_step_boundary(f"activation {name}", lambda: self._reconnect(changed.activation))
            case SetLearningRate(value):
                self.experiment = replace(self.experiment, learning_rate=value)
                self.optimizer.learning_rate[...] = value
            case _:
                assert_never(command)

    def metrics(self) -> Metrics:
        """How well the network does on the training set now."""
        return self._observer.metrics()

    def snapshot(self, view: View | None = None) -> Snapshot:
        """The present state, frozen; taking it changes nothing.

        Parameters
        ----------
        view
            What to show besides the numbers.
        """
        metrics = self._observer.metrics()
        history = self.history.snapshot(self.epoch, metrics.loss)
        return Snapshot(
            experiment=self.experiment,
            dataset=self.dataset,
            epoch=self.epoch,
            batch=self.batch,
            batches_per_epoch=self.batches_per_epoch,
            step=self.step_count,
            phase=self.phase,
            layers=self._observer.layers(self.grads, self.optimizer.updates),
            metrics=metrics,
            history=history,
            surface=self._observer.surface(view),
            findings=find_plateau(history, metrics),
            pending=tuple(name for name, _ in self._pending),
        )

    def _run_phase(self) -> None:
        phases = self._trainer.phases[self.batch]
        phases[self._next_phase].run()
        self._next_phase += 1
        if self._next_phase == len(phases):
            self._next_phase = 0
            self.step_count += 1
            self._record_if_due()
            self._apply_pending()

    def _finish_step(self) -> None:
        while self._next_phase:
            self._run_phase()

    def _record_if_due(self) -> None:
        if self.step_count == self.history.next_epoch * self.batches_per_epoch:
            self.history.record(self._observer.loss())

    def _at_step_boundary(self, name: str, change: Callable[[], None]) -> None:
        self._pending.append((name, change))
        if not self._next_phase:
            self._apply_pending()

    def _apply_pending(self) -> None:
        pending, self._pending = self._pending, []
        for _, change in pending:
            change()

    def _reconnect(self, activation: tuple[str, ...]) -> None:
        self.experiment = replace(self.experiment, activation=activation)
        self._connect()
