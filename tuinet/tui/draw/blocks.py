"""Colour fields in parts of cells: two colours and a pattern for each cell, chosen by the least squared error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from textual.strip import Strip

from tuinet.tui.draw.cells import Levels, Mark, Marks, half_blocks, joined, marks_in, resample
from tuinet.tui.draw.pixels import ACROSS, DOWN
from tuinet.tui.draw.text import Piece, ink
from tuinet.tui.style.colour import Ramp, rgb, shades_of
from tuinet.tui.style.theme import Theme
from tuinet.tui.terminal.detect import Cells

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_UNSEEN_SHARE: Final = 2 / 3
"""Share of a cell's parts that may be drawn as they were: two of four, four of six, five of eight; but none of two.

So finer cells take no more bytes than half blocks, of which fewer change at a time.
"""
_SPRINKLE: Final = "░"
"""A quarter of a cell, in dots so fine that they are not seen one by one."""
_QUADRANTS: Final = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
_SEXTANTS: Final = 0x1FB00
_OCTANTS: Final = 0x1CD00
"""Where Unicode begins to count them, in the order of their patterns; it leaves out those that it has had before."""
_OLDER_OCTANTS: Final = {
    0x01: "\U0001cea8",
    0x02: "\U0001ceab",
    0x03: "\U0001fb82",
    0x14: "\U0001fbe6",
    0x28: "\U0001fbe7",
    0x3F: "\U0001fb85",
    0x40: "\U0001cea3",
    0x80: "\U0001cea0",
    0xC0: "▂",
    0xFC: "▆",
}
"""Quarters of a cell and its corners, which stand elsewhere; so do quadrants."""


class Blocks(NamedTuple):
    """How a cell is divided, and a character for each pattern of its parts.

    The parts are counted row by row from the upper left one; part i is inked where bit i of the pattern is set.
    """

    across: int
    down: int
    glyphs: str

    @property
    def parts(self) -> int:
        """How many parts a cell has."""
        return self.across * self.down


def _sextants() -> str:
    older = {0x00: " ", 0x15: "▌", 0x2A: "▐", 0x3F: "█"}
    own = iter(range(_SEXTANTS, _SEXTANTS + 64 - len(older)))
    return "".join(older.get(bits) or chr(next(own)) for bits in range(64))


def _octants() -> str:
    older = {**_OLDER_OCTANTS, **{_doubled(bits): glyph for bits, glyph in enumerate(_QUADRANTS)}}
    own = iter(range(_OCTANTS, _OCTANTS + 256 - len(older)))
    return "".join(older.get(bits) or chr(next(own)) for bits in range(256))


def _doubled(quadrants: int) -> int:
    """The octants that a pattern of quadrants covers: two rows of them for each of its rows."""
    upper, lower = quadrants & 3, quadrants >> 2
    return upper | upper << 2 | lower << 4 | lower << 6


KINDS: Final[Mapping[Cells, Blocks]] = {
    "half": Blocks(1, 2, " ▀▄█"),
    "quadrant": Blocks(2, 2, _QUADRANTS),
    "sextant": Blocks(2, 3, _sextants()),
    "octant": Blocks(2, 4, _octants()),
    "whole": Blocks(1, 1, " █"),
}


PIXELS: Final[Mapping[Cells, tuple[int, int]]] = {
    **{cells: (blocks.across, blocks.down) for cells, blocks in KINDS.items()},
    "whole": (ACROSS, DOWN),
}
"""Pixels across and down a cell that can be seen: behind whole cells, those of a picture."""
MOST_PIXELS: Final = 24_000
"""Of a picture; of larger ones half as many each way are evaluated, as of half blocks where that is too many."""
MOST_FINE_PRODUCTS: Final = 2 * 10**7
"""Multiplications for one picture finer than half blocks: about a millisecond, of the twenty that a frame has."""


def field_pixels(rows: int, columns: int, theme: Theme | None, layer_sizes: Sequence[int]) -> dict[str, int]:
    """Pixels of a map in so many cells that are worth an evaluation of the network, as a `View` names them.

    Where those of finer cells would cost the training too much, they are those of half blocks.
    """
    finest, half = PIXELS[theme.behind_pictures.cells if theme is not None else "half"], PIXELS["half"]
    products = sum(fan_in * fan_out for fan_in, fan_out in pairwise(layer_sizes))
    most = min(MOST_FINE_PRODUCTS // products, MOST_PIXELS)
    coarser = (finest, (finest[0] // 2, finest[1] // 2)) if finest == (ACROSS, DOWN) else (finest,)
    fitting = (size for size in coarser if size[0] * size[1] * rows * columns <= most)
    across, down = next(fitting, half)
    return {"columns": across * columns, "rows": down * rows}


def colour_field(
    levels: Levels, colours: Sequence[str], size: tuple[int, int], cells: Cells, marks: Marks
) -> list[Strip]:
    """A field of colours in so many cells, and glyphs over it.

    Parameters
    ----------
    levels
        An index into ``colours`` for each pixel, in any resolution: each part of a cell takes the nearest pixel.
    size
        Rows and columns of cells.
    cells
        How cells are divided. Where colours have shades, which need all of a cell, they are not.
    marks
        A cell with a glyph takes one colour.
    """
    rows, columns = size
    blocks = KINDS["half" if shades_of(colours) else cells]
    levels = resample(levels, blocks.down * rows, blocks.across * columns)
    if isinstance(colours, Ramp) and colours.fineness > 1:
        levels = flattened(levels, colours.fineness, blocks)
        marks = {**_mixtures(levels, colours, blocks), **marks}
    if blocks is KINDS["half"]:
        return half_blocks(levels, colours, marks)
    return block_rows(levels, colours, blocks, marks)


def flattened(levels: Levels, fineness: int, blocks: Blocks) -> Levels:
    """One level for all parts of a cell that are of one step, so many levels of which look alike."""
    parts = _parts(levels, blocks)
    is_flat = parts.max(axis=2) // fineness == parts.min(axis=2) // fineness
    flat = np.where(is_flat[..., None], parts.sum(axis=2, keepdims=True) // blocks.parts, parts)
    return _pixels(flat, blocks)


def _mixtures(levels: Levels, colours: Ramp, blocks: Blocks) -> Marks:
    """A sprinkle of the colour beside it on each cell that is all of a mixed level."""
    if not colours.mixtures:
        return {}
    parts = _parts(levels, blocks)
    is_mixed = np.array([bool(mixture) for mixture in colours.mixtures])
    cells = (is_mixed[parts[..., 0]] & (parts == parts[..., :1]).all(axis=2)).nonzero()
    found = zip(*(places.tolist() for places in cells), parts[cells][:, 0].tolist(), strict=True)
    return {
        (row, column): Mark(_SPRINKLE, colours.mixtures[level], colours[level], bold=False)
        for row, column, level in found
    }


def steady(levels: Levels, before: Levels | None, cells: Cells, step: int = 1) -> Levels:
    """Levels of a ramp that changes, but those before it in cells of which few parts have changed, and by one step.

    An edge that moves on through a cell would have it sent again for each of its parts: so it is for every few.

    Parameters
    ----------
    step
        So many levels look alike.
    """
    blocks = KINDS[cells]
    fits = not (levels.shape[0] % blocks.down or levels.shape[1] % blocks.across)
    if before is None or before.shape != levels.shape or not fits or blocks.parts <= KINDS["half"].parts:
        return levels
    differences = np.abs(_parts(levels, blocks) - _parts(before, blocks))
    stays = (differences.sum(axis=2) / step <= _UNSEEN_SHARE * blocks.parts) & (differences.max(axis=2) <= step)
    kept: Levels = np.where(np.kron(stays, np.ones((blocks.down, blocks.across), bool)), before, levels)
    return kept


def block_rows(levels: Levels, colours: Sequence[str], blocks: Blocks, marks: Marks) -> list[Strip]:
    """A field of exactly as many pixels as its cells have parts."""
    parts = _parts(levels, blocks)
    patterns, inked, grounds = two_levels(parts, _palette(tuple(colours)))
    for row, column in marks:
        grounds[row, column] = np.sort(parts[row, column])[blocks.parts // 2]
    rows = zip(patterns.tolist(), inked.tolist(), grounds.tolist(), strict=True)
    return [
        joined(_row_of(zip(*row, strict=True), colours, blocks, marks_in(marks, line))) for line, row in enumerate(rows)
    ]


def _row_of(
    cells: Iterable[tuple[int, int, int]], colours: Sequence[str], blocks: Blocks, marks: dict[int, Mark]
) -> list[Piece]:
    drawn: list[Piece] = []
    for column, (pattern, inked, ground) in enumerate(cells):
        mark = marks.get(column)
        if mark is not None:
            drawn.append((mark.glyph, mark.style(colours[ground])))
        else:
            drawn.append((blocks.glyphs[pattern], ink(colours[inked] if pattern else None, colours[ground])))
    return drawn


def _parts(levels: Levels, blocks: Blocks) -> Levels:
    """The pixels of each cell, shape (rows, columns, parts)."""
    rows, columns = levels.shape[0] // blocks.down, levels.shape[1] // blocks.across
    tiles = levels.reshape(rows, blocks.down, columns, blocks.across).transpose(0, 2, 1, 3)
    parts: Levels = tiles.reshape(rows, columns, blocks.parts)
    return parts


def _pixels(parts: Levels, blocks: Blocks) -> Levels:
    """The other way round: the picture of the parts of its cells."""
    rows, columns, _ = parts.shape
    tiles = parts.reshape(rows, columns, blocks.down, blocks.across).transpose(0, 2, 1, 3)
    pixels: Levels = tiles.reshape(rows * blocks.down, columns * blocks.across)
    return pixels


def two_levels(parts: Levels, palette: Floats) -> tuple[Levels, Levels, Levels]:
    """The pattern of each cell, and the levels of what it inks and of its ground, each of shape (rows, columns).

    The higher level is inked: so the cells along an edge between two levels have the same colours, which are sent once.

    Parameters
    ----------
    parts
        Levels, shape (rows, columns, parts).
    palette
        Colours of the levels, shape (levels, 3).
    """
    grounds, inked = parts.min(axis=2), parts.max(axis=2)
    is_inked = (parts == inked[..., None]) & (inked > grounds)[..., None]
    has_more = ~((parts == grounds[..., None]) | is_inked).all(axis=2)
    if has_more.any():
        grounds[has_more], inked[has_more], is_inked[has_more] = _nearest_two(parts[has_more], palette)
    patterns: Levels = is_inked @ (1 << np.arange(parts.shape[2]))
    return patterns, inked, grounds


def _nearest_two(parts: Levels, palette: Floats) -> tuple[Levels, Levels, Bools]:
    """Of cells with three levels or more: ground, ink, and which parts are inked, with the least squared error.

    The parts of a cell are divided in every way; that one is taken whose two halves differ least from their means.
    """
    colours, masks = palette[parts], _masks(parts.shape[1])
    sums, counts = np.matmul(masks, colours), masks.sum(axis=1)
    others = colours.sum(axis=1)[:, None] - sums
    # The squared error is the sum of all squares, which does not depend on the division, less this.
    explained = (sums**2).sum(axis=2) / counts + (others**2).sum(axis=2) / (parts.shape[1] - counts)
    is_inked = masks[explained.argmax(axis=1)] > 0
    inked, grounds = (_typical(parts, colours, group) for group in (is_inked, ~is_inked))
    turned = inked < grounds
    return np.minimum(inked, grounds), np.maximum(inked, grounds), is_inked ^ turned[:, None]


def _typical(parts: Levels, colours: Floats, group: Bools) -> Levels:
    """Of a group of parts of each cell the level whose colour is nearest to their mean."""
    members = group[..., None]
    means = (colours * members).sum(axis=1) / members.sum(axis=1)
    errors = ((colours - means[:, None]) ** 2).sum(axis=2)
    chosen = np.where(group, errors, np.inf).argmin(axis=1)
    return np.take_along_axis(parts, chosen[:, None], axis=1)[:, 0]


@lru_cache(maxsize=4)
def _masks(parts: int) -> Floats:
    """All ways to divide so many parts in two, shape (ways, parts); the last part is never in the first half."""
    bits = np.arange(1, 1 << (parts - 1))
    return (bits[:, None] >> np.arange(parts) & 1).astype(np.float64)


@lru_cache(maxsize=16)
def _palette(colours: tuple[str, ...]) -> Floats:
    return np.array([rgb(colour) for colour in colours], dtype=np.float64)
