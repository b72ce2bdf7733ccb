"""The samples in the hidden space: a glyph for each, in the cell where its activations lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from tuinet.observe.hidden import HiddenSpace
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.cells import Mark, Marks
from tuinet.tui.colour import contrast, mix, readable_on
from tuinet.tui.legends import glyph_of
from tuinet.tui.shadings import Shading
from tuinet.tui.theme import Theme

_READABLE: Final = 4.5
"""WCAG 2's least contrast of text."""
_MIXTURES: Final = 8

Places = list[tuple[int, int]]
"""Rows and columns of cells."""


def sample_marks(snapshot: Snapshot, space: HiddenSpace, theme: Theme, shades: Shading, places: Places) -> Marks:
    """A glyph at each of these places; those of wrong samples over the others.

    Parameters
    ----------
    places
        In the order of the samples of the space.
    """
    targets = snapshot.dataset.y[:: space.every]
    if snapshot.dataset.task == "regression":
        return {
            place: _value_mark(shades.mark(float(target[0]), float(target[0])))
            for place, target in zip(places, targets, strict=True)
        }
    right = [Mark(glyph_of(label), colour) for label, colour in enumerate(class_inks(theme, max(2, targets.shape[1])))]
    wrong = [wrong_mark(mark.glyph, theme) for mark in right]
    labels = (targets.argmax(axis=1) if targets.shape[1] > 1 else targets[:, 0] > 0.5).astype(int).tolist()
    marks = [(wrong if is_wrong else right)[label] for label, is_wrong in zip(labels, space.is_wrong, strict=True)]
    return {places[index]: marks[index] for index in np.argsort(space.is_wrong, kind="stable").tolist()}


def _value_mark(mark: Mark) -> Mark:
    """In its colour on what is behind it: there is no map here from which a tile could tell it apart."""
    return Mark(mark.glyph, mark.ground)


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


def with_names(marks: Marks, named: Sequence[tuple[str, Places]], columns: int, colour: str) -> Marks:
    """The marks, and the name of each line beside one of its ends, where nothing else is.

    Parameters
    ----------
    named
        Names and the cells of both ends.
    """
    written = dict(marks)
    for name, ends in named:
        places = (_beside(end, len(name), columns) for end in ends)
        free = [cells for cells in places if cells and not written.keys() & set(cells)]
        if free:
            written.update({cell: Mark(letter, colour) for cell, letter in zip(free[0], name, strict=True)})
    return written


def _beside(end: tuple[int, int], length: int, columns: int) -> Places:
    """So many cells right of a cell, or left of it; none where there is no room for them on either side."""
    row, column = end
    start = column + 1 if column + length < columns else column - length
    return [(row, start + offset) for offset in range(length)] if start >= 0 else []


def stacked(columns: list[int], rows: int) -> Places:
    """Places on a line: those in one column stand on one another, closer where there is no room for all."""
    counts = Counter(columns)
    heights = (
        rank if counts[column] <= rows else rank * rows // counts[column]
        for column, rank in zip(columns, _ranks(columns), strict=True)
    )
    return [(rows - 1 - height, column) for height, column in zip(heights, columns, strict=True)]


def _ranks(columns: list[int]) -> Iterator[int]:
    """How many times each number has been there before."""
    seen: dict[int, int] = {}
    for column in columns:
        seen[column] = seen.get(column, -1) + 1
        yield seen[column]
