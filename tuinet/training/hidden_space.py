"""The hidden space: the samples and the input plane in the coordinates of a hidden layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tuinet.data.dataset import Dataset
from tuinet.nn.network import Network
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array
from tuinet.nn.phases import Evaluation
from tuinet.training.frozen import frozen
from tuinet.training.hidden_axes import HiddenAxes, component_axes, output_axes, unit_axes
from tuinet.training.input_lines import MOST_LINES, InputLines, input_lines
from tuinet.training.metrics import predicted_classes
from tuinet.training.samples import Encoding
from tuinet.training.view import HiddenView

MOST_SAMPLES: Final = 500
_MOST_WIDE_SAMPLES: Final = 200
"""The same where a layer is wider than that: the work for principal components grows with the cube of the lesser."""
_LEAST_SAMPLES: Final = 20
_DETAIL: Final = 81
"""Points along each line of the input plane; the line of a single input has three times as many."""
_LEAST_DETAIL: Final = 9
_MOST_PRODUCTS: Final = 4e7
"""Multiplications for the samples, and again for the lines."""
_TOO_LARGE: Final = 1e100
"""Numbers from here on cannot be squared."""


@dataclass(frozen=True, eq=False)
class HiddenSpace:
    """Activations of a hidden layer in two coordinates, and what the next layer makes of them; arrays are read-only."""

    view: HiddenView
    every: int
    """Every how many training samples one is shown."""
    points: Array
    """The samples, shape (samples, 2); where the layer has a single unit, the second coordinate is 0."""
    is_wrong: NDArray[np.bool_]
    """Whether the network takes a sample for another class, shape (samples,)."""
    lines: tuple[Array, ...]
    """Of each input the lines along which it has a round value, shape (lines, points, 2); the line of all values of a
    single input; none for more than two inputs, and for networks too large to draw them."""
    steps: tuple[float, ...]
    """From one line of each input to the next."""
    next_layer: Array
    """Pre-activation of each unit of the next layer, z = c₀ + c₁·u + c₂·v, shape (fan_out, 3); all directions that are
    not drawn are at their mean over the samples."""
    shares: tuple[float, float]
    """Of the variance of the activations, the share that lies along each axis."""

    @property
    def has_two_axes(self) -> bool:
        """Whether there is anything to draw upwards: not where a layer has a single unit."""
        return self.view.kind != "units" or self.view.axes[0] != self.view.axes[1]

    @property
    def is_drawable(self) -> bool:
        """Whether all numbers are of a size that can be drawn: not after the weights have diverged."""
        return all(bool((np.abs(array) < _TOO_LARGE).all()) for array in (self.points, self.next_layer, *self.lines))


class HiddenProbe:
    """Takes it off a network, in buffers of its own.

    Parameters
    ----------
    network
        Its parameters are read afresh each time.
    dataset
        Where to look: its samples, and the range of its inputs.
    encoding
        How features become the network's inputs.
    """

    def __init__(self, network: Network, dataset: Dataset, encoding: Encoding) -> None:
        self._network, self._dataset, self._encoding = network, dataset, encoding
        self._every = _every(network, len(dataset.X))
        self._samples: Evaluation | None = None
        self._lines: tuple[InputLines, ...] = ()
        self._planes: list[Evaluation] = []

    @DIVERGING_IS_NO_ERROR
    def look(self, view: HiddenView) -> HiddenSpace | None:
        """The present activations; ``None`` where the network has no such layer, or no such units in it."""
        if not _exists(view, self._network):
            return None
        samples = self._prepared()
        outputs = samples.run()
        activations = _activations(samples, view.layer)
        axes = self._axes(view, activations)
        return HiddenSpace(
            view=view,
            every=self._every,
            points=frozen(axes.coordinates(activations)),
            is_wrong=frozen(self._is_wrong(outputs)),
            lines=tuple(self._bent(*pair, view, axes) for pair in zip(self._lines, self._planes, strict=True)),
            steps=tuple(lines.step for lines in self._lines),
            next_layer=frozen(axes.pre_activations(self._next_block(view))),
            shares=axes.shares,
        )

    def _prepared(self) -> Evaluation:
        """The evaluation of the samples; those of the lines are made with it, at the first look."""
        if self._samples is None:
            self._samples = self._evaluation(self._dataset.X[:: self._every])
            ranges = self._dataset.ranges()
            detail = _detail(self._network, len(ranges))
            self._lines = input_lines(ranges, detail) if detail else ()
            self._planes = [self._evaluation(lines.points.reshape(-1, len(ranges))) for lines in self._lines]
        return self._samples

    def _evaluation(self, X: Array) -> Evaluation:
        return Evaluation(self._network, self._encoding.inputs(self._dataset, X))

    def _axes(self, view: HiddenView, activations: Array) -> HiddenAxes:
        features = self._dataset.X[:: self._every]
        if view.kind == "units":
            return unit_axes(activations, *view.axes)
        if view.kind == "components":
            return component_axes(activations, features, *view.axes)
        block = self._next_block(view)
        return output_axes(activations, features, block[:, :1] if self._dataset.task == "regression" else block)

    def _next_block(self, view: HiddenView) -> Array:
        return np.asarray(self._network.parameters.blocks[view.layer], np.float64)

    def _bent(self, lines: InputLines, plane: Evaluation, view: HiddenView, axes: HiddenAxes) -> Array:
        plane.run()
        coordinates = axes.coordinates(_activations(plane, view.layer))
        return frozen(coordinates.reshape(*lines.points.shape[:2], 2))

    def _is_wrong(self, outputs: Array) -> NDArray[np.bool_]:
        if self._dataset.task == "regression":
            return np.zeros(len(outputs), np.bool_)
        threshold = 0.0 if self._encoding.output_activation == "tanh" else 0.5
        actual = predicted_classes(self._dataset.y[:: self._every], 0.5)
        wrong: NDArray[np.bool_] = predicted_classes(outputs, threshold) != actual
        return wrong


def _activations(evaluation: Evaluation, layer: int) -> Array:
    return evaluation.workspace.activations[layer - 1].astype(np.float64)


def _exists(view: HiddenView, network: Network) -> bool:
    if not 1 <= view.layer < network.n_layers:
        return False
    return view.kind != "units" or max(view.axes) < network.layer_sizes[view.layer]


def _every(network: Network, samples: int) -> int:
    """Every how many samples one is looked at, so that the work is bounded."""
    wanted = _MOST_WIDE_SAMPLES if max(network.layer_sizes[1:]) > _MOST_WIDE_SAMPLES else MOST_SAMPLES
    most = max(min(wanted, int(_MOST_PRODUCTS / network.parameters.vector.size)), _LEAST_SAMPLES)
    return max(1, -(-samples // most))


def _detail(network: Network, inputs: int) -> int:
    """Points along each line of the input plane, so that the work is bounded; 0 where it would be too much."""
    lines, most = (2 * MOST_LINES, _DETAIL) if inputs == 2 else (1, 3 * _DETAIL)
    detail = min(most, int(_MOST_PRODUCTS / (lines * network.parameters.vector.size)))
    return detail if detail >= _LEAST_DETAIL else 0
