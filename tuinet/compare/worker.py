"""A worker process: takes jobs from its parent, trains, and sends back what came of them."""

from __future__ import annotations

import os
import queue
import signal
import threading
import time
from multiprocessing.connection import Connection
from typing import Final

from tuinet.compare.trial import Job, Progress, Tell, failed, run_trial

INTERVAL: Final = 0.25
"""Seconds between two messages about a run under way."""


class Throttle:
    """Gathers losses and passes them on a few times a second, so that a curve grows and nobody drowns.

    Parameters
    ----------
    tell
        Is told the losses.
    interval
        Seconds between two times.
    """

    def __init__(self, tell: Tell, interval: float = INTERVAL) -> None:
        self._tell, self._interval = tell, interval
        self._gathered: list[float] = []
        self._told = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        """Take a loss, the one after the last."""
        self._gathered.extend(progress.losses)
        now = time.monotonic()
        if now - self._told >= self._interval:
            last = progress.first + len(progress.losses)
            self._tell(Progress(progress.index, last - len(self._gathered), tuple(self._gathered)))
            self._told, self._gathered = now, []


def main(descriptor: int) -> None:
    """Work until the parent hangs up, whatever it was that ended it.

    Parameters
    ----------
    descriptor
        Of the socket to the parent.
    """
    # The parent is in the same terminal, hears Ctrl+C, too, and decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent: Connection[object, object] = Connection(descriptor)
    jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(parent, jobs), daemon=True).start()
    while True:
        job = jobs.get()
        parent.send(_result(job, parent))


def _result(job: Job, parent: Connection[object, object]) -> object:
    try:
        return run_trial(job, Throttle(parent.send))
    except OSError:
        raise
    except Exception as error:
        return failed(job, f"{type(error).__name__}: {' '.join(str(error).split())}")


def _receive(parent: Connection[object, object], jobs: queue.SimpleQueue[Job]) -> None:
    try:
        while True:
            job = parent.recv()
            assert isinstance(job, Job)
            jobs.put(job)
    except (EOFError, OSError):
        # At once, in the middle of whatever is computed: nobody waits for it any more.
        os._exit(0)
