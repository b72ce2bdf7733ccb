"""What the network has learned: its answers over a plane of its inputs, where samples can be added and removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from textual.binding import Binding
from textual.events import MouseDown
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.view import Plane, Unit
from tuinet.session.edits import ClearPoints, RemovePoint
from tuinet.tui.draw.cells import POINT_GLYPHS, Levels, sample_glyph
from tuinet.tui.draw.legends import class_pieces, letter_piece, level_piece, ramp_pieces
from tuinet.tui.draw.shadings import shading
from tuinet.tui.draw.text import Piece, ink, short_number, width_of
from tuinet.tui.keymap import Keymap, keymap_of
from tuinet.tui.messages import CommandGiven, KeyRefused, KeysChanged
from tuinet.tui.panels.base import EDGE, SAMPLE_WIDTH, CellPanel, Entry
from tuinet.tui.panels.map.drawing import CURSOR, Place, map_levels, map_rows, map_size, map_title
from tuinet.tui.panels.map.painting import (
    OUTPUT_KEY,
    PLANE_KEYS,
    POINTS_KEYS,
    Brush,
    Layout,
    has_brushes,
    has_room_for_points,
    layout_of,
    nearest,
    new_point,
    reason_against,
)
from tuinet.tui.pending import Replacing
from tuinet.tui.style.colour import readable_on
from tuinet.tui.style.theme import LEVELS, Theme

_LEFT: Final = 1
_RIGHT: Final = 3


class PaintedPanel(CellPanel):
    """Keeps a cursor and a brush; what is painted becomes commands."""

    def __init__(self, *, id: str | None = None, number: str = "") -> None:
        super().__init__(id=id, number=number)
        self._cursor: Place | None = None
        self._brush = Brush()
        self._removal = Replacing()
        self.note = ""
        """Why the last key or click did nothing."""

    def action_add_point(self) -> None:
        """Add a point at the cursor."""
        if self.frame is not None and not self._refuses(self.frame.snapshot):
            self._add(self.frame.snapshot, self.cursor_place(self.frame.snapshot))

    def action_remove_point(self) -> None:
        """Remove the point nearest to the cursor."""
        if self.frame is not None and not self._refuses(self.frame.snapshot):
            self._remove(self.frame.snapshot, self.cursor_place(self.frame.snapshot))

    def action_clear_points(self) -> None:
        """Remove all points."""
        if self.frame is None or self._refuses(self.frame.snapshot):
            return
        dataset = self.frame.snapshot.dataset
        if len(dataset.X) or len(dataset.X_test):
            self._send(ClearPoints(), self.frame.snapshot)
        else:
            self._say("there are no points")

    def action_turn_brush(self, by: int) -> None:
        """Take another class, or another number."""
        if self.frame is not None and not self._refuses(self.frame.snapshot):
            if not has_brushes(self.frame.snapshot):
                self._say("a point is as high as the cursor")
            self._brush = self._brush.turned(self.frame.snapshot, by)
            self.update_cells()

    def on_mouse_down(self, event: MouseDown) -> None:
        """Add a point with the left button, remove the nearest with the right one."""
        if self.frame is None or event.button not in (_LEFT, _RIGHT):
            return
        snapshot = self.frame.snapshot
        layout = self._layout(snapshot)
        cell = None if layout is None else layout.cell_at(event.x - 1, event.y - 1)
        if layout is not None and cell is not None and not self._refuses(snapshot):
            self._cursor = layout.place_of(cell)
            paint = self._add if event.button == _LEFT else self._remove
            paint(snapshot, self._cursor)
            self.update_cells()

    def move_cursor(self, right: int, up: int) -> None:
        """Go so many cells further, as far as the picture goes."""
        if self.frame is None or self._refuses(self.frame.snapshot):
            return
        layout, place = self._layout(self.frame.snapshot), self.cursor_place(self.frame.snapshot)
        if layout is not None and place is not None:
            row, column = layout.cell_of(*place)
            row, column = row - up, column + right
            cell = max(0, min(row, layout.rows - 1)), max(0, min(column, layout.columns - 1))
            self._cursor = layout.place_of(cell)
            self.update_cells()

    def cursor_place(self, snapshot: Snapshot) -> Place | None:
        """Where the cursor is, while there is one: at first in the middle, and always in the middle of a cell."""
        layout = self._layout(snapshot)
        if layout is None or not self.has_focus or reason_against(snapshot):
            return None
        middle = layout.rows // 2, layout.columns // 2
        return layout.place_of(middle if self._cursor is None else layout.cell_of(*self._cursor))

    def painted(self, snapshot: Snapshot, theme: Theme) -> list[Piece]:
        """What the brush is and where the cursor; nothing while there is none."""
        place = self.cursor_place(snapshot)
        if place is None:
            return []
        accent, axis = ink(theme.accent, theme.background, bold=True), ink(theme.axis, theme.background)
        glyph, name = self._brush.describe(snapshot)
        where = ", ".join(map(short_number, place))
        return [("brush ", axis), (f"{glyph} {name}".rstrip(), accent), (f" at {where}", axis)]

    def _add(self, snapshot: Snapshot, place: Place | None) -> None:
        if place is not None:
            self.post_message(CommandGiven(new_point(snapshot, self._brush, place)))

    def _remove(self, snapshot: Snapshot, place: Place | None) -> None:
        layout = self._layout(snapshot)
        if layout is None or place is None:
            return
        index = nearest(snapshot, layout, place)
        if index is None:
            self._say("no training sample is near")
        else:
            self._send(RemovePoint(index), snapshot)

    def _send(self, command: RemovePoint | ClearPoints, snapshot: Snapshot) -> None:
        """Send a command that makes the rows of the samples count anew, once the last such one has come."""
        if not self._removal.is_on(snapshot.dataset):
            self._removal.begin(snapshot.dataset)
            self.post_message(CommandGiven(command))

    def _refuses(self, snapshot: Snapshot) -> bool:
        """Whether points cannot be painted now, which is said; otherwise what was said goes away."""
        self._say(reason_against(snapshot, keymap_of(self.app)))
        return bool(self.note)

    def _say(self, note: str) -> None:
        if note != self.note:
            self.note = note
            self.update_cells()

    def _layout(self, snapshot: Snapshot) -> Layout | None:
        return layout_of(snapshot, self.size.width - 2, self.size.height - 2)


PRINCIPAL: Final = Plane()
"""The first two principal components."""


def next_plane(plane: Plane, features: int) -> Plane:
    """The one after: the principal plane, then all pairs of features in order, then the principal plane again."""
    pair = _pair(plane, features)
    if pair is None:
        return Plane(0, 1)
    first, second = sorted(pair)
    if second + 1 < features:
        return Plane(first, second + 1)
    return Plane(first + 1, first + 2) if first + 2 < features else PRINCIPAL


def plane_before(plane: Plane, features: int) -> Plane:
    """The one before, in the same order."""
    pair = _pair(plane, features)
    if pair is None:
        return Plane(features - 2, features - 1)
    first, second = sorted(pair)
    if second - 1 > first:
        return Plane(first, second - 1)
    return Plane(first - 1, features - 1) if first else PRINCIPAL


def with_other_feature(plane: Plane, features: int, across: int, up: int) -> Plane:
    """Another feature on one of the axes; from the principal plane, the first two features.

    Parameters
    ----------
    across, up
        How many features further, 1 or −1 for the axis that changes and 0 for the other.
    """
    pair = _pair(plane, features)
    if pair is None:
        return Plane(0, 1)
    first, second = pair
    if across:
        return Plane(_further(first, across, second, features), second)
    return Plane(first, _further(second, up, first, features)) if up else plane


def _pair(plane: Plane, features: int) -> tuple[int, int] | None:
    """The features of a plane, as far as there are so many."""
    first, second = plane.first, plane.second
    if first is None or second is None or first == second or max(first, second) >= features:
        return None
    return first, second


def _further(feature: int, by: int, other: int, features: int) -> int:
    further = (feature + by) % features
    return (further + by) % features if further == other else further


class BoundaryPanel(PaintedPanel, can_focus=True):
    """The function that the network computes, with the samples on it, on a plane that can be chosen."""

    HEADING = "map"
    KEYS = (*POINTS_KEYS, *PLANE_KEYS)
    UNSEEN = MappingProxyType({"columns": 0, "rows": 0})
    IS_SLOW = False
    FOLLOWS = ("unit", "discrete")
    unit: reactive[Unit | None] = reactive(None, repaint=False)
    discrete: reactive[bool] = reactive(False, repaint=False)

    def __init__(self, *, id: str | None = None, number: str = "") -> None:
        super().__init__(id=id, number=number)
        self._plane = PRINCIPAL
        self._told_keys: tuple[Binding, ...] = ()
        self._levels: Levels | None = None

    @property
    def keys(self) -> tuple[Binding, ...]:
        """Those that do something with what is shown."""
        has_points = self.frame is None or has_room_for_points(self.frame.snapshot)
        return (*((OUTPUT_KEY,) if self.unit else ()), *(POINTS_KEYS if has_points else PLANE_KEYS))

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What the panel shows, and while it has the focus what is painted where."""
        snapshot = frame.snapshot
        name = self._picture_name(snapshot, theme)
        style, painted = ink(theme.title, theme.background), self.painted(snapshot, theme)
        if not painted:
            return ((name, style),)
        both = [(f"{name.partition(' · ')[0]} · ", style), *painted]
        return both if width_of(both) <= self.size.width - EDGE else painted

    def _picture_name(self, snapshot: Snapshot, theme: Theme) -> str:
        width, height = self._room()
        if _inputs(snapshot) == 1:
            from tuinet.tui.panels.map.fits import fit_title

            return fit_title(snapshot, width)
        return map_title(snapshot, theme, width, height)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What colours and glyphs mean; or why a key did nothing."""
        if self.note:
            return ((self.note, ink(theme.warning, theme.background)),)
        snapshot, width = frame.snapshot, max(self.size.width - EDGE, 0)
        if _inputs(snapshot) == 1:
            from tuinet.tui.panels.map.fits import fit_legend

            return fit_legend(snapshot, theme, width)
        return shading(snapshot, theme, discrete=self.discrete).legend(width)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The picture that suits the number of inputs and the task."""
        snapshot, cursor = frame.snapshot, self.cursor_place(frame.snapshot)
        if _inputs(snapshot) == 1:
            from tuinet.tui.panels.map.fits import fit_rows

            return fit_rows(snapshot, theme, width, height, cursor=cursor)
        # While the training runs, what trembles between two colours is not sent again and again; paused it is exact.
        before = self._levels if frame.running else None
        self._levels = map_levels(snapshot, theme, discrete=self.discrete, before=before)
        return map_rows(snapshot, theme, width, height, discrete=self.discrete, cursor=cursor, levels=self._levels)

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """As many pixels as the map has, or points along the curve; of the output, or of a neuron."""
        if _inputs(frame.snapshot) == 1:
            return {"columns": 2 * width, "rows": 1, "unit": self.unit}
        columns, rows = map_size(frame.snapshot, width, height)
        return {"columns": columns, "rows": 2 * rows, "unit": self.unit, "plane": self._plane}

    def action_move(self, right: int, up: int) -> None:
        """Move the cursor; or, where the map is a cut, take other features."""
        if self.frame is not None and has_room_for_points(self.frame.snapshot):
            self.move_cursor(right, up)
        elif self.frame is not None:
            self._cut(with_other_feature(self._plane, _inputs(self.frame.snapshot), right, up))

    def action_turn_plane(self, by: int) -> None:
        """Take the next plane, or the one before."""
        if self.frame is not None and not self._has_only_one_plane(self.frame.snapshot):
            turn = next_plane if by > 0 else plane_before
            self._cut(turn(self._plane, _inputs(self.frame.snapshot)))

    def action_principal_plane(self) -> None:
        """Take the plane in which the samples spread most."""
        if self.frame is None or self._has_only_one_plane(self.frame.snapshot):
            return
        if self._plane == PRINCIPAL:
            turn = keymap_of(self.app).name("turn_plane(1)", PLANE_KEYS)
            self.post_message(KeyRefused(f"this is the principal plane already: {turn} takes the next one"))
        self._cut(PRINCIPAL)

    def _has_only_one_plane(self, snapshot: Snapshot) -> bool:
        """Whether the map is no cut, which is said."""
        if has_room_for_points(snapshot):
            self.post_message(KeyRefused("all inputs are on the map: there is no other plane"))
            return True
        return False

    def watch_unit(self) -> None:
        """Ask for another response."""
        self.announce()
        self._tell_keys()

    def watch_discrete(self) -> None:
        """Draw decisions, or how certain they are."""
        self.update_cells()

    def watch_frame(self) -> None:
        """Draw what is new, and tell when the keys do something else with it."""
        super().watch_frame()
        self._tell_keys()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show the cursor, or not."""
        self.note = ""
        super().watch_has_focus(has_focus)

    def _cut(self, plane: Plane) -> None:
        self._plane = plane
        self.announce()

    def _tell_keys(self) -> None:
        if self.keys != self._told_keys:
            self._told_keys = self.keys
            self.post_message(KeysChanged())

    def _room(self) -> tuple[int, int]:
        return self.size.width - 2, self.size.height - 2

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        text, dim = ink(theme.foreground, theme.background), ink(theme.axis, theme.background)
        mark, more = ("glyph", "denser") if theme.is_grey else ("colour", "farther from grey")
        ends, undecided = keymap.name("show_output"), level_piece(theme.levels, LEVELS // 2, 6)
        train, test = "".join(POINT_GLYPHS[:4]), sample_glyph(0, is_test=True)
        yield (
            ramp_pieces(theme),
            "The output at each place. Two classes: P(1), the probability of class 1. Numbers to predict: from the "
            "lowest target to the highest, which stand at the ends. While it trains, a colour may be one shade behind.",
        )
        yield [undecided], "Undecided: P(1) near one half. This is the decision boundary."
        yield (
            class_pieces(("", "", ""), theme, SAMPLE_WIDTH),
            f"Several classes: the {mark} of the class with the largest output, the {more} the more certain.",
        )
        yield [(train, text)], "Training samples, a glyph for each class, the first one for the first."
        yield (
            [("●", ink(readable_on(theme.levels[-1]), theme.levels[-1], bold=True))],
            "Numbers: a sample on the colour of its target; where the network is right, that is the colour around it.",
        )
        yield [(test, text)], "Test samples: glyphs of their own, this one for the first class."
        yield (
            [letter_piece(0, theme), letter_piece(1, theme)],
            "Wrong samples: a letter for their class, A for the first.",
        )
        yield [("x1  x2", dim)], "The two inputs, with the range that is shown."
        yield (
            [("PC1 73%", dim)],
            "More than two inputs: the plane in which the samples spread most, and how much of it.",
        )
        yield [("at their mean", dim)], "A cut through two of the features: all others are held at their mean."
        yield (
            [("response", dim)],
            f"What one neuron answers at each place, in the range of its activation; {ends} ends it.",
        )
        yield (
            [(CURSOR, ink(theme.background, theme.accent, bold=True))],
            "The cursor: enter adds a point of the brush there. A sample under it stands in brackets.",
        )
        yield [("━", ink(theme.curve, theme.background))], "One input: the output against the input, among the samples."


def _inputs(snapshot: Snapshot) -> int:
    """Features before inputs are made of them."""
    inputs: int = snapshot.dataset.X.shape[1]
    return inputs
