"""A program in a real pseudo-terminal, and the screen that a user would see."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

from tuinet.storage.keeping import GREETED

ENTER, ESCAPE, TAB, BACKSPACE = "\r", "\x1b", "\t", "\x7f"
CTRL_Q = "\x11"
"""Quits the dashboard without a question."""
UP, DOWN, RIGHT, LEFT = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"

# The child of a new session has no controlling terminal yet, and without one no Ctrl+C and no SIGWINCH.
# A program of its own does this, since Python 3.12 warns about preexec_fn beside NumPy's threads.
_LAUNCHER = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""

# What pyte would print, or take for something else: kitty's keyboard ("CSI > 1 u"), mode queries
# ("CSI ? 2026 $ p"), private sequences other than set, reset and erase, underline styles ("CSI 4:3 m"),
# and strings (DCS, APC); and what terminals are asked.
_UNKNOWN = re.compile(
    rb"\x1b\[(?:6n|c|16t)"
    rb"|\x1b\[\?2026[hl]"
    rb"|\x1b\[[<=>][0-?]*[ -/]*[@-~]"
    rb"|\x1b\[[0-?]*[ -/]+[@-~]"
    rb"|\x1b\[\?[0-9;]*[^0-9;hlJK]"
    rb"|\x1b\[[0-9;]*:[0-?]*[@-~]"
    rb"|\x1bPtmux;(?:[^\x1b]|\x1b\x1b)*\x1b\\"
    rb"|\x1b[P_^X].*?\x1b\\",
    re.DOTALL,
)
_QUESTION = b"\x1b[6n"
_INCOMPLETE = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*|Ptmux;(?:[^\x1b]|\x1b\x1b)*\x1b?|(?!Ptmux;)[P_^X](?:(?!\x1b\\).)*)?\Z", re.DOTALL
)

_POLL_SECONDS = 0.05
_READS = 16
_SLOW_SECONDS = 0.02


class Terminal:
    """Start a command in a pseudo-terminal, type, and read the screen. Use it in a with statement."""

    def __init__(
        self,
        command: Sequence[str | Path],
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        *,
        answers: bool = True,
        bytes_per_second: float | None = None,
        is_first_time: bool = False,
    ) -> None:
        self.raw = bytearray()
        self.questions = 0
        self._buffered = bytearray()
        self._answers, self._bytes_per_second = answers, bytes_per_second
        # What is saved by a program that is killed must not be found by the next one.
        self._state_folder = tempfile.TemporaryDirectory()
        if not is_first_time:
            mark = Path(self._state_folder.name, "tuinet", GREETED)
            mark.parent.mkdir()
            mark.touch()
        self._pending = b""
        self._ended = False
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._master, slave = os.openpty()
        termios.tcsetwinsize(self._master, (rows, columns))
        self._process = _spawn(
            command, slave, _environment({"XDG_STATE_HOME": self._state_folder.name, **(env or {})}), cwd
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self.hang_up()
        self._state_folder.cleanup()

    def hang_up(self) -> None:
        """Close the terminal, as a line that is dropped does."""
        if self._master >= 0:
            os.close(self._master)
        self._master, self._ended = -1, True

    @property
    def bytes_received(self) -> int:
        return len(self.raw)

    @property
    def bytes_drawn(self) -> int:
        """Without what only asks whether the rest has arrived."""
        return len(self.raw) - len(_QUESTION) * self.questions

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_cooked(self) -> bool:
        """Whether the terminal shows what is typed and gathers it in lines, as a shell wants it."""
        local: int = termios.tcgetattr(self._master)[3]
        return bool(local & termios.ECHO and local & termios.ICANON)

    def press(self, keys: str) -> None:
        """Type keys: characters, or the sequences a terminal sends for keys such as UP."""
        self._send(keys.encode())

    def send_bytes(self, data: bytes) -> None:
        """Send what no keyboard does."""
        self._send(data)

    def scribble(self, text: str) -> None:
        """Have somebody else write to the screen."""
        self._stream.feed(text.encode())

    def resize(self, columns: int, rows: int) -> None:
        self._screen.resize(rows, columns)
        termios.tcsetwinsize(self._master, (rows, columns))

    def text(self) -> str:
        """The screen as it stands after everything that has arrived by now."""
        self._pump(0)
        return "\n".join(line.rstrip() for line in self._screen.display)

    def wait_for(self, text: str, seconds: float = 20.0) -> None:
        self.wait_until(lambda screen: text in screen, seconds, wanted=repr(text))

    def wait_until(
        self, predicate: Callable[[str], bool], seconds: float = 20.0, wanted: str = "what was waited for"
    ) -> None:
        deadline = time.monotonic() + seconds
        while not predicate(self.text()):
            if self._ended or time.monotonic() > deadline:
                raise AssertionError(f"{wanted} never came; {self._state()}")
            self._pump(deadline - time.monotonic())

    def exit_status(self, seconds: float = 20.0) -> int:
        """Wait for the program to end, reading on meanwhile so that its last words cannot block it."""
        deadline = time.monotonic() + seconds
        while not self._ended and self._process.poll() is None and (left := deadline - time.monotonic()) > 0:
            self._pump(min(_POLL_SECONDS, left))
        try:
            status = self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the program did not end; {self._state()}") from None
        self._pump(0)
        return status

    def pump(self, seconds: float) -> None:
        """Let the program run for a while, and read what it writes."""
        deadline = time.monotonic() + seconds
        while not self._ended and (left := deadline - time.monotonic()) > 0:
            self._pump(left)

    def _state(self) -> str:
        status = self._process.poll()
        running = "it is still running" if status is None else f"it ended with status {status}"
        return f"{running}. The screen:\n{self.text()}"

    def _pump(self, seconds: float) -> None:
        """Wait until something arrives, and read what there is, though not for ever."""
        if self._bytes_per_second is not None:
            self._pump_slowly(self._bytes_per_second)
            return
        for _ in range(_READS):
            if self._ended or not select.select([self._master], [], [], max(0.0, seconds))[0]:
                return
            data = _read(self._master)
            self._ended = not data
            self.raw += data
            self._show(data)
            seconds = 0.0

    def _pump_slowly(self, rate: float) -> None:
        """As a thin line does whose buffers take everything at once."""
        while not self._ended and select.select([self._master], [], [], 0)[0]:
            data = _read(self._master)
            self._ended = not data
            self._buffered += data
        time.sleep(_SLOW_SECONDS)
        due = self._buffered[: int(rate * _SLOW_SECONDS)]
        del self._buffered[: len(due)]
        self.raw += due
        self._show(bytes(due))

    def _show(self, data: bytes) -> None:
        data = self._pending + data
        cut = tail.start() if (tail := _INCOMPLETE.search(data)) else len(data)
        self._pending = data[cut:]
        shown = 0
        for match in _UNKNOWN.finditer(data, 0, cut):
            self._stream.feed(data[shown : match.start()])
            self._answer(match.group())
            shown = match.end()
        self._stream.feed(data[shown:cut])

    def _answer(self, query: bytes) -> None:
        self.questions += query == _QUESTION
        if not self._answers:
            return
        if query == _QUESTION:
            cursor = self._screen.cursor
            self._send(f"\x1b[{cursor.y + 1};{cursor.x + 1}R".encode())
        elif query == b"\x1b[?2026$p":
            self._send(b"\x1b[?2026;2$y")

    def _send(self, data: bytes) -> None:
        with contextlib.suppress(OSError):  # a program that has gone needs no answer
            os.write(self._master, data)


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    """What the shell of whoever runs the tests exports must not change what the tests see."""
    unwanted = ("COLUMNS", "LINES", "NO_COLOR", "TEXTUAL_THEME")
    inherited = {name: value for name, value in os.environ.items() if name not in unwanted}
    return {**inherited, "TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONUTF8": "1", **extra}


def _spawn(
    command: Sequence[str | Path], terminal: int, env: Mapping[str, str], cwd: Path | None
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-ISc", _LAUNCHER, *map(str, command)],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env=env,
        cwd=cwd,
        start_new_session=True,
    )


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # EIO is how Linux says that the other side has closed
        return b""
