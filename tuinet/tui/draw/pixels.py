"""Pictures in real pixels, for terminals that can show them behind the text of cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.style import Style
from textual.strip import Strip

from tuinet.tui.draw.cells import Levels, resample
from tuinet.tui.style.colour import rgb
from tuinet.tui.style.inks import ink
from tuinet.tui.terminal.substitutes import BITS

ACROSS: Final = 4
DOWN: Final = 8
"""Pixels of a picture across and down a cell: the terminal makes them as large as its cells are."""
_TRANSPARENT: Final = 0
_NO_STYLE: Final = Style()
_FIRST, _LAST = 0x2800, 0x28FF
"""Braille patterns."""


@dataclass(frozen=True, eq=False, repr=False)
class PixelPicture:
    """Pixels behind a rectangle of cells."""

    left: int
    top: int
    """The first cell, counted inside the frame of a panel."""
    columns: int
    rows: int
    pixels: NDArray[np.uint8]
    """Indices into the palette, shape (pixels down, pixels across); where one is 0, the ground of the cell is seen."""
    palette: tuple[str, ...]
    """The colours; the first one is never seen."""
    written: NDArray[np.bool_]
    """Cells that something is written on, shape (rows, columns), but for dots."""
    dots: NDArray[np.uint8]
    """Pixels of the dots that are written on it, as ``pixels``; 0 where there are none."""

    def looks_like(self, other: PixelPicture) -> bool:
        """Whether another picture has the same pixels, and the same cells are written on."""
        return (
            self.palette == other.palette
            and np.array_equal(self.pixels, other.pixels)
            and np.array_equal(self.written, other.written)
            and np.array_equal(self.dots, other.dots)
        )

    @property
    def with_dots(self) -> NDArray[np.uint8]:
        """The pixels where nothing can be written on them."""
        return np.where(self.dots != _TRANSPARENT, self.dots, self.pixels)

    @cached_property
    def covered(self) -> NDArray[np.bool_]:
        """The cells of which nothing is seen but the picture, shape (rows, columns)."""
        cells = self.pixels.reshape(self.rows, -1, self.columns, self.pixels.shape[1] // self.columns)
        covered: NDArray[np.bool_] = (cells != _TRANSPARENT).all(axis=(1, 3)) & ~self.written
        return covered

    def part(self, lines: slice, columns: slice) -> PixelPicture:
        """What stands behind some of its rows and columns of cells."""
        down, across = self.pixels.shape[0] // self.rows, self.pixels.shape[1] // self.columns
        cell = (
            slice(lines.start * down, lines.stop * down),
            slice(columns.start * across, columns.stop * across),
        )
        return replace(
            self,
            left=self.left + columns.start,
            top=self.top + lines.start,
            columns=columns.stop - columns.start,
            rows=lines.stop - lines.start,
            pixels=self.pixels[cell],
            written=self.written[lines, columns],
            dots=self.dots[cell],
        )

    @cached_property
    def png(self) -> bytes:
        """As a file."""
        return self._file(self.pixels)

    @cached_property
    def png_with_dots(self) -> bytes:
        """As a file, with the dots."""
        return self._file(self.with_dots)

    def _file(self, pixels: NDArray[np.uint8]) -> bytes:
        from tuinet.tui.terminal.kitty import png_of  # noqa: PLC0415 - only some terminals want one

        return png_of(pixels, [rgb(colour) for colour in self.palette])


class Placed(NamedTuple):
    """A picture, and the cell of the screen that its first cell is."""

    picture: PixelPicture
    place: tuple[int, int]

    def is_there(self, other: Placed) -> bool:
        """Whether it covers the same cells as another one."""
        one, two = self.picture, other.picture
        return (self.place, one.columns, one.rows) == (other.place, two.columns, two.rows)


class PictureCanvas:
    """Fields of colours on a rectangle of cells, each at its place.

    Parameters
    ----------
    across, down
        Pixels of a cell.
    """

    def __init__(self, columns: int, rows: int, across: int = ACROSS, down: int = DOWN) -> None:
        self._across, self._down = across, down
        self._pixels = np.zeros((rows * down, columns * across), np.uint8)
        self._dots = np.zeros_like(self._pixels)
        self._written = np.zeros((rows, columns), bool)
        self._palette: dict[str, int] = {"#000000 behind all": _TRANSPARENT}

    def paint(self, left: int, top: int, size: tuple[int, int], levels: Levels, colours: Sequence[str]) -> None:
        """A field in so many rows and columns of cells, as far as they are on the canvas."""
        rows, columns = size
        known = np.array([self._palette.setdefault(colour, len(self._palette)) for colour in colours])
        across, down = self._across, self._down
        field = known[resample(levels, rows * down, columns * across)].astype(np.uint8)
        place = self._pixels[top * down : (top + rows) * down, left * across : (left + columns) * across]
        place[:] = field[: place.shape[0], : place.shape[1]]

    def cut(self, left: int, top: int, strips: Sequence[Strip], grounds: Sequence[Sequence[str]]) -> None:
        """Leave out the cells that something is drawn on with another ground than theirs, and note all of these."""
        for row, (strip, line) in enumerate(zip(strips, grounds, strict=True)):
            cells = ((character, segment.style) for segment in strip for character in segment.text)
            for column, ((character, style), ground) in enumerate(zip(cells, line, strict=False)):
                if character != " ":
                    self._write(top + row, left + column, character, style or _NO_STYLE, ground)

    def _write(self, row: int, column: int, character: str, style: Style, ground: str) -> None:
        cell = np.s_[row * self._down : (row + 1) * self._down, column * self._across : (column + 1) * self._across]
        if style.bgcolor != ink(None, ground).bgcolor:
            self._pixels[cell] = _TRANSPARENT
        elif _FIRST < ord(character) <= _LAST and style.color is not None and self._across >= 2 and self._down >= 4:
            colour = self._palette.setdefault(style.color.get_truecolor().hex, len(self._palette))
            for x, y in _dots_of(ord(character) - _FIRST):
                self._dots[cell][y * self._down // 4, x * self._across // 2] = colour
            return
        self._written[row, column] = True

    def picture(self, left: int, top: int) -> PixelPicture | None:
        """The picture with its first cell there; ``None`` where nothing has been painted."""
        rows, columns = self._pixels.shape[0] // self._down, self._pixels.shape[1] // self._across
        if len(self._palette) < 2 or len(self._palette) > 256:
            return None
        palette = ("#000000", *list(self._palette)[1:])
        return PixelPicture(left, top, columns, rows, self._pixels, palette, self._written, self._dots)


def _dots_of(pattern: int) -> Iterator[tuple[int, int]]:
    """Where a braille pattern has dots, across and down."""
    return ((x, y) for y, line in enumerate(BITS) for x, bit in enumerate(line) if pattern & bit)


def field_picture(
    left: int, strips: Sequence[Strip], size: tuple[int, int], levels: Levels, colours: Sequence[str]
) -> PixelPicture | None:
    """The picture behind a field of colours whose cells are drawn already, with what stands on them.

    Parameters
    ----------
    left
        Cells beside the field.
    strips
        Its rows, with the cells beside it.
    """
    rows, columns = size
    across, down = max(levels.shape[1] // columns, 1), max(levels.shape[0] // rows, 1)
    canvas = PictureCanvas(columns, rows, across, down)
    canvas.paint(0, 0, size, levels, colours)
    grounds = [[colours[level] for level in line] for line in resample(levels, rows, columns).tolist()]
    canvas.cut(0, 0, [strip.crop(left, left + columns) for strip in strips[:rows]], grounds)
    return canvas.picture(left, 0)
