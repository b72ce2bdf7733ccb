"""A Run: a network in training, which only ever goes forward."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import assert_never

import numpy as np

from tuinet.config import Experiment
from tuinet.data.batches import Batches
from tuinet.data.dataset import Dataset
from tuinet.errors import CheckpointError, ExperimentError
from tuinet.nn.arrays import DIVERGING_IS_NO_ERROR
from tuinet.nn.gradient_check import analytic_gradient
from tuinet.nn.network import Network
from tuinet.nn.parameters import Parameters
from tuinet.nn.phases import PhaseName
from tuinet.nn.workspace import Workspace
from tuinet.training import assembly
from tuinet.training.checkpoint import Checkpoint, StepEdit, fill, generator_state, set_generator_state
from tuinet.training.commands import EditCommand, SetActivation, SetLearningRate, SetOptimizer, SetParameter
from tuinet.training.history import History
from tuinet.training.norms import norm
from tuinet.training.observer import Observer
from tuinet.training.recording import first_stride
from tuinet.training.samples import Encoding
from tuinet.training.trainer import Trainer


class Run:
    """The parts that train, wired together, and the cursor ``(step, phase)``.

    Parameters
    ----------
    experiment
        What to train.
    dataset
        What to train on.
    records
        Whether the losses are recorded at the ends of epochs.
    """

    def __init__(self, experiment: Experiment, dataset: Dataset, *, records: bool = True) -> None:
        self.experiment = experiment
        self.dataset = dataset
        self._records = records
        self.parameters = assembly.make_parameters(experiment, dataset)
        self.optimizer = assembly.make_optimizer(experiment, self.parameters)
        self._regularization = assembly.make_regularization(experiment)
        self._schedule = assembly.make_schedule(experiment)
        self.batches = Batches(len(dataset.X), experiment.batch_size, assembly.shuffle_generator(experiment))
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
        samples = len(dataset.X), len(dataset.X_test)
        stride = first_stride(self.parameters.layer_sizes, *samples)
        self.history = History(stride=stride, layers=self.network.n_layers)
        self._record()
        self._schedule_learning_rate()
        self._last_learning_rate = float(self.optimizer.learning_rate)

    def _connect(self) -> None:
        """Prepare the operations anew around the present parameters, after a change of the network's functions."""
        loss = assembly.choose_loss(self.experiment, self.dataset)
        self.network = Network(self.parameters, self.experiment.hidden_activations, loss)
        encoding = Encoding(loss.output_activation, self.experiment.dtype)
        self.train_samples = encoding.train(self.dataset)
        self._trainer = Trainer(self.network, self.train_samples, self.batches, self.optimizer, self._regularization)
        self.observer = Observer(self.network, self.dataset, encoding)

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
        return self.batch if self.phases_done else (self.step_count - 1) % self.batches_per_epoch

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
        if self.phases_done and isinstance(command, (SetActivation, SetOptimizer)):
            self._pending.append(command)
        else:
            self._apply(command)

    def present_grads(self) -> Parameters:
        """The gradients of the last batch; after a change by hand, those of the whole training set as it is now."""
        if not self.grads_are_stale:
            return self.optimizer.grads
        samples, regularization = self.train_samples, assembly.make_regularization(self.experiment)
        return analytic_gradient(self.network, samples.inputs, samples.targets, regularization)

    def checkpoint(self) -> Checkpoint:
        """The complete state, from which `restore` goes on bit for bit; a step under way included."""
        if not self.phases_done or self.step_start is None:
            return self._state()
        return replace(self.step_start, phases=self.phases_done, edits=tuple(self._step_edits))

    def restore(self, checkpoint: Checkpoint) -> None:
        """Take over a state; the dataset stays.

        Raises
        ------
        CheckpointError
            If the state does not belong to its Experiment, or was trained on other data.
        """
        if checkpoint.data_digest != self.dataset.digest:
            raise CheckpointError(f"{self.dataset.name}: the data has changed since the checkpoint was made")
        # The weights of a file have long been trained away; the file may be gone, too.
        if checkpoint.experiment != self.experiment:
            fresh = Run(replace(checkpoint.experiment, weights=""), self.dataset, records=self._records)
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
        fill(self.parameters.vector, checkpoint.parameters, "parameters")
        fill(self.optimizer.grads.vector, checkpoint.grads, "grads")
        fill(self.optimizer.updates.vector, checkpoint.updates, "updates")
        if checkpoint.slots.keys() != self.optimizer.slots.keys():
            raise CheckpointError(f"damaged: slots {', '.join(checkpoint.slots)} for {self.experiment.optimizer}")
        for name, slot in self.optimizer.slots.items():
            fill(slot, checkpoint.slots[name], f"slot {name}")
        self.step_count = checkpoint.step_count
        self.batches.restore(checkpoint.order, 0 if self.batches.is_full else self.batch)
        set_generator_state(self.batches.generator, checkpoint.generators, "shuffles")
        if self._regularization.dropout:
            set_generator_state(self._regularization.dropout.generator, checkpoint.generators, "dropout")
        self.history.restore(checkpoint.history)
        if self._records and not self.history.last_epoch <= self.epoch < self.history.next_epoch:
            raise CheckpointError(
                f"damaged: the history ends at epoch {self.history.last_epoch}, the run at {self.epoch}"
            )
        last = max(0, self.step_count - 1) // self.batches_per_epoch
        self._last_learning_rate = self.experiment.learning_rate * self._schedule.factor(last)
        self._schedule_learning_rate()

    def _state(self) -> Checkpoint:
        dropout = self._regularization.dropout
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
            grads_are_stale=self.grads_are_stale,
        )

    def value_before(self, command: EditCommand) -> str:
        """In words, what a command would change."""
        match command:
            case SetActivation():
                return f"activation {','.join(self.experiment.activation)}"
            case SetLearningRate():
                return str(SetLearningRate(self.experiment.learning_rate))
            case SetOptimizer():
                return str(SetOptimizer(self.experiment.optimizer, self.experiment.learning_rate))
            case SetParameter(layer, row, column):
                block = self.parameters.blocks[layer - 1]
                return str(replace(command, value=float(block[-1 if row is None else row, column])))
            case _:
                assert_never(command)

    def require_usable(self, command: EditCommand) -> None:
        """Refuse what cannot be done.

        Raises
        ------
        ExperimentError
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
            self._edited(command)

    def _edited(self, command: SetActivation | SetLearningRate | SetOptimizer) -> Experiment:
        match command:
            case SetActivation(name):
                return replace(self.experiment, activation=(name,))
            case SetLearningRate(value):
                return replace(self.experiment, learning_rate=value)
            case SetOptimizer(name, learning_rate):
                rate = self.experiment.learning_rate if learning_rate is None else learning_rate
                return replace(self.experiment, optimizer=name, learning_rate=rate)
            case _:
                assert_never(command)

    def _apply(self, command: EditCommand) -> None:
        if isinstance(command, SetParameter):
            row = -1 if command.row is None else command.row
            self.parameters.blocks[command.layer - 1][row, command.column] = command.value
            self.grads_are_stale = not self.phases_done
            return
        self.experiment = self._edited(command)
        if isinstance(command, SetOptimizer):
            self.optimizer = assembly.make_optimizer(self.experiment, self.parameters)
        if not isinstance(command, SetLearningRate):
            self._connect()
            self.grads_are_stale = True
        self._schedule_learning_rate()

    def _apply_pending(self) -> None:
        pending, self._pending = self._pending, []
        for command in pending:
            self._apply(command)

    def _next_stop(self) -> int:
        """The step count at which something is to be done between two steps."""
        if not self._schedule.is_constant:
            return (self.epoch + 1) * self.batches_per_epoch
        return self.history.next_epoch * self.batches_per_epoch if self._records else sys.maxsize

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
