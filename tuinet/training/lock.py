"""A lock on a file, which the system drops however its holder ends."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

CAN_LOCK: Final = fcntl is not None
"""Without locks every run is taken for one that goes on: nothing is offered to be resumed that is in use."""


class FileLock:
    """Held from the moment it is made until `release`, or the end of the process.

    Parameters
    ----------
    path
        The file of the lock; made where there is none.

    Raises
    ------
    BlockingIOError
        If another process holds it.
    OSError
        If the file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            if fcntl is not None:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._descriptor)
            raise

    def release(self) -> None:
        """Let others have it."""
        os.close(self._descriptor)


def is_held(path: Path) -> bool:
    """Whether a process holds the lock of a file."""
    if not CAN_LOCK:
        return True
    if not path.exists():
        return False
    try:
        FileLock(path).release()
    except OSError:
        return True
    return False
