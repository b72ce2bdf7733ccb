"""A Link: how much the line to the terminal carries, learned from the terminal's answers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Final

QUESTION: Final = "\x1b[6n"
"""Asks the terminal for its cursor's position. It answers when it has drawn everything before the question, so that
an answer says that the line is free. ``ESC [ 5 n`` and ``ESC [ c`` would do as well, but Textual takes their answers
for keys."""
MOST_FRAMES: Final = 30.0
"""Frames a second at most, when nothing else is asked for."""
PATIENCE: Final = 5.0
"""Seconds after which an answer is given up; terminals that never answer get a frame so often at first."""
_SMOOTHING: Final = 0.2
_TALLY: Final = 2.0
"""Seconds over which the frames are counted."""


class Link:
    """Says when the next frame may be sent.

    A frame in the line's buffers delays every key behind it, and no system call sees those buffers. So after each
    frame the terminal is asked a question, and no frame follows before it has answered: there is never more than one
    in the line; two where a single one would leave a long line idle.

    Parameters
    ----------
    most_frames
        A second.
    now
        A clock.
    """

    def __init__(self, most_frames: float = MOST_FRAMES, now: Callable[[], float] = monotonic) -> None:
        self._interval, self._now = 1 / most_frames, now
        self._asked: deque[float] = deque()
        self._sent: deque[float] = deque()
        self._last_sent = float("-inf")
        self.round_trip: float | None = None
        """Seconds from a frame to its answer, smoothed; ``None`` before the first answer."""
        self.answers = True
        """Whether the terminal answers; until it fails to it is taken to."""

    @property
    def window(self) -> int:
        """Frames that may be on their way at once."""
        return 2 if self.round_trip is not None and self.round_trip > 2 * self._interval else 1

    @property
    def frame_rate(self) -> float:
        """Frames a second that were sent lately."""
        while self._sent and self._sent[0] < self._now() - _TALLY:
            self._sent.popleft()
        return len(self._sent) / _TALLY

    def is_free(self) -> bool:
        """Whether a frame may be sent now."""
        now = self._now()
        if now - self._last_sent < self._interval * 0.9:
            return False
        if self._asked and now - self._asked[0] > PATIENCE:
            # A lost answer must not stop the screen for good; a terminal without answers gets one frame at a time.
            self._asked.clear()
            self.answers = False
        return len(self._asked) < self.window

    def sent(self) -> str:
        """Note that a frame was written; returns what is to be written after it."""
        now = self._last_sent = self._now()
        self._sent.append(now)
        if not self.answers and self._asked:
            return ""
        self._asked.append(now)
        return QUESTION

    def answered(self) -> None:
        """Note that the terminal has answered."""
        self.answers = True
        if not self._asked:
            return
        seconds = self._now() - self._asked.popleft()
        if self.round_trip is None:
            self.round_trip = seconds
        self.round_trip += _SMOOTHING * (seconds - self.round_trip)
