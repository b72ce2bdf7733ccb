"""Watching training that may take long: a look between two bursts, an end there, and how long it will take."""

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
    """A session was stopped between two updates on the way to a moment; it can go on from there."""

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
    """The function to call; ``None`` where nobody watches."""
    return _look.get()


class Bursts:
    """Learns how many updates fit into a moment."""

    def __init__(self, seconds: float = BURST_SECONDS, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._now = seconds, now
        self.size = 1

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

    @contextmanager
    def next(self, most: int) -> Iterator[int]:
        """Make as many updates as this gives: all, or while somebody watches, no more than fit into a moment."""
        if present_look() is None:
            yield most
            return
        steps = min(most, self.size)
        with self.timed(steps):
            yield steps


MEASURED_SECONDS: Final = 0.5
"""Before nothing is estimated: the first updates are slower than the others."""
LONG_SECONDS: Final = 0.3
"""From which on a piece of work is a long one."""
_MINUTE: Final = 60.0
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_YEAR: Final = 365.25 * _DAY


class Estimate:
    """Estimates the time that is left from the time that has passed."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._begin(0, 0)

    def _begin(self, done: int, aim: int) -> None:
        self._begun, self._first, self._last, self._aim = self._now(), done, done, aim

    def note(self, done: int, aim: int) -> None:
        """Note how far the work has got; another aim, or a step back, begins another piece of work."""
        if aim != self._aim or done < self._last:
            self._begin(done, aim)
        self._last = done

    @property
    def share(self) -> float:
        """The share of the work that is done, from 0 to 1."""
        whole = self._aim - self._first
        return (self._last - self._first) / whole if whole > 0 else 1.0

    @property
    def seconds(self) -> float:
        """Seconds since this piece of work began."""
        return self._now() - self._begun

    @property
    def is_long(self) -> bool:
        """Whether it takes so long that frames say so, and that a pause stops it."""
        return self.seconds >= LONG_SECONDS

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the work is done; ``None`` while that is not known."""
        seconds, share = self.seconds, self.share
        return seconds * (1 - share) / share if share > 0 and seconds >= MEASURED_SECONDS else None

    def __str__(self) -> str:
        """As in ``12%, about 3 min left``."""
        left = self.seconds_left
        return f"{self.share:.0%}" + ("" if left is None else f", about {duration_text(left)} left")


def duration_text(seconds: float) -> str:
    """``8 s``, ``12 min``, ``3 h 20 min``, ``5 days``, ``1,200 years``."""
    if seconds < 1.5 * _MINUTE:
        return f"{max(1, round(seconds))} s"
    if seconds < _HOUR:
        return f"{round(seconds / _MINUTE)} min"
    if seconds < 2 * _DAY:
        hours, minutes = divmod(round(seconds / _MINUTE), 60)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    if seconds < 2 * _YEAR:
        return f"{round(seconds / _DAY):,} days"
    return f"{round(seconds / _YEAR):,} years"
