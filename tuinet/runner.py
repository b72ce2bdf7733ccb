"""Runners: a thread with commands going in and frames coming out; a Runner trains a session in it.

A screen sends commands, and fetches frames: see `PollingScreen.poll` in `tuinet.tui.screens.base`.
"""

from __future__ import annotations

import math
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import ClassVar

from tuinet.beside.pictures import SidePictures
from tuinet.errors import TuinetError
from tuinet.observe.snapshot import Frame
from tuinet.observe.view import View
from tuinet.pace import Pace
from tuinet.session import commands
from tuinet.session.commands import Command
from tuinet.session.session import Session
from tuinet.session.timeline import Position, difference
from tuinet.session.watching import Estimate, StoppedError, Witness, watched
from tuinet.storage.autosave import Saver
from tuinet.storage.own_run import OwnRun


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


class Runner(BaseRunner):
    """Trains a session.

    A burst of training takes a few milliseconds; a step is never interrupted, so that of a large network a single one
    may take longer. Commands that go to another moment may take long, too: frames show how far they are, and to pause
    stops there. As long as nothing happens but training, a frame is made only as often as it costs little.

    Parameters
    ----------
    session
        Belongs to the runner from now on.
    speed
        Epochs per second, ``None`` for as fast as the machine can.
    running
        Whether to train at once.
    epochs
        Pause when the session gets there; ``None`` to go on.
    saver, warning, is_own
        See `OwnRun`.
    """

    FRAME_SHARE = 0.05

    def __init__(
        self,
        session: Session,
        speed: float | None = None,
        *,
        running: bool = True,
        epochs: int | None = None,
        saver: Saver | None = None,
        warning: str = "",
        is_own: bool = True,
    ) -> None:
        super().__init__()
        self._session = session
        self.own = OwnRun(session, is_own=is_own, saver=saver, warning=warning)
        """The user's run, wherever it is."""
        self._epochs = epochs
        self._pace = Pace(speed)
        self._running = running
        self._notice = self._way = ""
        self._quiet_until = 0.0
        self.witness: Witness | None = None
        """Is told what the runner does; ``None`` where nobody wants to know."""
        self._side = SidePictures(self.refresh)
        self._frame = self._make_frame()

    def give_way(self, seconds: float) -> None:
        """Do not train for so long, from now on: who draws needs the interpreter. Commands are obeyed all the same."""
        with self._wake:
            self._quiet_until = time.monotonic() + seconds

    def beside_stopped(self) -> AbstractContextManager[None]:
        """See `BaseRunner`: what works beside pauses."""
        return self._side.stopped()

    def _save_at_end(self) -> None:
        self.own.save_now()

    def run(self) -> None:
        """Train, obey and make frames until `stop` or `finish`; what works beside that ends with it."""
        try:
            super().run()
        finally:
            self._side.end()

    def refresh(self) -> None:
        """Have a frame made of what is known besides the training, and whoever is told of that attend."""
        with self._wake:
            self._stale = True
            self._wake.notify()

    def _play(self) -> None:
        self._train()
        if self.witness is not None:
            self.witness.attend(self._session, running=self._running, speed=self._pace.speed, run=self.own.number)
        self.own.save_if_due()

    def _handle(self, command: Command) -> None:
        self.own.is_unsaved, self._notice = True, ""
        before = self._session.now
        try:
            with watched(partial(self._be_looked_at, command, Estimate())):
                self._do(command)
            self._tell(command, before, is_complete=True)
        except StoppedError:
            self._tell(command, before, is_complete=False)
            raise
        finally:
            self._way, self.own.is_unsaved = "", True

    def _tell(self, command: Command, before: Position, *, is_complete: bool) -> None:
        if self.witness is not None:
            self.witness.note(self._session, command, before, is_complete=is_complete)

    def _be_looked_at(self, command: Command, estimate: Estimate, step: int, aim: int) -> None:
        """On a long way to a moment: publish, save, give way, or stop."""
        estimate.note(step, aim)
        self._stale = self.own.is_unsaved = True
        if self._stopped or (estimate.is_long and self._is_to_pause()):
            raise StoppedError(step, aim)
        if estimate.is_long:
            self._way = f"{command}: {estimate}"
        self.own.save_if_due()
        if estimate.is_long and self._wanted and (self._is_urgent or time.monotonic() >= self._next_frame):
            self._publish()
        quiet = self._quiet_until - time.monotonic()
        if quiet > 0:
            with self._wake:
                self._wake.wait(quiet)

    def _is_to_pause(self) -> bool:
        with self._wake:
            return any(isinstance(command, commands.Pause) for command in self._commands)

    def _do(self, command: Command) -> None:
        match command:
            case commands.Pause() | commands.Resume():
                self._set_running(isinstance(command, commands.Resume))
            case commands.SetSpeed(epochs_per_second):
                self._pace = Pace(epochs_per_second)
            case commands.PauseAt(epoch):
                self._epochs = epoch
            case commands.SetUp() | commands.BringBack():
                self._change_runs(command)
            case commands.Step(unit):
                self._set_running(False)
                self._session.step(unit)
                self.own.note()
            case commands.Save(path):
                self._notice = self.own.save_as(path)
            case commands.HandOver(take):
                take(self._session.save())
            case commands.Back() | commands.Seek() | commands.Follow():
                self._move(command)
            case _:
                self._change(command)

    def _change(self, command: commands.SessionCommand | commands.ClassCommand) -> None:
        """Obey what only the session knows to do; a run that starts anew may have something to say."""
        if isinstance(command, commands.ClassCommand):
            raise TuinetError(f"no class is followed here ({command})")
        if reason := self._session.branches.reason_against(command, self._session.now):
            raise TuinetError(reason)
        before = self._session.run
        self._session.edit(command)
        self.own.note()
        if self._session.run is not before:
            self._notice = "; ".join(self._session.run.notes)

    def _move(self, command: commands.Back | commands.Seek | commands.Follow) -> None:
        if isinstance(command, commands.Follow):
            self._set_running(False)
            self._session.follow(command.trajectory)
            self._notice = difference(command.trajectory, self._session.trajectory(), self._session.run.arithmetic)
            self._set_running(command.goes_on)
            return
        was_running, before = self._running, self._session.now
        # Who goes back wants to look.
        self._set_running(False)
        self._session.edit(command)
        if not was_running and before == self._session.now:
            raise TuinetError(self._session.branches.reason_for_staying(self._session.now))

    def _change_runs(self, command: commands.SetUp | commands.BringBack) -> None:
        if self.own.change(command):
            self._epochs = None
            self._set_running(False)

    def _set_running(self, running: bool) -> None:
        if running != self._running:
            self._pace = Pace(self._pace.speed)
        if not running:
            # The last frame has no training to wait for.
            self._next_frame = 0.0
        self._running = running

    def _train(self) -> None:
        if not self._running or time.monotonic() < self._quiet_until:
            return
        per_epoch = self._session.run.clock.batches_per_epoch
        steps = min(self._pace.steps_due(per_epoch, time.monotonic()), self._steps_left())
        if steps:
            self._session.advance_steps(steps)
            self._pace.record(steps, per_epoch, time.monotonic())
            self.own.note()
            self._stale = self.own.is_unsaved = True
        if self._epochs is not None and not self._steps_left():
            self._set_running(False)
            self._epochs = None

    def _steps_left(self) -> int:
        return sys.maxsize if self._epochs is None else max(0, self._session.steps_to(self._epochs))

    def _make_frame(self) -> Frame:
        rate = self._pace.meter.rate if self._running else 0.0
        before = self._session.question
        snapshot = self._side.added(self._session.snapshot(self._view), self._session, self._view)
        if self._session.question != before:
            self.own.is_unsaved = True
        return Frame(
            snapshot,
            self._running,
            self._pace.speed,
            rate,
            self._refusal,
            self.own.warning,
            self._notice,
            self._obeyed,
            self.own.number,
            way=self._way,
            at_stake=self.own.at_stake,
            classroom=None if self.witness is None else self.witness.classroom,
        )

    def _seconds_to_play(self) -> float:
        if self.witness is not None and self.witness.is_waiting:
            return 0.0
        now = time.monotonic()
        pause = max(self._pace.seconds_to_next(self._session.run.clock.batches_per_epoch, now), self._quiet_until - now)
        return min(self.own.seconds_to_save(), pause if self._running else math.inf)
