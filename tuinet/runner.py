"""A Runner: trains a session in a thread of its own, by the commands of a screen.

A command comes in by `BaseRunner.send` and is obeyed between two bursts of training, by `Runner._do`; how frames go
out is in `tuinet.base_runner`.
"""

from __future__ import annotations

import math
import sys
import time
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, Protocol

from tuinet.base_runner import BaseRunner
from tuinet.beside.pictures import SidePictures
from tuinet.errors import TuinetError
from tuinet.observe.snapshot import Frame
from tuinet.pace import Pace
from tuinet.session import commands
from tuinet.session.commands import Command
from tuinet.session.session import Session
from tuinet.session.timeline import Position, difference
from tuinet.session.watching import Estimate, StoppedError, watched
from tuinet.storage.autosave import Saver
from tuinet.storage.own_run import OwnRun

if TYPE_CHECKING:
    from tuinet.observe.classroom import Classroom
    from tuinet.observe.view import View


class Witness(Protocol):
    """Is told what a runner does, in the runner's thread, and has to return at once."""

    @property
    def classroom(self) -> Classroom:
        """What frames say of the class that the run is shown to."""

    @property
    def is_waiting(self) -> bool:
        """Whether it wants to attend even where nothing happens."""

    def attend(self, session: Session, *, running: bool, speed: float | None, run: int) -> None:
        """Look at a session between two bursts of training; `speed` and `run` are those of a `Frame`."""

    def note(self, session: Session, command: Command, before: Position, *, is_complete: bool) -> None:
        """Hear of a command that was obeyed where the session was before, or was stopped on its way."""


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
        classroom = self._classroom
        view = self._view if self._goes_on else _with_step(self._view, classroom)
        snapshot = self._side.added(self._session.snapshot(view), self._session, view)
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
            classroom=classroom,
        )

    @property
    def _classroom(self) -> Classroom | None:
        """The class in which the run is shown."""
        return None if self.witness is None else self.witness.classroom

    @property
    def _goes_on(self) -> bool:
        """Whether what is shown is training."""
        return self._running

    def _seconds_to_play(self) -> float:
        if self.witness is not None and self.witness.is_waiting:
            return 0.0
        now = time.monotonic()
        pause = max(self._pace.seconds_to_next(self._session.run.clock.batches_per_epoch, now), self._quiet_until - now)
        return min(self.own.seconds_to_save(), pause if self._running else math.inf)


def _with_step(view: View | None, classroom: Classroom | None) -> View | None:
    """A view that has the numbers of the last step, too, where a teacher points at a neuron of it."""
    if view is None or classroom is None or not classroom.points_at_neuron:
        return view
    return view._replace(step=True)
