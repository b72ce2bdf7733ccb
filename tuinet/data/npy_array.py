"""Reading one array of a NumPy archive, its header checked before anything is allocated."""

from __future__ import annotations

import io
import math
import tokenize
import warnings
import zipfile
from typing import IO, Any, Final

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from tuinet.data.features import require_room
from tuinet.data.limits import MAX_ARRAY_VALUES, MAX_BYTES, MAX_COLUMNS
from tuinet.data.place import Place, listed, shown

_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED: Final = 1
_MAX_HEADER: Final = 2**14
"""Bytes of an array's header; NumPy itself reads as many as it is told to, before it has a look."""
_HEADERS: Final = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
_HEADER_FAULTS: Final = (ValueError, TypeError, SyntaxError, KeyError, RecursionError, MemoryError, tokenize.TokenError)
"""What a header that is no dictionary of the right kind makes its reader raise."""

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
    """An array of an archive.

    Parameters
    ----------
    archive
        Open for reading.
    name
        The array's.
    kinds
        The kinds of dtype that it may have, as NumPy's letters.
    place
        The archive's.
    as_table
        Whether it has to be a table of samples: one or two dimensions, within the limits, and not empty.
    as_pictures
        Whether the samples may be pictures, which are a third dimension.
    most
        Bytes that it may have.

    Returns
    -------
    AnyArray
        Read-only.

    Raises
    ------
    DataError
        If there is no such array, it is too large, its header is damaged, or it is of another kind.
    zipfile.BadZipFile
        If the archive is damaged; also `zlib.error`, `EOFError`. `open_archive` turns them into a DataError.
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
    with archive.open(info) as stream:
        stream.read(header.tell())
        data = stream.read(promised)
    if len(data) != promised:
        raise EOFError
    return np.frombuffer(data, dtype).reshape(shape, order="F" if fortran_order else "C")


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
