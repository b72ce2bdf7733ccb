"""The decision boundary over a map: dots in the cells that it goes through, and what is said of it."""

from __future__ import annotations

from typing import Final

from tuinet.observe.contours import UNDECIDED
from tuinet.observe.planes import Surface
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.answers import map_names
from tuinet.tui.draw.braille import FIRST, characters, dots
from tuinet.tui.draw.cells import Mark, Marks
from tuinet.tui.draw.chart import MapLayout
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
_NOWHERE: Final = "no boundary:  everywhere"


def boundary_marks(surface: Surface, layout: MapLayout, theme: Theme) -> Marks:
    """The dots of the boundary in black or white, whichever is easier to read on the colour of the map there."""
    if not len(surface.lines):
        return {}
    codes = characters(dots(layout.on_dots(surface.lines), layout.columns, layout.rows))
    # Where ink stands for colour, dots want a ground without any.
    look = (theme.foreground, theme.background) if theme.is_colourless else (None, None)
    cells = zip(*(codes > FIRST).nonzero(), strict=True)
    return {(int(row), int(column)): Mark(chr(codes[row, column]), *look) for row, column in cells}


def line_pieces(snapshot: Snapshot, theme: Theme) -> list[Piece]:
    """A piece of the boundary as it looks on the background; nothing where there is none."""
    surface = snapshot.surface
    has_lines = isinstance(surface, Surface) and len(surface.lines)
    return [(LINE, theme.inks.strong)] if has_lines else []


def line_words(snapshot: Snapshot) -> str:
    """What is so on the boundary: ``P(1) = 0.5``."""
    if snapshot.dataset.task == "classes":
        return "borders"
    if snapshot.learns_probabilities:
        return f"P({short_name(map_names(snapshot), 1, NAME_LIMIT)}) = 0.5"
    return f"output = {0 if snapshot.is_signed else 0.5}"


def only_answer(snapshot: Snapshot, room: int) -> str:
    """That there is no boundary, since all of the map is one class, in at most so many cells; else nothing."""
    surface = snapshot.surface
    if not isinstance(surface, Surface) or surface.only is None:
        return ""
    if surface.only == UNDECIDED:
        return "no boundary"
    name = short_name(map_names(snapshot), surface.only, max(room - len(_NOWHERE), 1))
    return f"no boundary: {name} everywhere"
