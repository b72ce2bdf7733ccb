"""Signals, hang-ups and job control: whatever ends the process, the run is on the disk before."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import threading
from collections.abc import Callable, Iterable, Sequence
from types import FrameType
from typing import Final


def watch_terminal(descriptors: Sequence[int], gone: Callable[[], None]) -> None:
    """Call a function, from a thread, once the other side of one of these descriptors has closed.

    A process that ignores SIGHUP, as under nohup, learns of it in no other way; its reads return nothing at once, for
    ever. The thread sleeps until then.
    """
    if hasattr(select, "poll"):
        threading.Thread(target=_wait, args=(descriptors, gone), name="tuinet-terminal", daemon=True).start()


def has_gone(descriptors: Sequence[int]) -> bool:
    """Whether the other side of one of these descriptors has closed; not where nothing can tell."""
    return hasattr(select, "poll") and _reports_end(_poll(descriptors).poll(0))


def _wait(descriptors: Sequence[int], gone: Callable[[], None]) -> None:
    poll = _poll(descriptors)
    while not _reports_end(poll.poll()):
        pass
    gone()


def _poll(descriptors: Sequence[int]) -> select.poll:
    poll = select.poll()
    for descriptor in descriptors:
        # No events: hang-up and error are always reported.
        poll.register(descriptor, 0)
    return poll


def _reports_end(events: Iterable[tuple[int, int]]) -> bool:
    return any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in events)


def has_shell() -> bool:
    """Whether this process was started from a session that goes on without it, such as a shell's.

    Where it is the session's first process, as in a terminal window of its own or under ``ssh host tuinet``, nobody
    would continue it.
    """
    return hasattr(os, "getsid") and os.getsid(0) != os.getpid() and _sid(os.getppid()) == os.getsid(0)


def is_in_foreground(terminal: int) -> bool:
    """Whether this process is the one that a terminal belongs to now, and not its shell; so where nobody can tell."""
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except (OSError, AttributeError):
        return True


def _sid(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except OSError:
        return None


SAVE_SECONDS: Final = 2.0
"""How long the run's last save may take."""
LEAVE_SECONDS: Final = 1.0
"""How long leaving in good order may take after it."""
FIRST_SIGNAL_STATUS: Final = 128
"""Exit statuses from here on tell of a signal."""
_HANGUP: Final = getattr(signal, "SIGHUP", None)
_CONTINUE: Final = getattr(signal, "SIGCONT", None)
_TERMINAL: Final = (0, 2)
"""Descriptors of the terminal: what is typed, and what is drawn."""


class Survival:
    """Within this context, entered by the main thread, a signal or a lost terminal ends the process in time.

    Leaving through the event loop is no way out where the terminal no longer takes output: the loop itself may be
    waiting for it. So a thread saves the run, gives the screen a moment to be restored where there is one, and then
    ends the process.

    Parameters
    ----------
    save
        Saves the run, in at most so many seconds.
    leave
        Leaves in good order, restoring the terminal, and then this context; called from another thread.
    end
        Ends the process with an exit status, at once.
    """

    def __init__(
        self, save: Callable[[float], bool], leave: Callable[[int], None], end: Callable[[int], None] = os._exit
    ) -> None:
        self._save, self._leave, self._end = save, leave, end
        self._begun = threading.Lock()
        self._has_left = threading.Event()

    def __enter__(self) -> None:
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None:
                signal.signal(number, self._on_signal)
        watch_terminal(_TERMINAL, lambda: self.end(_HANGUP or 1, is_alive=False))

    def __exit__(self, *_: object) -> None:
        self._has_left.set()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        # Not here: whatever this thread was about to do has to be able to go on.
        # A hang-up says that the terminal has gone, but anybody may send one. In the background it is the shell's.
        alive = not has_gone(_TERMINAL) and is_in_foreground(_TERMINAL[0])
        if not alive and _CONTINUE is not None:
            # A process that was suspended is continued to hear this: to come back to the screen would stop it again.
            signal.signal(_CONTINUE, signal.SIG_IGN)
        threading.Thread(target=self.end, args=(number,), kwargs={"is_alive": alive}, daemon=True).start()

    def end(self, number: int, *, is_alive: bool) -> None:
        """Save the run and end the process, as a signal does.

        Parameters
        ----------
        number
            Of the signal.
        is_alive
            Whether there is a terminal that can be restored.
        """
        if not self._begun.acquire(blocking=False):
            return
        self._save(SAVE_SECONDS)
        if is_alive:
            with contextlib.suppress(Exception):
                self._leave(FIRST_SIGNAL_STATUS + number)
            self._has_left.wait(LEAVE_SECONDS)
        self._end(FIRST_SIGNAL_STATUS + number)
