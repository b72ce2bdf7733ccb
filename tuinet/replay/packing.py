"""Series of floats as bytes that can be compressed, and back, to the bit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]


def pack(rows: NDArray[Any]) -> Bytes:
    """The difference of each row to the one before, byte plane by byte plane.

    From one moment to the next a parameter changes little: sign, exponent and the first digits stay. So the exclusive
    or of their bits begins with zeros; with the first bytes of all numbers together, then the second ones, and so on,
    the zeros stand together, and can be compressed.

    Parameters
    ----------
    rows
        Shape (moments, numbers), float32 or float64.

    Returns
    -------
    Bytes
        Shape (moments · numbers · bytes of a number,).
    """
    kind = rows.dtype.newbyteorder("<")
    bits = np.ascontiguousarray(rows, dtype=kind).view(f"<u{kind.itemsize}").copy()
    bits[1:] ^= bits[:-1].copy()
    planes = bits.view(np.uint8).reshape(*rows.shape, kind.itemsize)
    return np.ascontiguousarray(planes.transpose(2, 1, 0)).reshape(-1)


def unpack(data: Bytes, moments: int, kind: str) -> NDArray[Any]:
    """The inverse of `pack`.

    Parameters
    ----------
    data
        What `pack` gave.
    moments
        How many rows there are, at least 1.
    kind
        ``float32`` or ``float64``.

    Raises
    ------
    ValueError
        If so many bytes are no such rows.
    """
    dtype = np.dtype(kind).newbyteorder("<")
    numbers, rest = divmod(data.size, moments * dtype.itemsize)
    if rest:
        raise ValueError(f"{data.size} bytes are not {moments} rows of {kind}")
    planes = data.reshape(dtype.itemsize, numbers, moments).transpose(2, 1, 0)
    bits = np.array(planes, order="C").view(f"<u{dtype.itemsize}").reshape(moments, numbers)
    np.bitwise_xor.accumulate(bits, axis=0, out=bits)
    return bits.view(dtype).astype(kind, copy=False)
