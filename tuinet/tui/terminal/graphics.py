"""The graphics protocol of kitty: whether the terminal knows it, and pictures that it draws over the ground of cells.

What is written here follows https://sw.kovidgoyal.net/kitty/graphics-protocol/. The package textual-image knows the
protocol, too, but writes beside Textual's driver, gives each picture a new number and all of its placeholder cells,
and reads the answer from the keys: none of this goes together with a bounded line and with sending only what changes.
"""

from __future__ import annotations

import base64
import re
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from time import monotonic
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from textual.message import Message

Indices = NDArray[np.uint8]

QUESTION_NUMBER: Final = 31
GRAPHICS_QUESTION: Final = f"\x1b_Gi={QUESTION_NUMBER},s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[c"
"""Whether a picture of one pixel could be shown; and what every terminal answers, so that silence is no answer."""
DELETE_ALL: Final = "\x1b_Ga=d,d=A,q=2\x1b\\"
"""Take all pictures off the screen."""
_BEHIND_TEXT: Final = -1
"""Above the ground of cells, below what is written on it."""
_CHUNK: Final = 4096
"""Characters of one command, at most."""
_PATIENCE: Final = 2.0
"""Seconds for which what may be the beginning of an answer is not taken for a key."""

_ANSWER: Final = re.compile(r"\x1b_G([^\x1b\x07]{0,200})\x1b\\|\x1b\[\?[0-9;]{0,60}c")
_BEGUN: Final = re.compile(r"\x1b(?:_(?:G[^\x1b\x07]{0,200}\x1b?)?|\[(?:\?[0-9;]{0,60})?)?\Z")


class GraphicsFound(Message):
    """The terminal has answered that it knows the protocol."""


class GraphicsAnswers:
    """Takes the answers out of what the terminal sends, so that they are no keys.

    Parameters
    ----------
    is_awaited
        Whether the question has been asked.
    """

    def __init__(self, *, is_awaited: bool = False, now: Callable[[], float] = monotonic) -> None:
        self._now, self._until = now, now() + _PATIENCE if is_awaited else 0.0
        self._begun = ""
        self.found = False
        """Whether it was answered that pictures can be shown."""

    def rest_of(self, text: str) -> str:
        """A text without answers, whole ones or such as have begun."""
        if not self._until:
            return text
        rest = _ANSWER.sub(self._heard, self._begun + text)
        self._begun = ""
        if self._now() < self._until and (begun := _BEGUN.search(rest)):
            self._begun = begun.group()
        return rest[: len(rest) - len(self._begun)]

    def given_up(self) -> str:
        """What was no answer after all."""
        begun, self._begun = self._begun, ""
        return begun

    def _heard(self, answer: re.Match[str]) -> str:
        if answer[1] is None:
            # The answer that every terminal gives is the last one.
            self._until = min(self._until, self._now())
        else:
            self.found |= answer[1] == f"i={QUESTION_NUMBER};OK"
        return ""


def shown(png: bytes, number: int, place: tuple[int, int], size: tuple[int, int]) -> str:
    """Send a picture and show it in so many columns and rows of cells, in place of the one with the same number."""
    (column, line), (columns, rows) = place, size
    keys = {"a": "T", "f": 100, "i": number, "p": 1, "c": columns, "r": rows, "z": _BEHIND_TEXT, "C": 1, "q": 2}
    return f"\x1b[{line + 1};{column + 1}H" + "".join(_commands(keys, base64.b64encode(png).decode()))


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
