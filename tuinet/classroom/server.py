"""A ClassServer: the teacher's side of a class, in a thread of its own, which never makes the teacher wait.

What the runner does comes from `tuinet.classroom.teaching` and goes to each `tuinet.classroom.attendant`; what a
follower sends is checked there, and whoever sends anything else is dropped.
"""

from __future__ import annotations

import math
import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from socket import socket
from typing import Final

from tuinet.classroom.allowance import processors
from tuinet.classroom.attendant import Attendant, GoneError
from tuinet.classroom.door import Door
from tuinet.classroom.messages import (
    VERSION,
    At,
    Chosen,
    Company,
    Did,
    Farewell,
    FromFollower,
    FromTeacher,
    Going,
    Hello,
    LessonShown,
    MessageError,
    Parted,
    Pointed,
    QuestionShown,
    Reached,
    State,
    WantState,
    Welcome,
)
from tuinet.classroom.places import ClassPlace
from tuinet.classroom.presentation import Presentation, Shown, counted, for_followers
from tuinet.classroom.states import Copy, state_message
from tuinet.classroom.teaching import Teaching
from tuinet.classroom.wire import MOST_STATE, encoded
from tuinet.errors import ClassError
from tuinet.observe.classroom import ClassQuestion, Classroom, Pointer
from tuinet.runner import Runner

MOST_FOLLOWERS: Final = 200
MOST_OF_ONE: Final = 8
"""Connections of one user, unless that is the teacher."""
_TICK: Final = 1.0
"""Seconds between two looks at who does not read, and between two counts."""
_RETRY: Final = 0.1
"""Seconds until a state that was too early is tried again."""
_DIGESTS: Final = 512
"""Whose parameters can still be compared: as many of the last ones."""
_END_SECONDS: Final = 2.0
"""How long the end of a class may take."""


class ClassServer:
    """Shows a runner's session to all who follow.

    Parameters
    ----------
    runner
        The teacher's.
    place
        Where the class is, see `choose_place`.
    """

    def __init__(self, runner: Runner, place: ClassPlace, now: Callable[[], float] = time.monotonic) -> None:
        self.place = place
        self._runner, self._now = runner, now
        self._teaching = Teaching(self._post, lambda: self.classroom)
        self._posts: deque[FromTeacher | Copy] = deque()
        self._attendants: dict[int, Attendant] = {}
        self._digests: OrderedDict[int, str] = OrderedDict()
        self._presentation = Presentation()
        self.comparisons: Counter[bool] = Counter()
        """How often a follower's parameters were the teacher's to the bit, and how often they were not."""
        self._company = Company(0, 0, processors())
        self._classroom = Classroom(place.name, place.teacher, "teaching", words=place.announcement)
        self._is_running = False
        self._next_tick = self._next_try = math.inf
        self._ends = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def classroom(self) -> Classroom:
        """The class at this moment, for the teacher's frames."""
        return self._classroom

    @property
    def bytes_sent(self) -> dict[int, int]:
        """What has been sent to each follower who is there, by the number of its connection."""
        return {number: attendant.bytes_sent for number, attendant in list(self._attendants.items())}

    def open(self) -> None:
        """Let followers in.

        Raises
        ------
        ClassError
            If no socket can be made at the place.
        """
        self._door = Door(self.place)
        self._thread = threading.Thread(target=self._run, name="class", daemon=True)
        self._runner.witness = self._teaching
        self._thread.start()
        self._runner.refresh()

    def close(self) -> None:
        """End the class; nothing where it has ended."""
        if self._thread is None or self._ends.is_set():
            return
        self._runner.witness = None
        self._ends.set()
        self._door.wake()
        self._thread.join(_END_SECONDS)
        self._runner.refresh()

    def point(self, pointer: Pointer | None) -> None:
        """Point at something, or no longer; a ClassError where the present network or its data do not have it."""
        snapshot = self._runner.latest().snapshot
        if pointer is not None and not pointer.is_in(snapshot.layer_sizes, len(snapshot.dataset.X)):
            raise ClassError("there is nothing in this network that could be pointed at there")
        self._show(Pointed(pointer))

    def ask(self, question: str, choices: Sequence[str], answer: int | None = None, because: str = "") -> None:
        """Ask all who follow; what was asked before is over.

        Parameters
        ----------
        choices
            Two to four.
        answer
            The right one, counted from 1; ``None`` where there is none.
        because
            Why it is right; said when it is revealed.

        Raises
        ------
        ClassError
            If a text is too long, or the answer none of the choices.
        """
        self._show(QuestionShown(self._presentation.new_question(question, choices, answer, because)))

    def reveal(self) -> None:
        """Show all who follow how many have chosen what, and the right answer; nobody can answer any more."""
        if (question := self._presentation.question) is not None:
            self._show(QuestionShown(replace(self._counted(question), is_revealed=True)))

    def withdraw(self) -> None:
        """Ask no longer."""
        self._show(QuestionShown(None))

    def show_lesson(self, name: str, step: int = 0) -> None:
        """Say in which lesson the teacher is, and in which step, from 0; an empty name for none."""
        self._show(LessonShown(name, step))

    def _show(self, message: Shown) -> None:
        """Show something to all; who comes later is shown it, too."""
        if self._presentation.show(message):
            self._post(message)
            self._note_classroom()

    def _post(self, message: FromTeacher | Copy) -> None:
        self._posts.append(message)
        self._door.wake()

    def _run(self) -> None:
        try:
            while not self._ends.is_set():
                self._turn()
            self._say_farewell()
        finally:
            self._attendants.clear()
            self._door.close()

    def _turn(self) -> None:
        """Wait until there is something to do, and do it."""
        came, spoke = self._door.wait(min(self._next_tick, self._next_try) - self._now())
        for connection in came:
            self._let_in(connection)
        for number in spoke:
            if (attendant := self._attendants.get(number)) is not None:
                self._guarded(attendant, self._hear)
        self._distribute()
        now = self._now()
        if now >= self._next_try:
            self._seek_copy(now)
        if now >= self._next_tick:
            self._tick(now)
        for attendant in list(self._attendants.values()):
            self._guarded(attendant, lambda one: one.write(now))
        for attendant in self._attendants.values():
            self._door.watch(attendant.connection, has_more=attendant.has_more)

    def _let_in(self, connection: socket) -> None:
        try:
            attendant = Attendant(connection, self._now())
        except OSError:
            connection.close()
            return
        same = sum(other.person == attendant.person for other in self._attendants.values())
        if len(self._attendants) >= MOST_FOLLOWERS or same >= MOST_OF_ONE:
            connection.close()
            return
        self._attendants[connection.fileno()] = attendant
        self._door.watch(connection)
        self._next_tick = min(self._next_tick, self._now() + _TICK)

    def _guarded(self, attendant: Attendant, act: Callable[[Attendant], None]) -> None:
        """Do something with a follower, who is dropped where that fails."""
        try:
            act(attendant)
        except (GoneError, MessageError):
            self._drop(attendant)

    def _drop(self, attendant: Attendant) -> None:
        number = attendant.connection.fileno()
        if self._attendants.pop(number, None) is not None:
            self._door.forget(attendant.connection)
            self._teaching.has_audience = any(other.is_known for other in self._attendants.values())
            self._next_tick = min(self._next_tick, self._now() + _RETRY)

    def _hear(self, attendant: Attendant) -> None:
        for message in attendant.read(self._now()):
            self._obey(attendant, message)

    def _obey(self, attendant: Attendant, message: FromFollower) -> None:
        if isinstance(message, Hello) != (not attendant.is_known):
            raise MessageError("the first message says hello, and no other one")
        match message:
            case Hello(version):
                self._welcome(attendant, version)
            case WantState():
                attendant.wanted = message
                self._next_try = min(self._next_try, self._now())
            case Reached():
                self._note_reached(attendant, message)
            case Chosen(question, choice):
                self._note_choice(attendant, question, choice)

    def _welcome(self, attendant: Attendant, version: int) -> None:
        attendant.queue(Welcome(self.place.name, self.place.teacher))
        if version != VERSION:
            attendant.queue(Farewell("the teacher has another version of tuinet"))
            attendant.write(self._now())
            raise GoneError("it has another version")
        attendant.is_known = self._teaching.has_audience = True
        for message in self._presentation.shown():
            attendant.queue(message)
        self._tick(self._now())
        attendant.queue(self._company)

    def _note_reached(self, attendant: Attendant, message: Reached) -> None:
        if message.is_forked:
            # What is said of the run is of no use to it, and what it has come back with is compared anew.
            attendant.has_state, attendant.agrees = False, None
        elif attendant.is_forked:
            attendant.come_back(self._now())
        attendant.is_forked = message.is_forked
        known = self._digests.get(message.serial)
        if known is not None and message.digest:
            attendant.agrees = known == message.digest
            self.comparisons[attendant.agrees] += 1
        self._next_tick = min(self._next_tick, self._now() + _RETRY)

    def _note_choice(self, attendant: Attendant, number: int, choice: int) -> None:
        question = self._presentation.question
        if question is None or question.is_revealed or number != question.number:
            return
        if not 1 <= choice <= len(question.choices):
            raise MessageError("that is none of the choices")
        attendant.choice = number, choice
        self._note_classroom()

    def _counted(self, question: ClassQuestion) -> ClassQuestion:
        """A question with how many people have chosen what; of one who answers twice, the last answer counts."""
        chosen = {
            attendant.person: attendant.choice[1]
            for attendant in list(self._attendants.values())
            if attendant.choice is not None and attendant.choice[0] == question.number
        }
        return counted(question, chosen.values())

    def _distribute(self) -> None:
        """Have all followers told what has happened, in order."""
        while self._posts:
            message = self._posts.popleft()
            match message:
                case Copy():
                    self._send_copy(message)
                    continue
                case At(serial=serial, digest=digest) | Did(serial=serial, digest=digest) if digest:
                    self._note_digest(serial, digest)
                case Going():
                    self._is_running = message.running
                case Parted():
                    for attendant in self._attendants.values():
                        attendant.give_credit()
                case QuestionShown():
                    message = for_followers(message)
            self._tell_all(message)

    def _note_digest(self, serial: int, digest: str) -> None:
        self._digests[serial] = digest
        while len(self._digests) > _DIGESTS:
            self._digests.popitem(last=False)

    def _tell_all(self, message: FromTeacher) -> None:
        data = encoded(message)
        is_of_run = isinstance(message, At | Did | Going | Parted)
        for attendant in list(self._attendants.values()):
            if attendant.is_known and (attendant.has_state or not is_of_run):
                self._guarded(attendant, lambda one: one.queue(message, data))

    def _seek_copy(self, now: float) -> None:
        """Ask the runner for a copy, where somebody waits for one and may have it."""
        waiting = [attendant for attendant in self._attendants.values() if attendant.wanted is not None]
        self._next_try = now + _RETRY if waiting else math.inf
        if any(attendant.may_have_state(now, is_running=self._is_running) for attendant in waiting):
            self._teaching.wants_copy = True
            # It may sleep until the next step is due.
            self._runner.refresh()

    def _send_copy(self, copy: Copy) -> None:
        """Send a state to all who wait for one and may have it, the same bytes to those who know the same."""
        now, made = self._now(), dict[WantState, tuple[FromTeacher, bytes]]()
        self._is_running = copy.going.running
        self._note_digest(copy.serial, copy.digest)
        for attendant in list(self._attendants.values()):
            wanted = attendant.wanted
            if wanted is None or not attendant.may_have_state(now, is_running=self._is_running):
                continue
            if wanted not in made:
                message = _message_of(copy, wanted)
                made[wanted] = message, encoded(message)
            attendant.wanted, attendant.has_state = None, isinstance(made[wanted][0], State)
            attendant.use_credit(now, is_running=self._is_running)
            # Whether the teacher trains says what is missing in the state.
            self._guarded(attendant, lambda one: one.queue(copy.going))
            self._guarded(attendant, lambda one, state=made[wanted]: one.queue(*state))  # type: ignore[misc]

    def _tick(self, now: float) -> None:
        """Look at who does not read any more, and count."""
        for attendant in list(self._attendants.values()):
            self._guarded(attendant, lambda one: one.require_alive(now))
        known = [attendant for attendant in self._attendants.values() if attendant.is_known]
        company = replace(self._company, followers=len(known), forked=sum(one.is_forked for one in known))
        if company != self._company:
            self._company = company
            self._tell_all(company)
        self._note_classroom()
        self._next_tick = now + _TICK if self._attendants else math.inf

    def _note_classroom(self) -> None:
        """Have the teacher's next frame say what has changed."""
        known = [attendant for attendant in list(self._attendants.values()) if attendant.is_known]
        compared = [attendant.agrees for attendant in known if not attendant.is_forked]
        question = self._presentation.question
        classroom = replace(
            self._classroom,
            followers=len(known),
            forked=len(known) - len(compared),
            agreeing=compared.count(True),
            differing=compared.count(False),
            pointer=self._presentation.pointer,
            question=question if question is None or question.is_revealed else self._counted(question),
            lesson=self._presentation.lesson,
        )
        is_new, self._classroom = classroom != self._classroom, classroom
        if is_new:
            self._runner.refresh()

    def _say_farewell(self) -> None:
        self._tell_all(Farewell())
        for attendant in list(self._attendants.values()):
            self._guarded(attendant, lambda one: one.write(self._now()))


def _message_of(copy: Copy, wanted: WantState) -> FromTeacher:
    """A state, or why there is none."""
    try:
        message = state_message(copy, wanted)
        if len(message.arrays) > MOST_STATE // 2:
            raise MessageError("the network is too large to be shown to a class")
    except MessageError as error:
        return Farewell(str(error))
    return message
