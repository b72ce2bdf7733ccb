"""A Runner: a session in a thread of its own, paced, with commands going in and frames coming out."""

from __future__ import annotations

import math
import sys
import time
from pathlib import Path
from typing import Final

from tuinet.base_runner import BaseRunner, Pace
from tuinet.errors import TuinetError
from tuinet.observe.snapshot import Frame
from tuinet.session.commands import (
    Back,
    BringBack,
    Command,
    Follow,
    HandOver,
    Pause,
    PauseAt,
    Resume,
    Save,
    Seek,
    SetSpeed,
    SetUp,
    Step,
)
from tuinet.session.session import Session
from tuinet.session.timeline import SavedSession, difference
from tuinet.session.watching import Estimate, StoppedError, duration_text, watched
from tuinet.storage.autosave import Saver

FRAME_SHARE: Final = 0.05
"""Of the time of a training at full speed, what frames may take that nobody has asked for by a key."""
_LONG_WAY: Final = 0.3
"""Seconds on the way to a moment from which on frames say so, and a pause stops there."""


class Runner(BaseRunner):
    """Runs a session until told to stop; every method but `run` may be called from another thread.

    Commands take effect in the order they were sent, between two bursts of training of a few milliseconds; a step is
    never interrupted, so that of a large network a single one may take longer. Those that go to another moment may take
    long, too: frames show how far they are, and to pause stops there. A frame is made only when somebody has
    taken the last one, and, as long as nothing happens but training, only as often as it costs little beside that;
    what a command does is shown at once. While paused and without commands the thread sleeps.

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
    saver
        Keeps the run safe; ``None`` where it is not to be saved.
    warning
        What every frame warns of where there is no saver.
    is_own
        Whether the session is the user's, to be saved beside what is set up in its place; not so where a lesson is all
        that was asked for.
    """

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
        self._saver, self._warning = saver, warning
        self._unsaved = saver is not None
        self._epochs = epochs
        self._put_aside: SavedSession | None = None
        self._is_own = is_own
        self._run_number = 0
        self._pace = Pace(speed)
        self._running = running
        self._saves_at_end = False
        self._next_frame = 0.0
        self._notice = self._way = ""
        self._under_way: Command | None = None
        self._estimate = Estimate()
        self._quiet_until = 0.0
        self._frame = self._make_frame()

    def give_way(self, seconds: float) -> None:
        """Do not train for so long, from now on: who draws needs the interpreter. Commands are obeyed all the same."""
        with self._wake:
            self._quiet_until = time.monotonic() + seconds

    @property
    def put_aside(self) -> SavedSession | None:
        """The run that was before one that was set up, to be saved with it; ``None`` where there is none."""
        return self._put_aside if self._is_own else None

    def kept(self) -> SavedSession | None:
        """The user's run as it is to be saved at the end; ``None`` where nothing was done."""
        if not self._is_own:
            return None
        saved = self._put_aside or self._session.save()
        return None if saved.is_untouched else saved

    def finish(self, seconds: float) -> bool:
        """Have `run` save the session and return; whether it has done so within so many seconds."""
        self._saves_at_end = True
        return super().finish(seconds)

    def _end(self) -> None:
        if self._saves_at_end and self._saver is not None:
            self._saver.save_now(self._session.save(), self.put_aside)

    def _play(self) -> None:
        self._train()
        self._save()

    def _handle(self, command: Command) -> None:
        self._unsaved, self._notice = True, ""
        self._under_way, self._estimate = command, Estimate()
        try:
            with watched(self._be_looked_at):
                self._do(command)
        finally:
            self._way, self._unsaved = "", True

    def _be_looked_at(self, step: int, aim: int) -> None:
        """On a long way to a moment: publish, save, give way, or stop."""
        self._estimate.note(step, aim)
        self._stale = self._unsaved = True
        is_long = self._estimate.seconds >= _LONG_WAY
        if self._stopped or (is_long and self._is_to_pause()):
            raise StoppedError(step, aim)
        if is_long:
            left = self._estimate.seconds_left
            time_left = "" if left is None else f", about {duration_text(left)} left"
            self._way = f"{self._under_way}: {self._estimate.share:.0%}{time_left}"
        self._save()
        if is_long and self._wanted and (self._is_urgent or time.monotonic() >= self._next_frame):
            self._publish()
        quiet = self._quiet_until - time.monotonic()
        if quiet > 0:
            with self._wake:
                self._wake.wait(quiet)

    def _is_to_pause(self) -> bool:
        with self._wake:
            return any(isinstance(command, Pause) for command in self._commands)

    def _do(self, command: Command) -> None:
        match command:
            case Pause() | Resume():
                self._set_running(isinstance(command, Resume))
            case SetSpeed(epochs_per_second):
                self._pace = Pace(epochs_per_second)
            case PauseAt(epoch):
                self._epochs = epoch
            case SetUp() | BringBack():
                self._change_runs(command)
            case Step(unit):
                self._set_running(False)
                self._session.step(unit)
            case Save(path):
                self._save_as(path)
            case HandOver(take):
                take(self._session.save())
            case Back() | Seek() | Follow():
                self._move(command)
            case _:
                if reason := self._session.branches.reason_against(command, self._session.now):
                    raise TuinetError(reason)
                self._session.edit(command)

    def _move(self, command: Back | Seek | Follow) -> None:
        if isinstance(command, Follow):
            self._set_running(False)
            self._session.follow(command.trajectory)
            self._notice = difference(command.trajectory, self._session.trajectory())
            self._set_running(command.goes_on)
            return
        was_running, before = self._running, self._session.now
        # Who goes back wants to look.
        self._set_running(False)
        self._session.edit(command)
        if not was_running and before == self._session.now:
            raise TuinetError(self._session.branches.reason_for_staying(self._session.now))

    def _save_as(self, path: Path) -> None:
        from tuinet.storage import session_file  # noqa: PLC0415 - not needed at the start

        saved = self._session.save()
        session_file.write(path, saved, compressed=False)
        past = "" if session_file.fits(saved) else ", without its past, which is too large"
        self._notice = f"the run is in {path}{past}"

    def _change_runs(self, command: SetUp | BringBack) -> None:
        """Begin another run, or go on with the one that was put aside for it."""
        if isinstance(command, SetUp):
            before = self._put_aside or self._session.save()
            self._session.begin(command.experiment)
            self._put_aside, self._run_number = before, command.number
        elif self._put_aside is not None:
            self._session.restore(self._put_aside)
            self._put_aside, self._run_number, self._is_own = None, 0, True
        else:
            return
        self._epochs = None
        self._set_running(False)

    def _set_running(self, running: bool) -> None:
        if running != self._running:
            self._pace = Pace(self._pace.speed)
        self._running = running

    def _train(self) -> None:
        if not self._running or time.monotonic() < self._quiet_until:
            return
        per_epoch = self._session.run.clock.batches_per_epoch
        steps = min(self._pace.steps_due(per_epoch, time.monotonic()), self._steps_left())
        if steps:
            self._session.advance_steps(steps)
            self._pace.record(steps, per_epoch, time.monotonic())
            self._stale = self._unsaved = True
        if self._epochs is not None and not self._steps_left():
            self._set_running(False)
            self._epochs = None

    def _save(self) -> None:
        if self._saver is not None and self._unsaved and not self._saver.seconds_left():
            self._saver.hand_over(self._session.save(), self.put_aside)
            self._unsaved = False

    def _steps_left(self) -> int:
        if self._epochs is None:
            return sys.maxsize
        return max(0, self._session.steps_to(self._epochs))

    def _seconds_to_frame(self) -> float:
        """Seconds until there is something to show and the last frame has been paid for by training."""
        if not self._stale:
            return math.inf
        if self._is_urgent or not self._running:
            return 0.0
        return max(0.0, self._next_frame - time.monotonic())

    def _publish(self) -> None:
        begun = time.monotonic()
        super()._publish()
        ended = time.monotonic()
        self._next_frame = ended + (ended - begun) * (1 / FRAME_SHARE - 1)

    def _make_frame(self) -> Frame:
        rate = self._pace.meter.rate if self._running else 0.0
        warning = self._warning if self._saver is None else self._saver.warning
        snapshot = self._session.snapshot(self._view)
        return Frame(
            snapshot,
            self._running,
            self._pace.speed,
            rate,
            self._refusal,
            warning,
            self._notice,
            self._obeyed,
            self._run_number,
            way=self._way,
        )

    def _seconds_to_play(self) -> float:
        now = time.monotonic()
        pause = max(self._pace.seconds_to_next(self._session.run.clock.batches_per_epoch, now), self._quiet_until - now)
        until_save = self._saver.seconds_left() if self._saver is not None and self._unsaved else math.inf
        return min(until_save, pause if self._running else math.inf)
