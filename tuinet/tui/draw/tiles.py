"""Samples and weights as tiles: how large, the pixels of each as half blocks, and the words below a picture."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.answers import answer_name, short_answer
from tuinet.tui.draw.blocks import KINDS, block_rows
from tuinet.tui.draw.cells import Array, Levels, half_blocks, has_halves, quantize
from tuinet.tui.draw.pixels import ACROSS, DOWN, PictureCanvas
from tuinet.tui.draw.scales import BOUNDS
from tuinet.tui.draw.text import Piece, row, short_number, whole_percent
from tuinet.tui.style.colour import Ramp
from tuinet.tui.style.theme import Theme

if TYPE_CHECKING:
    from tuinet.observe.gallery import Gallery

ENOUGH: Final = 18
"""Pictures in sight; where there is room for more, they are drawn larger."""
_CAPTION: Final = 8
"""Cells that the text below a picture wants."""
_LEAST: Final = 12
"""Pixels along the longer side below which a picture is not made smaller as long as one of them fits."""
_TINY: Final = 4
_WIDEST_GAP: Final = 5
_MAX_FACTOR: Final = 64

Shape = tuple[int, int]
"""Rows and columns of pixels."""


@dataclass(frozen=True)
class Tiling:
    """Tiles of one size in rows and columns, each a picture with a line of text below it."""

    shape: Shape
    """Pixels of a picture as it is drawn."""
    columns: int
    rows: int
    pitch: int
    """Cells from one tile to the next: one to its left for a mark, then the picture, then a gap."""
    gap: int
    """Rows between the text and the next picture below."""

    @property
    def count(self) -> int:
        """How many tiles there are."""
        return self.columns * self.rows

    @property
    def lines(self) -> int:
        """Rows of cells of a picture."""
        return -(-self.shape[0] // 2)

    def hit(self, x: int, y: int) -> int | None:
        """Which tile is at a cell, counted from 0."""
        column, line = x // self.pitch, y // (self.lines + 1 + self.gap)
        return line * self.columns + column if 0 <= column < self.columns and 0 <= line < self.rows else None


@dataclass(frozen=True, eq=False)
class PictureShares:
    """A picture before it is drawn."""

    shares: Array
    """How far along the ramp each pixel is, from 0 to 1; shape (rows, columns)."""
    colours: Ramp

    def paint(self, canvas: PictureCanvas, left: int, top: int, size: Shape) -> None:
        """Paint it in so many rows and columns of cells; where it has more pixels than they have, their means."""
        room = DOWN * size[0], ACROSS * size[1]
        shape = min(self.shares.shape[0], room[0]), min(self.shares.shape[1], room[1])
        canvas.paint(left, top, size, quantize(resized(self.shares, shape), len(self.colours)), self.colours)

    def lines(self, shape: Shape, theme: Theme) -> list[list[Piece]]:
        """See `picture_lines`."""
        return picture_lines(self.shares, shape, self.colours, theme)


@dataclass(frozen=True, eq=False)
class Tile:
    """A picture and what is written below it."""

    picture: Sequence[Sequence[Piece]]
    mark: Piece
    """One cell to the left of the text."""
    caption: Sequence[Piece]
    source: PictureShares | None = None
    """What can be shown of the picture in pixels; ``None`` where there is none."""


def tiling(shape: Shape | None, width: int, height: int, wanted: int = ENOUGH) -> Tiling | None:
    """Tiles as large as leave room for as many as are wanted; else as many as can be recognized.

    ``None`` where samples have no shape of a picture, or where there is no room for even one.
    """
    if shape is None:
        return None
    sizes = [one for one in _tilings(shape, width, height) if one.count]
    recognizable = [one for one in sizes if max(one.shape) >= min(max(shape), _LEAST)]
    most = max(recognizable or sizes[:1], key=lambda one: one.count, default=None)
    return next((one for one in recognizable if one.count >= wanted), most)


def _tilings(shape: Shape, width: int, height: int) -> Iterator[Tiling]:
    """At every scale, the largest first: whole multiples, and one pixel for several."""
    rows, columns = shape
    largest = min(max(width // columns, 1), _MAX_FACTOR)
    for factor in range(largest, 1, -1):
        yield _tiling((rows * factor, columns * factor), width, height)
    for divisor in range(1, max(max(shape) // min(_TINY, max(shape)), 1) + 1):
        yield _tiling((-(-rows // divisor), -(-columns // divisor)), width, height)


def _tiling(shape: Shape, width: int, height: int) -> Tiling:
    lines, across = -(-shape[0] // 2), max(shape[1], _CAPTION)
    columns, rows = max((width + 1) // (across + 2), 0), max(height // (lines + 1), 0)
    pitch = min(width // columns, across + _WIDEST_GAP) if columns else 0
    spare = height - rows * (lines + 1)
    return Tiling(shape, columns, rows, max(pitch, across + 1), int(1 < rows <= spare + 1))


def resized(values: Array, shape: Shape) -> Array:
    """A picture with other pixels: each one repeated, or the mean of those that it stands for."""
    for axis, length in enumerate(shape):
        there = values.shape[axis]
        if length != there:
            edges = np.arange(length) * there // length
            counts = np.maximum(np.diff(edges, append=there), 1)
            values = np.add.reduceat(values, edges, axis=axis) / np.expand_dims(counts, 1 - axis)
    return values


def picture_lines(shares: Array, shape: Shape, colours: Ramp, theme: Theme) -> list[list[Piece]]:
    """A picture in half blocks; where there are no colours for these, two rows of pixels are one of cells.

    One that has more pixels than that is drawn as finely as cells can be divided.

    Parameters
    ----------
    shares
        How far along the ramp each pixel is, from 0 to 1; shape (rows, columns), drawn in pixels of another shape.
    """
    blocks, size = KINDS[theme.cells], (-(-shape[0] // 2), shape[1])
    fine = blocks.down * size[0], blocks.across * size[1]
    is_fine = theme.cells != "half" and not shape[0] % 2 and covers(shares.shape, fine)
    if theme.cells == "whole" or (is_fine and has_halves(colours, theme)):
        levels = quantize(resized(shares, fine), len(colours))
        return [pieces_of(strip) for strip in block_rows(levels, colours, blocks, {})]
    if has_halves(colours, theme):
        return half_block_lines(quantize(resized(shares, shape), len(colours)), colours, theme)
    levels = quantize(resized(shares, (-(-shape[0] // 2), shape[1])), len(colours))
    return [pieces_of(strip) for strip in half_blocks(np.repeat(levels, 2, axis=0), colours, {})]


def covers(shape: Sequence[int], fine: Shape) -> bool:
    """Whether a picture of this shape has a pixel of its own for each of those."""
    return shape[0] >= fine[0] and shape[1] >= fine[1]


def half_block_lines(levels: Levels, colours: Sequence[str], theme: Theme) -> list[list[Piece]]:
    """Two rows of pixels in each line; half a row of cells is left at the end where their number is odd."""
    if len(levels) % 2:
        levels = np.vstack([levels, np.full((1, levels.shape[1]), len(colours))])
    return [pieces_of(strip) for strip in half_blocks(levels, (*colours, theme.background), {})]


def pieces_of(strip: Strip) -> list[Piece]:
    """The pieces that a strip is made of."""
    return [(segment.text, segment.style or Style()) for segment in strip]


def sample_picture(snapshot: Snapshot, features: Array, shape: Shape, theme: Theme) -> list[list[Piece]]:
    """A sample in grey levels, see `sample_shares`."""
    return sample_shares(snapshot, features, theme).lines(shape, theme)


def sample_shares(snapshot: Snapshot, features: Array, theme: Theme) -> PictureShares:
    """A sample from the lowest feature of all training samples to the highest."""
    low, high = snapshot.dataset.extent
    return PictureShares((_as_picture(snapshot, features) - low) / ((high - low) or 1.0), theme.greys)


def weight_shares(snapshot: Snapshot, unit: int, theme: Theme) -> PictureShares:
    """The weights of a unit of the first layer, from the negative of the largest size to the positive."""
    weights = snapshot.layers[0].weights[:, unit]
    shares = 0.5 + _as_picture(snapshot, weights) / (2 * (largest_weight(snapshot, unit) or 1.0))
    return PictureShares(shares, theme.levels)


def largest_weight(snapshot: Snapshot, unit: int) -> float:
    """The largest size of a weight of a unit of the first layer."""
    return float(np.abs(snapshot.layers[0].weights[:, unit]).max())


def _as_picture(snapshot: Snapshot, values: Array) -> Array:
    shape = snapshot.dataset.image_shape
    assert shape is not None
    return np.asarray(values, np.float64).reshape(shape)


def tile_rows(
    tiles: Sequence[Tile], layout: Tiling, theme: Theme, width: int, canvas: PictureCanvas | None = None
) -> list[Strip]:
    """The tiles in their places, row by row; on the canvas, if any, their pictures in pixels."""
    drawn: list[Strip] = []
    for index, tile in enumerate(tiles[: layout.count]):
        if canvas is not None and tile.source is not None:
            line, column = divmod(index, layout.columns)
            place = column * layout.pitch + 1, line * (layout.lines + 1 + layout.gap)
            tile.source.paint(canvas, *place, (layout.lines, layout.shape[1]))
    for start in range(0, min(len(tiles), layout.count), layout.columns):
        lines = _tile_lines(tiles[start : start + layout.columns], layout, theme.inks.blank)
        drawn += [row((), width, theme.inks.blank)] * (layout.gap if start else 0)
        drawn += [row(line, width, theme.inks.blank) for line in lines]
    return drawn


def _tile_lines(tiles: Sequence[Tile], layout: Tiling, blank: Style) -> Iterator[list[Piece]]:
    for line in range(layout.lines):
        yield [piece for tile in tiles for piece in _fitted((" ", blank), tile.picture[line], layout.pitch, blank)]
    yield [piece for tile in tiles for piece in _fitted(tile.mark, tile.caption, layout.pitch, blank)]


def _fitted(mark: Piece, pieces: Sequence[Piece], pitch: int, blank: Style) -> list[Piece]:
    return pieces_of(row([mark, *pieces], pitch, blank))


def no_room(theme: Theme, width: int, height: int) -> list[Strip]:
    """A sentence for a panel in which not even one picture fits."""
    return [row([(" no room for a picture", theme.inks.axis)], width, theme.inks.blank)][: max(height, 0)]


WRONG: Final = "✗"
RIGHT: Final = "✓"
ARROW: Final = "→"
"""From what a sample is to what it is taken for; from a target to an output."""
VALUES: Final = ("target", "output", "error")
"""The numbers shown of a sample whose target is a number."""


def confidence_text(snapshot: Snapshot, value: float) -> str:
    """The output of the predicted class in whole percent; or the number where it can be any."""
    if not math.isfinite(value):
        return str(value)
    return whole_percent(value) if snapshot.layers[-1].activation in BOUNDS else f"{value:.2f}"


def is_wrong(gallery: Gallery, index: int) -> bool:
    """Whether a sample is taken for another class."""
    return gallery.verdicts is not None and bool(gallery.verdicts.wrong[index])


def caption(snapshot: Snapshot, gallery: Gallery, index: int, theme: Theme, room: int) -> list[Piece]:
    """True class, predicted class and confidence, as in ``9→5 98%``; or target and output."""
    if gallery.verdicts is None:
        target, output = float(gallery.targets[index, 0]), float(gallery.outputs[index, 0])
        return [(f"{short_number(target)}{ARROW}{short_number(output)}", theme.inks.text)]
    verdicts = gallery.verdicts
    share = confidence_text(snapshot, float(verdicts.confidences[index]))
    pair = int(verdicts.actual[index]), int(verdicts.predicted[index])
    said = _said(snapshot, pair, room - len(share) - 1)
    if is_wrong(gallery, index):
        return [(f"{said} {share}", theme.inks.wrong)]
    return [(said, theme.inks.text), (f" {share}", theme.inks.axis)]


def _said(snapshot: Snapshot, pair: tuple[int, int], room: int) -> str:
    """Both classes; where they are the same and have no room twice, the class."""
    whole = ARROW.join(answer_name(snapshot, answer) for answer in pair)
    if cell_len(whole) <= room:
        return whole
    if pair[0] == pair[1]:
        return short_answer(snapshot, pair[0], max(room, 1))
    return ARROW.join(short_answer(snapshot, answer, max((room - 1) // 2, 1)) for answer in pair)
