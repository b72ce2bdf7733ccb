"""What is shared of a run, and what stands in the way of that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from tuinet.data.generators import is_known
from tuinet.errors import TuinetError
from tuinet.experiment.defaults import is_file
from tuinet.session.edits import Configure
from tuinet.session.timeline import START, Trajectory

USUAL_SPEED: Final = 100.0
"""Epochs per second of a run for which nobody says otherwise."""
LONG: Final = 4000
"""Characters of a line that every terminal and every shell takes."""
EXAMPLE: Final = "@300 learning_rate=0.1"
POINTS: Final = ("added", "removed", "cleared")
"""Fields that are no options: samples that were changed by hand before the run began."""


class ShareError(TuinetError):
    """A run cannot be shared, or what was shared cannot be read; the message says why."""


@dataclass(frozen=True)
class Shared:
    """A run at one moment, and how it is shown."""

    trajectory: Trajectory
    speed: float | None = USUAL_SPEED
    """Epochs per second, ``None`` for no brake."""
    is_paused: bool = True
    epochs: int | None = None
    load: str = ""
    """The file of a saved run in which the trajectory begins; empty where it begins with its Experiment."""

    def __post_init__(self) -> None:
        if self.trajectory.origin > START and not self.load:
            step = self.trajectory.origin.step
            raise ShareError(f"the past of this run before step {step:,} is not known: no line can lead there")


def share(trajectory: Trajectory, speed: float | None = USUAL_SPEED) -> Shared:
    """A run where its trajectory ends; the file that its past begins in is named only where it is needed.

    Raises
    ------
    ShareError
        If no line can lead there.
    """
    start = trajectory.experiment
    if not (trajectory.source or is_file(start) or is_known(start.dataset)):
        raise ShareError(f"{start.dataset}: the data were given in Python, so that no line can lead there")
    return Shared(trajectory, speed, load=trajectory.source)


def files_of(shared: Shared) -> tuple[str, ...]:
    """The files that somebody else needs, too."""
    return tuple(dict.fromkeys(_files(shared)))


def _files(shared: Shared) -> Iterator[str]:
    if shared.load:
        yield shared.load
        return
    start = shared.trajectory.experiment
    if is_file(start):
        yield start.dataset
    if start.weights:
        yield start.weights
    for edit in shared.trajectory.edits:
        if isinstance(edit.command, Configure):
            fields = dict(edit.command.changes)
            name = fields.get("dataset")
            if isinstance(name, str) and is_file(replace(start, dataset=name)):
                yield name
