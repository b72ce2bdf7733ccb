"""All layers below one another: how many gradients are of which size, and in words how each layer does."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rich.style import Style
from textual.strip import Strip

from tuinet.health import LayerHealth, State, layer_healths, short_share
from tuinet.observe.gradients import BINS_PER_DECADE, HIGH_EXPONENT, LOW_EXPONENT, GradientSpread
from tuinet.observe.snapshot import Snapshot, gradients_are_fresh, gradients_are_known
from tuinet.tui.draw.scales import power_label
from tuinet.tui.draw.text import (
    ACTIVE,
    Piece,
    active_layer,
    count,
    first_fitting,
    ink,
    row,
    scientific,
    shorten,
    width_of,
)
from tuinet.tui.style.theme import Theme

Counts = NDArray[np.integer[Any]]

_LOW: Final = range(-8, LOW_EXPONENT, -2)
_HIGH: Final = range(0, HIGH_EXPONENT, 2)
"""Where an axis may end; the outermost bins lie beyond, so that what is outside is known to be."""
_OUTSIDE: Final = 0.1
"""Share of the gradients that may lie beyond an end of the axis; they count in its first or last column."""
_LABEL_STEPS: Final = (1, 2, 4, 8, 20)
_FEW: Final = 400
"""So few gradients fill no fine columns."""
_COARSE: Final = (2, 1)
_FINE: Final = (6, 3, 2, 1)
"""Columns to a power of ten, the most first; each divides the bins evenly."""


@dataclass(frozen=True)
class SizeScale:
    """A logarithmic axis of sizes, from one power of ten to another, in columns of equal ratios."""

    low: int
    """Exponent at the left end."""
    high: int
    """Exponent at the right end."""
    per_decade: int
    """Columns to a power of ten: 1, 2, 3 or 6."""
    thickness: int
    """Cells to a column."""
    is_cut: bool = False
    """Whether there are gradients below the left end."""

    def columns(self, counts: Counts) -> Counts:
        """Counts by bin, shape (BINS,), as counts by column; what lies outside goes to the ends."""
        first, last = ((end - LOW_EXPONENT) * BINS_PER_DECADE for end in (self.low, self.high))
        inside = counts[first:last].copy()
        inside[0] += counts[:first].sum()
        inside[-1] += counts[last:].sum()
        joined: Counts = inside.reshape(-1, BINS_PER_DECADE // self.per_decade).sum(axis=1)
        return joined

    def ticks(self) -> list[tuple[int, str]]:
        """Where a label begins, in cells from the left, and what it says; one behind the right end among them."""
        decade = self.per_decade * self.thickness
        first = "<" * self.is_cut + power_label(self.low)
        every = next((step for step in _LABEL_STEPS if step * decade > len(first)), _LABEL_STEPS[-1])
        later = range(self.low + every, self.high + 1, every)
        return [(0, first), *(((exponent - self.low) * decade, power_label(exponent)) for exponent in later)]


def fit_scale(spreads: Collection[GradientSpread], room: int) -> SizeScale | None:
    """The axis that holds the gradients of all layers in so many cells; ``None`` where there is no room for one."""
    low = next((end for end in _LOW if _share_outside(spreads, end, below=True) <= _OUTSIDE), _LOW[-1])
    high = next((end for end in _HIGH if _share_outside(spreads, end, below=False) <= _OUTSIDE), _HIGH[-1])
    decades = high - low
    fineness = _COARSE if max((spread.counted for spread in spreads), default=0) < _FEW else _FINE
    per_decade = next((fine for fine in fineness if fine * decades <= room), 0)
    is_cut = _share_outside(spreads, low, below=True) > 0
    return SizeScale(low, high, per_decade, room // (per_decade * decades), is_cut) if per_decade else None


def _share_outside(spreads: Collection[GradientSpread], end: int, *, below: bool) -> float:
    """The largest share of any layer's gradients, those that are 0 left out, beyond one end."""
    place = (end - LOW_EXPONENT) * BINS_PER_DECADE
    shares = [0.0]
    for spread in spreads:
        sizes = spread.positive + spread.negative
        outside = sizes[:place] if below else sizes[place:]
        shares.append(float(outside.sum() / max(sizes.sum(), 1)))
    return max(shares)


POSITIVE, NEGATIVE, BOTH = "+", "−", "±"
"""Which gradients a row of bars counts."""
GRID: Final = "·"
"""Where a labelled power of ten stands, above its label."""
MORE: Final = "↑"
"""On top of the bar of the zeros where they are more than the other bars' scale can show."""
EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
ZERO_WIDTH: Final = 2
"""Cells of the bar of the gradients that are exactly 0, and of the gap behind it."""


class Ridge:
    """The bars of one layer.

    Attributes
    ----------
    peak
        What a bar of full height counts: the fullest column of either sign, or the zeros where there is no other.
    """

    def __init__(self, spread: GradientSpread, scale: SizeScale, bar: Style, grid: Style) -> None:
        self._zeros, self._scale, self._bar, self._grid = spread.zeros, scale, bar, grid
        self._positive, self._negative = scale.columns(spread.positive), scale.columns(spread.negative)
        self.peak = max(_peak(self._positive), _peak(self._negative)) or self._zeros

    def whole(self) -> list[Piece]:
        """Bars of both signs together in one row."""
        both = self._positive + self._negative
        return self._bars(both, _peak(both) or self._zeros, 1, self._zeros)[0]

    def halves(self, rows: int) -> Iterator[tuple[str, int, list[Piece]]]:
        """Bars of the positive gradients above those of the negative ones, so many rows each, on one scale.

        Yields
        ------
        tuple
            For each row the sign, the row's place within its half, and the cells; the zeros stand in the upper half.
        """
        for sign, counts, zeros in ((POSITIVE, self._positive, self._zeros), (NEGATIVE, self._negative, 0)):
            for index, cells in enumerate(self._bars(counts, self.peak, rows, zeros)):
                yield sign, index, cells

    def _bars(self, counts: Counts, peak: int, rows: int, zeros: int) -> list[list[Piece]]:
        """Bars of counts by column behind that of the zeros, from top to bottom.

        The peak is the count that fills all rows; where the zeros are more, an arrow says so.
        """
        ticks = {cell for cell, _ in self._scale.ticks()}
        heights = bar_heights(np.append(zeros, counts), peak, rows)
        lines: list[list[Piece]] = []
        for level in range(rows - 1, -1, -1):
            zero, *columns = np.clip(heights - 8 * level, 0, 8).tolist()
            glyph = MORE if zeros > peak and level == rows - 1 else EIGHTHS[zero]
            cells = [
                (EIGHTHS[filled], self._bar) if filled or cell not in ticks else (GRID, self._grid)
                for cell, filled in enumerate(np.repeat(columns, self._scale.thickness).tolist())
            ]
            lines.append([(glyph.ljust(ZERO_WIDTH), self._bar), *cells])
        return lines


def bar_heights(counts: Counts, peak: int, rows: int) -> Counts:
    """Heights in eighths of a row; what is not 0 is seen, be it ever so little.

    The last eighth stays free, so that the bars of two layers do not run into one another.
    """
    most = 8 * rows - 1
    heights = np.rint(counts * (most / max(peak, 1))).astype(np.intp)
    return np.where(counts > 0, np.clip(heights, 1, most), 0)


def _peak(counts: Counts) -> int:
    return int(counts.max(initial=0))


def axis_pieces(scale: SizeScale, style: Style) -> list[Piece]:
    """The labels under the bars: ``0``, then powers of ten."""
    text = "0".ljust(ZERO_WIDTH)
    for cell, label in scale.ticks():
        text = text.ljust(ZERO_WIDTH + cell) + label
    return [(text, style)]


def layer_style(snapshot: Snapshot, number: int, theme: Theme) -> Style:
    """The colour of a layer, counted from 1; dimmed while its gradients are those of the step before."""
    colours = theme.layer_colours(len(snapshot.layers))
    return ink(colours[number - 1] if gradients_are_fresh(snapshot, number) else theme.border, theme.background)


def words_style(health: LayerHealth, theme: Theme) -> Style:
    """In the colour of warnings where something is wrong."""
    inks = theme.inks
    styles: dict[State, Style] = {"healthy": inks.curve, "weak": inks.text, "ill": inks.warning, "unknown": inks.axis}
    return styles[health.state]


def fitting_words(health: LayerHealth, width: int, *, is_compared: bool = False) -> str:
    """The remarks about a layer as they fit; shorter beside its share of the last gradients."""
    first, remarks = health.remarks[0], health.remarks
    full, short = (" · ".join(texts) for texts in ([one.full for one in remarks], [one.short for one in remarks]))
    beside = " · ".join(one.short if one.compares else one.full for one in remarks)
    texts = (beside, short) if is_compared else (full, short, first.full)
    return first_fitting(texts, width) or shorten(first.short, width)


_SHARE_WIDTH: Final = 7
_WORDS: Final = ((50, 40), (23, 24), (14, 8))
"""Cells for words, and the least that must be left for the bars then."""
_TALLEST: Final = 16
"""Rows of bars for each sign."""
_SIGN_WIDTH: Final = 3
_MARGIN: Final = 1
_LEAST: Final = 4
"""Rows below which there are only words: heading, axis, and two layers."""


def ridge_rows(snapshot: Snapshot, theme: Theme, width: int, height: int) -> list[Strip]:
    """A heading, for each layer its bars and what is to be said about it, and the axis of the bars."""
    if height < 1 or width < 1:
        return []
    table = _Table(snapshot, theme, width, height)
    shown = evenly(len(snapshot.layers), height - 2 if table.bars else height)
    lines = [line for number in shown for line in table.layer(number)]
    lines = lines[: len(lines) - table.gap]
    if table.bars:
        lines = [table.heading(len(shown)), *lines[: height - 2], *table.axis()]
    return [row(line, width, theme.inks.blank) for line in lines[:height]]


def evenly(total: int, most: int) -> list[int]:
    """At most so many of the numbers from 1 up to a total, evenly spread, the first and the last among them."""
    return sorted({round(place) for place in np.linspace(1, total, min(total, max(most, 0))).tolist()})


def known_spreads(snapshot: Snapshot) -> dict[int, GradientSpread]:
    """How the gradients are spread in the layers that have any, which are counted from 1."""
    layers = enumerate(() if snapshot.flow is None else snapshot.flow.layers, start=1)
    return {number: spread for number, spread in layers if gradients_are_known(snapshot, number)}


def _rows(layers: int, room: int) -> tuple[int, int]:
    """Rows of bars for each sign, and blank rows between two layers; none where there is no room for both signs."""
    heights = ((rows, gap) for rows in range(_TALLEST, 0, -1) for gap in (1, 0))
    return next(((rows, gap) for rows, gap in heights if layers * (2 * rows + gap) - gap <= room), (0, 0))


class _Table:
    """The lines of the table, as pieces.

    Attributes
    ----------
    bars
        Cells of the bars, with that of the zeros; 0 where there is room for words only.
    gap
        Blank rows between two layers.
    """

    def __init__(self, snapshot: Snapshot, theme: Theme, width: int, height: int) -> None:
        self._snapshot, self._theme, self._layers = snapshot, theme, len(snapshot.layers)
        self._healths, self._spreads = layer_healths(snapshot), known_spreads(snapshot)
        self._number = len(str(self._layers))
        self._before = 1 + self._number + _SIGN_WIDTH  # mark, number, sign
        left = width - self._before - _MARGIN
        rooms = ((words, left - words - 1 - _SHARE_WIDTH, least + ZERO_WIDTH) for words, least in _WORDS)
        fitting = ((words, bars) for words, bars, least in rooms if bars >= least and height >= _LEAST)
        self._words_width, self.bars = next(fitting, (max(width - 2 - self._number - _MARGIN, 0), 0))
        self._share_width = _SHARE_WIDTH if self.bars else 0
        self._rows, self.gap = _rows(self._layers, height - 2) if self.bars else (0, 0)
        self._scale = fit_scale(self._spreads.values(), self.bars - ZERO_WIDTH) if self.bars else None

    def heading(self, shown: int) -> list[Piece]:
        """The names of the columns, and how many of the layers are shown."""
        layers = self._layers
        of = "" if shown == layers else f", {shown} of {layers} layers"
        texts = (f"weights by size of ∂L/∂w{of}", f"by size of ∂L/∂w{of}", f"∂L/∂w{of}", "∂L/∂w")
        shares = (f" per weight, of layer {layers}'s", f" per weight, of {layers}'s")
        share = first_fitting(shares, self._share_width + self._words_width + 1)
        share = share if self._share_width and layers > 1 else ""
        text = first_fitting(texts, self.bars).ljust(self.bars)
        return [(" " * self._before + text + share, self._theme.inks.axis)]

    def axis(self) -> list[list[Piece]]:
        """The sizes under the bars."""
        style = self._theme.inks.axis
        return [[(" " * self._before, style), *axis_pieces(self._scale, style)]] if self._scale else []

    def layer(self, number: int) -> list[list[Piece]]:
        """A layer's bars, what is to be said about it beside their first row, and its numbers beside the second."""
        axis, colour = self._theme.inks.axis, layer_style(self._snapshot, number, self._theme)
        is_active = number == active_layer(self._snapshot)
        mark = (ACTIVE, self._theme.inks.accent) if is_active else (" ", axis)
        said = [self._words(number), *self._numbers(number)]
        name: list[Piece] = [mark, (f"{number:>{self._number}}", colour)]
        lines: list[list[Piece]] = []
        for index, (sign, cells) in enumerate(self._bars(number, colour)):
            before = [(" " * (1 + self._number), axis)] if index else name
            signed: list[Piece] = [(f" {sign} ", axis), *cells] if self.bars else []
            gap = (" " * (self.bars - width_of(cells)), axis)
            lines.append([*before, *signed, gap, *(said[index] if index < len(said) else [])])
        return [*lines, *[[(" ", axis)]] * self.gap]

    def _bars(self, number: int, colour: Style) -> Sequence[tuple[str, list[Piece]]]:
        """The rows of one layer: which sign they count, and their cells."""
        spread, rows = self._spreads.get(number), self._rows
        if self._scale is None or spread is None:
            return [(" ", [])] * max(1, 2 * rows)
        ridge = Ridge(spread, self._scale, colour, self._theme.inks.border)
        if not rows:
            return [(BOTH, ridge.whole())]
        return [(" " if index else sign, cells) for sign, index, cells in ridge.halves(rows)]

    def _words(self, number: int) -> list[Piece]:
        """How a layer does; dimmed while its gradients are those of the step before."""
        health = self._healths[number - 1]
        share = short_share(health.share) if health.share is not None and self._share_width else ""
        text = fitting_words(health, self._words_width, is_compared=bool(self._share_width))
        styles = self._theme.inks.text, words_style(health, self._theme)
        if not gradients_are_fresh(self._snapshot, number):
            styles = (self._theme.inks.border,) * 2
        return [(share.rjust(self._share_width), styles[0]), (f" {text}", styles[1])]

    def _numbers(self, number: int) -> list[list[Piece]]:
        """How large the gradients are, and what the tallest bar counts, as far as they fit."""
        if not gradients_are_known(self._snapshot, number):
            return []
        texts = [f"root mean square {scientific(self._snapshot.layers[number - 1].typical_grad)}"]
        if self._scale is not None and number in self._spreads:
            inks = self._theme.inks
            peak = Ridge(self._spreads[number], self._scale, inks.axis, inks.border).peak
            texts.append(f"up to {count(peak)} in a bar")
        return [
            [(" " * (self._share_width + 1) + text, self._theme.inks.axis)]
            for text in texts
            if len(text) <= self._words_width
        ]
