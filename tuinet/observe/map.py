"""What a network, and each neuron of it, answers over the plane that the screen looks at."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from tuinet.data.dataset import Dataset
from tuinet.nn.network import Network, with_ones
from tuinet.nn.parameters import Array, Parameters, frozen
from tuinet.nn.phases import Evaluation
from tuinet.observe.planes import NO_POINTS, Curve, InputPlane, Picture, Points, Surface, input_plane
from tuinet.observe.samples import Encoding, predicted_classes
from tuinet.observe.view import NetworkView, Plane, Unit, View

MOST_PRODUCTS: Final = 10**9
"""Multiplications for one picture: about a twentieth of a second."""
MOST_VALUES: Final = 4 * 10**6
"""Activations for one picture."""
_LEAST_PIXELS: Final = 64


class PlanePixels:
    """Evaluates a network at the centres of equal pixels of a plane.

    Where the inputs are many, what the first layer adds up at a place of the plane is a sum of three parts: one for
    the origin, and one for each coordinate, times the coordinate. So a network of two inputs, whose first layer has
    these parts for its biases and weights, answers the same with a fraction of the work.

    Parameters
    ----------
    network
        Its parameters are read afresh each time.
    dataset
        Whose features the plane lies among.
    encoding
        How features become the network's inputs.
    plane
        Where to look.
    columns, rows
        Pixels wished for; a large network is looked at in coarser ones.
    """

    def __init__(
        self, network: Network, dataset: Dataset, encoding: Encoding, plane: InputPlane, columns: int, rows: int
    ) -> None:
        self._network = network
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

    def input(self, index: int) -> Array:
        """What one of the network's inputs is at every pixel, shape (rows · columns,)."""
        inputs = self._evaluation.workspace.inputs
        return inputs[:, index] if self._parts is None else inputs @ self._parts[:, index]


def affordable(columns: int, rows: int, layer_sizes: Sequence[int]) -> tuple[int, int]:
    """As many pixels as are wished for, or so many times fewer each way that one picture takes no longer than a frame.

    Parameters
    ----------
    layer_sizes
        Of the network, inputs first.
    """
    products = sum(fan_in * fan_out for fan_in, fan_out in pairwise(layer_sizes))
    most = max(_LEAST_PIXELS, min(MOST_PRODUCTS // products, MOST_VALUES // sum(layer_sizes)))
    coarseness = 1
    while math.ceil(columns / coarseness) * math.ceil(rows / coarseness) > most:
        coarseness += 1
    return math.ceil(columns / coarseness), math.ceil(rows / coarseness)


def _parts(dataset: Dataset, encoding: Encoding, plane: InputPlane) -> Array:
    """What each coordinate and the origin add to the inputs, and to the column of ones; shape (3, inputs + 1)."""
    corners = dataset.encode(plane.points(np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])))
    parts = with_ones(corners)
    parts[:2] -= parts[2]
    return parts.astype(encoding.dtype)


def _with_two_inputs(network: Network) -> Network:
    parameters = Parameters((2, *network.layer_sizes[1:]), network.parameters.vector.dtype)
    return Network(parameters, [activation.name for activation in network.activations[:-1]], network.loss)


def _centres(plane: InputPlane, columns: int, rows: int) -> Array:
    """Coordinates of the pixels, shape (rows · columns, 2)."""
    (left, right), (low, high) = plane.ranges
    across = left + (right - left) * (np.arange(columns) + 0.5) / columns
    up = high - (high - low) * (np.arange(rows) + 0.5) / rows
    return np.column_stack([np.tile(across, rows), np.repeat(up, columns)])


MOST_TRAIN: Final = 2000
MOST_TEST: Final = 1000
"""Samples on a picture."""

Indices = NDArray[np.intp]
Answers = Callable[[Indices], Array]
"""What the network made of some of the samples seen when they were last evaluated, by their places among these."""
Aim = tuple[int, int, Plane]
"""Columns, rows and plane of a view."""
T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True, eq=False)
class SeenRows:
    """The samples of both sets that are evaluated for a frame, counted from 0, each of shape (samples seen,)."""

    train: Indices
    test: Indices


@dataclass(frozen=True, eq=False)
class Judged:
    """The answers for both sets."""

    train: Answers
    test: Answers | None
    """``None`` where nothing is kept for testing."""


class Probe:
    """Evaluates a network over a plane of its inputs, or along a single input.

    Parameters
    ----------
    network
        Its parameters are read afresh each time.
    dataset
        Where to look: its ranges and its samples.
    encoding
        How features become the network's inputs.
    seen
        Which samples there are answers for.
    """

    def __init__(self, network: Network, dataset: Dataset, encoding: Encoding, seen: SeenRows) -> None:
        self._network, self._dataset, self._encoding, self._seen = network, dataset, encoding, seen
        self._aim: Aim | None = None
        self._picture: _Line | _Map | None = None

    def look(self, view: View, judged: Judged) -> Picture:
        """The present answers at the resolution of a view.

        Parameters
        ----------
        judged
            What the network makes of the samples now.
        """
        aim = view.columns, view.rows, view.plane
        if aim != self._aim or self._picture is None:
            kind = _Line if self._dataset.X.shape[1] == 1 else _Map
            self._aim, self._picture = aim, kind(self._network, self._dataset, self._encoding, view, self._seen)
        return self._picture.look(self._unit(view.unit), judged)

    def _unit(self, unit: Unit | None) -> Unit | None:
        """The neuron, if the network has it."""
        sizes = self._network.layer_sizes
        there = unit is not None and 1 <= unit[0] < len(sizes) and 0 <= unit[1] < sizes[unit[0]]
        return unit if there else None


class _Line:
    """Points in equal steps along the only input."""

    def __init__(self, network: Network, dataset: Dataset, encoding: Encoding, view: View, seen: SeenRows) -> None:
        self._x = np.linspace(*dataset.ranges()[0], view.columns)
        self._evaluation = Evaluation(network, encoding.inputs(dataset, self._x[:, None]))
        self._samples = _Samples(dataset, seen, lambda X: X)

    def look(self, unit: Unit | None, judged: Judged) -> Curve:
        outputs = self._evaluation.run()
        if unit is not None:
            outputs = self._evaluation.workspace.activations[unit[0] - 1][:, unit[1] : unit[1] + 1]
        return Curve(frozen(self._x), frozen(outputs), *self._samples.look(judged), unit)


class _Map:
    """The pixels of a plane."""

    def __init__(self, network: Network, dataset: Dataset, encoding: Encoding, view: View, seen: SeenRows) -> None:
        self._plane: InputPlane = input_plane(dataset, view.plane)
        self._pixels = PlanePixels(network, dataset, encoding, self._plane, view.columns, view.rows)
        self._samples = _Samples(dataset, seen, self._plane.project)
        self._has_classes = dataset.task == "classes"

    def look(self, unit: Unit | None, judged: Judged) -> Surface:
        values, classes = self._values(self._pixels.run(), unit)
        return Surface(
            *self._plane.ranges, self._shaped(values), classes, self._plane.names, *self._samples.look(judged), unit
        )

    def _values(self, activations: Sequence[Array], unit: Unit | None) -> tuple[Array, Indices | None]:
        outputs = activations[-1]
        if unit is not None:
            return activations[unit[0] - 1][:, unit[1]], None
        if self._has_classes:
            return outputs.max(axis=1), self._shaped(predicted_classes(outputs, 0.0))
        return outputs[:, 0], None

    def _shaped(self, values: NDArray[T]) -> NDArray[T]:
        return frozen(values.reshape(self._pixels.rows, self._pixels.columns))


class _Samples:
    """Which samples are on a picture, and where."""

    def __init__(self, dataset: Dataset, seen: SeenRows, project: Callable[[Array], Array]) -> None:
        self._train_places, self._test_places = _even(len(seen.train), MOST_TRAIN), _even(len(seen.test), MOST_TEST)
        train, test = seen.train[self._train_places], seen.test[self._test_places]
        self._train = _points(dataset.X, _named_targets(dataset, dataset.y), train, project)
        self._test = _points(dataset.X_test, _named_targets(dataset, dataset.y_test), test, project)

    def look(self, judged: Judged) -> tuple[Points, Points]:
        """The samples of both sets with the present answers."""
        train = _answered(self._train, self._train_places, judged.train)
        return train, _answered(self._test, self._test_places, judged.test)


def _named_targets(dataset: Dataset, y: Array) -> Array:
    return y[:, 0] if dataset.task == "regression" else predicted_classes(y, 0.5).astype(np.float64)


def _even(samples: int, most: int) -> Indices:
    """At most so many samples in equal strides, the last one among them: it may have been added by hand just now."""
    every = max(1, -(-samples // most))
    return np.arange(samples - 1, -1, -every)[::-1]


def _points(X: Array, targets: Array, rows: Indices, project: Callable[[Array], Array]) -> Points:
    places, named = frozen(project(X[rows])), frozen(targets[rows])
    return Points(frozen(rows), places, named, named, len(X))


def _answered(points: Points, places: Indices, answers: Answers | None) -> Points:
    if answers is None or not len(points.rows):
        return points if points.total else NO_POINTS
    return Points(points.rows, points.places, points.targets, frozen(answers(places)), points.total)


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
