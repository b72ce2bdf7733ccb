"""The ground of the landscape: a shade for the loss at each place, in cells or behind them in pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from textual.strip import Strip

from tuinet.observe.landscape import Landscape, LossGrid, grid_places
from tuinet.tui.draw.blocks import PIXELS
from tuinet.tui.draw.cells import Array, Levels, quantize, resample
from tuinet.tui.draw.chart import MapLayout
from tuinet.tui.draw.pixels import PixelPicture, field_picture
from tuinet.tui.panels.landscape.scale import LossScale, bilinear, loss_scale
from tuinet.tui.style.colour import indexed_ramp, mix
from tuinet.tui.style.theme import Theme

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
