"""A Probe: what a network answers where the screen looks."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tuinet.data.dataset import Dataset
from tuinet.nn.arrays import Array
from tuinet.nn.evaluation import Evaluation
from tuinet.nn.network import Network
from tuinet.training.frozen import frozen
from tuinet.training.metrics import predicted_classes
from tuinet.training.pictures import Curve, Picture, Predictions, Surface
from tuinet.training.samples import Encoding
from tuinet.training.view import View

T = TypeVar("T", bound=np.generic)


class Probe:
    """Evaluates a network over the input plane, along a single input, or for the first samples.

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
        self._network = network
        self._dataset = dataset
        self._encoding = encoding
        self._view: View | None = None
        self._points: Array = dataset.X[:0]
        self._evaluation: Evaluation | None = None

    def look(self, view: View) -> Picture:
        """The present outputs at the resolution of a view."""
        outputs = self._outputs(view)
        features = self._dataset.X.shape[1]
        if features == 1:
            return Curve(frozen(self._points[:, 0]), frozen(outputs))
        return self._surface(outputs, view) if features == 2 else Predictions(frozen(outputs))

    def _outputs(self, view: View) -> Array:
        if view != self._view or self._evaluation is None:
            self._view, self._points = view, _points(self._dataset, view)
            inputs = self._encoding.inputs(self._dataset, self._points)
            self._evaluation = Evaluation(self._network, inputs)
        return self._evaluation.run()

    def _surface(self, outputs: Array, view: View) -> Surface:
        x_range, y_range = self._dataset.ranges()
        values = outputs[:, 0]
        classes = None
        if self._dataset.task == "classes":
            values, classes = outputs.max(axis=1), frozen(_pixels(predicted_classes(outputs, 0.0), view))
        return Surface(x_range, y_range, frozen(_pixels(values, view)), classes)


def _pixels(values: NDArray[T], view: View) -> NDArray[T]:
    return values.reshape(view.rows, view.columns)


def _points(dataset: Dataset, view: View) -> Array:
    """Raw features at which to look, shape (points, features)."""
    features = dataset.X.shape[1]
    if features > 2:
        return dataset.X[: view.rows]
    ranges = dataset.ranges()
    if features == 1:
        return np.linspace(*ranges[0], view.columns)[:, None]
    (left, right), (low, high) = ranges
    x1 = left + (right - left) * (np.arange(view.columns) + 0.5) / view.columns
    x2 = high - (high - low) * (np.arange(view.rows) + 0.5) / view.rows
    return np.column_stack([np.tile(x1, view.rows), np.repeat(x2, view.columns)])
