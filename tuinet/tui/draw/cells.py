"""Pure drawing: arrays to characters and colour levels, glyphs of samples, and what differs between two drawings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tuinet.tui.draw.short_names import graphemes
from tuinet.tui.draw.text import Piece, ink
from tuinet.tui.style.colour import Shade, readable_on, shades_of
from tuinet.tui.style.theme import Theme
from tuinet.tui.terminal import substitutes


def whole(strip: Strip, left: int, right: int) -> tuple[int, int]:
    """A run of cells of a row, widened so that it cuts no grapheme in two."""
    return _grapheme_at(strip, left)[0], _grapheme_at(strip, right - 1)[1]


def _grapheme_at(strip: Strip, cell: int) -> tuple[int, int]:
    place = 0
    for segment in strip:
        text = segment.text
        if text.isascii():
            if cell < place + len(text):
                return cell, cell + 1
            place += len(text)
            continue
        width = segment.cell_length
        if cell < place + width:
            if len(text) == 1:
                return place, place + width
            return _within(text, place, cell)
        place += width
    return cell, cell + 1


def _within(text: str, place: int, cell: int) -> tuple[int, int]:
    for _, width in graphemes(text):
        if cell < place + width:
            return place, place + width
        place += width
    return cell, cell + 1


T = TypeVar("T", bound=np.generic)

Array = NDArray[np.floating[Any]]
Levels = NDArray[np.intp]

POINT_GLYPHS: Final = substitutes.POINT_GLYPHS
_JOINED_GAP: Final = 4
_DITHER: Final = tuple(
    tuple((rank + 0.5) / 16 for rank in ranks)
    for ranks in ((0, 8, 2, 10), (12, 4, 14, 6), (3, 11, 1, 9), (15, 7, 13, 5))
)
"""Which share of a map's cells a character must have at least to be drawn in a cell: Bayer's ordered pattern.

References: B. E. Bayer, "An optimum method for two-level rendition of continuous-tone pictures", ICC 1973.
"""


class Mark(NamedTuple):
    """A glyph to draw over a map."""

    glyph: str
    colour: str | None = None
    """``None`` for black or white, whichever can be read."""
    ground: str | None = None
    """``None`` for the colour of the map."""
    bold: bool = True

    def style(self, level: str) -> Style:
        """The style of the glyph where the map has this colour."""
        ground = self.ground or level
        return ink(self.colour or readable_on(ground), ground, bold=self.bold)


Marks = dict[tuple[int, int], Mark]
"""The glyphs to draw over a map, by (row, column) of the cell."""


def marks_in(marks: Marks, index: int) -> dict[int, Mark]:
    """The marks of one row, by column."""
    return {column: mark for (line, column), mark in marks.items() if line == index}


def quantize(values: Array, levels: int, before: Levels | None = None, *, slack: float = 1.0) -> Levels:
    """Colour levels of values between 0 and 1; what is beyond counts as the nearest, what is not finite as one half.

    Parameters
    ----------
    before
        The levels that were drawn last, the same shape: one stays until its value has left it far enough, so that what
        trembles is not drawn anew.
    slack
        How far from its middle a value leaves such a level, in levels.
    """
    places = np.where(np.isfinite(values), values, 0.5) * levels
    # First the bounds: a value of a run that diverges may be beyond every whole number.
    exact = np.clip(places, 0, levels - 1).astype(np.intp)
    return exact if before is None else np.where(np.abs(places - (before + 0.5)) <= slack, before, exact)


def resample(values: NDArray[T], rows: int, columns: int) -> NDArray[T]:
    """The array at another resolution, each pixel taken from the nearest one."""
    if values.shape == (rows, columns):
        return values
    down = (np.arange(rows) + 0.5) * values.shape[0] / rows
    across = (np.arange(columns) + 0.5) * values.shape[1] / columns
    resampled: NDArray[T] = values[np.ix_(down.astype(int), across.astype(int))]
    return resampled


def has_halves(colours: Sequence[str], theme: Theme) -> bool:
    """Whether the two halves of a cell can have a colour each: not of the terminal's 16, nor without half blocks."""
    return not (shades_of(colours) or theme.is_colourless or theme.spells)


def half_blocks(levels: Levels, colours: Sequence[str], marks: Marks) -> list[Strip]:
    """A map with two rows of pixels in one row of cells, and glyphs over it.

    Where colours have shades, a row of cells shows its upper row of pixels by characters.

    Parameters
    ----------
    levels
        Shape (2 * rows, columns): an index into ``colours`` for each pixel.
    marks
        A cell with a glyph takes one colour, that of its upper pixel.
    """
    shades = shades_of(colours)
    pairs = enumerate(zip(levels[::2], levels[1::2], strict=False))
    if shades:
        return [_shaded_row(index, row, colours, shades, marks_in(marks, index)) for index, (row, _) in pairs]
    return [_half_block_row(upper, lower, colours, marks_in(marks, index)) for index, (upper, lower) in pairs]


def _shaded_row(
    line: int, levels: Levels, colours: Sequence[str], shades: Sequence[Shade], marks: dict[int, Mark]
) -> Strip:
    cells: list[Piece] = []
    for column, level in enumerate(levels.tolist()):
        mark, shade = marks.get(column), shades[level]
        if mark is not None:
            cells.append((mark.glyph, mark.style(colours[level])))
        else:
            drawn = shade.share > _DITHER[line % len(_DITHER)][column % len(_DITHER)]
            cells.append((shade.glyph if drawn else " ", ink(shade.colour, shade.ground)))
    return joined(cells)


def joined(cells: Sequence[Piece]) -> Strip:
    """A strip of cells, each with one character; those beside one another in one style are one segment."""
    runs = groupby(cells, itemgetter(1))
    return Strip([Segment("".join(text for text, _ in run), style) for style, run in runs], len(cells))


def _half_block_row(upper: Levels, lower: Levels, colours: Sequence[str], marks: dict[int, Mark]) -> Strip:
    cells = [
        (top, top if column in marks else bottom, marks.get(column))
        for column, (top, bottom) in enumerate(zip(upper.tolist(), lower.tolist(), strict=True))
    ]
    segments = [_run(top, bottom, mark, len(list(run)), colours) for (top, bottom, mark), run in groupby(cells)]
    return Strip(segments, len(cells))


def _run(top: int, bottom: int, mark: Mark | None, length: int, colours: Sequence[str]) -> Segment:
    if mark:
        return Segment(mark.glyph * length, mark.style(colours[top]))
    if top == bottom:
        return Segment(" " * length, ink(None, colours[top]))
    return Segment("▀" * length, ink(colours[top], colours[bottom]))


def bar(share: float, width: int) -> tuple[str, str]:
    """A line that fills this share of the width, to half a cell, and the rest of its track."""
    halves = round(min(max(share, 0.0), 1.0) * width * 2) if np.isfinite(share) else 0
    filled = "━" * (halves // 2) + "╸" * (halves % 2)
    return filled, "─" * (width - len(filled))


def log_share(value: float, low_exponent: int, high_exponent: int) -> float:
    """Where a value lies on a logarithmic axis between two powers of ten: 0 at the lower end, 1 at the upper."""
    if not value > 0:
        return 0.0
    return float(np.clip((np.log10(value) - low_exponent) / (high_exponent - low_exponent), 0, 1))


def changed_runs(old: Strip, new: Strip) -> list[tuple[int, int]]:
    """The runs of cells, each from its first to behind its last, that differ between two drawings of one row.

    Runs with a few equal cells between them are joined: moving the cursor costs as much as writing those.
    """
    if old == new:
        return []
    cells = list(_cells(old)), list(_cells(new))
    if len(cells[0]) != len(cells[1]):
        return [(0, new.cell_length)]
    runs: list[tuple[int, int]] = []
    for index, (before, after) in enumerate(zip(*cells, strict=True)):
        if before == after:
            continue
        if runs and index - runs[-1][1] <= _JOINED_GAP:
            runs[-1] = (runs[-1][0], index + 1)
        else:
            runs.append((index, index + 1))
    return runs


def _cells(strip: Strip) -> Iterator[tuple[str, int, Style | None]]:
    """Each cell's grapheme, which of the grapheme's cells it is, and the style."""
    for text, style, _ in strip:
        for grapheme, width in graphemes(text):
            for index in range(width):
                yield grapheme, index, style


TEST_GLYPHS: Final = "•◦✦✧▪▫▴▵▾▿"
"""The glyphs of training samples, smaller, in the same order."""
WRONG_GLYPHS: Final = "ABCDEFGHIJ"
"""Training samples that are taken for another class: a letter for each class that they belong to."""
WRONG_TEST_GLYPHS: Final = "abcdefghij"


def sample_glyph(label: int, *, is_test: bool = False, is_wrong: bool = False) -> str:
    """How a sample of a class is drawn; after ten classes the glyphs begin again."""
    right, wrong = (TEST_GLYPHS, WRONG_TEST_GLYPHS) if is_test else (POINT_GLYPHS, WRONG_GLYPHS)
    glyphs = wrong if is_wrong else right
    return glyphs[label % len(glyphs)]
