"""Teaching: a lesson on the dashboard, step by step."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from textual.app import App, SystemCommand

from tuinet.errors import LessonError
from tuinet.observe.view import Unit
from tuinet.session.commands import BringBack, Command, Pause, Resume, SetUp
from tuinet.tui.actions import PendingValue, PendingValues
from tuinet.tui.layout import NUMBERED
from tuinet.tui.messages import RunnerLike
from tuinet.tui.terminal.link import StatusNotes

if TYPE_CHECKING:
    from pathlib import Path

    from tuinet.lessons.lesson import Lesson, LessonPlayer, Page

SCREENS: Final = {
    "Dashboard": "dashboard",
    "MicroscopeScreen": "microscope",
    "SettingsScreen": "settings",
    "GradientCheckScreen": "check",
    "HelpScreen": "help",
}
"""The words of lessons for the screens, by their classes."""

_BRING_BACK: Final = "Lesson: bring back the run before it"


class Teaching:
    """What the dashboard does about a lesson."""

    app: App[Any]
    page: Page | None
    """The step that is on; ``None`` where no lesson is."""
    zoomed: str | None
    unit: Unit | None
    _status_notes: StatusNotes
    _wanted_seed: PendingValue[int]
    _asked: PendingValues
    _runner: RunnerLike
    _player: LessonPlayer | None

    def play(self, lesson: Lesson) -> None:
        """Begin a lesson."""
        from tuinet.lessons.lesson import LessonPlayer

        self._player = LessonPlayer(lesson)
        self._turn(self._player.begin())

    def open_lesson(self, path: Path) -> None:
        """Begin the lesson in a file; where it cannot be read, say so."""
        from tuinet.lessons.reader import read_lesson

        try:
            lesson = read_lesson(path)
        except LessonError as error:
            self._status_notes.say(str(error))
            return
        for _ in self.app.screen_stack[1:]:
            self.app.pop_screen()
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
        self._player = self.page = None
        self._runner.send(BringBack())

    def present_page(self) -> Page | None:
        """The step that is on, after a look whether what it waits for has come true; ``None`` where no lesson is."""
        if self._player is None or self.page is None:
            return None
        if self.page.waits:
            from tuinet.lessons.situation import Situation

            frame, panel = self._runner.latest(), NUMBERED.index(self.zoomed) + 1 if self.zoomed in NUMBERED else 0
            screen = SCREENS.get(type(self.app.screen).__name__, "other")
            self._player.note(Situation(frame.snapshot, frame.running, frame.speed, panel, screen), frame.run)
        return self._player.page

    def answer_question(self, choice: int) -> bool:
        """Answer what is asked, if anything is."""
        if self._player is None or self.page is None or not self.page.asks:
            return False
        self._turn(self._player.answer(choice))
        return True

    def leave_lesson(self) -> bool:
        """Leave the lesson, if one is on; everything else stays."""
        was_on, self.page = self.page is not None, None
        return was_on

    def action_lesson(self) -> None:
        """Leave the lesson, come back to it, or choose one."""
        from tuinet.tui.palette import choose_command

        if not self.leave_lesson():
            if self._player is None:
                choose_command(self.app, list(self.lesson_commands()), "Which lesson?")
            else:
                self.page = self._player.page

    def action_lesson_back(self) -> None:
        """Go to the step before."""
        if self._player is not None and self.page is not None:
            self._turn(self._player.turn_back())

    def action_lesson_next(self) -> None:
        """Show the rest of the text, or go to the next step."""
        if self._player is not None and self.page is not None and not self.scroll_lesson(1):
            self._turn(self._player.turn_on())

    def action_lesson_scroll(self, pages: int) -> None:
        """Scroll the text."""
        self.scroll_lesson(pages)

    def scroll_lesson(self, pages: int) -> bool:
        """Scroll the text; whether there was anything to scroll to."""
        raise NotImplementedError

    def _turn(self, commands: Iterable[Command]) -> None:
        assert self._player is not None
        for command in commands:
            self._runner.send(command)
            self._expect(command)
        if self.page is None or self.page.index != self._player.page.index:
            self.zoomed = None
        self.page = self._player.page

    def _expect(self, command: Command) -> None:
        """Forget what was asked for before, and take what comes for granted."""
        if isinstance(command, SetUp):
            self.unit = None
            self._asked.experiment.forget()
            self._wanted_seed.ask(command.experiment.seed)
        if isinstance(command, (SetUp, Pause)):
            self._asked.running.ask(False)
        elif isinstance(command, Resume):
            self._asked.running = PendingValue()


def panel_ids(names: Iterable[str]) -> list[str]:
    """The panels that a lesson means."""
    from tuinet.lessons.lesson import PANELS

    return [NUMBERED[PANELS.index(name)] for name in names]
