"""What a command makes of an Experiment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any, Final, assert_never

from tuinet.checks import require_choice
from tuinet.config import Experiment
from tuinet.data.dataset import Dataset
from tuinet.errors import ExperimentError
from tuinet.training.edit_commands import (
    AddPoint,
    ClearPoints,
    Configure,
    EditCommand,
    RemovePoint,
    SetActivation,
    SetLearningRate,
    SetOptimizer,
    SetParameter,
)
from tuinet.training.effects import EFFECTS

ExperimentCommand = SetActivation | SetLearningRate | SetOptimizer | Configure | AddPoint | RemovePoint | ClearPoints
"""Commands that change the Experiment."""

FIELDS: Final = frozenset(field.name for field in fields(Experiment))
START_ANEW: Final = frozenset(field for field, effect in EFFECTS.items() if effect == "reinitialize")
"""Fields that decide how the weights start."""
SHAPE: Final = frozenset({"hidden", "dtype", "biases"})
"""Fields that decide what parameters there are."""
RESTART: Final = frozenset(field for field, effect in EFFECTS.items() if effect == "optimizer")
"""Fields after a change of which the optimizer's memory starts empty."""
OPTIMIZER: Final = frozenset({"optimizer", "learning_rate"})
"""Fields that say how gradients become updates, and nothing of the network."""
AT_ONCE: Final = frozenset({"learning_rate"})
"""Fields that can change in the middle of a step."""
_OTHER_DATA: Final = frozenset({"dataset", "samples", "noise", "test_share", "data_seed", "target"})
"""Fields with which other samples come, so that those added and taken out by hand are forgotten."""


def changed_fields(before: Experiment, after: Experiment) -> frozenset[str]:
    """Names of the fields in which two Experiments differ."""
    return frozenset(name for name in FIELDS if getattr(before, name) != getattr(after, name))


def is_immediate(command: EditCommand) -> bool:
    """Whether a command can take effect in the middle of a step."""
    if isinstance(command, Configure):
        return {name for name, _ in command.changes} <= AT_ONCE
    return isinstance(command, (SetParameter, SetLearningRate))


def edited(experiment: Experiment, command: ExperimentCommand, dataset: Dataset) -> Experiment:
    """The Experiment after a command.

    Parameters
    ----------
    dataset
        The present samples.

    Raises
    ------
    ExperimentError
        If a value cannot be used.
    """
    match command:
        case AddPoint(features, target):
            return replace(experiment, added=(*experiment.added, (*features, target)))
        case RemovePoint(index):
            return _without(experiment, index, dataset)
        case ClearPoints():
            return replace(experiment, added=(), removed=(), cleared=True)
        case Configure(changes):
            return _configured(experiment, dict(changes))
        case _:
            return replace(experiment, **_fields_of(command, experiment))


def _fields_of(command: SetActivation | SetLearningRate | SetOptimizer, experiment: Experiment) -> dict[str, Any]:
    match command:
        case SetActivation(name):
            return {"activation": (name,)}
        case SetLearningRate(value):
            return {"learning_rate": value}
        case SetOptimizer(name, learning_rate):
            rate = experiment.learning_rate if learning_rate is None else learning_rate
            return {"optimizer": name, "learning_rate": rate}


def _configured(experiment: Experiment, changes: dict[str, Any]) -> Experiment:
    for name in changes:
        require_choice("experiment", name, sorted(FIELDS))
    forgotten: dict[str, Any] = {}
    if _OTHER_DATA & changes.keys():
        forgotten = {"added": (), "removed": (), "cleared": False}
    if "hidden" in changes:
        # The file has the shape that the network had.
        forgotten["weights"] = ""
    return replace(experiment, **{**forgotten, **changes})


def _without(experiment: Experiment, index: int, dataset: Dataset) -> Experiment:
    if not 0 <= index < len(dataset.X):
        raise ExperimentError("point", f"there is no sample {index + 1} of {len(dataset.X)}")
    added = experiment.added
    own = len(dataset.X) - len(added)
    if index >= own:
        return replace(experiment, added=(*added[: index - own], *added[index - own + 1 :]))
    return replace(experiment, removed=tuple(sorted((*experiment.removed, _row_of(index, experiment.removed)))))


def _row_of(index: int, removed: Iterable[int]) -> int:
    """The row of the dataset's own training set that is the index-th of those that are left."""
    row = index
    for gone in sorted(removed):
        row += gone <= row
    return row


def value_before(experiment: Experiment, command: ExperimentCommand) -> str:
    """In words, what a command would change."""
    match command:
        case SetActivation():
            return f"activation {','.join(experiment.activation)}"
        case SetLearningRate():
            return str(SetLearningRate(experiment.learning_rate))
        case SetOptimizer():
            return str(SetOptimizer(experiment.optimizer, experiment.learning_rate))
        case Configure(changes):
            return str(Configure(tuple((name, getattr(experiment, name)) for name, _ in changes)))
        case AddPoint() | RemovePoint() | ClearPoints():
            return "the points before"
        case _:
            assert_never(command)
