"""A Pace: epochs per second as bursts of training, and the speed that was reached."""

from __future__ import annotations

from collections import deque

BURST_SECONDS = 0.002
"""Length of a burst of training: short enough that a command is obeyed at once, long enough to cost nothing."""
RATE_SECONDS = 1.0
"""The rate is measured over about so long."""
CATCH_UP_SECONDS = 0.25
"""A machine that cannot keep the pace is never asked to make up more than this."""


class RateMeter:
    """Measures epochs per second over the last second or so."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, float]] = deque()

    def note(self, epochs: float, now: float) -> None:
        """Note how many epochs are complete at a time in seconds."""
        self._marks.append((now, epochs))
        while len(self._marks) > 2 and self._marks[1][0] < now - RATE_SECONDS:
            self._marks.popleft()

    @property
    def rate(self) -> float:
        """0 before there is anything to measure."""
        if len(self._marks) < 2:
            return 0.0
        (first, done_first), (last, done_last) = self._marks[0], self._marks[-1]
        return (done_last - done_first) / (last - first) if last > first else 0.0


class Pace:
    """Turns epochs per second into bursts of steps, and measures what was reached."""

    def __init__(self, speed: float | None) -> None:
        self.speed = speed
        self._burst = 1
        self._asked_at: float | None = None
        self._owed = 0.0
        self.meter = RateMeter()
        self._epochs = 0.0

    def steps_due(self, per_epoch: int, now: float) -> int:
        """Steps to make now, one burst at the most."""
        if self.speed is None:
            self._asked_at = now
            return self._burst
        # The first step is due at once: pressing the key shall show something.
        elapsed = now - self._asked_at if self._asked_at is not None else 1 / (self.speed * per_epoch)
        rate = self.speed * per_epoch
        self._owed = min(self._owed + elapsed * rate, max(1.0, CATCH_UP_SECONDS * rate))
        self._asked_at = now
        due = min(int(self._owed + 1e-9), self._burst)
        self._owed -= due
        return due

    def seconds_to_next(self, per_epoch: int, now: float) -> float:
        """Seconds until the next step is due, 0 if it is due now."""
        if self.speed is None or self._asked_at is None:
            return 0.0
        wait = (1.0 - self._owed) / (self.speed * per_epoch)
        return max(0.0, self._asked_at + wait - now)

    def record(self, steps: int, per_epoch: int, now: float) -> None:
        """Note that a burst was made, as `steps_due` said, and learn how many steps fit in one."""
        self._epochs += steps / per_epoch
        self.meter.note(self._epochs, now)
        if self._asked_at is not None and steps == self._burst:
            self._adapt(now - self._asked_at)

    def _adapt(self, seconds: float) -> None:
        if seconds < BURST_SECONDS / 2:
            self._burst *= 2
        elif seconds > BURST_SECONDS * 2 and self._burst > 1:
            self._burst = max(1, int(self._burst * BURST_SECONDS / seconds))
