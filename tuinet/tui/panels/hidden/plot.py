"""The hidden space drawn: the bent lines of the input plane, the samples among them, and the next layer's line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from textual.strip import Strip

from tuinet.observe.hidden import HiddenSpace
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Unit
from tuinet.tui.draw.blocks import PIXELS
from tuinet.tui.draw.boundary import Places, with_names
from tuinet.tui.draw.braille import ACROSS, DOWN, Drawn, braille_rows, dots, doubled, segments_of
from tuinet.tui.draw.cells import Array, Levels, Mark, Marks, resample, sample_glyph
from tuinet.tui.draw.chart import beside_labels
from tuinet.tui.draw.legends import faded
from tuinet.tui.draw.pixels import PixelPicture, field_picture
from tuinet.tui.draw.shadings import Shading, shading
from tuinet.tui.draw.text import row
from tuinet.tui.panels.hidden import plane
from tuinet.tui.style.colour import contrast, mix, readable_on, rgb
from tuinet.tui.style.theme import Theme

_READABLE: Final = 4.5
"""WCAG 2's least contrast of text."""
_MIXTURES: Final = 8


def sample_marks(snapshot: Snapshot, space: HiddenSpace, theme: Theme, shades: Shading, places: Places) -> Marks:
    """A glyph at the place of each sample of the space; those of wrong samples over the others."""
    targets = snapshot.dataset.y[:: space.every]
    if snapshot.dataset.task == "regression":
        # In its colour on what is behind it: there is no map here from which a tile could tell it apart.
        on_tiles = [shades.mark(value, value) for value in targets[:, 0].tolist()]
        return {place: Mark(mark.glyph, mark.ground) for place, mark in zip(places, on_tiles, strict=True)}
    labels = class_labels(snapshot, space)
    colours = class_inks(theme, max(2, 0 if snapshot.dataset.task == "labels" else targets.shape[1]))
    right = [Mark(sample_glyph(label), colour) for label, colour in enumerate(colours)]
    wrong = [wrong_mark(mark.glyph, theme) for mark in right]
    marks = [(wrong if is_wrong else right)[label] for label, is_wrong in zip(labels, space.is_wrong, strict=True)]
    return {places[index]: marks[index] for index in np.argsort(space.is_wrong, kind="stable").tolist()}


def class_labels(snapshot: Snapshot, space: HiddenSpace) -> list[int]:
    """The class of each sample of the space, counted from 0; of labels, whether it has the first one."""
    targets = snapshot.dataset.y[:: space.every]
    has_columns = targets.shape[1] > 1 and snapshot.dataset.task != "labels"
    labels: list[int] = (targets.argmax(axis=1) if has_columns else targets[:, 0] > 0.5).astype(int).tolist()
    return labels


def wrong_mark(glyph: str, theme: Theme) -> Mark:
    """How a sample is drawn that is taken for another class."""
    return Mark(glyph, readable_on(theme.warning), theme.warning)


def class_inks(theme: Theme, classes: int) -> tuple[str, ...]:
    """A colour for the glyphs of each class: that of the map, made brighter where it could not be read."""
    return tuple(_legible(colour, theme.foreground, theme.background) for colour in theme.class_colours(classes))


@lru_cache(maxsize=256)
def _legible(colour: str, bright: str, ground: str) -> str:
    """The colour, or a mixture with that of text that can be read; with one that is not contrasting, that of text."""
    mixtures = (mix(colour, bright, share / _MIXTURES) for share in range(_MIXTURES))
    return next((mixed for mixed in mixtures if contrast(mixed, ground) >= _READABLE), bright)


def stacked(columns: list[int], rows: int) -> Places:
    """Places on a line: those in one column stand on one another, closer where there is no room for all."""
    counts, below = Counter(columns), Counter[int]()
    places: Places = []
    for column in columns:
        height = below[column] if counts[column] <= rows else below[column] * rows // counts[column]
        places.append((rows - 1 - height, column))
        below[column] += 1
    return places


_MIN_COLUMNS: Final = 8
_MIN_ROWS: Final = 3
_FAINT: Final = 0.72
"""How far the colours of the map are from their full strength."""
_FINE: Final = 0.25
"""How far the lines of the input plane are from their full strength."""


def hidden_rows(
    snapshot: Snapshot, space: HiddenSpace, theme: Theme, width: int, height: int, unit: Unit | None = None
) -> list[Strip]:
    """The picture with its axes, the line of one unit of the next layer boldly; nothing where there is no room."""
    labels, ranges = plane.axis_labels(snapshot, space), plane.axis_ranges(snapshot, space)
    gutter, columns, rows = _room(snapshot, space, width, height)
    if columns < _MIN_COLUMNS or rows < _MIN_ROWS:
        return []
    picture, style = _Picture(snapshot, space, theme, columns, rows).rows(unit), theme.inks.axis
    beside = beside_labels(picture, plane.row_labels(labels[1], ranges[1], rows), gutter, width, style)
    return [*beside, row([(" " * gutter + plane.below_axis(labels[0], ranges[0], columns), style)], width, style)]


def hidden_picture(
    snapshot: Snapshot, space: HiddenSpace, theme: Theme, rows: Sequence[Strip], width: int, height: int
) -> PixelPicture | None:
    """What the output layer answers, in pixels behind the rows; ``None`` where cells show it."""
    gutter, columns, lines = _room(snapshot, space, width, height)
    if not theme.has_pictures or not rows or not plane.is_last(snapshot, space):
        return None
    levels, colours = _Picture(snapshot, space, theme, columns, lines).answers()
    return field_picture(gutter, rows, (lines, columns), levels, colours)


def _room(snapshot: Snapshot, space: HiddenSpace, width: int, height: int) -> tuple[int, int, int]:
    """Cells beside the picture, and its columns and rows."""
    gutter = plane.gutter_width(plane.axis_labels(snapshot, space), plane.axis_ranges(snapshot, space))
    return gutter, width - gutter - 1, height - 1


def line_colour(theme: Theme) -> str:
    """The colour of the lines of the input plane."""
    return mix(theme.axis, theme.background, _FINE)


def next_colour(theme: Theme) -> str:
    """The colour of the lines that a next hidden layer draws."""
    return mix(theme.foreground, theme.background, _FINE)


def has_tint(snapshot: Snapshot, space: HiddenSpace, theme: Theme) -> bool:
    """Whether the ground shows what the output answers.

    A faint form of one of the 16 colours is a grey, and one of ink is none: they would say nothing. So are those of
    some colours among 256, whose two or three greys would show an edge where there is none.
    """
    if theme.is_ansi or theme.is_colourless or not plane.is_last(snapshot, space):
        return False
    if not theme.indexed or theme.has_pictures or theme.is_grey:
        return True
    faint = {faded(colour, _FAINT, theme) for colour in shading(snapshot, theme).colours}
    return any(len(set(rgb(colour))) > 1 for colour in faint)


class _Picture:
    """The picture in cells; the ends of both ranges are in the middle of the outermost ones."""

    def __init__(self, snapshot: Snapshot, space: HiddenSpace, theme: Theme, columns: int, rows: int) -> None:
        self._snapshot, self._space, self._theme = snapshot, space, theme
        self._size = rows, columns
        self._ranges = plane.axis_ranges(snapshot, space)
        self._shades = shading(snapshot, theme)

    def rows(self, unit: Unit | None) -> list[Strip]:
        """All of it."""
        fine, bold = self._next_lines(unit)
        fine_colour, bold_colour = next_colour(self._theme), self._theme.foreground
        lines = [
            self._drawn(self._ends(fine), fine_colour),
            self._drawn(doubled(self._ends(bold)), bold_colour, bold=True),
        ]
        places = self._cells(self._on_dots(self._space.points))
        if not self._space.has_two_axes:
            places = stacked([column for _, column in places], self._size[0])
        marks = sample_marks(self._snapshot, self._space, self._theme, self._shades, places)
        marks = with_names(marks, self._named_ends(bold), self._size[1], bold_colour)
        marks = with_names(marks, self._named_ends(fine), self._size[1], fine_colour)
        return braille_rows([*self._input_lines(), *lines], self._grounds(), marks)

    def _input_lines(self) -> list[Drawn]:
        if not self._space.has_two_axes:
            return []
        is_curve = len(self._space.lines) == 1
        colour = self._theme.axis if is_curve else line_colour(self._theme)
        return [self._drawn(segments_of(self._on_dots(lines)), colour) for lines in self._space.lines]

    def _next_lines(self, unit: Unit | None) -> tuple[list[plane.NamedLines], list[plane.NamedLines]]:
        """The lines of the next layer: those drawn finely, and those drawn boldly."""
        lines = plane.plane_lines(self._snapshot, self._space, self._ranges)
        if plane.is_last(self._snapshot, self._space):
            return [], lines
        return lines, plane.unit_line(self._snapshot, self._space, self._ranges, unit)

    def _ends(self, named: Sequence[plane.NamedLines]) -> Array:
        return self._shares_on_dots(np.concatenate([np.empty((0, 2, 2)), *(lines for _, lines in named)]))

    def _named_ends(self, named: Sequence[plane.NamedLines]) -> list[tuple[str, Places]]:
        """Names with the cells of both ends, the later one first: it is the upper one where a class is to the right."""
        ends = [(name, line[::-1]) for name, lines in named if name for line in lines]
        return [(name, self._cells(self._shares_on_dots(line))) for name, line in ends]

    def _drawn(self, segments: Array, colour: str, *, bold: bool = False) -> Drawn:
        rows, columns = self._size
        return Drawn(dots(segments, columns, rows), colour, bold)

    def _grounds(self) -> Sequence[Sequence[str]]:
        rows, columns = self._size
        if not has_tint(self._snapshot, self._space, self._theme):
            return [[self._theme.background] * columns] * rows
        levels, colours = self.answers()
        return [[colours[level] for level in line] for line in resample(levels, rows, columns).tolist()]

    def answers(self) -> tuple[Levels, list[str]]:
        """The level of each pixel that is seen, and the colours of the levels."""
        pixels = PIXELS["whole"] if self._theme.has_pictures else (1, 1)
        colours = [faded(colour, _FAINT, self._theme) for colour in self._shades.colours]
        return plane.plane_levels(self._snapshot, self._space, self._shades, self._ranges, self._size, pixels), colours

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
