"""What the dashboard needs of a runner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from tuinet.observe.snapshot import Frame
from tuinet.observe.view import View
from tuinet.session.commands import Command


class RunnerLike(Protocol):
    """Trains in a thread of its own, takes commands and shows its latest state."""

    def send(self, command: Command) -> None:
        """Queue a command; from any thread."""

    def look(self, view: View | None) -> None:
        """Say what resolution of the output surface the next frames should have."""

    def latest(self) -> Frame:
        """The newest frame, the same object while nothing happens; asking prepares the next."""

    def listen(self, listener: Callable[[], None]) -> None:
        """Have this called, from another thread, each time the latest frame shows what commands have done."""

    def give_way(self, seconds: float) -> None:
        """Leave the interpreter to the screen for so long, but obey commands; from any thread."""

    def pending(self) -> tuple[Command, ...]:
        """The commands whose effect is not in the latest frame yet, the oldest first."""

    def run(self) -> None:
        """Work until `stop` is called."""

    def stop(self) -> None:
        """Make `run` return soon."""
