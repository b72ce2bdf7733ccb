"""What a teacher's runner says to a class: commands and positions, digests, and a copy of its state when asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from tuinet.classroom.messages import At, Did, FromTeacher, Going, Parted, command_record
from tuinet.classroom.states import Copy
from tuinet.classroom.wire import MOST_OF_TEACHER, encoded
from tuinet.observe.classroom import Classroom
from tuinet.session.commands import Back, BringBack, Command, Follow, Reinitialize, Seek, SetUp, Step, SwapBranch, Undo
from tuinet.session.edits import ExperimentEdit, ParameterEdit
from tuinet.session.session import Session
from tuinet.session.timeline import Position, digest_of

POSITION_SECONDS: Final = 0.25
"""From one position that is said to the next, where followers can keep up."""
FULL_SPEED_SECONDS: Final = 1.0
"""The same at full speed, at which they go from state to state."""
DIGEST_SECONDS: Final = 1.0
_DIGEST_SHARE: Final = 0.01
"""Of the time, what digests of a large network may take."""
COPY_SECONDS: Final = 0.4
"""From one copy for the followers to the next: one is for all who ask meanwhile."""
_REPLAYED: Final = (Reinitialize, ExperimentEdit, ParameterEdit, Back, Seek, Undo, SwapBranch, Step)
_PARTING: Final = (SetUp, BringBack, Follow)

Post = Callable[[FromTeacher | Copy], None]


class Teaching:
    """The witness of a teacher's runner.

    Parameters
    ----------
    post
        Takes what a class is to be told, in order; returns at once.
    classroom
        Says what frames say of the class.
    """

    def __init__(
        self, post: Post, classroom: Callable[[], Classroom], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._post, self._classroom, self._now = post, classroom, now
        self.has_audience = False
        """Whether anybody follows: else nothing need be said."""
        self.wants_copy = False
        """Whether a copy of the state is wanted."""
        self._serial = 0
        self._going = Going(running=False, speed=None)
        self._said = Position(-1)
        self._next = self._next_digest = self._next_copy = 0.0

    @property
    def classroom(self) -> Classroom:
        """See `tuinet.runner.Witness`."""
        return self._classroom()

    @property
    def is_waiting(self) -> bool:
        """See `tuinet.runner.Witness`."""
        return self.wants_copy and self._now() >= self._next_copy

    def attend(self, session: Session, *, running: bool, speed: float | None, run: int) -> None:
        """See `tuinet.runner.Witness`."""
        if not self.has_audience:
            return
        now = self._now()
        going = self._going
        if (running, speed, run) != (going.running, going.speed, going.run):
            self._going = going = Going(running, speed, run)
            self._say_position(session, now, with_digest=True)
            self._post(going)
        elif now >= self._next and session.now != self._said:
            self._say_position(session, now, with_digest=now >= self._next_digest)
        if self.is_waiting:
            self._hand_over(session, now)

    def note(self, session: Session, command: Command, before: Position, *, is_complete: bool) -> None:
        """See `tuinet.runner.Witness`."""
        if not self.has_audience:
            return
        if not is_complete or isinstance(command, _PARTING):
            self._post(Parted())
        elif isinstance(command, _REPLAYED):
            after = session.now
            record = command_record(command)
            did = Did(record, *before, *after, self._next_serial(), _digest(session))
            self._post(did if len(encoded(did)) <= MOST_OF_TEACHER else Parted())
            self._said = after

    def _say_position(self, session: Session, now: float, *, with_digest: bool) -> None:
        at = At(*session.now)
        if with_digest:
            at = replace(at, serial=self._next_serial(), digest=_digest(session))
            self._next_digest = now + max(DIGEST_SECONDS, (self._now() - now) / _DIGEST_SHARE)
        self._post(at)
        self._said = session.now
        self._next = now + (FULL_SPEED_SECONDS if self._going.speed is None else POSITION_SECONDS)

    def _hand_over(self, session: Session, now: float) -> None:
        self.wants_copy = False
        self._post(Copy.of(session.run, self._next_serial(), self._going))
        # Who comes while nothing is trained waits for nothing.
        self._next_copy = now + (COPY_SECONDS if self._going.running else 0.0)

    def _next_serial(self) -> int:
        self._serial += 1
        return self._serial


def _digest(session: Session) -> str:
    return digest_of(session.run.parameters.vector, session.run.dataset.digest)
