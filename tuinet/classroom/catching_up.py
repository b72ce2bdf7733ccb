"""Replaying a teacher's run: a follower's session goes where positions say, and obeys commands where they were obeyed.

One who falls behind asks for the present state instead: a jump. At teaching speeds nobody has to.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from tuinet.classroom.messages import MALFORMED, At, Did, MessageError, Parted, State, WantState, read_command_record
from tuinet.classroom.states import ForgottenError, go_there, known_by
from tuinet.errors import TuinetError
from tuinet.session.commands import Step
from tuinet.session.edits import Configure
from tuinet.session.session import Session
from tuinet.session.timeline import Position, digest_of

LATE_SECONDS: Final = 2.0
"""Behind the teacher by more than this, a follower jumps."""
JUMP_SECONDS: Final = 0.5
"""From one jump to the next, at least."""
_LONG: Final = 0.25
"""Seconds of training after which a follower of a paused teacher jumps instead."""
_BURST_SECONDS: Final = 0.005
_ASK_AGAIN: Final = 8.0
"""Seconds after which a state that was asked for and never came is asked for again."""
_TRY_AGAIN: Final = 10.0
"""Seconds after which a follower of a teacher who trains at a pace tries to replay again: it may have been busy."""
_MOST_WAITING: Final = 8
"""Positions that wait to be reached; of more, some in the middle are left out."""
_MOST_EVENTS: Final = 2_000

Event = At | Did


class RunFollower:
    """Takes a session along a teacher's run.

    Parameters
    ----------
    session
        Is changed by nobody else meanwhile.
    ask
        Asks for the teacher's state.
    report
        Is told the serial number of a digest and the digest that was found there.
    """

    def __init__(
        self,
        session: Session,
        ask: Callable[[WantState], None],
        report: Callable[[int, str], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session, self._ask, self._report, self._now = session, ask, report, now
        self._events: deque[tuple[float, Event]] = deque()
        self.has_state = False
        """Whether the session is the teacher's, at some moment."""
        self._is_lost = self._is_running = self._jumps = self._is_light = self._is_asked = False
        self._is_paced = False
        self._asked_at = self._came_at = self._jumps_since = -math.inf
        self._data = ""
        self._step_seconds = 0.0
        self._burst = 1
        self.jumps = 0
        """How many states have come."""

    def begin_anew(self) -> None:
        """Forget what was to be done, and go where the teacher is."""
        self.has_state = self._jumps = self._is_asked = False
        self._be_lost()

    def begin_going(self, *, is_running: bool, is_paced: bool = False) -> None:
        """The teacher trains or pauses from here on, at a pace or as fast as can be: try to replay."""
        self._is_running, self._is_paced, self._jumps = is_running, is_paced, False

    def take(self, message: At | Did | Parted | State, now: float) -> None:
        """Take what the teacher's program says of the run."""
        match message:
            case State():
                self._events.clear()
                self._jump(message)
            case Parted():
                self._be_lost()
            case _ if not self._is_lost:
                self._wait_for(message, now)

    def _wait_for(self, event: Event, now: float) -> None:
        events = self._events
        if isinstance(event, At) and events and isinstance(last := events[-1][1], At) and not last.digest:
            events.pop()
        events.append((now, event))
        if len(events) > _MOST_WAITING and all(isinstance(some, At) for _, some in events):
            del events[1]
        if len(events) > _MOST_EVENTS:
            self._be_lost()

    def _jump(self, state: State) -> None:
        try:
            arrival = go_there(self._session, state)
        except ForgottenError:
            self._data = ""
            self._is_lost = True
            self._send_ask(WantState())
            return
        except TuinetError:
            # QuestionShown for again after a while: the session may be anywhere now.
            self.has_state, self._is_lost = False, True
            return
        self.has_state, self._is_lost, self._is_light = True, False, arrival.is_light
        self._is_asked, self._came_at, self._data = False, self._now(), arrival.data
        self.jumps += 1
        self._report(arrival.serial, self._digest())

    def go_on(self, now: float, *, may_train: bool) -> None:
        """Do one burst of what there is to do."""
        if not self._is_lost and may_train and self._events:
            self._do_next(self._most_steps(now))
        if self._is_lost or (may_train and self._should_jump(now)):
            self._begin_to_jump(now)
            self._ask_if_due(now)
        elif self._jumps and self._is_paced and now - self._jumps_since > _TRY_AGAIN:
            self._jumps = False

    def _begin_to_jump(self, now: float) -> None:
        if self._is_running and not self._is_lost and not self._jumps:
            self._jumps, self._jumps_since = True, now

    def seconds_to_go(self, now: float) -> float:
        """Seconds until `go_on` has something to do, unless a message comes first."""
        if not self._is_lost and self._events:
            if self._most_steps(now) or self._session.now == self._aim:
                return 0.0
            return max(0.0, (self._asked_at + LATE_SECONDS if self._is_asked else self._next_ask) - now)
        return max(0.0, self._next_ask - now) if self._is_lost or self._should_jump(now) else math.inf

    @property
    def _next_ask(self) -> float:
        """When the state may be asked for next."""
        if self._is_asked:
            return self._asked_at + _ASK_AGAIN
        return -math.inf if self._is_lost or not self._is_running else self._came_at + JUMP_SECONDS

    @property
    def _aim(self) -> Position:
        """Where the next event is."""
        event = self._events[0][1]
        return event.before.position if isinstance(event, Did) else event.position

    def _most_steps(self, now: float) -> int:
        """How far to train at once: not at all where a state will come soon, but for the gradients of one step."""
        if not self._should_jump(now) or (self._is_asked and now - self._asked_at > LATE_SECONDS):
            return self._burst
        return int(self._is_light and self._is_running)

    def _should_jump(self, now: float) -> bool:
        """Whether the teacher's present is better asked for than replayed."""
        if not self._events:
            return self._is_light and not self._is_running
        begun, _ = self._events[0]
        if self._is_running:
            is_to_jump = self._jumps and not (self._is_paced and now - self._jumps_since > _TRY_AGAIN)
            return is_to_jump or now - begun > LATE_SECONDS
        return (self._events[-1][1].step - self._session.now.step) * self._step_seconds > _LONG

    def _do_next(self, most: int) -> None:
        """Go towards the next event, or do it."""
        if not self._go_towards(self._aim, most):
            return
        _, event = self._events.popleft()
        if isinstance(event, Did):
            self._obey(event)
            event = event.after
        if not self._is_lost and event.digest:
            self._compare(event)

    def _go_towards(self, aim: Position, most: int) -> bool:
        """Train for so many steps at most; whether the session is there."""
        session, begun = self._session, self._now()
        if session.now > aim:
            self._be_lost()
            return False
        steps = min(aim.step - session.now.step, most)
        if steps > 0:
            session.advance_steps(steps)
            self._is_light = False
            self._learn(steps, self._now() - begun)
        elif session.now.step == aim.step and session.now.phase < aim.phase:
            session.step("phase")
        return session.now == aim

    def _learn(self, steps: int, seconds: float) -> None:
        self._step_seconds = seconds / steps
        if seconds < _BURST_SECONDS / 2 and steps == self._burst:
            self._burst *= 2
        elif seconds > _BURST_SECONDS * 2:
            self._burst = max(1, int(steps * _BURST_SECONDS / seconds))

    def _obey(self, event: Did) -> None:
        try:
            command = read_command_record(event.command)
            if isinstance(command, Step):
                self._session.step(command.unit)
            else:
                _require_no_file(command)
                self._session.edit(command)
        except (TuinetError, *MALFORMED):
            self._be_lost()
            return
        self._is_light = False
        if self._session.now != event.after.position:
            self._be_lost()

    def _compare(self, at: At) -> None:
        """Compare parameters and samples with the teacher's; where they differ, ask for the state."""
        digest = self._digest()
        self._report(at.serial, digest)
        if digest != at.digest:
            self._be_lost()

    def _digest(self) -> str:
        return digest_of(self._session.run.parameters.vector, self._session.run.dataset.digest)

    def _be_lost(self) -> None:
        """Nothing can be replayed from here: only a state helps."""
        self._is_lost = True
        self._events.clear()

    def _ask_if_due(self, now: float) -> None:
        if now >= self._next_ask:
            known = known_by(self._session, self._data)
            # Who is lost may have come by another way, with other losses.
            self._send_ask(replace(known, points=0) if self._is_lost else known)

    def _send_ask(self, wanted: WantState) -> None:
        self._is_asked, self._asked_at = True, self._now()
        self._ask(wanted)


def _require_no_file(command: object) -> None:
    """Refuse a change that would have a file read because a stranger says so."""
    if isinstance(command, Configure) and dict(command.changes).get("weights"):
        raise MessageError("weights of a file are the teacher's")
