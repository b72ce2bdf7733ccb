"""The loss of networks of one shape with any parameters, many at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from tuinet.data.dataset import Dataset
from tuinet.experiment.experiment import Experiment
from tuinet.nn.network import Workspace, with_ones
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array
from tuinet.nn.regularizers import penalty_operations
from tuinet.nn.stack import StackedEvaluation, at_once
from tuinet.nn.training import Evaluation, Phase, backward_phases, forward_phases
from tuinet.observe.seen import seen_rows
from tuinet.session.build import DatasetCache
from tuinet.session.run import Run

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
