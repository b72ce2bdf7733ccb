"""Hyperparameters as text, as they are shown and typed, and back; and how a start is described.

What inputs, targets and the two sets are, what was guessed or left out, and how it is trained.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from tuinet.data.dataset import Dataset, InputColumn
from tuinet.data.place import listed_few
from tuinet.errors import ExperimentError
from tuinet.experiment.defaults import is_automatic, is_file, l2_in_force, resolved
from tuinet.experiment.experiment import AUTO, FIELDS, Experiment
from tuinet.experiment.presets import default_value
from tuinet.names import canonical

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


_RANGE: Final = r"(\d{1,9})(?:\s*-\s*(\d{1,9}))?"
"""A whole number, or the first and the last of several."""


def parse_ranges(text: str, most: int) -> tuple[int, ...]:
    """The whole numbers of a list such as ``1-4`` or ``1,5,8-10``, in its order.

    Raises
    ------
    ValueError
        Where it is no such list, a range runs backwards, a number is there twice, or there are more than so many.
    """
    found: list[int] = []
    for part in text.split(","):
        match = re.fullmatch(_RANGE, part.strip())
        if match is None:
            raise ValueError(f"{text!r} is not a list of whole numbers such as 1-4 or 1,5,9")
        first, last = int(match[1]), int(match[2] or match[1])
        if first > last:
            raise ValueError(f"{match[0]} runs backwards; {last}-{first} would be right")
        if len(found) + last - first >= most:
            raise ValueError(f"{text!r} has more than {most:,} numbers")
        found += range(first, last + 1)
    twice = next((number for number, times in Counter(found).items() if times > 1), None)
    if twice is not None:
        raise ValueError(f"{text!r} has {twice} twice")
    return tuple(found)


def ranges_text(numbers: Sequence[int]) -> str:
    """Whole numbers as a list from which `parse_ranges` makes the same: ``1-4,8`` for 1, 2, 3, 4 and 8."""
    parts = list[list[int]]()
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1][1:] = [number]
        else:
            parts.append([number])
    return ",".join("-".join(map(str, part)) for part in parts)


_EXPONENT: Final = re.compile(r"e([+-]?)0*(?=[1-9])")
_DEFAULT: Final = "default"
_FULL: Final = "full"
_NONE: Final = "none"
_WORDS: Final = (AUTO, _DEFAULT, _FULL, _NONE)
_RAW: Final = "as they are"


def shown(field: str, experiment: Experiment, dataset: Dataset) -> str:
    """A field's value, with what ``auto`` stands for."""
    value = getattr(experiment, field)
    if is_automatic(field, value):
        inside = resolved(field, experiment, dataset)
        return AUTO if inside is None else f"{AUTO} ({plain(inside)})"
    if field == "batch_size":
        return f"{_FULL} ({len(dataset.X):,})" if value == 0 else str(value)
    return _EMPTY.get(field, plain(value)) if value in ((), "", 0.0) else plain(value)


_EMPTY: Final = {
    "features": _RAW,
    "target": "the last",
    "inputs": "all others",
    "picture": "none",
    "hidden": "no hidden layer",
    "weights": "by the initializer",
    "clip_norm": "0 (any)",
}


def typed(field: str, value: Any) -> str:
    """The text from which `read` makes the same value."""
    if value is None:
        return AUTO
    if value == ():
        return _NONE
    return _FULL if field == "batch_size" and value == 0 else plain(value)


def plain(value: Any) -> str:
    """A value without what it means: numbers as short as they are exact, lists with commas."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(map(plain, value))
    if isinstance(value, float):
        short = f"{value:.6g}"
        return _EXPONENT.sub(lambda match: f"e{match[1].strip('+')}", short if float(short) == value else repr(value))
    return str(value)


def read(field: str, text: str, experiment: Experiment) -> Any:
    """The value that a person has typed; ``auto``, ``none``, ``default``, ``full`` or nothing at all, too."""
    stripped, known = text.strip(), FIELDS[field]
    # Where a text can be anything, such as the name of a file, its case tells.
    word = canonical(stripped, _WORDS) if known.kind != "text" or known.choices else stripped
    if word == _DEFAULT or (not word and known.kind in ("whole", "number", "flag")):
        return default_value(field, experiment)
    if known.may_be_open and word in (AUTO, _NONE):
        return None
    if word == _NONE and known.kind == "names":
        return ()
    if field == "batch_size" and word == _FULL:
        return 0
    if not word and known.choices and known.kind == "text":
        return default_value(field, experiment)
    try:
        return known.parsed(word)
    except ValueError as error:
        raise ExperimentError(field, str(error)) from error
