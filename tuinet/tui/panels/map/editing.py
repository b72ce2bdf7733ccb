"""The cursor of the map, and the mode in which keys and mouse add samples and remove them."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from textual.binding import Binding
from textual.events import MouseDown
from textual.reactive import reactive

from tuinet.observe.planes import input_plane
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Plane, Question
from tuinet.session.edits import ClearPoints, RemovePoint
from tuinet.tui.draw.chart import Layout, map_layout
from tuinet.tui.draw.text import Piece, short_number
from tuinet.tui.key_groups import LEAVE_BINDING, alias, listed, quiet
from tuinet.tui.keys import keymap_of
from tuinet.tui.messages import CommandGiven, KeysChanged, ModeChanged, QuestionAsked
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.panels.map.drawing import (
    PRINCIPAL,
    Place,
    PointBrush,
    has_room_for_points,
    inputs_of,
    new_point,
    reason_against,
    sets_of,
    with_samples,
)
from tuinet.tui.pending import Replacing
from tuinet.tui.style.theme import Theme

POINTS: Final = Binding.Group("map: your own points")
POINTS_KEYS: Final = (
    listed("left", "move(-1, 0)", "cursor", "Cursor left: a cell of the map", POINTS, "◂"),
    listed("right", "move(1, 0)", "cursor", "Cursor right: a cell of the map", POINTS, "▸"),
    listed("up", "move(0, 1)", "cursor", "Cursor up: a cell of the map", POINTS, "▴"),
    listed("down", "move(0, -1)", "cursor", "Cursor down: a cell of the map", POINTS, "▾"),
    listed("enter", "start_editing", "edit", "Edit the samples: add and remove some, until esc ends it", POINTS),
    listed("slash", "ask", "ask", "Ask the network: about the place of the cursor", POINTS, "/"),
    LEAVE_BINDING,
)
"""Where a place of the map is a point."""
EDITING_KEYS: Final = (
    *POINTS_KEYS[:4],
    listed("enter", "add_point", "add", "Add a point: at the cursor, or with the left mouse button", POINTS),
    alias("insert", "add_point"),
    listed("p", "turn_brush(1)", "brush", "Next brush: the class, or the number, of the points that are added", POINTS),
    quiet("P", "turn_brush(-1)", "Brush before: the class, or the number, of the points that are added", POINTS),
    listed("delete", "remove_point", "remove", "Remove a point: the nearest, or with the right button", POINTS, "del"),
    alias("backspace", "remove_point"),
    listed("c", "clear_points", "clear", "Clear: remove all training and test samples", POINTS),
    listed("escape", "stop_editing", "end", "End editing: keys and mouse no longer change the samples", POINTS, "esc"),
)
"""While samples are edited there; outside of that, nothing on the map changes them."""
CURSOR_KEYS: Final = tuple(dict.fromkeys((*POINTS_KEYS[:-1], *EDITING_KEYS, POINTS_KEYS[-1])))
"""All of them; while samples are edited, esc ends that first."""
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


def rounded_place(place: Place, layout: Layout) -> Place:
    """The place without digits that are finer than a cell: the middle of a cell is nearly 0, hardly ever 0."""
    if min(layout.rows, layout.columns) < 2:
        return place
    (left, high), (right, low) = layout.place_of((0, 0)), layout.place_of((1, 1))
    return _rounded(place[0], right - left), _rounded(place[1], high - low)


def _rounded(value: float, step: float) -> float:
    return round(value, -math.floor(math.log10(step))) + 0.0 if step > 0 else value


class SampleEditor(CellPanel, can_focus=True):
    """A picture with a cursor, about which the network is asked; what changes the samples works in a mode only."""

    shown_samples: reactive[str] = reactive("all", repaint=False)
    watch_shown_samples = CellPanel.update_cells
    _plane: Plane = PRINCIPAL

    def __init__(self, *, id: str | None = None, number: str = "") -> None:
        super().__init__(id=id, number=number)
        self._cursor: Place | None = None
        self._brush = PointBrush()
        self._removal = Replacing()
        self.is_editing = False
        """Whether keys and mouse add samples and remove them."""
        self.note = ""
        """Why the last key or click did nothing."""

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show the cursor, or not; the samples are edited no longer than the panel has the keys."""
        self.note = ""
        self._edit(self.is_editing and has_focus)
        super().watch_has_focus(has_focus)
        self.announce()

    def watch_frame(self) -> None:
        """Draw what is new; where samples cannot be edited any more, they are not."""
        self._edit(self.is_editing and not reason_against(self.snapshot))
        super().watch_frame()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One key begins to edit, and adds then; where there is no cursor to ask about, the key is the dashboard's."""
        if action in ("start_editing", "add_point", "stop_editing"):
            return self.is_editing == (action != "start_editing")
        if action == "ask":
            return self.frame is None or self.pointed(self.snapshot) is not None
        return True

    def action_start_editing(self) -> None:
        """From now on keys and mouse add samples and remove them."""
        if self._editable(begins=True):
            self._edit(True)

    def action_stop_editing(self) -> None:
        """From now on they do not."""
        self._say("")
        self._edit(False)

    def _edit(self, is_editing: bool) -> None:
        if is_editing == self.is_editing:
            return
        self.is_editing = is_editing
        end = keymap_of(self.app).name("stop_editing", EDITING_KEYS)
        self.post_message(ModeChanged(f"editing samples: {end} ends it" if is_editing else ""))
        self.post_message(KeysChanged())
        self.update_cells()

    def action_ask(self) -> None:
        """Ask the network about the place of the cursor."""
        if pointed := self.pointed(self.snapshot):
            self.post_message(QuestionAsked(pointed))

    def action_add_point(self) -> None:
        """Add a point at the cursor."""
        if snapshot := self._editable():
            self._add(snapshot, self.cursor_place(snapshot))

    def action_remove_point(self) -> None:
        """Remove the point nearest to the cursor."""
        if snapshot := self._editable():
            self._remove(snapshot, self.cursor_place(snapshot))

    def action_clear_points(self) -> None:
        """Remove all points."""
        snapshot = self._editable()
        if snapshot and (len(snapshot.dataset.X) or len(snapshot.dataset.X_test)):
            self._send(ClearPoints(), snapshot)
        elif snapshot:
            self._say("there are no points")

    def action_turn_brush(self, by: int) -> None:
        """Take another class, or another number."""
        if snapshot := self._editable():
            if snapshot.dataset.task == "regression" and inputs_of(snapshot) == 1:
                self._say("a point is as high as the cursor")
            self._brush = self._brush.turned(snapshot, by)
            self.update_cells()

    def on_mouse_down(self, event: MouseDown) -> None:
        """Move the cursor; while samples are edited, add one there, or with the right button remove the nearest."""
        layout = self._layout(self.snapshot)
        cell = layout.cell_at(event.x - 1, event.y - 1) if layout else None
        if layout is None or cell is None or event.button not in (_LEFT, _RIGHT):
            return
        self._cursor = layout.place_of(cell)
        self.announce()
        if event.button == _RIGHT:
            self.action_remove_point()
        elif self.is_editing:
            self.action_add_point()
        else:
            self._say("")
        self.update_cells()

    def move_cursor(self, right: int, up: int) -> None:
        """Go so many cells further, as far as the picture goes."""
        self._say("")
        layout, place = self._layout(self.snapshot), self.cursor_place(self.snapshot)
        if layout and place:
            row, column = layout.cell_of(*place)
            cell = max(0, min(row - up, layout.rows - 1)), max(0, min(column + right, layout.columns - 1))
            self._cursor = layout.place_of(cell)
            self.announce()
            self.update_cells()

    def cursor_place(self, snapshot: Snapshot) -> Place | None:
        """Where the cursor is, always in the middle of a cell: at first in the middle; on a cut, where it was put."""
        layout = self._layout(snapshot)
        if layout is None or not self.has_focus or (self._cursor is None and not has_room_for_points(snapshot)):
            return None
        middle = layout.rows // 2, layout.columns // 2
        return layout.place_of(middle if self._cursor is None else layout.cell_of(*self._cursor))

    def pointed(self, snapshot: Snapshot) -> Question | None:
        """The features of the place of the cursor; ``None`` while there is none."""
        place = self.cursor_place(snapshot)
        if place is None or has_room_for_points(snapshot):
            return None if place is None else place[: inputs_of(snapshot)]
        return tuple(input_plane(snapshot.dataset, self._plane).points(np.array([place]))[0].tolist())

    def cursor_pieces(self, snapshot: Snapshot, theme: Theme) -> list[Piece]:
        """The place of the cursor, and while samples are edited the brush; nothing while there is none."""
        place, layout = self.cursor_place(snapshot), self._layout(snapshot)
        if place is None or layout is None:
            return []
        accent, axis = theme.inks.key, theme.inks.axis
        where = "at " + ", ".join(map(short_number, rounded_place(place, layout)))
        if not self.is_editing:
            return [(where, axis)]
        glyph, name = self._brush.describe(snapshot)
        return [("brush ", axis), (f"{glyph} {name}".rstrip(), accent), (f" {where}", axis)]

    def in_sight(self, snapshot: Snapshot) -> Snapshot:
        """With the samples that are chosen to be shown, and no others."""
        return with_samples(snapshot, self.shown_samples)

    def _add(self, snapshot: Snapshot, place: Place | None) -> None:
        if place is not None:
            self.post_message(CommandGiven(new_point(snapshot, self._brush, place)))

    def _remove(self, snapshot: Snapshot, place: Place | None) -> None:
        layout = self._layout(snapshot)
        if layout is None or place is None:
            return
        index = nearest(self.in_sight(snapshot), layout, place)
        if index is None:
            self._say("no training sample is near")
        else:
            self._send(RemovePoint(index), snapshot)

    def _send(self, command: RemovePoint | ClearPoints, snapshot: Snapshot) -> None:
        """Send a command that makes the rows of the samples count anew, once the last such one has come."""
        if not self._removal.is_on(snapshot.dataset):
            self._removal.begin(snapshot.dataset)
            self.post_message(CommandGiven(command))

    def _editable(self, *, begins: bool = False) -> Snapshot | None:
        """The snapshot where its samples are edited, or can be; else why not is said, which otherwise goes away."""
        keymap = keymap_of(self.app)
        start = keymap.name("start_editing", POINTS_KEYS)
        why = "" if begins or self.is_editing else f"{start} begins to edit samples"
        if self.frame is not None and self.frame.moment is not None:
            why = "recordings cannot be changed"
        self._say(reason_against(self.snapshot, keymap) or why)
        return None if self.note else self.snapshot

    def _say(self, note: str) -> None:
        if note != self.note:
            self.note = note
            self.update_cells()

    def _layout(self, snapshot: Snapshot) -> Layout | None:
        return layout_of(snapshot, *self.room)
