"""What each neuron answers over the input plane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np

from tuinet.data.dataset import Dataset
from tuinet.nn.network import Network
from tuinet.nn.parameters import Array, frozen
from tuinet.nn.phases import Evaluation
from tuinet.observe.map import PlanePixels
from tuinet.observe.planes import input_plane
from tuinet.observe.samples import Encoding
from tuinet.observe.view import NetworkView, Plane, Unit

Domain = Literal["plane", "line"]
"""Where neurons are looked at: over the plane that the map shows, or along a single feature."""


PRINCIPAL: Final = Plane()


def domain_of(dataset: Dataset) -> Domain:
    """What suits the number of features."""
    return "line" if dataset.X.shape[1] == 1 else "plane"


@dataclass(frozen=True, eq=False)
class UnitMaps:
    """The activations of the neurons in sight; of the inputs, what they feed to the first layer."""

    view: NetworkView
    domain: Domain
    responses: Array
    """Shape (units, rows, columns), units as in the view. Over a plane row 0 is its top; along a line there is one row
    of points from left to right. A large network is looked at in coarser pixels than the view asks for."""

    @cached_property
    def by_unit(self) -> dict[Unit, Array]:
        """The response of each neuron, shape (rows, columns)."""
        return dict(zip(self.view.units, self.responses, strict=True))


class UnitProbe:
    """Evaluates a network at the pixels of small maps, all neurons in one forward pass, in buffers of its own.

    Parameters
    ----------
    network
        Its parameters are read afresh each time.
    dataset
        Where to look.
    encoding
        How features become the network's inputs.
    """

    def __init__(self, network: Network, dataset: Dataset, encoding: Encoding) -> None:
        self._network, self._dataset, self._encoding = network, dataset, encoding
        self._domain = domain_of(dataset)
        self._aim: tuple[int, int, Plane] | None = None
        self._pixels: PlanePixels | _LinePixels | None = None

    def look(self, view: NetworkView, plane: Plane = PRINCIPAL) -> UnitMaps:
        """The present activations of the neurons in sight; those that the network does not have are left out.

        Parameters
        ----------
        plane
            The one that the map shows.
        """
        known = NetworkView(view.columns, view.rows, tuple(filter(self._is_known, view.units)))
        pixels = self._pixels_for(view, plane)
        activations = pixels.run()
        responses = np.empty((len(known.units), pixels.rows, pixels.columns))
        for response, (layer, index) in zip(responses, known.units, strict=True):
            values = activations[layer - 1][:, index] if layer else pixels.input(index)
            response[:] = values.reshape(response.shape)
        return UnitMaps(known, self._domain, frozen(responses))

    def _pixels_for(self, view: NetworkView, plane: Plane) -> PlanePixels | _LinePixels:
        aim = (view.columns, view.rows, plane)
        if self._pixels is None or aim != self._aim:
            self._aim, everything = aim, (self._network, self._dataset, self._encoding)
            self._pixels = (
                _LinePixels(*everything, view.columns)
                if self._domain == "line"
                else PlanePixels(*everything, input_plane(self._dataset, plane), view.columns, view.rows)
            )
        return self._pixels

    def _is_known(self, unit: Unit) -> bool:
        layer, index = unit
        sizes = self._network.layer_sizes
        return 0 <= layer < len(sizes) and 0 <= index < sizes[layer]


class _LinePixels:
    """A network at points in equal steps along its only feature."""

    def __init__(self, network: Network, dataset: Dataset, encoding: Encoding, columns: int) -> None:
        self.columns, self.rows = columns, 1
        points = np.linspace(*dataset.ranges()[0], columns)[:, None]
        self._evaluation = Evaluation(network, encoding.inputs(dataset, points))

    def run(self) -> Sequence[Array]:
        """The activations of every layer, each of shape (points, size)."""
        self._evaluation.run()
        return self._evaluation.workspace.activations

    def input(self, index: int) -> Array:
        """What an input is at every point, shape (points,)."""
        return self._evaluation.workspace.inputs[:, index]
