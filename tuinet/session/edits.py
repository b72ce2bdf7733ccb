"""What can be changed of a run on its way: commands that change the Experiment, and those that change parameters."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np

from tuinet.data.dataset import Dataset
from tuinet.errors import ExperimentError
from tuinet.experiment.experiment import AUTO, Experiment
from tuinet.experiment.experiment import FIELDS as HYPERPARAMETERS
from tuinet.experiment.hyperparameter import Effect, require_choice
from tuinet.nn.parameters import Parameters


class ExperimentEdit(ABC):
    """A command that gives the Experiment other values.

    Whoever inherits from it as a frozen dataclass is applied, undone, saved and shared like the others.
    """

    @abstractmethod
    def edited(self, experiment: Experiment, dataset: Dataset) -> Experiment:
        """The Experiment after the command.

        Parameters
        ----------
        dataset
            The present samples.

        Raises
        ------
        ExperimentError
            If a value cannot be used.
        """

    @abstractmethod
    def before(self, experiment: Experiment, parameters: Parameters) -> str:
        """In words, what the command would change."""


class ParameterEdit(ABC):
    """A command that changes weights and biases at once, even in the middle of a step; it is kept like the others."""

    @abstractmethod
    def require_usable(self, parameters: Parameters) -> None:
        """Refuse what cannot be done by an ExperimentError that names what would be right."""

    @abstractmethod
    def apply(self, parameters: Parameters) -> None:
        """Change them in place."""

    @abstractmethod
    def before(self, experiment: Experiment, parameters: Parameters) -> str:
        """In words, what the command would change."""


EditCommand = ExperimentEdit | ParameterEdit
"""Commands that change a run on its way."""


def edit_kinds() -> dict[str, type[EditCommand]]:
    """All commands that change a run, by their names."""
    kinds: list[type[EditCommand]] = [*ExperimentEdit.__subclasses__(), *ParameterEdit.__subclasses__()]
    return {kind.__name__: kind for kind in kinds}


@dataclass(frozen=True)
class SetOptimizer(ExperimentEdit):
    """Train with this optimizer, which starts with an empty memory; the learning rate stays unless one is given."""

    name: str
    learning_rate: float | None = None

    def __str__(self) -> str:
        return self.name if self.learning_rate is None else f"{self.name} {self.learning_rate:g}"

    def edited(self, experiment: Experiment, dataset: Dataset) -> Experiment:
        """See `ExperimentEdit.edited`."""
        rate = experiment.learning_rate if self.learning_rate is None else self.learning_rate
        return replace(experiment, optimizer=self.name, learning_rate=rate)

    def before(self, experiment: Experiment, parameters: Parameters) -> str:
        """See `ExperimentEdit.before`."""
        return str(SetOptimizer(experiment.optimizer, experiment.learning_rate))


@dataclass(frozen=True)
class SetParameter(ParameterEdit):
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

    def require_usable(self, parameters: Parameters) -> None:
        """See `ParameterEdit.require_usable`."""
        blocks = parameters.blocks
        if not 1 <= self.layer <= len(blocks):
            raise ExperimentError("layer", f"{self.layer} is not one of the layers 1 to {len(blocks)}")
        rows, columns = blocks[self.layer - 1].shape
        if not (0 <= self.column < columns and (self.row is None or 0 <= self.row < rows - 1)):
            raise ExperimentError("parameter", f"layer {self.layer} has no {self}")
        if not np.isfinite(self.value):
            raise ExperimentError("parameter", f"{self.value!r} is not a finite number")

    def apply(self, parameters: Parameters) -> None:
        """See `ParameterEdit.apply`."""
        parameters.blocks[self.layer - 1][self._place] = self.value

    def before(self, experiment: Experiment, parameters: Parameters) -> str:
        """See `ParameterEdit.before`."""
        return str(replace(self, value=float(parameters.blocks[self.layer - 1][self._place])))

    @property
    def _place(self) -> tuple[int, int]:
        """Row and column within the layer's block, whose last row holds the biases."""
        return -1 if self.row is None else self.row, self.column


MOST_SET: Final = 100_000
"""Parameters that one change can set: a saved run holds each of them as a number in words."""
_WORDS_SHOWN: Final = 2


@dataclass(frozen=True)
class SetParameters(ParameterEdit):
    """Set all weights and biases."""

    values: tuple[float, ...]
    """Layer by layer, row by row, with the biases of a layer behind its weights, as `Parameters.vector` has them."""

    def __str__(self) -> str:
        shown = ", ".join(f"{value:.3g}" for value in self.values[:_WORDS_SHOWN])
        return f"weights {shown}{', …' if len(self.values) > _WORDS_SHOWN else ''}"

    def require_usable(self, parameters: Parameters) -> None:
        """See `ParameterEdit.require_usable`."""
        size = parameters.vector.size
        if size > MOST_SET:
            raise ExperimentError("parameters", f"of {size:,} at once no change is kept; at most {MOST_SET:,}")
        if len(self.values) != size:
            raise ExperimentError("parameters", f"{len(self.values):,} numbers, but the network has {size:,}")
        dtype = parameters.vector.dtype
        if not (np.abs(self.values) <= np.finfo(dtype).max).all():
            raise ExperimentError("parameters", f"not all of them are finite numbers of {dtype}")

    def apply(self, parameters: Parameters) -> None:
        """See `ParameterEdit.apply`."""
        parameters.vector[:] = self.values

    def before(self, experiment: Experiment, parameters: Parameters) -> str:
        """See `ParameterEdit.before`."""
        return str(SetParameters(tuple(parameters.vector[: _WORDS_SHOWN + 1].tolist())))


@dataclass(frozen=True)
class Configure(ExperimentEdit):
    """Give fields of the Experiment other values; what need not start anew does not."""

    changes: tuple[tuple[str, Any], ...]

    @classmethod
    def of(cls, **changes: Any) -> Configure:
        """Values by the names of their fields."""
        return cls(tuple(changes.items()))

    def __str__(self) -> str:
        return ", ".join(f"{name.replace('_', ' ')} {_in_words(value)}" for name, value in self.changes)

    def edited(self, experiment: Experiment, dataset: Dataset) -> Experiment:
        """See `ExperimentEdit.edited`."""
        changes = dict(self.changes)
        for name in changes:
            require_choice("experiment", name, sorted(FIELDS))
        forgotten: dict[str, Any] = {}
        if _OTHER_DATA & changes.keys():
            forgotten = {"added": (), "removed": (), "cleared": False}
        if "hidden" in changes:
            # The file has the shape that the network had.
            forgotten |= {"weights": "", "weights_layout": AUTO}
        return replace(experiment, **{**forgotten, **changes})

    def before(self, experiment: Experiment, parameters: Parameters) -> str:
        """See `ExperimentEdit.before`."""
        return str(Configure.of(**{name: getattr(experiment, name) for name, _ in self.changes}))


def _in_words(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or "none"
    return "default" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


_POINTS_BEFORE: Final = "the points before"


@dataclass(frozen=True)
class AddPoint(ExperimentEdit):
    """Add a sample to the training set."""

    features: tuple[float, ...]
    """In the dataset's own units."""
    target: float
    """Index of the class, or the number to predict."""

    def __str__(self) -> str:
        return f"a point at {', '.join(f'{value:.3g}' for value in self.features)}"

    def edited(self, experiment: Experiment, dataset: Dataset) -> Experiment:
        """See `ExperimentEdit.edited`."""
        return replace(experiment, added=(*experiment.added, (*self.features, self.target)))

    def before(self, experiment: Experiment, parameters: Parameters) -> str:
        """See `ExperimentEdit.before`."""
        return _POINTS_BEFORE


@dataclass(frozen=True)
class RemovePoint(ExperimentEdit):
    """Take a sample out of the training set."""

    index: int
    """Its row of the training set, from 0."""

    def __str__(self) -> str:
        return f"without sample {self.index + 1}"

    def edited(self, experiment: Experiment, dataset: Dataset) -> Experiment:
        """See `ExperimentEdit.edited`."""
        index, added, removed = self.index, experiment.added, experiment.removed
        if not 0 <= index < len(dataset.X):
            raise ExperimentError("point", f"there is no sample {index + 1} of {len(dataset.X)}")
        own = len(dataset.X) - len(added)
        if index >= own:
            return replace(experiment, added=(*added[: index - own], *added[index - own + 1 :]))
        return replace(experiment, removed=tuple(sorted((*removed, _row_of(index, removed)))))

    def before(self, experiment: Experiment, parameters: Parameters) -> str:
        """See `ExperimentEdit.before`."""
        return _POINTS_BEFORE


def _row_of(index: int, removed: Iterable[int]) -> int:
    """The row, in the whole training set of the dataset, of the index-th sample that has not been removed."""
    row = index
    for gone in sorted(removed):
        row += gone <= row
    return row


@dataclass(frozen=True)
class ClearPoints(ExperimentEdit):
    """Take all samples out of the training set and the test set; the range of the input plane stays."""

    def __str__(self) -> str:
        return "no points"

    def edited(self, experiment: Experiment, dataset: Dataset) -> Experiment:
        """See `ExperimentEdit.edited`."""
        return replace(experiment, added=(), removed=(), cleared=True)

    def before(self, experiment: Experiment, parameters: Parameters) -> str:
        """See `ExperimentEdit.before`."""
        return _POINTS_BEFORE


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
    """The effect of a change of a field, to be read after the words "a change"."""
    return HYPERPARAMETERS[field].effect_sentence or SENTENCES[EFFECTS[field]]


FIELDS: Final = frozenset(field.name for field in fields(Experiment))
START_ANEW: Final = frozenset(field for field, effect in EFFECTS.items() if effect == "reinitialize")
SHAPE: Final = frozenset({"hidden", "dtype", "biases"})
"""Fields that decide what parameters there are."""
RESTART: Final = frozenset(field for field, effect in EFFECTS.items() if effect == "optimizer")
"""Fields after a change of which the optimizer's memory starts empty."""
OPTIMIZER: Final = frozenset({"optimizer", "learning_rate"})
"""Fields that say how gradients become updates, and nothing of the network."""
AT_ONCE: Final = frozenset({"learning_rate"})
"""Fields that can change in the middle of a step."""
_OTHER_DATA: Final = frozenset(
    {
        "dataset",
        "samples",
        "noise",
        "test_share",
        "data_seed",
        "target",
        "inputs",
        "task",
        "missing",
        "decimal",
        "picture",
        "shuffle",
    }
)
"""Fields with which other samples come, so that those added and taken out by hand are forgotten."""
DATASET: Final = (_OTHER_DATA - {"shuffle"}) | {"cleared"}
"""Fields that say what is learned: losses before a change of them are not those of the same samples."""


def changed_fields(before: Experiment, after: Experiment) -> frozenset[str]:
    """Names of the fields in which two Experiments differ."""
    return frozenset(name for name in FIELDS if getattr(before, name) != getattr(after, name))


def is_immediate(command: EditCommand) -> bool:
    """Whether a command can take effect in the middle of a step."""
    if isinstance(command, Configure):
        return {name for name, _ in command.changes} <= AT_ONCE
    return isinstance(command, ParameterEdit)
