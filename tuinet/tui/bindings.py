"""The keys: bound once here, and shown from here in the footer, the palette and help."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from textual.binding import Binding

_TRAINING: Final = Binding.Group("training")
_NETWORK: Final = Binding.Group("network")
_SCREEN: Final = Binding.Group("screen")
_TIME: Final = Binding.Group("time")
_WEIGHTS: Final = Binding.Group("weights")
_MICROSCOPE: Final = Binding.Group("microscope")
_HIDDEN: Final = Binding.Group("hidden space")
_PANELS: Final = Binding.Group("panels")
_SAMPLES: Final = Binding.Group("samples")
_CONFUSION: Final = Binding.Group("confusion, predictions")
_SETTINGS: Final = Binding.Group("settings")

_POINTS: Final = Binding.Group("map: your own points")
_PLANE: Final = Binding.Group("map: more than two inputs")

_DIAGRAM: Final = Binding.Group("network diagram")

_FLOW: Final = Binding.Group("gradient flow")

PANEL_NAMES: Final = (
    "Map",
    "Loss curve",
    "Weights and biases",
    "Gradients",
    "Network",
    "Hidden space",
    "Gradient flow",
    "Confusion, predictions",
    "Samples",
)
"""What the keys 1 to 9 bring to the full screen."""
_SHORT_WORDS: Final = {"activation": "act", "microscope": "scope", "settings": "set"}


def _key(key: str, action: str, label: str, tooltip: str, group: Binding.Group, shown_as: str | None = None) -> Binding:
    return Binding(key, action, label, key_display=shown_as or key, tooltip=tooltip, group=group)


def _quiet(key: str, action: str, tooltip: str, group: Binding.Group, shown_as: str | None = None) -> Binding:
    """A key that help and palette know, and the footer does not."""
    return Binding(key, action, show=False, key_display=shown_as or key, tooltip=tooltip, group=group)


def _alias(key: str, action: str, *, priority: bool = False) -> Binding:
    return Binding(key, action, show=False, system=True, priority=priority)


STEPPING_BINDINGS: Final[tuple[Binding, ...]] = (
    _key("space", "toggle_running", "pause", "Pause or resume: stop where it is, or train on", _TRAINING),
    _key("s", "step('epoch')", "step", "Step one epoch: pause, then train exactly one epoch", _TRAINING),
    _key("b", "step('batch')", "step", "Step one batch: pause, then make exactly one update", _TRAINING),
    _key("n", "step('phase')", "step", "Step one phase: pause, then do the next part of an update", _TRAINING),
)
"""Keys that train, on the main screen and in the microscope."""

TIME_BINDINGS: Final[tuple[Binding, ...]] = (
    _quiet("S", "back('epoch')", "Back one epoch: to the start of the one under way, or of the one before", _TIME),
    _quiet("B", "back('batch')", "Back one batch: to the start of the one under way, or of the one before", _TIME),
    _quiet("N", "back('phase')", "Back one phase: to just before the last one", _TIME),
    _key("comma", "scrub(-1)", "time", "Scrub back: 1% of all epochs so far, at least one", _TIME, ","),
    _key("full_stop", "scrub(1)", "time", "Scrub forward: 1% of all epochs so far, as far as they go", _TIME, "."),
    _quiet("less_than_sign", "seek_start", "To the start: epoch 0", _TIME, "<"),
    _quiet("greater_than_sign", "seek_tip", "To the end: the furthest epoch so far", _TIME, ">"),
    _key("u", "undo", "undo", "Undo: take the last change of a weight or setting back", _TIME),
    _key("x", "swap_branch", "branch", "Swap branches: to the next of the runs that have been left", _TIME),
)
"""Keys that move in time, on the main screen and in the microscope."""

DASHBOARD_BINDINGS: Final[tuple[Binding, ...]] = (
    *STEPPING_BINDINGS,
    _key("e", "settings", "settings", "Settings: everything that can be changed while it trains", _SCREEN),
    *(
        _key(str(number), f"zoom({number - 1})", "panel", f"{name}: on the full screen, and back", _PANELS)
        for number, name in enumerate(PANEL_NAMES, start=1)
    ),
    _key("m", "microscope", "microscope", "Microscope: the arithmetic of the last phase, number by number", _SCREEN),
    _key(
        "r", "reinitialize_new", "reinit", "Reinitialize with a new seed: random weights from the next seed", _NETWORK
    ),
    _key(
        "R", "reinitialize_same", "reinit", "Reinitialize with the same seed: the same random weights again", _NETWORK
    ),
    _key("plus", "faster", "speed", "Faster: more epochs per second", _TRAINING, "+"),
    _key("minus", "slower", "speed", "Slower: fewer epochs per second", _TRAINING, "-"),
    _alias("equals_sign", "faster"),
    _alias("underscore", "slower"),
    _key("a", "next_activation", "activation", "Next activation: of the hidden layers; the weights stay", _NETWORK),
    _key(
        "A",
        "previous_activation",
        "activation",
        "Previous activation: of the hidden layers; the weights stay",
        _NETWORK,
    ),
    _key("w", "edit_weights", "weights", "Weights: choose one, and change it by hand", _WEIGHTS),
    *TIME_BINDINGS,
    _quiet("g", "check_gradients", "Gradient check: every gradient beside a numeric one", _SCREEN),
    _quiet("left_parenthesis", "shift_learning_rate(-1)", "Smaller learning rate: the next of 1, 2, 5", _NETWORK, "("),
    _quiet("right_parenthesis", "shift_learning_rate(1)", "Larger learning rate: the next of 1, 2, 5", _NETWORK, ")"),
    _quiet("o", "shift_optimizer(1)", "Next optimizer: its memory starts empty; the weights stay", _NETWORK),
    _quiet("O", "shift_optimizer(-1)", "Previous optimizer: its memory starts empty; the weights stay", _NETWORK),
    _quiet("left_curly_bracket", "shift_neurons(-1)", "Fewer neurons: one in the last hidden layer", _NETWORK, "{"),
    _quiet("right_curly_bracket", "shift_neurons(1)", "More neurons: one in the last hidden layer", _NETWORK, "}"),
    _quiet("h", "add_layer", "Add a hidden layer: behind the last, as large as it", _NETWORK),
    _quiet("H", "remove_layer", "Remove a hidden layer: the last", _NETWORK),
    _quiet("i", "shift_dataset(1)", "Next dataset: with the network and the learning rate that suit it", _NETWORK),
    _quiet("I", "shift_dataset(-1)", "Previous dataset: with the network and the learning rate that suit it", _NETWORK),
    _quiet("k", "shift_batch_size(1)", "Larger batches: 1, 2, 4, … samples, then all", _NETWORK),
    _quiet("K", "shift_batch_size(-1)", "Smaller batches: half as many samples", _NETWORK),
    _quiet("tab", "app.focus_next", "Next panel: it gets the keys, if it has keys of its own", _PANELS),
    _quiet("shift+tab", "app.focus_previous", "Panel before: it gets the keys", _PANELS),
    _quiet("escape", "unzoom", "All panels: from one on the full screen", _PANELS, "esc"),
    _key("l", "toggle_log_scale", "log", "Logarithmic loss: powers of ten on the loss axis, or not", _SCREEN),
    _quiet("d", "toggle_discrete", "Discretize: the map shows which class is decided, or how certain it is", _SCREEN),
    _quiet("0", "show_output", "Output: on the map, in place of a neuron's response", _PANELS),
    _quiet("ctrl+e", "save_points", "Save points as CSV: the training and test samples as they are now", _SCREEN),
    _quiet("ctrl+s", "save_run", "Save the run: with its past and its branches, for tuinet --load", _SCREEN),
)
"""Keys of the main screen."""

APP_BINDINGS: Final[tuple[Binding, ...]] = (
    _key("t", "next_theme", "theme", "Next theme: other colours", _SCREEN),
    _key("question_mark", "help", "help", "Help: the keys, and what everything on the screen means", _SCREEN, "?"),
    _key("q", "quit", "quit", "Quit: end the training and leave", _SCREEN),
    replace(
        _quiet("ctrl+z", "suspend_process", "Suspend: back to the shell, whose fg goes on here", _SCREEN), priority=True
    ),
    _alias("ctrl+q", "quit", priority=True),
    _alias("ctrl+c", "quit"),
)
"""Keys of every screen."""

PALETTE_BINDING: Final = Binding(
    "ctrl+p",
    "command_palette",
    "commands",
    show=False,
    key_display="ctrl+p",
    tooltip="Commands: find everything above by its name",
    group=_SCREEN,
)
"""Textual binds this key itself; this is for help."""

CLOSE_BINDINGS: Final[tuple[Binding, ...]] = (
    _key("escape", "close", "close", "Close: back to the dashboard", _SCREEN),
    _alias("question_mark", "close"),
    _alias("q", "close"),
)
"""Keys of a screen above the main one."""

MICROSCOPE_BINDINGS: Final[tuple[Binding, ...]] = (
    *STEPPING_BINDINGS,
    _key("left", "neuron(-1)", "neuron", "Neuron before: of the layer", _MICROSCOPE, "◂"),
    _key("right", "neuron(1)", "neuron", "Next neuron: of the layer", _MICROSCOPE, "▸"),
    _key("up", "sample(-1)", "sample", "Sample before: of the batch", _MICROSCOPE, "▴"),
    _key("down", "sample(1)", "sample", "Next sample: of the batch", _MICROSCOPE, "▾"),
    _key("d", "digits", "digits", "Digits: 4, 6 or 10 significant ones", _MICROSCOPE),
    _key("tab", "layer(1)", "layer", "Next layer: where the phase has none of its own", _MICROSCOPE),
    Binding("shift+tab", "layer(-1)", show=False, system=True),
    _key("pagedown", "scroll(1)", "scroll", "Scroll on: the equations", _MICROSCOPE, "pgdn"),
    _quiet("pageup", "scroll(-1)", "Scroll back: the equations", _MICROSCOPE, "pgup"),
    *TIME_BINDINGS,
    _key("escape", "close", "close", "Close: back to the dashboard", _MICROSCOPE, "esc"),
    _alias("m", "close"),
    _alias("q", "close"),
)
"""Keys of the microscope."""

LEAVE_BINDING: Final = _key("escape", "screen.unzoom", "leave", "Leave: the keys are the dashboard's", _PANELS, "esc")
"""Of every panel that has keys of its own."""

WEIGHTS_BINDINGS: Final[tuple[Binding, ...]] = (
    _key("left", "move(0, -1)", "choose", "Choose the one left of it: weight or bias", _WEIGHTS, "◂"),
    _key("right", "move(0, 1)", "choose", "Choose the one right of it: weight or bias", _WEIGHTS, "▸"),
    _key("up", "move(-1, 0)", "choose", "Choose the one above it: weight or bias", _WEIGHTS, "▴"),
    _key("down", "move(1, 0)", "choose", "Choose the one below it: weight or bias", _WEIGHTS, "▾"),
    _key("left_square_bracket", "nudge(-1)", "nudge", "Nudge down: by 5% of its size, at least 0.05", _WEIGHTS, "["),
    _key("right_square_bracket", "nudge(1)", "nudge", "Nudge up: by 5% of its size, at least 0.05", _WEIGHTS, "]"),
    _key("enter", "type_value", "type", "Type a value: in its place", _WEIGHTS),
    _key("u", "screen.undo", "undo", "Undo: take the last change back", _WEIGHTS),
    LEAVE_BINDING,
    _alias("w", "screen.unzoom"),
)
"""Keys of the weights while one of them is chosen."""

SAMPLES_BINDINGS: Final[tuple[Binding, ...]] = (
    _key("left", "move(0, -1)", "move", "Choose the one left of it: sample or unit", _SAMPLES, "◂"),
    _key("right", "move(0, 1)", "move", "Choose the one right of it: sample or unit", _SAMPLES, "▸"),
    _key("up", "move(-1, 0)", "move", "Choose the one above it: sample or unit; of responses the layer", _SAMPLES, "▴"),
    _key(
        "down", "move(1, 0)", "move", "Choose the one below it: sample or unit; of responses the layer", _SAMPLES, "▾"
    ),
    _key(
        "enter", "open", "large", "Large: the sample with all its outputs, and back; of weights the responses", _SAMPLES
    ),
    _key("v", "next_mode", "mode", "Next mode: samples, weights of the first layer, responses of a unit", _SAMPLES),
    _key("f", "wrong_first", "worst", "Wrong ones first: the most confident ones before the others", _SAMPLES),
    _key("E", "other_set", "set", "Other set: training or test", _SAMPLES),
    _key("pageup", "page(-1)", "page", "Page back: samples or units", _SAMPLES, "pgup"),
    _key("pagedown", "page(1)", "page", "Next page: samples or units", _SAMPLES, "pgdn"),
    _alias("home", "page(-1000000)"),
    _alias("end", "page(1000000)"),
    _alias("escape", "close"),
    LEAVE_BINDING,
)
"""Keys of the samples."""

CONFUSION_BINDINGS: Final[tuple[Binding, ...]] = (
    _key("E", "other_set", "set", "The other set first: training or test", _CONFUSION),
    _key("up", "scroll(-1, 0)", "predictions", "Predictions before: a row", _CONFUSION, "▴"),
    _key("down", "scroll(1, 0)", "predictions", "Next predictions: a row", _CONFUSION, "▾"),
    _quiet("pageup", "scroll(0, -1)", "Page of predictions before: as many as are in sight", _CONFUSION, "pgup"),
    _quiet("pagedown", "scroll(0, 1)", "Next page of predictions: as many as are in sight", _CONFUSION, "pgdn"),
    _alias("home", "scroll(-1000000, 0)"),
    _alias("end", "scroll(1000000, 0)"),
    LEAVE_BINDING,
)
"""Keys of the confusion matrix, and of predictions."""
SETTINGS_BINDINGS: Final[tuple[Binding, ...]] = (
    _key("up", "move(-1)", "field", "Field above: choose it", _SETTINGS, "▴"),
    _key("down", "move(1)", "field", "Field below: choose it", _SETTINGS, "▾"),
    _key(
        "left",
        "shift(-1)",
        "change",
        "Previous value: or the layer or feature before, where there are several",
        _SETTINGS,
        "◂",
    ),
    _key(
        "right",
        "shift(1)",
        "change",
        "Next value: or the layer or feature behind, where there are several",
        _SETTINGS,
        "▸",
    ),
    _key("enter", "type_value", "type", "Type a value: tab completes it", _SETTINGS),
    _key(
        "left_square_bracket",
        "adjust(-1)",
        "less/more",
        "Less: neurons of the layer, its activation before, a feature out",
        _SETTINGS,
        "[",
    ),
    _key(
        "right_square_bracket",
        "adjust(1)",
        "less/more",
        "More: neurons of the layer, its next activation, a feature in",
        _SETTINGS,
        "]",
    ),
    _key("backspace", "reset", "default", "Default: bring it back", _SETTINGS, "bksp"),
    _quiet(
        "delete", "delete", "Delete: the chosen hidden layer; in other fields, bring the default back", _SETTINGS, "del"
    ),
    _quiet("i", "insert_layer", "Insert a hidden layer: behind the chosen one", _SETTINGS),
    _quiet("x", "take_layer", "Take the chosen hidden layer away: in the field of the hidden layers", _SETTINGS),
    _quiet("tab", "complete", "Next group: of fields; while typing, complete the name", _SETTINGS),
    _alias("insert", "insert_layer"),
    _alias("home", "move(-1000)"),
    _alias("end", "move(1000)"),
    _alias("pageup", "move(-8)"),
    _alias("pagedown", "move(8)"),
    *STEPPING_BINDINGS,
    _key("u", "undo", "undo", "Undo: take the last change back", _SETTINGS),
    _key("escape", "close", "close", "Close: back to the dashboard", _SETTINGS, "esc"),
    _alias("e", "close"),
    _alias("q", "close"),
)
"""Keys of the settings."""

TYPING_BINDINGS: Final[tuple[Binding, ...]] = (
    _key("enter", "submit", "set", "", _SETTINGS),
    _key("tab", "complete", "complete", "", _SETTINGS),
    _key("up", "move(-1)", "suggestion", "", _SETTINGS, "▴"),
    _key("down", "move(1)", "suggestion", "", _SETTINGS, "▾"),
    _key("escape", "close", "leave", "", _SETTINGS, "esc"),
)
"""What the footer says while a value is typed."""

_OUTPUT_BINDING: Final = _key("0", "screen.show_output", "output", "Output: in place of a neuron's response", _POINTS)

POINTS_BINDINGS: Final[tuple[Binding, ...]] = (
    _key("left", "move(-1, 0)", "cursor", "Cursor left: a cell of the map", _POINTS, "◂"),
    _key("right", "move(1, 0)", "cursor", "Cursor right: a cell of the map", _POINTS, "▸"),
    _key("up", "move(0, 1)", "cursor", "Cursor up: a cell of the map", _POINTS, "▴"),
    _key("down", "move(0, -1)", "cursor", "Cursor down: a cell of the map", _POINTS, "▾"),
    _key("enter", "add_point", "add", "Add a point: at the cursor, or with the left mouse button", _POINTS),
    _alias("insert", "add_point"),
    _key("p", "turn_brush(1)", "brush", "Next brush: the class, or the number, of the points that are added", _POINTS),
    _quiet("P", "turn_brush(-1)", "Brush before: the class, or the number, of the points that are added", _POINTS),
    _key("delete", "remove_point", "remove", "Remove a point: the nearest, or with the right button", _POINTS, "del"),
    _alias("backspace", "remove_point"),
    _key("c", "clear_points", "clear", "Clear: remove all training and test samples", _POINTS),
    LEAVE_BINDING,
)
"""Keys of the map where a place of it is a point."""

PLANE_BINDINGS: Final[tuple[Binding, ...]] = (
    _key("v", "turn_plane(1)", "plane", "Next plane: principal components, then the features in pairs", _PLANE),
    _key("V", "turn_plane(-1)", "plane", "Plane before: the features in pairs, or principal components", _PLANE),
    _key("left", "move(-1, 0)", "across", "Feature before: across", _PLANE, "◂"),
    _key("right", "move(1, 0)", "across", "Next feature: across", _PLANE, "▸"),
    _key("up", "move(0, 1)", "up", "Next feature: up", _PLANE, "▴"),
    _key("down", "move(0, -1)", "up", "Feature before: up", _PLANE, "▾"),
    _key("home", "principal_plane", "principal", "Principal plane: where the samples spread most", _PLANE),
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
    _key("left", "choose(-1, 0)", "layer", "Layer before: the hidden layer nearer to the inputs", _HIDDEN, "◂"),
    _key("right", "choose(1, 0)", "layer", "Next layer: the hidden layer nearer to the output", _HIDDEN, "▸"),
    _key("up", "choose(0, -1)", "axes", "Axes before: components or units of the layer", _HIDDEN, "▴"),
    _key("down", "choose(0, 1)", "axes", "Next axes: components or units of the layer", _HIDDEN, "▾"),
    LEAVE_BINDING,
)
"""Keys of the hidden space."""

DIAGRAM_BINDINGS: Final[tuple[Binding, ...]] = (
    _key("left", "move(0, -1)", "choose", "Choose in the layer before: the neuron nearest to this one", _DIAGRAM, "◂"),
    _key("right", "move(0, 1)", "choose", "Choose in the next layer: the neuron nearest to this one", _DIAGRAM, "▸"),
    _key("up", "move(-1, 0)", "choose", "Choose the neuron above: of the same layer", _DIAGRAM, "▴"),
    _key("down", "move(1, 0)", "choose", "Choose the neuron below: of the same layer", _DIAGRAM, "▾"),
    _quiet("pageup", "turn(-1)", "Neurons before: as many as are in sight of the layer", _DIAGRAM, "pgup"),
    _quiet("pagedown", "turn(1)", "More neurons: as many as are in sight of the layer", _DIAGRAM, "pgdn"),
    _key("enter", "open", "show on map", "Show on the map: what this neuron answers; again, the output", _DIAGRAM),
    LEAVE_BINDING,
)
"""Keys of the network's diagram."""

FLOW_BINDINGS: Final[tuple[Binding, ...]] = (
    _key("up", "choose(-1)", "layer", "Layer before: its gradients by themselves, or those of all layers", _FLOW, "▴"),
    _key("down", "choose(1)", "layer", "Next layer: its gradients by themselves, or those of all layers", _FLOW, "▾"),
    LEAVE_BINDING,
)
"""Keys of the gradient flow."""

CHECK_BINDINGS: Final[tuple[Binding, ...]] = (
    _key("up", "scroll_by(-1)", "scroll", "Scroll back: a row", _SCREEN, "▴"),
    _key("down", "scroll_by(1)", "scroll", "Scroll on: a row", _SCREEN, "▾"),
    _key("pageup", "scroll_pages(-1)", "scroll", "Scroll back: a page", _SCREEN, "pgup"),
    _key("pagedown", "scroll_pages(1)", "scroll", "Scroll on: a page", _SCREEN, "pgdn"),
    _alias("home", "scroll_by(-100000)"),
    _alias("end", "scroll_by(100000)"),
    _key("escape", "close", "close", "Close: back to the dashboard", _SCREEN, "esc"),
    _alias("g", "close"),
    _alias("q", "close"),
)
"""Keys of the gradient check."""

HELP_BINDINGS: Final[tuple[Binding, ...]] = tuple(
    {
        (binding.key, binding.tooltip): binding
        for binding in (
            *DASHBOARD_BINDINGS,
            *APP_BINDINGS,
            PALETTE_BINDING,
            *WEIGHTS_BINDINGS,
            *FLOW_BINDINGS,
            *DIAGRAM_BINDINGS,
            *HIDDEN_BINDINGS,
            *MAP_BINDINGS,
            *CONFUSION_BINDINGS,
            *SAMPLES_BINDINGS,
            *(key for key in MICROSCOPE_BINDINGS if key.group == _MICROSCOPE),
            *(key for key in SETTINGS_BINDINGS if key.group == _SETTINGS),
        )
    }.values()
)
"""All keys, for help: those of the dashboard, and those within its panels, in the microscope and in the settings."""


@dataclass(frozen=True)
class Hint:
    """What the footer says about one key, or about two that belong together."""

    keys: tuple[str, ...]
    description: str

    @property
    def width(self) -> int:
        """Cells that it takes, with the space before it and after it."""
        return len("/".join(self.keys)) + len(self.description) + 3

    @property
    def shorter(self) -> Hint:
        """The same without the capital of a key that is there."""
        return replace(self, keys=tuple(key for key in self.keys if key.lower() == key) or self.keys)

    @property
    def terse(self) -> Hint:
        """The same with a long word shortened."""
        return replace(self, description=_SHORT_WORDS.get(self.description, self.description))


def title_and_detail(binding: Binding) -> tuple[str, str]:
    """A name for the palette and a sentence that explains it."""
    title, _, detail = binding.tooltip.partition(": ")
    return title, detail[:1].upper() + detail[1:]


def hints(bindings: Iterable[Binding]) -> list[Hint]:
    """What the footer shows: keys that do the same in two directions stand together."""
    keys: dict[str, list[str]] = {}
    for binding in bindings:
        if binding.show:
            keys.setdefault(binding.description, []).append(binding.key_display or binding.key)
    return [Hint(_shortened(names), description) for description, names in keys.items()]


def _shortened(names: Sequence[str]) -> tuple[str, ...]:
    """A row of digits by its ends: ``1-9``."""
    return (f"{names[0]}-{names[-1]}",) if len(names) > 2 and all(map(str.isdigit, names)) else tuple(names)


def fitting(all_hints: Sequence[Hint], width: int, keep: Sequence[str]) -> list[Hint]:
    """As many hints as fit, the first before the last; those in ``keep``, which lead to the rest, stay longest."""
    shown = list(all_hints)
    if _width(shown) > width:
        shown = [hint.shorter for hint in shown]
    if _width(shown) > width:
        shown = [hint.terse for hint in shown]
    while shown and _width(shown) > width:
        others = [hint for hint in shown if hint.description not in keep]
        shown.remove((others or shown)[-1])
    return shown


def _width(some: Sequence[Hint]) -> int:
    return sum(hint.width for hint in some) - 1


def by_group(bindings: Iterable[Binding]) -> dict[str, list[Binding]]:
    """The bindings that help explains, by what they are about."""
    groups: dict[str, list[Binding]] = {}
    for binding in bindings:
        if binding.group is not None:
            groups.setdefault(binding.group.description, []).append(binding)
    return groups
