"""A terminal that knows kitty's graphics protocol: the pictures that a user would see, and what they took to send."""

from __future__ import annotations

import base64
import re
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyte.graphics import FG_BG_256

from tests.terminal import Terminal

PLACEHOLDER = "\U0010eeee"
# As kitty's table of them says that they were chosen, up to U+082D.
_UNUSED = "300 301 302 303 304 306 307 308 309 30A 30B 30C 30F 311 313 314 342 653 654"
_CODES = sorted(set(range(0x300, 0x82E)) - {int(code, 16) for code in _UNUSED.split()})
COUNTERS = [
    chr(code)
    for code in _CODES
    if unicodedata.combining(chr(code)) == 230
    and unicodedata.category(chr(code)) == "Mn"
    and not unicodedata.decomposition(chr(code))
]
_COMMAND = re.compile(rb"\x1b_G([^;\x1b]*)(?:;([^\x1b]*))?\x1b\\")
_YES = b"\x1b_Gi=%d;OK\x1b\\\x1b[?62;52;c"


@dataclass(frozen=True, eq=False)
class Shown:
    """A picture on the screen, in cells; without a place of its own where placeholders say where it is seen."""

    column: int
    line: int
    columns: int
    rows: int
    layer: int
    pixels: NDArray[np.uint8]
    """Red, green, blue and opacity, shape (pixels down, pixels across, 4)."""


class KittyScreen:
    """The pictures on a screen."""

    def __init__(self) -> None:
        self.pictures: dict[int, Shown] = {}
        self.placed = self.bytes_received = 0
        self._keys: dict[str, str] = {}
        self._payload = b""

    def obey(self, command: bytes, cursor: tuple[int, int]) -> bytes:
        """A command that was sent while the cursor was there, by column and line; what is answered to it."""
        match = _COMMAND.fullmatch(command)
        assert match is not None, command
        keys = dict(pair.split("=") for pair in match[1].decode().split(",") if pair)
        assert len(match[2] or b"") <= 4096
        if keys.get("a") == "q":
            return _YES % int(keys["i"])
        self.bytes_received += len(command)
        if keys.get("a") == "d":
            self._delete(keys)
        else:
            self._receive(keys, match[2] or b"", cursor)
        assert keys.get("q") == "2", "an answer would be taken for keys"
        return b""

    def _delete(self, keys: dict[str, str]) -> None:
        if keys["d"] == "A":
            self.pictures.clear()
        else:
            assert keys["d"] == "I"
            del self.pictures[int(keys["i"])]

    def _receive(self, keys: dict[str, str], payload: bytes, cursor: tuple[int, int]) -> None:
        self._keys = self._keys or keys
        self._payload += payload
        if keys.get("m") == "1":
            return
        keys, data = self._keys, base64.b64decode(self._payload, validate=True)
        self._keys, self._payload = {}, b""
        assert (keys["a"], keys["f"]) == ("T", "100")
        assert (keys.get("C"), keys.get("U")) in (("1", None), (None, "1"))
        size = int(keys["c"]), int(keys["r"])
        place = (-1, -1) if keys.get("U") == "1" else cursor
        self.pictures[int(keys["i"])] = Shown(*place, *size, int(keys.get("z", "0")), png_pixels(data))
        self.placed += 1


def png_pixels(data: bytes) -> NDArray[np.uint8]:
    """The pixels of a PNG file with a palette."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks = dict(_chunks(data[8:]))
    width, height, *kind = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert kind == [8, 3, 0, 0, 0]
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, width + 1)
    assert (rows[:, 0] == 2).all(), "each row is told by the one above it"
    indices = np.cumsum(rows[:, 1:], axis=0, dtype=np.uint8)
    palette = np.frombuffer(chunks[b"PLTE"], np.uint8).reshape(-1, 3)
    opacity = np.full(len(palette), 255, np.uint8)
    opacity[: len(chunks[b"tRNS"])] = list(chunks[b"tRNS"])
    return np.concatenate([palette, opacity[:, None]], axis=1)[indices]


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    while data:
        (length,) = struct.unpack(">I", data[:4])
        kind, content = data[4:8], data[8 : 8 + length]
        assert zlib.crc32(kind + content) == struct.unpack(">I", data[8 + length : 12 + length])[0]
        yield kind, content
        data = data[12 + length :]


class KittyTerminal(Terminal):
    """A program in such a terminal."""

    kitty: KittyScreen

    def _answer(self, query: bytes) -> None:
        if not hasattr(self, "kitty"):
            self.kitty = KittyScreen()
        if query.startswith(b"\x1b_G"):
            cursor = self._screen.cursor
            self._send(self.kitty.obey(query, (cursor.x, cursor.y)))
        else:
            super()._answer(query)


class TmuxTerminal(KittyTerminal):
    """The same within tmux, which answers itself, and hands on what is wrapped for the terminal and its answers."""

    passes_on = True
    features = b"\x1b[?1;2c"

    def _answer(self, query: bytes) -> None:
        if query.startswith(b"\x1bPtmux;"):
            command = query[len(b"\x1bPtmux;") : -2].replace(b"\x1b\x1b", b"\x1b")
            if self.passes_on:
                # The terminal behind tmux gives its attributes to tmux alone.
                self._send(self.kitty.obey(command, (0, 0)).partition(b"\x1b[?")[0])
        elif query == b"\x1b[c":
            self._send(self.features)
        else:
            assert not query.startswith(b"\x1b_G"), "tmux knows none of it"
            super()._answer(query)

    def seen(self) -> dict[tuple[int, int], tuple[int, int, int]]:
        """By line and column the cells in which a picture is seen: its number, and its row and column there."""
        found: dict[tuple[int, int], tuple[int, int, int]] = {}
        for line in range(self._screen.lines):
            for column in range(self._screen.columns):
                cell = self._screen.buffer[line][column]
                if cell.data[0] != PLACEHOLDER:
                    continue
                if len(cell.data) == 4:
                    row, start, family = (COUNTERS.index(character) for character in cell.data[1:])
                    place = (family << 24) + FG_BG_256.index(cell.fg), row, start
                else:
                    number, row, before = found[line, column - 1]
                    place = number, row, before + 1
                found[line, column] = place
        return found
