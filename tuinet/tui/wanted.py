"""The Experiment that was asked for and has not reached the screen yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tuinet.errors import ExperimentError
from tuinet.experiment.experiment import Experiment
from tuinet.observe.snapshot import Frame
from tuinet.tui.intent import Intent


class Wanted:
    """Remembers changes on their way, so that keys pressed in quick succession build on one another."""

    def __init__(self) -> None:
        self._wishes: dict[str, Intent[Any]] = {}
        self._frame: Frame | None = None
        self.asked: Mapping[str, Any] = {}
        """What was asked for last."""

    def ask(self, changes: Mapping[str, Any], frame: Frame) -> None:
        """Remember fields and their new values.

        Parameters
        ----------
        frame
            The one on the screen when it was asked: a refusal in it is not meant.
        """
        self._frame, self.asked = frame, dict(changes)
        for field, value in changes.items():
            self._wishes.setdefault(field, Intent()).ask(value)

    def now(self, frame: Frame) -> Experiment:
        """The Experiment of a frame with what was asked for, until that has come true, was refused or does not come."""
        actual = frame.snapshot.experiment
        if self.refusal(frame):
            self.forget()
        wanted = {field: wish.now(getattr(actual, field)) for field, wish in self._wishes.items()}
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
        self._wishes.clear()
