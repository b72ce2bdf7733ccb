"""The bases of screens: in a theme, closed once, polling a runner for frames, and above the dashboard.

A new frame goes to the panels (`tuinet.tui.panels.base`); the cells that they draw anew go by Textual's compositor to
`tuinet.tui.terminal.frames`, which writes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, TypeVar

from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.events import Key
from textual.geometry import Region
from textual.reactive import reactive
from textual.screen import Screen
from textual.timer import Timer

from tuinet.base_runner import BaseRunner
from tuinet.observe.snapshot import Frame
from tuinet.observe.view import View
from tuinet.session.commands import Resume
from tuinet.tui.configuring import ConfiguringActions
from tuinet.tui.draw.text import count
from tuinet.tui.keys import APP_BINDINGS, PALETTE_BINDING, UNCHANGED, Keymap, TrainingActions, keymap_of
from tuinet.tui.layout import KEYS, STATUS, Arrangement, PanelGrid, Plan, lowered
from tuinet.tui.messages import CommandGiven, EpochChosen, KeyRefused, ViewChanged
from tuinet.tui.notices import Notice
from tuinet.tui.offered import is_theirs
from tuinet.tui.panels.base import CellPanel, Entry
from tuinet.tui.panels.footer import KeysPanel
from tuinet.tui.panels.status import StatusPanel
from tuinet.tui.pending import PendingValues
from tuinet.tui.style.theme import Theme
from tuinet.tui.terminal.frames import frame_seconds, is_answering, may_draw

if TYPE_CHECKING:
    from tuinet.tui.screens.beside_lesson import LessonBeside

Result = TypeVar("Result")
_REST: Final = 0.5
"""Seconds of such a rest."""


class ThemedScreen(Screen[None]):
    """A screen in the application's theme."""

    theme: reactive[Theme | None] = reactive(None, repaint=False)

    @property
    def colours(self) -> Theme:
        """The present theme."""
        assert self.theme is not None
        return self.theme

    def say(self, words: str) -> None:
        """Say something for some seconds; nothing on a screen without a place for it."""


class ClosingScreen(Screen[Result]):
    """Closes itself, where Textual's screens close whichever is on top.

    It is the last base of its subclasses: Textual takes the styles of the first one.
    """

    _late: tuple[Result | None] | None = None
    """With what it was closed while another screen lay above it."""

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """See `textual.screen.Screen`; nothing happens where it is closed already."""
        if self.is_current:
            return super().dismiss(result)
        if self in self.app.screen_stack:
            self._late = (result,)
        return AwaitComplete()

    def on_screen_resume(self) -> None:
        """Close now that nothing lies above any more."""
        if self._late is not None:
            self.dismiss(*self._late)


def is_seen(screen: Screen[Any]) -> bool:
    """Whether nothing lies over a screen but questions and the palette, through which it shines.

    It has no panels while it is being made, nor while the application ends: a command may be obeyed just then.

    Textual's ``is_current`` holds for the screen below the topmost one, too, even where that hides it.
    """
    if not (screen.is_mounted and screen.app.is_running):
        return False
    stack = screen.app.screen_stack
    return screen in stack and all(above.is_modal for above in stack[stack.index(screen) + 1 :])


class Topics(NamedTuple):
    """The topics of help at a moment."""

    here: tuple[Binding, ...]
    """Keys of the panel that has the focus, or of the screen above the dashboard; they come first."""
    everywhere: tuple[Binding, ...]
    panels: Sequence[type[CellPanel]]
    """Those in sight."""
    snapshot: Any
    """The `Snapshot` that they show; ``None`` on a screen that shows no run, whose panels ask for none."""
    keymap: Keymap = UNCHANGED
    page: str = ""
    """Of the manual, as a link has it: about what has the keys; empty for its table of contents."""

    def with_keys(self, keymap: Keymap) -> Topics:
        """Rename the keys to those that the user has chosen."""
        here, everywhere = keymap.applied(self.here), keymap.applied(self.everywhere)
        return self._replace(here=here, everywhere=everywhere, keymap=keymap)

    def glossary(self, theme: Theme) -> list[tuple[str, list[Entry]]]:
        """Headings, and below each what there is to see."""
        explained = [panel for panel in self.panels if panel.HEADING]
        return [(panel.HEADING, [*panel.glossary(self.snapshot, theme, self.keymap)]) for panel in explained]


class PollingScreen(ThemedScreen):
    """Polls the runner for frames, drives it, and says why a key did nothing, until the next key or for some seconds.

    Parameters
    ----------
    runner
        Where frames come from and commands go.
    asked
        What was asked for lately.
    theme
        The colours to start with.
    view
        What this screen wants to see.
    """

    KEYS: ClassVar[tuple[Binding, ...]] = ()
    """Keys of the screen, for help; of a screen above the dashboard they are all that is bound."""
    GLOSSARY: ClassVar[tuple[type[CellPanel], ...]] = ()
    """The panels that help explains."""
    MANUAL: ClassVar[str] = "12-screen.md"
    """Of the manual, the page about it, as a link has it."""
    frame: reactive[Frame | None] = reactive(None, repaint=False)
    notice: reactive[str] = reactive("", repaint=False)
    is_told: reactive[bool] = reactive(False, repaint=False)
    """Whether what the last command had to say has been said long enough."""
    IDLE_TURNS: ClassVar[float] = 20
    """Polls without news after which there is a rest before each."""
    _turns: Timer | None = None
    """What polls."""
    _turn_seconds = 0.0
    """From one time to the next."""
    _idle_turns = 0
    """How often it has found nothing, one time after the other."""
    _was_hidden = False
    """Whether another screen has been seen in its place."""

    def __init__(self, runner: BaseRunner, asked: PendingValues, theme: Theme, view: View) -> None:
        super().__init__()
        self.runner, self.asked, self.view = runner, asked, view
        self.shown = asked.hints.seen(runner.latest())
        self.said, self.told = Notice(), Notice()
        """How long the notice is to be said, and what the last command had to say."""
        self.training, self.configuring = TrainingActions(self), ConfiguringActions(self)
        self.controllers: tuple[object, ...] = (self.training, self.configuring)
        """What keys do, besides the screen's own actions: see `ThemedApp`."""
        self.set_reactive(PollingScreen.frame, self.shown)
        self.set_reactive(ThemedScreen.theme, theme)

    def show_frames_on(self, panels: Iterable[CellPanel]) -> None:
        """Have panels draw every frame that is shown, in the present theme; see `CellPanel`."""
        for panel in panels:
            panel.data_bind(ThemedScreen.theme, PollingScreen.frame)

    def on_mount(self) -> None:
        """Start to poll."""
        self._keep_pace()

    def _keep_pace(self) -> None:
        """Poll as often as the line to the terminal and the runner want it now."""
        seconds = max(frame_seconds(self.app), self.runner.frame_seconds)
        if self._turns is None or self._turn_seconds != seconds:
            if self._turns is not None:
                self._turns.stop()
            self._turns, self._turn_seconds = self.set_interval(seconds, self._poll_in_turn), seconds

    def on_screen_resume(self) -> None:
        """Ask for what this screen shows, since another one may have asked for something else; and catch up."""
        self.runner.look(self.view)
        self.poll()

    def _poll_in_turn(self) -> None:
        """Poll; seldom where nothing is trained, asked for or new: who is paused uses no processor."""
        if is_answering(self.app):
            return
        self._idle_turns += 1
        self.poll()
        self._keep_pace()
        is_idle = self._idle_turns > self.IDLE_TURNS and not self.shown.running and not self.runner.pending()
        if is_idle and self._turns is not None:
            self._turns.pause()
            self.set_timer(_REST, self._turns.resume)

    def wake(self) -> None:
        """Poll in turn again: a key has been pressed, or a command obeyed."""
        self._idle_turns = 0
        if self._turns is not None:
            self._turns.resume()

    def poll(self, *, at_once: bool = False) -> bool:
        """Show the latest frame, if it is a new one and this screen is the one that is seen; whether it is shown.

        Parameters
        ----------
        at_once
            Whether somebody waits for it.
        """
        if at_once:
            self.wake()
        if not is_seen(self):
            self._was_hidden = self.is_mounted
            return True
        # Asked for even if it cannot be shown now: keys act on it, and the one that is shown next is a fresh one then.
        self.shown = self.asked.hints.seen(self.runner.latest())
        if self._was_hidden:
            # It has been said on the screen that was seen then; what comes before the line is free has not.
            self.told.skip(self.answer)
            self._was_hidden = False
        if not may_draw(self.app, at_once=at_once):
            return False
        has_news, notice, is_told = self.has_news(), "" if self.said.is_over else self.notice, self._is_told_by_now()
        if has_news or (notice, is_told) != (self.notice, self.is_told):
            self._idle_turns = 0
            # All in one update: the terminal is sent one frame.
            with self.app.batch_update():
                self.notice, self.is_told = notice, is_told
                return not has_news or self.show_news(at_once=at_once)
        return True

    def show_news(self, *, at_once: bool) -> bool:
        """Hand the latest frame to the panels; whether to all that follow it."""
        self.frame = self.shown
        self.after_frame()
        return True

    def has_news(self) -> bool:
        """Whether anything has changed since it was shown."""
        return self.shown is not self.frame

    def after_frame(self) -> None:
        """Called when a frame has been handed to the panels."""

    def say(self, words: str) -> None:
        """Say why the last key did nothing, or what it has done that is not seen otherwise."""
        self.said.begin(words)
        self.notice = words

    def outdate_notice(self) -> None:
        """Say it no longer from the next update on, which may bring the answer to the key that was pressed now."""
        self.said.end()
        self.wake()

    def _is_told_by_now(self) -> bool:
        self.told.begin(self.answer[1], self.answer)
        return bool(self.answer[1]) and self.told.is_over

    @property
    def answer(self) -> tuple[int, str]:
        """What the last command had to say, and which that was."""
        return self.shown.obeyed, self.shown.refusal or self.shown.notice

    def key_of(self, action: str) -> str:
        """The key of an action of the dashboard or the application."""
        return keymap_of(self.app).name(action)

    def on_key_refused(self, event: KeyRefused) -> None:
        """Say why a key of a panel did nothing."""
        self.say(event.reason)

    def watch_notice(self) -> None:
        """Say why a key did nothing, or no longer."""
        if self.is_mounted:
            with self.app.batch_update():
                status = self.query_one(StatusPanel)
                status.notice, status.is_over = self.notice, self.is_told
                self.make_room()

    watch_is_told = watch_notice

    def make_room(self) -> None:
        """Give the status as many rows as it needs now."""
        for grid in self.grids():
            grid.follow_plan()

    def grids(self) -> list[PanelGrid]:
        """What holds the panels: one grid, or none while the screen is being made, or left."""
        return [child for child in self.children if isinstance(child, PanelGrid)]

    def on_view_changed(self, event: ViewChanged) -> None:
        """Ask for what the panels need to see."""
        fields: dict[str, Any] = dict(event.fields)
        self.view = self.view._replace(**fields)
        if is_seen(self):
            self.runner.look(self.view)

    def on_command_given(self, event: CommandGiven) -> None:
        """Change something, or go on."""
        if isinstance(event.command, Resume):
            self.asked.running.ask(True)
        self.runner.send(event.command)

    def on_epoch_chosen(self, event: EpochChosen) -> None:
        """Go to a moment of the timeline, and say how one comes back."""
        tip, goes_on = self.shown.snapshot.time.tip_epoch, f"{self.key_of('toggle_running')} goes on from here"
        back = f"{self.key_of('seek_tip')} comes back to epoch {count(tip)}, "
        self.training.seek(event.epoch)
        if not is_theirs(self.shown):
            self.say(f"paused at epoch {count(min(event.epoch, tip))}: {back if event.epoch < tip else ''}{goes_on}")

    def topics(self) -> Topics:
        """The topics of help on this screen."""
        everywhere = (*APP_BINDINGS, PALETTE_BINDING)
        return Topics(self.KEYS, everywhere, self.GLOSSARY, self.shown.snapshot, page=self.MANUAL)


class FramedScreen(PollingScreen):
    """A screen above the dashboard, with the text of a lesson beside it where one is on."""

    LEAST_WIDTH: ClassVar[int] = 40
    """Cells that it needs; where the text of a lesson would leave fewer, it stands above."""
    beside: LessonBeside | None = None
    NEEDS_RUN: ClassVar[bool] = False
    """Whether it shows what a recording does not have."""

    def __init_subclass__(cls, **options: bool) -> None:
        """Bind its keys."""
        cls.BINDINGS = [*cls.KEYS]
        super().__init_subclass__(**options)

    def __init__(self, runner: BaseRunner, asked: PendingValues, theme: Theme, view: View) -> None:
        super().__init__(runner, asked, theme, view)
        self.told.skip(self.answer)
        self._warned = self.shown.warning

    def between_bars(self, plan: Plan, *panels: CellPanel, by_phases: bool = False) -> PanelGrid:
        """These panels between the status and the keys, all of which follow frame and theme."""
        status, keys = StatusPanel(id=STATUS, by_phases=by_phases), KeysPanel([*self.KEYS, *APP_BINDINGS], id=KEYS)
        return self.grid(plan, status, *panels, keys)

    def grid(self, plan: Plan, status: StatusPanel, *panels: CellPanel) -> PanelGrid:
        """These panels, all of which follow frame and theme, and what stands beside them."""

        def roomy(width: int, height: int) -> Arrangement:
            rows = status.rows_for_answer(width)
            return lowered(plan, width, height, rows) if rows and height - rows >= _LEAST_ROWS else plan(width, height)

        if self.beside is None:
            self.show_frames_on((status, *panels))
            return PanelGrid(status, *panels, plan=roomy)
        self.show_frames_on((status, *panels, self.beside.panel))
        return PanelGrid(status, *panels, self.beside.panel, plan=self.beside.plan(roomy))

    def on_mount(self) -> None:
        """Show nothing that a lesson withholds."""
        if self.beside is not None:
            self.beside.show()

    def poll(self, *, at_once: bool = False) -> bool:
        """See `PollingScreen`; a lesson may have come to another point, and a warning is said when it comes."""
        is_shown = super().poll(at_once=at_once)
        warned, self._warned = self._warned, self.shown.warning
        if self._warned and not warned:
            self.say(self._warned.split("; ")[0])
        if is_shown and self.beside is not None and is_seen(self):
            self.beside.show()
        return is_shown

    def on_key(self, event: Key) -> None:
        """Go on in the lesson with keys that the screen has no use for."""
        # Textual looks for the bindings of the screen later than this.
        is_used = any(binding.key == event.key for binding in self.KEYS)
        if self.beside is not None and not is_used and self.beside.obey(event.key):
            event.stop()

    def after_frame(self) -> None:
        """Make room for what the last command has to say."""
        self.make_room()

    def action_close(self) -> None:
        """Back to where one came from."""
        self.dismiss()


_LEAST_ROWS: Final = 11  # of a screen that gives rows to an answer


def bars(width: int, height: int, status: int = 1) -> tuple[Arrangement, Region]:
    """Where the status, of so many rows, and the keys go; and what is left between them."""
    body = Region(0, status, width, max(height - status - 1, 0))
    return {STATUS: Region(0, 0, width, status), KEYS: Region(0, height - 1, width, 1)}, body
