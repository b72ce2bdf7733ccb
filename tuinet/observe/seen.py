"""The samples of a set that are evaluated for frames and history, and how the network does on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tuinet.nn.network import Network
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array
from tuinet.nn.training import Evaluation
from tuinet.observe.metrics import Metrics, class_metrics, label_metrics, predicted_classes, regression_metrics
from tuinet.observe.samples import Samples

Indices = NDArray[np.intp]
Decode = Callable[[Array], Array]


def unchanged(values: Array) -> Array:
    """The values as they are."""
    return values


def in_units(decode: Decode, activations: Sequence[Array]) -> Sequence[Array]:
    """The activations of every layer, those of the last one in the unit of the targets."""
    return *activations[:-1], decode(activations[-1])


WORK: Final = 250_000_000
"""Multiplications that evaluating one set may take, as far as that leaves the least number of samples: some 10 ms."""
ACTIVATION: Final = 100
"""Multiplications in the time that one activation takes."""
LEAST: Final = 250
"""Samples that are evaluated however large the network is."""
_SEED: Final = 1


def most_seen(layer_sizes: Sequence[int]) -> int:
    """Samples of a set that may be evaluated for one frame: two digits and zeros, so that it is easily read.

    It follows from the network alone, never from a clock.
    """
    products = sum(fan_in * fan_out for fan_in, fan_out in pairwise(layer_sizes))
    affordable = WORK // (products + ACTIVATION * sum(layer_sizes[1:]))
    unit: int = 10 ** max(0, len(str(affordable)) - 2)
    return max(LEAST, affordable // unit * unit)


def seen_rows(samples: int, most: int) -> Indices:
    """All samples of a set; or so many of them, drawn once and for all, and in their order.

    They are drawn, not counted off, since classes may come in turn. The last sample is always among them: it may have
    been added by hand just now.
    """
    if samples <= most:
        return np.arange(samples)
    drawn = np.random.default_rng(_SEED).choice(samples - 1, most - 1, replace=False)
    return np.append(np.sort(drawn), samples - 1)


class Judge:
    """Evaluates a network on one set of samples, in buffers of its own.

    Parameters
    ----------
    threshold
        Where two classes part; ``None`` for numbers.
    decode
        Turns targets and outputs of the network into the unit in which they are told.
    has_labels
        Whether every output is a label of its own.
    of
        Samples that these stand for, where they are a part of a set.
    """

    def __init__(
        self,
        network: Network,
        samples: Samples,
        threshold: float | None,
        decode: Decode = unchanged,
        *,
        has_labels: bool = False,
        of: int | None = None,
    ) -> None:
        self._network, self._samples, self._threshold = network, samples, threshold
        self._decode, self._has_labels = decode, has_labels
        self._share = 1.0 if of is None or not len(samples.inputs) else of / len(samples.inputs)

    @cached_property
    def _evaluation(self) -> Evaluation:
        """Made on first use, since it takes much memory for a large set."""
        return Evaluation(self._network, self._samples.inputs)

    @DIVERGING_IS_NO_ERROR
    def loss(self) -> float:
        """The loss of the samples, 0 where there are none; where they stand for more, their sum does so, too."""
        self._evaluation.run()
        return self.reduced(self._evaluation.loss_values(self._samples.targets))

    def reduced(self, values: Array) -> float:
        """The same from the loss of each sample, shape (samples,)."""
        loss = self._network.loss
        return loss.reduced(values, self._samples.weights) * (self._share if loss.reduction == "sum" else 1.0)

    def metrics(self) -> Metrics:
        """Everything that is measured."""
        loss, outputs = self.loss(), self._evaluation.workspace.outputs[-1]
        if self._threshold is None:
            return regression_metrics(loss, self._decode(outputs), self._decode(self._samples.targets))
        if self._has_labels:
            return label_metrics(loss, outputs, self._samples.targets, self._threshold)
        return class_metrics(loss, outputs, self._samples.targets, self._threshold)

    def answers(self, rows: Indices) -> Array:
        """The class, the first output or the first label, of some samples in the last evaluation, shape (rows,)."""
        outputs = self._evaluation.workspace.outputs[-1][rows]
        if self._has_labels:
            outputs = outputs[:, :1]
        if self._threshold is None:
            return self._decode(outputs)[:, 0]
        return predicted_classes(outputs, self._threshold).astype(np.float64)

    @DIVERGING_IS_NO_ERROR
    def steepest(self, layer: int, units: Indices) -> Array:
        """The steepest |f′(z)| of units of a layer, counted from 0, in the last evaluation; shape (units,)."""
        workspace = self._evaluation.workspace
        z, a = workspace.pre_activations[layer][:, units], workspace.activations[layer][:, units]
        slopes = np.ones_like(z)
        for operation in self._network.activations[layer].derivative(self._network.arithmetic, z, a, slopes):
            operation()
        return np.asarray(np.abs(slopes).max(axis=0, initial=0.0))


class SeenSet:
    """A set as it is seen by the frames and the history: all of its samples, or a fixed part where they are too many.

    Parameters
    ----------
    threshold, decode, has_labels
        See `Judge`.
    """

    def __init__(
        self,
        network: Network,
        samples: Samples,
        threshold: float | None,
        decode: Decode = unchanged,
        *,
        has_labels: bool = False,
    ) -> None:
        self.total = len(samples.inputs)
        self.rows = seen_rows(self.total, most_seen(network.layer_sizes))
        """Which samples are seen, rising."""
        self.samples = samples.part(self.rows)
        self._network = network
        self.whole = self.seen = Judge(network, samples, threshold, decode, has_labels=has_labels)
        if len(self.rows) < self.total:
            self.seen = Judge(network, self.samples, threshold, decode, has_labels=has_labels, of=self.total)

    def metrics(self) -> Metrics:
        """Everything that is measured, over the samples seen."""
        metrics = self.seen.metrics()
        return metrics if self.seen is self.whole else metrics._replace(of=self.total)

    @cached_property
    def blank_loss(self) -> float:
        """The loss of a network whose parameters are all 0; every frame asks for it."""
        return self.seen.reduced(_losses_at_0(self._network, self.samples.targets))

    @cached_property
    def unit(self) -> float:
        """The largest target, at least 1, over the largest input, at most 1."""
        values = self.samples.targets, self.samples.inputs
        target, inputs = (float(np.abs(value).max(initial=0.0)) for value in values)
        return max(target, 1.0) / min(inputs or 1.0, 1.0)


@DIVERGING_IS_NO_ERROR
def _losses_at_0(network: Network, targets: Array) -> Array:
    z, a = np.zeros_like(targets), np.zeros_like(targets)
    for operation in network.activations[-1].forward(network.arithmetic, z, a):
        operation()
    return network.loss.values(network.arithmetic, z, a, targets)
