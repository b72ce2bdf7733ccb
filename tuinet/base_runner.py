"""A BaseRunner: a thread of its own, with commands going in and frames coming out, whatever is played.

The whole way of a frame to the terminal is told at the top of `tuinet.tui.terminal.frames`.
"""

from __future__ import annotations

import math
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import ClassVar

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

    FRAME_SHARE: ClassVar[float] = 1.0
    """Of the time at full speed, what frames may take that nobody has asked for by a key."""

    def __init__(self) -> None:
        self._view: View | None = None
        self._commands: deque[Command] = deque()
        self._sent: deque[Command] = deque()
        self._wake = threading.Condition()
        self._stopped = self._is_to_finish = False
        self._has_finished = threading.Event()
        self._obeyed = 0
        self._wanted = self._stale = self._is_urgent = self._is_looked_for = False
        self._refusal, self._next_frame = "", 0.0
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
            self._stale = self._is_urgent = self._is_looked_for = True
            self._wake.notify()

    def latest(self) -> Frame:
        """The latest frame, the same object until there is news; asking has the next one made."""
        with self._wake:
            self._wanted = True
            if self._stale:  # else there is nothing new to make one of, and the thread may sleep on
                self._wake.notify()
            return self._frame

    def listen(self, listener: Callable[[], None]) -> None:
        """Have this called, in the runner's thread, when the latest frame shows what commands did, or a new view."""
        self._listener = listener

    def beside_stopped(self) -> AbstractContextManager[None]:
        """What computes in other processes pauses, while this one is stopped; nothing where there are none."""
        return nullcontext()

    @property
    def frame_seconds(self) -> float:
        """Seconds from one frame to the next that nobody asks for by a key, at least."""
        return 0.0

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
        """Have `run` return once everything is safe; whether it has done so within so many seconds."""
        self._is_to_finish = True
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
            # A frame before the answer to a command that has come meanwhile would only delay that.
            if self._wanted and not self._commands and not self._seconds_to_frame():
                self._publish()
            self._rest()
        if self._is_to_finish:
            self._save_at_end()
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
        begun = time.monotonic()
        with self._wake:
            # Before the frame is made: what is asked for meanwhile is not in it, and asks for the next one.
            self._wanted = self._stale = self._is_urgent = False
            is_looked_for, self._is_looked_for = self._is_looked_for, False
        frame = self._make_frame()
        with self._wake:
            answered = frame.obeyed - self._frame.obeyed
            for _ in range(answered):
                self._sent.popleft()
            self._frame = frame
        if (answered or is_looked_for) and self._listener is not None:
            self._listener()
        ended = time.monotonic()
        self._next_frame = ended + (ended - begun) * (1 / self.FRAME_SHARE - 1)

    def _rest(self) -> None:
        with self._wake:
            until_frame = self._seconds_to_frame() if self._wanted else math.inf
            seconds = min(until_frame, self._seconds_to_play())
            if seconds > 0 and not (self._commands or self._stopped):
                self._wake.wait(None if math.isinf(seconds) else seconds)

    def _seconds_to_frame(self) -> float:
        """Seconds until there is something to show and the last frame has been paid for by playing."""
        if not self._stale:
            return math.inf
        return 0.0 if self._is_urgent else max(0.0, self._next_frame - time.monotonic())

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

    def _save_at_end(self) -> None:
        """Make safe what would be lost; nothing where nothing would."""
        return
