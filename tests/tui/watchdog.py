"""What holds the event loop: how long a single callback had the processor, and where it was when that was too long."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import time
import traceback
from asyncio.events import Handle
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

_LOOK: Final = 0.01
_FRAMES: Final = 25


@dataclass
class Block:
    """The longest callback of an event.

    Attributes
    ----------
    cpu
        Seconds that the loop's thread had the processor: others on the machine do not count.
    wall
        Seconds that passed.
    collecting
        Of the processor's, those in which garbage was looked for.
    stack
        Where it was when it had taken longer than it may; empty where it was shorter.
    """

    cpu: float = 0.0
    wall: float = 0.0
    collecting: float = 0.0
    stack: str = ""


class Watchdog:
    """Measures the callbacks of the event loop that runs in this thread. Use it in a with statement.

    Parameters
    ----------
    most
        Seconds of the processor from which the stack is looked at.
    """

    def __init__(self, most: float) -> None:
        self._most, self._loop_thread = most, threading.get_ident()
        self._clock = time.pthread_getcpuclockid(self._loop_thread)
        self._begun: float | None = None
        self._stack = ""
        self._collecting = self._collection_began = 0.0
        self._ended = threading.Event()
        self._looking = threading.Thread(target=self._look, daemon=True, name="watchdog")
        self._run = Handle._run
        self.longest = Block()

    def take(self) -> Block:
        """The longest callback since the last time this was called."""
        longest, self.longest = self.longest, Block()
        return longest

    def __enter__(self) -> Self:
        watchdog, run = self, self._run

        def measured(handle: Handle) -> None:
            if threading.get_ident() != watchdog._loop_thread:
                run(handle)
                return
            watchdog._begin()
            began = time.perf_counter()
            try:
                run(handle)
            finally:
                watchdog._end(time.perf_counter() - began)

        asyncio.events.Handle._run = measured  # type: ignore[assignment,method-assign]
        gc.callbacks.append(self._collect)
        self._looking.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.events.Handle._run = self._run  # type: ignore[method-assign]
        gc.callbacks.remove(self._collect)
        self._ended.set()
        self._looking.join()

    def _begin(self) -> None:
        self._stack, self._collecting = "", 0.0
        self._begun = time.thread_time()

    def _end(self, wall: float) -> None:
        assert self._begun is not None
        cpu, self._begun = time.thread_time() - self._begun, None
        if cpu > self.longest.cpu:
            self.longest = Block(cpu, wall, self._collecting, self._stack)

    def _collect(self, phase: str, _: dict[str, int]) -> None:
        if threading.get_ident() != self._loop_thread:
            return
        if phase == "start":
            self._collection_began = time.thread_time()
        else:
            self._collecting += time.thread_time() - self._collection_began

    def _look(self) -> None:
        while not self._ended.wait(_LOOK):
            begun = self._begun
            if begun is not None and not self._stack and time.clock_gettime(self._clock) - begun > self._most:
                frame = sys._current_frames()[self._loop_thread]
                self._stack = "".join(traceback.format_stack(frame)[-_FRAMES:])
