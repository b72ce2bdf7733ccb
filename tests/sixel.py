"""A terminal that shows sixels: the pixels that a user would see, and what they took to send."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pyte
from numpy.typing import NDArray

from tests.terminal import Terminal

_PICTURE = re.compile(rb'\x1bP0;1q"1;1;([0-9]+);([0-9]+)(.*)\x1b\\', re.DOTALL)
_PIECE = re.compile(r"#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|!(\d+)([?-~])|([?-~])|(\$)|(-)")
_BAND = 6


def sixel_pixels(picture: bytes) -> NDArray[np.uint8]:
    """Red, green, blue in percent, and opacity of 0 or 1, shape (rows, columns, 4); a character at a time."""
    match = _PICTURE.fullmatch(picture)
    assert match is not None, picture[:80]
    width, height, body = int(match[1]), int(match[2]), match[3].decode("ascii")
    pixels = np.zeros((height, width, 4), np.uint8)
    colours: dict[int, tuple[int, int, int]] = {}
    x = y = colour = read = 0
    while read < len(body):
        piece = _PIECE.match(body, read)
        assert piece is not None, body[read : read + 20]
        read = piece.end()
        if piece[1]:
            assert all(int(piece[part]) <= 100 for part in (2, 3, 4))
            colours[int(piece[1])] = (int(piece[2]), int(piece[3]), int(piece[4]))
        elif piece[5]:
            colour = int(piece[5])
        elif piece[9]:
            x = 0
        elif piece[10]:
            x, y = 0, y + _BAND
        else:
            count, bits = int(piece[6] or 1), ord(piece[7] or piece[8]) - ord("?")
            for row in range(_BAND):
                if bits >> row & 1:
                    pixels[y + row, x : x + count] = (*colours[colour], 1)
            x += count
            assert x <= width
    return pixels


class InkedScreen(pyte.Screen):
    """Knows in which cells something has been written since a picture was drawn there."""

    def __init__(self, columns: int, rows: int, cell: tuple[int, int]) -> None:
        self.cell = cell
        self.pixels = np.zeros((rows * cell[1], columns * cell[0], 4), np.uint8)
        super().__init__(columns, rows)

    def draw(self, data: str) -> None:
        """Write, which takes the picture away in each cell."""
        for character in data:
            super().draw(character)
            self._cell_pixels(self.cursor.y, self.cursor.x - 1)[:] = 0

    def erase_in_display(self, how: int = 0, *args: Any, **kwargs: Any) -> None:
        """Erase all, which is all that is asked for."""
        super().erase_in_display(how, *args, **kwargs)
        assert how in (0, 2)
        if how == 2:
            self.pixels[:] = 0

    def resize(self, lines: int | None = None, columns: int | None = None) -> None:
        """Keep no pictures: of what becomes of them each terminal has its own idea."""
        super().resize(lines, columns)
        self.pixels = np.zeros((self.lines * self.cell[1], self.columns * self.cell[0], 4), np.uint8)

    def place(self, picture: NDArray[np.uint8]) -> None:
        """Draw a picture where the cursor is."""
        top, left = self.cursor.y * self.cell[1], self.cursor.x * self.cell[0]
        height, width = picture.shape[:2]
        assert top + height <= (self.lines - 1) * self.cell[1], "a picture in the last line has the screen scrolled"
        seen = picture[..., 3] > 0
        self.pixels[top : top + height, left : left + width][seen] = picture[seen]

    def _cell_pixels(self, line: int, column: int) -> NDArray[np.uint8]:
        across, down = self.cell
        return self.pixels[line * down : (line + 1) * down, column * across : (column + 1) * across]


class SixelTerminal(Terminal):
    """A program in such a terminal, with cells of so many pixels across and down."""

    cell = (10, 20)
    colours = 256
    placed = picture_bytes = 0

    @property
    def inked(self) -> InkedScreen:
        """The screen with its pictures."""
        if not isinstance(self._screen, InkedScreen):
            self._screen = InkedScreen(self._screen.columns, self._screen.lines, self.cell)
            self._stream = pyte.ByteStream(self._screen)
        return self._screen

    def _show(self, data: bytes) -> None:
        assert self.inked is self._screen
        super()._show(data)

    def _answer(self, query: bytes) -> None:
        if query.startswith(b"\x1bP"):
            self.placed, self.picture_bytes = self.placed + 1, self.picture_bytes + len(query)
            self.inked.place(sixel_pixels(query))
        elif query == b"\x1b[c":
            self._send(b"\x1b[?62;4;22c")
        elif query == b"\x1b[16t":
            self._send(b"\x1b[6;%d;%dt" % (self.cell[1], self.cell[0]))
        elif query == b"\x1b[?1;1;0S":
            self._send(b"\x1b[?1;0;%dS" % self.colours)
        else:
            super()._answer(query)
