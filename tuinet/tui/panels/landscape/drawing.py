"""The landscape drawn: shades and contour lines of the loss, the paths on it, and what is written around them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from rich.style import Style
from textual.strip import Strip

from tuinet.observe.contours import contour_segments
from tuinet.observe.landscape import Landscape, LossGrid, Route, grid_places, is_within
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Coordinates
from tuinet.tui.draw.braille import Drawn, braille_rows, dots, doubled, segments_of
from tuinet.tui.draw.cells import POINT_GLYPHS, Array, Mark, Marks
from tuinet.tui.draw.chart import Cell, MapLayout, axis_words, beside_labels
from tuinet.tui.draw.legends import branch_names
from tuinet.tui.draw.pixels import PixelPicture
from tuinet.tui.draw.scales import tick_label
from tuinet.tui.draw.text import (
    Piece,
    centred,
    count,
    first_fitting,
    ink,
    parameter_name,
    percent,
    row,
    short_number,
    shorten,
    width_of,
)
from tuinet.tui.panels.landscape.ground import ground_picture, grounds, has_shades, scale_of, shades_of_loss
from tuinet.tui.style.colour import mix
from tuinet.tui.style.theme import Theme

CURSOR: Final = "┼"
START: Final = "○"
"""Where the branches begin."""
_MOST_DIGITS: Final = 8
"""Of the ends of a scale that are nearly the same."""
_ROUNDED: Final = 0.2
"""Share of a scale by which one of its ends may be rounded."""
ARROWS: Final = "→↗↑↖←↙↓↘"
"""Eight ways, from the right one around to the left."""
_GUTTER: Final = 8
_MIN_COLUMNS: Final = 12
_MIN_ROWS: Final = 4
_LINE: Final = 0.35
"""How far contour lines are from the colour of text."""
_NAME: Final = 14


def landscape_layout(landscape: Landscape, width: int, height: int) -> MapLayout | None:
    """The cells of the picture within so many of a panel; ``None`` where there is no room for it."""
    columns, rows = picture_size(width, height)
    if columns < _MIN_COLUMNS or rows < _MIN_ROWS:
        return None
    return MapLayout(columns, rows, _GUTTER, landscape.spans, ("", ""))


def picture_size(width: int, height: int) -> tuple[int, int]:
    """Columns and rows that the picture has in so many cells: beside it are numbers, below it two rows of text."""
    return width - _GUTTER - 1, height - 2


def landscape_rows(
    snapshot: Snapshot,
    landscape: Landscape,
    theme: Theme,
    width: int,
    height: int,
    *,
    cursor: Coordinates | None = None,
    arrows: Sequence[Arrow] = (),
) -> list[Strip]:
    """The picture with its axes, and a row with what it is of; nothing where there is no room.

    Parameters
    ----------
    arrows
        Drawn in place of the paths.
    """
    layout = landscape_layout(landscape, width, height)
    if layout is None:
        return []
    picture = _LandscapePicture(landscape, theme, layout).rows(cursor, arrows)
    style, names = theme.inks.axis, axis_names(snapshot, landscape)
    beside = beside_labels(picture, _row_labels(layout, names[1]), layout.gutter, width, style)
    below = " " * layout.gutter + _below_axis(layout, names[0])
    caption = " " * layout.gutter + shorten(_caption(landscape, layout.columns), layout.columns)
    return [*beside, row([(below, style)], width, style), row([(caption, style)], width, style)]


def landscape_picture(
    landscape: Landscape, theme: Theme, rows: Sequence[Strip], width: int, height: int
) -> PixelPicture | None:
    """Its ground in pixels, behind the rows; ``None`` where cells show it."""
    layout = landscape_layout(landscape, width, height)
    return None if layout is None else ground_picture(landscape, theme, layout, rows)


def axis_names(snapshot: Snapshot, landscape: Landscape) -> tuple[str, str]:
    """What is across and up; principal directions with their share of the path's variance."""
    plane = landscape.plane
    if plane.kind == "weights":
        first, second = (int(np.abs(way).argmax()) for way in plane.directions)
        return parameter_name(snapshot, first), parameter_name(snapshot, second)
    if plane.shares is None:
        return plane.names
    first_share, second_share = map(percent, plane.shares)
    return f"{plane.names[0]} {first_share}", f"{plane.names[1]} {second_share}"


def _caption(landscape: Landscape, room: int) -> str:
    """The most important of what is to be said of the plane, as much as there is room for."""
    plane, grid = landscape.plane, landscape.grid
    parts = [
        *([plane.note] if plane.note else []),
        *([f"{percent(sum(plane.shares))} of the path's variance"] if plane.shares else []),
        *([] if is_within(landscape.spans, landscape.present) else ["the run is out of sight"]),
        "the run is on it"
        if landscape.distance < _on_plane(landscape)
        else f"the run is {landscape.distance:.2g} away from it",
        *([f"on {count(grid.samples)} of {count(grid.of)} samples"] if grid and grid.samples < grid.of else []),
        *(["in lengths of each unit's weights"] if plane.scales is not None else []),
        *(["coarse so far"] if grid and not grid.is_complete else []),
    ]
    texts = [" · ".join(parts[:end]) for end in range(len(parts), 0, -1)]
    return first_fitting(texts, room) or texts[-1]


def _on_plane(landscape: Landscape) -> float:
    """How far from the plane rounding alone may have set the run."""
    return 1e-6 * max(high - low for low, high in landscape.spans)


def _row_labels(layout: MapLayout, name: str) -> dict[int, str]:
    low, high = (_end_label(end, layout.gutter - 1) for end in layout.ranges[1])
    words = [word for word in name.split() if len(word) < layout.gutter] or axis_words(name)
    words = words[: layout.rows - 2]
    first = (layout.rows - len(words) + 1) // 2
    return {first + index: word for index, word in enumerate(words)} | {layout.rows - 1: low, 0: high}


def _end_label(value: float, room: int) -> str:
    text = short_number(value)
    return text if len(text) <= room else f"{value:.1e}".replace("e-0", "e-").replace("e+0", "e")


def _below_axis(layout: MapLayout, name: str) -> str:
    left, right = map(short_number, layout.ranges[0])
    room = max(layout.columns - len(left) - len(right), 0)
    return left + centred(shorten(name, max(room - 2, 0)), room) + right


@dataclass(frozen=True)
class Arrow:
    """An arrow from one place of the plane to another."""

    start: Coordinates
    end: Coordinates
    colour: str
    letter: str
    """Stands in its middle, so that it is known without colours, too."""


def route_looks(routes: Sequence[Route], theme: Theme) -> list[tuple[Route, str, str]]:
    """Each route with its colour and the glyph at its end; the one that the run is on comes last."""
    colours = (theme.warning, theme.positive, theme.negative)
    others = [route for route in routes if not route.is_active]
    active = [route for route in routes if route.is_active]
    looks = [(route, colours[index % len(colours)], POINT_GLYPHS[2 + 2 * index]) for index, route in enumerate(others)]
    return [*looks, *((route, theme.foreground, POINT_GLYPHS[0]) for route in active)]


def route_pieces(routes: Sequence[Route], theme: Theme, room: int) -> list[Piece]:
    """The glyph and the name of each route, the run's own first, as many as fit."""
    looks = route_looks(routes, theme)[::-1]
    labels = [route.label for route, *_ in looks] if len(looks) > 1 else ["the run"]
    for shown in range(len(looks), 0, -1):
        for limit in (24, _NAME, 8):
            pieces: list[Piece] = []
            for name, (_, colour, glyph) in zip(branch_names(labels[:shown], limit), looks, strict=False):
                pieces += [(f"  {glyph}", ink(colour, theme.background, bold=True))]
                pieces += [(f" {name}", theme.inks.axis)]
            if pieces and width_of(pieces) <= room:
                return pieces
    return []


def start_pieces(landscape: Landscape, theme: Theme, room: int) -> list[Piece]:
    """The glyph where paths begin, if one of them begins in sight, and the run is no longer there."""
    starts = [tuple(route.places[0].tolist()) for route in landscape.routes if len(route.places)]
    pieces: list[Piece] = [
        (f"  {START}", ink(theme.foreground, theme.background, bold=True)),
        (" start", theme.inks.axis),
    ]
    is_seen = any(is_within(landscape.spans, (a, b)) for a, b in starts if (a, b) != landscape.present)
    return pieces if is_seen and width_of(pieces) <= room else []


def loss_pieces(landscape: Landscape, theme: Theme) -> list[Piece]:
    """The meaning of the shades, or of the lines where there are none."""
    scale, axis = scale_of(landscape), theme.inks.axis
    if scale is None:
        return [("the loss is being evaluated", axis)]
    low, high = loss_range(scale.low, scale.high)
    spaced = ", log scale" if scale.is_log else ""
    if not has_shades(theme):
        return [("━", line_ink(theme)), (f" loss {low} to {high}{spaced}", axis)]
    shades = shades_of_loss(theme)
    ramp = [("▌", ink(left, right)) for left, right in zip(shades[::2], shades[1::2], strict=True)]
    return [(f"loss {low} ", axis), *ramp, (f" {high}{spaced}", axis)]


def loss_range(low: float, high: float) -> tuple[str, str]:
    """Both ends of a scale, with as many digits as tell them apart and show how long it is."""
    for digits in range(2, _MOST_DIGITS + 1):
        low_text, high_text = loss_short(low, digits), loss_short(high, digits)
        if max(abs(float(low_text) - low), abs(float(high_text) - high)) <= _ROUNDED * (high - low):
            return low_text, high_text
    return loss_short(low), loss_short(high)


def loss_short(value: float, digits: int = 2) -> str:
    """A loss in few characters: ``.0031`` as ``0.0031``, ``1.2e-7``."""
    return f"{value:.{digits}g}" if abs(value) < 1e5 else f"{value:.{digits - 1}e}"


def line_colour(theme: Theme) -> str:
    """The colour of contour lines, another one than that of the run's path."""
    if theme.is_colourless:
        return theme.axis
    return theme.border if theme.is_ansi else mix(theme.foreground, theme.background, _LINE)


def line_ink(theme: Theme) -> Style:
    """The style of a contour line beside the picture."""
    return ink(line_colour(theme), theme.background)


class _LandscapePicture:
    """The picture in cells, which are places of equal size."""

    def __init__(self, landscape: Landscape, theme: Theme, layout: MapLayout) -> None:
        self._landscape, self._theme, self._layout = landscape, theme, layout
        self._scale = scale_of(landscape)

    def rows(self, cursor: Coordinates | None, arrows: Sequence[Arrow]) -> list[Strip]:
        """All of it: ground, contour lines, paths over them, and marks over all."""
        present = self._at(self._landscape.present, Mark(POINT_GLYPHS[0], self._theme.foreground))
        heads = {cell: mark for arrow in arrows for cell, mark in self._head(arrow).items()}
        layers, marks = self._contours({**heads, **present})
        marks = {**self._slopes(), **marks}
        # Beside a single step, paths that lie far from its plane would say nothing.
        for route, colour, glyph in [] if arrows else route_looks(self._landscape.routes, self._theme):
            layers.append(self._route(route, colour))
            marks |= self._ends(route, colour, glyph)
        for arrow in arrows:
            layers.append(
                self._drawn(doubled(self._layout.on_dots(np.array([[arrow.start, arrow.end]]))), arrow.colour)
            )
        marks |= heads | present
        if cursor is not None:
            marks |= self._at(cursor, Mark(CURSOR, self._theme.background, self._theme.accent))
        return braille_rows(layers, grounds(self._landscape, self._theme, self._layout), marks)

    def _contours(self, taken: Marks) -> tuple[list[Drawn], Marks]:
        """A layer for all lines, and the loss of each written into it, where nothing else is marked."""
        grid, scale = self._landscape.grid, self._scale
        if grid is None or scale is None:
            return [], {}
        heights, colour, levels = scale.heights(grid.losses), line_colour(self._theme), scale.levels()
        lines, marks = list[Array]([np.empty((0, 2, 2))]), Marks()
        for index, level in enumerate(levels):
            pieces = contour_segments(heights, float(scale.heights(np.array([level]))[0]))
            on_plane = _on_plane_places(grid, pieces)
            lines.append(on_plane)
            marks |= self._written(on_plane, tick_label(level), (index + 1) / (len(levels) + 1), {**taken, **marks})
        return [self._drawn(self._layout.on_dots(np.concatenate(lines)), colour)], marks

    def _written(self, pieces: Array, text: str, share: float, taken: Marks) -> Marks:
        """The text on one of the pieces, about at a share of the width, where nothing is written yet."""
        found = {self._cell(*place) for place in pieces.mean(axis=1).tolist()}
        cells = [cell for cell in found if cell is not None]
        wanted = share * self._layout.columns
        for line, middle in sorted(cells, key=lambda cell: (abs(cell[1] - wanted), cell[0])):
            first = middle - len(text) // 2
            own = [(line, first + offset) for offset in range(-1, len(text) + 1)]
            if first >= 0 and first + len(text) <= self._layout.columns and not taken.keys() & set(own):
                colour = line_colour(self._theme)
                return {cell: Mark(letter, colour) for cell, letter in zip(own[1:-1], text, strict=True)}
        return {}

    def _slopes(self) -> Marks:
        """An arrow in the middle of each larger cell: the way down, as it is on the screen."""
        grid = self._landscape.grid
        if grid is None or grid.slopes is None:
            return {}
        rows, columns = grid.slopes.shape[:2]
        places = grid_places(grid.spans, columns, rows).reshape(-1, 2).tolist()
        marks: Marks = {}
        for (a, b), (right, up) in zip(places, grid.slopes.reshape(-1, 2).tolist(), strict=True):
            if math.isfinite(right) and math.isfinite(up) and (right or up):
                marks |= self._at((a, b), Mark(self._way(right, up), self._theme.accent))
        return marks

    def _way(self, right: float, up: float) -> str:
        """The arrow of a direction on the plane: a cell is twice as high as it is wide."""
        (left, end), (low, high) = self._landscape.spans
        across, down = right / (end - left) * self._layout.columns, 2 * up / (high - low) * self._layout.rows
        return ARROWS[round(math.atan2(down, across) / (math.pi / 4)) % len(ARROWS)]

    def _route(self, route: Route, colour: str) -> Drawn:
        segments = segments_of(route.places[None])
        segments = segments[np.isfinite(segments).all(axis=(1, 2))]
        on_dots = self._layout.on_dots(segments)
        return self._drawn(doubled(on_dots) if route.is_active else on_dots, colour, bold=route.is_active)

    def _ends(self, route: Route, colour: str, glyph: str) -> Marks:
        if not len(route.places):
            return {}
        start, end = (tuple(route.places[index].tolist()) for index in (0, -1))
        ended = {} if route.is_active else self._at(end, Mark(glyph, colour))
        return {**self._at(start, Mark(START, colour)), **ended}

    def _head(self, arrow: Arrow) -> Marks:
        (a, b), (c, d) = arrow.start, arrow.end
        if (a, b) == (c, d):
            return {}
        middle = self._at(((a + c) / 2, (b + d) / 2), Mark(arrow.letter, arrow.colour))
        return middle | self._at(arrow.end, Mark(self._way(c - a, d - b), arrow.colour))

    def _drawn(self, segments: Array, colour: str, *, bold: bool = False) -> Drawn:
        return Drawn(dots(segments, self._layout.columns, self._layout.rows), colour, bold)

    def _at(self, place: Coordinates, mark: Mark) -> Marks:
        """A mark at a place, if it is in sight."""
        cell = self._cell(*place)
        return {} if cell is None else {cell: mark}

    def _cell(self, a: float, b: float) -> Cell | None:
        (left, right), (low, high) = self._layout.ranges
        is_seen = math.isfinite(a + b) and left <= a <= right and low <= b <= high
        return self._layout.cell_of(a, b) if is_seen else None


def _on_plane_places(grid: LossGrid, pieces: Array) -> Array:
    """The inverse, for columns and rows in the last axis."""
    (left, right), (low, high) = grid.spans
    rows, columns = grid.losses.shape
    a = left + (pieces[..., 0] + 0.5) / columns * (right - left)
    b = high - (pieces[..., 1] + 0.5) / rows * (high - low)
    return np.stack([a, b], axis=-1)
