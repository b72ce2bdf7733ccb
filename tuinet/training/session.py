"""A Session: the sole owner of a run's mutable state; synchronous, and it never needs a screen."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

import numpy as np

from tuinet.config import Experiment
from tuinet.data.batches import Batches
from tuinet.data.dataset import Dataset
from tuinet.data.load import load
from tuinet.errors import CheckpointError
from tuinet.nn.gradient_check import GradientCheck, check_gradients
from tuinet.nn.network import Network
from tuinet.nn.phases import PhaseName
from tuinet.nn.regularizers import penalty_value
from tuinet.training import assembly
from tuinet.training.checkpoint import Checkpoint, fill, generator_state, set_generator_state
from tuinet.training.commands import EditCommand, Reinitialize, SetActivation, SetLearningRate, StepUnit
from tuinet.training.health import find_all
from tuinet.training.history import History
from tuinet.training.metrics import Metrics
from tuinet.training.observer import Observer
from tuinet.training.samples import Encoding
from tuinet.training.snapshot import Snapshot, View
from tuinet.training.step_observer import observe_step
from tuinet.training.step_snapshot import StepSnapshot
from tuinet.training.trainer import Trainer


class Session:
    """A network in training: advance it, step it, edit it, and take snapshots of it.

    Parameters
    ----------
    experiment
        What to train. The same Experiment gives the same numbers, bit for bit, in one go or in pieces.
    dataset
        What to train on, when it is not the one that the Experiment names.
    records
        Whether the losses are recorded at the ends of epochs. Each record is a forward pass over all samples.
    """

    def __init__(self, experiment: Experiment, dataset: Dataset | None = None, *, records: bool = True) -> None:
        self._records = records
        self.dataset = load(assembly.data_spec(experiment)) if dataset is None else dataset
        self._start(experiment)

    @classmethod
    def from_checkpoint(cls, checkpoint: Checkpoint) -> Session:
        """A session that goes on where another was, its data made or read anew.

        Raises
        ------
        DataError
            If the data cannot be used.
        ExperimentError
            If the state does not belong to the Experiment.
        """
        session = cls(checkpoint.experiment)
        session.restore(checkpoint)
        return session

    def _start(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.parameters = assembly.make_parameters(experiment, self.dataset)
        self.optimizer = assembly.make_optimizer(experiment, self.parameters)
        self._regularization = assembly.make_regularization(experiment)
        self._schedule = assembly.make_schedule(experiment)
        self._batches = Batches(len(self.dataset.X), experiment.batch_size, assembly.shuffle_generator(experiment))
        self.step_count = 0
        self._next_phase = 0
        self._step_start: Checkpoint | None = None
        self._last_start: Checkpoint | None = None
        self._pending: list[tuple[str, Callable[[], None]]] = []
        self._connect()
        self.history = History()
        self._record()
        self._schedule_learning_rate()

    def _connect(self) -> None:
        """Prepare the operations anew around the present parameters, after a change of the network's functions."""
        loss = assembly.choose_loss(self.experiment, self.dataset)
        self.network = Network(self.parameters, self.experiment.hidden_activations, loss)
        encoding = Encoding(loss.output_activation, self.experiment.dtype)
        self._train_samples = encoding.train(self.dataset)
        self._trainer = Trainer(self.network, self._train_samples, self._batches, self.optimizer, self._regularization)
        self._observer = Observer(self.network, self.dataset, encoding)

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

    @property
    def is_finite(self) -> bool:
        """Whether all parameters are: a cheap look at whether the run has diverged."""
        return bool(np.isfinite(self.parameters.vector).all())

    @property
    def penalty(self) -> float:
        """What l1 and l2 add to the loss."""
        return penalty_value(self.parameters, self.experiment.l1, self.experiment.l2)

    def advance(self, epochs: int = 1) -> None:
        """Train for a number of epochs; the rest of an epoch under way counts as one."""
        self.advance_steps(epochs * self.batches_per_epoch - self.batch)

    def advance_steps(self, steps: int) -> None:
        """Train for a number of updates; the rest of a step under way counts as one."""
        if self._next_phase and steps:
            self._finish_step()
            steps -= 1
        end = self.step_count + steps
        if steps > 0:
            self._last_start = None
        while self.step_count < end:
            count = min(end, self._next_stop()) - self.step_count
            self._trainer.run(self.batch, count)
            self.step_count += count
            self._end_steps()

    def step(self, unit: StepUnit = "epoch") -> None:
        """Advance to the end of the present epoch, batch or phase, or through the next one."""
        if unit == "epoch":
            self.advance_steps(self.batches_per_epoch - self.batch - 1)
        self._run_phase()
        if unit != "phase":
            self._finish_step()

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
                self._schedule_learning_rate()
            case _:
                assert_never(command)

    def metrics(self) -> Metrics:
        """How well the network does on the training set now."""
        return self._observer.train.metrics()

    def test_metrics(self) -> Metrics | None:
        """How well the network does on the test set now, if there is one."""
        return None if self._observer.test is None else self._observer.test.metrics()

    def check_gradients(self, epsilon: float = 1e-5) -> GradientCheck:
        """Compare backpropagation over the whole training set with central differences; nothing is changed."""
        samples, regularization = self._train_samples, assembly.make_regularization(self.experiment)
        return check_gradients(self.network, samples.inputs, samples.targets, regularization, epsilon)

    def snapshot(self, view: View | None = None) -> Snapshot:
        """The present state, frozen; taking it changes nothing.

        Parameters
        ----------
        view
            What to show besides the numbers.
        """
        metrics, test_metrics = self.metrics(), self.test_metrics()
        history = self.history.snapshot(self.epoch, metrics.loss, None if test_metrics is None else test_metrics.loss)
        snapshot = Snapshot(
            experiment=self.experiment,
            dataset=self.dataset,
            epoch=self.epoch,
            batch=self.batch,
            batches_per_epoch=self.batches_per_epoch,
            step=self.step_count,
            phase=self.phase,
            loss_name=self.network.loss.name,
            layers=self._observer.layers(self.optimizer.grads, self.optimizer.updates),
            metrics=metrics,
            test_metrics=test_metrics,
            penalty=self.penalty,
            learning_rate=float(self.optimizer.learning_rate),
            history=history,
            surface=self._observer.surface(view),
            step_detail=self._step_detail() if view is not None and view.step else None,
            findings=(),
            pending=tuple(name for name, _ in self._pending),
        )
        return replace(snapshot, findings=find_all(snapshot))

    def _step_detail(self) -> StepSnapshot | None:
        if self.phase is None:
            return None
        batch = self.batch if self._next_phase else (self.step_count - 1) % self.batches_per_epoch
        start = self._step_start or self._last_start
        penalty = self.penalty if start is None else assembly.penalty_at(self.parameters, start)
        workspace, indices = self._trainer.workspaces[batch], self._batches.indices(batch)
        return observe_step(self.network, workspace, self.optimizer, indices, start, penalty)

    def checkpoint(self) -> Checkpoint:
        """The complete state, from which `restore` goes on bit for bit; a step under way included."""
        start = self._step_start or self._state()
        return replace(start, experiment=self.experiment, phases=self._next_phase)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Take over a state; the dataset stays.

        Raises
        ------
        CheckpointError
            If the state does not belong to its Experiment, or was trained on other data.
        """
        if checkpoint.data_digest != self.dataset.digest:
            raise CheckpointError(f"{self.dataset.name}: the data has changed since the checkpoint was made")
        self._start(replace(checkpoint.experiment, weights=""))
        self.experiment = checkpoint.experiment
        fill(self.parameters.vector, checkpoint.parameters, "parameters")
        fill(self.optimizer.grads.vector, checkpoint.grads, "grads")
        fill(self.optimizer.updates.vector, checkpoint.updates, "updates")
        if checkpoint.slots.keys() != self.optimizer.slots.keys():
            raise CheckpointError(f"damaged: slots {', '.join(checkpoint.slots)} for {self.experiment.optimizer}")
        for name, slot in self.optimizer.slots.items():
            fill(slot, checkpoint.slots[name], f"slot {name}")
        self.step_count = checkpoint.step_count
        self._batches.restore(checkpoint.order, 0 if self._batches.is_full else self.batch)
        set_generator_state(self._batches.generator, checkpoint.generators, "shuffles")
        if self._regularization.dropout:
            set_generator_state(self._regularization.dropout.generator, checkpoint.generators, "dropout")
        self.history.restore(checkpoint.history)
        self._schedule_learning_rate()
        if checkpoint.phases >= len(self._trainer.phases[self.batch]):
            raise CheckpointError(f"damaged: {checkpoint.phases} phases of a step are complete, but it has fewer")
        for _ in range(checkpoint.phases):
            self._run_phase()

    def _state(self) -> Checkpoint:
        dropout = self._regularization.dropout
        return Checkpoint(
            experiment=self.experiment,
            step_count=self.step_count,
            phases=0,
            parameters=self.parameters.vector.copy(),
            grads=self.optimizer.grads.vector.copy(),
            updates=self.optimizer.updates.vector.copy(),
            slots={name: slot.copy() for name, slot in self.optimizer.slots.items()},
            order=self._batches.order.copy(),
            generators={
                "shuffles": generator_state(self._batches.generator),
                **({"dropout": generator_state(dropout.generator)} if dropout else {}),
            },
            history=self.history.state(),
            data_digest=self.dataset.digest,
        )

    def _run_phase(self) -> None:
        if not self._next_phase:
            self._step_start = self._state()
        phases = self._trainer.phases[self.batch]
        phases[self._next_phase].run()
        self._next_phase += 1
        if self._next_phase == len(phases):
            self._next_phase = 0
            self._last_start, self._step_start = self._step_start, None
            self.step_count += 1
            self._end_steps()
            self._apply_pending()

    def _finish_step(self) -> None:
        while self._next_phase:
            self._run_phase()

    def _next_stop(self) -> int:
        """The step count at which something is to be done between two steps."""
        if not self._schedule.is_constant:
            return (self.epoch + 1) * self.batches_per_epoch
        return self.history.next_epoch * self.batches_per_epoch if self._records else sys.maxsize

    def _end_steps(self) -> None:
        if self.batch == 0:
            self._schedule_learning_rate()
            if self._records and self.epoch == self.history.next_epoch:
                self._record()

    def _record(self) -> None:
        observer = self._observer
        self.history.record(observer.train.loss(), None if observer.test is None else observer.test.loss())

    def _schedule_learning_rate(self) -> None:
        factor = self._schedule.factor(self.epoch)
        self.optimizer.learning_rate[...] = self.experiment.learning_rate * factor

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
