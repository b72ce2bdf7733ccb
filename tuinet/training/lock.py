"""A lock on a file, which the system drops however its holder ends."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from tuinet.training.private_folder import is_own_file, open_private

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
        If the file cannot be made, or what is there is no ordinary file of the user's.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = open_private(path)
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
    """Whether a process holds the lock of a file; what is no ordinary file of the user's is taken for one that is."""
    if not CAN_LOCK:
        return True
    if not os.path.lexists(path):
        return False
    if not is_own_file(path):
        return True
    try:
        FileLock(path).release()
    except OSError:
        return True
    return False
