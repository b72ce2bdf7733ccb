"""A Run: a network in training, which only ever goes forward."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import replace

import numpy as np

from tuinet.data.dataset import Batches, Dataset
from tuinet.errors import CheckpointError, ExperimentError, TuinetError
from tuinet.experiment.defaults import choose_loss
from tuinet.experiment.experiment import Experiment
from tuinet.nn.network import Network, Workspace
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Parameters, norm
from tuinet.nn.phases import PhaseName
from tuinet.observe.observer import Observer
from tuinet.observe.samples import Encoding
from tuinet.session import build
from tuinet.session.build import DatasetCache, Trainer, fill_run, state_of, take_over_memory
from tuinet.session.edits import (
    AT_ONCE,
    OPTIMIZER,
    RESTART,
    SHAPE,
    START_ANEW,
    EditCommand,
    ExperimentCommand,
    SetOptimizer,
    SetParameter,
    changed_fields,
    edited,
    is_immediate,
    value_before,
)
from tuinet.session.history import History, first_stride
from tuinet.session.timeline import Checkpoint, Clock, StepEdit


class Run:
    """The parts that train, wired together, and the cursor ``(step, phase)``.

    Parameters
    ----------
    experiment
        What to train.
    datasets
        Has what to train on.
    records
        Whether the losses are recorded at the ends of epochs.
    """

    def __init__(self, experiment: Experiment, datasets: DatasetCache, *, records: bool = True) -> None:
        self.experiment = experiment
        self.dataset = dataset = datasets.get(experiment)
        self._datasets = datasets
        self._records = records
        self.parameters = build.make_parameters(experiment, dataset)
        self.optimizer = build.make_optimizer(experiment, self.parameters)
        self.regularization = build.make_regularization(experiment)
        self._schedule = build.make_schedule(experiment)
        self.batches = Batches(len(dataset.X), experiment.batch_size, build.shuffle_generator(experiment))
        self.clock = Clock(len(self.batches.sizes))
        self.step_count = 0
        """Complete updates."""
        self.phases_done = 0
        """Phases complete of the step under way."""
        self.grads_are_stale = False
        """Whether a parameter or the network has been changed by hand since the last gradients."""
        self.step_start: Checkpoint | None = None
        """The state at the start of the step under way, or of the last one if that was made phase by phase."""
        self._step_edits: list[StepEdit] = []
        self._pending: list[EditCommand] = []
        self._connect()
        seen = len(self.observer.train.rows) + (0 if self.observer.test is None else len(self.observer.test.rows))
        stride = first_stride(self.parameters.layer_sizes, len(dataset.X), seen, self.batches_per_epoch)
        self.history = History(stride=stride, layers=self.network.n_layers)
        self._record()
        self._schedule_learning_rate()
        self._last_learning_rate = float(self.optimizer.learning_rate)

    def _connect(self) -> None:
        """Prepare the operations anew around the present parameters, after a change of the network's functions."""
        loss = choose_loss(self.experiment, self.dataset)
        self.network = Network(self.parameters, self.experiment.hidden_activations, loss)
        encoding = Encoding(loss.output_activation, self.experiment.dtype)
        self.train_samples = encoding.train(self.dataset)
        self._trainer = Trainer(self.network, self.train_samples, self.batches, self.optimizer, self.regularization)
        self.observer = Observer(self.network, self.dataset, encoding)

    @property
    def base_dataset(self) -> Dataset:
        """What is trained on, without points of one's own."""
        return self._datasets.base(self.experiment)

    @property
    def batches_per_epoch(self) -> int:
        """Updates in one pass over the training set."""
        return self.clock.batches_per_epoch

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
    def has_last_update(self) -> bool:
        """Whether the optimizer holds the update of a step before this moment: one that was made anew does not."""
        start = self.step_start if self.phases_done else None
        are_stale = self.grads_are_stale if start is None else start.grads_are_stale
        return self.step_count > 0 and not (are_stale and not self.optimizer.updates.vector.any())

    @property
    def last_batch(self) -> int:
        """Index within its epoch of the batch of the step under way, or of the last one."""
        return self.batch if self.phases_done else self.clock.batch_at(self.step_count - 1)

    @property
    def step_learning_rate(self) -> float:
        """Of the step under way, or of the last one: after an epoch's end a schedule has already moved on."""
        return float(self.optimizer.learning_rate) if self.phases_done else self._last_learning_rate

    @property
    def pending(self) -> tuple[EditCommand, ...]:
        """Edits that wait for the end of the step."""
        return tuple(self._pending)

    @property
    def workspace(self) -> Workspace:
        """The buffers of the step under way, or of the last one."""
        return self._trainer.workspaces[self.last_batch]

    def advance_steps(self, steps: int) -> None:
        """Train for a number of updates; the rest of a step under way counts as one."""
        if self.phases_done and steps > 0:
            self.finish_step()
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
            self.step_start = state_of(self)
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

    def finish_step(self) -> None:
        """Run what is left of the step under way."""
        while self.phases_done:
            self.run_phase()

    def edit(self, command: EditCommand) -> None:
        """Change something.

        A new learning rate or parameter takes effect at once. What changes the operations waits for the end of a step
        under way.

        Raises
        ------
        ExperimentError
            If the value cannot be used; nothing has changed then.
        """
        self.require_usable(command)
        if self.phases_done:
            self._step_edits.append(StepEdit(self.phases_done, command))
        if self.phases_done and not is_immediate(command):
            self._pending.append(command)
        else:
            self._apply(command)

    def present_grads(self) -> Parameters:
        """The gradients of the last batch; after a change by hand, the present ones of the training samples seen."""
        if not self.grads_are_stale:
            return self.optimizer.grads
        from tuinet.nn.gradient_check import analytic_gradient  # noqa: PLC0415 - not needed at the start

        samples, regularization = self.observer.train.samples, build.make_regularization(self.experiment)
        return analytic_gradient(self.network, samples.inputs, samples.targets, regularization)

    def checkpoint(self) -> Checkpoint:
        """The complete state, from which `restore` goes on bit for bit; a step under way included."""
        if not self.phases_done or self.step_start is None:
            return state_of(self)
        return replace(self.step_start, phases=self.phases_done, edits=tuple(self._step_edits))

    def restore(self, checkpoint: Checkpoint) -> None:
        """Take over a state, and the samples of its Experiment.

        Raises
        ------
        CheckpointError
            If the state does not belong to its Experiment, or was trained on other data.
        """
        dataset = self._datasets.get(checkpoint.experiment)
        if checkpoint.data_digest != dataset.digest:
            raise CheckpointError(f"{dataset.name}: the data has changed since the checkpoint was made")
        # The weights of a file have long been trained away; the file may be gone, too.
        if checkpoint.experiment != self.experiment:
            fresh = Run(replace(checkpoint.experiment, weights=""), self._datasets, records=self._records)
            self.__dict__.update(fresh.__dict__)
            self.experiment = checkpoint.experiment
        self.phases_done, self.step_start, self.grads_are_stale = 0, None, checkpoint.grads_are_stale
        self._step_edits.clear()
        self._pending.clear()
        self._fill(checkpoint)
        if checkpoint.phases >= self.phases_per_step:
            raise CheckpointError(f"damaged: {checkpoint.phases} phases of a step are complete, but it has fewer")
        for done in range(checkpoint.phases + 1):
            for edit in checkpoint.edits:
                if edit.phase == done:
                    self.edit(edit.command)
            if done < checkpoint.phases:
                self.run_phase()

    def _fill(self, checkpoint: Checkpoint) -> None:
        fill_run(self, checkpoint)
        self.history.restore(checkpoint.history)
        if self._records and not self.history.last_epoch <= self.epoch < self.history.next_epoch:
            raise CheckpointError(
                f"damaged: the history ends at epoch {self.history.last_epoch}, the run at {self.epoch}"
            )
        last = max(0, self.clock.epoch_at(self.step_count - 1))
        self._last_learning_rate = self.experiment.learning_rate * self._schedule.factor(last)
        self._schedule_learning_rate()

    def value_before(self, command: EditCommand) -> str:
        """In words, what a command would change."""
        if isinstance(command, SetParameter):
            block = self.parameters.blocks[command.layer - 1]
            return str(replace(command, value=float(block[-1 if command.row is None else command.row, command.column])))
        return value_before(self.experiment, command)

    def fits(self, experiment: Experiment) -> bool:
        """Whether the network can go on with an Experiment, rather than start anew with it.

        Raises
        ------
        TuinetError
            If its data cannot be made or read.
        """
        if changed_fields(self.experiment, experiment) & START_ANEW:
            return False
        old, new = self.dataset, self._datasets.get(experiment)
        shapes = [(one.task, len(one.input_names), one.y.shape[1]) for one in (old, new)]
        return shapes[0] == shapes[1]

    def fresh(self, experiment: Experiment) -> Run:
        """Another run, at its start, with the same datasets."""
        return Run(experiment, self._datasets, records=self._records)

    def edited(self, command: ExperimentCommand) -> Experiment:
        """The Experiment after a command.

        Raises
        ------
        ExperimentError
            If a value cannot be used.
        """
        return edited(self.experiment, command, self.dataset)

    def require_usable(self, command: EditCommand) -> None:
        """Refuse what cannot be done.

        Raises
        ------
        TuinetError
            Naming the value and what would be right.
        """
        if isinstance(command, SetParameter):
            blocks = self.parameters.blocks
            if not 1 <= command.layer <= len(blocks):
                raise ExperimentError("layer", f"{command.layer} is not one of the layers 1 to {len(blocks)}")
            rows, columns = blocks[command.layer - 1].shape
            if not (0 <= command.column < columns and (command.row is None or 0 <= command.row < rows - 1)):
                raise ExperimentError("parameter", f"layer {command.layer} has no {command}")
            if not np.isfinite(command.value):
                raise ExperimentError("parameter", f"{command.value!r} is not a finite number")
        else:
            experiment = self.edited(command)
            dataset = self._datasets.get(experiment)
            build.require_size(experiment, dataset)
            choose_loss(experiment, dataset)

    def _apply(self, command: EditCommand) -> None:
        if isinstance(command, SetParameter):
            row = -1 if command.row is None else command.row
            self.parameters.blocks[command.layer - 1][row, command.column] = command.value
            self.grads_are_stale = not self.phases_done
        else:
            self._adopt(self.edited(command), restart=isinstance(command, SetOptimizer))

    def _adopt(self, experiment: Experiment, *, restart: bool) -> None:
        """Go on with another Experiment: what need not start anew does not."""
        changed = changed_fields(self.experiment, experiment)
        self.experiment = experiment
        if not changed <= AT_ONCE or restart:
            self._follow_data(changed)
            self._follow_functions(changed, restart=restart)
            self.grads_are_stale = True
            if not changed <= OPTIMIZER:
                # The last step was made by another network, or in buffers that are gone.
                self.step_start = None
        self._schedule_learning_rate()

    def _follow_data(self, changed: frozenset[str]) -> None:
        """Other samples, or another number of them in a batch: a new epoch begins."""
        dataset = self._datasets.get(self.experiment)
        if dataset is self.dataset and "batch_size" not in changed:
            return
        epoch, self.dataset = self.epoch, dataset
        self.batches = Batches(len(dataset.X), self.experiment.batch_size, self.batches.generator)
        self.clock = Clock(len(self.batches.sizes), self.step_count, epoch)

    def _follow_functions(self, changed: frozenset[str], *, restart: bool) -> None:
        if changed & SHAPE:
            self.parameters = build.reshaped_parameters(self.experiment, self.dataset, self.parameters)
        before, self.optimizer = self.optimizer, build.make_optimizer(self.experiment, self.parameters)
        self.regularization = build.remade_regularization(self.experiment, self.regularization)
        self._schedule = build.make_schedule(self.experiment)
        self._connect()
        self.history.follow_layers(self.network.n_layers)
        if not (restart or changed & RESTART):
            take_over_memory(self.optimizer, before)

    def _apply_pending(self) -> None:
        pending, self._pending = self._pending, []
        for command in pending:
            # What could be done when it was asked for may be impossible after another edit that waited, too.
            with suppress(TuinetError):
                self.require_usable(command)
                self._apply(command)

    def _next_stop(self) -> int:
        """The step count at which something is to be done between two steps."""
        if not self._schedule.is_constant:
            return self.clock.step_of(self.epoch + 1)
        return self.clock.step_of(self.history.next_epoch) if self._records else sys.maxsize

    def _end_steps(self) -> None:
        self._last_learning_rate = float(self.optimizer.learning_rate)
        if self.batch == 0:
            self._schedule_learning_rate()
            if self._records and self.epoch == self.history.next_epoch:
                self._record()

    def _record(self) -> None:
        test = self.observer.test
        norms = [norm(weights) for weights in self.optimizer.grads.weights] if self.step_count else None
        self.history.record(self.observer.train.loss(), None if test is None else test.loss(), norms)

    @DIVERGING_IS_NO_ERROR
    def _schedule_learning_rate(self) -> None:
        factor = self._schedule.factor(self.epoch)
        self.optimizer.learning_rate[...] = self.experiment.learning_rate * factor
