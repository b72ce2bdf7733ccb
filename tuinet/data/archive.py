"""Opening a NumPy archive: an NPZ file, which is a ZIP file of arrays, read without trust."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

from tuinet.data.opened import open_data
from tuinet.data.place import Place
from tuinet.files.kinds import DATA, FileKind

ZIP_STARTS: Final = (b"PK\3\4", b"PK\5\6")
"""The first bytes of an archive, with and without members."""
_MAX_MEMBERS: Final = 1000
_MAX_DIRECTORY: Final = 2**20
_END: Final = b"PK\5\6"
"""Begins the record at the end of an archive, of 22 bytes and a comment."""
_END_64: Final = b"PK\6\7"
"""Begins the 20 bytes before that record, if the archive is of the kind for more than 4 GB."""
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError)
"""What a damaged archive makes its readers raise."""


@contextmanager
def open_archive(path: str, kind: FileKind = DATA) -> Iterator[zipfile.ZipFile]:
    """An NPZ file open for `read_array`.

    Parameters
    ----------
    path
        Where it is.
    kind
        What it has to be.

    Raises
    ------
    DataError
        If the file cannot be opened, is no archive or is damaged, which may show only while it is read.
    """
    with open_data(path, kind) as file, archive_in(file, Place(path)) as archive:
        yield archive


@contextmanager
def archive_in(file: BinaryIO, place: Place) -> Iterator[zipfile.ZipFile]:
    """The archive in an open file.

    Raises
    ------
    DataError
        As `open_archive`.
    """
    try:
        _require_start(file, place)
        _require_small_directory(file, place)
        with zipfile.ZipFile(file) as archive:
            yield archive
    except _DAMAGE:
        raise place.error("the archive is damaged or cut off; save it anew with numpy.savez") from None


def _require_start(file: BinaryIO, place: Place) -> None:
    file.seek(0)
    if not file.read(4).startswith(ZIP_STARTS):
        raise place.error("it is no NPZ file; save it with numpy.savez")


def _require_small_directory(file: BinaryIO, place: Place) -> None:
    """Refuse a directory that would fill the memory, since the zipfile module reads it as a whole."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 2**16 - 42))
    tail = file.read()
    # The zipfile module looks for the record in these two places, in this order.
    end = len(tail) - 22
    if end < 0 or not (tail[end:].startswith(_END) and tail.endswith(b"\0\0")):
        end = tail.rfind(_END)
    if end < 0 or end + 22 > len(tail):
        raise zipfile.BadZipFile
    members = int.from_bytes(tail[end + 10 : end + 12], "little")
    directory = int.from_bytes(tail[end + 12 : end + 16], "little")
    if members > _MAX_MEMBERS or directory > _MAX_DIRECTORY or tail[max(0, end - 20) : end].startswith(_END_64):
        raise place.error("there are too many arrays in it; save only those that are needed, with numpy.savez")
