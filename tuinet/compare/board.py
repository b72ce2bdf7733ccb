"""A Board: what is known of every run, kept while results come in from other processes."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass

from tuinet.compare.trial import Progress, Trial

Event = Progress | Trial
Report = Callable[[Event], None]


@dataclass(frozen=True, eq=False)
class Standing:
    """What is known at a moment, by the index of the job."""

    trials: tuple[Trial | None, ...]
    """Runs that have ended."""
    losses: tuple[tuple[float, ...], ...]
    """Of all that have begun, as far as they have been told; not a number where one is missing."""
    note: str = ""
    """What is to be said about the workers."""
    workers: int = 0
    is_over: bool = False
    """Whether nothing more will come."""

    @property
    def done(self) -> int:
        """How many have ended."""
        return sum(trial is not None for trial in self.trials)


class Board:
    """Takes events from one thread and gives standings to another; a result counts once, however often it comes."""

    def __init__(self, jobs: int) -> None:
        self._lock = threading.Lock()
        self._trials: list[Trial | None] = [None] * jobs
        self._losses: list[list[float]] = [[] for _ in range(jobs)]
        self._standing = Standing((None,) * jobs, ((),) * jobs)
        self._is_stale = False
        self._note, self._workers, self._is_over = "", 0, False

    def report(self, event: Event) -> None:
        """Note what has come."""
        with self._lock:
            if self._trials[event.index] is not None:
                return
            self._is_stale = True
            if isinstance(event, Trial):
                self._trials[event.index] = event
                self._losses[event.index] = list(event.losses)
            else:
                self._place(self._losses[event.index], event)

    def say(self, *, note: str | None = None, workers: int | None = None, is_over: bool = False) -> None:
        """Note what is to be said about the workers, and how many there are."""
        with self._lock:
            self._is_stale = True
            self._note = self._note if note is None else note
            self._workers = self._workers if workers is None else workers
            self._is_over = self._is_over or is_over

    def latest(self) -> Standing:
        """The present standing, the same object until there is news."""
        with self._lock:
            if self._is_stale:
                losses = tuple(map(tuple, self._losses))
                self._standing = Standing(tuple(self._trials), losses, self._note, self._workers, self._is_over)
                self._is_stale = False
            return self._standing

    @staticmethod
    def _place(losses: list[float], event: Progress) -> None:
        end = event.first + len(event.losses)
        losses.extend([math.nan] * (end - len(losses)))
        losses[event.first : end] = event.losses
