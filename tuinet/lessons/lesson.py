"""A Lesson: steps, each with a text, and with what it sets up, asks, waits for and claims."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from tuinet.experiment.experiment import Experiment
from tuinet.lessons.conditions import Condition

PANELS: Final = (
    "map",
    "loss",
    "weights",
    "gradients",
    "network",
    "hidden-space",
    "flow",
    "confusion",
    "samples",
)
"""What a step can show, in the order of the keys 1 to 9."""

Changes = tuple[tuple[str, Any], ...]
"""Fields of the Experiment and their new values."""
Speed = float | None | Literal["as before"]
"""Epochs per second, ``None`` for as fast as the machine can."""


@dataclass(frozen=True)
class Prediction:
    """A question that comes before anything is shown."""

    question: str
    choices: tuple[str, ...]
    answer: int | None
    """The right one, counted from 1; ``None`` where there is no right one."""
    because: str


@dataclass(frozen=True)
class Claim:
    """Something that a lesson says about a run, so that the computer can check it."""

    says: str
    """The words of the lesson."""
    holds: Condition
    experiment: Experiment
    epoch: int | None = None
    """For how many epochs to train; ``None`` for as many as `until` needs."""
    until: Condition | None = None
    always: Condition | None = None
    changes: Changes = ()
    then: int | None = None
    """The epoch up to which the training goes on after the changes."""
    phase: str = ""
    """The phase after which everything has to hold; empty for the end of an epoch."""
    seeds: tuple[int, ...] = ()
    """With which to try; empty for the Experiment's own."""
    times: int | None = None
    """With how many of them it holds; ``None`` for all."""
    line: int = 0


@dataclass(frozen=True)
class Step:
    """One page of a lesson."""

    title: str
    text: str
    """Markdown."""
    experiment: Experiment | None = None
    """What a new run begins with; ``None`` where the run of the step before goes on."""
    changes: Changes = ()
    present: Experiment = field(default_factory=Experiment)
    """What is trained in this step: its own Experiment or that of the step before, with all changes."""
    run: bool | None = None
    """Whether it trains; ``None`` where that stays as it is."""
    speed: Speed = "as before"
    pause_at: int | None = None
    show: tuple[str, ...] = ()
    """Panels beside the text, the most important first; empty for those of the step before."""
    do: str = ""
    wait: Condition | None = None
    wait_for: str = ""
    """What is waited for, in words."""
    keys: tuple[str, ...] = ()
    """What a scripted learner presses."""
    prediction: Prediction | None = None
    claims: tuple[Claim, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class Lesson:
    """A text with live networks beside it."""

    name: str
    """As on the command line."""
    title: str
    summary: str
    minutes: int
    steps: tuple[Step, ...]
    path: Path

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Of all steps."""
        return tuple(claim for step in self.steps for claim in step.claims)
