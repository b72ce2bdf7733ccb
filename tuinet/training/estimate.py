"""How long work takes that goes on as it has begun, in words."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

MEASURED_SECONDS: Final = 0.5
"""Before nothing is estimated: the first updates are slower than the others."""
_MINUTE: Final = 60.0
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_YEAR: Final = 365.25 * _DAY


class Estimate:
    """Estimates the time that is left from the time that has passed.

    Parameters
    ----------
    now
        A clock.
    """

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
        """How much of the work is done, from 0 to 1."""
        whole = self._aim - self._first
        return (self._last - self._first) / whole if whole > 0 else 1.0

    @property
    def seconds(self) -> float:
        """How long this piece of work has gone on."""
        return self._now() - self._begun

    @property
    def seconds_left(self) -> float | None:
        """How long it takes still; ``None`` while that is not known."""
        seconds, share = self.seconds, self.share
        return seconds * (1 - share) / share if share > 0 and seconds >= MEASURED_SECONDS else None


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
