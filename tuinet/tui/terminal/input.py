"""What comes from a Unix terminal: its input, decoded and bounded, its size, and that it is ours again after a stop."""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import os
import select
import signal
import struct
import termios
from collections.abc import Callable, Iterable, Iterator
from time import monotonic, sleep
from typing import Any, Final

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.events import CursorPosition, MouseEvent, Resize
from textual.message import Message
from textual.messages import InBandWindowResize

from tuinet.tui.terminal.detect import is_in_tmux
from tuinet.tui.terminal.graphics import GraphicsAnswers, GraphicsFound, Size

MOST_COLUMNS: Final = 640
MOST_ROWS: Final = 250
MOST_CELLS: Final = 80_000
"""Columns, rows and cells of a screen that are used: 3840 by 2160 pixels have room for so many, lying or upright, in
letters that can be read. On whatever is larger a corner is drawn."""
MOST_PASTED: Final = 2**20
"""Characters of one paste; the rest of a longer one is dropped."""
_PASTE_ENDS: Final = "\x1b[201~"


def bounded_size(columns: int, rows: int) -> tuple[int, int]:
    """The size of a screen, whatever the system says: at least a cell, at most what is used of one."""
    columns = min(max(columns, 1), MOST_COLUMNS)
    return columns, min(max(rows, 1), MOST_ROWS, MOST_CELLS // columns)


class TerminalInput:
    """Makes messages of bytes, whatever they are.

    Parameters
    ----------
    answers
        Those of a terminal that may be asked if it can show pictures.
    """

    def __init__(self, answers: GraphicsAnswers | None = None) -> None:
        self._answers = answers or GraphicsAnswers()
        # Bytes that are not UTF-8 come from terminals with another encoding, and from mice of the old kind.
        self._decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        self._parser = _CellParser()
        self._silent = 0
        """Characters since the last message: outside of a paste, every few of them make one."""
        self._dropped: str | None = None
        """The end of what has been dropped of a paste that is too long; ``None`` where nothing is."""

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages in these bytes, and in what was incomplete before them."""
        text = self._kept(self._answers.rest_of(self._decode(data)))
        if self._answers.found:
            yield GraphicsFound(self._answers.found)
            self._answers.found = None
        self._silent += len(text)
        if text:
            yield from self._messages(lambda: self._parser.feed(text))
        if self._silent > MOST_PASTED:
            self._dropped = ""
            yield from self._messages(lambda: self._parser.feed(_PASTE_ENDS))

    def tick(self, *, is_silent: bool) -> Iterator[Message]:
        """What can wait no longer for its end, such as the key escape.

        Parameters
        ----------
        is_silent
            Whether nothing has arrived for a while: a letter that is not complete by then is none of UTF-8. The last
            byte of an old mouse's report may look like the first of a letter, and what is left of the report like keys.
        """
        if is_silent and (text := self._kept(self._answers.given_up() + self._decode(b"", final=True))):
            yield from self._messages(lambda: self._parser.feed(text))
        yield from self._messages(self._parser.tick)

    def _kept(self, text: str) -> str:
        """A text without what belongs to a paste that is too long."""
        if self._dropped is None:
            return text
        dropped, end, kept = (self._dropped + text).partition(_PASTE_ENDS)
        self._dropped = None if end else dropped[-len(_PASTE_ENDS) :]
        return kept

    def _messages(self, read: Callable[[], Iterable[Message]]) -> Iterator[Message]:
        try:
            for message in read():
                self._silent = 0
                if _is_possible(message):
                    yield message
        except Exception:
            # Textual's parser takes some sequences for what they cannot be, and is of no use after that: the rest of
            # what has arrived is dropped, and the next key is read by a new one.
            self._parser = _CellParser()


class _CellParser(XTermParser):
    """Textual's parser, for which a mouse always points at a cell: pixels are never asked for."""

    def parse_mouse_code(self, code: str) -> Message | None:
        """See `XTermParser`."""
        self.mouse_pixels = False
        return super().parse_mouse_code(code)


def _is_possible(message: Message) -> bool:
    """Whether a terminal can have meant it; the size of the window is asked of the system, never of the input."""
    if isinstance(message, MouseEvent):
        return 0 <= message.screen_x < MOST_COLUMNS and 0 <= message.screen_y < MOST_ROWS
    return not isinstance(message, (Resize, InBandWindowResize))


LAST_ANSWER_SECONDS: Final = 0.5
"""How long the terminal has for the last answer: one that comes later is typed into the shell."""
_LOOK: Final = 0.005
_READ_BYTES: Final = 4096
_TICK_SECONDS: Final = 0.1


class InputDriver(LinuxDriver):
    """Reads the terminal, and sets it up again after a SIGCONT alone.

    Textual would start a second set of threads then, which take keys from one another.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._has_started = False
        self._attributes: list[Any] | None = None
        self._questions = self._answers = 0
        self._graphics = GraphicsAnswers(is_in_tmux=is_in_tmux(os.environ), window_cell=self._window_cell)

    def expect_answer(self) -> None:
        """Have the end of the input wait for one more answer of the terminal."""
        self._questions += 1

    def process_message(self, message: Message) -> None:
        """See `textual.driver.Driver`; called from the thread that reads the terminal."""
        if isinstance(message, CursorPosition):
            self._answers += 1
        super().process_message(message)

    def run_input_thread(self) -> None:
        """Read what the terminal sends until the input is disabled, and hand it on as messages."""
        received = TerminalInput(self._graphics)
        while not self.exit_event.is_set():
            is_silent = not select.select([self.fileno], [], [], _TICK_SECONDS)[0]
            if not is_silent:
                for message in received.feed(os.read(self.fileno, _READ_BYTES)):
                    self.process_message(message)
                if question := self._graphics.next_question:
                    self._graphics.next_question = ""
                    self.write(question)
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
        if getattr(self._app, "asks_for_graphics", False):
            self.ask_for_graphics()
        self._has_started = True
        with contextlib.suppress(termios.error):
            self._attributes = termios.tcgetattr(self.fileno)

    def ask_for_graphics(self) -> None:
        """Ask the terminal if and how it shows pictures; `GraphicsFound` tells the application that it does."""
        self.write(self._graphics.question())

    def _window_cell(self) -> Size:
        """Pixels of a cell, as the terminal has told the system; zeros where it has not."""
        with contextlib.suppress(OSError):
            told = fcntl.ioctl(self.fileno, termios.TIOCGWINSZ, bytes(8))
            rows, columns, across, down = struct.unpack("4H", told)
            return across // max(columns, 1), down // max(rows, 1)
        return 0, 0

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
