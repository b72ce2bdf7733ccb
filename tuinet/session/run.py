"""A Run: a network in training, which only ever goes forward; what is run is in `tuinet.nn.training`."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import replace

import numpy as np

from tuinet.errors import CheckpointError, TuinetError
from tuinet.experiment.defaults import arithmetic_name, choose_loss
from tuinet.experiment.experiment import Experiment
from tuinet.nn.arithmetic import Arithmetic
from tuinet.nn.network import Network, Workspace
from tuinet.nn.optimizers import OPTIMIZERS, Optimizer
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, norm
from tuinet.nn.regularizers import penalty_value
from tuinet.nn.training import PhaseName, Trainer
from tuinet.observe.observer import Observer
from tuinet.observe.samples import Encoding
from tuinet.session import build
from tuinet.session.build import DatasetCache
from tuinet.session.edits import (
    AT_ONCE,
    OPTIMIZER,
    RESTART,
    SHAPE,
    START_ANEW,
    EditCommand,
    ParameterEdit,
    SetOptimizer,
    changed_fields,
    is_immediate,
)
from tuinet.session.history import History, first_stride
from tuinet.session.timeline import Checkpoint, Clock, Edit, Position, fill, generator_state, set_generator_state


class Run:
    """The parts that train, wired together, and the cursor ``(step, phase)``.

    Parameters
    ----------
    records
        Whether the losses are recorded at the ends of epochs.
    """

    def __init__(self, experiment: Experiment, datasets: DatasetCache, *, records: bool = True) -> None:
        self.experiment = experiment
        self.dataset = dataset = datasets.get(experiment)
        self.datasets = datasets
        self._records = records
        self.parameters, self.notes = build.make_parameters(experiment, dataset)
        """Weights and biases; and sentences on what was taken for granted at their start."""
        arithmetic = build.make_arithmetic(experiment, dataset)
        self.optimizer = self._make_optimizer(arithmetic)
        self.regularization = build.make_regularization(experiment, dataset)
        self._schedule = build.make_schedule(experiment, arithmetic)
        self.batches = build.make_batches(experiment, dataset, build.shuffle_generator(experiment))
        self.clock = Clock(len(self.batches.sizes))
        self.step_count = 0
        """Complete updates."""
        self.phases_done = 0
        """Phases complete of the step under way."""
        self.grads_are_stale = False
        """Whether a parameter or the network has been changed by hand since the last gradients."""
        self.step_start: Checkpoint | None = None
        """The state at the start of the step under way, or of the last one if that was made phase by phase."""
        self.changed_at = (0, 0)
        """Complete updates and epochs when anything was changed last; those of the start where nothing was."""
        self._step_edits: list[Edit] = []
        self.pending: list[EditCommand] = []
        """Edits that wait for the end of the step."""
        self._connect()
        seen = len(self.observer.train.rows) + (0 if self.observer.test is None else len(self.observer.test.rows))
        stride = first_stride(self.parameters.layer_sizes, len(dataset.X), seen, self.clock.batches_per_epoch)
        self.history = History(stride=stride, layers=self.network.n_layers)
        self._record()
        self._set_learning_rate()
        self._last_learning_rate = float(self.optimizer.learning_rate)

    def _connect(self) -> None:
        """Connect network, trainer and observer anew, after the parameters or their functions have changed."""
        loss = choose_loss(self.experiment, self.dataset)
        arithmetic = build.make_arithmetic(self.experiment, self.dataset)
        self.network = Network(self.parameters, self.experiment.hidden_activations, loss, arithmetic)
        encoding = Encoding.of(loss, self.experiment)
        self.train_samples = samples = encoding.train(self.dataset)
        data = samples.inputs, samples.targets, self.batches
        self._trainer = Trainer(self.network, *data, self.optimizer, self.regularization, samples.weights)
        self.observer = Observer(self.network, self.dataset, encoding)

    @property
    def position(self) -> Position:
        """The moment at which the run is."""
        return Position(self.step_count, self.phases_done)

    @property
    def arithmetic(self) -> str:
        """The name of that in which the network is computed."""
        return arithmetic_name(self.experiment, self.dataset)

    @property
    def is_finite(self) -> bool:
        """Whether all parameters are: a cheap look at whether it has diverged."""
        return bool(np.isfinite(self.parameters.vector).all())

    @property
    def penalty(self) -> float:
        """The penalty of l1 and l2 that is added to the loss."""
        return penalty_value(self.parameters, self.regularization.l1, self.regularization.l2)

    @property
    def epoch(self) -> int:
        """Complete passes over the training set."""
        return self.clock.epoch_at(self.step_count)

    @property
    def batch(self) -> int:
        """Complete batches within the present epoch."""
        return self.clock.batch_at(self.step_count)

    @property
    def phases_per_step(self) -> int:
        """Phases of the step under way, or of the next one."""
        return len(self._trainer.phases[self.batch])

    @property
    def phase(self) -> PhaseName | None:
        """The last phase completed, ``None`` before the first."""
        if self.phases_done == 0 and self.step_count == 0:
            return None
        return self._trainer.phases[self.batch][self.phases_done - 1].name

    @property
    def last_batch(self) -> int:
        """Index within its epoch of the batch of the step under way, or of the last one."""
        return self.batch if self.phases_done else self.clock.batch_at(self.step_count - 1)

    @property
    def step_learning_rate(self) -> float:
        """The rate of the step under way, or of the last one: after an epoch a schedule has already moved on."""
        return float(self.optimizer.learning_rate) if self.phases_done else self._last_learning_rate

    @property
    def workspace(self) -> Workspace:
        """The buffers of the step under way, or of the last one."""
        return self._trainer.workspaces[self.last_batch]

    def advance_steps(self, steps: int) -> None:
        """Train for a number of updates; the rest of a step under way counts as one."""
        if self.phases_done and steps > 0:
            while self.phases_done:
                self.run_phase()
            steps -= 1
        end = self.step_count + steps
        if steps > 0:
            self.step_start, self.grads_are_stale = None, False
        while self.step_count < end:
            count = min(end, self._next_stop()) - self.step_count
            self._trainer.run(self.batch, count)
            self.step_count += count
            self._end_steps()

    def run_phase(self) -> None:
        """Run the next phase of the step, or the first one of the next step."""
        if not self.phases_done:
            self.step_start = self._state()
        self.grads_are_stale = False
        phases = self._trainer.phases[self.batch]
        phases[self.phases_done].run()
        self.phases_done += 1
        if self.phases_done == len(phases):
            self.phases_done = 0
            self.step_count += 1
            self._step_edits.clear()
            self._end_steps()
            self._apply_pending()

    def edit(self, command: EditCommand) -> None:
        """Change something, now or at the end of the step under way; see `Session.edit`."""
        self.require_usable(command)
        if self.phases_done:
            self._step_edits.append(Edit(self.position, command))
        if self.phases_done and not is_immediate(command):
            self.pending.append(command)
        else:
            self._apply(command)

    def checkpoint(self) -> Checkpoint:
        """The complete state, from which `restored` goes on bit for bit; a step under way included."""
        if not self.phases_done or self.step_start is None:
            return self._state()
        return self.step_start._replace(phases=self.phases_done, edits=tuple(self._step_edits))

    def _state(self) -> Checkpoint:
        """Copies of everything that the run depends on from the end of a step."""
        dropout = self.regularization.dropout
        return Checkpoint(
            experiment=self.experiment,
            step_count=self.step_count,
            phases=0,
            edits=(),
            parameters=self.parameters.vector.copy(),
            grads=self.optimizer.grads.vector.copy(),
            updates=self.optimizer.updates.vector.copy(),
            slots={name: slot.copy() for name, slot in self.optimizer.slots.items()},
            order=self.batches.order.copy(),
            generators={
                "shuffles": generator_state(self.batches.generator),
                **({"dropout": generator_state(dropout.generator)} if dropout else {}),
            },
            history=self.history.state(),
            data_digest=self.dataset.digest,
            epoch_start=(self.clock.step, self.clock.epoch),
            grads_are_stale=self.grads_are_stale,
            changed_at=self.changed_at,
        )

    def restored(self, checkpoint: Checkpoint) -> Run:
        """The run at a state: this one, taken there; or where the state is of another Experiment, one made for that.

        Raises
        ------
        CheckpointError
            If the state does not belong to its Experiment, or was trained on other data.
        """
        dataset, run = self.datasets.get(checkpoint.experiment), self
        if checkpoint.data_digest != dataset.digest:
            raise CheckpointError(f"{dataset.name}: the data has changed since the checkpoint was made")
        if checkpoint.experiment != self.experiment:
            # The weights of a file have long been trained away; the file may be gone, too.
            run = self.fresh(replace(checkpoint.experiment, weights=""))
            run.experiment = checkpoint.experiment
        run._restore(checkpoint)
        return run

    def _restore(self, checkpoint: Checkpoint) -> None:
        self.phases_done, self.step_start, self.grads_are_stale = 0, None, checkpoint.grads_are_stale
        self._step_edits.clear()
        self.pending.clear()
        self._fill(checkpoint)
        self.history.restore(checkpoint.history)
        if self._records and not self.history.last_epoch <= self.epoch < self.history.next_epoch:
            raise CheckpointError(
                f"damaged: the history ends at epoch {self.history.last_epoch}, the run at {self.epoch}"
            )
        last = max(0, self.clock.epoch_at(self.step_count - 1))
        self._last_learning_rate = self.experiment.learning_rate * self._schedule.factor(last)
        self._set_learning_rate()
        self._redo_phases(checkpoint)

    def _fill(self, checkpoint: Checkpoint) -> None:
        fill(self.parameters.vector, checkpoint.parameters, "parameters")
        fill(self.optimizer.grads.vector, checkpoint.grads, "grads")
        fill(self.optimizer.updates.vector, checkpoint.updates, "updates")
        if checkpoint.slots.keys() != self.optimizer.slots.keys():
            raise CheckpointError(f"damaged: slots {', '.join(checkpoint.slots)} for {self.experiment.optimizer}")
        for name, slot in self.optimizer.slots.items():
            fill(slot, checkpoint.slots[name], f"slot {name}")
        self.step_count, self.changed_at = checkpoint.step_count, checkpoint.changed_at
        self.clock = Clock(len(self.batches.sizes), *checkpoint.epoch_start)
        try:
            self.batches.restore(checkpoint.order, 0 if self.batches.is_full else self.batch)
        except ValueError as error:
            raise CheckpointError(f"damaged: {error}") from error
        set_generator_state(self.batches.generator, checkpoint.generators, "shuffles")
        if self.regularization.dropout:
            set_generator_state(self.regularization.dropout.generator, checkpoint.generators, "dropout")

    def _redo_phases(self, checkpoint: Checkpoint) -> None:
        """Repeat the phases of a step under way, with the edits made in the middle of it."""
        if checkpoint.phases >= self.phases_per_step:
            raise CheckpointError(f"damaged: {checkpoint.phases} phases of a step are complete, but it has fewer")
        for done in range(checkpoint.phases + 1):
            for edit in checkpoint.edits:
                if edit.position.phase == done:
                    self.edit(edit.command)
            if done < checkpoint.phases:
                self.run_phase()

    def fits(self, command: EditCommand) -> bool:
        """Whether the network can go on after a command, rather than start anew.

        Raises
        ------
        TuinetError
            If a value cannot be used, or the data cannot be made or read.
        """
        if isinstance(command, ParameterEdit):
            return True
        experiment = command.edited(self.experiment, self.dataset)
        if changed_fields(self.experiment, experiment) & START_ANEW:
            return False
        old, new = self.dataset, self.datasets.get(experiment)
        shapes = [(one.task, len(one.input_names), one.y.shape[1]) for one in (old, new)]
        return shapes[0] == shapes[1]

    def fresh(self, experiment: Experiment) -> Run:
        """Another run, at its start, with the same datasets."""
        return Run(experiment, self.datasets, records=self._records)

    def require_usable(self, command: EditCommand) -> None:
        """Refuse what cannot be done by a TuinetError that names the value and what would be right."""
        if isinstance(command, ParameterEdit):
            command.require_usable(self.parameters)
            return
        experiment = command.edited(self.experiment, self.dataset)
        dataset = self.datasets.get(experiment)
        build.require_size(experiment, dataset)
        choose_loss(experiment, dataset)

    def _apply(self, command: EditCommand) -> None:
        if isinstance(command, ParameterEdit):
            command.apply(self.parameters)
            self.grads_are_stale = not self.phases_done
        else:
            experiment = command.edited(self.experiment, self.dataset)
            self._adopt(experiment, restart=isinstance(command, SetOptimizer))
        self.changed_at = (self.step_count, self.epoch)

    def _adopt(self, experiment: Experiment, *, restart: bool) -> None:
        """Go on with another Experiment; only what it changes starts anew."""
        changed = changed_fields(self.experiment, experiment)
        self.experiment = experiment
        if not changed <= AT_ONCE or restart:
            self._follow_data(changed)
            self._follow_functions(changed, restart=restart)
            self.grads_are_stale = True
            if not changed <= OPTIMIZER:
                # The last step was made by another network, or in buffers that are gone.
                self.step_start = None
        self._set_learning_rate()

    def _follow_data(self, changed: frozenset[str]) -> None:
        """Begin a new epoch with other samples, or with another batch size."""
        dataset = self.datasets.get(self.experiment)
        if dataset.digest == self.dataset.digest and not changed & {"batch_size", "shuffle"}:
            self.dataset = dataset
            return
        epoch, self.dataset = self.epoch, dataset
        self.batches = build.make_batches(self.experiment, dataset, self.batches.generator)
        self.clock = Clock(len(self.batches.sizes), self.step_count, epoch)

    def _follow_functions(self, changed: frozenset[str], *, restart: bool) -> None:
        if changed & SHAPE:
            self.parameters = build.reshaped_parameters(self.experiment, self.dataset, self.parameters)
        arithmetic = build.make_arithmetic(self.experiment, self.dataset)
        before, self.optimizer = self.optimizer, self._make_optimizer(arithmetic)
        self.regularization = build.make_regularization(self.experiment, self.dataset, self.regularization)
        self._schedule = build.make_schedule(self.experiment, arithmetic)
        self._connect()
        self.history.follow_layers(self.network.n_layers)
        if not (restart or changed & RESTART):
            build.take_over_memory(self.optimizer, before)

    def _apply_pending(self) -> None:
        pending, self.pending = self.pending, []
        for command in pending:
            # What could be done when it was asked for may be impossible after another edit that waited, too.
            with suppress(TuinetError):
                self.require_usable(command)
                self._apply(command)

    def _next_stop(self) -> int:
        """The next step count at which something is to be done between two steps."""
        if not self._schedule.is_constant:
            return self.clock.step_of(self.epoch + 1)
        return self.clock.step_of(self.history.next_epoch) if self._records else sys.maxsize

    def _end_steps(self) -> None:
        self._last_learning_rate = float(self.optimizer.learning_rate)
        if self.batch == 0:
            self._set_learning_rate()
            if self._records and self.epoch == self.history.next_epoch:
                self._record()

    def _record(self) -> None:
        norms = [norm(weights) for weights in self.optimizer.grads.weights] if self.step_count else None
        self.history.record(*self.observer.losses(), norms)

    def _make_optimizer(self, arithmetic: Arithmetic) -> Optimizer:
        settings = build.optimizer_settings(self.experiment, arithmetic)
        return OPTIMIZERS[self.experiment.optimizer](self.parameters, self.parameters.like(), settings)

    @DIVERGING_IS_NO_ERROR
    def _set_learning_rate(self) -> None:
        """Give the optimizer the Experiment's learning rate, times the schedule's factor for this epoch."""
        factor = self._schedule.factor(self.epoch)
        self.optimizer.learning_rate[...] = self.experiment.learning_rate * factor
