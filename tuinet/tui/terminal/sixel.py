"""Pictures in sixels: six rows of pixels at a time, of each colour in them the columns that it takes.

What is written here follows DEC's VT330/VT340 Programmer Reference Manual, volume 2, chapter 14, and what terminals of
today read. Of the packages for it, libsixel-python and PySixel have stood still for years, and all want a picture file
or red, green and blue: a picture here has its few colours already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.uint8]

_BAND: Final = 6
"""Rows of pixels of a band."""
_FIRST: Final = 63
"""The character of no pixel at all; the bits of those that are set are added to it."""
_LONG: Final = 4
"""Equal characters from which on a number of them is shorter."""
MOST_PIXELS: Final = 1000
"""Of one picture each way: xterm cuts larger ones off. Those are sent in parts."""


def scaled(pixels: Indices, size: tuple[int, int]) -> Indices:
    """A picture with other rows and columns of pixels, each like the one at its place."""
    down, across = (
        (2 * np.arange(wanted) + 1) * there // (2 * wanted) for wanted, there in zip(size, pixels.shape, strict=True)
    )
    larger: Indices = pixels[down[:, None], across]
    return larger


def in_so_many(pixels: Indices, palette: Sequence[tuple[int, int, int]], most: int) -> Indices:
    """A picture in no more colours than that: each of the others is taken for the nearest that is left.

    The one that is farthest from those that are left already is left next, from the most frequent one on.
    """
    counts = np.bincount(pixels.ravel(), minlength=len(palette))
    counts[0] = 0
    if np.count_nonzero(counts) <= most:
        return pixels
    colours = np.array(palette, np.float64)
    left = [int(counts.argmax())]
    distances = ((colours - colours[left[0]]) ** 2).sum(axis=1)
    while len(left) < most:
        left.append(int(np.where(counts > 0, distances, -1).argmax()))
        distances = np.minimum(distances, ((colours - colours[left[-1]]) ** 2).sum(axis=1))
    nearest = ((colours[:, None] - colours[left]) ** 2).sum(axis=2).argmin(axis=1)
    known = np.array(left, np.uint8)[nearest]
    known[0] = 0
    fewer: Indices = known[pixels]
    return fewer


def sixels(pixels: Indices, palette: Sequence[tuple[int, int, int]]) -> str:
    """A picture; what is on the screen stays where it has the first colour of its palette.

    Parameters
    ----------
    pixels
        Indices into the palette, shape (rows, columns).
    palette
        Red, green and blue from 0 to 255, of which the terminal is told the percent.
    """
    height, width = pixels.shape
    used = np.flatnonzero(np.bincount(pixels.ravel(), minlength=1)[1:]) + 1
    named = (f"#{place};2;{red};{green};{blue}" for place, (red, green, blue) in enumerate(_percents(palette, used)))
    bands = "-".join("$".join(lines) for lines in _bands(pixels, used))
    return f'\x1bP0;1q"1;1;{width};{height}{"".join(named)}{bands}\x1b\\'


def _percents(palette: Sequence[tuple[int, int, int]], used: NDArray[np.intp]) -> list[list[int]]:
    percents: list[list[int]] = ((np.array(palette)[used] * 100 + 127) // 255).tolist()
    return percents


def _bands(pixels: Indices, used: NDArray[np.intp]) -> Iterator[list[str]]:
    """Of each band a line for each colour in it."""
    height, width = pixels.shape
    padded = np.zeros((-(-height // _BAND) * _BAND, width), pixels.dtype)
    padded[:height] = pixels
    bands = padded.reshape(-1, 1, _BAND, width)
    bits = np.packbits(bands == used[:, None, None], axis=2, bitorder="little")[:, :, 0]
    is_there: NDArray[np.bool_] = np.asarray(bits.any(axis=2))
    lines = iter(_lines(bits[is_there]))
    for band in is_there:
        yield [f"#{place}{next(lines)}" for place in np.flatnonzero(band).tolist()]


def _lines(bits: Indices) -> list[str]:
    """Rows of columns of six pixels, each without what is blank at its end; equal ones after one another counted."""
    rows, width = bits.shape
    if not rows:
        return []
    is_first = np.ones(bits.shape, bool)
    is_first[:, 1:] = bits[:, 1:] != bits[:, :-1]
    starts = np.flatnonzero(is_first)
    lengths, values = np.diff(starts, append=bits.size), bits.ravel()[starts]
    is_seen = (values > 0) | ((starts + lengths) % width > 0)
    lines: list[list[str]] = [[] for _ in range(rows)]
    columns = (starts[is_seen] // width, lengths[is_seen], values[is_seen] + _FIRST)
    for line, length, character in zip(*(column.tolist() for column in columns), strict=True):
        text = chr(character)
        lines[line].append(text * length if length < _LONG else f"!{length}{text}")
    return ["".join(line) for line in lines]
