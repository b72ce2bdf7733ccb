"""Ridges: for each layer how many of its gradients are of which size, as bars over a logarithmic axis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rich.style import Style

from tuinet.observe.gradients import GradientSpread
from tuinet.tui.size_scale import SizeScale
from tuinet.tui.text import Piece

Counts = NDArray[np.integer[Any]]

POSITIVE, NEGATIVE, BOTH = "+", "−", "±"
"""Which gradients a row of bars counts."""
GRID: Final = "·"
"""Where a labelled power of ten stands, above its label."""
MORE: Final = "↑"
"""On top of the bar of the zeros where they are more than the other bars' scale can show."""
EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
ZERO_WIDTH: Final = 2
"""Cells of the bar of the gradients that are exactly 0, and of the gap behind it."""


@dataclass(frozen=True)
class Ridge:
    """The bars of one layer."""

    spread: GradientSpread
    scale: SizeScale

    @property
    def positive(self) -> Counts:
        """Weights with a positive gradient, by column."""
        return self.scale.columns(self.spread.positive)

    @property
    def negative(self) -> Counts:
        """Weights with a negative gradient, by column."""
        return self.scale.columns(self.spread.negative)

    @property
    def both(self) -> Counts:
        """Weights with a gradient other than 0, by column."""
        return self.positive + self.negative

    @property
    def peak(self) -> int:
        """What a bar of full height counts: the fullest column of either sign, or the zeros where there is no other."""
        return max(peak_of(self.positive), peak_of(self.negative)) or self.spread.zeros

    def whole(self, styles: tuple[Style, Style]) -> list[Piece]:
        """Bars of both signs together in one row."""
        return self.bars(self.both, peak_of(self.both) or self.spread.zeros, 1, styles, self.spread.zeros)[0]

    def halves(self, rows: int, styles: tuple[Style, Style]) -> Iterator[tuple[str, int, list[Piece]]]:
        """Bars of the positive gradients above those of the negative ones, so many rows each, on one scale.

        Yields
        ------
        tuple
            For each row the sign, the row's place within its half, and the cells; the zeros stand in the upper half.
        """
        for sign, counts, zeros in ((POSITIVE, self.positive, self.spread.zeros), (NEGATIVE, self.negative, 0)):
            for index, cells in enumerate(self.bars(counts, self.peak, rows, styles, zeros)):
                yield sign, index, cells

    def bars(self, counts: Counts, peak: int, rows: int, styles: tuple[Style, Style], zeros: int) -> list[list[Piece]]:
        """Bars of these counts behind that of the zeros, from top to bottom.

        Parameters
        ----------
        counts
            By column.
        peak
            The count that fills all rows; where the zeros are more, an arrow says so.
        styles
            Of bars, and of the grid between them.
        zeros
            Weights whose gradient is 0.
        """
        bar, grid = styles
        ticks = {cell for cell, _ in self.scale.ticks()}
        heights = np.repeat(bar_heights(counts, peak, rows), self.scale.thickness).tolist()
        ground = bar_heights(np.array([zeros]), peak, rows).tolist()
        lines: list[list[Piece]] = []
        for level in range(rows - 1, -1, -1):
            is_over = zeros > peak and level == rows - 1
            zero = MORE if is_over else EIGHTHS[_filled(ground[0], level)]
            cells = [_cell(_filled(height, level), cell in ticks, bar, grid) for cell, height in enumerate(heights)]
            lines.append([(zero.ljust(ZERO_WIDTH), bar), *cells])
        return lines


def _cell(filled: int, is_tick: bool, bar: Style, grid: Style) -> Piece:
    return (GRID, grid) if is_tick and not filled else (EIGHTHS[filled], bar)


def bar_heights(counts: Counts, peak: int, rows: int) -> Counts:
    """Heights in eighths of a row; what is not 0 is seen, be it ever so little.

    The last eighth stays free, so that the bars of two layers do not run into one another.
    """
    most = 8 * rows - 1
    heights = np.rint(counts * (most / max(peak, 1))).astype(np.intp)
    return np.where(counts > 0, np.clip(heights, 1, most), 0)


def peak_of(counts: Counts) -> int:
    """The largest count."""
    return int(counts.max(initial=0))


def _filled(height: int, level: int) -> int:
    """Eighths filled of the cell at a level above the ground."""
    return min(max(height - 8 * level, 0), 8)


def axis_pieces(scale: SizeScale, style: Style) -> list[Piece]:
    """The labels under the bars: ``0``, then powers of ten."""
    text = "0".ljust(ZERO_WIDTH)
    for cell, label in scale.ticks():
        text = text.ljust(ZERO_WIDTH + cell) + label
    return [(text, style)]
