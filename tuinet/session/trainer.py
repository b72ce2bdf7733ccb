"""The training steps of one epoch over prepared buffers; and the state of a run, taken off it and put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tuinet.data.batches import Batches
from tuinet.errors import CheckpointError
from tuinet.nn.network import Network, Workspace, with_ones
from tuinet.nn.optimizers import Optimizer
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array, Operation, Parameters
from tuinet.nn.phases import Phase, Regularization, step_phases, straight_line
from tuinet.observe.samples import Samples
from tuinet.session.timeline import Checkpoint, Clock, fill, generator_state, set_generator_state

if TYPE_CHECKING:
    from tuinet.session.run import Run


class Trainer:
    """For every batch of an epoch the phases of its step, and the same operations strung together for full speed.

    Both come from one list, so that what is stepped through is what trains.

    Parameters
    ----------
    network
        What is trained.
    samples
        What it is trained on.
    batches
        The order in which the samples come.
    optimizer
        What makes updates of gradients.
    regularization
        Penalties, clipping and dropout.
    """

    def __init__(
        self,
        network: Network,
        samples: Samples,
        batches: Batches,
        optimizer: Optimizer,
        regularization: Regularization,
    ) -> None:
        self._network = network
        self._inputs = with_ones(samples.inputs)
        self._targets = samples.targets
        self._batches = batches
        self._optimizer = optimizer
        self._regularization = regularization
        by_size = {size: self._prepare(size) for size in batches.sizes}
        self.workspaces = tuple(by_size[size][0] for size in batches.sizes)
        """For each batch of an epoch the buffers in which it is computed; batches of one size share theirs."""
        self.phases: tuple[tuple[Phase, ...], ...] = tuple(by_size[size][1] for size in batches.sizes)
        """For each batch of an epoch the phases of its step."""
        self._run_whole = straight_line(_operations(self.phases[0]))
        self._run_last = straight_line(_operations(self.phases[-1]))

    @DIVERGING_IS_NO_ERROR
    def run(self, batch: int, steps: int) -> None:
        """Run whole steps at full speed, starting with the given batch of an epoch."""
        whole = len(self.phases) - 1
        if self.phases[0] is self.phases[-1]:
            self._run_whole(steps)
            return
        while steps:
            count = min(steps, whole - batch)
            self._run_whole(count)
            steps -= count
            if steps:
                self._run_last(1)
                steps -= 1
            batch = 0

    def _prepare(self, size: int) -> tuple[Workspace, tuple[Phase, ...]]:
        if self._batches.is_full:
            return self._step(self._inputs, self._targets)
        inputs, targets = np.empty_like(self._inputs[:size]), np.empty_like(self._targets[:size], order="F")
        return self._step(inputs, targets, self._batches.loader(self._inputs, self._targets, inputs, targets))

    def _step(self, inputs: Array, targets: Array, *load_batch: Operation) -> tuple[Workspace, tuple[Phase, ...]]:
        dropout = self._regularization.dropout is not None
        workspace = Workspace(inputs, targets, self._network.layer_sizes, dropout=dropout)
        phases = step_phases(self._network, workspace, self._optimizer, self._regularization, load_batch)
        return workspace, phases


def _operations(phases: tuple[Phase, ...]) -> tuple[Operation, ...]:
    return tuple(operation for phase in phases for operation in phase.operations)


def take_over_parameters(new: Parameters, old: Parameters) -> None:
    """Give neurons that stay their old weights and biases; those that are new keep their own.

    Hidden layers are matched from the inputs on, and the output layer with the output layer where the layer before it
    is the same one: other rows would mean other neurons.

    Parameters
    ----------
    new
        Written in place; already initialized.
    old
        Where the values come from.
    """
    hidden = min(len(new.blocks), len(old.blocks)) - 1
    pairs = [(index, index) for index in range(hidden)]
    if len(new.blocks) == len(old.blocks):
        pairs.append((-1, -1))
    for ours, theirs in pairs:
        _copy(new.weights[ours], old.weights[theirs])
        _copy(new.biases[ours], old.biases[theirs])


def take_over_memory(new: Optimizer, old: Optimizer) -> None:
    """Give an optimizer of the same kind and size what another remembers, and its last gradients and updates."""
    new.grads.vector[:] = old.grads.vector
    new.updates.vector[:] = old.updates.vector
    for name, slot in new.slots.items():
        if name in old.slots:
            slot[...] = old.slots[name]


def _copy(target: Array, source: Array) -> None:
    common = tuple(slice(0, min(sizes)) for sizes in zip(target.shape, source.shape, strict=True))
    target[common] = source[common]


def state_of(run: Run) -> Checkpoint:
    """Copies of everything that decides how a run goes on from the end of a step."""
    dropout = run.regularization.dropout
    return Checkpoint(
        experiment=run.experiment,
        step_count=run.step_count,
        phases=0,
        edits=(),
        parameters=run.parameters.vector.copy(),
        grads=run.optimizer.grads.vector.copy(),
        updates=run.optimizer.updates.vector.copy(),
        slots={name: slot.copy() for name, slot in run.optimizer.slots.items()},
        order=run.batches.order.copy(),
        generators={
            "shuffles": generator_state(run.batches.generator),
            **({"dropout": generator_state(dropout.generator)} if dropout else {}),
        },
        history=run.history.state(),
        data_digest=run.dataset.digest,
        epoch_start=(run.clock.step, run.clock.epoch),
        grads_are_stale=run.grads_are_stale,
    )


def fill_run(run: Run, checkpoint: Checkpoint) -> None:
    """Write a state into the parts of a run that was made for its Experiment.

    Raises
    ------
    CheckpointError
        If the state cannot have come from such a run.
    """
    fill(run.parameters.vector, checkpoint.parameters, "parameters")
    fill(run.optimizer.grads.vector, checkpoint.grads, "grads")
    fill(run.optimizer.updates.vector, checkpoint.updates, "updates")
    if checkpoint.slots.keys() != run.optimizer.slots.keys():
        raise CheckpointError(f"damaged: slots {', '.join(checkpoint.slots)} for {run.experiment.optimizer}")
    for name, slot in run.optimizer.slots.items():
        fill(slot, checkpoint.slots[name], f"slot {name}")
    run.step_count = checkpoint.step_count
    run.clock = Clock(len(run.batches.sizes), *checkpoint.epoch_start)
    run.batches.restore(checkpoint.order, 0 if run.batches.is_full else run.batch)
    set_generator_state(run.batches.generator, checkpoint.generators, "shuffles")
    if run.regularization.dropout:
        set_generator_state(run.regularization.dropout.generator, checkpoint.generators, "dropout")
