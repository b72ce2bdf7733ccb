"""A Link: how much the line to the terminal carries, learned from its answers, and what the status says about it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Final

QUESTION: Final = "\x1b[6n"
"""Asks the terminal for its cursor's position. It answers when it has drawn everything before the question, so that
an answer says that the line is free. ``ESC [ 5 n`` and ``ESC [ c`` would do as well, but Textual takes their answers
for keys."""
PATIENCE: Final = 5.0
"""Seconds after which an answer is given up."""
DOUBT: Final = 1.0
"""Seconds after which a terminal that has never answered is taken for one that does not."""
UNANSWERED: Final = 0.1
"""Seconds from one frame to the next on such a terminal, at least."""
UNKNOWN: Final = 24_000
"""Bytes a second that it gets at most: its first answer may still be on its way, behind them, on a thin line."""
_SLACK: Final = 0.5
"""Frames are taken at their intervals anyway, and sent a little later each time: only what comes between waits."""
_RECENT: Final = 20
"""Answers that tell how long the line is."""
_ENOUGH: Final = 4
_LATE: Final = 0.1
"""Seconds from which on an answer is late."""
_SOON: Final = 0.02
"""Seconds within which an answer is soon."""
_SMOOTHING: Final = 0.2
_TALLY: Final = 2.0


class Link:
    """Says when the next frame may be sent.

    A frame in the line's buffers delays every key behind it, and no system call sees those buffers. So after each
    frame the terminal is asked a question, and no frame follows before it has answered: there is never more than one
    in the line; two where a single one would leave a long line idle.

    Parameters
    ----------
    most_frames
        A second.
    """

    def __init__(self, most_frames: float, now: Callable[[], float] = monotonic) -> None:
        self.interval, self._now = 1 / most_frames, now
        self._asked: deque[float] = deque()
        self._is_owing = False
        self._sent: deque[float] = deque()
        self._last_sent = float("-inf")
        self._last_size = 0
        self._round_trips: deque[float] = deque(maxlen=_RECENT)
        self.round_trip: float | None = None
        """Seconds from a frame to its answer, smoothed; ``None`` before the first answer."""
        self.answers = True
        """Whether the terminal answers; until it fails to it is taken to."""

    @property
    def window(self) -> int:
        """Frames that may be on their way at once.

        On a thin line it is the large frames that take long; on a long one the small ones take long, too.
        """
        known = len(self._round_trips) >= _ENOUGH
        return 2 if known and min(self._round_trips) > 2 * self.interval else 1

    @property
    def is_slow(self) -> bool:
        """Whether all of the latest answers came late: once the program has started, none of a short line does."""
        return len(self._round_trips) == _RECENT and min(self._round_trips) > _LATE

    @property
    def is_quick(self) -> bool:
        """Whether what is sent after an answer of the terminal comes hardly later than if it had not waited for it."""
        return bool(self._round_trips) and min(self._round_trips) < _SOON

    @property
    def frame_rate(self) -> float:
        """Frames a second that were sent lately."""
        while self._sent and self._sent[0] < self._now() - _TALLY:
            self._sent.popleft()
        return len(self._sent) / _TALLY

    def is_free(self, *, at_once: bool = False) -> bool:
        """Whether a frame may be sent now; with `at_once`, though it is not yet time for one."""
        now = self._now()
        if not at_once and now - self._last_sent < self.interval * _SLACK:
            return False
        if self._asked and now - self._asked[0] > PATIENCE:
            # A lost answer must not stop the screen for good.
            self.forget()
        if self.round_trip is None and self._asked and now - self._asked[0] > DOUBT:
            self.answers = False
        if not self.answers:
            return now - self._last_sent >= max(UNANSWERED - self.interval * _SLACK, self._last_size / UNKNOWN)
        return len(self._asked) < self.window and not self._is_owing

    def sent(self, size: int = 0) -> str:
        """Note that a frame of so many bytes was written; returns what is to be written after it."""
        now = self._last_sent = self._now()
        self._last_size = size
        self._sent.append(now)
        if len(self._asked) >= self.window or (self._asked and not self.answers):
            self._is_owing = True
            return ""
        return self._ask()

    def forget(self) -> None:
        """Wait for no answer to what was asked until now."""
        self._asked.clear()
        self._is_owing = False

    def answered(self) -> str:
        """Note that the terminal has answered; returns what is to be written now.

        What was sent while a question was on its way is asked for only now: a burst of updates has one question.
        """
        self.answers = True
        if not self._asked:
            return ""
        seconds = self._now() - self._asked.popleft()
        self._round_trips.append(seconds)
        if self.round_trip is None:
            self.round_trip = seconds
        self.round_trip += _SMOOTHING * (seconds - self.round_trip)
        return self._ask() if self._is_owing else ""

    def _ask(self) -> str:
        self._is_owing = False
        self._asked.append(self._now())
        return QUESTION


class StatusNotes:
    """A greeting, and figures of the line to the terminal.

    Parameters
    ----------
    greeting
        Said at the start, as long as notices are.
    link
        The line whose figures are shown; ``None`` for none.
    """

    def __init__(self, greeting: str = "", link: Link | None = None) -> None:
        self.greeting, self._link = greeting, link

    def words(self) -> str:
        """The present figures; empty where none are wanted."""
        return "" if self._link is None else line_figures(self._link)


def line_figures(link: Link) -> str:
    """``20 frames/s · round trip 12 ms``: updates written lately, and how soon the terminal answers one."""
    rate = f"{link.frame_rate:.0f} frames/s"
    if link.round_trip is None or not link.answers:
        return f"{rate} · the terminal does not answer" if not link.answers else rate
    return f"{rate} · round trip {1000 * link.round_trip:.0f} ms"
