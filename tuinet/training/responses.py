"""The samples to which a unit responds most, and least."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuinet.data.dataset import Dataset
from tuinet.nn.network import Network
from tuinet.nn.parameters import Array
from tuinet.training.frozen import frozen
from tuinet.training.sample_set import StretchEvaluation, choose_set, most_samples
from tuinet.training.samples import Encoding
from tuinet.training.view import ResponsesView, Unit


@dataclass(frozen=True, eq=False)
class Responses:
    """The samples with the largest and with the smallest activations of a unit; arrays are read-only."""

    view: ResponsesView
    unit: Unit
    """The one that was asked for, or the nearest that the network has."""
    is_test: bool
    """Whether they are of the test set."""
    total: int
    """Samples of the whole set."""
    among: int
    """The first so many of them have been looked at."""
    largest: NDArray[np.intp]
    """Which samples of the set they are, counted from 0, shape (samples,)."""
    largest_activations: Array
    """Falling, shape (samples,)."""
    smallest: NDArray[np.intp]
    """Shape (samples,)."""
    smallest_activations: Array
    """Rising, shape (samples,)."""


class ResponsesProbe:
    """Takes them off a network, in buffers of its own.

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
        self._dataset = dataset
        self._sizes = network.layer_sizes
        self._evaluation = StretchEvaluation(network, dataset, encoding)
        self._most = most_samples(network)

    def look(self, view: ResponsesView) -> Responses:
        """The present state: by activation, and of equal ones by pre-activation; what is no number comes last."""
        samples = choose_set(self._dataset, view.on_test)
        among = min(len(samples.X), self._most)
        layer, index = unit = self._nearest(view.unit)
        workspace = self._evaluation.run(samples, 0, among)
        activations = np.array(workspace.outputs[layer - 1][:, index], np.float64)
        sums = workspace.pre_activations[layer - 1][:, index]
        count = max(0, min(view.count, among))
        # Units that are saturated or dead have the same activation for many samples: their pre-activations differ.
        largest, smallest = (np.lexsort((sign * sums, sign * activations))[:count] for sign in (-1, 1))
        return Responses(
            view=view,
            unit=unit,
            is_test=samples.is_test,
            total=len(samples.X),
            among=among,
            largest=frozen(largest),
            largest_activations=frozen(activations[largest]),
            smallest=frozen(smallest),
            smallest_activations=frozen(activations[smallest]),
        )

    def _nearest(self, unit: Unit) -> Unit:
        layer = max(1, min(unit[0], len(self._sizes) - 1))
        return layer, max(0, min(unit[1], self._sizes[layer] - 1))
