"""Opening a data file: what cannot be read is refused before anything of it is."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from tuinet.data.limits import MAX_BYTES
from tuinet.data.place import Place


@contextmanager
def open_data(path: str, most: int = MAX_BYTES) -> Iterator[BinaryIO]:
    """A file open for reading bytes.

    Parameters
    ----------
    path
        Where it is.
    most
        Bytes that it may have.

    Raises
    ------
    DataError
        If it does not exist, is no regular file, may not be read, is empty or too large, or fails while it is read.
    """
    place, real = Place(path), os.path.expanduser(path)
    try:
        _require_regular(place, _status(place, real), most)
        with open(real, "rb") as file:
            yield file
    except FileNotFoundError:
        raise place.error("there is no such file; check its name and its directory") from None
    except PermissionError:
        raise place.error("you are not allowed to read it; change its permissions, or copy it") from None
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise place.error(f"it cannot be read ({reason}); name a CSV or NPZ file") from None


def _status(place: Place, real: str) -> os.stat_result:
    try:
        return os.stat(real)
    except ValueError:
        # A NUL, or a character that the file system's encoding does not have.
        raise place.error("no file can have such a name; check it") from None


def _require_regular(place: Place, status: os.stat_result, most: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise place.error("it is a directory; name a CSV or NPZ file")
    # Opening a pipe would wait for someone to write into it, and a device may never end.
    if not stat.S_ISREG(status.st_mode):
        raise place.error("it is not a regular file; name a CSV or NPZ file")
    if status.st_size == 0:
        raise place.error("it is empty; a line for each sample is needed, its target in the last column")
    if status.st_size > most:
        size = status.st_size / 2**20
        raise place.error(f"it is {size:,.0f} MB large; at most {most // 2**20} MB are read, so take a part of it")
