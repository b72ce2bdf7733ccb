"""Analytic gradients beside numeric ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tuinet.nn.arrays import Array
from tuinet.nn.evaluation import Evaluation
from tuinet.nn.network import Network
from tuinet.nn.parameters import Parameters
from tuinet.nn.phases import backward_phases, forward_phases
from tuinet.nn.workspace import Workspace, with_ones


@dataclass(frozen=True, eq=False)
class GradientCheck:
    """Two gradients of the same loss, as flat vectors in the order of the parameters."""

    analytic: Array
    """From backpropagation."""
    numeric: Array
    """From central differences."""

    @property
    def relative_error(self) -> float:
        """‖analytic − numeric‖ / (‖analytic‖ + ‖numeric‖); 0 when both are 0."""
        scale = float(np.linalg.norm(self.analytic) + np.linalg.norm(self.numeric))
        return float(np.linalg.norm(self.analytic - self.numeric)) / scale if scale else 0.0


def check_gradients(network: Network, X: Array, y: Array, epsilon: float = 1e-5) -> GradientCheck:
    """Compare backpropagation with central differences; the network is left as it was.

    Parameters
    ----------
    network
        Its parameters are moved and put back, one after the other.
    X
        Shape (samples, features).
    y
        Shape (samples, outputs).
    epsilon
        Half the distance of the two points of a central difference.
    """
    grads = network.parameters.like()
    workspace = Workspace(with_ones(X), np.asfortranarray(y), network.layer_sizes)
    for phase in (*forward_phases(network, workspace), *backward_phases(network, workspace, grads)):
        phase.run()
    return GradientCheck(grads.vector, numeric_gradient(network, X, y, epsilon))


def numeric_gradient(network: Network, X: Array, y: Array, epsilon: float) -> Array:
    """Central differences (L(θ + ε) − L(θ − ε)) / 2ε of the mean loss, for each parameter θ."""
    evaluation = Evaluation(network, X)
    numeric = np.empty_like(network.parameters.vector)
    for index in range(numeric.size):
        above = _loss_at(network.parameters, index, epsilon, evaluation, y)
        below = _loss_at(network.parameters, index, -epsilon, evaluation, y)
        numeric[index] = (above - below) / (2 * epsilon)
    return numeric


def _loss_at(parameters: Parameters, index: int, shift: float, evaluation: Evaluation, y: Array) -> float:
    kept = parameters.vector[index]
    parameters.vector[index] = kept + shift
    evaluation.run()
    loss = float(evaluation.loss_values(y).mean())
    parameters.vector[index] = kept
    return loss
