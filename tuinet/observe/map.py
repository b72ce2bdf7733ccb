"""What a network, and each neuron of it, answers over the plane that the screen looks at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from tuinet.data.dataset import Dataset
from tuinet.nn.network import Network
from tuinet.nn.parameters import Array, frozen
from tuinet.observe.metrics import predicted_classes
from tuinet.observe.pixels import Aim, Domain, LinePixels, PlanePixels, domain_of, pixels_of
from tuinet.observe.planes import (
    NO_LINES,
    NO_POINTS,
    Curve,
    Picture,
    Points,
    Surface,
    leads,
    round_values,
)
from tuinet.observe.samples import Encoding
from tuinet.observe.seen import Decode, Indices, SeenSet, in_units
from tuinet.observe.view import NetworkView, Plane, Unit, View


def shown_answers(outputs: Array, *, has_classes: bool, has_margins: bool) -> tuple[Array, Indices | None]:
    """What a map shows of outputs in the unit of the targets, shape (points, outputs): values, and of classes which.

    The values are the first output; for several classes the largest one, or of scores how far that is ahead.
    """
    if not has_classes:
        return outputs[:, 0], None
    return (leads if has_margins else _largest)(outputs), predicted_classes(outputs, 0.0)


MOST_TRAIN: Final = 2000
MOST_TEST: Final = 1000
"""Samples on a picture."""
MOST_CONTOURS: Final = 5

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
        drawn = self._samples(pixels.plane.project), self._dataset.decode, self._level(), self._contours()
        return _Map(pixels, *drawn, has_classes=has_classes, has_margins=has_margins)

    def _contours(self) -> Sequence[float]:
        """Round values of the first number to predict; none where there are classes."""
        targets = self._dataset.y[:, 0] if self._dataset.task == "regression" else self._dataset.y[:0, 0]
        if not len(targets) or not np.isfinite(targets).all() or targets.min() == targets.max():
            return ()
        values: list[float] = round_values(float(targets.min()), float(targets.max()), MOST_CONTOURS)[1].tolist()
        return values

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
        contours: Sequence[float],
        *,
        has_classes: bool,
        has_margins: bool,
    ) -> None:
        self._pixels, self._samples, self._decode, self._level = pixels, samples, decode, level
        self._has_classes, self._has_margins, self._contours = has_classes, has_margins, contours

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
            contours=() if unit is not None else tuple(self._pixels.contour(values, one) for one in self._contours),
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
        return self._points._replace(answers=frozen(self._judge.answers(self._places)))


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


PRINCIPAL: Final = Plane()


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
        return UnitMaps(view._replace(units=units), domain_of(self._dataset), frozen(responses))


def has_unit(network: Network, unit: Unit) -> bool:
    """Whether a network has a neuron, or an input, whose layer is 0."""
    layer, index = unit
    return 0 <= layer < len(network.layer_sizes) and 0 <= index < network.layer_sizes[layer]
