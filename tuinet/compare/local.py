"""A pool of worker processes on this machine, which outlives any of them; and what each of them does."""

from __future__ import annotations

import os
import queue
import signal
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe, wait
from typing import Final

import numpy as np

from tuinet.beside.process import spawned
from tuinet.compare.training import Stack, halves, run_jobs, stacked_jobs
from tuinet.compare.trial import Job, Progress, Report, Tell, failed
from tuinet.nn.parameters import Array
from tuinet.session.build import DatasetCache

ATTEMPTS: Final = 3
"""So often may the worker of a job that it runs alone die before the job is held to be what killed it."""
_END_SECONDS: Final = 2.0


class Worker:
    """A process and the socket to it."""

    def __init__(self) -> None:
        self.process, self.connection = spawned(__name__)
        self.left: dict[int, Job] = {}
        """The jobs that it is at, by their indices."""

    def give(self, stack: Stack) -> None:
        """Have it run some jobs at once."""
        self.left = {job.index: job for job in stack}
        # A worker that has died meanwhile is found where its end of the socket is read.
        with suppress(OSError):
            self.connection.send(stack)

    def end(self) -> None:
        """End it, whatever it does."""
        self.connection.close()
        self.process.kill()
        self.process.wait(_END_SECONDS)


class LocalPool:
    """Runs jobs in processes, in each one stack at a time.

    Each process has a socket of its own, so that one that is killed in the middle of a message harms no other; what
    it was doing is begun anew in others, in two halves, so that a job that kills its process is alone in the end.
    `concurrent.futures.ProcessPoolExecutor` ends all its processes with one of them, tells of no job that it was the
    one to blame, has no end for those that compute, and no losses meanwhile.

    Parameters
    ----------
    jobs
        In the best order to begin them.
    datasets
        Data that has been made or read.
    """

    def __init__(self, jobs: Sequence[Job], workers: int, datasets: DatasetCache | None = None) -> None:
        self._pending = deque(stacked_jobs(jobs, workers, datasets))
        self._left = len(jobs)
        self._attempts = dict.fromkeys((job.index for job in jobs), 0)
        self._size = min(workers, len(self._pending))
        self._workers: list[Worker] = []
        self._stop_reader, self._stop_writer = Pipe(duplex=False)

    @property
    def words(self) -> str:
        """The workers, in words."""
        return f"{self._size} process{'es' if self._size != 1 else ''}"

    @property
    def pids(self) -> list[int]:
        """The processes at work."""
        return [worker.process.pid for worker in self._workers if worker.left]

    def run(self, report: Report) -> None:
        """Run all jobs, or until `stop`; every result is reported once, and no process is left."""
        try:
            self._workers = [Worker() for _ in range(self._size)]
            for worker in self._workers:
                self._next(worker)
            while self._left and not self._stop_reader.poll():
                self._listen(report)
        finally:
            for worker in self._workers:
                worker.end()
            self._workers = []

    def stop(self) -> None:
        """Have `run` return soon; may be called from any thread."""
        with suppress(OSError):
            self._stop_writer.send(None)

    def _next(self, worker: Worker) -> None:
        if self._pending:
            worker.give(self._pending.popleft())

    def _listen(self, report: Report) -> None:
        by_connection = {worker.connection: worker for worker in self._workers}
        for ready in wait([self._stop_reader, *by_connection]):
            worker = by_connection.get(ready)  # type: ignore[call-overload]
            if worker is not None:
                self._hear(worker, report)

    def _hear(self, worker: Worker, report: Report) -> None:
        try:
            event = worker.connection.recv()
        except (EOFError, OSError):
            self._replace(worker, report)
            return
        if isinstance(event, Progress):
            report(event)
            return
        assert isinstance(event, tuple)
        for trial in event:
            report(trial)
            del worker.left[trial.index]
            self._left -= 1
        if not worker.left:
            self._next(worker)

    def _replace(self, dead: Worker, report: Report) -> None:
        """Another process for one that has died; what it was at comes first."""
        stack = tuple(dead.left.values())
        dead.end()
        self._workers.remove(dead)
        if len(stack) > 1:
            self._pending.extendleft(reversed(halves(stack)))
        elif stack:
            self._try_again(stack[0], report)
        if self._pending:
            self._workers.append(Worker())
        for worker in self._workers:
            if not worker.left:
                self._next(worker)

    def _try_again(self, job: Job, report: Report) -> None:
        """Begin a job anew that was alone in its process when that died, unless it has killed too many."""
        self._attempts[job.index] += 1
        if self._attempts[job.index] < ATTEMPTS:
            self._pending.appendleft((job,))
        else:
            report(failed(job, f"its process ended {ATTEMPTS} times; is there too little memory?"))
            self._left -= 1


INTERVAL: Final = 0.25
"""Seconds between two messages about runs under way."""


class Throttle:
    """Gathers losses and passes them on after an interval in seconds, so that curves grow with few messages."""

    def __init__(self, tell: Tell, interval: float = INTERVAL) -> None:
        self._tell, self._interval = tell, interval
        self._gathered: list[Array] = []
        self._first = 0
        self._told = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        """Take the losses of a look, the one after the last; the first one begins anew, perhaps with other runs."""
        if not self._gathered or progress.first == 0:
            self._first, self._gathered = progress.first, []
        self._gathered.append(progress.losses)
        now = time.monotonic()
        if now - self._told >= self._interval:
            self._tell(Progress(progress.indices, self._first, np.hstack(self._gathered)))
            self._told, self._gathered = now, []


def main(descriptor: int) -> None:
    """Work until the parent hangs up, whatever it was that ended it."""
    # The parent is in the same terminal, hears Ctrl+C, too, and decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent: Connection[object, object] = Connection(descriptor)
    stacks: queue.SimpleQueue[Stack] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(parent, stacks), daemon=True).start()
    while True:
        for trials in run_jobs(stacks.get(), Throttle(parent.send)):
            parent.send(trials)


def _receive(parent: Connection[object, object], stacks: queue.SimpleQueue[Stack]) -> None:
    try:
        while True:
            stack = parent.recv()
            assert isinstance(stack, tuple)
            stacks.put(stack)
    except (EOFError, OSError):
        # At once, in the middle of whatever is computed: nobody waits for it any more.
        os._exit(0)
