"""A FollowRunner: shows a teacher's run by replaying it, and trains a private copy of it where somebody forks."""

from __future__ import annotations

import math
import time
from collections import deque
from dataclasses import replace
from typing import Final

from tuinet.advice import key
from tuinet.classroom.allowance import FULL_SPEED_SHARE, PACED_SHARE, PAUSED_SHARE, Allowance
from tuinet.classroom.catching_up import RunFollower
from tuinet.classroom.link import ClassLink, Lost
from tuinet.classroom.messages import (
    At,
    Chosen,
    Company,
    Did,
    FromTeacher,
    Going,
    LessonShown,
    Parted,
    Pointed,
    QuestionShown,
    Reached,
    State,
    WantState,
    Welcome,
)
from tuinet.classroom.places import ClassPlace
from tuinet.errors import TuinetError
from tuinet.experiment.presets import make_experiment
from tuinet.observe.classroom import Attendance, Classroom
from tuinet.observe.snapshot import Frame
from tuinet.pace import Pace, RateMeter
from tuinet.runner import Runner
from tuinet.session.commands import Choose, Command, Fork, HandOver, Rejoin, Save
from tuinet.session.session import Session
from tuinet.storage.own_run import OwnRun

_SIGN_SECONDS: Final = 5.0
"""From one sign of life to the next, where there is nothing else to report."""
_REPORT_SECONDS: Final = 0.9
"""From one report of what was compared to the next."""
_OF_RUN: Final = (At, Did, Parted, State)
_MOST_ARRIVED: Final = 5_000
"""Messages that may wait to be taken in: beyond, the connection is given up, and made anew."""
_BESIDE: Final = 0.5
"""Of its allowance, what a follower may spend again on pictures that are computed beside."""
_NEARLY: Final = 0.9
"""Of the speed that the teacher asks for, below which the teacher's processor is too slow for it."""
_NOT_SENT: Final = "not sent: there is no connection to the class"
_FRAMES_OF_ALL: Final = 12.0
"""Frames a second that all followers together ask for, on each processor."""


class FollowRunner(Runner):
    """Follows a class: replays what its teacher's runner does; see `RunFollower`.

    While it follows, commands that would change anything are refused. `Fork` makes the session a private copy, which
    trains as that of any `Runner` does, within the allowance of a follower; `Rejoin` goes back.

    Parameters
    ----------
    place
        Of the class, see `find_place`.
    """

    FRAME_SHARE = 1.0
    # The allowance decides.

    def __init__(self, place: ClassPlace, *, allowance: Allowance | None = None) -> None:
        session = Session(make_experiment())
        session.run.datasets.reads_files = False
        self._place, self._allowance = place, allowance or Allowance()
        self._replay = RunFollower(session, self._ask_for_state, self._report)
        self._meter = RateMeter()
        self._going = Going(running=False, speed=None)
        self._is_connected = self._is_forked = False
        self._seen = Classroom(place.name, place.teacher, "joining")
        self._choice: tuple[int, int] | None = None
        self._company = Company(1, 0, 1)
        self._arrived: deque[FromTeacher | Lost] = deque()
        self._reached = Reached()
        self._next_sign = self._next_report = 0.0
        self._link = ClassLink(place, self._deliver, self._lose)
        super().__init__(session, running=False)
        self._side.share = lambda: self._allowance.share * _BESIDE

    def fork(self) -> None:
        """Have a private copy of this moment."""
        self.send(Fork())

    def rejoin(self) -> None:
        """Go back to the teacher's present."""
        self.send(Rejoin())

    def answer(self, choice: int) -> None:
        """Answer what the class is asked; choices are counted from 1."""
        self.send(Choose(choice))

    @property
    def frame_seconds(self) -> float:
        """See `BaseRunner`: the more follow, the longer."""
        return self._company.followers / (self._company.processors * _FRAMES_OF_ALL)

    @property
    def classroom(self) -> Classroom:
        """The class as this follower sees it."""
        question, chosen = self._seen.question, self._choice
        is_answered = question is not None and chosen is not None and chosen[0] == question.number
        return replace(
            self._seen,
            attendance=self._attendance,
            choice=chosen[1] if is_answered and chosen else None,
            has_run=self._replay.has_state,
        )

    @property
    def _classroom(self) -> Classroom:
        return self.classroom

    @property
    def _goes_on(self) -> bool:
        return self._running if self._is_forked else self._going.running

    def run(self) -> None:
        """Follow, obey and make frames until `stop` or `finish`."""
        self._link.start()
        try:
            super().run()
        finally:
            self._link.end()

    def _deliver(self, message: FromTeacher) -> None:
        """Take a message, in the link's thread."""
        with self._wake:
            if isinstance(message, State):
                # Nothing that was said of the run before counts any more.
                self._arrived = deque(some for some in self._arrived if not isinstance(some, _OF_RUN))
            self._arrived.append(message)
            is_too_much = len(self._arrived) > _MOST_ARRIVED
            self._wake.notify()
        if is_too_much:
            self._link.drop()

    def _next_arrived(self) -> FromTeacher | Lost | None:
        with self._wake:
            return self._arrived.popleft() if self._arrived else None

    def _lose(self, lost: Lost) -> None:
        """Hear that there is no connection, in the link's thread."""
        with self._wake:
            self._arrived.clear()
            self._arrived.append(lost)
            self._wake.notify()

    def _be_lost(self, lost: Lost) -> None:
        """Say what has become of the class; what it asks can be answered no more."""
        self._is_connected = False
        question, choice = self._seen.question, self._choice
        if question is not None and not question.is_revealed:
            question = choice = None
        self._choice, self._seen = choice, replace(self._seen, words=self._words_of(lost), question=question)

    def _words_of(self, lost: Lost) -> str:
        if lost.farewell == "":
            closed = f"{self._seen.teacher} has closed the class"
            return f"{closed}; {key('fork')} makes a copy of your own" if self._replay.has_state else closed
        when = f"tried again in {lost.seconds:.0f} s" if lost.seconds >= 1 else "tried again at once"
        why = lost.farewell or f"{self._seen.teacher}'s class does not answer"
        return f"{why}; {when}"

    @property
    def _attendance(self) -> Attendance:
        if self._is_forked:
            return "forked"
        if not self._is_connected:
            return "waiting" if self._seen.words else "joining"
        return "following" if self._replay.has_state else "joining"

    def _play(self) -> None:
        had_state = self._replay.has_state
        while message := self._next_arrived():
            self._take(message)
        self._is_urgent |= self._replay.has_state and not had_state
        now = time.monotonic()
        if not self._is_forked and self._is_connected:
            before = self._session.now
            self._replay.go_on(now, may_train=self._may_train)
            self._stale |= self._session.now != before
        if now >= self._next_sign and self._is_connected:
            self._send_report(now)
        super()._play()

    @property
    def _owes_frame(self) -> bool:
        """Whether somebody waits for a frame of what is new: it comes before anything else is done."""
        return self._stale and self._wanted

    @property
    def _may_train(self) -> bool:
        """Whether there is an allowance left; what is paused is shown at once."""
        return not self._going.running or not (self._owes_frame or self._allowance.seconds_left)

    def _train(self) -> None:
        if self._running and not (self._owes_frame or self._allowance.seconds_left):
            super()._train()

    def _take(self, message: FromTeacher | Lost) -> None:
        """Take in what the teacher's program says; a frame is only made of what can be seen."""
        self._stale |= not isinstance(message, At | Did)
        match message:
            case Lost():
                self._be_lost(message)
            case Welcome(name, teacher):
                # What was chosen before counts no more in a class that has been opened or entered anew.
                self._is_connected, self._choice = True, None
                self._seen = replace(self._seen, name=name, teacher=teacher, words="")
                self._replay.begin_anew()
                self._next_sign = 0.0
            case Company():
                self._company = message
                self._seen = replace(self._seen, followers=message.followers, forked=message.forked)
                self._share()
            case Going() if message != self._going:
                self._going, self._meter = message, RateMeter()
                self._replay.begin_going(is_running=message.running, is_paced=message.speed is not None)
                self._share()
            case Pointed(pointer):
                self._seen = replace(self._seen, pointer=pointer)
            case QuestionShown(question):
                self._seen = replace(self._seen, question=question)
            case LessonShown(name, step):
                self._seen = replace(self._seen, lesson=(name, step) if name else None)
            case At() | Did() | Parted() | State():
                self._take_of_run(message)

    def _take_of_run(self, message: At | Did | Parted | State) -> None:
        if self._is_forked:
            return
        now = time.monotonic()
        if isinstance(message, At):
            self._meter.note(message.step / self._session.run.clock.batches_per_epoch, now)
            self._share()
        self._replay.take(message, now)

    def _share(self) -> None:
        """Have as much of the processors as what the teacher does leaves to all followers."""
        going, share = self._going, PAUSED_SHARE
        if going.running:
            keeps_pace = going.speed is not None and self._meter.rate > _NEARLY * going.speed
            share = PACED_SHARE if keeps_pace else FULL_SPEED_SHARE
        self._allowance.share_with(self._company.followers, self._company.processors, share)

    def _ask_for_state(self, wanted: WantState) -> None:
        self._link.send(wanted)

    def _report(self, serial: int, digest: str) -> None:
        """Have the teacher's program told what was compared last, or just that this one is there."""
        self._reached = Reached(serial, digest, self._is_forked)
        self._next_sign = min(self._next_sign, self._next_report)

    def _send_report(self, now: float) -> None:
        self._link.send(replace(self._reached, is_forked=self._is_forked))
        self._reached = Reached()
        self._next_report, self._next_sign = now + _REPORT_SECONDS, now + _SIGN_SECONDS

    def _do(self, command: Command) -> None:
        match command:
            case Fork():
                self._fork()
            case Rejoin():
                self._rejoin()
            case Choose(choice):
                self._choose(choice)
            case Save() | HandOver():
                super()._do(command)
            case _ if self._is_forked:
                super()._do(command)
            case _:
                raise TuinetError(f"you follow {self._seen.teacher}'s run: {key('fork')} makes a copy of your own")

    def _fork(self) -> None:
        if self._is_forked:
            raise TuinetError(f"this is a copy of your own already: {key('fork')} goes back to the class")
        if not self._replay.has_state:
            raise TuinetError("the teacher's run is not here yet")
        self._is_forked, self.own = True, OwnRun(self._session, is_own=True)
        self._session.run.datasets.reads_files = True
        self._pace = Pace(self._going.speed)
        self._next_sign = 0.0

    def _rejoin(self) -> None:
        if not self._is_forked:
            raise TuinetError(f"this is the class: {key('fork')} makes a copy of your own")
        if not self._is_connected:
            raise TuinetError(f"{self._seen.teacher}'s class is not there: your copy stays")
        self._is_forked, self.own = False, OwnRun(self._session, is_own=True)
        self._set_running(False)
        self._session.run.datasets.reads_files = False
        self._replay.begin_anew()
        self._next_sign = 0.0

    def _choose(self, choice: int) -> None:
        question = self._seen.question
        if not self._is_connected:
            raise TuinetError(_NOT_SENT)
        if question is None or question.is_revealed:
            raise TuinetError("nothing is asked now")
        if not 1 <= choice <= len(question.choices):
            raise TuinetError(f"{choice} is none of the {len(question.choices)} choices")
        if not self._link.send(Chosen(question.number, choice)):
            raise TuinetError(_NOT_SENT)
        self._choice = question.number, choice

    def _make_frame(self) -> Frame:
        frame = super()._make_frame()
        if self._is_forked:
            return frame
        going = self._going
        return frame._replace(
            running=going.running and self._is_connected,
            speed=going.speed,
            rate=max(0.0, self._meter.rate) if going.running else 0.0,
            run=going.run,
            warning=self._seen.words,
            at_stake="nothing",
        )

    def _seconds_to_frame(self) -> float:
        seconds = super()._seconds_to_frame()
        return seconds if self._is_urgent or math.isinf(seconds) else max(seconds, self._allowance.seconds_left)

    def _seconds_to_play(self) -> float:
        now = time.monotonic()
        if self._arrived:
            return 0.0
        until_sign = max(0.0, self._next_sign - now) if self._is_connected else math.inf
        is_own = self._is_forked
        if self._owes_frame and (self._running if is_own else self._going.running and self._replay.has_state):
            return until_sign
        if is_own:
            return min(until_sign, max(super()._seconds_to_play(), self._allowance.seconds_left))
        wait = 0.0 if self._may_train else self._allowance.seconds_left
        return min(until_sign, max(self._replay.seconds_to_go(now), wait) if self._is_connected else math.inf)
