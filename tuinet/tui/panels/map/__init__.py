"""What the network has learned: its answers over a plane of its inputs, where samples can be added and removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from textual.binding import Binding
from textual.events import MouseDown
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.view import Plane, Question, Unit
from tuinet.session.edits import ClearPoints, RemovePoint
from tuinet.tui.bindings import LEAVE_BINDING, alias, listed, quiet
from tuinet.tui.draw.blocks import field_pixels
from tuinet.tui.draw.cells import POINT_GLYPHS, Levels, sample_glyph
from tuinet.tui.draw.chart import Layout, map_layout
from tuinet.tui.draw.legends import class_pieces, letter_piece, level_piece, ramp_pieces
from tuinet.tui.draw.shadings import shading
from tuinet.tui.draw.text import Piece, ink, short_number, width_of
from tuinet.tui.keymap import Keymap, keymap_of
from tuinet.tui.messages import CommandGiven, KeyRefused, KeysChanged, QuestionAsked
from tuinet.tui.panels.base import SAMPLE_WIDTH, CellPanel, Entry, Label
from tuinet.tui.panels.map.drawing import (
    CURSOR,
    PRINCIPAL,
    Brush,
    Place,
    cursor_answer,
    has_room_for_points,
    inputs_of,
    map_levels,
    map_picture,
    map_rows,
    map_title,
    new_point,
    reason_against,
    sets_of,
    turned,
    with_other_feature,
)
from tuinet.tui.pending import Replacing
from tuinet.tui.style.colour import readable_on
from tuinet.tui.style.theme import LEVELS, Theme

POINTS: Final = Binding.Group("map: your own points")
POINTS_KEYS: Final = (
    listed("left", "move(-1, 0)", "cursor", "Cursor left: a cell of the map", POINTS, "◂"),
    listed("right", "move(1, 0)", "cursor", "Cursor right: a cell of the map", POINTS, "▸"),
    listed("up", "move(0, 1)", "cursor", "Cursor up: a cell of the map", POINTS, "▴"),
    listed("down", "move(0, -1)", "cursor", "Cursor down: a cell of the map", POINTS, "▾"),
    listed("enter", "add_point", "add", "Add a point: at the cursor, or with the left mouse button", POINTS),
    alias("insert", "add_point"),
    listed("p", "turn_brush(1)", "brush", "Next brush: the class, or the number, of the points that are added", POINTS),
    quiet("P", "turn_brush(-1)", "Brush before: the class, or the number, of the points that are added", POINTS),
    listed("delete", "remove_point", "remove", "Remove a point: the nearest, or with the right button", POINTS, "del"),
    alias("backspace", "remove_point"),
    listed("c", "clear_points", "clear", "Clear: remove all training and test samples", POINTS),
    listed("slash", "ask", "ask", "Ask the network: about the place of the cursor", POINTS, "/"),
    LEAVE_BINDING,
)
"""Where a place of the map is a point."""
PLANE: Final = Binding.Group("map: more than two inputs")
PLANE_KEYS: Final = (
    listed("v", "turn_plane(1)", "plane", "Next plane: principal components, then the features in pairs", PLANE),
    listed("V", "turn_plane(-1)", "plane", "Plane before: the features in pairs, or principal components", PLANE),
    listed("left", "move(-1, 0)", "across", "Feature before: across", PLANE, "◂"),
    listed("right", "move(1, 0)", "across", "Next feature: across", PLANE, "▸"),
    listed("up", "move(0, 1)", "up", "Next feature: up", PLANE, "▴"),
    listed("down", "move(0, -1)", "up", "Feature before: up", PLANE, "▾"),
    listed("home", "principal_plane", "principal", "Principal plane: where the samples spread most", PLANE),
    LEAVE_BINDING,
)
"""Where the map is a cut through more inputs than two."""
_OUTPUT: Final = "Output: in place of a neuron's response"
OUTPUT_KEY: Final = replace(listed("0", "screen.show_output", "output", _OUTPUT, POINTS), id="panels.output")
"""The dashboard's, which the map names while it shows a response."""
_LEFT: Final = 1
_RIGHT: Final = 3
_REACH: Final = 3.0
"""Half cells of height, which are about as large as whole cells of width, within which a point is near."""


def layout_of(snapshot: Snapshot, width: int, height: int) -> Layout | None:
    """The cells of the picture within so many cells of a panel; ``None`` where there is none."""
    if inputs_of(snapshot) == 1:
        from tuinet.tui.panels.map.fits import fit_layout

        return fit_layout(snapshot, width, height)
    layout = map_layout(snapshot, width, height)
    return layout if layout.columns and layout.rows else None


def nearest(snapshot: Snapshot, layout: Layout, place: Place) -> int | None:
    """The training sample that is shown nearest to a place, as its row of the set; ``None`` where none is near."""
    points, _ = sets_of(snapshot)
    if inputs_of(snapshot) == 1:
        from tuinet.tui.panels.map.fits import sample_places

        points = sample_places(snapshot)
    if not len(points.rows):
        return None
    (left, low), (right, high) = layout.place_of((layout.rows - 1, 0)), layout.place_of((0, layout.columns - 1))
    across = (points.places[:, 0] - place[0]) / ((right - left) or 1.0) * max(layout.columns - 1, 1)
    up = (points.places[:, 1] - place[1]) / ((high - low) or 1.0) * max(layout.rows - 1, 1) * 2
    distances = np.hypot(across, up)
    index = int(distances.argmin())
    return int(points.rows[index]) if distances[index] <= _REACH else None


class BoundaryPanel(CellPanel, can_focus=True):
    """The function that the network computes, with the samples on it, on a plane that can be chosen."""

    HEADING = "map"
    KEYS = (*POINTS_KEYS, *PLANE_KEYS)
    UNSEEN = {"columns": 0, "rows": 0, "pointed": None}
    IS_SLOW = False
    FOLLOWS = ("unit", "discrete")
    unit: reactive[Unit | None] = reactive(None, repaint=False)
    discrete: reactive[bool] = reactive(False, repaint=False)
    watch_discrete = CellPanel.update_cells
    _plane = PRINCIPAL
    _told_keys: tuple[Binding, ...] = ()
    _levels: Levels | None = None

    def __init__(self, *, id: str | None = None, number: str = "") -> None:
        super().__init__(id=id, number=number)
        self._cursor: Place | None = None
        self._brush = Brush()
        self._removal = Replacing()
        self.note = ""
        """Why the last key or click did nothing."""

    @property
    def keys(self) -> tuple[Binding, ...]:
        """Those that do something with what is shown."""
        has_points = self.frame is None or has_room_for_points(self.frame.snapshot)
        return (*((OUTPUT_KEY,) if self.unit else ()), *(POINTS_KEYS if has_points else PLANE_KEYS))

    def title(self, frame: Frame, theme: Theme) -> Label:
        """The name of the picture, and with the focus the brush and the place of the cursor."""
        name = self._picture_name(frame.snapshot, theme)
        style, painted = theme.inks.title, self._painted(frame.snapshot, theme)
        both = [(f"{name.partition(' · ')[0]} · ", style), *painted]
        return name if not painted else both if width_of(both) <= self.edge else painted

    def _picture_name(self, snapshot: Snapshot, theme: Theme) -> str:
        if inputs_of(snapshot) == 1:
            from tuinet.tui.panels.map.fits import fit_title

            return fit_title(snapshot, self.room[0])
        return map_title(snapshot, theme, *self.room)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """The meaning of colours and glyphs; or why a key did nothing."""
        if self.note:
            return ((self.note, theme.inks.warning),)
        snapshot = frame.snapshot
        told = cursor_answer(snapshot, theme, self.unit) if self._pointed(snapshot) else []
        if inputs_of(snapshot) == 1:
            from tuinet.tui.panels.map.fits import fit_legend

            return [*told, *fit_legend(snapshot, theme, self.edge - width_of(told))]
        return [*told, *shading(snapshot, theme, discrete=self.discrete).legend(self.edge - width_of(told))]

    def _pointed(self, snapshot: Snapshot) -> Question | None:
        """The features of the place of the cursor; ``None`` while there is none."""
        return None if (place := self.cursor_place(snapshot)) is None else place[: inputs_of(snapshot)]

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The picture that suits the number of inputs and the task."""
        snapshot, cursor, theme = frame.snapshot, self.cursor_place(frame.snapshot), theme.behind_pictures
        if inputs_of(snapshot) == 1:
            from tuinet.tui.panels.map.fits import fit_rows

            return fit_rows(snapshot, theme, width, height, cursor=cursor)
        # While the training runs, what trembles between two colours is not sent again and again; paused it is exact.
        before = self._levels if frame.running else None
        self._levels = map_levels(snapshot, theme, discrete=self.discrete, before=before)
        rows = map_rows(snapshot, theme, width, height, discrete=self.discrete, cursor=cursor, levels=self._levels)
        self.picture = map_picture(snapshot, theme, rows, self._levels, width, height)
        return rows

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """The pixels of the map, or the points along the curve; of the output, or of a neuron."""
        seen = {"unit": self.unit, "pointed": self._pointed(frame.snapshot)}
        if inputs_of(frame.snapshot) == 1:
            return {"columns": 2 * width, "rows": 1, **seen}
        layout = map_layout(frame.snapshot, width, height)
        pixels = field_pixels(layout.rows, layout.columns, self.theme, frame.snapshot.layer_sizes)
        return {**pixels, "plane": self._plane, **seen}

    def action_move(self, right: int, up: int) -> None:
        """Move the cursor; or, where the map is a cut, take other features."""
        if has_room_for_points(self.snapshot):
            self._move_cursor(right, up)
        else:
            self._cut(with_other_feature(self._plane, inputs_of(self.snapshot), right, up))

    def action_turn_plane(self, by: int) -> None:
        """Take the next plane, or the one before."""
        if not self._has_only_one_plane():
            self._cut(turned(self._plane, inputs_of(self.snapshot), by))

    def action_principal_plane(self) -> None:
        """Take the plane in which the samples spread most."""
        if self._has_only_one_plane():
            return
        if self._plane == PRINCIPAL:
            turn = keymap_of(self.app).name("turn_plane(1)", PLANE_KEYS)
            self.post_message(KeyRefused(f"this is the principal plane already: {turn} takes the next one"))
        self._cut(PRINCIPAL)

    def _has_only_one_plane(self) -> bool:
        """Whether the map is no cut, which is said."""
        is_whole = has_room_for_points(self.snapshot)
        if is_whole:
            self.post_message(KeyRefused("all inputs are on the map: there is no other plane"))
        return is_whole

    def watch_unit(self) -> None:
        """Ask for another response."""
        self.announce()
        self._tell_keys()

    def watch_frame(self) -> None:
        """Draw what is new, and tell when the keys do something else with it."""
        super().watch_frame()
        self._tell_keys()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show the cursor, or not."""
        self.note = ""
        super().watch_has_focus(has_focus)
        self.announce()

    def _cut(self, plane: Plane) -> None:
        self._plane = plane
        self.announce()

    def _tell_keys(self) -> None:
        if self.keys != self._told_keys:
            self._told_keys = self.keys
            self.post_message(KeysChanged())

    def action_ask(self) -> None:
        """Ask the network about the place of the cursor."""
        if (snapshot := self._paintable()) and (pointed := self._pointed(snapshot)):
            self.post_message(QuestionAsked(pointed))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where there is no cursor to ask about, the key is the dashboard's."""
        return action != "ask" or self.frame is None or not reason_against(self.snapshot)

    def action_add_point(self) -> None:
        """Add a point at the cursor."""
        if snapshot := self._paintable():
            self._add(snapshot, self.cursor_place(snapshot))

    def action_remove_point(self) -> None:
        """Remove the point nearest to the cursor."""
        if snapshot := self._paintable():
            self._remove(snapshot, self.cursor_place(snapshot))

    def action_clear_points(self) -> None:
        """Remove all points."""
        snapshot = self._paintable()
        if snapshot and (len(snapshot.dataset.X) or len(snapshot.dataset.X_test)):
            self._send(ClearPoints(), snapshot)
        elif snapshot:
            self._say("there are no points")

    def action_turn_brush(self, by: int) -> None:
        """Take another class, or another number."""
        if snapshot := self._paintable():
            if snapshot.dataset.task == "regression" and inputs_of(snapshot) == 1:
                self._say("a point is as high as the cursor")
            self._brush = self._brush.turned(snapshot, by)
            self.update_cells()

    def on_mouse_down(self, event: MouseDown) -> None:
        """Add a point with the left button, remove the nearest with the right one."""
        if event.button not in (_LEFT, _RIGHT):
            return
        layout = self._layout(self.snapshot)
        cell = layout.cell_at(event.x - 1, event.y - 1) if layout else None
        if layout and cell and (snapshot := self._paintable()):
            self._cursor = layout.place_of(cell)
            self.announce()
            paint = self._add if event.button == _LEFT else self._remove
            paint(snapshot, self._cursor)
            self.update_cells()

    def _move_cursor(self, right: int, up: int) -> None:
        """Go so many cells further, as far as the picture goes."""
        snapshot = self._paintable()
        layout, place = (self._layout(snapshot), self.cursor_place(snapshot)) if snapshot else (None, None)
        if layout and place:
            row, column = layout.cell_of(*place)
            cell = max(0, min(row - up, layout.rows - 1)), max(0, min(column + right, layout.columns - 1))
            self._cursor = layout.place_of(cell)
            self.announce()
            self.update_cells()

    def cursor_place(self, snapshot: Snapshot) -> Place | None:
        """Where the cursor is, while there is one: at first in the middle, and always in the middle of a cell."""
        layout = self._layout(snapshot)
        if layout is None or not self.has_focus or reason_against(snapshot):
            return None
        middle = layout.rows // 2, layout.columns // 2
        return layout.place_of(middle if self._cursor is None else layout.cell_of(*self._cursor))

    def _painted(self, snapshot: Snapshot, theme: Theme) -> list[Piece]:
        """The brush and the place of the cursor; nothing while there is none."""
        place = self.cursor_place(snapshot)
        if place is None:
            return []
        accent, axis = theme.inks.key, theme.inks.axis
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

    def _paintable(self) -> Snapshot | None:
        """The snapshot, unless points cannot be painted now, which is said; otherwise what was said goes away."""
        self._say(reason_against(self.snapshot, keymap_of(self.app)))
        return None if self.note else self.snapshot

    def _say(self, note: str) -> None:
        if note != self.note:
            self.note = note
            self.update_cells()

    def _layout(self, snapshot: Snapshot) -> Layout | None:
        return layout_of(snapshot, *self.room)

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        text, dim = theme.inks.text, theme.inks.axis
        mark, more = ("glyph", "denser") if theme.is_grey else ("colour", "farther from grey")
        ends, undecided = keymap.name("show_output"), level_piece(theme.levels, LEVELS // 2, 6)
        train, test = "".join(POINT_GLYPHS[:4]), sample_glyph(0, is_test=True)
        yield (
            ramp_pieces(theme.levels),
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
        letters = [letter_piece(0, theme), letter_piece(1, theme)]
        yield letters, "Wrong samples: a letter for their class, A for the first."
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
            [(CURSOR, theme.inks.chosen)],
            "The cursor, and below what is answered there: enter adds a point. A sample under it stands in brackets.",
        )
        yield [("━", theme.inks.curve)], "One input: the output against the input, among the samples."
