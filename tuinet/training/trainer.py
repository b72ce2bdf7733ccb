"""A Trainer: the training steps of one epoch over prepared buffers."""

from __future__ import annotations

import numpy as np

from tuinet.data.batches import Batches
from tuinet.nn.network import Network, Workspace, with_ones
from tuinet.nn.optimizers import Optimizer
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array, Operation
from tuinet.nn.phases import Phase, Regularization, step_phases, straight_line
from tuinet.training.samples import Samples


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
