"""The hidden space: the samples and the input plane in the coordinates of a hidden layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tuinet.data.dataset import Dataset
from tuinet.nn.network import Network
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array, frozen
from tuinet.nn.training import Evaluation
from tuinet.observe.metrics import label_sets, predicted_classes
from tuinet.observe.planes import MOST_LINES, InputLines, input_lines
from tuinet.observe.samples import Encoding
from tuinet.observe.view import HiddenView

_NO_LENGTH: Final = 1e-6
"""Of a vector, by the longest: what is shorter may have been made by rounding alone."""
_MOST_OUTPUTS: Final = 64
"""More directions than that are as good as all."""


@dataclass(frozen=True, eq=False)
class HiddenAxes:
    """The plane ``origin + u·directions[0] + v·directions[1]`` through the activations of a layer.

    Activations beside it are drawn where they fall perpendicularly.
    """

    origin: Array
    """Where u and v are 0, shape (units,)."""
    directions: Array
    """Perpendicular unit vectors, shape (2, units); zeros in place of a missing one."""
    shares: tuple[float, float]
    """Of the variance of the activations, the share that lies along each."""

    def coordinates(self, activations: Array) -> Array:
        """Where activations of shape (samples, units) are drawn: u and v, shape (samples, 2)."""
        drawn: Array = (activations - self.origin) @ self.directions.T
        return drawn

    def pre_activations(self, block: Array) -> Array:
        """The next layer's pre-activations on the plane, z = c₀ + c₁·u + c₂·v, as coefficients of shape (fan_out, 3).

        Parameters
        ----------
        block
            The next layer's weights with its biases as last row, shape (units + 1, fan_out).
        """
        functions = np.vstack([self.origin, self.directions]) @ block[:-1]
        functions[0] += block[-1]
        return np.ascontiguousarray(functions.T)


def unit_axes(activations: Array, first: int, second: int) -> HiddenAxes:
    """Two units as axes, the others at their mean.

    Parameters
    ----------
    activations
        Shape (samples, units).
    first, second
        Where they are the same, there is one axis.
    """
    mean, directions = _mean(activations), np.zeros((2, activations.shape[1]))
    for direction, unit in zip(directions, dict.fromkeys((first, second)), strict=False):
        direction[unit] = 1.0
    return HiddenAxes(np.where(directions.any(axis=0), 0.0, mean), directions, _shares(activations - mean, directions))


def _mean(activations: Array) -> Array:
    """The mean activation of each unit; 0 where there are no samples."""
    return activations.mean(axis=0) if len(activations) else np.zeros(activations.shape[1])


def component_axes(activations: Array, features: Array, first: int, second: int) -> HiddenAxes:
    """Two principal components as axes, with the mean activations at 0.

    Parameters
    ----------
    activations
        Shape (samples, units).
    features
        Of the same samples, shape (samples, features); they decide the signs.
    first, second
        Counted from 0, the component with the largest variance first.
    """
    origin = _mean(activations)
    spread = activations - origin
    return _signed(origin, spread, features, _at(_components(spread), (first, second)))


def output_axes(activations: Array, features: Array, block: Array) -> HiddenAxes:
    """The axes in which the output layer looks at a layer: what is perpendicular to them does not reach the output.

    With a single output, or two of which the larger wins, it looks in the direction w of its weights: the first axis is
    z / ‖w‖, the distance from where z is 0, and the second one the first principal component of what is
    perpendicular. With more outputs, the axes are the first principal components within the directions in which it
    looks; for three, these are all.

    Parameters
    ----------
    activations
        Shape (samples, units).
    features
        Of the same samples, shape (samples, features); they decide the signs.
    block
        Weights of the outputs that count, with their biases as last row, shape (units + 1, outputs).
    """
    origin = _mean(activations)
    spread = activations - origin
    if block.shape[1] > _MOST_OUTPUTS:
        return component_axes(activations, features, 0, 1)
    if block.shape[1] > 2:
        looks = _components((block[:-1] - block[:-1].mean(axis=1, keepdims=True)).T)
        return _signed(origin, spread, features, _at(_components(spread @ looks.T) @ looks, (0, 1)))
    weights = block[:, 0] if block.shape[1] == 1 else block[:, 1] - block[:, 0]
    return _facing(origin, spread, features, weights)


def _facing(origin: Array, spread: Array, features: Array, weights: Array) -> HiddenAxes:
    """Axes along a vector of weights, whose last entry is the bias, and perpendicular to it."""
    length = float(np.linalg.norm(weights[:-1]))
    ahead = weights[:-1] / length if length > 0 else np.zeros(len(origin))
    distance = (float(origin @ weights[:-1]) + float(weights[-1])) / length if length > 0 else 0.0
    across = _at(_components(spread - np.outer(spread @ ahead, ahead)), (0,))
    directions = np.vstack([ahead, across * _sign(spread @ across[0], features)])
    return HiddenAxes(origin - distance * ahead, directions, _shares(spread, directions))


def _signed(origin: Array, spread: Array, features: Array, directions: Array) -> HiddenAxes:
    """Axes through the mean; each is turned so that the feature that it goes along with most grows along it.

    A principal component has no sign of its own. While a network learns, this one changes less often than the sign of
    the largest loading does, and the picture lies as the input plane does.
    """
    signed = np.array([direction * _sign(spread @ direction, features) for direction in directions])
    return HiddenAxes(origin, signed, _shares(spread, signed))


def _sign(coordinates: Array, features: Array) -> float:
    if not len(features):
        return 1.0
    centred = features - features.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=0) * (float(np.linalg.norm(coordinates)) or 1.0)
    correlations = np.divide(coordinates @ centred, lengths, out=np.zeros(len(lengths)), where=lengths > 0)
    # Rounded, so that of features that go along with it alike it is always the first that decides.
    rounded = np.round(correlations, 6)
    return -1.0 if rounded[np.abs(rounded).argmax()] < 0 else 1.0


def _components(spread: Array) -> Array:
    """Unit vectors along which rows of the mean 0 vary, shape (components, columns), the most important first.

    From whichever of XᵀX and XXᵀ is smaller: both have the same eigenvalues, and an eigenvector w of XXᵀ gives the
    eigenvector Xᵀw of XᵀX.
    """
    if not np.isfinite(spread).all():
        return np.full((1, spread.shape[1]), np.nan)
    X = spread / (float(np.abs(spread).max(initial=0.0)) or 1.0)
    rows, columns = X.shape
    values, vectors = np.linalg.eigh(X.T @ X if columns <= rows else X @ X.T)
    found = vectors.T[values > _NO_LENGTH**2 * values.max(initial=0.0)][::-1]
    if columns <= rows:
        return np.ascontiguousarray(found)
    directions: Array = found @ X
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return directions


def _at(directions: Array, indices: tuple[int, ...]) -> Array:
    """The directions with these indices, zeros in place of missing ones."""
    padded = np.vstack([directions, np.zeros((max(indices) + 1, directions.shape[1]))])
    chosen: Array = padded[list(indices)]
    return chosen


def _shares(spread: Array, directions: Array) -> tuple[float, float]:
    total = float(np.square(spread).sum())
    first, second = np.square(spread @ directions.T).sum(axis=0).tolist()
    return (first / total, second / total) if total else (0.0, 0.0)


MOST_SAMPLES: Final = 500
_MOST_WIDE_SAMPLES: Final = 200
"""Samples used where a layer is wider than that: principal components cost the cube of the lesser number."""
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
    """Whether the network takes a sample for another class, or answers a label wrong, shape (samples,)."""
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
    """Finds the coordinates of a hidden layer, in buffers of its own."""

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
        """The evaluation of the samples; the first call also prepares those of the lines."""
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
        has_first = self._dataset.task in ("regression", "labels")
        return output_axes(activations, features, block[:, :1] if has_first else block)

    def _next_block(self, view: HiddenView) -> Array:
        return np.asarray(self._network.parameters.blocks[view.layer], np.float64)

    def _bent(self, lines: InputLines, plane: Evaluation, view: HiddenView, axes: HiddenAxes) -> Array:
        plane.run()
        coordinates = axes.coordinates(_activations(plane, view.layer))
        return frozen(coordinates.reshape(*lines.points.shape[:2], 2))

    def _is_wrong(self, outputs: Array) -> NDArray[np.bool_]:
        threshold = self._encoding.threshold(self._dataset)
        if threshold is None:
            return np.zeros(len(outputs), np.bool_)
        judged = label_sets if self._dataset.task == "labels" else predicted_classes
        wrong: NDArray[np.bool_] = judged(outputs, threshold) != judged(self._dataset.y[:: self._every], 0.5)
        return wrong


def _activations(evaluation: Evaluation, layer: int) -> Array:
    return evaluation.workspace.activations[layer - 1].astype(np.float64)


def _exists(view: HiddenView, network: Network) -> bool:
    if not 1 <= view.layer < network.n_layers:
        return False
    return view.kind != "units" or max(view.axes) < network.layer_sizes[view.layer]


def _every(network: Network, samples: int) -> int:
    """The stride through the samples that bounds the work."""
    wanted = _MOST_WIDE_SAMPLES if max(network.layer_sizes[1:]) > _MOST_WIDE_SAMPLES else MOST_SAMPLES
    most = max(min(wanted, int(_MOST_PRODUCTS / network.parameters.vector.size)), _LEAST_SAMPLES)
    return max(1, -(-samples // most))


def _detail(network: Network, inputs: int) -> int:
    """Points along each line of the input plane that bound the work; 0 where even few would be too many."""
    lines, most = (2 * MOST_LINES, _DETAIL) if inputs == 2 else (1, 3 * _DETAIL)
    detail = min(most, int(_MOST_PRODUCTS / (lines * network.parameters.vector.size)))
    return detail if detail >= _LEAST_DETAIL else 0
