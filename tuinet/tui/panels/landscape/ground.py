"""The ground of the landscape: how losses become heights, and a shade for each, in cells or behind them in pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from textual.strip import Strip

from tuinet.observe.landscape import Landscape, LossGrid, grid_places
from tuinet.tui.draw.blocks import PIXELS
from tuinet.tui.draw.cells import Array, Levels, quantize, resample
from tuinet.tui.draw.chart import MapLayout
from tuinet.tui.draw.pixels import PixelPicture, field_picture
from tuinet.tui.draw.scales import ticks_between
from tuinet.tui.style.colour import mix
from tuinet.tui.style.indexed import indexed_ramp
from tuinet.tui.style.theme import Theme

_SPANS_DECADES: Final = 20.0
"""Largest by smallest loss from which on levels are spaced by their logarithms."""
_LOWEST: Final = 1e-7
"""Of the largest loss: what is smaller is drawn as this, where levels are so spaced."""
_MANTISSAS: Final = ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,))
_MOST: Final = 9
"""Lines at most."""


@dataclass(frozen=True)
class LossScale:
    """How losses become heights between 0 and 1: along a line, or along their logarithms where they span decades."""

    low: float
    high: float
    is_log: bool

    def heights(self, losses: Array) -> Array:
        """0 at the lowest loss, 1 at the highest; NaN where a loss is not finite."""
        values = np.where(np.isfinite(losses), losses, np.nan)
        if self.is_log:
            low, high = math.log(self.low), math.log(self.high)
            values = np.log(np.maximum(values, self.low))
        else:
            low, high = self.low, self.high
        scaled: Array = (values - low) / (high - low)
        return scaled

    def levels(self) -> list[float]:
        """Round losses between both, a few of them: 1, 2 and 5 times powers of ten, or at even distances."""
        if not self.is_log:
            ticks = (round_to(tick) for tick in ticks_between(self.low, self.high, _MOST))
            return [level for level in ticks if self.low < level < self.high]
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        levels: list[float] = []
        for mantissas in _MANTISSAS:
            levels = [float(f"{mantissa:g}e{power}") for power in powers for mantissa in mantissas]
            levels = [level for level in levels if self.low < level < self.high]
            if len(levels) <= _MOST:
                return levels
        return levels[:: math.ceil(len(levels) / _MOST)]


def round_to(value: float) -> float:
    """Twelve digits of a number, without what adding steps has left."""
    return float(f"{value:.12g}")


def loss_scale(losses: Array) -> LossScale:
    """The scale of some losses; where none is finite, from 0 to 1."""
    finite = losses[np.isfinite(losses)]
    if not len(finite):
        return LossScale(0.0, 1.0, is_log=False)
    low, high = float(finite.min()), float(finite.max())
    if high <= low:
        return LossScale(low - max(abs(low), 1e-12) / 2, low + max(abs(low), 1e-12) / 2, is_log=False)
    if low >= 0 and high > _SPANS_DECADES * low:
        return LossScale(max(low, _LOWEST * high), high, is_log=True)
    return LossScale(low, high, is_log=False)


def bilinear(values: Array, columns: Array, rows: Array) -> Array:
    """A grid's values between its places, NaN beyond the outermost ones by more than half a place.

    Parameters
    ----------
    values
        Shape (rows, columns).
    columns, rows
        Where values are wanted, in places from the upper left one: across, shape (n,), and down, shape (m,).

    Returns
    -------
    Shape (m, n).
    """
    (left, right, across, is_in_columns), (upper, lower, down, is_in_rows) = (
        _neighbours(places, size) for places, size in ((columns, values.shape[1]), (rows, values.shape[0]))
    )
    above = values[np.ix_(upper, left)] * (1 - across) + values[np.ix_(upper, right)] * across
    below = values[np.ix_(lower, left)] * (1 - across) + values[np.ix_(lower, right)] * across
    between = above * (1 - down)[:, None] + below * down[:, None]
    return np.where(is_in_rows[:, None] & is_in_columns, between, np.nan)


def _neighbours(places: Array, size: int) -> tuple[NDArray[np.intp], NDArray[np.intp], Array, NDArray[np.bool_]]:
    """For each place the grid's places on both sides, the share of the way, and whether it is within the grid."""
    inside = np.clip(places, 0, size - 1)
    before = np.floor(inside).astype(np.intp)
    after = np.minimum(before + 1, size - 1)
    return before, after, inside - before, (places >= -0.5) & (places <= size - 0.5)


_SHADES: Final = 12
_BRIGHTEST: Final = 0.55
"""Of the curve's colour, how much the highest ground has."""


def scale_of(landscape: Landscape) -> LossScale | None:
    """The scale of the shades and lines; ``None`` before any loss is known."""
    return None if landscape.grid is None else loss_scale(landscape.grid.losses)


def has_shades(theme: Theme) -> bool:
    """Whether grounds are shaded: there are too few of the terminal's 16 colours to draw on, and ink cannot be."""
    return not (theme.is_ansi or theme.is_colourless)


def shades_of_loss(theme: Theme) -> tuple[str, ...]:
    """The colours of grounds, from that of the lowest loss, which is nearly the background, to that of the highest."""
    shares = (_BRIGHTEST * level / (_SHADES - 1) for level in range(_SHADES))
    shades = tuple(mix(theme.background, theme.curve, share) for share in shares)
    return indexed_ramp(shades) if theme.indexed else shades


def grounds(landscape: Landscape, theme: Theme, layout: MapLayout) -> list[list[str]]:
    """The colour of each cell, that of the background where no loss is known."""
    levels, colours = _levels(landscape, theme, layout)
    return [[colours[level] for level in line] for line in resample(levels, layout.rows, layout.columns).tolist()]


def ground_picture(landscape: Landscape, theme: Theme, layout: MapLayout, rows: Sequence[Strip]) -> PixelPicture | None:
    """The same in pixels, behind rows of cells that are drawn on it; ``None`` where there are none."""
    if not theme.has_pictures or scale_of(landscape) is None:
        return None
    levels, colours = _levels(landscape, theme, layout)
    return field_picture(layout.gutter, rows, (layout.rows, layout.columns), levels, colours)


def _levels(landscape: Landscape, theme: Theme, layout: MapLayout) -> tuple[Levels, tuple[str, ...]]:
    """The colour of each pixel, or of each cell where no pixels are seen, as an index; the last one stands for none."""
    across, down = PIXELS["whole"] if theme.has_pictures else (1, 1)
    columns, rows = across * layout.columns, down * layout.rows
    grid, scale, shades = landscape.grid, scale_of(landscape), shades_of_loss(theme)
    unknown, colours = len(shades), (*shades, theme.background)
    if grid is None or scale is None or not has_shades(theme):
        return np.full((rows, columns), unknown), colours
    places = grid_places(landscape.spans, columns, rows)
    heights = bilinear(scale.heights(grid.losses), *_in_places(grid, places[0, :, 0], places[:, 0, 1]))
    return np.where(np.isfinite(heights), quantize(heights, len(shades)), unknown), colours


def _in_places(grid: LossGrid, a: Array, b: Array) -> tuple[Array, Array]:
    """Coordinates as places of a grid, counted from the middle of its upper left cell."""
    (left, right), (low, high) = grid.spans
    rows, columns = grid.losses.shape
    return (a - left) / (right - left) * columns - 0.5, (high - b) / (high - low) * rows - 0.5
