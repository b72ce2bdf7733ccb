"""What can be asked of a session or its runner: frozen values, named in the imperative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from tuinet.session.timeline import SavedSession, Trajectory

from tuinet.experiment.experiment import Experiment
from tuinet.session.edits import EditCommand

StepUnit = Literal["epoch", "batch", "phase"]


@dataclass(frozen=True)
class PlainCommand:
    """A command of which nothing has to be said.

    Two of a kind are equal, and two of different kinds are not, which named tuples would be: they are for commands
    whose values no other kind has.
    """


@dataclass(frozen=True)
class UnitCommand:
    """A command for one unit of stepping."""

    unit: StepUnit = "epoch"


@dataclass(frozen=True)
class EpochCommand:
    """A command that names an epoch."""

    epoch: int


@dataclass(frozen=True)
class Reinitialize:
    """Start again from fresh weights; ``seed=None`` keeps the seed. The data stays."""

    seed: int | None = None

    def __str__(self) -> str:
        return "new weights" if self.seed is None else f"new weights, seed {self.seed}"


class Back(UnitCommand):
    """Go back by one unit of stepping: to the start of the one under way, or of the one before."""

    def __str__(self) -> str:
        return f"back one {self.unit}"


class Seek(EpochCommand):
    """Go to the start of an epoch, in the past or in a future that has been before."""

    def __str__(self) -> str:
        return f"to epoch {self.epoch:,}"


class Undo(PlainCommand):
    """Take the last edit back, and with it all that came after."""

    def __str__(self) -> str:
        return "undo"


class SwapBranch(PlainCommand):
    """Go to where the next branch has got to; the present one stays as it is."""

    def __str__(self) -> str:
        return "the other branch"


TimeCommand = Back | Seek | Undo | SwapBranch


class Pause(PlainCommand):
    """Stop training after the operation under way; the state stays as it is."""

    def __str__(self) -> str:
        return "pause"


class Resume(PlainCommand):
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


class Step(UnitCommand):
    """Pause, then advance by exactly one unit."""

    def __str__(self) -> str:
        return f"one {self.unit}"


class SetUp(NamedTuple):
    """Pause, and begin another run, whose past begins here; the first time, the run that was before is put aside."""

    experiment: Experiment
    number: int = 0
    """Frames of the run say it, so that they can be told from those before."""


class BringBack(PlainCommand):
    """Pause, and go on with the run that was put aside; where there is none, stay."""


class Follow(NamedTuple):
    """Pause, and go where a trajectory leads."""

    trajectory: Trajectory
    goes_on: bool = False
    """Whether to train on from there."""

    def __str__(self) -> str:
        return f"to step {self.trajectory.position.step:,}"


@dataclass(frozen=True)
class PauseAt:
    """Pause when the run gets to an epoch; ``None`` for never."""

    epoch: int | None


class Save(NamedTuple):
    """Write the run to a file, with its past and its branches, all or nothing."""

    path: Path

    def __str__(self) -> str:
        return f"save {self.path.name}"


class HandOver(NamedTuple):
    """Give a copy of the run, with its past and its branches, to whoever asks for it; nothing changes."""

    take: Callable[[SavedSession], object]
    """Called in the runner's thread, and has to return at once."""

    def __str__(self) -> str:
        return "a copy of the run"


class Fork(PlainCommand):
    """Go on with a private copy of the run that is followed, which stays as it is."""

    def __str__(self) -> str:
        return "a copy of your own"


class Rejoin(PlainCommand):
    """Go back to the run that is followed, where that is now; what the private copy was is forgotten."""

    def __str__(self) -> str:
        return "back to the class"


@dataclass(frozen=True)
class Choose:
    """Answer what a class is asked."""

    choice: int
    """Counted from 1."""

    def __str__(self) -> str:
        return f"answer {self.choice}"


ClassCommand = Fork | Rejoin | Choose
"""What only somebody who follows a class can ask for."""
SessionCommand = Reinitialize | EditCommand | TimeCommand
"""Everything that a session does when told."""
RunCommand = Pause | Resume | SetSpeed | Step | SetUp | BringBack | Follow | PauseAt | Save | HandOver
Command = SessionCommand | RunCommand | ClassCommand
"""Everything a runner takes."""
