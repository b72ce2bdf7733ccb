"""What was asked for a moment ago and is not on the screen yet, and how often numbers may change there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from time import monotonic
from typing import Any, Final, Generic, TypeVar

from tuinet.errors import ExperimentError
from tuinet.experiment.experiment import Experiment
from tuinet.observe.snapshot import Frame
from tuinet.session.commands import Command
from tuinet.tui.notices import Hints

T = TypeVar("T")

_PATIENCE: Final = 2.0
"""Seconds after which a value that has not come is given up."""


class PendingValue(Generic[T]):
    """A value on its way: keys pressed in quick succession build on it, not on the frame before it."""

    def __init__(self) -> None:
        self._wanted: list[T] = []
        self._until = 0.0

    def ask(self, value: T) -> T:
        """Remember what was asked for."""
        self._wanted, self._until = [value], monotonic() + _PATIENCE
        return value

    def forget(self) -> None:
        """Something else was asked for, which this value is not."""
        self._wanted = []

    def now(self, actual: T) -> T:
        """What was asked for, until it has become true or does not come."""
        if self._wanted and (self._wanted[0] == actual or monotonic() > self._until):
            self._wanted = []
        return self._wanted[0] if self._wanted else actual


class Replacing:
    """Whether what was asked for is still on its way: as long as what it replaces is there, unless it does not come."""

    def __init__(self) -> None:
        self._replaced: object = None
        self._until = 0.0

    def begin(self, replaced: object) -> None:
        """Something else was asked for in place of this."""
        self._replaced, self._until = replaced, monotonic() + _PATIENCE

    def is_on(self, present: object) -> bool:
        """Whether it has not come yet, this being what is there now."""
        return present is self._replaced and monotonic() <= self._until


_SECONDS: Final = 0.25
"""Between two changes of numbers and curve while the training runs: what changes faster cannot be read."""


class RedrawLimit:
    """Says which frames to show."""

    def __init__(self) -> None:
        self._shown_at = 0.0
        self._shown: tuple[object, ...] = ()

    def allows(self, frame: Frame) -> bool:
        """Whether it is time for this frame: where the training is paused, a command obeyed, or a question answered."""
        answer = frame.snapshot.answer
        asked = (frame.obeyed, None if answer is None else answer.question)
        if frame.running and asked == self._shown and monotonic() < self._shown_at + _SECONDS:
            return False
        self._shown_at, self._shown = monotonic(), asked
        return True


class PendingExperiment:
    """Remembers changes on their way, so that keys pressed in quick succession build on one another."""

    def __init__(self) -> None:
        self._asked: dict[str, PendingValue[Any]] = {}
        self._frame: Frame | None = None
        self.asked: Mapping[str, Any] = {}

    def ask(self, changes: Mapping[str, Any], frame: Frame) -> None:
        """Remember fields and their new values.

        Parameters
        ----------
        frame
            The one on the screen when it was asked: a refusal in it is not meant.
        """
        self._frame, self.asked = frame, dict(changes)
        for field, value in changes.items():
            self._asked.setdefault(field, PendingValue()).ask(value)

    def now(self, frame: Frame) -> Experiment:
        """The Experiment of a frame with what was asked for, until that has come true, was refused or does not come."""
        actual = frame.snapshot.experiment
        if self.refusal(frame):
            self.forget()
        wanted = {field: pending_value.now(getattr(actual, field)) for field, pending_value in self._asked.items()}
        try:
            return replace(actual, **wanted)
        except ExperimentError:
            self.forget()
            return actual

    def refusal(self, frame: Frame) -> str:
        """Why what was asked for last was refused, if it was."""
        return frame.refusal if self.asked and frame is not self._frame else ""

    def forget(self) -> None:
        """Give up what is on its way."""
        self._asked.clear()


MOMENT: Final = 0.1
"""Seconds that a command may take without being mentioned: most take a few milliseconds."""


class PendingCommands:
    """Says what is still to come, so that a key is answered while a step of a large network takes its time."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._since: float | None = None

    def words(self, commands: Sequence[Command]) -> str:
        """``pending: pause``; empty where nothing has been waiting for longer than a moment.

        Parameters
        ----------
        commands
            Those that have not taken effect yet, the oldest first.
        """
        if not commands:
            self._since = None
            return ""
        if self._since is None:
            self._since = self._now()
        if self._now() - self._since < MOMENT:
            return ""
        others = f", {len(commands) - 1} more" if len(commands) > 1 else ""
        return f"pending: {commands[0]}{others}"


class PendingValues:
    """What was asked for lately, and whether hints are; the screens of one application share it."""

    def __init__(self, hints: Hints | None = None) -> None:
        self.hints = hints or Hints()
        self.running: PendingValue[bool] = PendingValue()
        self.epoch: PendingValue[int] = PendingValue()
        self.learning_rate: PendingValue[float] = PendingValue()
        self.optimizer: PendingValue[str] = PendingValue()
        self.activation: PendingValue[str] = PendingValue()
        self.seed: PendingValue[int] = PendingValue()
        self.speed: PendingValue[float | None] = PendingValue()
        self.experiment = PendingExperiment()
        self.by_phases = False
        """Whether the last step, forward or back, was a phase."""
