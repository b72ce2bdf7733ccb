"""What can be changed of a run, what an edit makes of its Experiment, and what it does to a run under way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, assert_never

from tuinet.data.dataset import Dataset
from tuinet.errors import ExperimentError
from tuinet.experiment.experiment import FIELDS as HYPERPARAMETERS
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.hyperparameter import Effect, require_choice


@dataclass(frozen=True)
class SetActivation:
    """Give every hidden layer this activation; the weights stay."""

    name: str

    def __str__(self) -> str:
        return f"activation {self.name}"


@dataclass(frozen=True)
class SetLearningRate:
    """Use this learning rate from the next update on."""

    value: float

    def __str__(self) -> str:
        return f"learning rate {self.value:g}"


@dataclass(frozen=True)
class SetOptimizer:
    """Train with this optimizer, which starts with an empty memory; the learning rate stays unless one is given."""

    name: str
    learning_rate: float | None = None

    def __str__(self) -> str:
        return self.name if self.learning_rate is None else f"{self.name} {self.learning_rate:g}"


@dataclass(frozen=True)
class SetParameter:
    """Set one weight, or with ``row=None`` one bias, of a layer counted from 1."""

    layer: int
    row: int | None
    """Index of the input, from 0."""
    column: int
    """Index of the neuron, from 0."""
    value: float

    def __str__(self) -> str:
        name = f"b[{self.column + 1}]" if self.row is None else f"W[{self.row + 1},{self.column + 1}]"
        return f"layer {self.layer} {name} = {self.value:.4g}"


@dataclass(frozen=True)
class Configure:
    """Give fields of the Experiment other values; what need not start anew does not (see `tuinet.session.edits`)."""

    changes: tuple[tuple[str, Any], ...]
    """Names of fields and their values."""

    def __str__(self) -> str:
        return ", ".join(f"{name.replace('_', ' ')} {_in_words(value)}" for name, value in self.changes)


@dataclass(frozen=True)
class AddPoint:
    """Add a sample to the training set."""

    features: tuple[float, ...]
    """In the dataset's own units."""
    target: float
    """Index of the class, or the number to predict."""

    def __str__(self) -> str:
        return f"a point at {', '.join(f'{value:.3g}' for value in self.features)}"


@dataclass(frozen=True)
class RemovePoint:
    """Take a sample out of the training set."""

    index: int
    """Its row of the training set, from 0."""

    def __str__(self) -> str:
        return f"without sample {self.index + 1}"


@dataclass(frozen=True)
class ClearPoints:
    """Take all samples out of the training set and the test set; the range of the input plane stays."""

    def __str__(self) -> str:
        return "no points"


EditCommand = (
    SetActivation | SetLearningRate | SetOptimizer | SetParameter | Configure | AddPoint | RemovePoint | ClearPoints
)
"""Commands that change a run on its way."""


def _in_words(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or "none"
    return "default" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


EFFECTS: Final[Mapping[str, Effect]] = {name: field.effect for name, field in HYPERPARAMETERS.items()}
"""For each field what its change does; see `SENTENCES`."""

SENTENCES: Final[Mapping[Effect, str]] = {
    "now": "takes effect now; weights and optimizer stay",
    "optimizer": "restarts the optimizer, whose memory starts empty; the weights stay",
    "data": "brings other data; the weights stay where inputs, outputs and task do, otherwise the network starts anew",
    "reinitialize": "reinitializes: starts anew at epoch 0; the run so far stays as a branch",
}
"""What each effect is, to be read after the words "a change"."""


def effect_sentence(field: str) -> str:
    """What a change of this field does, to be read after the words "a change"."""
    return HYPERPARAMETERS[field].effect_sentence or SENTENCES[EFFECTS[field]]


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
