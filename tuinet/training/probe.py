"""A Probe: what a network answers where the screen looks, and what it makes of the samples there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from tuinet.data.dataset import Dataset
from tuinet.nn.network import Network
from tuinet.nn.parameters import Array
from tuinet.nn.phases import Evaluation
from tuinet.training.frozen import frozen
from tuinet.training.input_plane import InputPlane, input_plane
from tuinet.training.metrics import predicted_classes
from tuinet.training.pictures import NO_POINTS, Curve, Picture, Points, Surface
from tuinet.training.plane_pixels import PlanePixels
from tuinet.training.samples import Encoding
from tuinet.training.view import Plane, Unit, View

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
class Seen:
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

    def __init__(self, network: Network, dataset: Dataset, encoding: Encoding, seen: Seen) -> None:
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

    def __init__(self, network: Network, dataset: Dataset, encoding: Encoding, view: View, seen: Seen) -> None:
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

    def __init__(self, network: Network, dataset: Dataset, encoding: Encoding, view: View, seen: Seen) -> None:
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

    def __init__(self, dataset: Dataset, seen: Seen, project: Callable[[Array], Array]) -> None:
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
