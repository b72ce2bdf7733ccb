"""What can be asked of a session or its runner: frozen values, named in the imperative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

StepUnit = Literal["epoch", "batch", "phase"]


@dataclass(frozen=True)
class Reinitialize:
    """Start again from fresh weights; ``seed=None`` keeps the seed."""

    seed: int | None = None


@dataclass(frozen=True)
class SetActivation:
    """Give every hidden layer this activation; the weights stay."""

    name: str


@dataclass(frozen=True)
class SetLearningRate:
    """Use this learning rate from the next update on."""

    value: float


EditCommand = Reinitialize | SetActivation | SetLearningRate
"""Commands that change a session."""


@dataclass(frozen=True)
class Pause:
    """Stop training after the operation under way; the state stays as it is."""


@dataclass(frozen=True)
class Resume:
    """Train on."""


@dataclass(frozen=True)
class SetSpeed:
    """Pace the training: epochs per second, ``None`` for as fast as the machine can."""

    epochs_per_second: float | None


@dataclass(frozen=True)
class Step:
    """Pause, then advance by exactly one unit."""

    unit: StepUnit = "epoch"


Command = EditCommand | Pause | Resume | SetSpeed | Step
"""Everything a runner takes."""
