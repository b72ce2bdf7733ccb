"""Watching training that may take long: whoever waits for it looks between two bursts, and can end it there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Literal

from tuinet.errors import TuinetError

BURST_SECONDS: Final = 0.02
"""How long is trained between two looks."""
MOST_STEPS: Final = 2**53
"""No run gets further: the fastest machine would need centuries, and larger numbers are not exact everywhere."""

Stopped = Literal["", "interrupted", "seconds"]
"""Why something was stopped: by somebody, or by the clock; empty where it was not."""
Look = Callable[[int, int], None]
"""Takes the updates that are complete and those that are aimed at; may raise `StoppedError`."""
_look: ContextVar[Look | None] = ContextVar("look", default=None)


class StoppedError(TuinetError):
    """A session was stopped between two updates on the way to a moment; it can go on from there.

    Parameters
    ----------
    step
        The complete updates.
    aim
        Those at the moment.
    reason
        Why.
    """

    def __init__(self, step: int, aim: int, reason: Stopped = "interrupted") -> None:
        super().__init__(f"stopped at step {step:,} on the way to step {aim:,}")
        self.step, self.aim = step, aim
        self.reason: Stopped = reason


@contextmanager
def watched(look: Look) -> Iterator[None]:
    """Have this called between two bursts of whatever this thread trains on the way to a moment."""
    token = _look.set(look)
    try:
        yield
    finally:
        _look.reset(token)


def present_look() -> Look | None:
    """What is to be called; ``None`` where nobody watches."""
    return _look.get()


class Bursts:
    """How many updates fit into a moment, learned on the way.

    Parameters
    ----------
    seconds
        The length of the moment.
    now
        A clock.
    """

    def __init__(self, seconds: float = BURST_SECONDS, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._now = seconds, now
        self.size = 1
        """Updates of the next burst."""

    @contextmanager
    def timed(self, steps: int) -> Iterator[None]:
        """Make so many updates meanwhile."""
        begun = self._now()
        yield
        seconds = self._now() - begun
        if steps >= self.size and seconds < self._seconds / 2:
            self.size *= 2
        elif seconds > self._seconds * 2:
            self.size = max(1, self.size // 2)
