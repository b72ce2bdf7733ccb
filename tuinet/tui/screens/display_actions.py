"""What keys change of the dashboard's display: panels, screens above it, and files; none of them trains."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.widget import Widget

from tuinet.experiment.experiment import FIELDS
from tuinet.observe.view import Question, RatesView, View
from tuinet.tui.draw.boundary import SHOWN_SAMPLES, SHOWN_SENTENCES
from tuinet.tui.draw.scales import SCALE_SENTENCES, next_scale
from tuinet.tui.draw.shadings import reason_against_discrete
from tuinet.tui.keys import Controller
from tuinet.tui.layout import ASK, LOSS, MAP, STARTS, WEIGHTS
from tuinet.tui.panels import NUMBERED, ZOOMED
from tuinet.tui.screens.base import FramedScreen
from tuinet.tui.screens.dashboard_state import DashboardState

if TYPE_CHECKING:
    from tuinet.export.exporting import Kind
    from tuinet.tui.screens.beside_lesson import Lessons
    from tuinet.tui.screens.class_actions import ClassActions
    from tuinet.tui.screens.prompt import Use


class PanelActions(Controller[DashboardState]):
    """Keys that give panels the screen or the focus, and change how they show something."""

    def __init__(self, dashboard: DashboardState, lesson: Lessons, classes: ClassActions) -> None:
        super().__init__(dashboard)
        self._lesson, self._classes = lesson, classes

    def action_zoom(self, index: int) -> None:
        """Give the whole screen to a panel, in a lesson the room beside it; where it has it, to all panels again."""
        if index < NUMBERED and (self._classes.answer(index + 1) or self._lesson.answer_question(index + 1)):
            return
        name = ZOOMED[index]
        self._host.zoomed = None if self._host.zoomed == name else name
        # In a lesson, enter goes on with that: who wants a panel's own keys presses tab.
        is_taken = self._host.zoomed is not None and self._host.page is None
        self._host.set_focus(self._host.panel(name) if is_taken else None)

    def action_unzoom(self) -> None:
        """Stop on a long way to a moment; else show all panels; where they are shown, leave the lesson."""
        if self._host.training.stop_on_way():
            return
        if self._host.zoomed is None and self._host.focused is None and not self._lesson.leave_lesson():
            first, last, leave = (self.key_of(action) for action in ("zoom(0)", "zoom(8)", "quit"))
            self.say(f"all panels are shown: {first}-{last} bring one to the full screen, {leave} quits")
        self._host.zoomed = None
        self._host.set_focus(None)

    def action_focus_next(self) -> None:
        """Give the keys to the next panel."""
        self._pass_focus(self._host.focus_next)

    def action_focus_previous(self) -> None:
        """Give the keys to the panel before."""
        self._pass_focus(self._host.focus_previous)

    def _pass_focus(self, move: Callable[[], Widget | None]) -> None:
        before = self._host.focused
        if move() is before:
            self.say("no other panel is in sight: esc shows all" if before is not None else "no panel is in sight")

    def action_edit_weights(self) -> None:
        """Choose a weight, on the full screen where the weights are not shown."""
        panel = self._host.panel(WEIGHTS)
        if not panel.display:
            self._host.zoomed = WEIGHTS
        panel.focus()

    def ask(self, question: Question) -> None:
        """Ask the network something, on the full screen where questions are not shown."""
        from tuinet.tui.panels.ask import AskPanel

        panel = self._host.panel(ASK)
        assert isinstance(panel, AskPanel)
        panel.ask(question)
        if not panel.display:
            self._host.zoomed = ASK
        panel.focus()

    def action_toggle_log_scale(self) -> None:
        """Change the axis of the loss."""
        from tuinet.tui.panels.loss import LossPanel

        curve, starts = map(self._host.panel, (LOSS, STARTS))
        if not (curve.display or starts.display):
            self.say(f"the loss curve is not in sight: {self.key_of('zoom(1)')} shows it")
            return
        is_log = isinstance(curve, LossPanel) and curve.display and curve.is_log
        self._host.scale = next_scale(self._host.scale, is_log=is_log)
        if self._host.scale == "auto":
            # Of the others the chart says as much itself, and at once.
            self.say(SCALE_SENTENCES["auto"])

    def action_toggle_discrete(self) -> None:
        """Show decisions on the map, or how certain they are."""
        reason = reason_against_discrete(self._shown.snapshot, self.key_of("show_output"))
        if not reason and not self._host.panel(MAP).display:
            reason = f"the map is not in sight: {self.key_of('zoom(0)')} shows it"
        if reason:
            self.say(reason)
        else:
            self._host.discrete = not self._host.discrete

    def action_turn_samples(self) -> None:
        """Show other samples on the map; where there is no test set, all or none."""
        if not self._host.panel(MAP).display:
            self.say(f"the map is not in sight: {self.key_of('zoom(0)')} shows it")
            return
        choices = SHOWN_SAMPLES if len(self._shown.snapshot.dataset.X_test) else SHOWN_SAMPLES[::3]
        shown = self._host.shown_samples
        place = choices.index(shown) if shown in choices else 0
        self._host.shown_samples = choices[(place + 1) % len(choices)]
        self.say(SHOWN_SENTENCES[self._host.shown_samples])

    def action_show_output(self) -> None:
        """Show the output on the map, in place of a neuron's response."""
        if self._host.unit is None:
            self.say(f"the output is shown already: enter on a neuron of panel {self.key_of('zoom(4)')} shows that")
        self._host.unit = None


class ScreenActions(Controller[DashboardState]):
    """Keys that open screens above the dashboard, and questions for a file."""

    def __init__(self, dashboard: DashboardState, lesson: Lessons, classes: ClassActions) -> None:
        super().__init__(dashboard)
        self._lesson, self._classes = lesson, classes
        self._searches = 0

    def action_microscope(self) -> None:
        """Hold the run, and look at the arithmetic of the last phase."""
        from tuinet.tui.screens.microscope import MicroscopeScreen

        self._open(MicroscopeScreen, step=True)

    def action_exercise(self) -> None:
        """Find the numbers of the last phase oneself; of a run that is not paused there is none."""
        from tuinet.tui.screens.exercise import ExerciseScreen, reason_against_exercise

        reason = reason_against_exercise(self._shown, self.key_of)
        if reason:
            self.say(reason)
        else:
            self._open(ExerciseScreen, step=True)

    def action_check_gradients(self) -> None:
        """Hold the run, and check all gradients."""
        from tuinet.tui.screens.check import GradientCheckScreen

        self._open(GradientCheckScreen, check=True)

    def action_find_rate(self, is_meant: bool) -> None:
        """See how the run goes on from here with other learning rates; it trains on meanwhile, if it does.

        Parameters
        ----------
        is_meant
            Whether it is wanted in a class, too, where the usual key leaves the class for a copy, or goes back.
        """
        from tuinet.tui.screens.rates import RatesScreen

        if self._classes.is_follower and not is_meant:
            self._classes.fork()
        elif self._shown.moment is not None:
            self.say("a recording has no network that could be trained with other rates")
        elif self._host.is_current:
            self._searches += 1
            view = self._view._replace(rates=RatesView(self._searches))
            self._push(RatesScreen(self._runner, self._asked, self._host.colours, view))

    def action_share(self) -> None:
        """Hold the run, and show the command line that leads to here."""
        from tuinet.tui.screens.share import ShareScreen

        self._open(ShareScreen, trajectory=True)

    def _open(self, kind: type[FramedScreen], **more: Any) -> None:
        """Hold the run, and show a screen; where no key has led the run there, it goes on afterwards.

        Its view is the dashboard's and more: so the map is right when it comes again.
        """
        if self._shown.moment is not None and kind.NEEDS_RUN:
            self.say("a recording has no run that could go on from here")
        elif self._host.is_current:
            go_on = self._host.training.hold()
            screen = kind(self._runner, self._asked, self._host.colours, self._view._replace(**more))
            self._push(screen, lambda: None if screen.training.has_led else go_on())

    def _push(self, screen: FramedScreen, then: Callable[[], None] = lambda: None) -> None:
        """Show a screen, beside the lesson if one is on, and do something when it has gone."""
        if self._host.page is not None:
            from tuinet.tui.screens.beside_lesson import LessonBeside

            screen.beside = LessonBeside(screen, self._lesson, screen.KEYS, screen.LEAST_WIDTH)
        self._host.app.push_screen(screen, lambda _: then())

    def action_settings(self) -> None:
        """Look at everything that can be changed."""
        self.open_settings(next(iter(FIELDS)))

    def open_settings(self, field: str, *, typing: bool = False) -> None:
        """Go to a field of the settings, and perhaps type its value; from whatever screen is seen."""
        from tuinet.tui.screens.settings import SettingsScreen

        screen = self._host.app.screen
        if isinstance(screen, SettingsScreen):
            screen.choose_field(field, typing=typing)
        else:
            colours, view = self._host.colours, self._view
            self._push(SettingsScreen(self._runner, self._asked, colours, view, field=field, typing=typing))

    @property
    def _view(self) -> View:
        return self._host.view._replace(step=False, check=False, trajectory=False, starts=None, landscape=None)

    def action_save_points(self) -> None:
        """Ask for the name of a file, and write the samples to it."""
        from tuinet.tui.saving import saver

        if self._host.is_current:
            self._ask("Save points as CSV", "points.csv", saver(self._shown.snapshot))

    def action_save_run(self) -> None:
        """Ask for the name of a file, and have the runner write everything to it."""
        from tuinet.tui.saving import run_saver

        if self._shown.moment is not None:
            self.say("a recording is in its file already")
        elif self._host.is_current:
            self._ask("Save the run", "run.npz", run_saver(self._runner.send))

    def save_paused(self) -> None:
        """Pause, and ask for the name of a file for the run."""
        self._host.training.hold()
        self.action_save_run()

    def export(self, kind: Kind) -> None:
        """Hold the run, ask for the name of a folder, and write the run to it as what works without tuinet."""
        from tuinet.export.exporting import KINDS
        from tuinet.tui.saving import default_folder, exporter

        go_on = self._host.training.hold()
        name, _, _ = KINDS[kind].partition(": ")
        use = exporter(self._runner, self._host.view, kind)
        self._ask(f"Export as {name}: into the folder", default_folder(self._shown.snapshot, kind), use, go_on)

    def action_record_run(self) -> None:
        """Ask for the name of a file, and write the run to it as a recording."""
        if self._shown.moment is not None:
            self.say("this is a recording already")
        elif self._shown.snapshot.time.tip_epoch == 0:
            step = self.key_of("step('epoch')")
            self.say(f"nothing has been trained yet: {step} trains one epoch")
        elif self._host.is_current:
            from tuinet.tui.saving import run_recorder

            use = run_recorder(self._runner.send, lambda: self._host.is_running)
            self._ask("Record this run", "recording.npz", use)

    def _ask(self, question: str, text: str, use: Use, then: Callable[[], None] = lambda: None) -> None:
        from tuinet.tui.screens.prompt import TextScreen

        screen = TextScreen(question, text, use, is_beside=self._host.page is not None)
        self._host.app.push_screen(screen, lambda _: then())
