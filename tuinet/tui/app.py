"""The dashboard as an application: screens, themes, commands, and the runner's thread."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Final

from rich.text import Text
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.driver import Driver
from textual.events import Event, Key
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from tuinet.base_runner import BaseRunner
from tuinet.errors import TuinetError
from tuinet.garbage import begin_collection
from tuinet.terminal_text import shown_line
from tuinet.tui.key_groups import detail_of, title_of
from tuinet.tui.keys import APP_BINDINGS, DASHBOARD_BINDINGS, LESSON_BINDINGS
from tuinet.tui.messages import BlanksFilled, PointedOut
from tuinet.tui.notices import Hints
from tuinet.tui.offered import is_theirs, usable
from tuinet.tui.screens.base import PollingScreen
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.style.theme import Theme
from tuinet.tui.terminal.detect import MODERN, Terminal
from tuinet.tui.terminal.link import Link, StatusNotes
from tuinet.tui.themed_app import ThemedApp, action_of

if TYPE_CHECKING:
    from tuinet.classroom.server import ClassServer
    from tuinet.lessons.lesson import Lesson

_SWITCH_INTERVAL: Final = 0.0005
"""Seconds a thread may hold the interpreter: keys are answered in 4 ms while the training runs flat out."""
_ANSWERING: Final = 0.02
"""Seconds for which a key stops the training: as long as it takes to draw and send an answer, which takes twice as long
beside training."""
_RUNNER: Final = "runner"
_FRAMES_SHOWN: Final = 6


class TuinetApp(ThemedApp):
    """Shows what a runner does, and tells it what the keys say.

    Parameters
    ----------
    runner
        Not started yet: its ``run`` becomes a thread of this application.
    theme, themes, terminal, link, driver_class
        See `ThemedApp`.
    status_note
        What the status says besides what the frame knows.
    lesson
        Begins at once; ``None`` for no lesson.
    hints
        Whether what a teacher would point out is shown; ``None`` where the lessons decide that.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*APP_BINDINGS]
    asks_before_leaving = True
    """Not so where whoever has opened it can open the same again."""

    def __init__(
        self,
        runner: BaseRunner,
        theme: Theme,
        themes: Sequence[Theme] | Callable[[], Sequence[Theme]],
        terminal: Terminal = MODERN,
        *,
        status_note: StatusNotes | None = None,
        link: Link | None = None,
        driver_class: type[Driver] | None = None,
        lesson: Lesson | None = None,
        hints: bool | None = None,
    ) -> None:
        super().__init__(theme, themes, terminal, link, driver_class)
        self._runner = runner
        self._owes_answer = False
        self._dashboard = Dashboard(runner, self._themes[theme.name], status_note, Hints(hints))
        if lesson is not None:
            self._dashboard.lesson.play(lesson)

    def get_default_screen(self) -> Screen[None]:
        """The dashboard, in the theme of this moment: the terminal may have answered already."""
        self._dashboard.theme = self._themes[self.theme]
        return self._dashboard

    def on_ready(self) -> None:
        """Start the training's thread now that the first frame has been sent: it is there sooner by itself."""
        begin_collection()
        self.offer_all()
        sys.setswitchinterval(_SWITCH_INTERVAL)
        self._runner.listen(self._hear)
        self.run_worker(self._runner.run, name=_RUNNER, thread=True, exit_on_error=False)

    def action_suspend_process(self) -> None:
        """See `ThemedApp`: what works beside for a screen that nobody sees pauses, too."""
        with self._runner.beside_stopped():
            super().action_suspend_process()

    def on_unmount(self) -> None:
        """End it, however the application ends: the process would wait for it."""
        self._runner.stop()

    def _hear(self) -> None:
        """Commands have been obeyed; called from the runner's thread."""
        self.call_later(self.show_answer)

    def show_answer(self) -> None:
        """Show what commands have done without waiting for the next frame's turn, as soon as the line is free."""
        self._begin_answer()
        screens = [screen for screen in self.screen_stack if isinstance(screen, PollingScreen)]
        answered = [screen.poll(at_once=True) for screen in screens]
        self._owes_answer = not all(answered)

    def line_freed(self) -> None:
        """See `PacedApp`."""
        if self._owes_answer:
            self.show_answer()

    async def on_event(self, event: Event) -> None:
        """See `textual.message_pump.MessagePump`."""
        if isinstance(event, Key):
            self._begin_answer()
            for screen in self.screen_stack:
                if isinstance(screen, PollingScreen):
                    screen.outdate_notice()
        await super().on_event(event)

    def _begin_answer(self) -> None:
        """Let nothing come between a key and what it does: no training, and no frame of it."""
        self._runner.give_way(_ANSWERING)
        self.answering_until = monotonic() + _ANSWERING

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Leave with the reason where the training broke down."""
        error = event.worker.error
        if event.worker.name == _RUNNER and event.state == WorkerState.ERROR and error is not None:
            self.exit(return_code=1, message=Text(_reason(error), no_wrap=True, overflow="ignore"))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Everything that has a key, every setting, and every theme by its name."""
        from tuinet.tui.palette import as_they_stand

        return as_they_stand(self._commands(screen))

    def _commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        from tuinet.tui.palette import RECORD, export_commands

        frame = self._runner.latest()
        for binding in usable(self.keymap.applied(DASHBOARD_BINDINGS), frame):
            if binding.tooltip:
                yield _command(binding, partial(self.run_action, binding.action, self._doer(binding, screen)))
        for binding in self.keymap.applied(APP_BINDINGS):
            if binding.tooltip:
                yield _command(binding, partial(self.run_action, binding.action))
        yield from export_commands(self._dashboard.screens.export)
        if frame.moment is None:
            yield SystemCommand(*RECORD, self._dashboard.screens.action_record_run)
        yield SystemCommand("Manual", "The page about what has the keys, and from there all others", self.open_manual)
        if frame.moment is None and not is_theirs(frame):
            yield from self._changing_commands(screen)
        for name in self._themes:
            yield SystemCommand(f"Theme {name}", "Use these colours", partial(self.show_theme, name))

    def _changing_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Lessons and settings, which are for a run of one's own."""
        from tuinet.tui.palette import setting_commands

        lesson = self.keymap.applied(LESSON_BINDINGS)[-1]
        yield _command(lesson, partial(self.run_action, lesson.action, self._dashboard))
        type_value = partial(self._dashboard.screens.open_settings, typing=True)
        polling = screen if isinstance(screen, PollingScreen) else self._dashboard
        yield from setting_commands(type_value, polling.configuring.choose)
        yield from self._dashboard.lesson.lesson_commands()

    async def _dispatch_action(self, namespace: DOMNode, action_name: str, params: Any) -> bool:
        """See `ThemedApp`: what a follower cannot do to a teacher's run is said at once, and not asked for."""
        screen = self.screen if isinstance(self.screen, PollingScreen) else self._dashboard
        if self._dashboard.class_actions.refuses(action_name, screen):
            return True
        return await super()._dispatch_action(namespace, action_name, params)

    def action_command_palette(self) -> None:
        """Find a command by its name."""
        from tuinet.tui.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def _doer(self, binding: Binding, screen: Screen[object]) -> DOMNode:
        """The screen that acts on a key of the dashboard: the visible one, if it can, since it knows the frame."""
        name = binding.action.partition("(")[0]
        is_able = isinstance(screen, PollingScreen) and (action_of(screen, name) or hasattr(screen, f"action_{name}"))
        return screen if is_able else self._dashboard

    async def action_quit(self) -> None:
        """Leave; where something would be lost, ask first."""
        frame, page = self._runner.latest(), self._dashboard.page
        if not self.asks_before_leaving or (frame.at_stake == "nothing" and page is None):
            self.exit()
            return
        from tuinet.tui.screens.prompt import lesson_question, run_question

        lines = [*run_question(frame), *(lesson_question(page.index, len(page.lesson.steps)) if page else ())]
        self.ask_before_leaving(lines, self._save_first if frame.at_stake != "nothing" and not frame.run else None)

    def _save_first(self) -> None:
        """Ask for the name of a file; what is trained meanwhile would not be in it."""
        for _ in self.screen_stack[1:]:
            self.pop_screen()
        self._dashboard.screens.save_paused()

    def open_class(self, server: ClassServer) -> None:
        """Show those who follow the run what is asked, and what is pointed at."""
        self._dashboard.class_actions.server = server

    def close_class(self) -> None:
        """Say farewell to those who follow."""
        self._dashboard.class_actions.close()

    def on_pointed_out(self, event: PointedOut) -> None:
        """Point at something on a screen above the dashboard."""
        self._dashboard.class_actions.point(event.pointer)

    def on_blanks_filled(self, event: BlanksFilled) -> None:
        """Tell a lesson, which may have waited for it."""
        self._dashboard.lesson.note_blanks(event)

    def action_save_picture(self) -> None:
        """Write the screen as an SVG file."""
        from tuinet.tui.saving import save_picture

        screen = self.screen if isinstance(self.screen, PollingScreen) else self._dashboard
        # What was said before this key is no part of the picture; and what the status says of it, the panels show.
        if not screen.poll(at_once=True):
            screen.poll(at_once=True)
        screen.say(save_picture(self._runner.latest().snapshot, self.export_screenshot(title="tuinet")))

    def action_help(self) -> None:
        """Explain keys and screen."""
        from tuinet.tui.screens.help import HelpScreen

        if isinstance(self.screen, PollingScreen):
            beside = self._dashboard.lesson.text_beside()
            self.push_screen(HelpScreen(self.screen.topics(), self._themes[self.theme], beside))

    def open_manual(self) -> None:
        """Show the page of the manual that is about what has the keys."""
        from tuinet.tui.screens.help import open_manual

        asked = self.screen if isinstance(self.screen, PollingScreen) else self._dashboard
        open_manual(self, asked.topics().page, self._themes[self.theme])


def _command(binding: Binding, run: Callable[[], Awaitable[bool]]) -> SystemCommand:
    return SystemCommand(title_of(binding), f"{detail_of(binding)} · {binding.key_display}", run)


def _reason(error: BaseException) -> str:
    """What was wrong with the input; or where the training broke down, without the thread and the screen around it."""
    if isinstance(error, TuinetError):
        return shown_line(str(error))
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None and not _is_ours(trace):
        trace = trace.tb_next
    lines = traceback.format_exception(type(error), error, trace, limit=-_FRAMES_SHOWN)
    shown = "\n".join(map(shown_line, "".join(lines).split("\n")))
    return f"{shown}\ntuinet: the training stopped because of the error above."


def _is_ours(trace: TracebackType) -> bool:
    return str(trace.tb_frame.f_globals.get("__name__", "")).startswith(
        ("tuinet.runner", "tuinet.session", "tuinet.observe")
    )
