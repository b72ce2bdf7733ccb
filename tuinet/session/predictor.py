"""A Predictor: a network that answers new samples, with the data's own encoder, names and units.

What the network of a run says of any samples goes by scikit-learn's conventions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tuinet.data.dataset import Dataset
from tuinet.errors import DataError
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
    encoder = dataset.encoder._replace(arithmetic=build.data_spec(experiment).arithmetic)
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


AnyArray = NDArray[Any]


def predict(run: Run, X: ArrayLike) -> AnyArray:
    """The answer to each sample.

    Returns
    -------
    NDArray
        For classes their names, shape (samples,), as whole numbers where all names are such; numbers to predict in the
        unit of the targets, shape (samples,), or (samples, outputs) where there are several; for labels 0 and 1, shape
        (samples, labels).
    """
    found = predictor_of_run(run).answer(_features(run.dataset, X))
    if found.classes is None:
        return found.outputs[:, 0] if found.outputs.shape[1] == 1 else found.outputs
    return found.classes if run.dataset.task == "labels" else _taken(class_values(run.dataset), found.classes)


def predict_proba(run: Run, X: ArrayLike) -> Array:
    """The probability of each class for each sample, shape (samples, classes), in the order of `class_values`.

    Several outputs that are not softmax are divided by their sum. Labels have a probability each, shape
    (samples, labels).

    Raises
    ------
    DataError
        If there are numbers to predict, or the outputs are no probabilities.
    """
    dataset, activation = run.dataset, run.network.loss.output_activation
    if dataset.task == "regression":
        raise DataError(f"{dataset.name}: there are numbers to predict, which have no probability; predict gives them")
    found = predictor_of_run(run).answer(_features(dataset, X)).probabilities
    if found is None:
        raise DataError(f"output: {activation} gives no probabilities; sigmoid, softmax and tanh do")
    return found


def score(run: Run, X: ArrayLike, y: ArrayLike) -> float:
    """How good the answers are: the accuracy, or for numbers to predict R², of several the mean of each one's.

    Parameters
    ----------
    y
        What is right, as `predict` gives it or as the data hold it: of several classes also one-hot.

    Raises
    ------
    DataError
        If X or y cannot be used.
    """
    found, dataset = predict(run, X), run.dataset
    right: AnyArray = np.asarray(y)
    if right.shape[:1] != found.shape[:1]:
        raise DataError(f"y: its shape is {right.shape}, but X has {len(found):,} samples; give each one target")
    if dataset.task == "regression":
        return _r2(found.reshape(len(found), -1), right.reshape(len(found), -1))
    if dataset.task == "labels":
        return float((found == right).all(axis=1).mean())
    return float((found == _class_values_of(dataset, right)).mean())


def class_values(dataset: Dataset) -> AnyArray:
    """The classes as `predict` gives them, shape (classes,): whole numbers where all names are such, else texts."""
    names = dataset.class_names
    if all(name.removeprefix("-").isdecimal() and str(int(name)) == name for name in names):
        return np.array([int(name) for name in names])
    return np.array(names)


def _class_values_of(dataset: Dataset, y: AnyArray) -> AnyArray:
    """Targets as they are given, or as a Dataset codes them, in the form of `class_values`."""
    values = class_values(dataset)
    if y.ndim == 2 and y.shape[1] == len(values) > 2:
        return _taken(values, y.argmax(axis=1))
    column: AnyArray = y.reshape(len(y), -1)[:, 0]
    if values.dtype.kind != "U":
        return column
    if column.dtype.kind in "buif":
        # The coded targets of classes that have names.
        return _taken(values, np.clip(column.astype(np.intp), 0, len(values) - 1))
    return column.astype(np.str_)


def _taken(values: AnyArray, indices: NDArray[np.intp]) -> AnyArray:
    taken: AnyArray = values[indices]
    return taken


def _r2(found: Array, right: AnyArray) -> float:
    """1 − Σ (y − ŷ)² / Σ (y − ȳ)² of each column, their mean; a column that does not vary counts 1 if met, else 0."""
    if right.shape != found.shape:
        raise DataError(f"y: its shape is {right.shape}, but the network predicts {found.shape}")
    numbers = right.astype(np.float64)
    missed = np.square(numbers - found).sum(axis=0)
    spread = np.square(numbers - numbers.mean(axis=0)).sum(axis=0)
    flat = (missed == 0).astype(np.float64)
    return float((1 - np.divide(missed, spread, out=1 - flat, where=spread > 0)).mean())


def _features(dataset: Dataset, X: ArrayLike) -> NDArray[np.float64]:
    """X as a table of the data's features; pictures row by row."""
    table: NDArray[Any] = np.asarray(X)
    if dataset.image_shape is not None and table.shape[1:] == dataset.image_shape:
        table = table.reshape(len(table), -1)
    columns = len(dataset.feature_names)
    if table.ndim != 2 or table.shape[1] != columns or not len(table):
        hint = " (of a single one, X.reshape(1, -1))" if table.shape == (columns,) else ""
        raise DataError(f"X: its shape is {table.shape}; {dataset.name} wants (samples, {columns}){hint}")
    try:
        numbers = table.astype(np.float64)
    except ValueError:
        raise DataError(f"X: it holds {table.dtype}, not numbers") from None
    if not np.isfinite(numbers).all():
        row, column = map(int, np.argwhere(~np.isfinite(numbers))[0])
        name = dataset.feature_names[column]
        raise DataError(f"X: {numbers[row, column]} of sample {row + 1}, {name}, is not a finite number")
    return numbers
