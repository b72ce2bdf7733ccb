"""A Predictor: a network that answers new samples, with the data's own encoder, names and units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tuinet.data.dataset import Dataset
from tuinet.experiment.defaults import arithmetic_name, choose_loss
from tuinet.experiment.experiment import Experiment
from tuinet.nn.arithmetic import ARITHMETICS
from tuinet.nn.network import Network
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array, Parameters
from tuinet.nn.training import Evaluation
from tuinet.observe.metrics import Metrics, class_shares, label_shares, predicted_classes
from tuinet.observe.samples import Encoding
from tuinet.observe.seen import Judge
from tuinet.session import build
from tuinet.session.edits import ParameterEdit
from tuinet.session.run import Run
from tuinet.session.timeline import Checkpoint, fill

BLOCK: Final = 32
"""Samples that are evaluated at once: fewer are filled up with zeros.

BLAS sums the last columns of a product in another order, so that the bits of an answer would depend on how many samples
it is asked with, and NumPy sums a single sample's outputs in pairs. In blocks of one size no answer depends on the
others. In portable arithmetic they are the bits of the run's own evaluation of a whole set; in fast arithmetic a few
samples at the end of such a set may differ from them in the last digit.
"""


@dataclass(frozen=True, eq=False)
class Answers:
    """The answers to some samples."""

    outputs: Array
    """Of the network, in the unit of the targets, shape (samples, outputs), float64."""
    classes: NDArray[np.intp] | None = None
    """The class of each sample, shape (samples,); of labels 0 or 1 for each, shape (samples, labels); ``None`` for
    numbers."""
    probabilities: Array | None = None
    """Of each class, shape (samples, classes), or of each label; ``None`` where the outputs are none."""


class Predictor:
    """A network with what turns raw features into its inputs, and its outputs into answers."""

    def __init__(self, network: Network, dataset: Dataset, experiment: Experiment) -> None:
        self.network, self.dataset, self.experiment = network, dataset, experiment
        self.encoding = Encoding.of(network.loss, experiment)
        self._evaluation: Evaluation | None = None

    @property
    def has_probabilities(self) -> bool:
        """Whether it tells probabilities, see `Encoding.has_probabilities`."""
        return self.encoding.has_probabilities(self.dataset)

    @DIVERGING_IS_NO_ERROR
    def outputs(self, X: Array) -> Array:
        """The network's own outputs, shape (samples, outputs), for raw features of shape (samples, features)."""
        inputs = self.encoding.inputs(self.dataset, X)
        parts = [self._block(inputs[start : start + BLOCK]) for start in range(0, len(inputs), BLOCK)]
        return np.concatenate(parts) if parts else np.empty((0, self.network.layer_sizes[-1]), inputs.dtype)

    def _block(self, inputs: Array) -> Array:
        if self._evaluation is None:
            self._evaluation = Evaluation(self.network, np.zeros((BLOCK, inputs.shape[1]), inputs.dtype))
        table = self._evaluation.workspace.inputs[:, :-1]
        table[: len(inputs)], table[len(inputs) :] = inputs, 0.0
        return self._evaluation.run()[: len(inputs)].copy()

    @DIVERGING_IS_NO_ERROR
    def answer(self, X: Array) -> Answers:
        """The answers to raw features, shape (samples, features)."""
        found, threshold = self.outputs(X), self.encoding.threshold(self.dataset)
        decoded = self.dataset.decode(found).astype(np.float64, copy=False)
        if threshold is None:
            return Answers(decoded)
        is_labels = self.dataset.task == "labels"
        classes = (found > threshold).astype(np.intp) if is_labels else predicted_classes(found, threshold)
        return Answers(decoded, classes, self._probabilities(decoded) if self.has_probabilities else None)

    def _probabilities(self, outputs: Array) -> Array:
        """Several outputs that are not softmax are divided by their sum; labels have a probability each."""
        is_signed = self.encoding.is_signed
        if self.dataset.task == "labels":
            return label_shares(outputs, is_signed=is_signed)
        shares = class_shares(outputs, is_signed=is_signed)
        if self.network.loss.output_activation == "softmax" or outputs.shape[1] == 1:
            return shares
        total = shares.sum(axis=1, keepdims=True)
        divided: Array = np.divide(shares, total, out=np.full_like(shares, 1 / shares.shape[1]), where=total > 0)
        return divided

    def metrics(self, X: Array, y: Array) -> Metrics:
        """The measures on samples of which the right answers are known, weighted as those of the training set are.

        Parameters
        ----------
        X, y
            Raw features, shape (samples, features), and targets as a Dataset has them, shape (samples, outputs).
        """
        samples, threshold = self.encoding.samples(self.dataset, X, y), self.encoding.threshold(self.dataset)
        has_labels = self.dataset.task == "labels"
        return Judge(self.network, samples, threshold, self.dataset.decode, has_labels=has_labels).metrics()


def predictor_of_run(run: Run) -> Predictor:
    """The network of a run with its present parameters."""
    return Predictor(run.network, run.dataset, run.experiment)


def predictor_of_state(state: Checkpoint, dataset: Dataset) -> Predictor:
    """The network of a saved state; its data are not needed, but what they are besides samples.

    Raises
    ------
    TuinetError
        If the state does not go with the dataset.
    """
    experiment = state.experiment
    build.require_size(experiment, dataset)
    encoder = replace(dataset.encoder, arithmetic=build.data_spec(experiment).arithmetic)
    dataset, loss = replace(dataset, encoder=encoder), choose_loss(experiment, dataset)
    sizes = (len(dataset.input_names), *experiment.hidden, dataset.y.shape[1])
    parameters = Parameters(sizes, np.dtype(experiment.dtype), train_biases=experiment.biases == "trained")
    fill(parameters.vector, state.parameters, "parameters")
    for command in _parameter_edits(state):
        command.apply(parameters)
    arithmetic = ARITHMETICS[arithmetic_name(experiment, dataset, len(state.order))]()
    network = Network(parameters, experiment.hidden_activations, loss, arithmetic)
    return Predictor(network, dataset, experiment)


def _parameter_edits(state: Checkpoint) -> Iterator[ParameterEdit]:
    """The changes by hand within a step under way, which take effect at once; others wait for its end."""
    return (edit.command for edit in state.edits if isinstance(edit.command, ParameterEdit))
