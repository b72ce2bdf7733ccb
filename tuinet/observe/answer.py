"""What a network answers to a single sample that somebody asks about, and every activation on the way there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from tuinet.data.dataset import Dataset
from tuinet.nn.network import Network
from tuinet.nn.parameters import Array, frozen
from tuinet.nn.training import Evaluation
from tuinet.observe.metrics import class_shares, label_shares, predicted_classes
from tuinet.observe.question import input_rows
from tuinet.observe.samples import Encoding, most_samples
from tuinet.observe.view import Question

PROFILE_POINTS: Final = 49
_MOST_PROFILES: Final = 12


@dataclass(frozen=True, eq=False)
class Profile:
    """What would be answered if one column alone were another number; arrays are read-only."""

    column: int
    """Its place among the `input_rows` of the data."""
    values: Array
    """From the lowest value of all samples to the highest, or to the one that is asked about; shape (points,)."""
    outputs: Array
    """In the unit of the targets, shape (points, outputs)."""

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest of the values."""
        return float(self.values[0]), float(self.values[-1])


@dataclass(frozen=True, eq=False)
class Answer:
    """What the network answers now; arrays are read-only."""

    question: Question
    """The features that were asked about, in the dataset's own units."""
    outputs: Array
    """In the unit of the targets, shape (outputs,)."""
    shares: Array
    """Of each class, or each label, from 0 to 1, see `class_shares`; shape (classes,) or (labels,), none for numbers.
    """
    predicted: int | None
    """The class that the sample is taken for, counted from 0; ``None`` for numbers and labels."""
    activations: tuple[Array, ...]
    """Of each layer as the network computes them, from the first hidden one to the output; each of shape (units,)."""
    profiles: tuple[Profile, ...] = ()
    """Of the first columns of numbers, in their order; none where they are not asked for."""


class AnswerProbe:
    """Evaluates a network on one sample, and where that is wished on others that differ in one column.

    Its buffers are its own, and are made once.
    """

    def __init__(self, network: Network, dataset: Dataset, encoding: Encoding, *, with_profiles: bool = False) -> None:
        self._dataset, self._encoding = dataset, encoding
        numbers = [index for index, row in enumerate(input_rows(dataset)) if not row.categories]
        most = min(_MOST_PROFILES, most_samples(network) // PROFILE_POINTS)
        is_wished = with_profiles and dataset.image_shape is None
        self._columns = numbers[:most] if is_wished else []
        several = np.zeros((len(self._columns) * PROFILE_POINTS, dataset.X.shape[1]))
        self._others = Evaluation(network, encoding.inputs(dataset, several)) if self._columns else None
        nothing = encoding.inputs(dataset, np.zeros((1, dataset.X.shape[1])))
        self._evaluation = Evaluation(network, nothing)

    def look(self, question: Question) -> Answer | None:
        """The present answer; ``None`` where the data have other features, as just after a change of the data."""
        dataset, workspace = self._dataset, self._evaluation.workspace
        if len(question) != dataset.X.shape[1]:
            return None
        workspace.layer_input(1)[:, :-1] = self._encoding.inputs(dataset, np.array([question], np.float64))
        self._evaluation.run()
        activations = [np.array(layer[0], np.float64) for layer in workspace.activations]
        outputs = dataset.decode(activations[-1][np.newaxis])
        shares, predicted = self._judged(outputs)
        profiles = self._profiles(question)
        return Answer(question, frozen(outputs[0]), shares, predicted, tuple(map(frozen, activations)), profiles)

    def _profiles(self, question: Question) -> tuple[Profile, ...]:
        if self._others is None:
            return ()
        rows = [input_rows(self._dataset)[index] for index in self._columns]
        samples = np.tile(np.array(question, np.float64), (len(rows), PROFILE_POINTS, 1))
        for row, several in zip(rows, samples, strict=True):
            value = question[row.first]
            several[:, row.first] = np.linspace(min(row.low, value), max(row.high, value), PROFILE_POINTS)
        flat = samples.reshape(-1, len(question))
        self._others.workspace.layer_input(1)[:, :-1] = self._encoding.inputs(self._dataset, flat)
        self._others.run()
        outputs = self._dataset.decode(np.array(self._others.workspace.activations[-1], np.float64))
        parts = np.split(outputs, len(rows))
        return tuple(
            Profile(index, frozen(several[:, row.first].copy()), frozen(part.copy()))
            for index, row, several, part in zip(self._columns, rows, samples, parts, strict=True)
        )

    def _judged(self, outputs: Array) -> tuple[Array, int | None]:
        """The share of each class or label, and the class that is predicted."""
        threshold, is_signed = self._encoding.threshold(self._dataset), self._encoding.is_signed
        if threshold is None:
            return frozen(np.zeros(0)), None
        if self._dataset.task == "labels":
            return frozen(label_shares(outputs, is_signed=is_signed)[0]), None
        shares = class_shares(outputs, is_signed=is_signed)[0]
        return frozen(shares), int(predicted_classes(outputs, threshold)[0])
