"""Work of a command that may take long: what it will take, how far it is, and an end by Ctrl+C."""

from __future__ import annotations

import math
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final, TextIO

from tuinet.output import write_error
from tuinet.session.watching import Estimate, StoppedError, duration_text, watched

INTERRUPTED: Final = 130
"""Exit status."""
WORTH_A_WORD: Final = 1.0
"""Seconds of work from which on a terminal shows how far it is."""
WORTH_A_LINE: Final = 10.0
"""Seconds of work from which on a line says so where there is no terminal."""
_BETWEEN_WORDS: Final = 0.25
"""Seconds between two words on a terminal."""
KEEPS: Final = "Ctrl+C stops with what there is"
DROPS: Final = "Ctrl+C stops"


class LongWork:
    """Says what training will take, and how far it is: on a terminal in a line that is drawn anew, else once.

    `stops` says what comes of Ctrl+C; `aim` are the updates that all of the work leads to, ``None`` where each way is a
    piece of work of its own.
    """

    def __init__(
        self,
        is_interrupted: Callable[[], bool],
        seconds: float = math.inf,
        stops: str = KEEPS,
        aim: int | None = None,
        stream: TextIO | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.is_interrupted = is_interrupted
        self._end, self._stops, self._aim, self._now = now() + seconds, stops, aim, now
        self._stream = sys.stderr if stream is None else stream
        self._estimate = Estimate(now)
        self._said_at = -math.inf
        self._width = 0

    def look(self, step: int, aim: int) -> None:
        """Say how far it is, and stop where that is wanted: see `tuinet.session.watching.watched`."""
        aim = self._aim or aim
        self.note(step, aim)
        if self.is_interrupted():
            raise StoppedError(step, aim)
        if self._now() >= self._end:
            raise StoppedError(step, aim, "seconds")

    def note(self, step: int, aim: int) -> None:
        """Say how far it is, where it takes long enough for somebody to wonder."""
        self._estimate.note(step, aim)
        left = self._estimate.seconds_left
        if left is None:
            return
        left = min(left, self._end - self._now())
        whole = self._estimate.seconds + left
        if not self._stream.isatty():
            if whole >= WORTH_A_LINE and self._said_at == -math.inf:
                self._write(f"tuinet: training to step {aim:,}: about {duration_text(whole)}; {self._stops}\n")
        elif whole >= WORTH_A_WORD and self._now() >= self._said_at + _BETWEEN_WORDS:
            self._draw(f"training: {self._estimate.share:.0%}, about {duration_text(left)} left; {self._stops}")

    def close(self) -> None:
        """Take the line away."""
        if self._width:
            self._draw("")
            self._write("\r")

    def _draw(self, words: str) -> None:
        room = _columns(self._stream) - 1
        words = words[:room]
        self._write(f"\r{words}{' ' * min(max(self._width - len(words), 0), room - len(words))}")
        self._width = len(words)

    def _write(self, text: str) -> None:
        self._said_at = self._now()
        # Whoever read has gone: the work goes on.
        with suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


@contextmanager
def on_interruption(act: Callable[[], object]) -> Iterator[None]:
    """Act on Ctrl+C, a hang-up or a request to end, in place of ending; a second one ends."""
    signals = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    # nohup has a hang-up ignored, and that is to stay.
    previous = {number: signal.getsignal(number) for number in signals}
    heard = [number for number in signals if previous[number] is not signal.SIG_IGN]

    def hear(signum: int, frame: object) -> None:
        signal.signal(signum, previous[signum])
        act()

    for number in heard:
        signal.signal(number, hear)
    try:
        yield
    finally:
        for number in heard:
            signal.signal(number, previous[number])


@contextmanager
def interruption() -> Iterator[Callable[[], bool]]:
    """Note an interruption instead of stopping in the middle of a step."""
    noted: list[bool] = []
    with on_interruption(lambda: noted.append(True)):
        yield lambda: bool(noted)


@contextmanager
def long_work(seconds: float = math.inf, stops: str = KEEPS, aim: int | None = None) -> Iterator[LongWork]:
    """Have a `LongWork` watch the training of this thread; it may stop it with a StoppedError."""
    with interruption() as is_interrupted:
        work = LongWork(is_interrupted, seconds, stops, aim)
        try:
            with watched(work.look):
                yield work
        finally:
            work.close()


@contextmanager
def all_or_nothing(nothing: str) -> Iterator[None]:
    """Watch a command that can make nothing of a part of the way: it says so in one line, and ends."""
    try:
        with long_work(stops=DROPS):
            yield
    except StoppedError as stop:
        leave_with_nothing(stop, nothing)


def leave_with_nothing(stop: StoppedError, nothing: str) -> None:
    """Say where a way ended and that nothing came of it, and end with the status of an interruption."""
    write_error(f"{stop}: {nothing}")
    sys.exit(INTERRUPTED)
