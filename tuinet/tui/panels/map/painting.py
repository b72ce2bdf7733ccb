"""The keys of the map; and which point a place of the picture stands for, with which target, and which is nearest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from textual.binding import Binding
from textual.events import MouseDown

from tuinet.observe.snapshot import Snapshot
from tuinet.session.edits import AddPoint, ClearPoints, RemovePoint
from tuinet.tui.bindings import LEAVE_BINDING, alias, listed, quiet
from tuinet.tui.draw.cells import sample_glyph
from tuinet.tui.draw.chart import Layout, map_layout
from tuinet.tui.draw.scales import target_range
from tuinet.tui.draw.text import Piece, ink, short_number, shorten
from tuinet.tui.keymap import UNCHANGED, Keymap, keymap_of
from tuinet.tui.messages import CommandGiven
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.panels.map.drawing import Place, inputs_of, sets_of, unit_of
from tuinet.tui.pending import Replacing
from tuinet.tui.style.theme import Theme

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
VALUES: Final = 5
"""Numbers that a brush can have, from the lowest target to the highest."""
_REACH: Final = 3.0
"""Half cells of height, which are about as large as whole cells of width, within which a point is near."""
_NAME_LIMIT: Final = 8


@dataclass(frozen=True)
class Brush:
    """The target of painted points: a class; or, where numbers are predicted, one of a few within their range."""

    index: int = 0

    def turned(self, snapshot: Snapshot, by: int) -> Brush:
        """The next brush that there is, or the one before."""
        return Brush((self._within(snapshot) + by) % _choices(snapshot))

    def target(self, snapshot: Snapshot, place: Place) -> float:
        """The target of a point that is painted: along a single input, numbers are painted at their height."""
        if snapshot.dataset.task != "regression":
            return float(self._within(snapshot))
        return place[1] if inputs_of(snapshot) == 1 else self._value(snapshot)

    def describe(self, snapshot: Snapshot) -> tuple[str, str]:
        """The glyph of such a point, and what it stands for."""
        dataset, index = snapshot.dataset, self._within(snapshot)
        if dataset.task != "regression":
            return sample_glyph(index), shorten(dataset.class_names[index], _NAME_LIMIT)
        return sample_glyph(0), "" if inputs_of(snapshot) == 1 else short_number(self._value(snapshot))

    def _within(self, snapshot: Snapshot) -> int:
        return min(self.index, _choices(snapshot) - 1)

    def _value(self, snapshot: Snapshot) -> float:
        return float(np.linspace(*target_range(snapshot), VALUES)[self._within(snapshot)])


def has_room_for_points(snapshot: Snapshot) -> bool:
    """Whether a place of the picture is a point: not where it is a cut through more inputs."""
    return inputs_of(snapshot) <= 2


def reason_against(snapshot: Snapshot, keymap: Keymap = UNCHANGED) -> str:
    """Why no points can be painted now, in few words; empty when they can."""
    targets = snapshot.dataset.y.shape[1]
    if not has_room_for_points(snapshot):
        return f"no own points: {inputs_of(snapshot)} inputs"
    if snapshot.dataset.task == "regression" and targets > 1:
        return f"no own points: {targets} targets"
    # On a map, points can be painted whatever it shows.
    shows_unit = inputs_of(snapshot) == 1 and unit_of(snapshot)
    return f"no own points: {keymap.name('show_output')} for output" if shows_unit else ""


def layout_of(snapshot: Snapshot, width: int, height: int) -> Layout | None:
    """The cells of the picture within so many cells of a panel; ``None`` where there is none."""
    if inputs_of(snapshot) == 1:
        from tuinet.tui.panels.map.fits import fit_layout

        return fit_layout(snapshot, width, height)
    layout = map_layout(snapshot, width, height)
    return layout if layout.columns and layout.rows else None


def new_point(snapshot: Snapshot, brush: Brush, place: Place) -> AddPoint:
    """The command that adds a point there."""
    return AddPoint(place[: inputs_of(snapshot)], brush.target(snapshot, place))


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


def _choices(snapshot: Snapshot) -> int:
    return len(snapshot.dataset.class_names) or VALUES


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
        if self.frame is None or event.button not in (_LEFT, _RIGHT):
            return
        layout = self._layout(self.frame.snapshot)
        cell = layout.cell_at(event.x - 1, event.y - 1) if layout else None
        if layout and cell and (snapshot := self._paintable()):
            self._cursor = layout.place_of(cell)
            paint = self._add if event.button == _LEFT else self._remove
            paint(snapshot, self._cursor)
            self.update_cells()

    def move_cursor(self, right: int, up: int) -> None:
        """Go so many cells further, as far as the picture goes."""
        snapshot = self._paintable()
        layout, place = (self._layout(snapshot), self.cursor_place(snapshot)) if snapshot else (None, None)
        if layout and place:
            row, column = layout.cell_of(*place)
            cell = max(0, min(row - up, layout.rows - 1)), max(0, min(column + right, layout.columns - 1))
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
        """The brush and the place of the cursor; nothing while there is none."""
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

    def _paintable(self) -> Snapshot | None:
        """The snapshot, unless points cannot be painted now, which is said; otherwise what was said goes away."""
        if self.frame is None:
            return None
        self._say(reason_against(self.frame.snapshot, keymap_of(self.app)))
        return None if self.note else self.frame.snapshot

    def _say(self, note: str) -> None:
        if note != self.note:
            self.note = note
            self.update_cells()

    def _layout(self, snapshot: Snapshot) -> Layout | None:
        return layout_of(snapshot, self.size.width - 2, self.size.height - 2)
