"""A picture that is drawn as a question: where its pixels are, and what a brush makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Question
from tuinet.tui.draw.cells import Array, has_halves
from tuinet.tui.draw.text import Piece
from tuinet.tui.draw.tiles import Shape, sample_picture
from tuinet.tui.style.inks import ink
from tuinet.tui.style.theme import Theme

MOST: Final = 9
"""The full strength of a brush; 0 erases."""
_THINNEST: Final = 0.5
_PIXELS_PER_RADIUS: Final = 20
_SOFT: Final = 0.75
"""Pixels from the edge of a brush to where nothing is left of it."""
_LARGEST: Final = 8
"""Columns of cells across a pixel at most."""
_ROUNDING: Final = 1e-9
CURSOR: Final = "┼"
_UPPER: Final = "▀"
_LOWER: Final = "▄"

Pixel = tuple[int, int]
"""Row and column, counted from 0."""


@dataclass(frozen=True)
class Canvas:
    """The cells of a picture: a pixel is a square of so many columns, two of which are as wide as a row is high."""

    shape: Shape
    factor: int
    """Columns of cells across a pixel, and half rows down it."""

    @property
    def columns(self) -> int:
        """Cells across."""
        return self.shape[1] * self.factor

    @property
    def lines(self) -> int:
        """Rows of cells."""
        return -(-self.shape[0] * self.factor // 2)

    def pixel_at(self, x: int, y: int) -> Pixel | None:
        """The pixel of a cell, the upper one where there are two; ``None`` beside the picture."""
        row, column = 2 * y // self.factor, x // self.factor
        return (row, column) if 0 <= x < self.columns and 0 <= y < self.lines and row < self.shape[0] else None

    def cell_of(self, pixel: Pixel) -> tuple[int, int]:
        """Row and column of the cell in the middle of a pixel."""
        row, column = pixel
        return (row * self.factor + self.factor // 2) // 2, column * self.factor + self.factor // 2


def canvas_of(shape: Shape, width: int, height: int) -> Canvas | None:
    """The largest canvas in so many cells; ``None`` where there is no room for even the smallest."""
    sizes = (Canvas(shape, factor) for factor in range(_LARGEST, 0, -1))
    return next((canvas for canvas in sizes if canvas.columns <= width and canvas.lines <= height), None)


def canvas_lines(
    snapshot: Snapshot, question: Question, canvas: Canvas, theme: Theme, cursor: Pixel | None
) -> list[list[Piece]]:
    """The picture in grey levels, with the cursor if there is one."""
    rows, columns = canvas.shape
    shape = (rows * canvas.factor, columns * canvas.factor)
    lines = sample_picture(snapshot, np.array(question), shape, theme)
    if cursor is not None:
        row, column = canvas.cell_of(cursor)
        is_half = canvas.factor == 1 and has_halves(theme.greys, theme)
        glyph = CURSOR if not is_half else _LOWER if cursor[0] % 2 else _UPPER
        lines[row] = list(_marked(lines[row], column, glyph, theme, is_half=is_half))
    return lines


def _marked(line: Sequence[Piece], column: int, glyph: str, theme: Theme, *, is_half: bool) -> Iterator[Piece]:
    """A row of cells with a glyph in one of them; half a cell leaves the other half the colour that it has."""
    place = 0
    for text, style in line:
        for character in text:
            if place != column:
                yield character, style
            elif is_half:
                other = style.bgcolor if glyph == _UPPER or character == " " else style.color
                yield glyph, ink(theme.accent, other.name if other is not None else theme.background)
            else:
                yield glyph, theme.inks.chosen
            place += 1


@dataclass(frozen=True)
class Brush:
    """Draws soft dots: full in their middle, and less from their edge on, as pens do on a grid of pixels."""

    strength: int = MOST
    """From 0, which erases, to `MOST`."""

    def drawn(self, question: Question, shape: Shape, extent: tuple[float, float], *path: Pixel) -> Question:
        """The picture with a dot on each of these pixels; what is brighter already stays, what is erased gets darker.

        Parameters
        ----------
        extent
            The values of the darkest and of the brightest pixel.
        """
        low, high = extent
        picture = (np.array(question).reshape(shape) - low) / ((high - low) or 1.0)
        for pixel in path:
            share = _dot(shape, pixel)
            if self.strength:
                picture = np.maximum(picture, share * self.strength / MOST)
            else:
                picture = np.minimum(picture, 1 - share)
        return tuple((low + picture * (high - low)).ravel().tolist())

    def has_drawn(self, question: Question, shape: Shape, extent: tuple[float, float], pixel: Pixel) -> bool:
        """Whether a pixel is as bright already as a dot would make it."""
        low, high = extent
        share = (question[pixel[0] * shape[1] + pixel[1]] - low) / ((high - low) or 1.0)
        return self.strength > 0 and share >= self.strength / MOST - _ROUNDING


def _dot(shape: Shape, pixel: Pixel) -> Array:
    """How much of a dot each pixel gets, from 0 to 1; its radius grows with the picture."""
    rows, columns = np.indices(shape)
    distances = np.hypot(rows - pixel[0], columns - pixel[1])
    radius = max(_THINNEST, max(shape) / _PIXELS_PER_RADIUS)
    share: Array = np.clip(radius + _SOFT - distances, 0.0, 1.0)
    return share


def line_between(start: Pixel, end: Pixel) -> list[Pixel]:
    """The pixels of a straight line, both ends among them: a mouse that is fast reports few places."""
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]))
    if not steps:
        return [end]
    shares = [index / steps for index in range(steps + 1)]
    return [
        (round(start[0] + share * (end[0] - start[0])), round(start[1] + share * (end[1] - start[1])))
        for share in shares
    ]


def blank_question(question: Question, low: float) -> Question:
    """An empty picture of as many pixels."""
    return (low,) * len(question)
