"""The main screen: everything about a run at one glance."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import DescendantBlur, DescendantFocus
from textual.reactive import reactive
from textual.widget import Widget

from tuinet.base_runner import BaseRunner
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.tui import layout
from tuinet.tui.configuring import RunActions
from tuinet.tui.draw.answers import share_names
from tuinet.tui.draw.loss_title import tells_quality
from tuinet.tui.draw.matrices import weights_height
from tuinet.tui.key_groups import TRAINING
from tuinet.tui.keys import APP_BINDINGS, DASHBOARD_BINDINGS, LESSON_BINDINGS, keymap_of
from tuinet.tui.messages import KeysChanged, ModeChanged, QuestionAsked, UnitChosen, ValueWanted
from tuinet.tui.notices import Hints
from tuinet.tui.offered import usable
from tuinet.tui.panels import ZOOMED, zoom_key
from tuinet.tui.panels.base import EDGE, CellPanel, panel_class
from tuinet.tui.panels.footer import KeysPanel, TooSmallPanel
from tuinet.tui.panels.gradients.table import gradients_height
from tuinet.tui.panels.status import StatusPanel, status_lines
from tuinet.tui.pending import PendingCommands, RedrawLimit
from tuinet.tui.screens.base import Topics
from tuinet.tui.screens.class_actions import ClassActions
from tuinet.tui.screens.dashboard_state import DashboardState
from tuinet.tui.screens.display_actions import PanelActions, ScreenActions
from tuinet.tui.screens.lesson_actions import LessonActions
from tuinet.tui.style.theme import Theme
from tuinet.tui.terminal.frames import may_answer_first
from tuinet.tui.terminal.link import StatusNotes

if TYPE_CHECKING:
    from tuinet.lessons.lesson import Page


class Dashboard(DashboardState):
    """Hands the runner's frames to the panels; keys become commands.

    Parameters
    ----------
    status_note
        What the status says besides what the frame knows.
    hints
        Whether what a teacher would point out is shown; ``None`` where the lessons decide that.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [*DASHBOARD_BINDINGS, *LESSON_BINDINGS]

    slow_frame: reactive[Frame | None] = reactive(None, repaint=False)
    told_frame: reactive[Frame | None] = reactive(None, repaint=False)
    """What the status tells: a slow frame, for a moment perhaps one that the panels have not drawn yet."""
    by_phases: reactive[bool] = reactive(False, repaint=False)
    status_note: reactive[str] = reactive("", repaint=False)

    def __init__(
        self, runner: BaseRunner, theme: Theme, status_note: StatusNotes | None = None, hints: Hints | None = None
    ) -> None:
        super().__init__(runner, theme, status_note or StatusNotes(), hints)
        self.set_reactive(Dashboard.status_note, self.status_notes.words())
        self.set_reactive(Dashboard.notice, self.status_notes.greeting)
        self._tells_metrics = False
        self.lesson = LessonActions(self)
        self.class_actions = ClassActions(self, self.lesson.leave_lesson)
        self.screens = ScreenActions(self, self.lesson, self.class_actions)
        self.panels = PanelActions(self, self.lesson, self.class_actions)
        own = (RunActions(self), self.lesson, self.class_actions, self.screens, self.panels)
        self.controllers = (*self.controllers, *own)
        self._redraw_limit = RedrawLimit()
        self._pending_commands, self._pending, self._mode = PendingCommands(), "", ""
        self._latest_page: Page | None = None
        self._quick_panels: list[CellPanel] = []
        self._latest_slow = self.shown
        self.set_reactive(Dashboard.slow_frame, self.shown)
        self.set_reactive(Dashboard.told_frame, self.shown)

    def compose(self) -> ComposeResult:
        """The panels that are seen first; the plan says which of them are shown, and where."""
        seen = self.plan(*self.app.size)
        status = StatusPanel(
            judges=self._judges,
            withholds=self._tells_metrics or self._withholds_metrics,
            id=layout.STATUS,
        )
        status.set_reactive(StatusPanel.notice, self.notice)
        status.data_bind(Dashboard.theme, Dashboard.by_phases, Dashboard.status_note, frame=Dashboard.told_frame)
        bars = (
            KeysPanel([*DASHBOARD_BINDINGS, *APP_BINDINGS], id=layout.KEYS).data_bind(Dashboard.page),
            *([make_panel(layout.LESSON).data_bind(Dashboard.page)] if layout.LESSON in seen else []),
            TooSmallPanel(id=layout.TOO_SMALL),
        )
        for bar in bars:
            bar.data_bind(Dashboard.theme, frame=Dashboard.slow_frame)
        panels = (self._bound(make_panel(name)) for name in ZOOMED if name in seen)
        yield layout.PanelGrid(*panels, status, *bars, plan=self.plan)

    def _bound(self, panel: CellPanel) -> CellPanel:
        """A panel that follows the dashboard."""
        panel.data_bind(Dashboard.theme, frame=Dashboard.slow_frame if panel.IS_SLOW else Dashboard.frame)
        self._quick_panels += [] if panel.IS_SLOW else [panel]
        return panel.data_bind(**{name: getattr(Dashboard, name) for name in panel.FOLLOWS})

    def complete(self) -> None:
        """Make the panels that are not there yet: the first frame does not wait for what it does not show."""
        for grid in self.grids():
            there = {panel.id for panel in grid.children}
            with self._context():  # so that they can be bound, whoever calls this
                missing = [self._bound(make_panel(name)) for name in (*ZOOMED, layout.LESSON) if name not in there]
            if missing and grid.is_attached:
                grid.add(missing, ZOOMED)

    def on_mount(self) -> None:
        """Make what the first frame does without; what is said from the start is said from now on."""
        self._show_present_keys()
        self.said.begin(self.notice)
        if self.shown.classroom is not None:
            self._say_status_note()
        self.call_after_refresh(self.complete)

    def poll(self, *, at_once: bool = False) -> bool:
        """See `PollingScreen`; a lesson looks at every frame, whichever screen is seen."""
        self._latest_page = self.class_actions.page_over(self.lesson.present_page())
        return super().poll(at_once=at_once)

    def has_news(self) -> bool:
        """Look what is to be shown besides the frame; whether anything has changed since it was shown."""
        if self._redraw_limit.allows(self.shown):
            self._latest_slow = self.shown
        # What is on its way says so itself.
        pending = self._pending_commands.words(self.runner.pending()[bool(self.shown.way) :])
        is_same_text, self._pending = pending == self._pending, pending
        is_same = is_same_text and self._latest_page is self.page and self._latest_slow is self.slow_frame
        return not is_same or (super().has_news() and not self._is_steady())

    def _is_steady(self) -> bool:
        """Whether what is drawn from every frame has come out the same for a while: then the slow ones do for it."""
        return all(panel.is_steady for panel in self._quick_panels if panel.display)

    def show_news(self, *, at_once: bool) -> bool:
        """See `PollingScreen`; where the line is quick, the status answers a command before the panels are drawn.

        To draw them takes most of the time from a key to its answer.
        """
        answers = at_once and self._is_unanswered()
        self._tell()
        if answers and self._may_answer_first():
            # Where the status says the same as before, nothing is sent, and no terminal says that the line is free.
            self.call_after_refresh(self.poll, at_once=True)
            return False
        return super().show_news(at_once=at_once)

    def _is_unanswered(self) -> bool:
        """Whether a command has been obeyed of which neither the status nor the panels tell."""
        told = self.told_frame
        return told is not None and told is self.slow_frame and told.obeyed != self._latest_slow.obeyed

    def _may_answer_first(self) -> bool:
        moves = self._latest_page is not self.page or any(grid.is_moving for grid in self.grids())
        return may_answer_first(self.app) and not moves

    def _tell(self) -> None:
        before = self.told_frame, self.by_phases, self.status_note
        self.told_frame, self.by_phases = self._latest_slow, self.asked.by_phases
        if before != (self.told_frame, self.by_phases, self._status_note()):
            self._say_status_note()

    def after_frame(self) -> None:
        """Show what goes with the frame."""
        self.slow_frame, self.page = self._latest_slow, self._latest_page

    def _status_note(self) -> str:
        said = (self.class_actions.words(), self._mode, self._pending, self.status_notes.words())
        return " · ".join(filter(None, said))

    def _say_status_note(self) -> None:
        self.status_note = self._status_note()
        self.make_room()

    def on_mode_changed(self, event: ModeChanged) -> None:
        """Say what keys and mouse do now that they did not do before."""
        self._mode = event.words
        if self.is_mounted:
            with self.app.batch_update():
                self._say_status_note()

    def make_room(self) -> None:
        """See `PollingScreen`; loss and accuracy are told once, in the panel of the curve where that is in sight."""
        super().make_room()
        for status in (panel for grid in self.grids() for panel in grid.children if isinstance(panel, StatusPanel)):
            status.withholds = self._tells_metrics or self._withholds_metrics
            status.judges = self._judges

    def on_resize(self) -> None:
        """Another size has other panels."""
        if self.is_mounted:
            self.call_after_refresh(self.make_room)

    def plan(self, width: int, height: int) -> layout.Arrangement:
        """Where the panels go in a terminal of this size; at the start no panel is zoomed, and no lesson is on."""
        assert self.told_frame is not None
        lesson = None if self.page is None else self.page.panels
        fills = self.page is None or not self.page.withholds_panels
        # Whether the status tells loss and accuracy decides how many rows it needs, and so what else is there.
        for tells in (True, False):
            self._tells_metrics, wants = tells, self._wants(self.told_frame, width, hides=tells)
            placed = layout.arrange(width, height, wants, self.zoomed, lesson, fills=fills)
            loss = placed.get(layout.LOSS)
            if loss is not None and tells_quality(self.told_frame.snapshot, self.colours, loss.width - EDGE):
                break
        return placed

    def watch_zoomed(self) -> None:
        """Give the screen to one panel, or to all again."""
        if self.is_mounted:
            self.query_one(layout.PanelGrid).rearrange()
            self.make_room()

    def watch_page(self) -> None:
        """Make room for the lesson, or take it back; its keys, too. It may hold hints back."""
        self.asked.hints.page = self.page
        if self.is_mounted:
            self.make_room()
            self._show_keys(self.focused)

    def on_unit_chosen(self, event: UnitChosen) -> None:
        """Show the response of a neuron on the map, or as pictures; on the full screen where it is not seen."""
        self.unit = event.unit
        shows = {layout.MAP, layout.response_panel(self.shown.snapshot)}
        if event.must_be_seen and not any(self.panel(name).display for name in shows):
            self.panels.action_zoom(ZOOMED.index(layout.response_panel(self.shown.snapshot)))

    def on_question_asked(self, event: QuestionAsked) -> None:
        """Ask the network about a sample of another panel."""
        self.panels.ask(event.question)

    def on_value_wanted(self, event: ValueWanted) -> None:
        """Ask for a value, and use it."""
        if self.class_actions.refuses("type_value", self):
            return
        from tuinet.tui.screens.prompt import ValueScreen

        def use(value: float | None) -> None:
            if value is not None:
                self.runner.send(event.cursor.command(self.shown.snapshot, value))

        self.app.push_screen(ValueScreen(event.question, event.value, is_beside=self.page is not None), use)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Show the keys of the panel that has the focus, if it has its own."""
        self._show_keys(event.widget)

    @on(DescendantBlur)
    @on(KeysChanged)
    def _show_present_keys(self) -> None:
        """Show the keys of the panel that has the focus now, or else those of the dashboard."""
        self._show_keys(self.focused)

    def _show_keys(self, focused: Widget | None) -> None:
        own = focused.keys if isinstance(focused, CellPanel) else ()
        leads_on = self.page is not None and not self.page.led_by
        usual = (*LESSON_BINDINGS, *DASHBOARD_BINDINGS) if leads_on else DASHBOARD_BINDINGS
        self.query_one(KeysPanel).use([*(own or usual), *APP_BINDINGS])

    def topics(self) -> Topics:
        """The keys of the panel that has the focus, or else those that train, and everything in sight."""
        from tuinet.tui.screens.help import help_bindings

        own = self.focused.keys if isinstance(self.focused, CellPanel) else ()
        training = [key for key in DASHBOARD_BINDINGS if key.group == TRAINING]
        here = own or (training if self.page is None else (*LESSON_BINDINGS, *training))
        others = usable((key for key in help_bindings() if key not in here), self.shown)
        panels = [type(panel) for panel in self.query(CellPanel) if panel.display]
        first, snapshot = tuple(usable(here, self.shown)), self.shown.snapshot
        return Topics(first, tuple(others), panels, snapshot, page=self._manual_page())

    def _manual_page(self) -> str:
        """Of the manual, the page about the lesson that is on, or the panel that has the keys or the full screen."""
        if isinstance(self.focused, CellPanel) and self.focused.MANUAL:
            return self.focused.MANUAL
        name = layout.LESSON if self.page is not None else self.zoomed
        return (self.panel(name).MANUAL if name else "") or self.MANUAL

    def panel(self, name: str) -> CellPanel:
        """The panel of a name, made now where it has not been."""
        self.complete()
        return super().panel(name)

    @property
    def _withholds_metrics(self) -> bool:
        return self.page is not None and self.page.withholds_metrics

    @property
    def _judges(self) -> bool:
        """Whether the status says how it goes: a lesson has its own words."""
        return self.page is None

    def _wants(self, frame: Frame, width: int, *, hides: bool) -> layout.Wants:
        choice, notes = layout.choose_panels(frame.snapshot), (self.by_phases, self.status_note, self.notice)
        said = status_lines(
            frame,
            self.colours,
            width,
            *notes,
            keymap_of(self.app),
            is_over=self.is_told,
            withholds=hides or self._withholds_metrics,
            judges=self._judges,
        )
        return layout.Wants(
            status=len(said.rows),
            weights=lambda room: numbers_height(frame.snapshot, choice, room),
            gradients=gradients_height(frame.snapshot),
            choice=choice,
        )


def make_panel(name: str) -> CellPanel:
    """The panel of this name, with its key if it has one."""
    if name == layout.LESSON:
        from tuinet.tui.panels.lesson import LessonPanel

        return LessonPanel(id=name)
    return panel_class(name)(id=name, number=zoom_key(ZOOMED.index(name)))


def numbers_height(snapshot: Snapshot, choice: layout.PanelChoice, width: int) -> int:
    """Rows that the panel of numbers would like to have within a frame of this width."""
    if choice.numbers == layout.CONFUSION:
        return len(share_names(snapshot)) + 1
    return weights_height(snapshot, width)
