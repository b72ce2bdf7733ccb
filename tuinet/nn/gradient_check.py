"""Analytic gradients beside numeric ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from tuinet.nn.network import Network, Workspace, with_ones
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array, Parameters, norm
from tuinet.nn.regularizers import penalty_operations, penalty_value
from tuinet.nn.training import Phase, Regularization, backward_phases, forward_phases

Places = NDArray[np.intp]

ROUNDED_BITS: Final = 8
"""So many units in the last place may each number of a forward pass be off."""
EPSILON: Final = 1e-5
"""Half the distance of the two points of a difference, in the unit of a pre-activation."""
_WIDE: Final = 500.0
"""Times as large a step, against rounding, where a difference does not agree."""
_NARROW: Final = (1e-1, 1e-2)
"""Times as large steps, against curvature and kinks nearby."""
_AGREED: Final = 1e-8
"""Two gradients that are as near as this need no other step."""
_SMALL: Final = 1e-9
"""A difference of such a share of the largest gradient hardly counts in all together: 100 times `_AGREED` will do."""
_CLEAR: Final = 1e-5
"""Two gradients that are as near as this are on no kink."""
LOOSER: Final = 100.0
"""A single gradient may be off by so many times the tolerance of all together: small ones have fewer digits."""

State = Literal["agrees", "rounding", "kink", "differs", "infinite", "frozen"]
"""Of one gradient: both are the same; what differs could be rounding alone; on a kink, where any slope between those of
both sides is right; not the same; not finite; or the parameter does not learn."""
Verdict = Literal["agree", "not verified", "disagree"]


@dataclass(frozen=True, eq=False)
class GradientCheck:
    """Two gradients of the same objective."""

    analytic: Parameters
    """From backpropagation."""
    numeric: Parameters
    """From central differences, in float64."""
    rounding: Array
    """What rounding alone may make of the difference of the two, shape (parameters,); see `check_gradients`."""
    kinks: NDArray[np.bool_]
    """Where the slopes on both sides differ and the analytic one lies between them, shape (parameters,)."""
    places: Places | None = None
    """Which parameters were checked, as indices of the vector; ``None`` for all. The others are 0 in `numeric`."""

    @property
    def is_within_rounding(self) -> bool:
        """Whether ‖analytic − numeric‖ is no larger than rounding alone may make it."""
        analytic, numeric, rounding = self._compared
        return bool(norm(analytic - numeric) <= norm(rounding))

    @property
    def relative_error(self) -> float:
        """‖analytic − numeric‖ / (‖analytic‖ + ‖numeric‖), kinks left out; 0 when both are 0, NaN when not finite."""
        analytic, numeric, _ = self._compared
        scale = norm(analytic) + norm(numeric)
        return norm(analytic - numeric) / scale if scale else 0.0

    @property
    def entry_errors(self) -> Parameters:
        """The relative error of every single gradient, |analytic − numeric| / (|analytic| + |numeric|)."""
        errors = self.numeric.like()
        errors.vector[:] = self._entry_errors
        return errors

    def states(self, tolerance: float) -> NDArray[np.str_]:
        """The `State` of every gradient, shape (parameters,).

        Parameters
        ----------
        tolerance
            Relative error up to which all gradients together are the same; a single one may be off by `LOOSER` times
            as much.
        """
        difference = np.abs(self.analytic.vector - self.numeric.vector)
        states = np.full(difference.shape, "differs", dtype="<U8")
        states[difference <= self.rounding] = "rounding"
        states[self.kinks] = "kink"
        states[self._entry_errors <= LOOSER * tolerance] = "agrees"
        states[~np.isfinite(difference)] = "infinite"
        states[~self._learns] = "frozen"
        return states

    def verdict(self, tolerance: float) -> Verdict:
        """Whether both are the same.

        They disagree where one gradient differs by more than rounding allows. They are not verified where the numbers
        are not finite, or where rounding is as large as the difference and that is above the tolerance: a wrong
        gradient would not be seen.
        """
        analytic, numeric, rounding = self._compared
        if not np.isfinite(norm(analytic) + norm(numeric) + norm(rounding)):
            return "not verified"
        states = self.states(tolerance)
        if (self._chosen(states) == "differs").any():
            return "disagree"
        if self.relative_error <= tolerance:
            return "agree"
        return "not verified" if self.is_within_rounding else "disagree"

    @property
    def _entry_errors(self) -> Array:
        analytic, numeric = self.analytic.vector, self.numeric.vector
        scale = np.abs(analytic) + np.abs(numeric)
        errors = np.zeros(scale.shape)
        np.divide(np.abs(analytic - numeric), scale, out=errors, where=scale != 0)
        return errors

    @property
    def _learns(self) -> NDArray[np.bool_]:
        learns = np.ones(self.numeric.vector.shape, dtype=bool)
        if not self.numeric.train_biases:
            marks = self.numeric.like()
            for biases in marks.biases:
                biases[:] = 1
            learns = marks.vector == 0
        return learns

    def _chosen(self, values: NDArray[Any]) -> NDArray[Any]:
        return values if self.places is None else values[self.places]

    @property
    def _compared(self) -> tuple[Array, Array, Array]:
        """Both gradients and the rounding of those that were checked and are no kinks."""
        kept = self._chosen(~self.kinks)
        vectors = (self.analytic.vector, self.numeric.vector, self.rounding)
        analytic, numeric, rounding = (np.asarray(self._chosen(vector)[kept], np.float64) for vector in vectors)
        return analytic, numeric, rounding


@DIVERGING_IS_NO_ERROR
def check_gradients(
    network: Network,
    X: Array,
    y: Array,
    regularization: Regularization | None = None,
    epsilon: float = EPSILON,
    places: Places | None = None,
    weights: Array | None = None,
) -> GradientCheck:
    """Compare backpropagation with central differences; the network is left as it was.

    Dropout's masks are drawn once and stay for all differences. The differences are taken in float64 whatever the
    network's precision, since in float32 they have three digits at best.

    A parameter is moved so far that the pre-activation behind it moves by about `epsilon`: by
    h = ε·max(1 / x, |θ|), where x is the root mean square of its input. Gradients that do not agree then are tried with
    other steps, and the nearest is kept: wide ones have less rounding, and narrow ones reach across fewer kinks.

    What rounding may make of a difference is the running error of the objective (Higham, *Accuracy and Stability of
    Numerical Algorithms*, 2002, section 3.3), u·(L + Σ |δ·z|) over all layers, times `ROUNDED_BITS`, over 2h; an output
    of limited range adds u. In float32 there is the rounding of backpropagation, too, which is the difference to the
    same in float64.

    Parameters
    ----------
    X
        Inputs, shape (samples, inputs).
    y
        Targets, shape (samples, outputs).
    regularization
        Penalties and dropout; clipping is no part of the gradient and is left out.
    epsilon
        How far pre-activations are moved to either side.
    places
        Which parameters to check, as indices of their vector; ``None`` for all.
    weights
        Of the samples in the loss, shape (samples,); ``None`` where all count the same.
    """
    regularization = regularization or Regularization()
    workspace = _workspace(network, X, y, regularization, weights)
    grads = _backpropagate(network, workspace, regularization)
    double = network.copy(np.float64)
    exact_weights = None if weights is None else weights.astype(np.float64)
    exact = _workspace(double, X.astype(np.float64), y.astype(np.float64), regularization, exact_weights)
    for mask, drawn in zip(exact.masks, workspace.masks, strict=True):
        mask[:] = drawn
    masked = regularization._replace(dropout=None)
    right = _backpropagate(double, exact, masked)
    differences = _Differences(double, exact, masked, epsilon)
    differences.take(right.vector, places)
    rounding = differences.rounding + 2 * np.abs(grads.vector - right.vector)
    return GradientCheck(grads, differences.numeric, rounding, differences.kinks, places)


class _Differences:
    """Central differences (L(θ + h) − L(θ − h)) / 2h for parameters θ that are trained."""

    def __init__(self, network: Network, workspace: Workspace, regularization: Regularization, epsilon: float) -> None:
        self._network, self._workspace, self._regularization = network, workspace, regularization
        self.numeric = network.parameters.like()
        size = self.numeric.vector.size
        self.rounding, self.kinks = np.zeros(size), np.zeros(size, dtype=bool)
        self._forward = [step for phase in forward_phases(network, workspace) for step in phase.operations]
        self._steps, self._small = epsilon * _reach(network, workspace), 0.0
        # Before anything is moved: the deltas are those of the backward pass.
        deltas = sum(
            float(np.abs(delta * z).sum()) for delta, z in zip(workspace.deltas, workspace.pre_activations, strict=True)
        )
        bound = 0.0 if network.activations[-1].name == "linear" else 1.0
        self._middle = self._objective()
        self._noise = ROUNDED_BITS * float(np.finfo(np.float64).eps) * (abs(self._middle) + deltas + bound)

    def take(self, analytic: Array, places: Places | None) -> None:
        """Take the difference at each place, beside the analytic gradient; biases that do not learn have none."""
        self._small = _SMALL * float(np.abs(analytic).max(initial=0.0))
        learns = self.numeric.like()
        learns.vector[:] = 1
        if not learns.train_biases:
            for biases in learns.biases:
                biases[:] = 0
        for place in np.flatnonzero(learns.vector) if places is None else places[learns.vector[places] > 0]:
            self._take_one(int(place), float(analytic[place]))
        self._objective()

    def _take_one(self, place: int, analytic: float) -> None:
        step = float(self._steps[place])
        best, doubt = self._slope(place, step)
        near = 100 * _AGREED if abs(best - analytic) <= self._small else _AGREED
        if not _is_near(analytic, best, near):
            others = [self._slope(place, factor * step) for factor in _NARROW]
            trials = ((best, doubt), self._extrapolated(place, _WIDE * step), *others)
            best, doubt = min(trials, key=lambda trial: abs(trial[0] - analytic))
            if not _is_near(analytic, best, _CLEAR):
                self.kinks[place] = self._is_on_kink(place, _NARROW[-1] * step, analytic)
        self.numeric.vector[place] = best
        self.rounding[place] = doubt

    def _slope(self, place: int, step: float) -> tuple[float, float]:
        """The central difference, and what rounding may make of it."""
        left, right = self._slopes(place, step)
        return (left + right) / 2, self._noise / (2 * step)

    def _extrapolated(self, place: int, step: float) -> tuple[float, float]:
        """From two wide differences what a narrow one would be without rounding (Richardson, 1911): exact to h⁴.

        Its doubt is rounding, and how far the extrapolation goes, which is more than it errs.
        """
        (near, noise), (far, _) = self._slope(place, step), self._slope(place, 2 * step)
        slope = (4 * near - far) / 3
        return slope, 2 * noise + abs(slope - near)

    def _is_on_kink(self, place: int, step: float, analytic: float) -> bool:
        """Whether the slopes on both sides differ, however near, and the analytic one is one of those between them."""
        left, right = self._slopes(place, step)
        noise = 2 * self._noise / step
        return abs(left - right) > 4 * noise and min(left, right) - noise <= analytic <= max(left, right) + noise

    def _slopes(self, place: int, step: float) -> tuple[float, float]:
        """The slopes (L(θ) − L(θ − h)) / h and (L(θ + h) − L(θ)) / h."""
        parameter = self._network.parameters.vector[place : place + 1]
        kept = float(parameter[0])
        low, high = kept - step, kept + step
        parameter[0] = low
        below = self._objective()
        parameter[0] = high
        above = self._objective()
        parameter[0] = kept
        # Not the step itself: what is added to a large parameter is rounded.
        left, right = kept - low, high - kept
        both = (above - below) / (high - low) if high > low else 0.0
        if not (left and right):
            return both, both
        skew = ((above - self._middle) / right - (self._middle - below) / left) / 2
        return both - skew, both + skew

    @DIVERGING_IS_NO_ERROR
    def _objective(self) -> float:
        for operation in self._forward:
            operation()
        network, workspace = self._network, self._workspace
        z, a = workspace.pre_activations[-1], workspace.activations[-1]
        losses = network.loss.values(network.arithmetic, z, a, workspace.targets)
        loss = network.loss.reduced(losses, workspace.weights)
        return loss + penalty_value(network.parameters, self._regularization.l1, self._regularization.l2)


def _is_near(analytic: float, numeric: float, tolerance: float) -> bool:
    return abs(analytic - numeric) <= tolerance * (abs(analytic) + abs(numeric))


LEAST_INPUT: Final = 1e-6
"""An input smaller than this is no reason to move its weights any further."""


def _reach(network: Network, workspace: Workspace) -> Array:
    """How far each parameter has to move for its pre-activation to move by 1, or by its own share; shape (parameters,).

    That is max(1 / x, |θ|), where x is the root mean square of its input, 1 for a bias.
    """
    reach = network.parameters.like()
    for layer, (block, own) in enumerate(zip(network.parameters.blocks, reach.blocks, strict=True), start=1):
        x = workspace.layer_input(layer)
        sizes = np.sqrt(np.square(x).mean(axis=0)) if len(x) else np.ones(x.shape[1])
        sizes = np.where(np.isfinite(sizes) & (sizes > 0), np.maximum(sizes, LEAST_INPUT), 1.0)
        own[:] = np.maximum(1 / sizes[:, np.newaxis], np.abs(block))
    return reach.vector


def spread_places(sizes: Sequence[int], count: int) -> Places:
    """Indices of so many parameters, spread evenly over all layers of these sizes.

    Of layers that have too few, all are chosen, and of each at least one.
    """
    random, shares = np.random.default_rng(0), [0] * len(sizes)
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


def analytic_gradient(
    network: Network, X: Array, y: Array, regularization: Regularization, weights: Array | None = None
) -> Parameters:
    """The gradients of the objective by backpropagation, in buffers of their own."""
    return _backpropagate(network, _workspace(network, X, y, regularization, weights), regularization)


def _backpropagate(network: Network, workspace: Workspace, regularization: Regularization) -> Parameters:
    grads = network.parameters.like()
    _run(forward_phases(network, workspace, regularization.dropout))
    _run(backward_phases(network, workspace, grads))
    for operation in penalty_operations(network.parameters, grads, regularization.l1, regularization.l2):
        operation()
    return grads


def _workspace(
    network: Network, X: Array, y: Array, regularization: Regularization, weights: Array | None
) -> Workspace:
    dropout = regularization.dropout is not None
    return Workspace(with_ones(X), np.asfortranarray(y), network.layer_sizes, weights, dropout=dropout)


def _run(phases: list[Phase]) -> None:
    for phase in phases:
        phase.run()
