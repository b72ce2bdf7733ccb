"""The application of `tuinet exercise`: one exercise after another, each with blanks to be filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.driver import Driver
from textual.events import Key
from textual.geometry import Region
from textual.reactive import reactive
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Input
from textual.worker import Worker, WorkerState

from tuinet.exercises.series import ExerciseSeries
from tuinet.exercises.working import Working
from tuinet.tui.draw.text import row, shorten
from tuinet.tui.keys import APP_BINDINGS
from tuinet.tui.layout import KEYS, STATUS, TOO_SMALL, Arrangement, PanelGrid
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.panels.exercise import ENTRY, EXERCISE, ExercisePanel, answer_line
from tuinet.tui.panels.footer import KeysPanel, TooSmallPanel
from tuinet.tui.screen_keys import TOPIC_BINDINGS
from tuinet.tui.screens.base import ThemedScreen, Topics, bars
from tuinet.tui.screens.help import HelpScreen
from tuinet.tui.style.theme import Theme
from tuinet.tui.terminal.detect import MIN_HEIGHT, MIN_WIDTH, MODERN, Terminal
from tuinet.tui.terminal.link import Link
from tuinet.tui.themed_app import ThemedApp

_OUTLOOK: Final = "enter takes the next exercise · esc leaves"


class SeriesPanel(CellPanel):
    """One row: which exercise it is, and what came of those before."""

    remark: reactive[str] = reactive("", repaint=False)
    watch_remark = CellPanel.update_cells

    def rows(self, frame: Any, theme: Theme, width: int, height: int) -> list[Strip]:
        """The row."""
        series: ExerciseSeries = frame
        words = self.remark or f"exercise {series.index + 1} · level {series.level} · seed {series.seed}"
        before = f" · so far {series.words}" if series.index and not self.remark else ""
        return [row([(f" {shorten(words + before, width - 1)}", theme.inks.text)], width, theme.inks.blank)][:height]


class SeriesScreen(ThemedScreen):
    """An exercise of a series, and the line in which its answers are typed."""

    AUTO_FOCUS = f"#{ENTRY}"
    BINDINGS: ClassVar[list[BindingType]] = [*TOPIC_BINDINGS]
    CSS = """
    SeriesScreen Input {
        background: $panel;
    }
    """
    series: reactive[ExerciseSeries | None] = reactive(None, repaint=False)
    working: reactive[Working | None] = reactive(None, repaint=False)

    def __init__(self, series: ExerciseSeries, theme: Theme) -> None:
        super().__init__()
        self.set_reactive(SeriesScreen.series, series)
        self.set_reactive(SeriesScreen.working, series.working())
        self.set_reactive(ThemedScreen.theme, theme)

    @property
    def now(self) -> ExerciseSeries:
        """The series, with what has been found of the present exercise."""
        assert self.series is not None and self.working is not None
        series = self.series
        begun = self.working.filled > 0
        return replace(
            series,
            index=series.index + begun,
            found=series.found + self.working.found,
            asked=series.asked + self.working.filled,
        )

    def compose(self) -> ComposeResult:
        """Which exercise it is, the blanks, the keys, and the line for an answer."""
        blanks = ExercisePanel(id=EXERCISE).data_bind(SeriesScreen.working)
        blanks.set_reactive(ExercisePanel.outlook, _OUTLOOK)
        blanks.can_focus = False
        keys = KeysPanel(TOPIC_BINDINGS, id=KEYS)
        panels: tuple[CellPanel, ...] = (SeriesPanel(id=STATUS), blanks, keys, TooSmallPanel(id=TOO_SMALL))
        for panel in panels:
            panel.data_bind(ThemedScreen.theme, frame=SeriesScreen.series)
        yield PanelGrid(*panels, answer_line(), plan=self.plan)

    def plan(self, width: int, height: int) -> Arrangement:
        """The blanks in all the room, with the line for the answer within them."""
        if width < MIN_WIDTH or height < MIN_HEIGHT:
            return {TOO_SMALL: Region(0, 0, width, height)}
        placed, body = bars(width, height)
        entry = {} if self.is_done else {ENTRY: self.query_one(ExercisePanel).entry_region(body)}
        return {**placed, EXERCISE: body, **entry}

    @property
    def is_done(self) -> bool:
        """Whether all blanks are filled in."""
        return self.working is None or self.working.is_done

    def say(self, words: str) -> None:
        """See `ThemedScreen`."""
        self.query_one(SeriesPanel).remark = words

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Judge the answer."""
        event.input.value = ""
        self.say("")
        if self.working is not None:
            self._show(self.working.answered(event.value))

    def on_key(self, event: Key) -> None:
        """Take the next exercise, where this one is done."""
        if event.key == "enter" and self.is_done and self.series is not None and self.working is not None:
            event.stop()
            following = self.series.after(self.working)
            self.say("drawing numbers …")
            self.run_worker(lambda: (following, following.working()), thread=True, exclusive=True)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show the exercise that has been drawn."""
        if event.state == WorkerState.SUCCESS and event.worker.result is not None:
            with self.app.batch_update():
                self.series, working = event.worker.result
                self.say("")
                self._show(working)

    def _show(self, working: Working) -> None:
        with self.app.batch_update():
            self.working = working
            self.query_one(PanelGrid).follow_plan()
            entry = self.query_one(Input)
            self.set_focus(None if working.is_done else entry)
            self.query_one(KeysPanel).use([*TOPIC_BINDINGS, *(APP_BINDINGS if working.is_done else ())])

    def action_scroll(self, pages: int) -> None:
        """Scroll the equations."""
        self.query_one(ExercisePanel).scroll_pages(pages)

    def action_close(self) -> None:
        """Leave."""
        self.app.exit()


class ExerciseApp(ThemedApp):
    """Asks one exercise after another until the user leaves.

    Parameters
    ----------
    series
        Where it begins.
    theme, themes, terminal, link, driver_class
        See `ThemedApp`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*APP_BINDINGS]
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        series: ExerciseSeries,
        theme: Theme,
        themes: Sequence[Theme],
        terminal: Terminal = MODERN,
        *,
        link: Link | None = None,
        driver_class: type[Driver] | None = None,
    ) -> None:
        super().__init__(theme, themes, terminal, link, driver_class)
        self._exercises = SeriesScreen(series, self._themes[theme.name])

    @property
    def series(self) -> ExerciseSeries:
        """Where one has come."""
        return self._exercises.now

    def get_default_screen(self) -> Screen[None]:
        """The first exercise."""
        return self._exercises

    async def action_quit(self) -> None:
        """Leave: nothing is lost that cannot be drawn again."""
        self.exit()

    def action_help(self) -> None:
        """Explain keys and screen."""
        if isinstance(self.screen, SeriesScreen):
            topics = Topics(TOPIC_BINDINGS, APP_BINDINGS, (ExercisePanel,), None)
            self.push_screen(HelpScreen(topics, self._themes[self.theme]))
