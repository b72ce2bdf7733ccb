"""The round trip to the terminal: how soon it answers when it is asked for the place of its cursor."""

from __future__ import annotations

import os
import re
import select
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from statistics import median
from time import monotonic
from typing import Any, Final

from tuinet.cli.findings import Finding
from tuinet.tui.terminal.link import QUESTION
from tuinet.tui.terminal.signals import is_in_foreground

QUESTIONS: Final = 5
TIMEOUT: Final = 1.0
"""Seconds for which each answer is waited for."""
_ANSWER: Final = re.compile(rb"\x1b\[\??\d+;\d+R")
_MOST_BYTES: Final = 4096
_SLOW: Final = 0.1
"""Seconds from which on a person feels it."""


def round_trip_finding() -> Finding:
    """The median of a few round trips; a terminal that does not answer is asked only once."""
    name = "round trip"
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return Finding(name, "not measured", "note", "there is no terminal to ask")
    fd = sys.stdin.fileno()
    if not is_in_foreground(fd):
        return Finding(name, "not measured", "note", "this runs in the background, where it must not ask")
    sys.stdout.flush()
    try:
        with raw(fd):
            times = measure(lambda: ask(fd, sys.stdout.fileno()))
    except (ImportError, OSError) as error:
        return Finding(name, "not measured", "note", str(error))
    if not times:
        return Finding(name, f"no answer within {TIMEOUT:g} s", "note", "frames are sent ten a second at most then")
    seconds = median(times)
    value = f"{1000 * seconds:.2f} ms (median of {len(times)})"
    return Finding(name, value, "note", "--fps 5 spares a slow line") if seconds > _SLOW else Finding(name, value)


def measure(once: Callable[[], float | None]) -> list[float]:
    """Several round trips in seconds, up to the first that has no answer."""
    times = []
    for _ in range(QUESTIONS):
        seconds = once()
        if seconds is None:
            break
        times.append(seconds)
    return times


def ask(source: int, target: int, timeout: float = TIMEOUT, now: Callable[[], float] = monotonic) -> float | None:
    """Seconds until the terminal has answered; ``None`` where it does not in time."""
    start = now()
    os.write(target, QUESTION.encode())
    heard = b""
    while (left := start + timeout - now()) > 0 and len(heard) < _MOST_BYTES:
        if not select.select([source], [], [], left)[0]:
            break
        piece = os.read(source, 64)
        if not piece:
            break
        heard += piece
        if _ANSWER.search(heard):
            return now() - start
    return None


@contextmanager
def raw(fd: int) -> Iterator[None]:
    """Keys unechoed and one by one, with Ctrl+C as it was; what arrived too late is not typed into the shell.

    Raises
    ------
    OSError
        If it is no terminal.
    ImportError
        If the platform has no such modes.
    """
    import termios  # noqa: PLC0415 - there is none on Windows

    previous = {number: signal.signal(number, _leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    # Whoever suspends this in the second that it takes would leave the shell with a terminal that shows nothing.
    previous[signal.SIGTSTP] = signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    try:
        with _modes(termios, fd):
            yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _leave(number: int, frame: object) -> None:
    sys.exit(128 + number)


@contextmanager
def _modes(termios: Any, fd: int) -> Iterator[None]:
    try:
        before = termios.tcgetattr(fd)
        modes = termios.tcgetattr(fd)
        modes[3] &= ~(termios.ECHO | termios.ICANON)
        termios.tcsetattr(fd, termios.TCSANOW, modes)
    except termios.error as error:
        raise OSError(str(error)) from error
    try:
        yield
    finally:
        with suppress(termios.error):
            termios.tcsetattr(fd, termios.TCSAFLUSH, before)
