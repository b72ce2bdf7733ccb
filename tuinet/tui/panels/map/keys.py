"""The keys of the map: where its places are points, where it is a cut, and while samples are edited."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from textual.binding import Binding

from tuinet.tui.bindings import LEAVE_BINDING, alias, listed, quiet

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
