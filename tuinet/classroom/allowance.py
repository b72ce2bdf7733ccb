"""What a follower's program may have of the processors: the more follow, the less, so that the teacher trains on."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Final

FULL_SPEED_SHARE: Final = 0.2
"""Of all processors, for all followers together while the teacher trains as fast as can be: wherever the system lets
them run, even where that is half of them on the teacher's own of two processors, four fifths of it are left."""
PACED_SHARE: Final = 0.5
"""The same while the teacher trains at a pace that leaves processors idle."""
PAUSED_SHARE: Final = 0.9
"""The same while nothing trains."""
_MOST_SAVED: Final = 0.03
_MOST_OWED: Final = 0.05
"""Seconds of a processor that can be saved up, and that can be owed: a key is answered at once, whatever it costs."""


class Allowance:
    """Saves up a share of the time, and says how long to wait for it; all that the program does counts.

    Parameters
    ----------
    now, spent
        Clocks of the time, and of what the program has had of the processors; in seconds.
    """

    def __init__(
        self, now: Callable[[], float] = time.monotonic, spent: Callable[[], float] = time.process_time
    ) -> None:
        self._now, self._spent = now, spent
        self.share = 1.0
        """Of a processor, what the program may have."""
        self._at, self._had = now(), spent()
        self._saved = _MOST_SAVED

    def share_with(self, followers: int, processors: int, share: float) -> None:
        """From now on so many followers have a share of so many processors; where that is more, nothing is owed."""
        self._settle()
        before, self.share = self.share, min(1.0, share * processors / max(followers, 1))
        if self.share > before:
            self._saved = max(self._saved, 0.0)

    @property
    def seconds_left(self) -> float:
        """How long nothing more should be done; 0 where something may."""
        self._settle()
        return max(0.0, -self._saved / self.share)

    def _settle(self) -> None:
        now, had = self._now(), self._spent()
        earned, cost = (now - self._at) * self.share, had - self._had
        self._saved = max(-_MOST_OWED, min(_MOST_SAVED, self._saved + earned) - cost)
        self._at, self._had = now, had


def processors() -> int:
    """How many this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
