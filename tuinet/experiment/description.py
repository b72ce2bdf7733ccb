"""A start in words: what inputs, targets and the two sets are, what was guessed or left out, and how it is trained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tuinet.data.dataset import Dataset, InputColumn
from tuinet.data.place import listed_few
from tuinet.experiment.defaults import is_file, l2_in_force
from tuinet.experiment.experiment import Experiment

_FEW: Final = 6
"""Names that are listed."""


def describe(dataset: Dataset) -> str:
    """One line: ``inputs age, city (3 of one-hot), standardized · target price (regression) · 90 train, 30 test``."""
    return " · ".join([_inputs(dataset), _targets(dataset), _sets(dataset)])


def describe_training(experiment: Experiment, dataset: Dataset) -> str:
    """One line: ``network 4-32-1, tanh · sgd, learning rate 0.05, batches of 16 · l2 0.03 (auto)``."""
    sizes = (len(dataset.input_names), *experiment.hidden, dataset.y.shape[1])
    names = dict.fromkeys(experiment.hidden_activations)
    network = ", ".join(["network " + "-".join(map(str, sizes)), *names])
    batches = f"batches of {experiment.batch_size}" if experiment.batch_size else "all samples in one batch"
    l2 = l2_in_force(experiment, dataset)
    penalty = f"l2 {l2:g}" + (" (auto)" if experiment.l2 is None else "")
    steps = f"{experiment.optimizer}, learning rate {experiment.learning_rate:g}, {batches}"
    return " · ".join([network, steps, *([penalty] if l2 else [])])


def described(dataset: Dataset) -> list[str]:
    """The line of `describe`, and a line for each note."""
    return [describe(dataset), *(f"  {note}" for note in dataset.notes)]


def described_start(experiment: Experiment, dataset: Dataset) -> list[str]:
    """The lines of `described`, and for a file, whose network nobody may have chosen, that of `describe_training`."""
    return [*described(dataset), *([describe_training(experiment, dataset)] if is_file(experiment) else [])]


def description_record(dataset: Dataset) -> dict[str, Any]:
    """The same as plain values for JSON."""
    return {
        "inputs": [_column_record(column) for column in dataset.input_columns],
        "features": list(dataset.encoder.features),
        "targets": list(_target_names(dataset)),
        "task": dataset.task,
        "classes": list(dataset.class_names),
        "standardized": dataset.encoder.shift is not None,
        "target_standardized": dataset.target_scale is not None,
        "train": len(dataset.X),
        "test": len(dataset.X_test),
        "notes": list(dataset.notes),
    }


def _column_record(column: InputColumn) -> dict[str, Any]:
    return {"name": column.name, **({"one_hot": list(column.categories)} if column.categories else {})}


def _inputs(dataset: Dataset) -> str:
    if dataset.image_shape is not None:
        rows, columns = dataset.image_shape
        names = f"inputs {rows * columns:,} pixels ({rows}×{columns})"
    elif dataset.encoder.features:
        names = f"inputs {listed_few(dataset.encoder.features, _FEW)} of {listed_few(dataset.feature_names, _FEW)}"
    else:
        names = f"inputs {listed_few([_column(column) for column in dataset.input_columns], _FEW)}"
    return names + (", standardized" if dataset.encoder.shift is not None else "")


def _column(column: InputColumn) -> str:
    return f"{column.name} ({len(column.categories)} of one-hot)" if column.categories else column.name


def _target_names(dataset: Dataset) -> Sequence[str]:
    return dataset.target_names or dataset.target_columns


def _targets(dataset: Dataset) -> str:
    names = _target_names(dataset)
    several = "s" if len(names) > 1 else ""
    start = f"target{several} {listed_few(names, _FEW)}".rstrip()
    return f"{start} ({_task(dataset)})"


def _task(dataset: Dataset) -> str:
    if dataset.task == "labels":
        return "labels, each 0 or 1"
    if dataset.task == "regression":
        return "regression" + (", standardized" if dataset.target_scale is not None else "")
    return f"{len(dataset.class_names)} classes: {listed_few(dataset.class_names, _FEW)}"


def _sets(dataset: Dataset) -> str:
    test = f"{len(dataset.X_test):,} test" if len(dataset.X_test) else "none for testing"
    return f"{len(dataset.X):,} train, {test}"
