"""Answers: what the network of a run says of any samples, in the words of its data, by scikit-learn's conventions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tuinet.data.dataset import Dataset
from tuinet.errors import DataError
from tuinet.nn.parameters import Array
from tuinet.session.predictor import predictor_of_run
from tuinet.session.run import Run

AnyArray = NDArray[Any]


def outputs(run: Run, X: ArrayLike) -> Array:
    """The network's own outputs with its present parameters, see `tuinet.session.predictor.Predictor.outputs`.

    Parameters
    ----------
    X
        Raw features, shape (samples, features).

    Returns
    -------
    Array
        Shape (samples, outputs).

    Raises
    ------
    DataError
        If X is no table of finite numbers with the data's features.
    """
    return predictor_of_run(run).outputs(_features(run.dataset, X))


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
