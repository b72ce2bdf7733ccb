"""An Observer: what can be read off a network without touching its training, and on how many samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from tuinet.data.dataset import Dataset
from tuinet.health import SATURATED
from tuinet.nn.network import Network
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array, Parameters, frozen
from tuinet.nn.phases import Evaluation, derivative_phase
from tuinet.observe.map import Judged, Probe, SeenRows
from tuinet.observe.planes import Picture
from tuinet.observe.samples import Encoding, Metrics, Samples, class_metrics, predicted_classes, regression_metrics
from tuinet.observe.snapshot import LayerSnapshot
from tuinet.observe.view import GalleryView, HiddenView, ResponsesView, View

if TYPE_CHECKING:
    from tuinet.observe.gallery import Gallery, GalleryProbe, Responses, ResponsesProbe
    from tuinet.observe.hidden import HiddenProbe, HiddenSpace
    from tuinet.observe.map import UnitMaps, UnitProbe

Indices = NDArray[np.intp]

WORK: Final = 250_000_000
"""Multiplications that evaluating one set may take, as far as that leaves the least number of samples: some 10 ms."""
ACTIVATION: Final = 100
"""Multiplications in the time that one activation takes."""
LEAST: Final = 250
"""Samples that are evaluated however large the network is."""
_SEED: Final = 1


def most_seen(layer_sizes: Sequence[int]) -> int:
    """Samples of a set that may be evaluated for one frame; it follows from the network alone, never from a clock.

    Parameters
    ----------
    layer_sizes
        Sizes of all layers, inputs first.

    Returns
    -------
    int
        Two digits and zeros, so that it is easily read.
    """
    products = sum(fan_in * fan_out for fan_in, fan_out in pairwise(layer_sizes))
    affordable = WORK // (products + ACTIVATION * sum(layer_sizes[1:]))
    unit: int = 10 ** max(0, len(str(affordable)) - 2)
    return max(LEAST, affordable // unit * unit)


def seen_rows(samples: int, most: int) -> Indices:
    """All samples of a set; or so many of them, drawn once and for all, and in their order.

    They are drawn, not counted off, since classes may come in turn. The last sample is always among them: it may have
    been added by hand just now.

    Parameters
    ----------
    samples
        In the set.
    most
        At least 1.
    """
    if samples <= most:
        return np.arange(samples)
    drawn = np.random.default_rng(_SEED).choice(samples - 1, most - 1, replace=False)
    return np.append(np.sort(drawn), samples - 1)


SAMPLE_SIZE = 256
"""Samples over which all units are looked at; those that seem to be dead or saturated there, over all that are seen."""


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
        self._network, self._samples = network, samples
        self._targets = samples.targets
        self._threshold = threshold

    @cached_property
    def _evaluation(self) -> Evaluation:
        """Made when it is first needed: of a large set it takes much memory."""
        return Evaluation(self._network, self._samples.inputs)

    @DIVERGING_IS_NO_ERROR
    def loss(self) -> float:
        """Mean loss over the samples; 0 where there are none."""
        self._evaluation.run()
        values = self._evaluation.loss_values(self._targets)
        return float(values.mean(dtype=np.float64)) if len(values) else 0.0

    def metrics(self) -> Metrics:
        """Everything that is measured."""
        loss, outputs = self.loss(), self._evaluation.workspace.outputs[-1]
        if self._threshold is None:
            return regression_metrics(loss, outputs, self._targets)
        return class_metrics(loss, outputs, self._targets, self._threshold)

    def answers(self, rows: NDArray[np.intp]) -> Array:
        """What the network took some samples for when it was last evaluated.

        Returns
        -------
        Array
            The index of the class, or the first output; shape (rows,).
        """
        outputs = self._evaluation.workspace.outputs[-1][rows]
        if self._threshold is None:
            return outputs[:, 0]
        return predicted_classes(outputs, self._threshold).astype(np.float64)

    @DIVERGING_IS_NO_ERROR
    def steepest(self, layer: int, units: NDArray[np.intp]) -> Array:
        """The steepest |f′(z)| of some units when the network was last evaluated, see `SeenSet.steepest`."""
        workspace = self._evaluation.workspace
        z, a = workspace.pre_activations[layer][:, units], workspace.activations[layer][:, units]
        slopes = np.ones_like(z)
        for operation in self._network.activations[layer].derivative(z, a, slopes):
            operation()
        return np.asarray(np.abs(slopes).max(axis=0, initial=0.0))


class SeenSet:
    """A set as it is seen by the frames and the history: all of its samples, or a fixed part where they are too many.

    Parameters
    ----------
    network
        Its parameters are read afresh each time.
    samples
        The whole set.
    threshold
        Where two classes part; ``None`` for numbers.
    """

    def __init__(self, network: Network, samples: Samples, threshold: float | None) -> None:
        self.total = len(samples.inputs)
        self.rows = seen_rows(self.total, most_seen(network.layer_sizes))
        """Which samples are seen, rising."""
        self.samples = samples.part(self.rows)
        self.whole = Judge(network, samples, threshold)
        """Judges all samples."""
        self._seen = self.whole if self.is_whole else Judge(network, self.samples, threshold)

    @property
    def is_whole(self) -> bool:
        """Whether all samples are seen."""
        return len(self.rows) == self.total

    def loss(self) -> float:
        """Mean loss over the samples seen."""
        return self._seen.loss()

    def metrics(self) -> Metrics:
        """Everything that is measured, over the samples seen."""
        metrics = self._seen.metrics()
        return metrics if self.is_whole else replace(metrics, of=self.total)

    def answers(self, places: NDArray[np.intp]) -> Array:
        """What the network took some of the samples seen for when the metrics were last taken, see `Judge.answers`.

        Parameters
        ----------
        places
            Where they stand in `rows`.
        """
        return self._seen.answers(places)

    def steepest(self, layer: int, units: NDArray[np.intp]) -> Array:
        """The steepest |f′(z)| of some units over the samples seen, when the metrics were last taken.

        Parameters
        ----------
        layer
            Counted from 0.
        units
            Indices in the layer.

        Returns
        -------
        Array
            Shape (units,).
        """
        return self._seen.steepest(layer, units)


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
        threshold = encoding.threshold(dataset)
        test = encoding.test(dataset)
        train = encoding.train(dataset)
        self.train = SeenSet(network, train, threshold)
        self._sample = Evaluation(network, self.train.samples.inputs[:SAMPLE_SIZE])
        self._derivatives = derivative_phase(network, self._sample.workspace)
        self.test = None if test is None else SeenSet(network, test, threshold)
        test_rows = seen_rows(0, 1) if self.test is None else self.test.rows
        self._probe = Probe(network, dataset, encoding, SeenRows(self.train.rows, test_rows))

    # Probes are made, and their modules loaded, when somebody looks for the first time.

    @cached_property
    def _units(self) -> UnitProbe:
        from tuinet.observe.map import UnitProbe

        return UnitProbe(self._network, self._dataset, self._encoding)

    @cached_property
    def _hidden(self) -> HiddenProbe:
        from tuinet.observe.hidden import HiddenProbe

        return HiddenProbe(self._network, self._dataset, self._encoding)

    @cached_property
    def _gallery(self) -> GalleryProbe:
        return self._make_gallery()

    @cached_property
    def _predictions(self) -> GalleryProbe:
        return self._make_gallery()

    def _make_gallery(self) -> GalleryProbe:
        from tuinet.observe.gallery import GalleryProbe

        return GalleryProbe(self._network, self._dataset, self._encoding)

    @cached_property
    def _responses(self) -> ResponsesProbe:
        from tuinet.observe.gallery import ResponsesProbe

        return ResponsesProbe(self._network, self._dataset, self._encoding)

    def surface(self, view: View) -> Picture | None:
        """What the network answers where the view looks; ``None`` where it does not look at the map.

        The samples on it are judged as they were when the metrics were last taken.
        """
        if not (view.columns and view.rows):
            return None
        judged = Judged(self.train.answers, None if self.test is None else self.test.answers)
        return self._probe.look(view, judged)

    def unit_maps(self, view: View) -> UnitMaps | None:
        """What each neuron answers where the map looks; ``None`` where no neurons are in sight."""
        return None if view.network is None else self._units.look(view.network, view.plane)

    def hidden_space(self, view: HiddenView | None) -> HiddenSpace | None:
        """How a hidden layer bends the input plane; ``None`` without a view."""
        return None if view is None else self._hidden.look(view)

    def gallery(self, view: GalleryView | None) -> Gallery | None:
        """Samples one by one; ``None`` without a view."""
        return None if view is None else self._gallery.look(view)

    def predictions(self, view: GalleryView | None) -> Gallery | None:
        """Other samples one by one; ``None`` without a view."""
        return None if view is None else self._predictions.look(view)

    def responses(self, view: ResponsesView | None) -> Responses | None:
        """The samples to which a neuron responds most, and least; ``None`` without a view."""
        return None if view is None else self._responses.look(view)

    def layers(self, grads: Parameters, updates: Parameters) -> tuple[LayerSnapshot, ...]:
        """Copies of every layer's parameters, gradients and updates.

        The slopes of units that seem to be dead or saturated are those when the metrics were last taken.
        """
        self._sample.run()
        self._derivatives.run()
        columns = [parameters.blocks for parameters in (self._network.parameters, grads, updates)]
        workspace = self._sample.workspace
        rows = zip(self._network.activations, workspace.pre_activations, workspace.derivatives, *columns, strict=True)
        return tuple(
            _layer(activation.name, z, self._slopes(number, derivatives), *blocks)
            for number, (activation, z, derivatives, *blocks) in enumerate(rows)
        )

    def _slopes(self, layer: int, derivatives: Array) -> Array:
        """A unit is called dead for what it does to all samples seen, and only few units call for a look at them."""
        slopes = np.abs(derivatives).max(axis=0, initial=0.0)
        suspects = np.flatnonzero(slopes < SATURATED)
        is_hidden = layer < self._network.n_layers - 1
        if is_hidden and len(suspects) and len(self.train.rows) > len(derivatives):
            slopes[suspects] = self.train.steepest(layer, suspects)
        return frozen(slopes)


def _layer(activation: str, z: Array, slopes: Array, block: Array, grads: Array, updates: Array) -> LayerSnapshot:
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
        is_finite=bool(np.isfinite(block).all() and np.isfinite(z).all()),
        slopes=slopes,
    )
