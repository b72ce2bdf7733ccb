"""An Observer: what can be read off a network without touching its training."""

from __future__ import annotations

import numpy as np

from tuinet.data.dataset import Dataset
from tuinet.nn.arrays import Array
from tuinet.nn.evaluation import Evaluation
from tuinet.nn.network import Network
from tuinet.nn.parameters import Parameters
from tuinet.nn.phases import derivative_phase
from tuinet.training.metrics import Metrics, class_metrics, regression_metrics
from tuinet.training.samples import Encoding, Samples
from tuinet.training.snapshot import LayerSnapshot, Surface, View

SAMPLE_SIZE = 256
"""Samples over which the units are looked at, however many there are: the work of a frame is bounded."""


class Judge:
    """Evaluates a network on one set of samples, in buffers of its own.

    Parameters
    ----------
    network
        Its parameters are read afresh each time.
    samples
        The set.
    threshold
        Where two classes part; ``None`` for numbers.
    """

    def __init__(self, network: Network, samples: Samples, threshold: float | None) -> None:
        self._evaluation = Evaluation(network, samples.inputs)
        self._targets = samples.targets
        self._threshold = threshold

    def loss(self) -> float:
        """Mean loss over the samples."""
        self._evaluation.run()
        return float(self._evaluation.loss_values(self._targets).mean(dtype=np.float64))

    def metrics(self) -> Metrics:
        """Everything that is measured."""
        loss, outputs = self.loss(), self._evaluation.workspace.outputs[-1]
        if self._threshold is None:
            return regression_metrics(loss, outputs, self._targets)
        return class_metrics(loss, outputs, self._targets, self._threshold)


class Observer:
    """Evaluates a network on its training and test set and over the input plane, in buffers of its own.

    Parameters
    ----------
    network
        What is looked at.
    dataset
        The samples, and the range of the input plane.
    encoding
        How they become the network's inputs and targets.
    """

    def __init__(self, network: Network, dataset: Dataset, encoding: Encoding) -> None:
        self._network = network
        self._dataset = dataset
        self._encoding = encoding
        threshold = None if dataset.task == "regression" else 0.0 if encoding.output_activation == "tanh" else 0.5
        test = encoding.test(dataset)
        train = encoding.train(dataset)
        self.train = Judge(network, train, threshold)
        self._sample = Evaluation(network, train.inputs[:SAMPLE_SIZE])
        self._derivatives = derivative_phase(network, self._sample.workspace)
        self.test = None if test is None else Judge(network, test, threshold)
        self._view: View | None = None
        self._plane: Evaluation | None = None

    def surface(self, view: View | None) -> Surface | None:
        """The first output over the input plane; ``None`` without a view, or unless the features are two."""
        if view is None or self._dataset.X.shape[1] != 2:
            return None
        if view != self._view or self._plane is None:
            inputs = self._encoding.inputs(self._dataset, _pixel_centres(self._dataset, view))
            self._view, self._plane = view, Evaluation(self._network, inputs)
        values = self._plane.run()[:, 0].reshape(view.rows, view.columns)
        x_range, y_range = self._dataset.ranges()
        return Surface(x_range, y_range, frozen(values))

    def layers(self, grads: Parameters, updates: Parameters) -> tuple[LayerSnapshot, ...]:
        """Copies of every layer's parameters, gradients and updates."""
        columns = [parameters.blocks for parameters in (self._network.parameters, grads, updates)]
        rows = zip(self._network.activations, self._slopes(), *columns, strict=True)
        return tuple(_layer(activation.name, slopes, *blocks) for activation, slopes, *blocks in rows)

    def _slopes(self) -> list[Array]:
        """For each layer the steepest |f′(z)| of each unit over some of the training samples."""
        workspace = self._sample.workspace
        self._sample.run()
        self._derivatives.run()
        return [np.abs(derivatives).max(axis=0) for derivatives in workspace.derivatives]


def frozen(values: Array) -> Array:
    """A read-only copy."""
    copy = values.copy()
    copy.flags.writeable = False
    return copy


def _layer(activation: str, slopes: Array, block: Array, grads: Array, updates: Array) -> LayerSnapshot:
    (weights, biases), (weight_grads, bias_grads), (weight_updates, bias_updates) = (
        (whole[:-1], whole[-1]) for whole in map(frozen, (block, grads, updates))
    )
    return LayerSnapshot(
        activation=activation,
        weights=weights,
        biases=biases,
        weight_grads=weight_grads,
        bias_grads=bias_grads,
        weight_updates=weight_updates,
        bias_updates=bias_updates,
        slopes=frozen(slopes),
    )


def _pixel_centres(dataset: Dataset, view: View) -> Array:
    (left, right), (low, high) = dataset.ranges()
    x1 = left + (right - left) * (np.arange(view.columns) + 0.5) / view.columns
    x2 = high - (high - low) * (np.arange(view.rows) + 0.5) / view.rows
    return np.column_stack([np.tile(x1, view.rows), np.repeat(x2, view.columns)])
