"""The keys of the map; and which point a place of the picture stands for, with which target, and which is nearest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np
from textual.binding import Binding

from tuinet.observe.planes import Curve, Points
from tuinet.observe.snapshot import Snapshot
from tuinet.session.edits import AddPoint
from tuinet.tui.bindings import LEAVE_BINDING, alias, listed, quiet
from tuinet.tui.draw.cells import POINT_GLYPHS, sample_glyph
from tuinet.tui.draw.chart import Cell, map_layout
from tuinet.tui.draw.scales import target_range
from tuinet.tui.draw.text import short_number, shorten
from tuinet.tui.keymap import UNCHANGED, Keymap
from tuinet.tui.panels.map.drawing import Place
from tuinet.tui.panels.map.drawing import sample_places as samples_on_map

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


class Layout(Protocol):
    """Cells that stand for places."""

    @property
    def columns(self) -> int:
        """Cells across."""

    @property
    def rows(self) -> int:
        """Cells down."""

    def cell_of(self, x: float, y: float) -> Cell:
        """The cell of a place."""

    def place_of(self, cell: Cell) -> Place:
        """The place in the middle of a cell."""

    def cell_at(self, column: int, row: int) -> Cell | None:
        """The cell at a cell of the panel, if it is one of these."""


@dataclass(frozen=True)
class Brush:
    """What is painted: a class; or, where numbers are predicted, one of a few between the lowest and the highest."""

    index: int = 0

    def turned(self, snapshot: Snapshot, by: int) -> Brush:
        """The next brush that there is, or the one before."""
        return Brush((self._within(snapshot) + by) % _choices(snapshot))

    def target(self, snapshot: Snapshot, place: Place) -> float:
        """The target of a point that is painted: along a single input, numbers are painted at their height."""
        if snapshot.dataset.task != "regression":
            return float(self._within(snapshot))
        return place[1] if _inputs(snapshot) == 1 else self._value(snapshot)

    def describe(self, snapshot: Snapshot) -> tuple[str, str]:
        """The glyph of such a point, and what it stands for."""
        dataset, index = snapshot.dataset, self._within(snapshot)
        if dataset.task != "regression":
            return sample_glyph(index), shorten(dataset.class_names[index], _NAME_LIMIT)
        return POINT_GLYPHS[0], "" if _inputs(snapshot) == 1 else short_number(self._value(snapshot))

    def _within(self, snapshot: Snapshot) -> int:
        return min(self.index, _choices(snapshot) - 1)

    def _value(self, snapshot: Snapshot) -> float:
        return float(np.linspace(*target_range(snapshot), VALUES)[self._within(snapshot)])


def has_room_for_points(snapshot: Snapshot) -> bool:
    """Whether a place of the picture is a point: not where it is a cut through more inputs."""
    return _inputs(snapshot) <= 2


def has_brushes(snapshot: Snapshot) -> bool:
    """Whether there is a choice of what is painted: along a single input, the place itself is the number."""
    return snapshot.dataset.task != "regression" or _inputs(snapshot) > 1


def reason_against(snapshot: Snapshot, keymap: Keymap = UNCHANGED) -> str:
    """Why no points can be painted now, in few words; empty when they can."""
    targets = snapshot.dataset.y.shape[1]
    if not has_room_for_points(snapshot):
        return f"no own points: {_inputs(snapshot)} inputs"
    if snapshot.dataset.task == "regression" and targets > 1:
        return f"no own points: {targets} targets"
    if isinstance(snapshot.surface, Curve) and snapshot.surface.unit is not None:
        return f"no own points: {keymap.name('show_output')} for output"
    return ""


def layout_of(snapshot: Snapshot, width: int, height: int) -> Layout | None:
    """The cells of the picture within so many cells of a panel; ``None`` where there is none."""
    if _inputs(snapshot) == 1:
        from tuinet.tui.panels.map.fits import fit_layout

        return fit_layout(snapshot, width, height)
    layout = map_layout(snapshot, width, height)
    return layout if layout.columns and layout.rows else None


def new_point(snapshot: Snapshot, brush: Brush, place: Place) -> AddPoint:
    """The command that adds a point there."""
    return AddPoint(place[: _inputs(snapshot)], brush.target(snapshot, place))


def nearest(snapshot: Snapshot, layout: Layout, place: Place) -> int | None:
    """The training sample that is shown nearest to a place, as its row of the set; ``None`` where none is near."""
    points = _on_picture(snapshot)
    if not len(points.rows):
        return None
    (left, low), (right, high) = layout.place_of((layout.rows - 1, 0)), layout.place_of((0, layout.columns - 1))
    across = (points.places[:, 0] - place[0]) / ((right - left) or 1.0) * max(layout.columns - 1, 1)
    up = (points.places[:, 1] - place[1]) / ((high - low) or 1.0) * max(layout.rows - 1, 1) * 2
    distances = np.hypot(across, up)
    index = int(distances.argmin())
    return int(points.rows[index]) if distances[index] <= _REACH else None


def _on_picture(snapshot: Snapshot) -> Points:
    if _inputs(snapshot) == 1:
        from tuinet.tui.panels.map.fits import sample_places

        return sample_places(snapshot)
    return samples_on_map(snapshot)


def _inputs(snapshot: Snapshot) -> int:
    """Features before inputs are made of them."""
    inputs: int = snapshot.dataset.X.shape[1]
    return inputs


def _choices(snapshot: Snapshot) -> int:
    return len(snapshot.dataset.class_names) or VALUES
