"""A Reel: a long array that is taken apart piece by piece, without trust in the sizes of the pieces."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

AnyArray = NDArray[Any]


class Reel:
    """Gives out an array from its start.

    Parameters
    ----------
    name
        What it is called in messages.
    array
        All of it.
    kind
        The dtype that it has to have.

    Raises
    ------
    ValueError
        If the array is no vector of that dtype.
    """

    def __init__(self, name: str, array: AnyArray, kind: str) -> None:
        if array.ndim != 1 or array.dtype != np.dtype(kind):
            raise ValueError(f"{name} is of shape {array.shape} and {array.dtype}, not a vector of {np.dtype(kind)}")
        self._name, self._array, self._done = name, array, 0

    def take(self, size: int) -> AnyArray:
        """So many numbers.

        Raises
        ------
        ValueError
            If there are not so many left.
        """
        if size > self._array.size - self._done:
            raise ValueError(f"{self._name} ends too soon")
        self._done += size
        return self._array[self._done - size : self._done]

    def table(self, rows: int, columns: int) -> AnyArray:
        """The same as a table, its rows one behind the other."""
        return self.take(rows * columns).reshape(rows, columns)

    def require_end(self) -> None:
        """Refuse what nobody has asked for.

        Raises
        ------
        ValueError
            If there is anything left.
        """
        if self._done != self._array.size:
            raise ValueError(f"{self._name} has more than there are moments for")


def number(value: object, least: int = 0) -> int:
    """A whole number from a header, checked.

    Raises
    ------
    ValueError
        If it is none, or too small.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value < 2**53:
        raise ValueError(f"{value!r} is not a whole number from {least} up")
    return value
