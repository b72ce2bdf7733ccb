"""A Saver: writes a running session to its file every few seconds, in a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final, Protocol

from tuinet.errors import TuinetError
from tuinet.training.saved import SavedSession

EVERY: Final = 5.0
"""Seconds between two saves: the most that a kill can cost, but for the time that writing takes."""
_MARGIN: Final = 0.5
"""Begins so much earlier, so that what is written is on the disk in time."""


class Slot(Protocol):
    """Where a run is saved, and the one that it was put aside for."""

    def save(self, saved: SavedSession, put_aside: SavedSession | None) -> None:
        """Replace what was saved before, all or nothing; raises TuinetError or OSError.

        Parameters
        ----------
        saved
            The run that is on.
        put_aside
            The run that was before it and is to be gone on with; ``None`` where there is none.
        """


class Saver:
    """Takes over what is to be saved at once, and writes it while the training goes on.

    A failure is no reason to stop: it is kept in `failure`, and the next save is tried as usual.

    Parameters
    ----------
    slot
        Where to.
    every
        Seconds between two saves.
    now
        A clock.
    """

    def __init__(self, slot: Slot, every: float = EVERY, now: Callable[[], float] = time.monotonic) -> None:
        self._slot, self._every, self._now = slot, max(every - _MARGIN, 0.0), now
        self._saved_at = now()
        self._waiting: tuple[SavedSession, SavedSession | None] | None = None
        self._wake = threading.Condition()
        self._writing = threading.Lock()
        self._stopped = False
        self.failure = ""
        """Why the last save failed; empty when it did not."""
        self._thread = threading.Thread(target=self._run, name="tuinet-saver", daemon=True)
        self._thread.start()

    @property
    def warning(self) -> str:
        """What there is to say of a save that failed; empty when the last one did not."""
        return f"this run is not being saved: {self.failure}" if self.failure else ""

    def seconds_left(self) -> float:
        """Until the next save is due; 0 when it is."""
        return max(0.0, self._saved_at + self._every - self._now())

    def hand_over(self, saved: SavedSession, put_aside: SavedSession | None = None) -> None:
        """Have this written as soon as possible; what has waited for it until now is out of date."""
        with self._wake:
            self._waiting = (saved, put_aside)
            self._saved_at = self._now()
            self._wake.notify()

    def save_now(self, saved: SavedSession, put_aside: SavedSession | None = None) -> None:
        """Write this before returning; later ones are refused."""
        with self._wake:
            self._waiting, self._stopped = None, True
            self._wake.notify()
        self._write(saved, put_aside)

    def stop(self) -> None:
        """End the thread, after what it is writing."""
        with self._wake:
            self._waiting, self._stopped = None, True
            self._wake.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._wake:
                while self._waiting is None and not self._stopped:
                    self._wake.wait()
                if self._stopped:
                    return
                waiting, self._waiting = self._waiting, None
            if waiting is not None:
                self._write(*waiting)

    def _write(self, saved: SavedSession, put_aside: SavedSession | None) -> None:
        with self._writing:
            try:
                self._slot.save(saved, put_aside)
            except (TuinetError, OSError) as error:
                self.failure = str(error)
            else:
                self.failure = ""
