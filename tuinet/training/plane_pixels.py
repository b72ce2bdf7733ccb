"""PlanePixels: a network at every pixel of a plane."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from tuinet.data.dataset import Dataset
from tuinet.nn.network import Network, with_ones
from tuinet.nn.parameters import Array, Parameters
from tuinet.nn.phases import Evaluation
from tuinet.training.input_plane import InputPlane
from tuinet.training.samples import Encoding

MOST_PRODUCTS: Final = 10**9
"""Multiplications for one picture: about a twentieth of a second."""
MOST_VALUES: Final = 4 * 10**6
"""Activations for one picture."""
_LEAST_PIXELS: Final = 64


class PlanePixels:
    """Evaluates a network at the centres of equal pixels of a plane.

    Where the inputs are many, what the first layer adds up at a place of the plane is a sum of three parts: one for
    the origin, and one for each coordinate, times the coordinate. So a network of two inputs, whose first layer has
    these parts for its biases and weights, answers the same with a fraction of the work.

    Parameters
    ----------
    network
        Its parameters are read afresh each time.
    dataset
        Whose features the plane lies among.
    encoding
        How features become the network's inputs.
    plane
        Where to look.
    columns, rows
        Pixels wished for; a large network is looked at in coarser ones.
    """

    def __init__(
        self, network: Network, dataset: Dataset, encoding: Encoding, plane: InputPlane, columns: int, rows: int
    ) -> None:
        self._network = network
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

    def input(self, index: int) -> Array:
        """What one of the network's inputs is at every pixel, shape (rows · columns,)."""
        inputs = self._evaluation.workspace.inputs
        return inputs[:, index] if self._parts is None else inputs @ self._parts[:, index]


def affordable(columns: int, rows: int, layer_sizes: Sequence[int]) -> tuple[int, int]:
    """As many pixels as are wished for, or so many times fewer each way that one picture takes no longer than a frame.

    Parameters
    ----------
    layer_sizes
        Of the network, inputs first.
    """
    products = sum(fan_in * fan_out for fan_in, fan_out in pairwise(layer_sizes))
    most = max(_LEAST_PIXELS, min(MOST_PRODUCTS // products, MOST_VALUES // sum(layer_sizes)))
    coarseness = 1
    while math.ceil(columns / coarseness) * math.ceil(rows / coarseness) > most:
        coarseness += 1
    return math.ceil(columns / coarseness), math.ceil(rows / coarseness)


def _parts(dataset: Dataset, encoding: Encoding, plane: InputPlane) -> Array:
    """What each coordinate and the origin add to the inputs, and to the column of ones; shape (3, inputs + 1)."""
    corners = dataset.encode(plane.points(np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])))
    parts = with_ones(corners)
    parts[:2] -= parts[2]
    return parts.astype(encoding.dtype)


def _with_two_inputs(network: Network) -> Network:
    parameters = Parameters((2, *network.layer_sizes[1:]), network.parameters.vector.dtype)
    return Network(parameters, [activation.name for activation in network.activations[:-1]], network.loss)


def _centres(plane: InputPlane, columns: int, rows: int) -> Array:
    """Coordinates of the pixels, shape (rows · columns, 2)."""
    (left, right), (low, high) = plane.ranges
    across = left + (right - left) * (np.arange(columns) + 0.5) / columns
    up = high - (high - low) * (np.arange(rows) + 0.5) / rows
    return np.column_stack([np.tile(across, rows), np.repeat(up, columns)])
