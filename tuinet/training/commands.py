"""What can be asked of a session or its runner: frozen values, named in the imperative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from tuinet.training.course import Course
    from tuinet.training.saved import SavedSession

from tuinet.config import Experiment

StepUnit = Literal["epoch", "batch", "phase"]


@dataclass(frozen=True)
class Reinitialize:
    """Start again from fresh weights; ``seed=None`` keeps the seed. The data stays."""

    seed: int | None = None

    def __str__(self) -> str:
        return "new weights" if self.seed is None else f"new weights, seed {self.seed}"


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


@dataclass(frozen=True)
class Back:
    """Go back by one unit of stepping: to the start of the one under way, or of the one before."""

    unit: StepUnit = "epoch"

    def __str__(self) -> str:
        return f"back one {self.unit}"


@dataclass(frozen=True)
class Seek:
    """Go to the start of an epoch, in the past or in a future that has been before."""

    epoch: int

    def __str__(self) -> str:
        return f"to epoch {self.epoch:,}"


@dataclass(frozen=True)
class Undo:
    """Take the last edit back, and with it all that came after."""

    def __str__(self) -> str:
        return "undo"


@dataclass(frozen=True)
class SwapBranch:
    """Go to where the next branch has got to; the present one stays as it is."""

    def __str__(self) -> str:
        return "the other branch"


TimeCommand = Back | Seek | Undo | SwapBranch
"""Commands that move a session in time."""


@dataclass(frozen=True)
class Pause:
    """Stop training after the operation under way; the state stays as it is."""

    def __str__(self) -> str:
        return "pause"


@dataclass(frozen=True)
class Resume:
    """Train on."""

    def __str__(self) -> str:
        return "go on"


@dataclass(frozen=True)
class SetSpeed:
    """Pace the training: epochs per second, ``None`` for as fast as the machine can."""

    epochs_per_second: float | None

    def __str__(self) -> str:
        speed = self.epochs_per_second
        return "as fast as can be" if speed is None else f"{speed:,.6g} epochs/s"


@dataclass(frozen=True)
class Step:
    """Pause, then advance by exactly one unit."""

    unit: StepUnit = "epoch"

    def __str__(self) -> str:
        return f"one {self.unit}"


@dataclass(frozen=True)
class SetUp:
    """Pause, and begin another run, whose past begins here; the first time, the run that was before is put aside."""

    experiment: Experiment
    number: int = 0
    """Frames of the run say it, so that they can be told from those before."""


@dataclass(frozen=True)
class BringBack:
    """Pause, and go on with the run that was put aside; where there is none, stay."""


@dataclass(frozen=True)
class Follow:
    """Pause, and go where a course leads."""

    course: Course
    goes_on: bool = False
    """Whether to train on from there."""

    def __str__(self) -> str:
        return f"to step {self.course.position.step:,}"


@dataclass(frozen=True)
class PauseAt:
    """Pause when the run gets to an epoch; ``None`` for never."""

    epoch: int | None


@dataclass(frozen=True)
class Save:
    """Write the run to a file, with its past and its branches, all or nothing."""

    path: Path

    def __str__(self) -> str:
        return f"save {self.path.name}"


@dataclass(frozen=True)
class HandOver:
    """Give a copy of the run, with its past and its branches, to whoever asks for it; nothing changes."""

    take: Callable[[SavedSession], object]
    """Called in the runner's thread, and has to return at once."""

    def __str__(self) -> str:
        return "a copy of the run"


SessionCommand = Reinitialize | EditCommand | TimeCommand
"""Everything that a session does when told."""
Command = SessionCommand | Pause | Resume | SetSpeed | Step | SetUp | BringBack | Follow | PauseAt | Save | HandOver
"""Everything a runner takes."""


def _in_words(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or "none"
    return "default" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
