"""A network evaluated at the pixels of a plane of its inputs, or at points along a single one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Literal

import numpy as np

from tuinet.data.dataset import Dataset
from tuinet.nn.network import Network, with_ones
from tuinet.nn.parameters import Array, Parameters, frozen
from tuinet.nn.training import Evaluation
from tuinet.observe.contours import boundary, value_lines
from tuinet.observe.planes import (
    Contour,
    InputPlane,
    input_plane,
)
from tuinet.observe.samples import Encoding
from tuinet.observe.view import Plane

MOST_PRODUCTS: Final = 10**9
"""Multiplications for one picture: about a twentieth of a second."""
MOST_VALUES: Final = 4 * 10**6
"""Activations for one picture."""
_LEAST_PIXELS: Final = 64


Aim = tuple[int, int, Plane, float | None]
"""Columns, rows, plane and aspect of a view."""


class PlanePixels:
    """Evaluates a network at the centres of equal pixels of a plane.

    Where the inputs are many, what the first layer adds up at a place of the plane is a sum of three parts: one for
    the origin, and one for each coordinate, times the coordinate. So a network of two inputs, whose first layer has
    these parts for its biases and weights, answers the same with a fraction of the work.

    Parameters
    ----------
    columns, rows
        Pixels wished for; a large network is looked at in coarser ones.
    """

    def __init__(
        self, network: Network, dataset: Dataset, encoding: Encoding, plane: InputPlane, columns: int, rows: int
    ) -> None:
        self._network, self.plane = network, plane
        self._seen, self._parts = network, None if plane.origin.size == 2 else _parts(dataset, encoding, plane)
        if self._parts is not None:
            self._seen = _with_two_inputs(network)
        self.columns, self.rows = affordable(columns, rows, self._seen.layer_sizes)
        places = _centres(plane, self.columns, self.rows)
        inputs = encoding.inputs(dataset, places) if self._parts is None else places.astype(encoding.dtype)
        self._evaluation = Evaluation(self._seen, inputs)

    def run(self) -> Sequence[Array]:
        """The activations of every layer, each of shape (rows · columns, size), row 0 being the top of the plane."""
        if self._parts is not None:
            first, *others = self._network.parameters.blocks
            self._seen.parameters.blocks[0][:] = self._parts @ first
            for seen, block in zip(self._seen.parameters.blocks[1:], others, strict=True):
                seen[:] = block
        self._evaluation.run()
        return self._evaluation.workspace.activations

    def boundary(self, level: float, outputs: int | None) -> tuple[Array, int | None]:
        """Where the answer of the last run changes, in coordinates of the plane, and the only one; see `boundary`.

        It is read off the pre-activations of the first outputs, or of all: between two pixels they change more evenly
        than what is made of them.
        """
        scores = self._evaluation.workspace.pre_activations[-1][:, :outputs]
        pieces, only = boundary(scores.reshape(self.rows, self.columns, -1), level)
        return self._placed(pieces), only

    def contour(self, values: Array, level: float) -> Contour:
        """Where values at all pixels pass a level, in coordinates of the plane."""
        return Contour(level, frozen(self._placed(value_lines(values.reshape(self.rows, self.columns), level))))

    def _placed(self, pieces: Array) -> Array:
        (left, right), (low, high) = self.plane.ranges
        across, down = pieces[..., 0] / self.columns, pieces[..., 1] / self.rows
        return np.stack([left + (right - left) * across, high - (high - low) * down], axis=-1)

    def input(self, index: int) -> Array:
        """The values of one of the network's inputs at all pixels, shape (rows · columns,)."""
        inputs = self._evaluation.workspace.inputs
        return inputs[:, index] if self._parts is None else inputs @ self._parts[:, index]


class LinePixels:
    """Evaluates a network at points in equal steps along its only feature."""

    def __init__(self, network: Network, dataset: Dataset, encoding: Encoding, columns: int) -> None:
        self.columns, self.rows = columns, 1
        self.x = np.linspace(*dataset.ranges()[0], columns)
        """Where the points are, shape (points,)."""
        self._evaluation = Evaluation(network, encoding.inputs(dataset, self.x[:, None]))

    def run(self) -> Sequence[Array]:
        """The activations of every layer, each of shape (points, size)."""
        self._evaluation.run()
        return self._evaluation.workspace.activations

    def input(self, index: int) -> Array:
        """The values of an input at all points, shape (points,)."""
        return self._evaluation.workspace.inputs[:, index]


def pixels_of(network: Network, dataset: Dataset, encoding: Encoding, aim: Aim) -> PlanePixels | LinePixels:
    """The pixels of a plane; along a line for a single feature."""
    columns, rows, plane, aspect = aim
    if domain_of(dataset) == "line":
        return LinePixels(network, dataset, encoding, columns)
    return PlanePixels(network, dataset, encoding, input_plane(dataset, plane, aspect), columns, rows)


def affordable(columns: int, rows: int, layer_sizes: Sequence[int]) -> tuple[int, int]:
    """The pixels wished for, or so many times fewer each way that one picture takes no longer than a frame."""
    products = sum(fan_in * fan_out for fan_in, fan_out in pairwise(layer_sizes))
    most = max(_LEAST_PIXELS, min(MOST_PRODUCTS // products, MOST_VALUES // sum(layer_sizes)))
    coarseness = 1
    while math.ceil(columns / coarseness) * math.ceil(rows / coarseness) > most:
        coarseness += 1
    return math.ceil(columns / coarseness), math.ceil(rows / coarseness)


def places_of(dataset: Dataset, plane: Plane, columns: int, rows: int) -> Array:
    """Raw features at the centres of the pixels of a plane, shape (rows · columns, features), its top row first.

    Along a line, for a single feature, they are those of one row of points.
    """
    if domain_of(dataset) == "line":
        return np.linspace(*dataset.ranges()[0], columns)[:, None]
    shown = input_plane(dataset, plane)
    return shown.points(_centres(shown, columns, rows))


def _parts(dataset: Dataset, encoding: Encoding, plane: InputPlane) -> Array:
    """The contributions of both coordinates and of the origin to inputs and ones column, shape (3, inputs + 1)."""
    corners = dataset.encode(plane.points(np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])))
    parts = with_ones(corners)
    parts[:2] -= parts[2]
    return parts.astype(encoding.dtype)


def _with_two_inputs(network: Network) -> Network:
    parameters = Parameters((2, *network.layer_sizes[1:]), network.parameters.vector.dtype)
    hidden = [activation.name for activation in network.activations[:-1]]
    return Network(parameters, hidden, network.loss, network.arithmetic)


def _centres(plane: InputPlane, columns: int, rows: int) -> Array:
    """Coordinates of the pixels, shape (rows · columns, 2)."""
    (left, right), (low, high) = plane.ranges
    across = left + (right - left) * (np.arange(columns) + 0.5) / columns
    up = high - (high - low) * (np.arange(rows) + 0.5) / rows
    return np.column_stack([np.tile(across, rows), np.repeat(up, columns)])


Domain = Literal["plane", "line"]
"""Where neurons are looked at: over the plane that the map shows, or along a single feature."""


def domain_of(dataset: Dataset) -> Domain:
    """A line for a single feature, a plane for more."""
    return "line" if dataset.X.shape[1] == 1 else "plane"
