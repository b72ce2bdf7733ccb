"""Folders, files and locks of one user alone: made so, verified, and what others have put there is left alone."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path
from typing import Final

FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600
HAS_OWNERS: Final = hasattr(os, "geteuid")
"""Without owners and rights, as on Windows, the home is what keeps others out."""
_OTHERS: Final = 0o077
_OWN_LINK: Final = getattr(os, "O_NOFOLLOW", 0)
_NO_WAITING: Final = getattr(os, "O_NONBLOCK", 0)
_CLOSED: Final = getattr(os, "O_CLOEXEC", 0)


class PrivacyError(PermissionError):
    """A folder or a file is not the user's alone."""

    def __init__(self, path: Path, reason: str, remedy: str) -> None:
        super().__init__(errno.EPERM, f"{path} {reason}")
        self.path, self.reason, self.remedy = path, reason, remedy


def make_private(*folders: Path) -> None:
    """Make folders that are not there, and take from all others what rights they have to those that are.

    Parameters
    ----------
    folders
        Each after the one that it lies in; those above the first are made as the user's other folders are.

    Raises
    ------
    OSError
        If one cannot be made, or is not the user's alone and cannot be made so.
    """
    folders[0].parent.mkdir(parents=True, exist_ok=True)
    for folder in folders:
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=FOLDER_MODE)
        _keep_others_out(folder)


def tighten(*folders: Path) -> bool:
    """Make the folders that exist private; whether all of them exist.

    Raises
    ------
    OSError
        If one is not the user's alone and cannot be made so.
    """
    for folder in folders:
        if not os.path.lexists(folder):
            return False
        _keep_others_out(folder)
    return True


def require_own(folder: Path) -> None:
    """Refuse what is no folder of the user's by a PrivacyError; nothing is changed."""
    status = os.lstat(folder)
    if stat.S_ISLNK(status.st_mode):
        raise PrivacyError(folder, "is a symbolic link, which is not followed", f"put a folder in its place: {folder}")
    if not stat.S_ISDIR(status.st_mode):
        raise PrivacyError(folder, "is no folder", "move it away")
    if HAS_OWNERS and status.st_uid != os.geteuid():
        raise PrivacyError(
            folder,
            f"belongs to another user (number {status.st_uid})",
            "make it yours, or set XDG_STATE_HOME to a folder of yours",
        )


def is_open_to_others(folder: Path) -> bool:
    """Whether others have any rights to a folder of the user's."""
    return HAS_OWNERS and bool(os.lstat(folder).st_mode & _OTHERS)


def is_own_file(path: Path) -> bool:
    """Whether it is an ordinary file of the user's: no link, no pipe, no folder, and nobody else's."""
    try:
        return _is_own_file(os.lstat(path))
    except OSError:
        return False


def open_private(path: Path) -> int:
    """The descriptor of an ordinary file of the user's, made where there is none; nothing is waited for.

    Raises
    ------
    OSError
        If it cannot be made, or is something else.
    """
    flags = os.O_RDWR | os.O_CREAT | _OWN_LINK | _NO_WAITING | _CLOSED
    descriptor = os.open(path, flags, FILE_MODE)
    try:
        status = os.fstat(descriptor)
        if not _is_own_file(status):
            raise PrivacyError(path, "is no file of yours", "move it away")
        if HAS_OWNERS and status.st_mode & _OTHERS:
            os.fchmod(descriptor, FILE_MODE)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def make_mark(path: Path) -> None:
    """An empty file that says something by being there; one that is there stays as it is."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _OWN_LINK | _CLOSED, FILE_MODE))


def _is_own_file(status: os.stat_result) -> bool:
    return stat.S_ISREG(status.st_mode) and (not HAS_OWNERS or status.st_uid == os.geteuid())


def _keep_others_out(folder: Path) -> None:
    require_own(folder)
    if not is_open_to_others(folder):
        return
    # By a descriptor: what has been put in the place of the folder meanwhile is not what is changed.
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | _OWN_LINK | _CLOSED)
    try:
        os.fchmod(descriptor, FOLDER_MODE)
    finally:
        os.close(descriptor)
    require_own(folder)
    if is_open_to_others(folder):
        raise PrivacyError(folder, "cannot be closed to others", "set XDG_STATE_HOME to a folder on another disk")


try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

CAN_LOCK: Final = fcntl is not None
"""Without locks every run is taken for one that goes on: nothing is offered to be resumed that is in use."""


class FileLock:
    """Held from the moment it is made until `release`, or the end of the process.

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
