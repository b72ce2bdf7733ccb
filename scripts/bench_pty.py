"""A program in a pseudo-terminal, read through a line of a given speed, and the characters on its screen.

Not an emulator for every program: it knows what Textual writes, and takes a few microseconds for it, so that a key's
answer is seen when it is there.
"""

from __future__ import annotations

import codecs
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

ROOT = Path(__file__).parents[1]
BUFFER = 256 * 1024
"""Bytes that a slow line takes at once."""
QUESTION = "\x1b[6n"
MODE_QUESTION, MODE_ANSWER = "\x1b[?2026$p", "\x1b[?2026;2$y"
"""Whether the terminal can show a frame at once: it can."""
TICK = 0.002
"""Seconds between two looks at what a slow line has carried."""

_TOKEN = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[P\]X^_].*?(?:\x1b\\|\x07)|\x1b[()].|\x1b[^\[P\]X^_()]|[\r\n]", re.DOTALL
)
_INCOMPLETE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[P\]X^_](?:(?!\x1b\\|\x07).)*|[()])?\Z", re.DOTALL)

# The child of a new session has no controlling terminal yet, and without one no signal of a change of size.
_LAUNCHER = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
_UNWANTED = {
    *("COLUMNS", "LINES", "NO_COLOR", "COLORTERM", "TEXTUAL_FPS", "TEXTUAL_THEME", "TEXTUAL_COLOR_SYSTEM"),
    "PYTHONDONTWRITEBYTECODE",  # compiled modules are kept, as they are where the program is used
}


class Grid:
    """The characters on a screen, without their colours.

    Parameters
    ----------
    columns, rows
        Its size.
    answer
        Gets what the terminal says to the program.
    """

    def __init__(self, columns: int, rows: int, answer: Callable[[str], None]) -> None:
        self._cells = [[" "] * columns for _ in range(rows)]
        self._answer = answer
        self._row = self._column = 0
        self._pending = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.questions = 0

    def text(self) -> str:
        return "\n".join("".join(row) for row in self._cells)

    def feed(self, data: bytes) -> None:
        text = self._pending + self._decoder.decode(data)
        cut = tail.start() if (tail := _INCOMPLETE.search(text)) else len(text)
        self._pending, drawn = text[cut:], 0
        for token in _TOKEN.finditer(text, 0, cut):
            self._write(text[drawn : token.start()])
            self._obey(token.group())
            drawn = token.end()
        self._write(text[drawn:cut])

    def _write(self, text: str) -> None:
        row = self._cells[min(self._row, len(self._cells) - 1)]
        kept = text[: max(0, len(row) - self._column)]
        row[self._column : self._column + len(kept)] = kept
        self._column += len(kept)

    def _obey(self, token: str) -> None:
        if token == "\r":
            self._column = 0
        elif token == "\n":
            self._row, self._column = self._row + 1, 0
        elif token == QUESTION:
            self.questions += 1
            self._answer(f"\x1b[{self._row + 1};{self._column + 1}R")
        elif token == MODE_QUESTION:
            self._answer(MODE_ANSWER)
        elif token.startswith("\x1b[") and token[-1] in "Hf":
            numbers = [int(number or 1) for number in token[2:-1].split(";")]
            self._row, self._column = numbers[0] - 1, (numbers[1] if len(numbers) > 1 else 1) - 1
        elif token == "\x1b[2J":
            self._cells = [[" "] * len(row) for row in self._cells]


class Line:
    """Carries bytes at a rate, behind a buffer that takes them at once.

    Parameters
    ----------
    rate
        Bytes a second; ``None`` for as many as there are.
    now
        A clock.
    """

    def __init__(self, rate: float | None = None, now: Callable[[], float] = time.monotonic) -> None:
        self.rate, self._now = rate, now
        self._buffer = bytearray()
        self._paid_until = now()

    @property
    def room(self) -> int:
        """Bytes that it takes now."""
        return BUFFER - len(self._buffer)

    @property
    def is_empty(self) -> bool:
        return not self._buffer

    def put(self, data: bytes) -> None:
        if not self._buffer:
            self._paid_until = self._now()
        self._buffer += data

    def take(self) -> bytes:
        """What has arrived by now."""
        count = len(self._buffer)
        if self.rate is not None:
            count = min(count, int((self._now() - self._paid_until) * self.rate))
            self._paid_until += count / self.rate
        arrived = bytes(self._buffer[:count])
        del self._buffer[:count]
        return arrived


class Program:
    """Start a command in a pseudo-terminal of 256 colours, type, and read the screen. Use it in a with statement.

    Parameters
    ----------
    command
        What is started, in the project's folder and with a state folder of its own.
    rate
        Bytes a second of the line to the terminal; ``None`` for a local one.
    columns, rows
        Size of the terminal.
    """

    def __init__(self, command: Sequence[str], rate: float | None = None, *, columns: int = 80, rows: int = 24) -> None:
        self.started = time.monotonic()
        self.bytes_arrived = 0
        self._line, self._ended = Line(rate), False
        self._state = tempfile.TemporaryDirectory()
        # What is said to somebody who is here for the first time takes a row of the screen.
        greeted = Path(self._state.name, "tuinet", "greeted")
        greeted.parent.mkdir()
        greeted.touch()
        self._master, slave = os.openpty()
        termios.tcsetwinsize(self._master, (rows, columns))
        self._process = _spawn(command, slave, environment(self._state.name))
        os.close(slave)
        self.grid = Grid(columns, rows, self.press)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
        self._process.wait()
        os.close(self._master)
        self._state.cleanup()

    def press(self, keys: str) -> None:
        """Type keys, or answer."""
        with contextlib.suppress(OSError):  # a program that has gone needs none
            os.write(self._master, keys.encode())

    def pump(self, seconds: float) -> None:
        """Let it run for a while, and read what it writes."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._turn(left)

    def look(self) -> None:
        """Read what it has written, and wait for nothing."""
        self._turn(0.0)

    def end(self, number: int = signal.SIGKILL) -> None:
        """Send a signal to it and what it has started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def wait_for(self, predicate: Callable[[str], bool], seconds: float = 60.0) -> float:
        """Wait until the screen is as wanted; the time, by `time.monotonic`.

        Raises
        ------
        TimeoutError
            If it never is.
        """
        until = time.monotonic() + seconds
        while not predicate(self.grid.text()):
            left = until - time.monotonic()
            if self._ended or left <= 0:
                raise TimeoutError(f"what was waited for never came; the screen:\n{self.grid.text()}")
            self._turn(left)
        return time.monotonic()

    def megabytes(self) -> float:
        """Resident memory."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

    def cpu_seconds(self) -> float:
        """Processor time that all its threads have had."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _turn(self, seconds: float) -> None:
        """Wait until something comes, at most so long, and show what has arrived."""
        if not self._line.is_empty:
            seconds = min(seconds, TICK)
        if self._ended or self._line.room <= 0:
            time.sleep(seconds)
        elif select.select([self._master], [], [], seconds)[0]:
            data = self._read()
            self._ended = not data
            self._line.put(data)
        arrived = self._line.take()
        self.bytes_arrived += len(arrived)
        self.grid.feed(arrived)

    def _read(self) -> bytes:
        try:
            return os.read(self._master, min(65536, self._line.room))
        except OSError:  # EIO is how Linux says that the other side has closed
            return b""


def environment(state: str) -> dict[str, str]:
    """That of a terminal of 256 colours, whatever the one is in which this was started; one BLAS thread."""
    inherited = {name: value for name, value in os.environ.items() if name not in _UNWANTED}
    own = {"TERM": "xterm-256color", "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT), "XDG_STATE_HOME": state}
    return {**inherited, **own, "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def _spawn(command: Sequence[str], terminal: int, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-ISc", _LAUNCHER, *command],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env=env,
        cwd=ROOT,
        start_new_session=True,
    )
