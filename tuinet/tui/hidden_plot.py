"""The hidden space drawn: the bent lines of the input plane, the samples among them, and the line of the next layer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from textual.strip import Strip

from tuinet.observe.hidden import HiddenSpace
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.braille import ACROSS, DOWN, Array, Drawn, braille_rows, dots, doubled, segments_of
from tuinet.tui.colour import mix, nearest_indexed
from tuinet.tui.hidden_axes import axis_labels, axis_ranges, below_axis, beside_axis, gutter_width
from tuinet.tui.hidden_marks import Places, sample_marks, stacked, with_names
from tuinet.tui.hidden_plane import Named, is_last, plane_levels, plane_lines, unit_line
from tuinet.tui.shadings import shading
from tuinet.tui.theme import Theme

_MIN_COLUMNS: Final = 8
_MIN_ROWS: Final = 3
_FAINT: Final = 0.72
"""How far the colours of the map are from their full strength."""
_FINE: Final = 0.25
"""The same of the lines of the input plane."""


def hidden_rows(
    snapshot: Snapshot, space: HiddenSpace, theme: Theme, width: int, height: int, unit: Unit | None = None
) -> list[Strip]:
    """The picture with its axes; nothing where there is no room for it.

    Parameters
    ----------
    unit
        A unit of the next layer whose line is drawn boldly.
    """
    labels, ranges = axis_labels(snapshot, space), axis_ranges(snapshot, space)
    columns, rows = width - gutter_width(labels, ranges) - 1, height - 1
    if columns < _MIN_COLUMNS or rows < _MIN_ROWS:
        return []
    picture = _Picture(snapshot, space, theme, columns, rows)
    return [
        *beside_axis(picture.rows(unit), labels, ranges, theme, width),
        below_axis(labels, ranges, theme, columns, width),
    ]


def line_colour(theme: Theme) -> str:
    """Of the lines of the input plane."""
    return mix(theme.axis, theme.background, _FINE)


def next_colour(theme: Theme) -> str:
    """Of the lines that a next hidden layer draws."""
    return mix(theme.foreground, theme.background, _FINE)


class _Picture:
    """So many cells, on which the ends of both ranges are in the middle of the outermost ones."""

    def __init__(self, snapshot: Snapshot, space: HiddenSpace, theme: Theme, columns: int, rows: int) -> None:
        self._snapshot, self._space, self._theme = snapshot, space, theme
        self._size = rows, columns
        self._ranges = axis_ranges(snapshot, space)
        self._shades = shading(snapshot, theme)

    def rows(self, unit: Unit | None) -> list[Strip]:
        """All of it."""
        fine, bold = self._next_lines(unit)
        fine_colour, bold_colour = next_colour(self._theme), self._theme.foreground
        lines = [
            self._drawn(self._ends(fine), fine_colour),
            self._drawn(doubled(self._ends(bold)), bold_colour, bold=True),
        ]
        marks = sample_marks(self._snapshot, self._space, self._theme, self._shades, self._sample_places())
        marks = with_names(marks, self._named_ends(bold), self._size[1], bold_colour)
        marks = with_names(marks, self._named_ends(fine), self._size[1], fine_colour)
        return braille_rows([*self._input_lines(), *lines], self._grounds(), marks)

    def _input_lines(self) -> list[Drawn]:
        if not self._space.has_two_axes:
            return []
        is_curve = len(self._space.lines) == 1
        colour = self._theme.axis if is_curve else line_colour(self._theme)
        return [self._drawn(segments_of(self._on_dots(lines)), colour) for lines in self._space.lines]

    def _next_lines(self, unit: Unit | None) -> tuple[list[Named], list[Named]]:
        """The lines of the next layer: those drawn finely, and those drawn boldly."""
        lines = plane_lines(self._snapshot, self._space, self._ranges)
        if is_last(self._snapshot, self._space):
            return [], lines
        return lines, unit_line(self._snapshot, self._space, self._ranges, unit)

    def _ends(self, named: Sequence[Named]) -> Array:
        return self._shares_on_dots(np.concatenate([np.empty((0, 2, 2)), *(one.lines for one in named)]))

    def _named_ends(self, lines: Sequence[Named]) -> list[tuple[str, Places]]:
        """Names with the cells of both ends, the later one first: it is the upper one where a class is to the right."""
        named = [one for one in lines if one.name]
        return [(one.name, self._cells(self._shares_on_dots(line[::-1]))) for one in named for line in one.lines]

    def _drawn(self, segments: Array, colour: str, *, bold: bool = False) -> Drawn:
        rows, columns = self._size
        return Drawn(dots(segments, columns, rows), colour, bold)

    def _grounds(self) -> Sequence[Sequence[str]]:
        rows, columns = self._size
        # A faint form of one of the 16 colours is a grey, and one of ink is none: they would say nothing.
        has_faint_colours = not (self._theme.is_ansi or self._theme.is_colourless)
        if not has_faint_colours or not is_last(self._snapshot, self._space):
            return [[self._theme.background] * columns] * rows
        colours = _faint(tuple(self._shades.colours), self._theme.background, self._theme.indexed)
        levels = plane_levels(self._snapshot, self._space, self._shades, self._ranges, self._size)
        return [[colours[level] for level in line] for line in levels.tolist()]

    def _sample_places(self) -> Places:
        places = self._cells(self._on_dots(self._space.points))
        return places if self._space.has_two_axes else stacked([column for _, column in places], self._size[0])

    def _cells(self, places: Array) -> Places:
        """The cells that hold dots; of those outside, the nearest ones at the edge."""
        rows, columns = self._size
        down, across = (places[:, 1] // DOWN).clip(0, rows - 1), (places[:, 0] // ACROSS).clip(0, columns - 1)
        return list(zip(down.astype(int).tolist(), across.astype(int).tolist(), strict=True))

    def _on_dots(self, points: Array) -> Array:
        (left, right), (low, high) = self._ranges
        return self._shares_on_dots((points - [left, low]) / [right - left, high - low])

    def _shares_on_dots(self, shares: Array) -> Array:
        rows, columns = self._size
        across = (shares[..., 0] * (columns - 1) + 0.5) * ACROSS
        down = ((1 - shares[..., 1]) * (rows - 1) + 0.5) * DOWN
        return np.stack([across, down], axis=-1)


@lru_cache(maxsize=8)
def _faint(colours: tuple[str, ...], background: str, indexed: bool) -> tuple[str, ...]:
    faint = tuple(mix(colour, background, _FAINT) for colour in colours)
    return tuple(map(nearest_indexed, faint)) if indexed else faint
