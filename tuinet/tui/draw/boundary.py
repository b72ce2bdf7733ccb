"""The decision boundary or the contours over a map: dots where they go through, and what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tuinet.observe.contours import UNDECIDED
from tuinet.observe.planes import Curve, Surface
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.answers import map_names, probability_of
from tuinet.tui.draw.braille import FIRST, characters, dots
from tuinet.tui.draw.cells import Array, Mark, Marks
from tuinet.tui.draw.chart import MapLayout
from tuinet.tui.draw.scales import tick_label
from tuinet.tui.draw.short_names import short_name
from tuinet.tui.draw.text import NAME_LIMIT, Piece
from tuinet.tui.style.theme import Theme

LINE: Final = "⠒⠒"
"""A piece of it beside the words for it."""
SHOWN_SAMPLES: Final = ("all", "train", "test", "none")
"""Which samples can be shown on a map."""
SHOWN_SENTENCES: Final = {
    "all": "samples on the map: all",
    "train": "samples on the map: training",
    "test": "samples on the map: test",
    "none": "samples on the map: none",
}
"""What is said when others have been asked for."""
_ROWS_PER_NAME: Final = 5
"""The value of a contour is written about so often: a closed one that is small has it once."""
_LONG_NAME: Final = 24
_NOWHERE: Final = "no boundary:  everywhere"


Places = list[tuple[int, int]]
"""Rows and columns of cells."""


def boundary_marks(surface: Surface, layout: MapLayout, theme: Theme, colour: str | None = None) -> Marks:
    """The dots of the boundary, or of all contours.

    Parameters
    ----------
    colour
        ``None`` for black or white, whichever is easier to read on the map there.
    """
    lines = [lines for lines in (surface.lines, *(one.lines for one in surface.contours)) if len(lines)]
    if not lines:
        return {}
    codes = _codes(np.concatenate(lines), layout)
    look = _look(theme, colour)
    return {place: Mark(chr(codes[place]), *look) for place in _places(codes)}


def named_contours(surface: Surface, layout: MapLayout, theme: Theme, marks: Marks, colour: str | None = None) -> Marks:
    """The marks of a map, and beside each contour its value, where nothing else is: the lines stay whole."""
    colour, ground = _look(theme, colour)
    for contour in surface.contours if layout.gutter else ():
        name = tick_label(contour.value)
        places = _places(_codes(contour.lines, layout))
        named = [(name, [*group]) for _, group in groupby(places, lambda place: place[0] // _ROWS_PER_NAME)]
        # Between lines that are close there is room above and below them alone.
        beyond = [(row + by, column - 1) for by in (-1, 1) for row, column in places if 0 <= row + by < layout.rows]
        for which, gap in ((named, 1), (named, 0), ([(name, beyond)], 0)):
            written = with_names(marks, which, layout.columns, colour, ground, gap)
            if written != marks:
                break
        marks = written
    return marks


def _codes(lines: Array, layout: MapLayout) -> NDArray[np.intp]:
    return characters(dots(layout.on_dots(lines), layout.columns, layout.rows))


def _places(codes: NDArray[np.intp]) -> Places:
    """The cells with dots, row by row."""
    rows, columns = (codes > FIRST).nonzero()
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def _look(theme: Theme, colour: str | None) -> tuple[str | None, str | None]:
    """Where ink stands for colour, dots want a ground without any."""
    return (theme.foreground, theme.background) if theme.is_colourless else (colour, None)


def with_names(
    marks: Marks,
    named: Sequence[tuple[str, Places]],
    columns: int,
    colour: str | None,
    ground: str | None = None,
    gap: int = 0,
) -> Marks:
    """The marks, and the name of each line beside the first of its places where nothing else is.

    Parameters
    ----------
    gap
        Blanks on both sides of a name: a piece of a line before a number looks like its sign.
    """
    written = dict(marks)
    for name, ends in named:
        places = (_beside(end, len(name), columns, gap) for end in ends)
        free = next((cells for cells in places if cells and not written.keys() & _around(cells, gap)), [])
        written.update({cell: Mark(letter, colour, ground) for cell, letter in zip(free, name, strict=False)})
    return written


def _beside(end: tuple[int, int], length: int, columns: int, gap: int) -> Places:
    """The cells of a name right of a cell, or left of it; none where neither side has room for it."""
    row, column = end
    start = column + 1 + gap if column + length + gap < columns else column - length - gap
    return [(row, start + offset) for offset in range(length)] if start >= 0 else []


def _around(cells: Places, gap: int) -> set[tuple[int, int]]:
    """The cells, and so many on both sides."""
    return {(row, column + by) for row, column in cells for by in range(-gap, gap + 1)}


def line_pieces(snapshot: Snapshot, theme: Theme) -> list[Piece]:
    """A piece of the boundary, or of contours, as it looks on the background; nothing where there is none."""
    surface = snapshot.surface
    if has_threshold(snapshot):
        return [(LINE, theme.inks.axis)]
    has_lines = isinstance(surface, Surface) and (len(surface.lines) or any(len(one.lines) for one in surface.contours))
    return [(LINE, theme.inks.strong)] if has_lines else []


def has_threshold(snapshot: Snapshot) -> bool:
    """Whether what is drawn is a curve that gives one answer above a value and another one below it."""
    surface = snapshot.surface
    return isinstance(surface, Curve) and surface.unit is None and snapshot.dataset.task in ("binary", "labels")


def threshold(snapshot: Snapshot) -> float:
    """The output at which a network with one answer decides for the other."""
    return 0.0 if snapshot.is_signed else 0.5


def line_words(snapshot: Snapshot, *, is_long: bool = False) -> str:
    """What is so on the boundary: ``P(1) = 0.5``; or on the contours: ``y = -0.5, 0, 0.5``.

    Parameters
    ----------
    is_long
        Whether there is room to say that it is a class whose probability this is, and for longer names.
    """
    surface = snapshot.surface
    if snapshot.dataset.task == "regression":
        values = [one.value for one in surface.contours if len(one.lines)] if isinstance(surface, Surface) else []
        limit = _LONG_NAME if is_long else NAME_LIMIT
        return f"{short_name(snapshot.dataset.output_names, 0, limit)} = {', '.join(map(tick_label, values))}"
    if snapshot.dataset.task == "classes":
        return "borders"
    if snapshot.learns_probabilities:
        if is_long:
            return f"{probability_of(map_names(snapshot), NAME_LIMIT)} = 0.5"
        return f"P({short_name(map_names(snapshot), 1, NAME_LIMIT)}) = 0.5"
    return f"output = {threshold(snapshot):g}"


def only_answer(snapshot: Snapshot, room: int) -> str:
    """That there is no boundary, since all of the map is one class, in at most so many cells; else nothing."""
    surface = snapshot.surface
    if not isinstance(surface, Surface) or surface.only is None:
        return ""
    if surface.only == UNDECIDED:
        return "no boundary"
    name = short_name(map_names(snapshot), surface.only, max(room - len(_NOWHERE), 1))
    return f"no boundary: {name} everywhere"
