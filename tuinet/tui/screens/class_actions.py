"""What the dashboard does in a class: it is opened and asked, followed and left for a copy of one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Final

from textual.app import SystemCommand

from tuinet.errors import ClassError
from tuinet.runner import Runner
from tuinet.session.commands import Choose, Fork, Rejoin
from tuinet.tui.keys import Controller
from tuinet.tui.offered import FORKS, reason_against
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.pointing import phase_pointer
from tuinet.tui.screens.base import PollingScreen
from tuinet.tui.screens.dashboard_state import DashboardState

if TYPE_CHECKING:
    from tuinet.classroom.places import ClassPlace
    from tuinet.classroom.server import ClassServer
    from tuinet.lessons.lesson import Page
    from tuinet.observe.classroom import ClassQuestion, Classroom, Pointer

_OPEN: Final = ("Open a class", "Let others on this machine follow this run with tuinet follow")
_ASK: Final = ("Ask a question", "With two to four choices; all who follow can answer")
_ASK_LESSON: Final = ("Ask the question of the lesson", "All who follow can answer; enter goes on with the lesson")
_REVEAL: Final = ("Reveal the answers", "Show everybody how many have chosen what, and which is right")
_WITHDRAW: Final = ("Take the question back", "Go on without it")
_STOP: Final = ("Point at nothing", "Nothing is marked any more")
_SEEN: Final = 1.0
"""Seconds for which answers are seen at least: a key may be pressed twice."""
_CLOSE: Final = ("Close the class", "Who follows keeps what is on the screen, and may go on with a copy")


class ClassActions(Controller[DashboardState]):
    """Keys and commands of a class, for its teacher and for those who follow."""

    def __init__(self, dashboard: DashboardState, leave_lesson: Callable[[], object]) -> None:
        super().__init__(dashboard)
        self._leave_lesson = leave_lesson
        self.server: ClassServer | None = None
        """Of the class that is open here; ``None`` where none is."""
        self._place: ClassPlace | None = None
        """Of the class that was closed here last."""
        self._answers: dict[tuple[str, int], int] = {}
        """What a follower has predicted in the teacher's lesson, by its name and step."""
        self._told = 0
        """The number of the last question that was noticed."""
        self._revealed_at = 0.0

    @property
    def classroom(self) -> Classroom | None:
        """The class at the moment that is shown."""
        return self._shown.classroom

    @property
    def is_follower(self) -> bool:
        """Whether this is somebody else's run, or was."""
        return self.classroom is not None and self.classroom.attendance != "teaching"

    def refuses(self, action: str, screen: PollingScreen) -> bool:
        """Whether what has this name cannot be done to a teacher's run; the screen says why."""
        if reason := reason_against(action, self._runner.latest(), self.key_of(FORKS)):
            screen.say(reason)
        return bool(reason)

    def words(self) -> str:
        """What the status says of the class; empty where there is none."""
        return "" if self.classroom is None else class_words(self.classroom, self.key_of(FORKS))

    def page_over(self, page: Page | None) -> Page | None:
        """What is read beside the run: what the class is asked, before a lesson; tells the class of the lesson."""
        classroom = self._runner.latest().classroom
        if self.server is not None:
            self.server.show_lesson(*(("", 0) if page is None else (page.lesson.name, page.index)))
        if classroom is None:
            return page
        from tuinet.tui.class_page import lesson_page, question_page

        self._tell_of(classroom)
        if page is not None and classroom.is_theirs:
            # A lesson goes with a copy, which has been left for the class.
            self._leave_lesson()
            page = None
        page = page or lesson_page(classroom, self._answers)
        step = None if page is None else page.step
        return question_page(classroom, self.key_of("class"), step) or page

    def _tell_of(self, classroom: Classroom) -> None:
        """Say on another screen that a question is asked, once."""
        question, screen = classroom.question, self._host.app.screen
        if question is None or question.is_revealed or question.number == self._told:
            return
        self._told = question.number
        if classroom.attendance != "teaching" and screen is not self._host and isinstance(screen, PollingScreen):
            screen.say(f"{classroom.teacher} asks a question: esc leads to it")

    def answer(self, choice: int) -> bool:
        """Answer what the class is asked, or predict what its lesson asks; whether anything is asked."""
        classroom = self.classroom
        if classroom is None or classroom.attendance == "teaching":
            return False
        if classroom.question is not None and not classroom.question.is_revealed:
            self._runner.send(Choose(choice))
            return True
        page = self._host.page
        if page is None or not page.asks or classroom.lesson is None or page.step.prediction is None:
            return False
        if choice <= len(page.step.prediction.choices):
            self._answers[classroom.lesson] = choice
        return True

    def fork(self) -> None:
        """Go on with a copy of one's own, or back to the class."""
        is_forked = self.classroom is not None and self.classroom.attendance == "forked"
        self._asked.experiment.forget()
        self._runner.send(Rejoin() if is_forked else Fork())

    def action_class(self) -> None:
        """Choose what to do with the class; where its question is open, go on with that."""
        from tuinet.tui.palette import choose_command

        question = None if self.classroom is None else self.classroom.question
        if self.classroom is not None and self.is_follower:
            self._host.say(f"only the teacher asks · {class_words(self.classroom, self.key_of(FORKS))}")
        elif self.server is not None and question is not None:
            self._go_on_with(self.server, question)
        else:
            choose_command(self._host.app, list(self.class_commands()), "The class")

    def _go_on_with(self, server: ClassServer, question: ClassQuestion) -> None:
        """Reveal the answers; once they have been seen, take the question back."""
        if not question.is_revealed:
            self._revealed_at = monotonic()
            server.reveal()
        elif monotonic() - self._revealed_at > _SEEN:
            server.withdraw()

    def class_commands(self) -> Iterator[SystemCommand]:
        """What a teacher can do now."""
        if self.is_follower or self._shown.moment is not None:
            return
        if self.server is None:
            yield SystemCommand(*_OPEN, self.open)
            return
        classroom = self.classroom
        if classroom is not None and classroom.question is not None:
            if not classroom.question.is_revealed:
                yield SystemCommand(*_REVEAL, self.server.reveal)
            yield SystemCommand(*_WITHDRAW, self.server.withdraw)
        if self._lesson_question is not None:
            yield SystemCommand(*_ASK_LESSON, self._ask_lesson)
        yield SystemCommand(*_ASK, self._ask)
        if classroom is not None and classroom.pointer is not None:
            yield SystemCommand(*_STOP, partial(self.server.point, None))
        yield SystemCommand(*_CLOSE, self.close)

    def open(self) -> None:
        """Open the class that was closed here again, else one in the usual place."""
        from tuinet.classroom.places import choose_place, prepare_place
        from tuinet.classroom.server import ClassServer

        if not isinstance(self._runner, Runner):
            self._host.say("a recording cannot be followed")
            return
        try:
            if self._place is not None:
                prepare_place(self._place)
            server = ClassServer(self._runner, self._place or choose_place())
            server.open()
        except ClassError as error:
            self._host.say(str(error))
            return
        self.server = server

    def close(self) -> None:
        """End the class that was opened here."""
        if self.server is not None:
            self.server.close()
            self._place, self.server = self.server.place, None

    @property
    def _lesson_question(self) -> Page | None:
        page = self._host.page
        return page if page is not None and page.step.prediction is not None and page.lesson.name else None

    def _ask_lesson(self) -> None:
        page = self._lesson_question
        if page is not None and page.step.prediction is not None and self.server is not None:
            asked = page.step.prediction
            self._say_error(partial(self.server.ask, asked.question, asked.choices, asked.answer, asked.because))

    def _ask(self) -> None:
        """Ask for a question, and then the class."""
        from tuinet.tui.screens.ask_class import AskClassScreen

        if self.server is not None:
            self._host.app.push_screen(AskClassScreen(self.server.ask, is_beside=self._host.page is not None))

    def _say_error(self, act: partial[None]) -> None:
        try:
            act()
        except ClassError as error:
            self._host.say(str(error))

    def action_point(self) -> None:
        """Point at what has the cursor in the panel that has the keys, else at the phase; again: at nothing."""
        if self.is_follower:
            self._host.say("only the teacher points")
        else:
            self.point(self._cursor())

    def point(self, pointer: Pointer) -> None:
        """Point at something; at nothing where that is pointed at already, or nobody could see it."""
        if self.server is None:
            self._host.say(f"there is no class that could see it: {self.key_of('class')} opens one")
            return
        is_same = self.classroom is not None and pointer == self.classroom.pointer
        self._say_error(partial(self.server.point, None if is_same else pointer))

    def _cursor(self) -> Pointer:
        """What the panel that has the keys has its cursor on, else the phase that was made last."""
        focused = self._host.focused
        found = focused.under_cursor if isinstance(focused, CellPanel) else None
        return found or phase_pointer(self._shown.snapshot)


def class_words(classroom: Classroom, fork_key: str) -> str:
    """As in ``class: 12 follow, 2 forked, all agree``."""
    match classroom.attendance:
        case "teaching":
            return _attendance(classroom)
        case "joining":
            return f"joining {classroom.teacher}'s class"
        case "waiting":
            return ""  # the warning of the frame says it
        case "forked" if not classroom.may_rejoin:
            return f"your own copy: {classroom.teacher}'s class is not there"
        case "forked":
            return f"your own copy: {fork_key} goes back to {classroom.teacher}"
    return f"{classroom.teacher}'s class: {fork_key} makes a copy of your own"


def _attendance(classroom: Classroom) -> str:
    if not classroom.followers:
        return classroom.words
    parts = [f"class: {classroom.followers} follow"]
    if classroom.forked:
        parts.append(f"{classroom.forked} forked")
    following = classroom.followers - classroom.forked
    if classroom.differing:
        parts.append(f"{classroom.differing} differ")
    elif following and classroom.agreeing >= following:
        parts.append("all agree")
    return ", ".join(parts)
