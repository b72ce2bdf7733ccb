"""A pool of worker processes on this machine, which outlives any of them; and what each of them does."""

from __future__ import annotations

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any, Final

from tuinet.compare.trial import Job, Progress, Report, Tell, Trial, failed, run_trial

ATTEMPTS: Final = 3
"""So often may the worker of one job die before the job is held to be what killed it."""
_END_SECONDS: Final = 2.0
_ONE_THREAD: Final = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Worker:
    """A process and the socket to it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            code = f"import sys; sys.path[:] = {sys.path!r}; from tuinet.compare.local import main; main({{}})"
            self.process = subprocess.Popen(
                [sys.executable, "-c", code.format(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env={**dict.fromkeys(_ONE_THREAD, "1"), **os.environ},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self.connection: Connection[Any, Any] = Connection(ours.detach())
        self.job: Job | None = None

    def give(self, job: Job) -> None:
        """Have it run a job."""
        self.job = job
        # A worker that has died meanwhile is found where its end of the socket is read.
        with suppress(OSError):
            self.connection.send(job)

    def end(self) -> None:
        """End it, whatever it does."""
        self.connection.close()
        self.process.kill()
        self.process.wait(_END_SECONDS)


class LocalPool:
    """Runs jobs in processes, one at a time in each.

    Each process has a socket of its own, so that one that is killed in the middle of a message harms no other; what
    it was doing is begun anew in another one. `concurrent.futures.ProcessPoolExecutor` ends all its processes with one
    of them, tells of no job that it was the one to blame, has no end for those that compute, and no losses meanwhile.
    """

    def __init__(self, jobs: Sequence[Job], workers: int) -> None:
        self._pending = deque(jobs)
        self._left = len(jobs)
        self._attempts = dict.fromkeys((job.index for job in jobs), 0)
        self._size = min(workers, len(jobs))
        self._workers: list[Worker] = []
        self._stop_reader, self._stop_writer = Pipe(duplex=False)

    @property
    def words(self) -> str:
        """The workers, in words."""
        return f"{self._size} process{'es' if self._size != 1 else ''}"

    @property
    def pids(self) -> list[int]:
        """The processes at work."""
        return [worker.process.pid for worker in self._workers if worker.job is not None]

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
        worker.job = None
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
        assert isinstance(event, (Trial, Progress))
        report(event)
        if isinstance(event, Trial):
            self._left -= 1
            self._next(worker)

    def _replace(self, dead: Worker, report: Report) -> None:
        """Another process for one that has died; its job comes first, unless it has killed too many."""
        job = dead.job
        dead.end()
        self._workers.remove(dead)
        if job is not None:
            self._attempts[job.index] += 1
            if self._attempts[job.index] < ATTEMPTS:
                self._pending.appendleft(job)
            else:
                report(failed(job, f"its process ended {ATTEMPTS} times; is there too little memory?"))
                self._left -= 1
        if self._pending:
            fresh = Worker()
            self._workers.append(fresh)
            self._next(fresh)


INTERVAL: Final = 0.25
"""Seconds between two messages about a run under way."""


class Throttle:
    """Gathers losses and passes them on after an interval in seconds, so that curves grow with few messages."""

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
    """Work until the parent hangs up, whatever it was that ended it."""
    # The parent is in the same terminal, hears Ctrl+C, too, and decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent: Connection[object, object] = Connection(descriptor)
    jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(parent, jobs), daemon=True).start()
    while True:
        job = jobs.get()
        parent.send(run_trial(job, Throttle(parent.send)))


def _receive(parent: Connection[object, object], jobs: queue.SimpleQueue[Job]) -> None:
    try:
        while True:
            job = parent.recv()
            assert isinstance(job, Job)
            jobs.put(job)
    except (EOFError, OSError):
        # At once, in the middle of whatever is computed: nobody waits for it any more.
        os._exit(0)
