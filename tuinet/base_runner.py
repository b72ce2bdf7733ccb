"""The base of runners: a thread of its own, commands going in, frames coming out; and the pace of a run."""

from __future__ import annotations

import math
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable

from tuinet.errors import TuinetError
from tuinet.observe.snapshot import Frame
from tuinet.observe.view import View
from tuinet.session.commands import Command


class BaseRunner(ABC):
    """Obeys and makes frames until told to stop; every method but `run` may be called from another thread.

    Commands take effect in the order they were sent, between two bursts of what is played. A frame is made only when
    somebody has taken the last one; what a command does is shown at once. While nothing is to be done the thread
    sleeps. Who inherits makes the first `_frame` at the end of its own initialization.
    """

    def __init__(self) -> None:
        self._view: View | None = None
        self._commands: deque[Command] = deque()
        self._sent: deque[Command] = deque()
        self._wake = threading.Condition()
        self._stopped = False
        self._has_finished = threading.Event()
        self._obeyed = 0
        self._wanted = False
        self._stale = False
        self._is_urgent = False
        self._refusal = ""
        self._listener: Callable[[], None] | None = None
        self._frame: Frame

    def send(self, command: Command) -> None:
        """Queue a command."""
        with self._wake:
            self._commands.append(command)
            self._sent.append(command)
            # Who asks for something wants to see it.
            self._wanted = True
            self._wake.notify()

    def look(self, view: View | None) -> None:
        """Say what the frames from now on shall show besides the numbers."""
        with self._wake:
            self._view = view
            self._stale = self._is_urgent = True
            self._wake.notify()

    def latest(self) -> Frame:
        """The latest frame, the same object until there is news; asking has the next one made."""
        with self._wake:
            self._wanted = True
            self._wake.notify()
            return self._frame

    def listen(self, listener: Callable[[], None]) -> None:
        """Have this called, in the runner's thread, each time the latest frame shows what commands have done."""
        self._listener = listener

    def give_way(self, seconds: float) -> None:
        """Let whoever draws have the interpreter for so long; nothing where playing costs next to nothing."""
        return

    def pending(self) -> tuple[Command, ...]:
        """The commands whose effect is not in the latest frame yet, the oldest first."""
        with self._wake:
            return tuple(self._sent)

    def stop(self) -> None:
        """Have `run` return after the burst under way."""
        with self._wake:
            self._stopped = True
            self._wake.notify()

    def finish(self, seconds: float) -> bool:
        """Have `run` end in good order; whether it has done so within so many seconds."""
        self.stop()
        return self._has_finished.wait(seconds)

    @property
    def has_finished(self) -> bool:
        """Whether `run` has returned, and not broken down."""
        return self._has_finished.is_set()

    def run(self) -> None:
        """Play, obey and make frames until `stop` or `finish`."""
        while not self._stopped:
            self._obey()
            if self._is_urgent and (self._wanted or self._listener is not None):
                # Before anything goes on: a step of a large network may take a second.
                self._publish()
            self._play()
            if self._wanted and not self._seconds_to_frame():
                self._publish()
            self._rest()
        self._end()
        self._has_finished.set()

    def _obey(self) -> None:
        while self._commands:
            self._stale = self._is_urgent = True
            self._refusal = ""
            try:
                self._handle(self._commands.popleft())
            except TuinetError as error:
                self._refusal = str(error)
            # Frames on the way have shown other moments than that at its end.
            self._stale = self._is_urgent = True
            self._obeyed += 1

    def _publish(self) -> None:
        with self._wake:
            # Before the frame is made: what is asked for meanwhile is not in it, and asks for the next one.
            self._wanted = self._stale = self._is_urgent = False
        frame = self._make_frame()
        with self._wake:
            answered = frame.obeyed - self._frame.obeyed
            for _ in range(answered):
                self._sent.popleft()
            self._frame = frame
        if answered and self._listener is not None:
            self._listener()

    def _rest(self) -> None:
        with self._wake:
            until_frame = self._seconds_to_frame() if self._wanted else math.inf
            if self._commands or self._stopped or not until_frame:
                return
            seconds = min(until_frame, self._seconds_to_play())
            if seconds > 0:
                self._wake.wait(None if math.isinf(seconds) else seconds)

    def _seconds_to_frame(self) -> float:
        """Seconds until a new frame may be made; infinite while there is nothing new to show."""
        return 0.0 if self._stale else math.inf

    @abstractmethod
    def _handle(self, command: Command) -> None:
        """Obey a command, or refuse it by a `TuinetError`."""

    @abstractmethod
    def _play(self) -> None:
        """Advance by one burst, if it is time."""

    @abstractmethod
    def _seconds_to_play(self) -> float:
        """Seconds until `_play` has something to do, unless a command comes first."""

    @abstractmethod
    def _make_frame(self) -> Frame:
        """Make a frame of the present state."""

    def _end(self) -> None:
        return


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
