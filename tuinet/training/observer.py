"""An Observer: what can be read off a network without touching its training."""

from __future__ import annotations

import numpy as np

from tuinet.data.dataset import Dataset
from tuinet.nn.arrays import Array
from tuinet.nn.evaluation import Evaluation
from tuinet.nn.network import Network
from tuinet.nn.parameters import Parameters
from tuinet.training.snapshot import LayerSnapshot, Metrics, Surface, View


class Observer:
    """Evaluates a network on its training set and over the input plane, in buffers of its own.

    Parameters
    ----------
    network
        What is looked at; its parameters are read afresh each time.
    dataset
        The samples, and the range of the input plane.
    """

    def __init__(self, network: Network, dataset: Dataset) -> None:
        self._network = network
        self._dataset = dataset
        self._train = Evaluation(network, dataset.X)
        self._view: View | None = None
        self._plane: Evaluation | None = None

    def loss(self) -> float:
        """Mean loss over the training set."""
        self._train.run()
        return float(self._train.loss_values(self._dataset.y).mean())

    def metrics(self) -> Metrics:
        """Loss and hits on the training set."""
        loss = self.loss()
        guesses = self._train.workspace.activations[-1] > 0.5
        correct = int(np.count_nonzero(guesses == (self._dataset.y > 0.5)))
        return Metrics(loss, correct, len(self._dataset.y))

    def surface(self, view: View | None) -> Surface | None:
        """The first output over the input plane; ``None`` without a view, or unless the inputs are two."""
        if view is None or self._dataset.X.shape[1] != 2:
            return None
        if view != self._view or self._plane is None:
            self._view, self._plane = view, Evaluation(self._network, _pixel_centres(self._dataset, view))
        values = self._plane.run()[:, 0].reshape(view.rows, view.columns)
        x_range, y_range = self._dataset.ranges()
        return Surface(x_range, y_range, frozen(values))

    def layers(self, grads: Parameters, updates: Parameters) -> tuple[LayerSnapshot, ...]:
        """Copies of every layer's parameters, gradients and updates."""
        columns = [parameters.blocks for parameters in (self._network.parameters, grads, updates)]
        rows = zip(self._network.activations, *columns, strict=True)
        return tuple(_layer(activation.name, *blocks) for activation, *blocks in rows)


def frozen(values: Array) -> Array:
    """A read-only copy."""
    copy = values.copy()
    copy.flags.writeable = False
    return copy


def _layer(activation: str, block: Array, grads: Array, updates: Array) -> LayerSnapshot:
    parts = [part for whole in map(frozen, (block, grads, updates)) for part in (whole[:-1], whole[-1])]
    return LayerSnapshot(activation, *parts)


def _pixel_centres(dataset: Dataset, view: View) -> Array:
    (left, right), (low, high) = dataset.ranges()
    x1 = left + (right - left) * (np.arange(view.columns) + 0.5) / view.columns
    x2 = high - (high - low) * (np.arange(view.rows) + 0.5) / view.rows
    return np.column_stack([np.tile(x1, view.rows), np.repeat(x2, view.columns)])
