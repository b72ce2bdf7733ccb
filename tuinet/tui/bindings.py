"""The keys of the screens: bound once here, and shown from here in the footer, the palette and help."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from textual.binding import Binding

from tuinet.tui.own_panels import OWN_PANELS

TRAINING: Final = Binding.Group("training")
NETWORK: Final = Binding.Group("network")
SCREEN: Final = Binding.Group("screen")
TIME: Final = Binding.Group("time")
WEIGHTS: Final = Binding.Group("weights")
MICROSCOPE: Final = Binding.Group("microscope")
HIDDEN: Final = Binding.Group("hidden space")
PANELS: Final = Binding.Group("panels")
SAMPLES: Final = Binding.Group("samples")
CONFUSION: Final = Binding.Group("confusion, predictions")
SETTINGS: Final = Binding.Group("settings")
POINTS: Final = Binding.Group("map: your own points")
PLANE: Final = Binding.Group("map: more than two inputs")
DIAGRAM: Final = Binding.Group("network diagram")
LESSON: Final = Binding.Group("lesson")
FLOW: Final = Binding.Group("gradient flow")
COMPARE: Final = Binding.Group("compare")


def shown(
    key: str, action: str, label: str, tooltip: str, group: Binding.Group, shown_as: str | None = None
) -> Binding:
    """A key that footer, help and palette know."""
    return Binding(
        key, action, label, key_display=shown_as or key, tooltip=tooltip, group=group, id=_id(tooltip, group)
    )


def quiet(key: str, action: str, tooltip: str, group: Binding.Group, shown_as: str | None = None) -> Binding:
    """A key that help and palette know, and the footer does not."""
    return Binding(
        key, action, show=False, key_display=shown_as or key, tooltip=tooltip, group=group, id=_id(tooltip, group)
    )


def alias(key: str, action: str, *, priority: bool = False, follows: Binding | None = None) -> Binding:
    """Another name of a key, which nobody is told; or the key that has led here, which leads back."""
    return Binding(key, action, show=False, system=True, priority=priority, id=follows.id if follows else None)


def title_of(binding: Binding) -> str:
    """What a key does, in a few words; empty where nobody is told."""
    return binding.tooltip.partition(": ")[0]


def slug(text: str) -> str:
    """A text as a name: in lower case, all but letters and digits as _."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def _id(tooltip: str, group: Binding.Group) -> str | None:
    """By this the key can be changed; it stays the same when the key does."""
    title = tooltip.partition(": ")[0]
    return f"{slug(group.description)}.{slug(title)}" if title else None


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


def own_panel_key(index: int) -> str:
    """What brings a panel beside the nine to the full screen; f1 is a key of many terminals."""
    return f"f{index + 2}"


STEPPING_BINDINGS: Final[tuple[Binding, ...]] = (
    shown("space", "toggle_running", "pause", "Pause or resume: stop where it is, or train on", TRAINING),
    shown("s", "step('epoch')", "step", "Step one epoch: pause, then train exactly one epoch", TRAINING),
    shown("b", "step('batch')", "step", "Step one batch: pause, then make exactly one update", TRAINING),
    shown("n", "step('phase')", "step", "Step one phase: pause, then do the next part of an update", TRAINING),
)
"""Keys that train, on the main screen and in the microscope."""

TIME_BINDINGS: Final[tuple[Binding, ...]] = (
    quiet("S", "back('epoch')", "Back one epoch: to the start of the one under way, or of the one before", TIME),
    quiet("B", "back('batch')", "Back one batch: to the start of the one under way, or of the one before", TIME),
    quiet("N", "back('phase')", "Back one phase: to just before the last one", TIME),
    shown("comma", "scrub(-1)", "time", "Scrub back: 1% of all epochs so far, at least one", TIME, ","),
    shown("full_stop", "scrub(1)", "time", "Scrub forward: 1% of all epochs so far, as far as they go", TIME, "."),
    quiet("less_than_sign", "seek_start", "To the start: epoch 0", TIME, "<"),
    quiet("greater_than_sign", "seek_tip", "To the end: the furthest epoch so far", TIME, ">"),
    shown("u", "undo", "undo", "Undo: take the last change of a weight or setting back", TIME),
    shown("x", "swap_branch", "branch", "Swap branches: to the next of the runs that have been left", TIME),
)
"""Keys that move in time, on the main screen and in the microscope."""

LESSON_BINDINGS: Final[tuple[Binding, ...]] = (
    shown("enter", "lesson_next", "next", "Next step: of the lesson; before that, the rest of its text", LESSON),
    shown("backspace", "lesson_back", "back", "Step before: of the lesson, with the run that it had", LESSON, "bksp"),
    quiet("pagedown", "lesson_scroll(1)", "Scroll on: the text of the lesson", LESSON, "pgdn"),
    quiet("pageup", "lesson_scroll(-1)", "Scroll back: the text of the lesson", LESSON, "pgup"),
    quiet("L", "lesson", "Lesson: leave it, come back to it, or choose one", LESSON),
)
"""Keys of a lesson; only the last one does anything where there is none."""

DASHBOARD_BINDINGS: Final[tuple[Binding, ...]] = (
    *STEPPING_BINDINGS,
    shown("e", "settings", "settings", "Settings: everything that can be changed while it trains", SCREEN),
    *(
        shown(str(number), f"zoom({number - 1})", "panel", f"{name}: on the full screen, and back", PANELS)
        for number, name in enumerate(PANEL_NAMES, start=1)
    ),
    *(
        quiet(
            own_panel_key(index), f"zoom({len(PANEL_NAMES) + index})", f"{name}: on the full screen, and back", PANELS
        )
        for index, name in enumerate(OWN_PANELS)
    ),
    shown("m", "microscope", "microscope", "Microscope: the arithmetic of the last phase, number by number", SCREEN),
    shown(
        "r",
        "reinitialize_new",
        "reinit",
        "Reinitialize with a new seed: random weights from the next seed",
        NETWORK,
    ),
    shown(
        "R",
        "reinitialize_same",
        "reinit",
        "Reinitialize with the same seed: the same random weights again",
        NETWORK,
    ),
    shown("plus", "faster", "speed", "Faster: more epochs per second", TRAINING, "+"),
    shown("minus", "slower", "speed", "Slower: fewer epochs per second", TRAINING, "-"),
    alias("equals_sign", "faster"),
    alias("underscore", "slower"),
    shown("a", "next_activation", "activation", "Next activation: of the hidden layers; the weights stay", NETWORK),
    shown(
        "A",
        "previous_activation",
        "activation",
        "Previous activation: of the hidden layers; the weights stay",
        NETWORK,
    ),
    shown("w", "edit_weights", "weights", "Weights: choose one, and change it by hand", WEIGHTS),
    *TIME_BINDINGS,
    quiet("g", "check_gradients", "Gradient check: every gradient beside a numeric one", SCREEN),
    quiet("left_parenthesis", "shift_learning_rate(-1)", "Smaller learning rate: the next of 1, 2, 5", NETWORK, "("),
    quiet("right_parenthesis", "shift_learning_rate(1)", "Larger learning rate: the next of 1, 2, 5", NETWORK, ")"),
    quiet("o", "shift_optimizer(1)", "Next optimizer: its memory starts empty; the weights stay", NETWORK),
    quiet("O", "shift_optimizer(-1)", "Previous optimizer: its memory starts empty; the weights stay", NETWORK),
    quiet("left_curly_bracket", "shift_neurons(-1)", "Fewer neurons: one in the last hidden layer", NETWORK, "{"),
    quiet("right_curly_bracket", "shift_neurons(1)", "More neurons: one in the last hidden layer", NETWORK, "}"),
    quiet("h", "add_layer", "Add a hidden layer: behind the last, as large as it", NETWORK),
    quiet("H", "remove_layer", "Remove a hidden layer: the last", NETWORK),
    quiet("i", "shift_dataset(1)", "Next dataset: with the network and the learning rate that suit it", NETWORK),
    quiet("I", "shift_dataset(-1)", "Previous dataset: with the network and the learning rate that suit it", NETWORK),
    quiet("k", "shift_batch_size(1)", "Larger batches: 1, 2, 4, … samples, then all", NETWORK),
    quiet("K", "shift_batch_size(-1)", "Smaller batches: half as many samples", NETWORK),
    quiet("tab", "focus_next", "Next panel: it gets the keys, if it has keys of its own", PANELS),
    quiet("shift+tab", "focus_previous", "Panel before: it gets the keys", PANELS),
    quiet("escape", "unzoom", "All panels: from one on the full screen", PANELS, "esc"),
    shown("l", "toggle_log_scale", "log", "Logarithmic loss: powers of ten on the loss axis, or not", SCREEN),
    quiet("d", "toggle_discrete", "Discretize: the map shows which class is decided, or how certain it is", SCREEN),
    quiet("0", "show_output", "Output: on the map, in place of a neuron's response", PANELS),
    quiet("y", "share", "Share: the command line that reproduces this run, shown and copied", SCREEN),
    quiet("ctrl+e", "save_points", "Save points as CSV: the training and test samples as they are now", SCREEN),
    quiet("ctrl+s", "save_run", "Save the run: with its past and its branches, for tuinet --load", SCREEN),
)
"""Keys of the main screen."""

APP_BINDINGS: Final[tuple[Binding, ...]] = (
    shown("t", "next_theme", "theme", "Next theme: other colours", SCREEN),
    shown("question_mark", "help", "help", "Help: the keys, and what everything on the screen means", SCREEN, "?"),
    shown("q", "quit", "quit", "Quit: end the training and leave", SCREEN),
    quiet("ctrl+g", "save_picture", "Picture of the screen: an SVG file in the current folder", SCREEN),
    replace(
        quiet("ctrl+z", "suspend_process", "Suspend: back to the shell, whose fg goes on here", SCREEN),
        priority=True,
    ),
    alias("ctrl+q", "quit", priority=True),
    alias("ctrl+c", "quit"),
)
"""Keys of every screen."""


def leads_back(key: str) -> Binding:
    """The key that has led to a screen, or that would end the dashboard: there it closes the screen."""
    opener = next(binding for binding in (*DASHBOARD_BINDINGS, *APP_BINDINGS) if binding.key == key)
    return alias(key, "close", follows=opener)


PALETTE_BINDING: Final = Binding(
    "ctrl+p",
    "command_palette",
    "commands",
    show=False,
    key_display="ctrl+p",
    tooltip="Commands: find everything above by its name",
    group=SCREEN,
)
"""Textual binds this key itself; this is for help."""

CLOSE_BINDINGS: Final[tuple[Binding, ...]] = (
    shown("escape", "close", "close", "Close: back to the dashboard", SCREEN),
    leads_back("question_mark"),
    leads_back("q"),
)
"""Keys of a screen above the main one."""

MICROSCOPE_BINDINGS: Final[tuple[Binding, ...]] = (
    *STEPPING_BINDINGS,
    shown("left", "neuron(-1)", "neuron", "Neuron before: of the layer", MICROSCOPE, "◂"),
    shown("right", "neuron(1)", "neuron", "Next neuron: of the layer", MICROSCOPE, "▸"),
    shown("up", "sample(-1)", "sample", "Sample before: of the batch", MICROSCOPE, "▴"),
    shown("down", "sample(1)", "sample", "Next sample: of the batch", MICROSCOPE, "▾"),
    shown("d", "digits", "digits", "Digits: 4, 6 or 10 significant ones", MICROSCOPE),
    shown("tab", "layer(1)", "layer", "Next layer: where the phase has none of its own", MICROSCOPE),
    Binding("shift+tab", "layer(-1)", show=False, system=True),
    shown("pagedown", "scroll(1)", "scroll", "Scroll on: the equations", MICROSCOPE, "pgdn"),
    quiet("pageup", "scroll(-1)", "Scroll back: the equations", MICROSCOPE, "pgup"),
    *TIME_BINDINGS,
    shown("escape", "close", "close", "Close: back to the dashboard", MICROSCOPE, "esc"),
    leads_back("m"),
    leads_back("q"),
)
"""Keys of the microscope."""

CHECK_BINDINGS: Final[tuple[Binding, ...]] = (
    shown("up", "scroll_by(-1)", "scroll", "Scroll back: a row", SCREEN, "▴"),
    shown("down", "scroll_by(1)", "scroll", "Scroll on: a row", SCREEN, "▾"),
    shown("pageup", "scroll_pages(-1)", "scroll", "Scroll back: a page", SCREEN, "pgup"),
    shown("pagedown", "scroll_pages(1)", "scroll", "Scroll on: a page", SCREEN, "pgdn"),
    alias("home", "scroll_by(-100000)"),
    alias("end", "scroll_by(100000)"),
    shown("escape", "close", "close", "Close: back to the dashboard", SCREEN, "esc"),
    leads_back("g"),
    leads_back("q"),
)
"""Keys of the gradient check."""

COMPARE_BINDINGS: Final[tuple[Binding, ...]] = (
    shown("up", "choose(-1)", "cell", "Cell before: its quartiles are the band in the chart", COMPARE, "▴"),
    shown("down", "choose(1)", "cell", "Next cell: its quartiles are the band in the chart", COMPARE, "▾"),
    shown("enter", "app.open", "open", "Open: the median seed of the cell as a live session; q comes back", COMPARE),
    shown("s", "sort(1)", "sort", "Sort by the next column: the best cell first", COMPARE),
    quiet("S", "sort(-1)", "Sort by the column before: the best cell first", COMPARE),
    shown("r", "turn", "reverse", "Reverse: the worst cell first", COMPARE),
    shown("l", "toggle_log_scale", "log", "Logarithmic loss: powers of ten on the loss axis, or not", COMPARE),
    alias("right", "sort(1)"),
    alias("left", "sort(-1)"),
    alias("pagedown", "choose(8)"),
    alias("pageup", "choose(-8)"),
    alias("home", "choose(-100000)"),
    alias("end", "choose(100000)"),
)
"""Keys of the screen of `tuinet compare`."""

SHARE_BINDINGS: Final[tuple[Binding, ...]] = (
    shown("j", "toggle_json", "JSON", "JSON or line: the same run in the other form, copied, too", SCREEN),
    shown("c", "copy", "copy", "Copy: once more", SCREEN),
    shown("up", "scroll_by(-1)", "scroll", "Scroll back: a row", SCREEN, "▴"),
    shown("down", "scroll_by(1)", "scroll", "Scroll on: a row", SCREEN, "▾"),
    shown("pageup", "scroll_pages(-1)", "scroll", "Scroll back: a page", SCREEN, "pgup"),
    shown("pagedown", "scroll_pages(1)", "scroll", "Scroll on: a page", SCREEN, "pgdn"),
    alias("home", "scroll_by(-100000)"),
    alias("end", "scroll_by(100000)"),
    shown("escape", "close", "close", "Close: back to the dashboard", SCREEN, "esc"),
    leads_back("y"),
    leads_back("q"),
)
"""Keys of what is shared."""
