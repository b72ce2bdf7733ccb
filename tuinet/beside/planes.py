"""Laying planes: through the weights of a run, along its path, two weights, or gradient and update."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from tuinet.nn.gradient_check import analytic_gradient
from tuinet.nn.parameters import Array, Parameters, frozen
from tuinet.observe.landscape import (
    LEAST_POINTS,
    LossPlane,
    Spans,
    filter_scales,
    orthonormal,
    principal_directions,
    spans_around,
)
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import LandscapeView
from tuinet.session import build
from tuinet.session.run import Run

_TOO_LARGE: Final = 1e100
"""Numbers from here on cannot be squared."""
_MOST_POINTS: Final = 64
"""Points of which principal directions are found."""
_SHARE: Final = 0.1
"""Of the length of the weights, how long ranges are at least."""
_WEIGHT_RANGE: Final = 4.0
"""How long the range of a single weight is at least."""
_STEPS: Final = 3.0
"""How many steps long ranges around a step are."""
FEW_POINTS: Final = "no path yet: gradient, update instead"
_ACROSS: Final = (
    ("−g", ""),
    ("update", "gradient is 0: across is the update"),
    ("path", "both are 0: across is the path"),
    ("random vector", "gradient and path are 0: both are random"),
)
"""What is across on a plane of the gradient, by what is not 0; and what is said of it."""
_UP: Final = (
    ("rest of the update", ""),
    ("rest of the path", "step along the gradient; upwards: the path"),
    *[("random vector", "step along the gradient; upwards: random")] * 2,
)
"""The same of what is up there, by what is not along the other direction."""
_SEEDS: Final = (0, 1)
"""Of two random directions, since there may be nothing else."""


def is_usable(vector: Array) -> bool:
    """Whether a plane can be laid through these weights: not once they have diverged."""
    return bool((np.abs(vector) < _TOO_LARGE).all())


def lay_plane(snapshot: Snapshot, run: Run, view: LandscapeView, points: Array) -> LossPlane | None:
    """The plane of a view through the present weights, with ranges in which the points lie; ``None`` for no plane.

    Parameters
    ----------
    points
        Where the run and its branches have been, the present last, shape (points, parameters).
    """
    points = points[(np.abs(points) < _TOO_LARGE).all(axis=1)]
    if view.kind == "weights":
        return _weight_plane(snapshot, view, points)
    if view.kind == "path":
        plane = _path_plane(snapshot, run, view, points)
        if plane is not None:
            return plane
    return _step_plane(snapshot, run, view, points)


def _path_plane(snapshot: Snapshot, run: Run, view: LandscapeView, points: Array) -> LossPlane | None:
    """Along the principal directions of the path; ``None`` where it has fewer than two."""
    scales = filter_scales(run.parameters) if view.is_scaled else None
    few = points[np.unique(np.linspace(0, len(points) - 1, _MOST_POINTS).astype(int))]
    few = few if scales is None else few / scales
    if not _are_different(few, LEAST_POINTS):
        return None
    try:
        directions, shares = principal_directions(few)
    except (ValueError, np.linalg.LinAlgError):
        return None
    if scales is not None:
        directions = directions * scales
    plane = _plane(snapshot, view, points[-1], directions, ("PC1", "PC2"))
    return _ranged(replace(plane, scales=scales, shares=shares), points, _SHARE * float(np.linalg.norm(few[-1])))


def _are_different(points: Array, least: int) -> bool:
    """Whether so many of them differ: found without sorting, which takes seconds for a large network."""
    found: set[bytes] = set()
    for point in points:
        found.add(point.tobytes())
        if len(found) >= least:
            return True
    return False


def _weight_plane(snapshot: Snapshot, view: LandscapeView, points: Array) -> LossPlane:
    """Along two weights; the others stay as they are."""
    size = points.shape[1]
    first, second = (min(index, size - 1) for index in view.weights)
    directions = np.zeros((2, size))
    directions[0, first] = directions[1, second if second != first else (first + 1) % size] = 1.0
    return _ranged(_plane(snapshot, view, points[-1], directions, ("", "")), points, _WEIGHT_RANGE)


def _step_plane(snapshot: Snapshot, run: Run, view: LandscapeView, points: Array) -> LossPlane | None:
    """Along −g, the way down, and what is perpendicular to it of the last update; along others where these are 0."""
    present, update = points[-1], _joined([(layer.weight_updates, layer.bias_updates) for layer in snapshot.layers])
    rest = [-update, present - points[0], *(_random_direction(run.parameters, seed) for seed in _SEEDS)]
    ways = [-_gradient(snapshot, run), *rest]
    across = next((index for index, way in enumerate(ways) if way.any()), 0)
    try:
        directions, up = orthonormal(ways[across], rest)
    except ValueError:
        return None
    (name_across, note_across), (name_up, note_up) = _ACROSS[across], _UP[up]
    note = note_across or (FEW_POINTS if view.kind == "path" else note_up)
    least, length = _SHARE * float(np.linalg.norm(present)), float(np.linalg.norm(update))
    if view.follows and length:
        present, points, least = present + update, np.stack([present + update, present]), _STEPS * length
    plane = _plane(snapshot, view, present, directions, (name_across, name_up))
    return _ranged(replace(plane, kind="step", note=note, is_substitute=view.kind == "path"), points, least)


def _plane(
    snapshot: Snapshot, view: LandscapeView, centre: Array, directions: Array, names: tuple[str, str]
) -> LossPlane:
    """A plane without ranges."""
    nowhere: Spans = ((0.0, 0.0), (0.0, 0.0))
    return LossPlane(view.kind, frozen(centre), frozen(directions), names, snapshot.epoch, nowhere)


def _ranged(plane: LossPlane, points: Array, least: float) -> LossPlane:
    """The plane, with ranges in which the points lie; at least so long, and not of no length."""
    return replace(plane, spans=spans_around(plane.coordinates(points), least or 1.0))


def _random_direction(parameters: Parameters, seed: int) -> Array:
    """Always the same; without biases that are not trained."""
    direction = parameters.like()
    direction.vector[:] = np.random.default_rng(seed).normal(size=direction.vector.size)
    for biases in () if parameters.train_biases else direction.biases:
        biases[:] = 0.0
    return direction.vector.astype(np.float64)


def _gradient(snapshot: Snapshot, run: Run) -> Array:
    """That of the last batch; before the first step, that of the samples that frames show."""
    if snapshot.has_gradients:
        return _joined([(layer.weight_grads, layer.bias_grads) for layer in snapshot.layers])
    samples, regularization = run.observer.train.samples, build.make_regularization(run.experiment, run.dataset)
    found = analytic_gradient(run.network, samples.inputs, samples.targets, regularization, samples.weights)
    return _bounded(found.vector)


def _joined(parts: Sequence[tuple[Array, Array]]) -> Array:
    """Weights and biases of every layer as one vector, in the order of `Parameters.vector`."""
    return _bounded(np.concatenate([part.ravel() for pair in parts for part in pair]))


def _bounded(vector: Array) -> Array:
    """In float64, with 0 for what is no number, or too large to be squared."""
    wide = vector.astype(np.float64)
    return np.where(np.abs(wide) < _TOO_LARGE, wide, 0.0)
