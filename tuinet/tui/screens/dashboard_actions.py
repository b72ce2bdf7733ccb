"""What keys do on the dashboard alone: panels, screens above it, files, and lessons."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from textual.app import App, SystemCommand
from textual.widget import Widget

from tuinet.errors import LessonError
from tuinet.experiment.experiment import FIELDS
from tuinet.observe.view import Unit, View
from tuinet.session.commands import BringBack, Command, Pause, Resume, SetUp
from tuinet.tui.actions import Controller, Host, TrainingActions
from tuinet.tui.draw.shadings import reason_against_discrete
from tuinet.tui.layout import LESSON, LOSS, MAP, WEIGHTS
from tuinet.tui.panels import NUMBERED, ZOOMED
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.pending import PendingValue
from tuinet.tui.style.theme import Theme
from tuinet.tui.terminal.link import StatusNotes

if TYPE_CHECKING:
    from pathlib import Path

    from tuinet.export.exporting import Kind
    from tuinet.lessons.lesson import Lesson, LessonPlayer, Page


class DashboardHost(Host, Protocol):
    """What these actions need of the dashboard."""

    training: TrainingActions
    lesson: LessonActions
    status_notes: StatusNotes
    view: View
    zoomed: str | None
    page: Page | None
    unit: Unit | None
    log_scale: bool
    discrete: bool

    @property
    def app(self) -> App[Any]:
        """The application."""

    @property
    def focused(self) -> Widget | None:
        """The panel that has the focus."""

    @property
    def is_current(self) -> bool:
        """Whether no other screen lies above."""

    @property
    def is_running(self) -> bool:
        """Whether the application runs."""

    def set_focus(self, widget: Widget | None) -> None:
        """Give the focus to a panel, or to none."""

    def focus_next(self) -> Widget | None:
        """Give the focus to the next panel."""

    def focus_previous(self) -> Widget | None:
        """Give the focus to the panel before."""

    def panel(self, name: str) -> CellPanel:
        """The panel of a name."""

    def colours(self) -> Theme:
        """The present theme."""


class DashboardController(Controller):
    """Acts on the dashboard.

    Parameters
    ----------
    dashboard
        The screen.
    """

    def __init__(self, dashboard: DashboardHost) -> None:
        super().__init__(dashboard)
        self._dashboard = dashboard


class PanelActions(DashboardController):
    """Keys that give panels the screen or the focus, and change how they show something."""

    def action_zoom(self, index: int) -> None:
        """Give the whole screen to a panel, in a lesson the room beside it; where it has it, to all panels again."""
        if index < NUMBERED and self._dashboard.lesson.answer_question(index + 1):
            return
        name = ZOOMED[index]
        self._dashboard.zoomed = None if self._dashboard.zoomed == name else name
        # In a lesson, enter goes on with that: who wants a panel's own keys presses tab.
        is_taken = self._dashboard.zoomed is not None and self._dashboard.page is None
        self._dashboard.set_focus(self._dashboard.panel(name) if is_taken else None)

    def action_unzoom(self) -> None:
        """Stop on a long way to a moment; else show all panels; where they are shown, leave the lesson."""
        if self._dashboard.training.stop_on_way():
            return
        if (
            self._dashboard.zoomed is None
            and self._dashboard.focused is None
            and not self._dashboard.lesson.leave_lesson()
        ):
            first, last, leave = (self.key_of(action) for action in ("zoom(0)", "zoom(8)", "quit"))
            self.say(f"all panels are shown: {first}-{last} bring one to the full screen, {leave} quits")
        self._dashboard.zoomed = None
        self._dashboard.set_focus(None)

    def action_focus_next(self) -> None:
        """Give the keys to the next panel."""
        self._pass_focus(self._dashboard.focus_next)

    def action_focus_previous(self) -> None:
        """Give the keys to the panel before."""
        self._pass_focus(self._dashboard.focus_previous)

    def _pass_focus(self, move: Callable[[], Widget | None]) -> None:
        before = self._dashboard.focused
        if move() is before:
            self.say("no other panel is in sight: esc shows all" if before is not None else "no panel is in sight")

    def action_edit_weights(self) -> None:
        """Choose a weight, on the full screen where the weights are not shown."""
        panel = self._dashboard.panel(WEIGHTS)
        if not panel.display:
            self._dashboard.zoomed = WEIGHTS
        panel.focus()

    def action_toggle_log_scale(self) -> None:
        """Change the axis of the loss."""
        if self._dashboard.panel(LOSS).display:
            self._dashboard.log_scale = not self._dashboard.log_scale
        else:
            self.say(f"the loss curve is not in sight: {self.key_of('zoom(1)')} shows it")

    def action_toggle_discrete(self) -> None:
        """Show decisions on the map, or how certain they are."""
        reason = reason_against_discrete(self._shown.snapshot)
        if not reason and not self._dashboard.panel(MAP).display:
            reason = f"the map is not in sight: {self.key_of('zoom(0)')} shows it"
        if reason:
            self.say(reason)
        else:
            self._dashboard.discrete = not self._dashboard.discrete

    def action_show_output(self) -> None:
        """Show the output on the map, in place of a neuron's response."""
        if self._dashboard.unit is None:
            self.say(f"the output is shown already: enter on a neuron of panel {self.key_of('zoom(4)')} shows that")
        self._dashboard.unit = None


class ScreenActions(DashboardController):
    """Keys that open screens above the dashboard, and questions for a file."""

    def action_microscope(self) -> None:
        """Pause, and look at the arithmetic of the last phase."""
        from tuinet.tui.screens.microscope import MicroscopeScreen

        if self._dashboard.is_current:
            self._pause()
            self._dashboard.app.push_screen(
                MicroscopeScreen(self._runner, self._asked, self._dashboard.colours(), self._wider(step=True))
            )

    def action_check_gradients(self) -> None:
        """Pause, and check all gradients."""
        from tuinet.tui.screens.check import GradientCheckScreen

        if self._dashboard.is_current:
            self._pause()
            self._dashboard.app.push_screen(
                GradientCheckScreen(self._runner, self._asked, self._dashboard.colours(), self._wider(check=True))
            )

    def action_share(self) -> None:
        """Pause, and show the command line that leads to here."""
        from tuinet.tui.screens.share import ShareScreen

        if self._dashboard.is_current:
            self._pause()
            self._dashboard.app.push_screen(
                ShareScreen(self._runner, self._asked, self._dashboard.colours(), self._wider(trajectory=True))
            )

    def action_settings(self) -> None:
        """Look at everything that can be changed."""
        self.open_settings(next(iter(FIELDS)))

    def open_settings(self, field: str, *, typing: bool = False) -> None:
        """Go to a field of the settings, and perhaps type its value; from whatever screen is seen."""
        from tuinet.tui.screens.settings import SettingsScreen

        screen = self._dashboard.app.screen
        if isinstance(screen, SettingsScreen):
            screen.choose_field(field, typing=typing)
        else:
            self._dashboard.app.push_screen(
                SettingsScreen(
                    self._runner, self._asked, self._dashboard.colours(), self._wider(), field=field, typing=typing
                )
            )

    def _pause(self) -> None:
        if self._asked.running.now(self._shown.running):
            self._asked.running.ask(False)
            self._runner.send(Pause())

    def _wider(self, *, step: bool = False, check: bool = False, trajectory: bool = False) -> View:
        """What is shown now, and more: so the map is right when its turn comes again."""
        return replace(self._dashboard.view, step=step, check=check, trajectory=trajectory)

    def action_save_points(self) -> None:
        """Ask for the name of a file, and write the samples to it."""
        from tuinet.tui.saving import saver
        from tuinet.tui.screens.prompt import TextScreen

        if self._dashboard.is_current:
            self._dashboard.app.push_screen(TextScreen("Save points as CSV", "points.csv", saver(self._shown.snapshot)))

    def action_save_run(self) -> None:
        """Ask for the name of a file, and have the runner write everything to it."""
        from tuinet.tui.saving import run_saver
        from tuinet.tui.screens.prompt import TextScreen

        if self._dashboard.is_current:
            self._dashboard.app.push_screen(TextScreen("Save the run", "run.npz", run_saver(self._runner.send)))

    def export(self, kind: Kind) -> None:
        """Pause, ask for the name of a folder, and write the run to it as something that works without tuinet."""
        from tuinet.export.exporting import KINDS
        from tuinet.tui.saving import default_folder, exporter
        from tuinet.tui.screens.prompt import TextScreen

        self._pause()
        name, _, _ = KINDS[kind].partition(": ")
        use = exporter(self._runner, self._dashboard.view, kind)
        folder = default_folder(self._shown.snapshot, kind)
        self._dashboard.app.push_screen(TextScreen(f"Export as {name}: into the folder", folder, use))

    def action_record_run(self) -> None:
        """Ask for the name of a file, and write the run to it as a recording."""
        if self._shown.moment is not None:
            self.say("this is a recording already")
        elif self._shown.snapshot.time.tip_epoch == 0:
            step = self.key_of("step('epoch')")
            self.say(f"nothing has been trained yet: {step} trains one epoch")
        elif self._dashboard.is_current:
            from tuinet.tui.saving import run_recorder
            from tuinet.tui.screens.prompt import TextScreen

            use = run_recorder(self._runner.send, lambda: self._dashboard.is_running)
            self._dashboard.app.push_screen(TextScreen("Record this run", "recording.npz", use))


SCREENS: Final = {
    "Dashboard": "dashboard",
    "MicroscopeScreen": "microscope",
    "SettingsScreen": "settings",
    "GradientCheckScreen": "check",
    "HelpScreen": "help",
}
"""The words of lessons for the screens, by their classes."""

_BRING_BACK: Final = "Lesson: bring back the run before it"


class LessonActions(DashboardController):
    """What the dashboard does about a lesson, step by step."""

    def __init__(self, dashboard: DashboardHost) -> None:
        super().__init__(dashboard)
        self._player: LessonPlayer | None = None

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
            self._dashboard.status_notes.say(str(error))
            return
        for _ in self._dashboard.app.screen_stack[1:]:
            self._dashboard.app.pop_screen()
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
        self._player = self._dashboard.page = None
        self._runner.send(BringBack())

    def present_page(self) -> Page | None:
        """The step that is on, after a look whether what it waits for has come true; ``None`` where no lesson is."""
        if self._player is None or self._dashboard.page is None:
            return None
        if self._dashboard.page.waits:
            from tuinet.lessons.situation import Situation

            frame, zoomed = self._runner.latest(), self._dashboard.zoomed
            panel = 0 if zoomed is None else ZOOMED.index(zoomed) + 1
            screen = SCREENS.get(type(self._dashboard.app.screen).__name__, "other")
            self._player.note(Situation(frame.snapshot, frame.running, frame.speed, panel, screen), frame.run)
        return self._player.page

    def answer_question(self, choice: int) -> bool:
        """Answer what is asked, if anything is."""
        if self._player is None or self._dashboard.page is None or not self._dashboard.page.asks:
            return False
        self._turn(self._player.answer(choice))
        return True

    def leave_lesson(self) -> bool:
        """Leave the lesson, if one is on; everything else stays."""
        was_on, self._dashboard.page = self._dashboard.page is not None, None
        return was_on

    def action_lesson(self) -> None:
        """Leave the lesson, come back to it, or choose one."""
        from tuinet.tui.palette import choose_command

        if not self.leave_lesson():
            if self._player is None:
                choose_command(self._dashboard.app, list(self.lesson_commands()), "Which lesson?")
            else:
                self._dashboard.page = self._player.page

    def action_lesson_back(self) -> None:
        """Go to the step before."""
        if self._player is not None and self._dashboard.page is not None:
            self._turn(self._player.turn_back())

    def action_lesson_next(self) -> None:
        """Show the rest of the text, or go to the next step."""
        if self._player is not None and self._dashboard.page is not None and not self.scroll_lesson(1):
            self._turn(self._player.turn_on())

    def action_lesson_scroll(self, pages: int) -> None:
        """Scroll the text."""
        self.scroll_lesson(pages)

    def scroll_lesson(self, pages: int) -> bool:
        """Scroll the text of the lesson; whether there was anything to scroll to."""
        from tuinet.tui.panels.lesson import LessonPanel

        panel = self._dashboard.panel(LESSON)
        assert isinstance(panel, LessonPanel)
        return panel.scroll_pages(pages)

    def _turn(self, commands: Iterable[Command]) -> None:
        assert self._player is not None
        for command in commands:
            self._runner.send(command)
            self._expect(command)
        if self._dashboard.page is None or self._dashboard.page.index != self._player.page.index:
            self._dashboard.zoomed = None
        self._dashboard.page = self._player.page

    def _expect(self, command: Command) -> None:
        """Forget what was asked for before, and take what comes for granted."""
        if isinstance(command, SetUp):
            self._dashboard.unit = None
            self._asked.experiment.forget()
            self._asked.seed.ask(command.experiment.seed)
        if isinstance(command, (SetUp, Pause)):
            self._asked.running.ask(False)
        elif isinstance(command, Resume):
            self._asked.running = PendingValue()
