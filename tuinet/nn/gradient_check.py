"""Analytic gradients beside numeric ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tuinet.nn.network import Network, Workspace, with_ones
from tuinet.nn.parameters import Array, Parameters
from tuinet.nn.regularizers import penalty_operations, penalty_value
from tuinet.nn.training import Phase, Regularization, backward_phases, forward_phases

Places = NDArray[np.intp]

ROUNDED_BITS: Final = 8
"""So many units in the last place may the two objectives of a central difference be off together."""


@dataclass(frozen=True, eq=False)
class GradientCheck:
    """Two gradients of the same objective."""

    analytic: Parameters
    """From backpropagation."""
    numeric: Parameters
    """From central differences, in float64."""
    rounding: float = 0.0
    """The share of rounding in a numeric gradient: the last bits of the objective, over 2ε."""
    places: Places | None = None
    """Which parameters were checked, as indices of the vector; ``None`` for all. The others are 0 in `numeric`."""

    @property
    def is_within_rounding(self) -> bool:
        """Whether ‖analytic − numeric‖ is no larger than rounding alone may make it."""
        analytic, numeric = self._checked
        return bool(np.linalg.norm(analytic - numeric) <= self.rounding * np.sqrt(numeric.size))

    @property
    def relative_error(self) -> float:
        """‖analytic − numeric‖ / (‖analytic‖ + ‖numeric‖); 0 when both are 0."""
        analytic, numeric = self._checked
        scale = float(np.linalg.norm(analytic) + np.linalg.norm(numeric))
        return float(np.linalg.norm(analytic - numeric)) / scale if scale else 0.0

    @property
    def _checked(self) -> tuple[Array, Array]:
        analytic, numeric = self.analytic.vector, self.numeric.vector
        return (analytic, numeric) if self.places is None else (analytic[self.places], numeric[self.places])

    @property
    def entry_errors(self) -> Parameters:
        """The relative error of every single gradient, |analytic − numeric| / (|analytic| + |numeric|)."""
        errors = self.numeric.like()
        analytic, numeric = self.analytic.vector, self.numeric.vector
        scale = np.abs(analytic) + np.abs(numeric)
        np.divide(np.abs(analytic - numeric), scale, out=errors.vector, where=scale > 0)
        return errors


def check_gradients(
    network: Network,
    X: Array,
    y: Array,
    regularization: Regularization | None = None,
    epsilon: float = 1e-5,
    places: Places | None = None,
) -> GradientCheck:
    """Compare backpropagation with central differences; the network is left as it was.

    Dropout's masks are drawn once and stay for all differences. The differences are taken in float64 whatever the
    network's precision, since in float32 they have three digits at best.

    Parameters
    ----------
    X
        Inputs, shape (samples, inputs).
    y
        Targets, shape (samples, outputs).
    regularization
        Penalties and dropout; clipping is no part of the gradient and is left out.
    epsilon
        Half the distance of the two points of a central difference.
    places
        Which parameters to check, as indices of their vector; ``None`` for all.
    """
    regularization = regularization or Regularization()
    workspace = _workspace(network, X, y, regularization)
    grads = _backpropagate(network, workspace, regularization)
    double = network.copy(np.float64)
    exact = _workspace(double, X.astype(np.float64), y.astype(np.float64), regularization)
    for mask, drawn in zip(exact.masks, workspace.masks, strict=True):
        mask[:] = drawn
    numeric, objective = _numeric_gradient(double, exact, regularization, epsilon, places)
    # A cross-entropy near 0 is the logarithm of a number near 1, whose last bit it cannot be finer than.
    rounding = ROUNDED_BITS * float(np.finfo(np.float64).eps) * max(abs(objective), 1.0) / (2 * epsilon)
    return GradientCheck(grads, numeric, rounding, places)


def spread_places(sizes: Sequence[int], count: int, seed: int = 0) -> Places:
    """Indices of so many parameters, spread evenly over all layers of these sizes.

    Of layers that have too few, all are chosen, and of each at least one.
    """
    random, shares = np.random.default_rng(seed), [0] * len(sizes)
    left = count
    for rank, layer in enumerate(sorted(range(len(sizes)), key=sizes.__getitem__)):
        shares[layer] = min(sizes[layer], max(left // (len(sizes) - rank), 1))
        left -= shares[layer]
    starts = np.cumsum([0, *sizes[:-1]])
    chosen = [
        start + np.sort(random.choice(size, share, replace=False, shuffle=False))
        for start, size, share in zip(starts, sizes, shares, strict=True)
    ]
    return np.concatenate(chosen).astype(np.intp)


def analytic_gradient(network: Network, X: Array, y: Array, regularization: Regularization) -> Parameters:
    """The gradients of the objective by backpropagation, in buffers of their own."""
    return _backpropagate(network, _workspace(network, X, y, regularization), regularization)


def _backpropagate(network: Network, workspace: Workspace, regularization: Regularization) -> Parameters:
    grads = network.parameters.like()
    _run(forward_phases(network, workspace, regularization.dropout))
    _run(backward_phases(network, workspace, grads))
    for operation in penalty_operations(network.parameters, grads, regularization.l1, regularization.l2):
        operation()
    return grads


def _workspace(network: Network, X: Array, y: Array, regularization: Regularization) -> Workspace:
    dropout = regularization.dropout is not None
    return Workspace(with_ones(X), np.asfortranarray(y), network.layer_sizes, dropout=dropout)


def _numeric_gradient(
    network: Network, workspace: Workspace, regularization: Regularization, epsilon: float, places: Places | None
) -> tuple[Parameters, float]:
    """Central differences (L(θ + ε) − L(θ − ε)) / 2ε for each parameter θ that is trained; and the objective L."""
    numeric = network.parameters.like()
    phases = forward_phases(network, workspace)

    def objective() -> float:
        _run(phases)
        z, a = workspace.pre_activations[-1], workspace.activations[-1]
        losses = network.loss.values(network.arithmetic, z, a, workspace.targets)
        loss = float(losses.mean()) if len(losses) else 0.0
        return loss + penalty_value(network.parameters, regularization.l1, regularization.l2)

    def objective_at(parameter: Array, value: float) -> float:
        parameter[...] = value
        return objective()

    for index in range(numeric.vector.size) if places is None else places.tolist():
        parameter = network.parameters.vector[index : index + 1]
        kept = float(parameter[0])
        difference = objective_at(parameter, kept + epsilon) - objective_at(parameter, kept - epsilon)
        parameter[...] = kept
        numeric.vector[index] = difference / (2 * epsilon)
    if not numeric.train_biases:
        for biases in numeric.biases:
            biases[:] = 0.0
    return numeric, objective()


def _run(phases: list[Phase]) -> None:
    for phase in phases:
        phase.run()
