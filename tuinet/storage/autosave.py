"""The folder in which running sessions save themselves every few seconds, so that a dropped line loses nothing."""

from __future__ import annotations

import contextlib
import os
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from tuinet.errors import TuinetError
from tuinet.session.timeline import SavedSession
from tuinet.storage.private_folder import (
    FILE_MODE,
    FileLock,
    is_held,
    is_own_file,
    make_mark,
    make_private,
    require_own,
    tighten,
)

KEPT: Final = 8
"""Runs to be resumed that are kept; the oldest go first."""
_ENDING: Final = ".npz"
_ENDED: Final = ".ended"
"""Of an empty file beside a run that the user has ended; whoever does not know it takes the run for interrupted."""
_LOCK_ENDING: Final = ".lock"
_BESIDE: Final = "-beside"
"""In the name of a run that another was put aside for."""
_LATER: Final = 0.01
"""Seconds between two times of files that can be told from one another."""
_SECONDS_TO_LOCK: Final = 60.0


class StoredRun(NamedTuple):
    """A run that can be resumed."""

    path: Path
    saved_at: float
    """Seconds since 1970."""
    has_ended: bool = False
    """Whether the user has ended it, and nothing else has."""


class RunStore:
    """Keeps runs apart: each has a file, and a lock for as long as its process lives.

    The folder is the user's alone, and so are those around it, which are given each after the one that it lies in.
    What is no ordinary file of the user's in it is neither opened nor deleted.
    """

    def __init__(self, folder: Path, *around: Path) -> None:
        self.folder = folder
        self._folders = (*around, folder)

    def runs(self) -> list[StoredRun]:
        """Runs that nobody works on, the latest first; none where the folder cannot be read, or is not the user's."""
        runs = []
        with contextlib.suppress(OSError):
            for folder in self._folders:
                require_own(folder)
            for path in self.folder.glob(f"run-*{_ENDING}"):
                if is_own_file(path) and not is_held(_lock_of(path)):
                    runs.append(StoredRun(path, path.stat().st_mtime, is_own_file(_mark_of(path))))
        return sorted(runs, key=lambda run: run.saved_at, reverse=True)

    def strangers(self) -> list[Path]:
        """Entries of the folder that are no ordinary files of the user: they are left alone."""
        try:
            for folder in self._folders:
                require_own(folder)
            return sorted(path for path in self.folder.iterdir() if not is_own_file(path))
        except OSError:
            return []

    def close_to_others(self) -> bool:
        """Take the rights to the folder from all others; whether there is a folder.

        Raises
        ------
        OSError
            If it is not the user's alone, and cannot be made so.
        """
        return tighten(*self._folders)

    def new_slot(self) -> RunSlot:
        """A file of one's own; runs beyond those that are kept are deleted.

        Raises
        ------
        OSError
            If the folder cannot be written to, or is not the user's alone and cannot be made so.
        """
        make_private(*self._folders)
        self._sweep()
        name = f"run-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{secrets.token_hex(3)}{_ENDING}"
        return RunSlot(self.folder / name)

    def _sweep(self) -> None:
        """Delete the oldest runs, and the remains of those that ended in the middle of writing."""
        for run in self.runs()[KEPT:]:
            _delete(run.path)
        with contextlib.suppress(OSError):
            for part, whole in self._parts():
                if not is_held(_lock_of(whole)):
                    part.unlink()
            for lock in filter(is_own_file, self.folder.glob(f"run-*{_LOCK_ENDING}")):
                # One that was made just now may belong to a process that is about to lock it.
                is_old = lock.stat().st_mtime < time.time() - _SECONDS_TO_LOCK
                if is_old and not lock.with_suffix(_ENDING).exists() and not is_held(lock):
                    lock.unlink()
            for mark in filter(is_own_file, self.folder.glob(f"run-*{_ENDED}")):
                if not mark.with_suffix(_ENDING).exists():
                    mark.unlink()

    def take_over(self, run: StoredRun) -> RunSlot:
        """The file of a run, to go on with; what was left in the middle of writing it is deleted.

        Raises
        ------
        OSError
            If another process has taken it meanwhile.
        """
        slot = RunSlot(run.path)
        with contextlib.suppress(OSError):
            _mark_of(run.path).unlink(missing_ok=True)
            for part, whole in self._parts():
                if whole == run.path:
                    part.unlink()
        return slot

    def _parts(self) -> list[tuple[Path, Path]]:
        """Incomplete files, each with the run that it was to become."""
        parts = filter(is_own_file, self.folder.glob(f".run-*{_ENDING}.*.part"))
        return [(part, part.with_name(part.name[1:].partition(_ENDING)[0] + _ENDING)) for part in parts]


class RunSlot:
    """The file of one run, locked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = FileLock(_lock_of(path))
        self._put_aside: SavedSession | None = None
        self._beside: RunSlot | None = None

    def save(self, saved: SavedSession, put_aside: SavedSession | None = None) -> None:
        """Replace what was saved before, all or nothing.

        A run that was put aside for this one stays in the file, and is the first to be resumed; this one has a file
        beside it for so long. What does not change is written once.

        Raises
        ------
        CheckpointError
            If it cannot be written.
        OSError
            If there is no place beside it.
        """
        from tuinet.storage import session_file  # noqa: PLC0415 - not needed at the start

        if put_aside is None:
            session_file.write(self.path, saved, compressed=False, mode=FILE_MODE)
            self._put_aside = None
            self._discard_beside()
            return
        if put_aside is not self._put_aside:
            session_file.write(self.path, put_aside, compressed=False, mode=FILE_MODE)
            self._put_aside = put_aside
        if self._beside is None:
            self._beside = RunSlot(self.path.with_stem(f"{self.path.stem}{_BESIDE}"))
        self._beside.save(saved)
        # The latest is resumed first; a clock may stand still for milliseconds.
        later = self._beside.path.stat().st_mtime + _LATER
        os.utime(self.path, (later, later))

    def discard(self) -> None:
        """The run has ended well: there is nothing to resume."""
        self._discard_beside()
        _delete(self.path)
        self._lock.release()

    def leave(self, *, has_ended: bool = False) -> None:
        """Leave what was saved for another process."""
        if self._beside is not None:
            self._beside.leave()
        if has_ended and self.path.exists():
            with contextlib.suppress(OSError):
                make_mark(_mark_of(self.path))
        self._lock.release()

    def _discard_beside(self) -> None:
        if self._beside is not None:
            self._beside.discard()
            self._beside = None


def read_run(run: StoredRun) -> SavedSession:
    """The saved session of a run; a CheckpointError where it cannot be read."""
    from tuinet.storage import session_file  # noqa: PLC0415 - not needed at the start

    return session_file.read(run.path)


def _lock_of(path: Path) -> Path:
    return path.with_suffix(_LOCK_ENDING)


def _mark_of(path: Path) -> Path:
    return path.with_suffix(_ENDED)


def _delete(path: Path) -> None:
    for file in (path, _lock_of(path), _mark_of(path)):
        with contextlib.suppress(OSError):
            file.unlink()


EVERY: Final = 5.0
"""Seconds between two saves: the most that a kill can cost, but for the time that writing takes."""
_MARGIN: Final = 0.5
"""Begins so much earlier, so that what is written is on the disk in time."""


Save = Callable[[SavedSession, SavedSession | None], None]
"""Saves the run that is on, and the one that was put aside for it; may raise TuinetError or OSError."""


class Saver:
    """Takes over what is to be saved at once, and writes it while the training goes on.

    A failure is no reason to stop: it is kept in `failure`, and the next save is tried as usual.

    Parameters
    ----------
    every
        Seconds between two saves.
    """

    def __init__(self, save: Save, every: float = EVERY, now: Callable[[], float] = time.monotonic) -> None:
        self._save, self._every, self._now = save, max(every - _MARGIN, 0.0), now
        self._saved_at = now()
        self._pending_commands: tuple[SavedSession, SavedSession | None] | None = None
        self._wake = threading.Condition()
        self._writing = threading.Lock()
        self._stopped = False
        self.failure = ""
        """Why the last save failed; empty when it did not."""
        self._thread = threading.Thread(target=self._run, name="tuinet-saver", daemon=True)
        self._thread.start()

    @property
    def warning(self) -> str:
        """A warning about a save that failed; empty when the last one succeeded."""
        return f"this run is not being saved: {self.failure}" if self.failure else ""

    def seconds_left(self) -> float:
        """Until the next save is due; 0 when it is."""
        return max(0.0, self._saved_at + self._every - self._now())

    def hand_over(self, saved: SavedSession, put_aside: SavedSession | None = None) -> None:
        """Have this written as soon as possible; what has waited for it until now is out of date."""
        with self._wake:
            self._pending_commands = (saved, put_aside)
            self._saved_at = self._now()
            self._wake.notify()

    def save_now(self, saved: SavedSession, put_aside: SavedSession | None = None) -> None:
        """Write this before returning; later ones are refused."""
        self._refuse_more()
        self._write(saved, put_aside)

    def stop(self) -> None:
        """End the thread, after what it is writing."""
        self._refuse_more()
        self._thread.join()

    def _refuse_more(self) -> None:
        with self._wake:
            self._pending_commands, self._stopped = None, True
            self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                while self._pending_commands is None and not self._stopped:
                    self._wake.wait()
                if self._stopped:
                    return
                waiting, self._pending_commands = self._pending_commands, None
            if waiting is not None:
                self._write(*waiting)

    def _write(self, saved: SavedSession, put_aside: SavedSession | None) -> None:
        with self._writing:
            try:
                self._save(saved, put_aside)
            except (TuinetError, OSError) as error:
                self.failure = str(error)
            else:
                self.failure = ""
