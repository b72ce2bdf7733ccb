"""Samples one by one, with what the network makes of them; those to which a unit responds most and least."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuinet.data.dataset import Dataset
from tuinet.nn.network import Network
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array, frozen
from tuinet.observe.metrics import class_shares, label_sets, label_shares, predicted_classes
from tuinet.observe.planes import leads
from tuinet.observe.samples import Encoding, SampleSet, StretchEvaluation, choose_set, most_samples
from tuinet.observe.seen import in_units
from tuinet.observe.view import GalleryView, ResponsesView, Unit

Indices = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Verdicts:
    """What each sample is, and what it is taken for: its class, or its labels as `label_sets` counts them.

    Arrays have the shape (samples,).
    """

    actual: Indices
    predicted: Indices
    confidences: Array
    """What of each belongs to the class that it is taken for, see `class_shares`; of labels, to the answer that is the
    least certain; of hinge's scores the lead of the largest one, or how far a single one is from 0."""

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Which of them are taken for something else."""
        wrong: NDArray[np.bool_] = self.actual != self.predicted
        return wrong

    def part(self, chosen: Indices) -> Verdicts:
        """The verdicts on some of the samples."""
        actual, predicted = (frozen(classes[chosen]) for classes in (self.actual, self.predicted))
        return Verdicts(actual, predicted, frozen(self.confidences[chosen]))


@dataclass(frozen=True, eq=False)
class Gallery:
    """Samples one by one, with what the network makes of them; arrays are read-only."""

    view: GalleryView
    is_test: bool
    total: int
    among: int
    """The first so many of them have been looked at to find those that come first; else all."""
    wrong: int | None
    """How many of those are wrong; ``None`` where they have not been looked at, and for numbers."""
    numbers: Indices
    """Which samples of the set they are, counted from 0, shape (samples,)."""
    targets: Array
    """As in the dataset, shape (samples, outputs)."""
    outputs: Array
    """In the unit of the targets, shape (samples, outputs)."""
    verdicts: Verdicts | None
    """``None`` for numbers."""


class GalleryProbe:
    """Finds the samples of a `Gallery` and evaluates the network on them, in buffers of its own."""

    def __init__(self, network: Network, dataset: Dataset, encoding: Encoding) -> None:
        self._dataset = dataset
        self._evaluation = StretchEvaluation(network, dataset, encoding)
        self._most = most_samples(network)
        self._threshold = encoding.threshold(dataset)
        self._is_signed = encoding.is_signed
        self._has_margins = network.loss.has_margins

    def look(self, view: GalleryView) -> Gallery:
        """The present state: only what is in sight is computed, unless an order has to be found."""
        samples = choose_set(self._dataset, view.on_test)
        among = min(len(samples.X), self._most) if view.wrong_first else len(samples.X)
        first = max(0, min(view.first, among))
        stop = min(first + min(max(view.samples, 0), self._most), among)
        if view.wrong_first:
            return self._look(view, samples, (0, among), slice(first, stop))
        return self._look(view, samples, (first, stop), slice(None))

    def _look(self, view: GalleryView, samples: SampleSet, stretch: tuple[int, int], part: slice) -> Gallery:
        computed = np.array(self._evaluation.run(samples, *stretch).outputs[-1], np.float64, order="C")
        outputs = self._dataset.decode(computed)
        targets = samples.y[slice(*stretch)]
        verdicts = self._judge(outputs, targets)
        order = _worst_first(verdicts, outputs, targets) if view.wrong_first else np.arange(len(outputs))
        shown = order[part]
        return Gallery(
            view=view,
            is_test=samples.is_test,
            total=len(samples.X),
            among=stretch[1] if view.wrong_first else len(samples.X),
            wrong=int(verdicts.wrong.sum()) if verdicts is not None and view.wrong_first else None,
            numbers=frozen(shown + stretch[0]),
            targets=frozen(targets[shown]),
            outputs=frozen(outputs[shown]),
            verdicts=None if verdicts is None else verdicts.part(shown),
        )

    @DIVERGING_IS_NO_ERROR
    def _judge(self, outputs: Array, targets: Array) -> Verdicts | None:
        if self._threshold is None:
            return None
        if self._dataset.task == "labels":
            shares = label_shares(outputs, is_signed=self._is_signed)
            confidences = np.maximum(shares, 1 - shares).min(axis=1)
            return Verdicts(label_sets(targets, 0.5), label_sets(outputs, self._threshold), confidences)
        predicted = predicted_classes(outputs, self._threshold)
        if self._has_margins:
            confidences = leads(outputs) if outputs.shape[1] > 1 else np.abs(outputs[:, 0])
        else:
            shares = class_shares(outputs, is_signed=self._is_signed)
            confidences = shares[np.arange(len(shares)), predicted]
        return Verdicts(predicted_classes(targets, 0.5), predicted, confidences)


@DIVERGING_IS_NO_ERROR
def _worst_first(verdicts: Verdicts | None, outputs: Array, targets: Array) -> Indices:
    """Wrong samples, the most confident first, then the others; for numbers, the largest errors first."""
    if verdicts is None:
        faults = np.square(outputs - targets).sum(axis=1)
    else:
        # What diverged is not a number, and no worse than another wrong one.
        faults = np.where(verdicts.wrong, np.nan_to_num(verdicts.confidences), -np.inf)
    return np.argsort(-faults, kind="stable")


@dataclass(frozen=True, eq=False)
class Responses:
    """The samples with the largest and with the smallest activations of a unit; arrays are read-only."""

    view: ResponsesView
    unit: Unit
    """The one that was asked for, or the nearest that the network has."""
    is_test: bool
    total: int
    among: int
    """The first so many of them have been looked at."""
    largest: NDArray[np.intp]
    """Which samples of the set they are, counted from 0, shape (samples,)."""
    largest_activations: Array
    """Falling, shape (samples,); those of the output in the unit of the targets."""
    smallest: NDArray[np.intp]
    """Shape (samples,)."""
    smallest_activations: Array
    """Rising, shape (samples,)."""


class ResponsesProbe:
    """Finds the `Responses` of a unit, in buffers of its own."""

    def __init__(self, network: Network, dataset: Dataset, encoding: Encoding) -> None:
        self._dataset = dataset
        self._sizes = network.layer_sizes
        self._evaluation = StretchEvaluation(network, dataset, encoding)
        self._most = most_samples(network)

    def look(self, view: ResponsesView) -> Responses:
        """The present state: by activation, and of equal ones by pre-activation; what is no number comes last."""
        samples = choose_set(self._dataset, view.on_test)
        among = min(len(samples.X), self._most)
        layer, index = unit = self._nearest(view.unit)
        workspace = self._evaluation.run(samples, 0, among)
        activations = np.array(in_units(self._dataset.decode, workspace.outputs)[layer - 1][:, index], np.float64)
        sums = workspace.pre_activations[layer - 1][:, index]
        count = max(0, min(view.samples, among))
        # Units that are saturated or dead have the same activation for many samples: their pre-activations differ.
        largest, smallest = (np.lexsort((sign * sums, sign * activations))[:count] for sign in (-1, 1))
        return Responses(
            view=view,
            unit=unit,
            is_test=samples.is_test,
            total=len(samples.X),
            among=among,
            largest=frozen(largest),
            largest_activations=frozen(activations[largest]),
            smallest=frozen(smallest),
            smallest_activations=frozen(activations[smallest]),
        )

    def _nearest(self, unit: Unit) -> Unit:
        layer = max(1, min(unit[0], len(self._sizes) - 1))
        return layer, max(0, min(unit[1], self._sizes[layer] - 1))
