"""Survival: whatever ends the process, the run is on the disk before."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Final

from tuinet.tui.job_control import is_in_foreground
from tuinet.tui.terminal_watch import has_gone, watch_terminal

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
    """Ends the process in time when a signal or a lost terminal says so.

    Leaving through the event loop is no way out where the terminal no longer takes output: the loop itself may be
    waiting for it. So a thread saves the run, gives the screen a moment to be restored where there is one, and then
    ends the process.

    Parameters
    ----------
    save
        Saves the run, in at most so many seconds.
    leave
        Leaves in good order, restoring the terminal; called from another thread.
    end
        Ends the process with an exit status, at once.
    """

    def __init__(
        self, save: Callable[[float], bool], leave: Callable[[int], None], end: Callable[[int], None] = os._exit
    ) -> None:
        self._save, self._leave, self._end = save, leave, end
        self._begun = threading.Lock()
        self.has_left = threading.Event()
        """Set when the screen has been restored."""

    def watch(self) -> None:
        """Handle the signals that end a process, and watch the terminal. Call it from the main thread."""
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None:
                signal.signal(number, self._on_signal)
        watch_terminal(_TERMINAL, lambda: self.end(_HANGUP or 1, is_alive=False))

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
            self.has_left.wait(LEAVE_SECONDS)
        self._end(FIRST_SIGNAL_STATUS + number)
