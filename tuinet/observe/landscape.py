"""The loss over a plane of parameters, and the paths of runs on it: planes, coordinates, and what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tuinet.nn.parameters import Array, Parameters
from tuinet.observe.view import Coordinates, LandscapeView, PlaneKind

Span = tuple[float, float]
"""From where to where a range goes."""
Spans = tuple[Span, Span]
"""Across and up."""

LEAST_POINTS: Final = 3
"""Different points of a path from which on it has two principal directions."""
_NEGLIGIBLE: Final = 1e-7
"""Of a vector, by what it is a part of: what is shorter may have been made by rounding alone."""
_MARGIN: Final = 0.2
"""Of a range, on each side of what is to be seen."""
_FLATTEST: Final = 0.25
"""The shorter range by the longer one, at least."""


@dataclass(frozen=True, eq=False)
class LossPlane:
    """The plane ``centre + a·directions[0] + b·directions[1]`` of parameters; arrays are read-only.

    The directions are orthonormal. On a scaled plane they are so after every parameter has been divided by its scale:
    a and b are lengths in units of the scales then.
    """

    kind: PlaneKind
    centre: Array
    """The weights at the moment when it was laid, shape (parameters,)."""
    directions: Array
    """Across and up, shape (2, parameters)."""
    names: tuple[str, str]
    """What the directions are, in a few characters; empty for two weights, which have names of their own."""
    epoch: int
    """Complete epochs at that moment."""
    spans: Spans
    """The ranges of a and b in which all that is to be seen lies."""
    scales: Array | None = None
    """The unit in which each parameter is measured, shape (parameters,); ``None`` for 1."""
    shares: tuple[float, float] | None = None
    """Of the variance of the path, the share along each direction; ``None`` where they are not its principal ones."""
    note: str = ""
    """Why it is another plane than was asked for, or which of several; empty where there is nothing to say."""
    is_substitute: bool = False
    """Whether it stands for one that there cannot be yet."""

    def coordinates(self, vectors: Array) -> Array:
        """Where vectors of shape (vectors, parameters) lie, or are nearest to: a and b, shape (vectors, 2)."""
        found: Array = self._measured(vectors) @ self._measured_directions.T
        return found

    def distances(self, vectors: Array) -> Array:
        """How far vectors of shape (vectors, parameters) are from the plane, in the unit of a and b; (vectors,)."""
        measured = self._measured(vectors)
        rest = measured - (measured @ self._measured_directions.T) @ self._measured_directions
        lengths: Array = np.sqrt(np.square(rest).sum(axis=1))
        return lengths

    def at(self, places: Array) -> Array:
        """The parameters at places of shape (places, 2), shape (places, parameters)."""
        vectors: Array = self.centre + places @ self.directions
        return vectors

    def _measured(self, vectors: Array) -> Array:
        differences = np.asarray(vectors, np.float64) - self.centre
        return differences if self.scales is None else differences / self.scales

    @property
    def _measured_directions(self) -> Array:
        return self.directions if self.scales is None else self.directions / self.scales


def filter_scales(parameters: Parameters) -> Array:
    """For each parameter the length of its filter, the incoming weights of a unit; shape (parameters,).

    ``s_ij = ‖(W_1j, …, W_nj, b_j)‖`` for every weight W_ij of a layer, and the same for its bias b_j, which counts as
    the weight of an input that is always 1. Where all of them are 0, s is 1. A network of relu units stays the same
    when a unit's incoming weights are multiplied by a number and its outgoing ones divided by it: measured in these
    units, such networks have landscapes that look alike.

    References: H. Li, Z. Xu, G. Taylor, C. Studer and T. Goldstein, "Visualizing the loss landscape of neural nets",
    NeurIPS 2018, who multiply random directions by the length of each filter, and leave biases as they are.
    """
    scales = parameters.like()
    for block, target in zip(parameters.blocks, scales.blocks, strict=True):
        lengths = np.sqrt(np.square(block.astype(np.float64)).sum(axis=0))
        target[:] = np.where(lengths > 0, lengths, 1.0)
    return scales.vector.astype(np.float64)


def principal_directions(points: Array) -> tuple[Array, tuple[float, float]]:
    """The first two principal directions of points of shape (points, parameters), and their shares of the variance.

    With X the points less their mean, and X = U·S·Vᵀ: the first two rows of Vᵀ, and s_k² / Σ s². They are found from
    whichever of XᵀX and XXᵀ is smaller, whose eigenvalues are s². Each direction is turned so that the last point lies
    on its positive side of the first one.

    Raises
    ------
    ValueError
        If there are no two such directions: with fewer than 3 different points, or all of them on a line.
    """
    spread = points - points.mean(axis=0)
    size = float(np.abs(spread).max(initial=0.0)) or 1.0
    X = spread / size
    is_tall = X.shape[0] >= X.shape[1]
    values, vectors = np.linalg.eigh(X.T @ X if is_tall else X @ X.T)
    if len(values) < 2 or values[-2] <= _NEGLIGIBLE**2 * values[-1]:
        raise ValueError("the points lie on a line")
    first, second = vectors.T[:-3:-1] if is_tall else vectors.T[:-3:-1] @ X
    directions, _ = orthonormal(first, [second])
    way = directions @ (points[-1] - points[0])
    shares = values.clip(0) / values.clip(0).sum()
    return directions * np.where(way < 0, -1.0, 1.0)[:, None], (float(shares[-1]), float(shares[-2]))


def orthonormal(first: Array, candidates: Sequence[Array]) -> tuple[Array, int]:
    """A direction, and what is perpendicular to it of the first candidate that is not along it, each of length 1.

    Parameters
    ----------
    first
        Shape (parameters,), not 0.
    candidates
        Each of the same shape; one of them must not be along the first one.

    Returns
    -------
    Shape (2, parameters); and which of the candidates it was.

    Raises
    ------
    ValueError
        If the first direction is 0, or all candidates lie along it.
    """
    along = _unit(first)
    for index, candidate in enumerate(candidates):
        if candidate.any():
            way = _unit(candidate)
            rest = way - (way @ along) * along
            if np.linalg.norm(rest) > _NEGLIGIBLE:
                # Once more, since rounding has left something along it where the rest is short.
                rest -= (rest @ along) * along
                return np.stack([along, _unit(rest)]), index
    raise ValueError("all candidates lie along the direction")


def _unit(vector: Array) -> Array:
    """A vector of length 1 in the same direction; its squares may be too small for a float before that."""
    largest = float(np.abs(vector).max())
    if not largest:
        raise ValueError("a vector of length 0 has no direction")
    scaled = vector / largest
    unit: Array = scaled / np.linalg.norm(scaled)
    return unit


def spans_around(places: Array, least: float) -> Spans:
    """The ranges that hold places of shape (places, 2) with a margin, neither of them much shorter than the other.

    Parameters
    ----------
    least
        How long each range is at least.
    """
    low, high = places.min(axis=0), places.max(axis=0)
    widths = (high - low) * (1 + 2 * _MARGIN)
    widths = np.maximum(widths, max(float(widths.max()) * _FLATTEST, least))
    middle = (low + high) / 2
    (left, bottom), (right, top) = (middle - widths / 2).tolist(), (middle + widths / 2).tolist()
    return (left, right), (bottom, top)


def seen_spans(spans: Spans, zoom: int, shift: Coordinates) -> Spans:
    """The ranges after they have been halved so often, and moved by so many of their former lengths."""
    (left, right), (bottom, top) = (_seen(span, zoom, by) for span, by in zip(spans, shift, strict=True))
    return (left, right), (bottom, top)


def _seen(span: Span, zoom: int, shift: float) -> Span:
    width = span[1] - span[0]
    middle, half = sum(span) / 2 + shift * width, width / 2 * 2.0**-zoom
    return middle - half, middle + half


def is_within(spans: Spans, place: Coordinates) -> bool:
    """Whether a place is in the ranges."""
    return all(low <= value <= high for (low, high), value in zip(spans, place, strict=True))


def grid_places(spans: Spans, columns: int, rows: int) -> Array:
    """The middles of equal cells, shape (rows, columns, 2); row 0 is the top."""
    (left, right), (bottom, top) = spans
    a = left + (right - left) * (np.arange(columns) + 0.5) / columns
    b = top - (top - bottom) * (np.arange(rows) + 0.5) / rows
    return np.stack(np.meshgrid(a, b), axis=-1)


@dataclass(frozen=True, eq=False)
class PassedPoint:
    """A moment of a path that has been replayed."""

    gap: int
    """The number of the gap between two moments known before."""
    step: int
    vector: Array
    """The parameters, shape (parameters,)."""


@dataclass(frozen=True, eq=False)
class LossGrid:
    """The loss over a part of a plane, as far as it has been evaluated."""

    spans: Spans
    losses: Array
    """In the middle of each of equal cells, shape (rows, columns); row 0 is the top. Where it has not been evaluated
    yet, it is on straight lines between the places at which it has been; beyond the last of these, that of the last."""
    samples: int
    """Of the training set, on which it was evaluated."""
    of: int
    """Samples of the training set."""
    is_complete: bool
    slopes: Array | None = None
    """−∂L/∂a and −∂L/∂b, penalties included, in the middle of larger cells, shape (rows, columns, 2)."""
    passed: tuple[PassedPoint, ...] = ()
    """What was found of the paths besides."""


@dataclass(frozen=True, eq=False)
class Route:
    """Where a run has been, on the plane."""

    label: str
    """What is different in it from the other branches; empty where there is nothing to tell it from."""
    places: Array
    """a and b, shape (points, 2), in the order of time."""
    steps: tuple[int, ...]
    """Complete updates at each of them."""
    is_active: bool
    """Whether the run is on it."""


@dataclass(frozen=True)
class CursorLoss:
    """The loss at a place of the plane."""

    place: Coordinates
    loss: float
    """Of the network with the weights of that place, over the samples that the frame's loss is of."""


@dataclass(frozen=True, eq=False)
class Landscape:
    """The loss over a plane of parameters, and the paths of the run and its branches on it."""

    plane: LossPlane
    spans: Spans
    """What is to be seen of it."""
    grid: LossGrid | None
    """``None`` before the first part of it is known."""
    routes: tuple[Route, ...]
    present: Coordinates
    """Where the weights of the snapshot lie on the plane, or are nearest to."""
    distance: float
    """How far they are from the plane, in the unit of a and b."""
    cursor: CursorLoss | None = None
    failure: str = ""
    """Why the loss is not evaluated; empty where it is."""


_NOWHERE: Final[Spans] = ((0.0, 1.0), (0.0, 1.0))


def without_plane(view: LandscapeView, failure: str) -> Landscape:
    """A landscape of which there is nothing to be seen, and why."""
    plane = LossPlane(view.kind, np.zeros(0), np.zeros((2, 0)), ("", ""), 0, _NOWHERE)
    return Landscape(plane, _NOWHERE, None, (), (0.0, 0.0), 0.0, failure=failure)
