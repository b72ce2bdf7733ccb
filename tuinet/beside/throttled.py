"""A task at a share of its pace, where another user of the processor comes first."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tuinet.beside.process import Task

LONGEST_PIECE = 10.0
"""Seconds that it sleeps after one piece, at most."""


@dataclass(frozen=True)
class ThrottledTask:
    """Another task, at a share of its pace.

    Two are the same where their tasks are: what has been begun goes on at its pace.
    """

    task: Task
    share: float = field(compare=False)
    """Of a processor, above 0."""
    spent: Callable[[], float] = field(default=time.process_time, compare=False)
    sleep: Callable[[float], None] = field(default=time.sleep, compare=False)

    def results(self) -> Iterator[object]:
        """See `Task`."""
        begun = self.spent()
        for result in self.task.results():
            yield result
            ended = self.spent()
            self.sleep(min((ended - begun) * (1 / self.share - 1), LONGEST_PIECE))
            begun = ended
