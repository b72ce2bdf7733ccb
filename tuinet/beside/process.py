"""A process beside the training: a task is sent there, and what it finds comes back.

A thread would not do: a small network trains by calls of a microsecond, and a second thread takes the interpreter away
between them.
"""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_ONE_THREAD: Final = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_NICE: Final = 10
_END_SECONDS: Final = 2.0
_PATIENCE: Final = 0.2
"""Seconds that a message may wait which has to be sent now or never."""


class Task(Protocol):
    """Something to find out piece by piece. Both it and its results are pickled."""

    def results(self) -> Iterator[object]:
        """All that is known so far, again and again until the end; ``None`` where there is nothing new.

        Between two of them the work may be paused or given up, so that they should come every tenth of a second.
        """


def spawned(module: str) -> tuple[subprocess.Popen[bytes], Connection[Any, Any]]:
    """A process that runs ``main(descriptor)`` of a module, and the connection to it.

    Raises
    ------
    OSError
        If the system has no room for it, or Python is not where it was.
    """
    from multiprocessing.connection import Connection  # noqa: PLC0415 - no process is there at the start

    ours, theirs = socket.socketpair()
    # Our end leaves the socket as soon as there is a process at the other one; else it is closed.
    with ours, theirs:
        code = f"import sys; sys.path[:] = {sys.path!r}; from {module} import main; main({theirs.fileno()})"
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            pass_fds=[theirs.fileno()],
            env={**dict.fromkeys(_ONE_THREAD, "1"), **os.environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return process, Connection(ours.detach())


class _Worker:
    """A process that has begun, and what it has been told."""

    def __init__(self, first: int) -> None:
        self._process, self._connection = spawned(__name__)
        self._sending = threading.Lock()
        self.first = first
        """The number of the first task that it was given."""
        self.told = 0
        """That of the latest one."""
        self.is_paused = False

    def send(self, message: object, patience: float = -1) -> None:
        """Send it, however long that takes; a process that does not take it has come to its end.

        Parameters
        ----------
        patience
            Seconds after which it is left, where another thread is sending something all the while; -1 for ever.
        """
        if self._sending.acquire(timeout=patience):
            try:
                self._connection.send(message)
            except OSError:
                self.kill()
            finally:
                self._sending.release()

    def received(self) -> Any:
        """What it says next."""
        return self._connection.recv()

    def kill(self) -> None:
        """End it, whatever it does. The connection is closed with the last thread that has it at hand."""
        self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)


class SideProcess:
    """A process for one task at a time; the latest one is what counts. It begins with the first.

    Nobody who asks has to wait: a thread begins the process, and sends what it has not been told yet. What goes wrong
    then is the failure of the task. A process that ends has failed with its task, too, unless it may have ended of an
    earlier one: then another process is given the task, once.

    Parameters
    ----------
    tell
        Called from a thread of its own when there is a new result, or the work has failed.
    """

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._changed = threading.Condition()
        self._sender: threading.Thread | None = None
        self._worker: _Worker | None = None
        self._task: Task | None = None
        self._number = 0
        self._result: object = None
        self._is_paused = self._is_done = self._is_over = False
        self._failure = ""

    @property
    def result(self) -> Any:
        """The latest result of the present task; ``None`` before the first."""
        with self._changed:
            return self._result

    @property
    def is_done(self) -> bool:
        """Whether the present task has come to its end, or has failed."""
        return self._is_done

    @property
    def failure(self) -> str:
        """Why the present task has come to no good end; empty where it has not failed."""
        return self._failure

    def ask(self, task: Task) -> None:
        """Begin with this, and give up what was before; the present one goes on, unless it has failed."""
        if task == self._task:
            self.resume()
            return
        with self._changed:
            self._task, self._number, self._result = task, self._number + 1, None
            self._is_paused = self._is_done = False
            self._failure = ""
            self._changed.notify()
        if self._sender is None:
            self._begin_to_send()

    def pause(self) -> None:
        """Stop after the piece under way, until `resume`; what has failed may be tried again after that."""
        if self._failure:
            self._task = None
        self._set_paused(self._task is not None)

    def resume(self) -> None:
        """Go on after a `pause`."""
        self._set_paused(False)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """The process stops after the piece under way, for a parent that is about to be stopped itself.

        It is no signal that stops it: were the parent killed meanwhile, it would never notice.
        """
        worker = self._worker
        if worker is not None:
            worker.send(_PAUSE, _PATIENCE)
        try:
            yield
        finally:
            if worker is not None and not worker.is_paused:
                worker.send(_GO_ON, _PATIENCE)

    def end(self) -> None:
        """End the process, whatever it does, for good."""
        with self._changed:
            worker, self._worker, self._is_over = self._worker, None, True
            self._changed.notify()
        if worker is not None:
            worker.kill()

    def _set_paused(self, is_paused: bool) -> None:
        with self._changed:
            self._is_paused = is_paused
            self._changed.notify()

    def _begin_to_send(self) -> None:
        sender = threading.Thread(target=self._send, daemon=True)
        try:
            sender.start()
        except RuntimeError as error:
            self._note(self._number, None, is_done=True, failure=in_a_line(error))
        else:
            self._sender = sender

    def _send(self) -> None:
        """Tell the process what it does not know, again and again; there is one as soon as there is something."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_over or self._has_news())
                if self._is_over:
                    return
                number, task = self._number, self._task
            try:
                self._bring_up_to_date(number, task)
            except Exception as error:
                self._take(number, None, is_done=True, failure=in_a_line(error))

    def _has_news(self) -> bool:
        """Whether the process has not been told all that matters now."""
        if self._is_done or not self._number:
            return False
        if self._worker is None or self._worker.told != self._number:
            return not self._is_paused
        return self._worker.is_paused != self._is_paused

    def _bring_up_to_date(self, number: int, task: Task | None) -> None:
        """Send the task of this number, or whether it pauses."""
        worker = self._worker
        if worker is not None and worker.told == number:
            worker.is_paused = not worker.is_paused
            worker.send(_PAUSE if worker.is_paused else _GO_ON)
            return
        from multiprocessing.reduction import ForkingPickler  # noqa: PLC0415 - as above

        mail = bytes(ForkingPickler.dumps(task))
        worker = worker or self._begun(number)
        with self._changed:
            # Whoever finds meanwhile that it has ended has taken it away, and this is begun anew.
            if worker is not self._worker:
                return
            worker.told, worker.is_paused = number, False
        worker.send((number, mail))

    def _begun(self, number: int) -> _Worker:
        """A process with a thread that listens to it."""
        worker = _Worker(number)
        with self._changed:
            self._worker = None if self._is_over else worker
        try:
            threading.Thread(target=self._listen, args=(worker,), daemon=True).start()
        except RuntimeError:
            self._worker = None
            worker.kill()
            raise
        if self._worker is None:
            worker.kill()
        return worker

    def _listen(self, worker: _Worker) -> None:
        failure = "the process beside has ended"
        try:
            while True:
                self._take(*worker.received())
        except (EOFError, OSError):
            pass
        except Exception as error:
            # A result that cannot be read here.
            failure = in_a_line(error)
        self._lose(worker, failure)

    def _lose(self, worker: _Worker, failure: str) -> None:
        """Do without a process that has ended, for a reason."""
        # The line ends a moment before the process does.
        worker.kill()
        with self._changed:
            if worker is not self._worker:
                return
            self._worker = None
            has_failed = worker.told == self._number and (worker.first == self._number or self._result is not None)
            has_failed = has_failed and not self._is_done
            if has_failed:
                self._note(self._number, None, is_done=True, failure=failure)
            self._changed.notify()
        if has_failed:
            self._tell()

    def _take(self, number: int, result: object, is_done: bool, failure: str) -> None:
        if self._note(number, result, is_done, failure):
            # Not under the lock: who is told may wait for one that somebody has who looks at the result.
            self._tell()

    def _note(self, number: int, result: object, is_done: bool, failure: str) -> bool:
        """Keep what is known of the task of a number; whether it is the present one."""
        with self._changed:
            is_present = number == self._number
            if is_present:
                self._result = self._result if result is None else result
                self._is_done, self._failure = is_done, failure
            return is_present


def in_a_line(error: Exception) -> str:
    """What has gone wrong, for a person."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]


_PAUSE: Final = "pause"
_GO_ON: Final = "go on"


class _Inbox:
    """What the process was told last; filled by a thread that ends the process when the parent hangs up."""

    def __init__(self, connection: Connection[Any, Any]) -> None:
        self._connection = connection
        self._changed = threading.Condition()
        self._number, self._is_paused = 0, False
        self._mail = b""
        threading.Thread(target=self._read, daemon=True).start()

    def next_task(self, done: int) -> tuple[int, bytes]:
        """The number of the latest task and the task, pickled, when it is another one than that of a number."""
        with self._changed:
            self._changed.wait_for(lambda: self._number != done)
            return self._number, self._mail

    def goes_on(self, number: int) -> bool:
        """Whether the task of this number is still wanted, after a pause where there is one."""
        with self._changed:
            self._changed.wait_for(lambda: not self._is_paused or self._number != number)
            return self._number == number

    def _read(self) -> None:
        try:
            while True:
                self._note(self._connection.recv())
        except (EOFError, OSError):
            # At once, in the middle of whatever is computed: nobody waits for it any more.
            os._exit(0)

    def _note(self, message: Any) -> None:
        with self._changed:
            if message in (_PAUSE, _GO_ON):
                self._is_paused = message == _PAUSE
            else:
                self._number, self._mail = message
                self._is_paused = False
            self._changed.notify()


def main(descriptor: int) -> None:
    """Work on the latest task until the parent hangs up, whatever it was that ended it."""
    # The parent is in the same terminal, hears Ctrl+C, too, and decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICE)
    from multiprocessing.connection import Connection  # noqa: PLC0415 - as above

    parent: Connection[object, object] = Connection(descriptor)
    inbox, number = _Inbox(parent), 0
    while True:
        number, mail = inbox.next_task(number)
        failure = ""
        try:
            task: Task = pickle.loads(mail)
            for result in task.results():
                if result is not None:
                    parent.send((number, result, False, ""))
                if not inbox.goes_on(number):
                    break
        except Exception as error:
            failure = in_a_line(error)
        parent.send((number, None, True, failure))
