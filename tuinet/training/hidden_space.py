"""How a hidden layer bends the input plane."""

from __future__ import annotations

from dataclasses import dataclass

from tuinet.data.dataset import Dataset
from tuinet.nn.network import Network
from tuinet.training.samples import Encoding
from tuinet.training.view import HiddenView


@dataclass(frozen=True, eq=False)
class HiddenSpace:
    """How a hidden layer bends the input plane."""

    view: HiddenView


class HiddenProbe:
    """Takes it off a network, in buffers of its own.

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

    def look(self, view: HiddenView) -> HiddenSpace | None:
        """The present state."""
        return HiddenSpace(view)
