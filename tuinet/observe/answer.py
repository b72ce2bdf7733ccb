"""What a network answers to a single sample that somebody asks about, and every activation on the way there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tuinet.data.dataset import Dataset
from tuinet.nn.network import Network
from tuinet.nn.parameters import Array, frozen
from tuinet.nn.training import Evaluation
from tuinet.observe.metrics import class_shares, label_shares, predicted_classes
from tuinet.observe.samples import Encoding
from tuinet.observe.view import Question


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


class AnswerProbe:
    """Evaluates a network on one sample, in buffers of its own that are made once."""

    def __init__(self, network: Network, dataset: Dataset, encoding: Encoding) -> None:
        self._dataset, self._encoding = dataset, encoding
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
        return Answer(question, frozen(outputs[0]), shares, predicted, tuple(map(frozen, activations)))

    def _judged(self, outputs: Array) -> tuple[Array, int | None]:
        """The share of each class or label, and the class that is predicted."""
        threshold, is_signed = self._encoding.threshold(self._dataset), self._encoding.is_signed
        if threshold is None:
            return frozen(np.zeros(0)), None
        if self._dataset.task == "labels":
            return frozen(label_shares(outputs, is_signed=is_signed)[0]), None
        shares = class_shares(outputs, is_signed=is_signed)[0]
        return frozen(shares), int(predicted_classes(outputs, threshold)[0])
