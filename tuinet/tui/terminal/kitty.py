"""The graphics protocol of kitty: pictures that the terminal draws over the ground of cells, or in place of cells.

What is written here follows https://sw.kovidgoyal.net/kitty/graphics-protocol/. The package textual-image knows the
protocol, too, but writes beside Textual's driver, gives each picture a new number and all of its placeholder cells,
and reads the answer from the keys: none of this goes together with a bounded line and with sending only what changes.
"""

from __future__ import annotations

import base64
import re
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.uint8]

DELETE_ALL: Final = "\x1b_Ga=d,d=A,q=2\x1b\\"
"""Take all pictures off the screen."""
_BEHIND_TEXT: Final = -1
"""Above the ground of cells, below what is written on it."""
_PLACEHOLDER: Final = "\U0010eeee"
_RANGES: Final = (
    "305 30D-30E 310 312 33D-33F 346 34A-34C 350-352 357 35B 363-36F 483-487 592-595 597-599 59C-5A1 5A8-5A9 5AB-5AC "
    "5AF 5C4 610-617 657-65B 65D-65E 6D6-6DC 6DF-6E2 6E4 6E7-6E8 6EB-6EC 730 732-733 735-736 73A 73D 73F-741 743 745 "
    "747 749-74A 7EB-7F1 7F3 816-819 81B-823 825-827 829-82D"
)
_ENDS: Final = (named.split("-") for named in _RANGES.split())
_COUNTERS: Final = "".join(chr(code) for ends in _ENDS for code in range(int(ends[0], 16), int(ends[-1], 16) + 1))
"""Characters that count rows, columns and the upper eight bits of a picture's number from 0 on, behind a placeholder:
the first of kitty's file rowcolumn-diacritics.txt."""
MOST_NAMED: Final = len(_COUNTERS)
_CHUNK: Final = 4096
"""Characters of one command, at most."""
_ESCAPE: Final = "\x1b"
_COMMAND: Final = re.compile(r"\x1b_G[^\x1b]*\x1b\\")


def in_tmux(text: str) -> str:
    """Commands as tmux hands them on to the terminal that it runs in, one after the other."""
    return "".join(f"\x1bPtmux;{command.replace(_ESCAPE, 2 * _ESCAPE)}\x1b\\" for command in _COMMAND.findall(text))


def shown(png: bytes, number: int, place: tuple[int, int], size: tuple[int, int]) -> str:
    """Send a picture and show it in so many columns and rows of cells, in place of the one with the same number."""
    (column, line), (columns, rows) = place, size
    keys = {"a": "T", "f": 100, "i": number, "p": 1, "c": columns, "r": rows, "z": _BEHIND_TEXT, "C": 1, "q": 2}
    return f"\x1b[{line + 1};{column + 1}H" + "".join(_commands(keys, base64.b64encode(png).decode()))


def kept(png: bytes, number: int, size: tuple[int, int]) -> str:
    """Send a picture that is seen where placeholders for it are, of so many columns and rows."""
    columns, rows = size
    keys = {"a": "T", "U": 1, "f": 100, "i": number, "c": columns, "r": rows, "q": 2}
    return "".join(_commands(keys, base64.b64encode(png).decode()))


def placeholders(number: int, row: int, column: int, length: int) -> str:
    """Cells of one row in which a picture is seen from a column on; each goes on where the one before ends."""
    named = f"{_COUNTERS[row]}{_COUNTERS[column]}{_COUNTERS[number >> 24]}"
    return f"\x1b[0;38;5;{number & 0xFF}m{_PLACEHOLDER}{named}{_PLACEHOLDER * (length - 1)}\x1b[0m"


def deleted(number: int) -> str:
    """Take a picture off the screen and out of the terminal's memory."""
    return f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\"


def _commands(keys: Mapping[str, Any], payload: str) -> Iterator[str]:
    for start in range(0, len(payload), _CHUNK):
        more = int(start + _CHUNK < len(payload))
        said = {**keys, "m": more} if start == 0 else {"m": more, "q": 2}
        named = ",".join(f"{key}={value}" for key, value in said.items())
        yield f"\x1b_G{named};{payload[start : start + _CHUNK]}\x1b\\"


def png_of(pixels: Indices, palette: Sequence[tuple[int, int, int]]) -> bytes:
    """A picture as a PNG file; the first colour of its palette is transparent.

    Each row is told by how it differs from the one above, which for fields of colours is seldom.
    """
    height, width = pixels.shape
    rows = np.zeros((height, width + 1), np.uint8)
    rows[:, 0], rows[0, 1:], rows[1:, 1:] = 2, pixels[0], np.diff(pixels, axis=0)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = (b"IHDR", header), (b"PLTE", bytes(np.array(palette, np.uint8))), (b"tRNS", b"\0")
    data = (b"IDAT", zlib.compress(rows.tobytes())), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in (*parts, *data))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
