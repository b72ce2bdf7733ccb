"""The main screen: everything about a run at one glance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import DescendantFocus
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

from tuinet.experiment.experiment import CHOICES, FIELDS
from tuinet.observe.snapshot import Frame
from tuinet.observe.view import NOTHING, Unit, View
from tuinet.session.commands import Pause, Reinitialize, SetSpeed
from tuinet.session.edits import SetActivation
from tuinet.tui.actions import (
    NO_HIDDEN_LAYER,
    ConfiguringActions,
    PendingCommands,
    PendingValue,
    PendingValues,
    RedrawLimit,
    TrainingActions,
    faster,
    slower,
)
from tuinet.tui.bindings import APP_BINDINGS, DASHBOARD_BINDINGS, LESSON_BINDINGS, STEPPING_BINDINGS
from tuinet.tui.draw.shadings import reason_against_discrete
from tuinet.tui.keymap import keymap_of
from tuinet.tui.layout import (
    BOUNDARY,
    KEYS,
    LESSON,
    LOSS,
    NUMBERED,
    STATUS,
    TOO_SMALL,
    WEIGHTS,
    Arrangement,
    PanelGrid,
    Wants,
    arrange,
)
from tuinet.tui.messages import CommandGiven, EpochChosen, RunnerLike, UnitChosen, ValueWanted, ViewChanged
from tuinet.tui.panel_choice import ZOOMED, choose_panels, make_panel, numbers_height, response_panel
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.panels.footer import KeysPanel, TooSmallPanel
from tuinet.tui.panels.gradients import gradients_height
from tuinet.tui.panels.status import StatusPanel, status_height
from tuinet.tui.screens.closing import is_seen
from tuinet.tui.style.theme import Theme
from tuinet.tui.teaching import Teaching, panel_ids
from tuinet.tui.terminal.frames import frame_seconds, may_draw
from tuinet.tui.terminal.link import StatusNotes

if TYPE_CHECKING:
    from tuinet.export.exporting import Kind
    from tuinet.lessons.lesson import LessonPlayer, Page
    from tuinet.tui.screens.help import Topics


class Dashboard(Teaching, TrainingActions, ConfiguringActions, Screen[None]):
    """Polls the runner for frames and hands them to the panels; keys become commands.

    Parameters
    ----------
    runner
        Where frames come from and commands go.
    theme
        The colours to start with.
    aside
        What the status says besides what the frame knows.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [*DASHBOARD_BINDINGS, *LESSON_BINDINGS]

    frame: reactive[Frame | None] = reactive(None, repaint=False)
    slow_frame: reactive[Frame | None] = reactive(None, repaint=False)
    theme: reactive[Theme | None] = reactive(None, repaint=False)
    log_scale: reactive[bool] = reactive(False, repaint=False)
    discrete: reactive[bool] = reactive(False, repaint=False)
    by_phases: reactive[bool] = reactive(False, repaint=False)
    status_note: reactive[str] = reactive("", repaint=False)
    unit: reactive[Unit | None] = reactive(None, repaint=False)
    zoomed: reactive[str | None] = reactive(None, repaint=False)
    page: reactive[Page | None] = reactive(None, repaint=False)

    def __init__(self, runner: RunnerLike, theme: Theme, status_note: StatusNotes | None = None) -> None:
        super().__init__()
        self._status_notes = status_note or StatusNotes()
        self._player: LessonPlayer | None = None
        self.set_reactive(Dashboard.status_note, self._status_notes.words())
        self._runner = runner
        self._shown = runner.latest()
        self._asked = PendingValues()
        self._view = NOTHING
        self._wanted_speed: PendingValue[float | None] = PendingValue()
        self._wanted_seed: PendingValue[int] = PendingValue()
        self._wanted_activation: PendingValue[str] = PendingValue()
        self._redraw_limit = RedrawLimit()
        self._pending_commands, self._pending = PendingCommands(), ""
        self.set_reactive(Dashboard.frame, self._shown)
        self.set_reactive(Dashboard.slow_frame, self._shown)
        self.set_reactive(Dashboard.theme, theme)

    def compose(self) -> ComposeResult:
        """The panels that are seen first; the plan says which of them are shown, and where."""
        seen = self.plan(*self.app.size)
        bars = (
            StatusPanel(names_keys=True, id=STATUS).data_bind(Dashboard.by_phases, Dashboard.status_note),
            KeysPanel([*DASHBOARD_BINDINGS, *APP_BINDINGS], id=KEYS),
            *([make_panel(LESSON).data_bind(Dashboard.page)] if LESSON in seen else []),
            TooSmallPanel(id=TOO_SMALL),
        )
        for bar in bars:
            bar.data_bind(Dashboard.theme, frame=Dashboard.slow_frame)
        yield PanelGrid(*(self._bound(make_panel(name)) for name in ZOOMED if name in seen), *bars, plan=self.plan)

    def _bound(self, panel: CellPanel) -> CellPanel:
        """A panel that follows the dashboard."""
        panel.data_bind(Dashboard.theme, frame=Dashboard.slow_frame if panel.IS_SLOW else Dashboard.frame)
        return panel.data_bind(**{name: getattr(Dashboard, name) for name in panel.FOLLOWS})

    def complete(self) -> None:
        """Make the panels that are not there yet: the first frame does not wait for what it does not show."""
        for grid in self.query(PanelGrid):  # there is none any more where the application is being left
            there = {panel.id for panel in grid.children}
            with self._context():  # so that they can be bound, whoever calls this
                missing = [self._bound(make_panel(name)) for name in (*ZOOMED, LESSON) if name not in there]
            if missing and grid.is_attached:
                grid.add(missing, ZOOMED)

    def on_mount(self) -> None:
        """Start to poll."""
        self.call_after_refresh(self.complete)
        self.set_interval(frame_seconds(self.app), self.poll)

    def poll(self, *, at_once: bool = False) -> bool:
        """Show the latest frame, if it is a new one and this screen is the one that is seen; whether it is shown.

        Parameters
        ----------
        at_once
            Whether somebody waits for it.
        """
        page = self.present_page()
        if not is_seen(self):
            return True
        # Asked for even if it cannot be shown now: keys act on it, and the one that is shown next is a fresh one then.
        self._shown = self._runner.latest()
        if not may_draw(self.app, at_once=at_once):
            return False
        slow = self._shown if self._redraw_limit.allows(self._shown) else self.slow_frame
        # What is on its way says so itself.
        pending = self._pending_commands.words(self._runner.pending()[bool(self._shown.way) :])
        is_new = self._shown is not self.frame or slow is not self.slow_frame
        if is_new or page is not self.page or pending != self._pending:
            with self.app.batch_update():
                self.frame, self.slow_frame, self.by_phases = self._shown, slow, self._asked.by_phases
                self.page, self._pending = page, pending
                self._say_status_note()
        return True

    def note_key(self) -> None:
        """Say no longer what was only to be said until the first key."""
        if self._status_notes.note_key() and self.is_mounted:
            with self.app.batch_update():
                self._say_status_note()

    def _say_status_note(self) -> None:
        self.status_note = " · ".join(filter(None, (self._pending, self._status_notes.words())))
        self.query_one(PanelGrid).follow_plan()

    def watch_remark(self) -> None:
        """Say why a key did nothing, or no longer."""
        if self.is_mounted:
            with self.app.batch_update():
                self.query_one(StatusPanel).remark = self.remark
                self.query_one(PanelGrid).follow_plan()

    def plan(self, width: int, height: int) -> Arrangement:
        """Where the panels go in a terminal of this size."""
        assert self.slow_frame is not None
        lesson = None if self.page is None else panel_ids(self.page.panels)
        return arrange(width, height, self._wants(self.slow_frame, width), self.zoomed, lesson)

    def watch_zoomed(self) -> None:
        """Give the screen to one panel, or to all again."""
        if self.is_mounted:
            self.query_one(PanelGrid).rearrange()

    def watch_page(self) -> None:
        """Make room for the lesson, or take it back; its keys, too."""
        if self.is_mounted:
            self.query_one(PanelGrid).follow_plan()
            self._show_keys(self.focused)

    def scroll_lesson(self, pages: int) -> bool:
        """Scroll the text of the lesson; whether there was anything to scroll to."""
        from tuinet.tui.panels.lesson import LessonPanel

        panel = self._panel(LESSON)
        assert isinstance(panel, LessonPanel)
        return panel.scroll_pages(pages)

    def on_view_changed(self, event: ViewChanged) -> None:
        """Ask for what the panels need to see."""
        fields: dict[str, Any] = dict(event.fields)
        self._view = replace(self._view, **fields)
        if is_seen(self):
            self._runner.look(self._view)

    def on_unit_chosen(self, event: UnitChosen) -> None:
        """Show the response of a neuron on the map, or as pictures; on the full screen where it is not seen."""
        self.unit = event.unit
        shows = {BOUNDARY, response_panel(self._shown.snapshot)}
        if event.must_be_seen and not any(self._panel(name).display for name in shows):
            self.action_zoom(NUMBERED.index(response_panel(self._shown.snapshot)))

    def on_screen_resume(self) -> None:
        """Ask for what this screen shows, since another one may have asked for something else; and catch up."""
        self._runner.look(self._view)
        self.poll()

    def on_command_given(self, event: CommandGiven) -> None:
        """Change something."""
        self._runner.send(event.command)

    def on_epoch_chosen(self, event: EpochChosen) -> None:
        """Go to a moment of the timeline."""
        self.seek(event.epoch)

    def on_value_wanted(self, event: ValueWanted) -> None:
        """Ask for a value, and use it."""
        from tuinet.tui.screens.prompt import ValueScreen

        def use(value: float | None) -> None:
            if value is not None:
                self._runner.send(event.cursor.command(self._shown.snapshot, value))

        self.app.push_screen(ValueScreen(event.question, event.value), use)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Show the keys of the panel that has the focus, if it has its own."""
        self._show_keys(event.widget)

    def on_keys_changed(self) -> None:
        """Show what the keys of the panel that has the focus do now."""
        self._show_keys(self.focused)

    def _show_keys(self, focused: Widget | None) -> None:
        own = focused.keys if isinstance(focused, CellPanel) else ()
        usual = DASHBOARD_BINDINGS if self.page is None else (*LESSON_BINDINGS, *DASHBOARD_BINDINGS)
        self.query_one(KeysPanel).use([*(own or usual), *APP_BINDINGS])

    def on_descendant_blur(self) -> None:
        """Show the keys of the dashboard again; or those of a panel that has got the focus meanwhile."""
        self._show_keys(self.focused)

    def topics(self) -> Topics:
        """The keys of the panel that has the focus, or else those that train, and everything in sight."""
        from tuinet.tui.screens.help import HELP_BINDINGS, Topics

        own = self.focused.keys if isinstance(self.focused, CellPanel) else ()
        here = own or (STEPPING_BINDINGS if self.page is None else (*LESSON_BINDINGS, *STEPPING_BINDINGS))
        others = tuple(key for key in HELP_BINDINGS if key not in here)
        panels = tuple(panel.id for panel in self.query(CellPanel) if panel.display and panel.id)
        return Topics(here, others, panels, self._shown.snapshot)

    def action_zoom(self, index: int) -> None:
        """Give the whole screen to a panel, in a lesson the room beside it; where it has it, to all panels again."""
        if index < len(NUMBERED) and self.answer_question(index + 1):
            return
        name = ZOOMED[index]
        self.zoomed = None if self.zoomed == name else name
        # In a lesson, enter goes on with that: who wants a panel's own keys presses tab.
        is_taken = self.zoomed is not None and self.page is None
        self.set_focus(self._panel(name) if is_taken else None)

    def action_unzoom(self) -> None:
        """Stop on a long way to a moment; else show all panels; where they are shown, leave the lesson."""
        if self.stop_on_way():
            return
        if self.zoomed is None and self.focused is None and not self.leave_lesson():
            self.say("all panels are shown: 1-9 bring one to the full screen, q quits")
        self.zoomed = None
        self.set_focus(None)

    def action_focus_next(self) -> None:
        """Give the keys to the next panel."""
        self._pass_focus(self.focus_next)

    def action_focus_previous(self) -> None:
        """Give the keys to the panel before."""
        self._pass_focus(self.focus_previous)

    def _pass_focus(self, move: Callable[[], Widget | None]) -> None:
        before = self.focused
        if move() is before:
            self.say("no other panel is in sight: esc shows all" if before is not None else "no panel is in sight")

    def action_edit_weights(self) -> None:
        """Choose a weight, on the full screen where the weights are not shown."""
        panel = self._panel(WEIGHTS)
        if not panel.display:
            self.zoomed = WEIGHTS
        panel.focus()

    def action_microscope(self) -> None:
        """Pause, and look at the arithmetic of the last phase."""
        from tuinet.tui.screens.microscope import MicroscopeScreen

        if self.is_current:
            self._pause()
            self.app.push_screen(MicroscopeScreen(self._runner, self._asked, self._colours(), self._wider(step=True)))

    def action_check_gradients(self) -> None:
        """Pause, and check all gradients."""
        from tuinet.tui.screens.check import GradientCheckScreen

        if self.is_current:
            self._pause()
            self.app.push_screen(
                GradientCheckScreen(self._runner, self._asked, self._colours(), self._wider(check=True))
            )

    def action_share(self) -> None:
        """Pause, and show the command line that leads to here."""
        from tuinet.tui.screens.share import ShareScreen

        if self.is_current:
            self._pause()
            self.app.push_screen(ShareScreen(self._runner, self._asked, self._colours(), self._wider(trajectory=True)))

    def action_settings(self) -> None:
        """Look at everything that can be changed."""
        self.open_settings(next(iter(FIELDS)))

    def open_settings(self, field: str, *, typing: bool = False) -> None:
        """Go to a field of the settings, and perhaps type its value; from whatever screen is seen."""
        from tuinet.tui.screens.settings import SettingsScreen

        screen = self.app.screen
        if isinstance(screen, SettingsScreen):
            screen.choose_field(field, typing=typing)
        else:
            self.app.push_screen(
                SettingsScreen(self._runner, self._asked, self._colours(), self._wider(), field=field, typing=typing)
            )

    def _panel(self, name: str) -> CellPanel:
        self.complete()
        return self.query_one(f"#{name}", CellPanel)

    def _pause(self) -> None:
        if self._asked.running.now(self._shown.running):
            self._asked.running.ask(False)
            self._runner.send(Pause())

    def _colours(self) -> Theme:
        assert self.theme is not None
        return self.theme

    def _wider(self, *, step: bool = False, check: bool = False, trajectory: bool = False) -> View:
        """What is shown now, and more: so the map is right when its turn comes again."""
        return replace(self._view, step=step, check=check, trajectory=trajectory)

    def action_reinitialize_new(self) -> None:
        """Fresh weights from the next seed."""
        seed = self._wanted_seed.ask(self._wanted_seed.now(self._shown.snapshot.experiment.seed) + 1)
        self._runner.send(Reinitialize(seed))

    def action_reinitialize_same(self) -> None:
        """Start again from the same fresh weights."""
        self._runner.send(Reinitialize())

    def action_next_activation(self) -> None:
        """Another activation in the hidden layers."""
        self._shift_activation(1)

    def action_previous_activation(self) -> None:
        """The activation before it."""
        self._shift_activation(-1)

    def action_faster(self) -> None:
        """More epochs per second."""
        self._use_speed(faster, "the speed is unlimited: - slows the training down")

    def action_slower(self) -> None:
        """Fewer epochs per second."""
        self._use_speed(slower, "this is the slowest: space pauses, s makes a single epoch")

    def _use_speed(self, change: Callable[[float | None], float | None], reason: str) -> None:
        before = self._wanted_speed.now(self._shown.speed)
        after = change(before)
        if after == before:
            self.say(reason)
        else:
            self._runner.send(SetSpeed(self._wanted_speed.ask(after)))

    def action_toggle_log_scale(self) -> None:
        """Change the axis of the loss."""
        if self._is_displayed(LOSS):
            self.log_scale = not self.log_scale
        else:
            self.say("the loss curve is not in sight: 2 shows it")

    def action_toggle_discrete(self) -> None:
        """Show decisions on the map, or how certain they are."""
        reason = reason_against_discrete(self._shown.snapshot)
        if not reason and not self._is_displayed(BOUNDARY):
            reason = "the map is not in sight: 1 shows it"
        if reason:
            self.say(reason)
        else:
            self.discrete = not self.discrete

    def action_show_output(self) -> None:
        """Show the output on the map, in place of a neuron's response."""
        if self.unit is None:
            self.say("the output is shown already: enter on a neuron of panel 5 shows that")
        self.unit = None

    def _is_displayed(self, name: str) -> bool:
        return self._panel(name).display

    def action_save_points(self) -> None:
        """Ask for the name of a file, and write the samples to it."""
        from tuinet.tui.saving import saver
        from tuinet.tui.screens.prompt import TextScreen

        if self.is_current:
            self.app.push_screen(TextScreen("Save points as CSV", "points.csv", saver(self._shown.snapshot)))

    def action_save_run(self) -> None:
        """Ask for the name of a file, and have the runner write everything to it."""
        from tuinet.tui.saving import run_saver
        from tuinet.tui.screens.prompt import TextScreen

        if self.is_current:
            self.app.push_screen(TextScreen("Save the run", "run.npz", run_saver(self._runner.send)))

    def export(self, kind: Kind) -> None:
        """Pause, ask for the name of a folder, and write the run to it as something that works without tuinet."""
        from tuinet.export.exporting import KINDS
        from tuinet.tui.saving import default_folder, exporter
        from tuinet.tui.screens.prompt import TextScreen

        self._pause()
        name, _, _ = KINDS[kind].partition(": ")
        use = exporter(self._runner, self._view, kind)
        folder = default_folder(self._shown.snapshot, kind)
        self.app.push_screen(TextScreen(f"Export as {name}: into the folder", folder, use))

    def action_record_run(self) -> None:
        """Ask for the name of a file, and write the run to it as a recording."""
        if self._shown.moment is not None:
            self.say("this is a recording already")
        elif self._shown.snapshot.time.tip_epoch == 0:
            self.say("nothing has been trained yet: s trains one epoch")
        elif self.is_current:
            from tuinet.tui.saving import run_recorder
            from tuinet.tui.screens.prompt import TextScreen

            use = run_recorder(self._runner.send, lambda: self.is_running)
            self.app.push_screen(TextScreen("Record this run", "recording.npz", use))

    def _shift_activation(self, by: int) -> None:
        experiment, names = self._shown.snapshot.experiment, CHOICES["activation"]
        if experiment.hidden:
            present = names.index(self._wanted_activation.now(experiment.hidden_activations[0]))
            self._runner.send(SetActivation(self._wanted_activation.ask(names[(present + by) % len(names)])))
        else:
            self.say(NO_HIDDEN_LAYER)

    def _wants(self, frame: Frame, width: int) -> Wants:
        assert self.theme is not None
        choice = choose_panels(frame.snapshot)
        return Wants(
            status=status_height(
                frame,
                self.theme,
                width,
                self.by_phases,
                self.status_note,
                self.remark,
                keymap=keymap_of(self.app),
            ),
            weights=lambda room: numbers_height(frame.snapshot, choice, room),
            gradients=gradients_height(frame.snapshot),
            choice=choice,
        )
