"""A process beside the training: a task is sent there, and what it finds comes back.

A thread would not do: a small network trains by calls of a microsecond, and a second thread takes the interpreter away
between them.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, Final, Protocol, cast

_ONE_THREAD: Final = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_NICE: Final = 10
_END_SECONDS: Final = 2.0


class Task(Protocol):
    """Something to find out piece by piece. Both it and its results are pickled."""

    def results(self) -> Iterator[object]:
        """All that is known so far, again and again until the end; ``None`` where there is nothing new.

        Between two of them the work may be paused or given up, so that they should come every tenth of a second.
        """


def spawned(module: str) -> tuple[subprocess.Popen[bytes], Connection[Any, Any]]:
    """A process that runs ``main(descriptor)`` of a module, and the connection to it."""
    ours, theirs = socket.socketpair()
    with theirs:
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


class Beside:
    """A process for one task at a time; the latest one is what counts. It begins with the first.

    Parameters
    ----------
    tell
        Called from a thread of its own when there is a new result, or the work has failed.
    """

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection[Any, Any] | None = None
        self._task: Task | None = None
        self._number = 0
        self._result: object = None
        self._is_paused = self._is_done = False
        self._failure = ""

    @property
    def task(self) -> Task | None:
        """What it was asked last."""
        return self._task

    @property
    def result(self) -> Any:
        """The latest result of the present task; ``None`` before the first."""
        with self._lock:
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
        with self._lock:
            self._task, self._number, self._result = task, self._number + 1, None
            self._is_paused = self._is_done = False
            self._failure = ""
        if self._process is None or self._process.poll() is not None:
            self._begin()
        self._send((self._number, task))

    def pause(self) -> None:
        """Stop after the piece under way, until `resume`; what has failed may be tried again after that."""
        if self._failure:
            self._task = None
        if self._task is not None and not self._is_paused:
            self._is_paused = True
            self._send(_PAUSE)

    def resume(self) -> None:
        """Go on after a `pause`."""
        if self._is_paused:
            self._is_paused = False
            self._send(_GO_ON)

    def end(self) -> None:
        """End the process, whatever it does."""
        process, self._process = self._process, None
        if process is not None:
            # The thread that listens closes the connection: to read from one that another closes is no OSError.
            process.kill()
            process.wait(_END_SECONDS)

    def _begin(self) -> None:
        self._process, self._connection = spawned(__name__)
        threading.Thread(target=self._listen, args=(self._process, self._connection), daemon=True).start()

    def _send(self, message: object) -> None:
        # A process that has died meanwhile is found by the thread that listens to it.
        with suppress(OSError, AttributeError):
            self._connection.send(message)  # type: ignore[union-attr]

    def _listen(self, process: subprocess.Popen[bytes], connection: Connection[Any, Any]) -> None:
        try:
            with connection:
                while True:
                    self._take(*connection.recv())
        except (EOFError, OSError):
            if process is self._process:
                # The line ends a moment before the process does; who asks for the next task begins another then.
                process.kill()
                process.wait(_END_SECONDS)
                self._take(self._number, None, is_done=True, failure="the process beside has ended")

    def _take(self, number: int, result: object, is_done: bool, failure: str) -> None:
        with self._lock:
            if number != self._number:
                return
            self._result = self._result if result is None else result
            self._is_done, self._failure = is_done, failure
        self._tell()


_PAUSE: Final = "pause"
_GO_ON: Final = "go on"


class _Inbox:
    """What the process was told last; filled by a thread that ends the process when the parent hangs up."""

    def __init__(self, connection: Connection[Any, Any]) -> None:
        self._connection = connection
        self._changed = threading.Condition()
        self._number, self._is_paused = 0, False
        self._task: Task | None = None
        threading.Thread(target=self._read, daemon=True).start()

    def next_task(self, done: int) -> tuple[int, Task]:
        """The latest task and its number, when it is another one than that of a number."""
        with self._changed:
            self._changed.wait_for(lambda: self._number != done)
            return self._number, cast(Task, self._task)

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
                self._number, self._task = message
                self._is_paused = False
            self._changed.notify()


def main(descriptor: int) -> None:
    """Work on the latest task until the parent hangs up, whatever it was that ended it."""
    # The parent is in the same terminal, hears Ctrl+C, too, and decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICE)
    parent: Connection[object, object] = Connection(descriptor)
    inbox, number = _Inbox(parent), 0
    while True:
        number, task = inbox.next_task(number)
        failure = ""
        try:
            for result in task.results():
                if result is not None:
                    parent.send((number, result, False, ""))
                if not inbox.goes_on(number):
                    break
        except Exception as error:
            failure = f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]
        parent.send((number, None, True, failure))
