"""What a network, and each neuron of it, answers over the plane that the screen looks at."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Final, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from tuinet.data.dataset import Dataset
from tuinet.nn.network import Network, with_ones
from tuinet.nn.parameters import Array, Parameters, frozen
from tuinet.nn.training import Evaluation
from tuinet.observe.contours import boundary
from tuinet.observe.metrics import predicted_classes
from tuinet.observe.planes import (
    NO_LINES,
    NO_POINTS,
    Curve,
    InputPlane,
    Picture,
    Points,
    Surface,
    input_plane,
    leads,
)
from tuinet.observe.samples import Encoding
from tuinet.observe.seen import Decode, Indices, SeenSet, in_units
from tuinet.observe.view import NetworkView, Plane, Unit, View

MOST_PRODUCTS: Final = 10**9
"""Multiplications for one picture: about a twentieth of a second."""
MOST_VALUES: Final = 4 * 10**6
"""Activations for one picture."""
_LEAST_PIXELS: Final = 64


Aim = tuple[int, int, Plane, float | None]
"""Columns, rows, plane and aspect of a view."""


class PlanePixels:
    """Evaluates a network at the centres of equal pixels of a plane.

    Where the inputs are many, what the first layer adds up at a place of the plane is a sum of three parts: one for
    the origin, and one for each coordinate, times the coordinate. So a network of two inputs, whose first layer has
    these parts for its biases and weights, answers the same with a fraction of the work.

    Parameters
    ----------
    columns, rows
        Pixels wished for; a large network is looked at in coarser ones.
    """

    def __init__(
        self, network: Network, dataset: Dataset, encoding: Encoding, plane: InputPlane, columns: int, rows: int
    ) -> None:
        self._network, self.plane = network, plane
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

    def boundary(self, level: float, outputs: int | None) -> tuple[Array, int | None]:
        """Where the answer of the last run changes, in coordinates of the plane, and the only one; see `boundary`.

        It is read off the pre-activations of the first outputs, or of all: between two pixels they change more evenly
        than what is made of them.
        """
        scores = self._evaluation.workspace.pre_activations[-1][:, :outputs]
        pieces, only = boundary(scores.reshape(self.rows, self.columns, -1), level)
        (left, right), (low, high) = self.plane.ranges
        across, down = pieces[..., 0] / self.columns, pieces[..., 1] / self.rows
        return np.stack([left + (right - left) * across, high - (high - low) * down], axis=-1), only

    def input(self, index: int) -> Array:
        """The values of one of the network's inputs at all pixels, shape (rows · columns,)."""
        inputs = self._evaluation.workspace.inputs
        return inputs[:, index] if self._parts is None else inputs @ self._parts[:, index]


class LinePixels:
    """Evaluates a network at points in equal steps along its only feature."""

    def __init__(self, network: Network, dataset: Dataset, encoding: Encoding, columns: int) -> None:
        self.columns, self.rows = columns, 1
        self.x = np.linspace(*dataset.ranges()[0], columns)
        """Where the points are, shape (points,)."""
        self._evaluation = Evaluation(network, encoding.inputs(dataset, self.x[:, None]))

    def run(self) -> Sequence[Array]:
        """The activations of every layer, each of shape (points, size)."""
        self._evaluation.run()
        return self._evaluation.workspace.activations

    def input(self, index: int) -> Array:
        """The values of an input at all points, shape (points,)."""
        return self._evaluation.workspace.inputs[:, index]


def pixels_of(network: Network, dataset: Dataset, encoding: Encoding, aim: Aim) -> PlanePixels | LinePixels:
    """The pixels of a plane; along a line for a single feature."""
    columns, rows, plane, aspect = aim
    if domain_of(dataset) == "line":
        return LinePixels(network, dataset, encoding, columns)
    return PlanePixels(network, dataset, encoding, input_plane(dataset, plane, aspect), columns, rows)


def affordable(columns: int, rows: int, layer_sizes: Sequence[int]) -> tuple[int, int]:
    """The pixels wished for, or so many times fewer each way that one picture takes no longer than a frame."""
    products = sum(fan_in * fan_out for fan_in, fan_out in pairwise(layer_sizes))
    most = max(_LEAST_PIXELS, min(MOST_PRODUCTS // products, MOST_VALUES // sum(layer_sizes)))
    coarseness = 1
    while math.ceil(columns / coarseness) * math.ceil(rows / coarseness) > most:
        coarseness += 1
    return math.ceil(columns / coarseness), math.ceil(rows / coarseness)


def places_of(dataset: Dataset, plane: Plane, columns: int, rows: int) -> Array:
    """Raw features at the centres of the pixels of a plane, shape (rows · columns, features), its top row first.

    Along a line, for a single feature, they are those of one row of points.
    """
    if domain_of(dataset) == "line":
        return np.linspace(*dataset.ranges()[0], columns)[:, None]
    shown = input_plane(dataset, plane)
    return shown.points(_centres(shown, columns, rows))


def shown_answers(outputs: Array, *, has_classes: bool, has_margins: bool) -> tuple[Array, Indices | None]:
    """What a map shows of outputs in the unit of the targets, shape (points, outputs): values, and of classes which.

    The values are the first output; for several classes the largest one, or of scores how far that is ahead.
    """
    if not has_classes:
        return outputs[:, 0], None
    return (leads if has_margins else _largest)(outputs), predicted_classes(outputs, 0.0)


def _parts(dataset: Dataset, encoding: Encoding, plane: InputPlane) -> Array:
    """The contributions of both coordinates and of the origin to inputs and ones column, shape (3, inputs + 1)."""
    corners = dataset.encode(plane.points(np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])))
    parts = with_ones(corners)
    parts[:2] -= parts[2]
    return parts.astype(encoding.dtype)


def _with_two_inputs(network: Network) -> Network:
    parameters = Parameters((2, *network.layer_sizes[1:]), network.parameters.vector.dtype)
    hidden = [activation.name for activation in network.activations[:-1]]
    return Network(parameters, hidden, network.loss, network.arithmetic)


def _centres(plane: InputPlane, columns: int, rows: int) -> Array:
    """Coordinates of the pixels, shape (rows · columns, 2)."""
    (left, right), (low, high) = plane.ranges
    across = left + (right - left) * (np.arange(columns) + 0.5) / columns
    up = high - (high - low) * (np.arange(rows) + 0.5) / rows
    return np.column_stack([np.tile(across, rows), np.repeat(up, columns)])


MOST_TRAIN: Final = 2000
MOST_TEST: Final = 1000
"""Samples on a picture."""

T = TypeVar("T", bound=np.generic)


class Probe:
    """Evaluates a network over a plane of its inputs, or along a single input.

    Parameters
    ----------
    train, test
        The samples that are on the picture, too; ``None`` where nothing is kept for testing.
    """

    def __init__(
        self, network: Network, dataset: Dataset, encoding: Encoding, train: SeenSet, test: SeenSet | None
    ) -> None:
        self._network, self._dataset, self._encoding = network, dataset, encoding
        self._train, self._test = train, test
        self._aim: Aim | None = None
        self._picture: _Line | _Map | None = None

    def look(self, view: View) -> Picture:
        """The present answers at the resolution of a view; the samples are judged as they were last evaluated."""
        aim = view.columns, view.rows, view.plane, view.aspect
        if aim != self._aim or self._picture is None:
            self._aim, self._picture = aim, self._prepared(aim)
        unit = view.unit
        return self._picture.look(unit if unit is not None and unit[0] and has_unit(self._network, unit) else None)

    def _prepared(self, aim: Aim) -> _Line | _Map:
        pixels = pixels_of(self._network, self._dataset, self._encoding, aim)
        if isinstance(pixels, LinePixels):
            return _Line(pixels, self._samples(lambda X: X), self._dataset.decode)
        has_classes, has_margins = self._dataset.task == "classes", self._network.loss.has_margins
        samples, level = self._samples(pixels.plane.project), self._level()
        return _Map(pixels, samples, self._dataset.decode, level, has_classes=has_classes, has_margins=has_margins)

    def _level(self) -> float | None:
        """The pre-activation of the output that parts its two answers; ``None`` where numbers are predicted."""
        threshold = self._encoding.threshold(self._dataset)
        return 0.0 if threshold is not None and self._network.activations[-1].name != "linear" else threshold

    def _samples(self, project: Callable[[Array], Array]) -> _Samples:
        dataset = self._dataset
        train = _Placed(self._train, dataset.X, _named_targets(dataset, dataset.y), MOST_TRAIN, project)
        if self._test is None:
            return _Samples(train, None)
        targets = _named_targets(dataset, dataset.y_test)
        return _Samples(train, _Placed(self._test, dataset.X_test, targets, MOST_TEST, project))


class _Line:
    def __init__(self, pixels: LinePixels, samples: _Samples, decode: Decode) -> None:
        self._pixels, self._samples, self._decode = pixels, samples, decode

    def look(self, unit: Unit | None) -> Curve:
        activations = in_units(self._decode, self._pixels.run())
        outputs = activations[-1] if unit is None else activations[unit[0] - 1][:, unit[1] : unit[1] + 1]
        return Curve(frozen(self._pixels.x), frozen(outputs), *self._samples.look(), unit)


class _Map:
    def __init__(
        self,
        pixels: PlanePixels,
        samples: _Samples,
        decode: Decode,
        level: float | None,
        *,
        has_classes: bool,
        has_margins: bool,
    ) -> None:
        self._pixels, self._samples, self._decode, self._level = pixels, samples, decode, level
        self._has_classes, self._has_margins = has_classes, has_margins

    def look(self, unit: Unit | None) -> Surface:
        activations = in_units(self._decode, self._pixels.run())
        values, classes = self._values(activations, unit)
        lines, only = (NO_LINES, None) if unit is not None or self._level is None else self._boundary(self._level)
        train, test = self._samples.look()
        return Surface(
            *self._pixels.plane.ranges,
            self._shaped(values),
            None if classes is None else self._shaped(classes),
            names=self._pixels.plane.names,
            train=train,
            test=test,
            unit=unit,
            lines=lines,
            only=only,
            is_stretched=self._pixels.plane.is_stretched,
        )

    def _boundary(self, level: float) -> tuple[Array, int | None]:
        """Of labels, that of the first one."""
        lines, only = self._pixels.boundary(level, None if self._has_classes else 1)
        return frozen(lines), only

    def _values(self, activations: Sequence[Array], unit: Unit | None) -> tuple[Array, Indices | None]:
        if unit is not None:
            return activations[unit[0] - 1][:, unit[1]], None
        return shown_answers(activations[-1], has_classes=self._has_classes, has_margins=self._has_margins)

    def _shaped(self, values: NDArray[T]) -> NDArray[T]:
        return frozen(values.reshape(self._pixels.rows, self._pixels.columns))


class _Placed:
    """The samples of a set that are on a picture, and where."""

    def __init__(self, seen: SeenSet, X: Array, targets: Array, most: int, project: Callable[[Array], Array]) -> None:
        self._judge, self._places = seen.seen, _even(len(seen.rows), most)
        rows = seen.rows[self._places]
        named = frozen(targets[rows])
        self._points = Points(frozen(rows), frozen(project(X[rows])), named, named, len(X))

    def look(self) -> Points:
        """With what the network took them for when it was last evaluated."""
        if not self._points.total:
            return NO_POINTS
        return replace(self._points, answers=frozen(self._judge.answers(self._places)))


@dataclass(frozen=True, eq=False)
class _Samples:
    """The samples of both sets; ``None`` where nothing is kept for testing."""

    train: _Placed
    test: _Placed | None

    def look(self) -> tuple[Points, Points]:
        return self.train.look(), NO_POINTS if self.test is None else self.test.look()


def _largest(outputs: Array) -> Array:
    largest: Array = outputs.max(axis=1)
    return largest


def _named_targets(dataset: Dataset, y: Array) -> Array:
    """What a sample is on the picture: its class, its first number, or whether it has the first label."""
    has_first = dataset.task in ("regression", "labels")
    return y[:, 0] if has_first else predicted_classes(y, 0.5).astype(np.float64)


def _even(samples: int, most: int) -> Indices:
    """At most so many samples at an even stride, counted from the last one, which may just have been added by hand."""
    every = max(1, -(-samples // most))
    return np.arange(samples - 1, -1, -every)[::-1]


Domain = Literal["plane", "line"]
"""Where neurons are looked at: over the plane that the map shows, or along a single feature."""

PRINCIPAL: Final = Plane()


def domain_of(dataset: Dataset) -> Domain:
    """A line for a single feature, a plane for more."""
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
    """Evaluates a network at the pixels of small maps, all neurons in one forward pass, in buffers of its own."""

    def __init__(self, network: Network, dataset: Dataset, encoding: Encoding) -> None:
        self._network, self._dataset, self._encoding = network, dataset, encoding
        self._aim: Aim | None = None
        self._pixels: PlanePixels | LinePixels | None = None

    def look(self, view: NetworkView, plane: Plane = PRINCIPAL, aspect: float | None = None) -> UnitMaps:
        """The present activations of the neurons in sight, as far as there are such neurons.

        They are of the same part of the plane as the map, whose aspect is given.
        """
        units = tuple(unit for unit in view.units if has_unit(self._network, unit))
        aim = view.columns, view.rows, plane, aspect
        if self._pixels is None or aim != self._aim:
            self._aim = aim
            self._pixels = pixels_of(self._network, self._dataset, self._encoding, aim)
        pixels, activations = self._pixels, in_units(self._dataset.decode, self._pixels.run())
        responses = np.empty((len(units), pixels.rows, pixels.columns))
        for response, (layer, index) in zip(responses, units, strict=True):
            values = activations[layer - 1][:, index] if layer else pixels.input(index)
            response[:] = values.reshape(response.shape)
        return UnitMaps(replace(view, units=units), domain_of(self._dataset), frozen(responses))


def has_unit(network: Network, unit: Unit) -> bool:
    """Whether a network has a neuron, or an input, whose layer is 0."""
    layer, index = unit
    return 0 <= layer < len(network.layer_sizes) and 0 <= index < network.layer_sizes[layer]
