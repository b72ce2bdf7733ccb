"""Textual's driver for Unix terminals, made to come back whole when it is stopped and continued from outside."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import termios
from time import monotonic, sleep
from typing import Any, Final

from textual.drivers.linux_driver import LinuxDriver
from textual.events import CursorPosition
from textual.message import Message

from tuinet.tui.link import QUESTION
from tuinet.tui.terminal_input import TerminalInput, bounded_size
from tuinet.tui.terminal_output import TerminalOutput

LAST_ANSWER_SECONDS: Final = 0.5
"""How long the terminal has for the last answer: one that comes later is typed into the shell."""
_LOOK: Final = 0.005
_READ_BYTES: Final = 4096
_TICK_SECONDS: Final = 0.1


class TerminalDriver(LinuxDriver):
    """Sets the terminal up again after a SIGCONT that no SIGTSTP came before.

    Textual would start a second set of threads then, which take keys from one another.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._has_started = False
        self._attributes: list[Any] | None = None
        self._questions = self._answers = 0
        self.bytes_written = 0
        if self._file is not None:
            self._file = TerminalOutput(self._file, self._break_down)  # type: ignore[assignment]

    def _break_down(self, error: BaseException) -> None:
        """End the application with an error; called from the thread that writes."""
        self._app.call_later(self._app._handle_exception, error)

    def write(self, data: str) -> None:
        """See `textual.driver.Driver`."""
        self._questions += data == QUESTION
        self.bytes_written += len(data.encode(errors="replace"))
        super().write(data)

    def process_message(self, message: Message) -> None:
        """See `textual.driver.Driver`; called from the thread that reads the terminal."""
        if isinstance(message, CursorPosition):
            self._answers += 1
        super().process_message(message)

    def run_input_thread(self) -> None:
        """Read what the terminal sends until the input is disabled, and hand it on as messages."""
        received = TerminalInput()
        while not self.exit_event.is_set():
            is_silent = not select.select([self.fileno], [], [], _TICK_SECONDS)[0]
            if not is_silent:
                for message in received.feed(os.read(self.fileno, _READ_BYTES)):
                    self.process_message(message)
            for message in received.tick(is_silent=is_silent):
                self.process_message(message)

    def _get_terminal_size(self) -> tuple[int, int]:
        return bounded_size(*super()._get_terminal_size())

    def _query_in_band_window_resize(self) -> None:
        """Ask for nothing: SIGWINCH tells of another size, and what the terminal says of it is not trusted."""

    def disable_input(self) -> None:
        """See `textual.driver.Driver`."""
        give_up = monotonic() + LAST_ANSWER_SECONDS
        while 0 < self._answers < self._questions and monotonic() < give_up:
            sleep(_LOOK)
        self._questions = self._answers
        super().disable_input()

    def start_application_mode(self) -> None:
        """See `textual.driver.Driver`."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._has_started = True
        with contextlib.suppress(termios.error):
            self._attributes = termios.tcgetattr(self.fileno)

    def _sigtstp_application(self, *arguments: object) -> None:
        # A shell's "kill %1" also continues it, in the background, where to come back to the screen would stop it
        # again, perhaps before it has heard of its end. There is no screen to restore: so the system may end it.
        handler = signal.signal(signal.SIGTERM, signal.SIG_DFL)
        super()._sigtstp_application(*arguments)
        signal.signal(signal.SIGTERM, handler)

    def _sigcont_application(self, *_: object) -> None:
        if self._must_signal_resume or not self._has_started:
            super()._sigcont_application()
        else:
            self._loop.call_soon_threadsafe(self._set_up_again)

    def _set_up_again(self) -> None:
        """The shell may have used the terminal meanwhile: its modes and everything on the screen are done anew."""
        if self._attributes is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self._attributes)
        self.write("\x1b[?1049h\x1b[?25l\x1b[?1004h")
        self._enable_mouse_support()
        self._enable_bracketed_paste()
        self._disable_line_wrap()
        self._app.post_message(self.SignalResume())
