"""What can be changed of a run: frozen values, named in the imperative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


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
    """Give fields of the Experiment other values; what need not start anew does not (see `tuinet.training.effects`)."""

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
