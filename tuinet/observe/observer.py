"""An Observer: what can be read off a network without touching its training."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from tuinet.data.dataset import Dataset
from tuinet.health import SATURATED
from tuinet.nn.network import Network
from tuinet.nn.parameters import Array, Parameters, frozen
from tuinet.nn.training import Evaluation, derivative_phase
from tuinet.observe.samples import Encoding
from tuinet.observe.seen import SeenSet
from tuinet.observe.snapshot import LayerSnapshot

if TYPE_CHECKING:
    from tuinet.observe.answer import AnswerProbe
    from tuinet.observe.gallery import GalleryProbe, ResponsesProbe
    from tuinet.observe.hidden import HiddenProbe
    from tuinet.observe.map import Probe, UnitProbe

SAMPLE_SIZE: Final = 256
"""Samples over which all units are looked at; those that seem to be dead or saturated there, over all that are seen."""


class Observer:
    """Evaluates a network on its training and test set and over the input plane, in buffers of its own.

    Probes are made, and their modules loaded, when somebody looks for the first time.
    """

    def __init__(self, network: Network, dataset: Dataset, encoding: Encoding) -> None:
        self._network, self._dataset, self._encoding = network, dataset, encoding
        threshold, test = encoding.threshold(dataset), encoding.test(dataset)
        decode, has_labels = dataset.decode, dataset.task == "labels"
        self.train = SeenSet(network, encoding.train(dataset), threshold, decode, has_labels=has_labels)
        self.test = None if test is None else SeenSet(network, test, threshold, decode, has_labels=has_labels)
        self._sample = Evaluation(network, self.train.samples.inputs[:SAMPLE_SIZE])
        self._derivatives = derivative_phase(network, self._sample.workspace)

    @cached_property
    def map(self) -> Probe:
        """Looks at the answers over the plane of the map; samples are judged as when the metrics were last taken."""
        from tuinet.observe.map import Probe

        return Probe(self._network, self._dataset, self._encoding, self.train, self.test)

    @cached_property
    def units(self) -> UnitProbe:
        """Looks at what each neuron answers there."""
        from tuinet.observe.map import UnitProbe

        return UnitProbe(self._network, self._dataset, self._encoding)

    @cached_property
    def hidden(self) -> HiddenProbe:
        """Looks at how a hidden layer bends the input plane."""
        from tuinet.observe.hidden import HiddenProbe

        return HiddenProbe(self._network, self._dataset, self._encoding)

    @cached_property
    def gallery(self) -> GalleryProbe:
        """Looks at samples one by one."""
        from tuinet.observe.gallery import GalleryProbe

        return GalleryProbe(self._network, self._dataset, self._encoding)

    @cached_property
    def predictions(self) -> GalleryProbe:
        """Looks at other samples one by one."""
        from tuinet.observe.gallery import GalleryProbe

        return GalleryProbe(self._network, self._dataset, self._encoding)

    @cached_property
    def responses(self) -> ResponsesProbe:
        """Looks at the samples to which a neuron responds most, and least."""
        from tuinet.observe.gallery import ResponsesProbe

        return ResponsesProbe(self._network, self._dataset, self._encoding)

    @cached_property
    def question(self) -> AnswerProbe:
        """Looks at what is answered to a sample that is asked about, and to others like it."""
        return self._answer_probe(with_profiles=True)

    @cached_property
    def cursor(self) -> AnswerProbe:
        """Looks at what is answered where the cursor of the map is."""
        return self._answer_probe()

    def _answer_probe(self, *, with_profiles: bool = False) -> AnswerProbe:
        from tuinet.observe.answer import AnswerProbe

        return AnswerProbe(self._network, self._dataset, self._encoding, with_profiles=with_profiles)

    def losses(self) -> tuple[float, float | None]:
        """The losses of the samples seen of the training set, and of the test set if there is one."""
        return self.train.seen.loss(), None if self.test is None else self.test.seen.loss()

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
        """The steepest slope of each unit; for units that seem dead or saturated, over all samples seen."""
        slopes = np.abs(derivatives).max(axis=0, initial=0.0)
        suspects = np.flatnonzero(slopes < SATURATED)
        is_hidden = layer < self._network.n_layers - 1
        if is_hidden and len(suspects) and len(self.train.rows) > len(derivatives):
            slopes[suspects] = self.train.seen.steepest(layer, suspects)
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
