"""Forward passes for looking at a network, in buffers of their own, so that no training step is disturbed."""

from __future__ import annotations

import numpy as np

from tuinet.nn.arrays import Array
from tuinet.nn.network import Network
from tuinet.nn.phases import forward_phases
from tuinet.nn.workspace import Workspace, with_ones


class Evaluation:
    """A network applied to a fixed table of samples, as often as one likes.

    Parameters
    ----------
    network
        Its parameters are read afresh at every `run`.
    X
        Shape (samples, features).
    """

    def __init__(self, network: Network, X: Array) -> None:
        targets = np.zeros((len(X), network.layer_sizes[-1]), X.dtype, order="F")
        self.workspace = Workspace(with_ones(X), targets, network.layer_sizes)
        self._network = network
        self._phases = forward_phases(network, self.workspace)

    def run(self) -> Array:
        """The outputs, shape (samples, outputs): the buffer itself, overwritten by the next run."""
        for phase in self._phases:
            phase.run()
        return self.workspace.activations[-1]

    def loss_values(self, y: Array) -> Array:
        """The loss of each sample at the last `run`, shape (samples,).

        Parameters
        ----------
        y
            Targets, shape (samples, outputs).
        """
        workspace = self.workspace
        return self._network.loss.values(workspace.pre_activations[-1], workspace.activations[-1], y)
