"""NumPy archives, read without trust: the header of each array is checked before anything is allocated."""

from __future__ import annotations

import io
import math
import os
import tokenize
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, BinaryIO, Final

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from tuinet.data.place import MAX_ARRAY_VALUES, MAX_BYTES, MAX_COLUMNS, Place, listed, require_room, shown
from tuinet.errors import CheckpointError, DataError, ExperimentError, of_file
from tuinet.files import DATA, FileKind, UnreadableError, open_file

_NO_ARCHIVE: Final = "it is no NPZ file; save it with numpy.savez"
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED: Final = 1
_MAX_HEADER: Final = 2**14
"""Bytes of an array's header; NumPy itself reads as many as it is told to, before it has a look."""
_HEADERS: Final = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
_HEADER_FAULTS: Final = (ValueError, TypeError, SyntaxError, KeyError, RecursionError, MemoryError, tokenize.TokenError)
"""Errors of NumPy's reader at a header that is no dictionary of the right kind."""

AnyArray = NDArray[Any]


def read_array(
    archive: zipfile.ZipFile,
    name: str,
    kinds: str,
    place: Place,
    *,
    as_table: bool = True,
    as_pictures: bool = False,
    most: int = MAX_BYTES,
) -> AnyArray:
    """An array of an archive, read-only.

    Parameters
    ----------
    kinds
        The kinds of dtype that it may have, as NumPy's letters.
    as_table
        Whether it has to be a table of samples: one or two dimensions, within the limits, and not empty.
    as_pictures
        Whether the samples may be pictures, which are a third dimension.
    most
        Bytes that it may have.

    Raises
    ------
    zipfile.BadZipFile, zlib.error, EOFError
        If the archive is damaged; `open_archive` turns them into a DataError.
    """
    info, place = _find_member(archive, name, place, most), part(place, name)
    with archive.open(info) as stream:
        header = io.BytesIO(stream.read(_MAX_HEADER))
    shape, fortran_order, dtype = _read_header(header, place)
    if as_table:
        _require_table(shape, place, 3 if as_pictures else 2)
    _require_dtype(dtype, kinds, place)
    promised, there = math.prod(shape) * dtype.itemsize, info.file_size - header.tell()
    if promised != there or min(shape, default=0) < 0:
        raise place.error(f"its header promises {promised:,} bytes, but there are {there:,}; save it anew")
    data = _read_values(archive, info, header.tell(), promised)
    return np.frombuffer(data, dtype).reshape(shape, order="F" if fortran_order else "C")


def _read_values(archive: zipfile.ZipFile, info: zipfile.ZipInfo, start: int, size: int) -> bytes:
    with archive.open(info) as stream:
        stream.read(start)
        data = stream.read(size)
    if len(data) != size:
        raise EOFError
    return data


def _find_member(archive: zipfile.ZipFile, name: str, place: Place, most: int) -> zipfile.ZipInfo:
    members = {info.filename: info for info in archive.infolist()}
    info = members.get(f"{name}.npy")
    if info is None:
        names = [member.removesuffix(".npy") for member in members]
        found = f"it has {listed(names)}" if names else "it has nothing"
        raise place.error(f"there is no array {name}, {found}; save all arrays with numpy.savez")
    place = part(place, name)
    if info.compress_type not in _METHODS or info.flag_bits & _ENCRYPTED:
        raise place.error("it is encrypted or compressed in an unknown way; save it with numpy.savez")
    if info.file_size > most:
        raise place.error(f"there are more than {most // 2**20} MB in it; take a part of it")
    return info


def part(place: Place, name: str) -> Place:
    """A place within an archive."""
    return Place(f"{place.path}, {name}")


def _read_header(stream: IO[bytes], place: Place) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    try:
        read = _HEADERS[npy.read_magic(stream)]
        with warnings.catch_warnings():
            # NumPy warns of headers that Python 2 wrote, and reads them.
            warnings.simplefilter("ignore")
            return read(stream)
    except _HEADER_FAULTS:
        raise place.error("its header is damaged or unknown; save it anew with numpy.savez") from None


def _require_dtype(dtype: np.dtype[Any], kinds: str, place: Place) -> None:
    if dtype.kind not in kinds or dtype.itemsize == 0:
        wanted = "numbers or texts" if "U" in kinds else "numbers"
        raise place.error(f"it holds {shown(str(dtype))}, not {wanted}; convert it with astype, then save it anew")


def _require_table(shape: tuple[int, ...], place: Place, dimensions: int) -> None:
    text = str(shape) if len(str(shape)) < 60 else f"{len(shape)} dimensions"
    if not 1 <= len(shape) <= dimensions:
        wanted = "(samples, columns)" + ("" if dimensions == 2 else ", or of pictures to (samples, rows, columns)")
        raise place.error(f"its shape is {text}, not that of a table; reshape it to {wanted}")
    rows, columns = shape[0], math.prod(shape[1:])
    if rows < 1 or columns < 1:
        raise place.error(f"its shape is {text}, so there is nothing in it; at least two samples are needed")
    if columns > MAX_COLUMNS:
        raise place.error(f"there are {columns:,} columns; at most {MAX_COLUMNS:,} are read, so leave some out")
    require_room(rows, columns, place, MAX_ARRAY_VALUES)


@contextmanager
def open_data(path: str, kind: FileKind = DATA) -> Iterator[BinaryIO]:
    """A file open for reading bytes; ``~`` is the home directory."""
    try:
        with open_file(os.path.expanduser(path), kind) as file:
            yield file
    except UnreadableError as error:
        raise Place(path).error(str(error)) from error


ZIP_STARTS: Final = (b"PK\3\4", b"PK\5\6")
"""The first bytes of an archive, with and without members."""
_MAX_MEMBERS: Final = 1000
_MAX_DIRECTORY: Final = 2**20
_END: Final = b"PK\5\6"
"""Begins the record at the end of an archive, of 22 bytes and a comment."""
_END_64: Final = b"PK\6\7"
"""Begins the 20 bytes before that record, if the archive is of the kind for more than 4 GB."""
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError)
"""Errors of the readers at a damaged archive."""


@contextmanager
def open_archive(path: str, kind: FileKind = DATA, otherwise: str = _NO_ARCHIVE) -> Iterator[zipfile.ZipFile]:
    """An NPZ file open for `read_array`; that it is damaged may show only while it is read.

    Parameters
    ----------
    otherwise
        What is wrong with a file that is no archive.
    """
    with open_data(path, kind) as file, archive_in(file, Place(path), otherwise) as archive:
        yield archive


@contextmanager
def archive_in(file: BinaryIO, place: Place, otherwise: str = _NO_ARCHIVE) -> Iterator[zipfile.ZipFile]:
    """The archive in an open file; see `open_archive`."""
    try:
        file.seek(0)
        if not file.read(4).startswith(ZIP_STARTS):
            raise place.error(otherwise)
        _require_small_directory(file, place)
        with zipfile.ZipFile(file) as archive:
            yield archive
    except _DAMAGE:
        raise place.error("the archive is damaged or cut off; save it anew with numpy.savez") from None


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


_MISREAD: Final = (KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError, IndexError)
"""Errors of a reader at values of the wrong kind."""


@contextmanager
def naming_damage(place: Place) -> Iterator[None]:
    """Turn every error that a damaged file of tuinet's own can cause into a CheckpointError that names the file."""
    try:
        yield
    except (DataError, ExperimentError, CheckpointError) as error:
        raise of_file(error, place) from error
    except _MISREAD as error:
        raise CheckpointError(f"{place}: damaged: {' '.join(str(error).split())[:80]}") from error
