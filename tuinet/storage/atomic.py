"""Writing a file all or nothing."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path

from tuinet.errors import CheckpointError


def replace_file(path: Path, data: bytes | memoryview, mode: int | None = None) -> None:
    """Put the data at the path, and see to it that it is on the disk.

    Parameters
    ----------
    mode
        The permissions of the file, in whose place no link is followed then; ``None`` for those of the file that is
        replaced, or of any new one.

    Raises
    ------
    OSError
        If it cannot be written, or is no regular file; what was there is as it was.
    """
    real = replaceable(path) if mode is None else path
    descriptor, name = temporary_beside(real)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, _mode(real) if mode is None else mode)
        os.replace(name, real)
    except BaseException:
        os.unlink(name)
        raise
    if os.name == "posix":
        handle = os.open(real.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def replaceable(path: Path) -> Path:
    """The regular file, or the new one, that a path leads to.

    Raises
    ------
    OSError
        If there is something else: what is written into a pipe or a device is never all or nothing.
    """
    try:
        # Not Path.resolve, which has an error of its own for links that lead in a circle.
        real = Path(os.path.realpath(path))
        mode = os.stat(real).st_mode
    except FileNotFoundError:
        return real
    except ValueError as error:
        raise OSError(errno.EINVAL, "no file can have such a name") from error
    if stat.S_ISDIR(mode):
        raise OSError(errno.EISDIR, "it is a directory; name a file")
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is not a regular file; name a new one, or one to be replaced")
    return real


def temporary_beside(path: Path) -> tuple[int, str]:
    """Descriptor and name of a new file in the same folder."""
    return tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced, or those of any new file."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def write_text(path: Path, text: str) -> None:
    """Write a text; what was at the path stays until the new file is complete and on the disk."""
    try:
        replace_file(path, text.encode())
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be written: {error.strerror}") from error
