"""What keys do in a lesson: they answer, turn its pages, leave it and come back."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.app import SystemCommand

from tuinet.errors import LessonError
from tuinet.session.commands import BringBack, Command, Pause, Resume, SetUp
from tuinet.tui.keys import Controller
from tuinet.tui.layout import LESSON
from tuinet.tui.messages import BlanksFilled
from tuinet.tui.panels import ZOOMED
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.pending import PendingValue
from tuinet.tui.screens.base import FramedScreen
from tuinet.tui.screens.dashboard_state import DashboardState

if TYPE_CHECKING:
    from pathlib import Path

    from tuinet.lessons.lesson import Lesson, LessonPlayer, Page


SCREENS: Final = {
    "Dashboard": "dashboard",
    "MicroscopeScreen": "microscope",
    "SettingsScreen": "settings",
    "GradientCheckScreen": "check",
    "RatesScreen": "rates",
    "HelpScreen": "help",
    "ExerciseScreen": "exercise",
}
"""The words of lessons for the screens, by their classes."""

_BRING_BACK: Final = "Lesson: bring back the run before it"


class LessonActions(Controller[DashboardState]):
    """What the dashboard does about a lesson, step by step."""

    def __init__(self, dashboard: DashboardState) -> None:
        super().__init__(dashboard)
        self._player: LessonPlayer | None = None
        self._left: list[LessonPlayer] = []
        """Lessons that have led to this one, each at its last step."""
        self._filled, self._solved = 0, ""
        self._is_left = True
        """Whether no lesson is on, although one may be come back to."""

    def note_blanks(self, event: BlanksFilled) -> None:
        """Remember how far somebody has come with the blanks of a phase."""
        from tuinet.lessons.situation import phase_name

        self._filled = event.filled
        if event.is_done and event.filled:
            self._solved = phase_name(event.snapshot)

    def say(self, words: str) -> None:
        """Say why the last key did nothing, on the screen that is seen."""
        screen = self._host.app.screen
        (screen if isinstance(screen, FramedScreen) else self._host).say(words)

    def play(self, lesson: Lesson) -> None:
        """Begin a lesson."""
        from tuinet.lessons.claims import lesson_after
        from tuinet.lessons.lesson import LessonPlayer

        self._left.clear()
        self._player = LessonPlayer(lesson, lesson_after(lesson))
        self._turn(self._player.begin())

    def open_lesson(self, path: Path) -> None:
        """Begin the lesson in a file; where it cannot be read, say so."""
        from tuinet.lessons.reader import read_lesson

        try:
            lesson = read_lesson(path)
        except LessonError as error:
            self._host.say(str(error))
            return
        for _ in self._host.app.screen_stack[1:]:
            self._host.app.pop_screen()
        self.play(lesson)

    def lesson_commands(self) -> Iterable[SystemCommand]:
        """A command for each lesson, and one for the run that was before."""
        from tuinet.lessons.claims import headings

        found, _ = headings()
        for heading in found:
            detail = f"{heading.summary} · {heading.minutes} min"
            yield SystemCommand(f"Lesson: {heading.title}", detail, partial(self.open_lesson, heading.path))
        if self._player is not None:
            yield SystemCommand(_BRING_BACK, "Leave the lesson, and go on with what was there", self.bring_back)

    def bring_back(self) -> None:
        """Leave the lesson, and go on with the run that was there before it."""
        self._player = self._host.page = None
        self._is_left = True
        self._runner.send(BringBack())

    def present_page(self) -> Page | None:
        """The step that is on, after a look whether what it waits for has come true; ``None`` where no lesson is."""
        if self._player is None or self._is_left:
            return None
        if self._player.page.waits:
            from tuinet.lessons.situation import Situation

            frame, zoomed = self._runner.latest(), self._host.zoomed
            panel = 0 if zoomed is None else ZOOMED.index(zoomed) + 1
            screen = SCREENS.get(type(self._host.app.screen).__name__, "other")
            self._player.note(
                Situation(frame.snapshot, frame.running, frame.speed, panel, screen, self._filled, self._solved),
                frame.run,
            )
        return self._player.page

    @property
    def page(self) -> Page | None:
        """The step that is on, as it was found last; ``None`` where no lesson is."""
        return None if self._player is None or self._is_left else self._player.page

    def text_beside(self) -> CellPanel | None:
        """The text as it stands, to be beside something that shows no frames; ``None`` where no lesson is on."""
        if self.page is None:
            return None
        from tuinet.tui.screens.beside_lesson import CoveredLessonPanel

        panel = CoveredLessonPanel(self.page)
        panel.set_reactive(CellPanel.frame, self._shown)
        panel.set_reactive(CellPanel.theme, self._host.colours)
        return panel

    def answer_question(self, choice: int) -> bool:
        """Answer what is asked, if anything is."""
        page = self.page
        if self._player is None or page is None or not page.asks:
            return False
        choices = len(page.step.prediction.choices) if page.step.prediction else 0
        if choice > choices:
            self.say(f"the question has {choices} answers: 1-{choices} choose one")
        self._turn(self._player.answer(choice))
        return True

    def leave_lesson(self) -> bool:
        """Leave the lesson, if one is on; everything else stays."""
        was_on, self._is_left, self._host.page = self.page is not None, True, None
        return was_on

    def action_lesson(self) -> None:
        """Leave the lesson, come back to it, or choose one."""
        from tuinet.tui.palette import choose_command

        if not self.leave_lesson():
            if self._player is None:
                choose_command(self._host.app, list(self.lesson_commands()), "Which lesson?")
            else:
                self._is_left, self._host.page = False, self._player.page

    def action_lesson_back(self) -> None:
        """Go to the step before, or from the first one to the lesson that has led to it."""
        if self._player is None or self.page is None or self._is_led():
            return
        if self.page.index == 0 and self._left:
            self._player = self._left.pop()
            self._turn(self._player.begin_again())
        else:
            self._turn(self._player.turn_back())

    def action_lesson_next(self) -> None:
        """Show the rest of the text, or go to the next step, from the last one to the lesson that follows."""
        if self._host.page is not None and not self.action_lesson_scroll(1):
            self.go_on()

    def go_on(self) -> None:
        """Go on without a look whether there is more text."""
        if self._player is None or self.page is None or self._is_led():
            return
        page = self._player.page
        if page.is_last and page.leads_to is None:
            self.say("the lesson ends here, and no other follows: esc leaves it")
        if page.is_over and page.following is not None:
            left = [*self._left, self._player]
            self.open_lesson(page.following.path)
            self._left = left
        else:
            self._turn(self._player.turn_on())

    def _is_led(self) -> bool:
        """Whether a question to the class is read in place of the lesson, which waits for it; that is said."""
        is_led = self._host.page is not None and bool(self._host.page.led_by)
        if is_led:
            self.say(f"the class is asked: {self.key_of('class')} goes on with the question")
        return is_led

    def action_lesson_scroll(self, pages: int) -> bool:
        """Scroll the text of the lesson; whether there was anything to scroll to."""
        from tuinet.tui.panels.lesson import LessonPanel

        panel = self._host.panel(LESSON)
        assert isinstance(panel, LessonPanel)
        return panel.scroll_pages(pages)

    def _turn(self, commands: Iterable[Command]) -> None:
        assert self._player is not None
        self._filled, self._solved = 0, ""
        for command in commands:
            self._runner.send(command)
            self._expect(command)
        self._is_left = False
        before, page = self._host.page, self._player.page
        if before is None or (before.lesson, before.index) != (page.lesson, page.index):
            self._host.zoomed = None
        self._host.page = self._player.page

    def _expect(self, command: Command) -> None:
        """Forget what was asked for before, and take what comes for granted."""
        if isinstance(command, SetUp):
            self._host.unit = None
            self._asked.experiment.forget()
            self._asked.seed.ask(command.experiment.seed)
        if isinstance(command, (SetUp, Pause)):
            self._asked.running.ask(False)
        elif isinstance(command, Resume):
            self._asked.running = PendingValue()
