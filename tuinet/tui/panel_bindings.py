"""The keys of the panels while they have the focus, and of the settings."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding

from tuinet.tui.bindings import (
    CONFUSION,
    DIAGRAM,
    FLOW,
    HIDDEN,
    PANELS,
    PLANE,
    POINTS,
    SAMPLES,
    SETTINGS,
    STEPPING_BINDINGS,
    WEIGHTS,
    alias,
    leads_back,
    quiet,
    shown,
)

LEAVE_BINDING: Final = shown("escape", "screen.unzoom", "leave", "Leave: the keys are the dashboard's", PANELS, "esc")
"""Of every panel that has keys of its own."""

WEIGHTS_BINDINGS: Final[tuple[Binding, ...]] = (
    shown("left", "move(0, -1)", "choose", "Choose the one left of it: weight or bias", WEIGHTS, "◂"),
    shown("right", "move(0, 1)", "choose", "Choose the one right of it: weight or bias", WEIGHTS, "▸"),
    shown("up", "move(-1, 0)", "choose", "Choose the one above it: weight or bias", WEIGHTS, "▴"),
    shown("down", "move(1, 0)", "choose", "Choose the one below it: weight or bias", WEIGHTS, "▾"),
    shown("left_square_bracket", "nudge(-1)", "nudge", "Nudge down: by 5% of its size, at least 0.05", WEIGHTS, "["),
    shown("right_square_bracket", "nudge(1)", "nudge", "Nudge up: by 5% of its size, at least 0.05", WEIGHTS, "]"),
    shown("enter", "type_value", "type", "Type a value: in its place", WEIGHTS),
    shown("u", "screen.undo", "undo", "Undo: take the last change back", WEIGHTS),
    LEAVE_BINDING,
    alias("w", "screen.unzoom"),
)
"""Keys of the weights while one of them is chosen."""

SAMPLES_BINDINGS: Final[tuple[Binding, ...]] = (
    shown("left", "move(0, -1)", "move", "Choose the one left of it: sample or unit", SAMPLES, "◂"),
    shown("right", "move(0, 1)", "move", "Choose the one right of it: sample or unit", SAMPLES, "▸"),
    shown(
        "up",
        "move(-1, 0)",
        "move",
        "Choose the one above it: sample or unit; of responses the layer",
        SAMPLES,
        "▴",
    ),
    shown(
        "down",
        "move(1, 0)",
        "move",
        "Choose the one below it: sample or unit; of responses the layer",
        SAMPLES,
        "▾",
    ),
    shown(
        "enter",
        "open",
        "large",
        "Large: the sample with all its outputs, and back; of weights the responses",
        SAMPLES,
    ),
    shown("v", "next_mode", "mode", "Next mode: samples, weights of the first layer, responses of a unit", SAMPLES),
    shown("f", "wrong_first", "worst", "Wrong ones first: the most confident ones before the others", SAMPLES),
    shown("E", "other_set", "set", "Other set: training or test", SAMPLES),
    shown("pageup", "page(-1)", "page", "Page back: samples or units", SAMPLES, "pgup"),
    shown("pagedown", "page(1)", "page", "Next page: samples or units", SAMPLES, "pgdn"),
    alias("home", "page(-1000000)"),
    alias("end", "page(1000000)"),
    alias("escape", "close"),
    LEAVE_BINDING,
)
"""Keys of the samples."""

CONFUSION_BINDINGS: Final[tuple[Binding, ...]] = (
    shown("E", "other_set", "set", "The other set first: training or test", CONFUSION),
    shown("up", "scroll(-1, 0)", "predictions", "Predictions before: a row", CONFUSION, "▴"),
    shown("down", "scroll(1, 0)", "predictions", "Next predictions: a row", CONFUSION, "▾"),
    quiet("pageup", "scroll(0, -1)", "Page of predictions before: as many as are in sight", CONFUSION, "pgup"),
    quiet("pagedown", "scroll(0, 1)", "Next page of predictions: as many as are in sight", CONFUSION, "pgdn"),
    alias("home", "scroll(-1000000, 0)"),
    alias("end", "scroll(1000000, 0)"),
    LEAVE_BINDING,
)
"""Keys of the confusion matrix, and of predictions."""
SETTINGS_BINDINGS: Final[tuple[Binding, ...]] = (
    shown("up", "move(-1)", "field", "Field above: choose it", SETTINGS, "▴"),
    shown("down", "move(1)", "field", "Field below: choose it", SETTINGS, "▾"),
    shown(
        "left",
        "shift(-1)",
        "change",
        "Previous value: or the layer or feature before, where there are several",
        SETTINGS,
        "◂",
    ),
    shown(
        "right",
        "shift(1)",
        "change",
        "Next value: or the layer or feature behind, where there are several",
        SETTINGS,
        "▸",
    ),
    shown("enter", "type_value", "type", "Type a value: tab completes it", SETTINGS),
    shown(
        "left_square_bracket",
        "adjust(-1)",
        "less/more",
        "Less: neurons of the layer, its activation before, a feature out",
        SETTINGS,
        "[",
    ),
    shown(
        "right_square_bracket",
        "adjust(1)",
        "less/more",
        "More: neurons of the layer, its next activation, a feature in",
        SETTINGS,
        "]",
    ),
    shown("backspace", "reset", "default", "Default: bring it back", SETTINGS, "bksp"),
    quiet(
        "delete",
        "delete",
        "Delete: the chosen hidden layer; in other fields, bring the default back",
        SETTINGS,
        "del",
    ),
    quiet("i", "insert_layer", "Insert a hidden layer: behind the chosen one", SETTINGS),
    quiet("x", "take_layer", "Take the chosen hidden layer away: in the field of the hidden layers", SETTINGS),
    quiet("tab", "complete", "Next group: of fields; while typing, complete the name", SETTINGS),
    alias("insert", "insert_layer"),
    alias("home", "move(-1000)"),
    alias("end", "move(1000)"),
    alias("pageup", "move(-8)"),
    alias("pagedown", "move(8)"),
    *STEPPING_BINDINGS,
    shown("u", "undo", "undo", "Undo: take the last change back", SETTINGS),
    shown("escape", "close", "close", "Close: back to the dashboard", SETTINGS, "esc"),
    leads_back("e"),
    leads_back("q"),
)
"""Keys of the settings."""

TYPING_BINDINGS: Final[tuple[Binding, ...]] = (
    shown("enter", "submit", "set", "", SETTINGS),
    shown("tab", "complete", "complete", "", SETTINGS),
    shown("up", "move(-1)", "suggestion", "", SETTINGS, "▴"),
    shown("down", "move(1)", "suggestion", "", SETTINGS, "▾"),
    shown("escape", "close", "leave", "", SETTINGS, "esc"),
)
"""What the footer says while a value is typed."""

_OUTPUT_BINDING: Final = shown("0", "screen.show_output", "output", "Output: in place of a neuron's response", POINTS)

POINTS_BINDINGS: Final[tuple[Binding, ...]] = (
    shown("left", "move(-1, 0)", "cursor", "Cursor left: a cell of the map", POINTS, "◂"),
    shown("right", "move(1, 0)", "cursor", "Cursor right: a cell of the map", POINTS, "▸"),
    shown("up", "move(0, 1)", "cursor", "Cursor up: a cell of the map", POINTS, "▴"),
    shown("down", "move(0, -1)", "cursor", "Cursor down: a cell of the map", POINTS, "▾"),
    shown("enter", "add_point", "add", "Add a point: at the cursor, or with the left mouse button", POINTS),
    alias("insert", "add_point"),
    shown("p", "turn_brush(1)", "brush", "Next brush: the class, or the number, of the points that are added", POINTS),
    quiet("P", "turn_brush(-1)", "Brush before: the class, or the number, of the points that are added", POINTS),
    shown("delete", "remove_point", "remove", "Remove a point: the nearest, or with the right button", POINTS, "del"),
    alias("backspace", "remove_point"),
    shown("c", "clear_points", "clear", "Clear: remove all training and test samples", POINTS),
    LEAVE_BINDING,
)
"""Keys of the map where a place of it is a point."""

PLANE_BINDINGS: Final[tuple[Binding, ...]] = (
    shown("v", "turn_plane(1)", "plane", "Next plane: principal components, then the features in pairs", PLANE),
    shown("V", "turn_plane(-1)", "plane", "Plane before: the features in pairs, or principal components", PLANE),
    shown("left", "move(-1, 0)", "across", "Feature before: across", PLANE, "◂"),
    shown("right", "move(1, 0)", "across", "Next feature: across", PLANE, "▸"),
    shown("up", "move(0, 1)", "up", "Next feature: up", PLANE, "▴"),
    shown("down", "move(0, -1)", "up", "Feature before: up", PLANE, "▾"),
    shown("home", "principal_plane", "principal", "Principal plane: where the samples spread most", PLANE),
    LEAVE_BINDING,
)
"""Keys of the map where it is a cut through more inputs than two."""

MAP_BINDINGS: Final[tuple[Binding, ...]] = (*POINTS_BINDINGS, *PLANE_BINDINGS)
"""All keys of the map."""


def map_keys(*, has_points: bool, has_response: bool) -> tuple[Binding, ...]:
    """The keys of the map that do something now.

    Parameters
    ----------
    has_points
        Whether a place of the map is a point.
    has_response
        Whether the map shows the response of a neuron.
    """
    return (*((_OUTPUT_BINDING,) if has_response else ()), *(POINTS_BINDINGS if has_points else PLANE_BINDINGS))


HIDDEN_BINDINGS: Final[tuple[Binding, ...]] = (
    shown("left", "choose(-1, 0)", "layer", "Layer before: the hidden layer nearer to the inputs", HIDDEN, "◂"),
    shown("right", "choose(1, 0)", "layer", "Next layer: the hidden layer nearer to the output", HIDDEN, "▸"),
    shown("up", "choose(0, -1)", "axes", "Axes before: components or units of the layer", HIDDEN, "▴"),
    shown("down", "choose(0, 1)", "axes", "Next axes: components or units of the layer", HIDDEN, "▾"),
    LEAVE_BINDING,
)
"""Keys of the hidden space."""

DIAGRAM_BINDINGS: Final[tuple[Binding, ...]] = (
    shown("left", "move(0, -1)", "choose", "Choose in the layer before: the neuron nearest to this one", DIAGRAM, "◂"),
    shown("right", "move(0, 1)", "choose", "Choose in the next layer: the neuron nearest to this one", DIAGRAM, "▸"),
    shown("up", "move(-1, 0)", "choose", "Choose the neuron above: of the same layer", DIAGRAM, "▴"),
    shown("down", "move(1, 0)", "choose", "Choose the neuron below: of the same layer", DIAGRAM, "▾"),
    quiet("pageup", "turn(-1)", "Neurons before: as many as are in sight of the layer", DIAGRAM, "pgup"),
    quiet("pagedown", "turn(1)", "More neurons: as many as are in sight of the layer", DIAGRAM, "pgdn"),
    shown("enter", "open", "show on map", "Show on the map: what this neuron answers; again, the output", DIAGRAM),
    LEAVE_BINDING,
)
"""Keys of the network's diagram."""

FLOW_BINDINGS: Final[tuple[Binding, ...]] = (
    shown("up", "choose(-1)", "layer", "Layer before: its gradients by themselves, or those of all layers", FLOW, "▴"),
    shown("down", "choose(1)", "layer", "Next layer: its gradients by themselves, or those of all layers", FLOW, "▾"),
    LEAVE_BINDING,
)
"""Keys of the gradient flow."""
