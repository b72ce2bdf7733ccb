"""What each neuron answers over the input plane."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np

from tuinet.data.dataset import Dataset
from tuinet.nn.arrays import DIVERGING_IS_NO_ERROR, Array
from tuinet.nn.evaluation import Evaluation
from tuinet.nn.network import Network
from tuinet.training.frozen import frozen
from tuinet.training.samples import Encoding
from tuinet.training.view import NetworkView, Unit

Domain = Literal["plane", "line", "samples"]
"""Where neurons are looked at: over the plane of two features, along a single one, or on samples."""

MAX_SAMPLES: Final = 256
"""Samples over which activations are averaged where the features are more than two."""


def domain_of(dataset: Dataset) -> Domain:
    """What suits the number of features. A plane through more than two of them is to be decided here."""
    features = dataset.X.shape[1]
    return "samples" if features > 2 else "plane" if features == 2 else "line"


@dataclass(frozen=True, eq=False)
class UnitMaps:
    """The activations of the neurons in sight; of the inputs, what they feed to the first layer."""

    view: NetworkView
    domain: Domain
    samples: int
    """How many training samples the mean is over; 0 where it is not samples that are looked at."""
    responses: Array
    """Shape (units, rows, columns), units as in the view. Over a plane row 0 is its top; along a line there is one row
    of points from left to right; of samples there is a single pixel, the mean."""

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
        Where to look: its ranges, or its samples.
    encoding
        How features become the network's inputs.
    """

    def __init__(self, network: Network, dataset: Dataset, encoding: Encoding) -> None:
        self._network, self._dataset, self._encoding = network, dataset, encoding
        self._size = (0, 0)
        self._lookout: _Lookout | None = None

    def look(self, view: NetworkView) -> UnitMaps:
        """The present activations of the neurons in sight; those that the network does not have are left out."""
        if self._lookout is None or self._size != (view.rows, view.columns):
            self._size = view.rows, view.columns
            self._lookout = _Lookout(self._network, self._dataset, self._encoding, view)
        known = NetworkView(view.columns, view.rows, tuple(filter(self._is_known, view.units)))
        return UnitMaps(known, self._lookout.domain, self._lookout.samples, frozen(self._lookout.pictures(known.units)))

    def _is_known(self, unit: Unit) -> bool:
        layer, index = unit
        sizes = self._network.layer_sizes
        return 0 <= layer < len(sizes) and 0 <= index < sizes[layer]


class _Lookout:
    """A network at a fixed set of points; and how activations there become pictures."""

    def __init__(self, network: Network, dataset: Dataset, encoding: Encoding, view: NetworkView) -> None:
        self.domain = domain_of(dataset)
        self.samples = min(MAX_SAMPLES, len(dataset.X)) if self.domain == "samples" else 0
        self._shape = (1, 1) if self.domain == "samples" else (1 if self.domain == "line" else view.rows, view.columns)
        self._evaluation = Evaluation(network, encoding.inputs(dataset, self._points(dataset)))

    @DIVERGING_IS_NO_ERROR
    def pictures(self, units: Sequence[Unit]) -> Array:
        """The present activations, shape (units, rows, columns)."""
        self._evaluation.run()
        pictures = np.empty((len(units), *self._shape))
        for picture, unit in zip(pictures, units, strict=True):
            activations = self._activations(unit)
            picture[:] = self._mean(activations) if self.domain == "samples" else activations.reshape(self._shape)
        return pictures

    def _activations(self, unit: Unit) -> Array:
        """At every point, shape (points,)."""
        (layer, index), workspace = unit, self._evaluation.workspace
        return workspace.inputs[:, index] if layer == 0 else workspace.activations[layer - 1][:, index]

    def _mean(self, activations: Array) -> float:
        return float(activations.mean(dtype=np.float64)) if self.samples else math.nan

    def _points(self, dataset: Dataset) -> Array:
        """Raw features, shape (points, features)."""
        if self.domain == "samples":
            return dataset.X[: self.samples]
        (rows, columns), ranges = self._shape, dataset.ranges()
        if self.domain == "line":
            return np.linspace(*ranges[0], columns)[:, None]
        (left, right), (low, high) = ranges
        x1 = left + (right - left) * (np.arange(columns) + 0.5) / columns
        x2 = high - (high - low) * (np.arange(rows) + 0.5) / rows
        return np.column_stack([np.tile(x1, rows), np.repeat(x2, columns)])
