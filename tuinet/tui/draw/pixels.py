"""Pictures in real pixels, for terminals that can show them behind the text of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from textual.strip import Strip

from tuinet.tui.draw.cells import Levels, resample
from tuinet.tui.style.colour import rgb
from tuinet.tui.style.inks import ink

ACROSS: Final = 4
DOWN: Final = 8
"""Pixels of a picture across and down a cell: the terminal makes them as large as its cells are."""
_TRANSPARENT: Final = 0


@dataclass(frozen=True, eq=False)
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
    """Cells that something is written on, shape (rows, columns)."""

    def looks_like(self, other: PixelPicture) -> bool:
        """Whether another picture has the same pixels, and the same cells are written on."""
        return (
            self.palette == other.palette
            and np.array_equal(self.pixels, other.pixels)
            and np.array_equal(self.written, other.written)
        )

    @cached_property
    def covered(self) -> NDArray[np.bool_]:
        """The cells of which nothing is seen but the picture, shape (rows, columns)."""
        cells = self.pixels.reshape(self.rows, -1, self.columns, self.pixels.shape[1] // self.columns)
        covered: NDArray[np.bool_] = (cells != _TRANSPARENT).all(axis=(1, 3)) & ~self.written
        return covered

    @cached_property
    def png(self) -> bytes:
        """As a file."""
        from tuinet.tui.terminal.kitty import png_of  # noqa: PLC0415 - only some terminals want one

        return png_of(self.pixels, [rgb(colour) for colour in self.palette])


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
                if character == " ":
                    continue
                self._written[top + row, left + column] = True
                if style is None or style.bgcolor != ink(None, ground).bgcolor:
                    y, x = (top + row) * self._down, (left + column) * self._across
                    self._pixels[y : y + self._down, x : x + self._across] = _TRANSPARENT

    def picture(self, left: int, top: int) -> PixelPicture | None:
        """The picture with its first cell there; ``None`` where nothing has been painted."""
        rows, columns = self._pixels.shape[0] // self._down, self._pixels.shape[1] // self._across
        if len(self._palette) < 2 or len(self._palette) > 256:
            return None
        palette = ("#000000", *list(self._palette)[1:])
        return PixelPicture(left, top, columns, rows, self._pixels, palette, self._written)


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
