"""The keys of the screens: bound once here, and shown from here in the footer, the palette and help.

Those of panels stand in the panels. What they do is in `tuinet.tui.actions`; what they do on the dashboard alone, in
`tuinet.tui.screens.display_actions`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from textual.binding import Binding
from textual.keys import _character_to_key

from tuinet.tui.panels import NUMBERED, PANELS, PanelEntry, zoom_key

TRAINING: Final = Binding.Group("training")
NETWORK: Final = Binding.Group("network")
SCREEN: Final = Binding.Group("screen")
TIME: Final = Binding.Group("time")
WEIGHTS: Final = Binding.Group("weights")
MICROSCOPE: Final = Binding.Group("microscope")
PANEL: Final = Binding.Group("panels")
SETTINGS: Final = Binding.Group("settings")
LESSON: Final = Binding.Group("lesson")
RATES: Final = Binding.Group("rate finder")
COMPARE: Final = Binding.Group("compare")
MANUAL: Final = Binding.Group("manual")


def listed(
    key: str, action: str, label: str, tooltip: str, group: Binding.Group, shown_as: str | None = None
) -> Binding:
    """A key that footer, help and palette know; the tooltip is a title, a colon and a sentence.

    By its id, of group and title, it can be changed: that stays the same when the key does.
    """
    title = slug(tooltip.partition(": ")[0])
    id = f"{slug(group.description)}.{title}" if title else None
    return Binding(key, action, label, key_display=shown_as or key, tooltip=tooltip, group=group, id=id)


def quiet(key: str, action: str, tooltip: str, group: Binding.Group, shown_as: str | None = None) -> Binding:
    """A key that help and palette know, and the footer does not."""
    return replace(listed(key, action, "", tooltip, group, shown_as), show=False)


def alias(key: str, action: str, *, priority: bool = False, follows: Binding | None = None) -> Binding:
    """Another name of a key, which nobody is told; or the key that has led here, which leads back."""
    return Binding(key, action, show=False, system=True, priority=priority, id=follows.id if follows else None)


def title_of(binding: Binding) -> str:
    """What a key does, in a few words; empty where nobody is told."""
    return binding.tooltip.partition(": ")[0]


def detail_of(binding: Binding) -> str:
    """What a key does, in more words than its title."""
    detail = binding.tooltip.partition(": ")[2]
    return detail[:1].upper() + detail[1:]


def slug(text: str) -> str:
    """A text as a name: in lower case, all but letters and digits as _."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def _zoom(index: int, entry: PanelEntry) -> Binding:
    """The footer names the digits only."""
    tooltip = f"{entry.name}: on the full screen, and back"
    name = zoom_key(index)
    key = _character_to_key(name) if len(name) == 1 else name
    return replace(listed(key, f"zoom({index})", "panel", tooltip, PANEL, name), show=index < NUMBERED)


# The way of a key, here s: `TrainingActions.action_step` (`tuinet.tui.actions`) queues a command; in the thread of the
# training `Runner._do` (`tuinet.runner`) obeys it by `Session.step`; whole steps are made by `Run.advance_steps`, the
# last one by `Run.run_phase` (`tuinet.session.run`), both by operations that `tuinet.nn.training` has put in order; the
# first of them is a product of `tuinet.nn.arithmetic`.
STEPPING_BINDINGS: Final[tuple[Binding, ...]] = (
    listed("space", "toggle_running", "pause", "Pause or resume: stop where it is, or train on", TRAINING),
    listed("s", "step('epoch')", "step", "Step one epoch: pause, then train exactly one epoch", TRAINING),
    listed("b", "step('batch')", "step", "Step one batch: pause, then make exactly one update", TRAINING),
    listed("n", "step('phase')", "step", "Step one phase: pause, then do the next part of an update", TRAINING),
)
"""Keys that train, on the main screen and in the microscope; done by `tuinet.tui.actions.TrainingActions`."""

TIME_BINDINGS: Final[tuple[Binding, ...]] = (
    quiet("S", "back('epoch')", "Back one epoch: to the start of the one under way, or of the one before", TIME),
    quiet("B", "back('batch')", "Back one batch: to the start of the one under way, or of the one before", TIME),
    quiet("N", "back('phase')", "Back one phase: to just before the last one", TIME),
    listed("comma", "scrub(-1)", "time", "Scrub back: 1% of all epochs so far, at least one", TIME, ","),
    listed("full_stop", "scrub(1)", "time", "Scrub forward: 1% of all epochs so far, as far as they go", TIME, "."),
    quiet("less_than_sign", "seek_start", "To the start: epoch 0", TIME, "<"),
    quiet("greater_than_sign", "seek_tip", "To the end: the furthest epoch so far", TIME, ">"),
    listed("u", "undo", "undo", "Undo: take the last change of a weight or setting back", TIME),
    listed("x", "swap_branch", "branch", "Swap branches: to the next of the runs that have been left", TIME),
)
"""Keys that move in time, on the main screen and in the microscope."""

LESSON_BINDINGS: Final[tuple[Binding, ...]] = (
    listed(
        "enter",
        "lesson_next",
        "next",
        "Next step: of the lesson, or the next lesson; before that, the rest of its text",
        LESSON,
    ),
    listed("backspace", "lesson_back", "back", "Step before: of the lesson, with the run that it had", LESSON, "bksp"),
    quiet("pagedown", "lesson_scroll(1)", "Scroll on: the text of the lesson", LESSON, "pgdn"),
    quiet("pageup", "lesson_scroll(-1)", "Scroll back: the text of the lesson", LESSON, "pgup"),
    quiet("L", "lesson", "Lesson: leave it, come back to it, or choose one", LESSON),
)
"""Keys of a lesson; only the last one does anything where there is none."""

DASHBOARD_BINDINGS: Final[tuple[Binding, ...]] = (
    *STEPPING_BINDINGS,
    listed("e", "settings", "settings", "Settings: everything that can be changed while it trains", SCREEN),
    *(_zoom(index, entry) for index, entry in enumerate(PANELS.values())),
    listed("m", "microscope", "microscope", "Microscope: the arithmetic of the last phase, number by number", SCREEN),
    listed(
        "r", "reinitialize_new", "reinit", "Reinitialize with a new seed: random weights from the next seed", NETWORK
    ),
    listed(
        "R", "reinitialize_same", "reinit", "Reinitialize with the same seed: the same random weights again", NETWORK
    ),
    listed("plus", "faster", "speed", "Faster: more epochs per second", TRAINING, "+"),
    listed("minus", "slower", "speed", "Slower: fewer epochs per second", TRAINING, "-"),
    alias("equals_sign", "faster"),
    alias("underscore", "slower"),
    listed("a", "next_activation", "activation", "Next activation: of the hidden layers; the weights stay", NETWORK),
    listed(
        "A", "previous_activation", "activation", "Previous activation: of the hidden layers; the weights stay", NETWORK
    ),
    listed("w", "edit_weights", "weights", "Weights: choose one, and change it by hand", WEIGHTS),
    *TIME_BINDINGS,
    quiet("g", "check_gradients", "Gradient check: every gradient beside a numeric one", SCREEN),
    quiet("f", "find_rate", "Rate finder: how the run goes on from here with many learning rates", SCREEN),
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
    quiet("tab", "focus_next", "Next panel: it gets the keys, if it has keys of its own", PANEL),
    quiet("shift+tab", "focus_previous", "Panel before: it gets the keys", PANEL),
    quiet("escape", "unzoom", "All panels: from one on the full screen", PANEL, "esc"),
    listed("l", "toggle_log_scale", "log", "Loss axis: linear, in powers of ten, or by itself", SCREEN),
    quiet("d", "toggle_discrete", "Discretize: the map shows which class is decided, or how certain it is", SCREEN),
    quiet("D", "turn_samples", "Dots on the map: all samples, training samples, test samples, none", SCREEN),
    quiet("0", "show_output", "Output: on the map, in place of a neuron's response", PANEL),
    quiet("y", "share", "Share: the command line that reproduces this run, shown and copied", SCREEN),
    quiet(
        "exclamation_mark", "toggle_hints", "Hints: what a teacher would say, or not, so that you find it", SCREEN, "!"
    ),
    quiet("ctrl+e", "save_points", "Save points as CSV: the training and test samples as they are now", SCREEN),
    quiet("ctrl+s", "save_run", "Save the run: with its past and its branches, for tuinet --load", SCREEN),
)
"""Keys of the main screen."""

APP_BINDINGS: Final[tuple[Binding, ...]] = (
    listed("t", "next_theme", "theme", "Next theme: other colours", SCREEN),
    listed("question_mark", "help", "help", "Help: the keys, and what everything on the screen means", SCREEN, "?"),
    listed("q", "quit", "quit", "Quit: leave; asks where the run is in no file of yours, ctrl+q does not", SCREEN),
    quiet("ctrl+g", "save_picture", "Picture of the screen: an SVG file in the current folder", SCREEN),
    replace(
        quiet("ctrl+z", "suspend_process", "Suspend: back to the shell, whose fg goes on here", SCREEN),
        priority=True,
    ),
    alias("ctrl+q", "quit_at_once", priority=True),
    alias("ctrl+c", "quit"),
)
"""Keys of every screen."""


def leads_back(key: str, action: str = "close") -> Binding:
    """The key that has led to a screen, or that would end the dashboard: there it closes the screen, or acts so."""
    opener = next(binding for binding in (*DASHBOARD_BINDINGS, *APP_BINDINGS) if binding.key == key)
    return alias(key, action, follows=opener)


LEAVE_BINDING: Final = listed("escape", "screen.unzoom", "leave", "Leave: the keys are the dashboard's", PANEL, "esc")
"""Of every panel that has keys of its own."""

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
    listed("escape", "close", "close", "Close: back to the dashboard", SCREEN, "esc"),
    leads_back("question_mark"),
    leads_back("q"),
)
"""Keys of a screen above the main one."""

HELP_BINDINGS: Final[tuple[Binding, ...]] = (
    listed("m", "manual", "manual", "Manual: the page about what has the keys", SCREEN),
    *CLOSE_BINDINGS,
)
"""Keys of help."""

MANUAL_BINDINGS: Final[tuple[Binding, ...]] = (
    listed("tab", "link(1)", "link", "Next link: marked, and brought in sight", MANUAL),
    quiet("shift+tab", "link(-1)", "Link before: marked, and brought in sight", MANUAL),
    listed("enter", "follow", "follow", "Follow the link: to the page that it leads to", MANUAL),
    listed("b", "back", "back", "Back: to the page before, where it was", MANUAL),
    listed("slash", "search", "search", "Search: words on all pages", MANUAL, "/"),
    listed("c", "contents", "contents", "Contents: all pages", MANUAL),
    listed("n", "turn(1)", "page", "Next page: in the order of the contents", MANUAL),
    listed("p", "turn(-1)", "page", "Page before: in the order of the contents", MANUAL),
    listed("o", "outline", "outline", "Outline: the headings of the page beside it, or not", MANUAL),
    quiet("space", "scroll_page(1)", "Scroll on: a page", MANUAL),
    quiet("g", "edge(-1)", "Top: of the page", MANUAL),
    quiet("G", "edge(1)", "Bottom: of the page", MANUAL),
    alias("alt+left", "back"),
    alias("backspace", "back"),
    listed("escape", "close", "close", "Close: back to where you were", MANUAL, "esc"),
    leads_back("q"),
    leads_back("question_mark", "contents"),
)
"""Keys of the manual."""

MICROSCOPE_BINDINGS: Final[tuple[Binding, ...]] = (
    *STEPPING_BINDINGS,
    listed("v", "network", "network", "Network or equations: where there is no room for both", MICROSCOPE),
    listed("left", "neuron(-1)", "neuron", "Neuron before: of the layer", MICROSCOPE, "◂"),
    listed("right", "neuron(1)", "neuron", "Next neuron: of the layer", MICROSCOPE, "▸"),
    listed("up", "sample(-1)", "sample", "Sample before: of the batch", MICROSCOPE, "▴"),
    listed("down", "sample(1)", "sample", "Next sample: of the batch", MICROSCOPE, "▾"),
    listed("d", "digits", "digits", "Digits: 4, 6 or 10 significant ones", MICROSCOPE),
    listed("tab", "layer(1)", "layer", "Next layer: where the phase has none of its own", MICROSCOPE),
    Binding("shift+tab", "layer(-1)", show=False, system=True),
    listed("pagedown", "scroll(1)", "scroll", "Scroll on: the equations", MICROSCOPE, "pgdn"),
    quiet("pageup", "scroll(-1)", "Scroll back: the equations", MICROSCOPE, "pgup"),
    *TIME_BINDINGS,
    listed("escape", "close", "close", "Close: back to the dashboard", MICROSCOPE, "esc"),
    leads_back("m"),
    leads_back("q"),
)
"""Keys of the microscope."""

SETTINGS_BINDINGS: Final[tuple[Binding, ...]] = (
    listed("up", "move(-1)", "field", "Field above: choose it", SETTINGS, "▴"),
    listed("down", "move(1)", "field", "Field below: choose it", SETTINGS, "▾"),
    listed(
        "left",
        "shift(-1)",
        "change",
        "Previous value: or the layer or feature before, where there are several",
        SETTINGS,
        "◂",
    ),
    listed(
        "right",
        "shift(1)",
        "change",
        "Next value: or the layer or feature behind, where there are several",
        SETTINGS,
        "▸",
    ),
    listed("enter", "type_value", "type", "Type a value: tab completes it", SETTINGS),
    listed(
        "left_square_bracket",
        "adjust(-1)",
        "less/more",
        "Less: neurons of the layer, its activation before, a feature out",
        SETTINGS,
        "[",
    ),
    listed(
        "right_square_bracket",
        "adjust(1)",
        "less/more",
        "More: neurons of the layer, its next activation, a feature in",
        SETTINGS,
        "]",
    ),
    listed("backspace", "reset", "default", "Default: bring it back", SETTINGS, "bksp"),
    quiet(
        "delete", "delete", "Delete: the chosen hidden layer; in other fields, bring the default back", SETTINGS, "del"
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
    listed("u", "undo", "undo", "Undo: take the last change back", SETTINGS),
    listed("escape", "close", "close", "Close: back to the dashboard", SETTINGS, "esc"),
    leads_back("e"),
    leads_back("q"),
)
"""Keys of the settings."""

TYPING_BINDINGS: Final[tuple[Binding, ...]] = (
    listed("enter", "submit", "set", "", SETTINGS),
    listed("tab", "complete", "complete", "", SETTINGS),
    listed("up", "move(-1)", "suggestion", "", SETTINGS, "▴"),
    listed("down", "move(1)", "suggestion", "", SETTINGS, "▾"),
    listed("escape", "close", "leave", "", SETTINGS, "esc"),
)
"""What the footer says while a value is typed."""

_SCROLLING: Final = (
    listed("up", "scroll_by(-1)", "scroll", "Scroll back: a row", SCREEN, "▴"),
    listed("down", "scroll_by(1)", "scroll", "Scroll on: a row", SCREEN, "▾"),
    listed("pageup", "scroll_pages(-1)", "scroll", "Scroll back: a page", SCREEN, "pgup"),
    listed("pagedown", "scroll_pages(1)", "scroll", "Scroll on: a page", SCREEN, "pgdn"),
    alias("home", "scroll_by(-100000)"),
    alias("end", "scroll_by(100000)"),
    listed("escape", "close", "close", "Close: back to the dashboard", SCREEN, "esc"),
)

CHECK_BINDINGS: Final[tuple[Binding, ...]] = (*_SCROLLING, leads_back("g"), leads_back("q"))
"""Keys of the gradient check."""

RATES_BINDINGS: Final[tuple[Binding, ...]] = (
    listed("left", "rate(-1)", "rate", "Smaller rate: the next that was tried", RATES, "◂"),
    listed("right", "rate(1)", "rate", "Larger rate: the next that was tried", RATES, "▸"),
    listed("enter", "use", "use this rate", "Use this rate: the run goes on with that at the cursor", RATES),
    listed("up", "look(1)", "epochs", "More epochs: the losses after longer training", RATES, "▴"),
    listed("down", "look(-1)", "epochs", "Fewer epochs: the losses after shorter training", RATES, "▾"),
    listed("l", "toggle_log_scale", "log", "Loss axis: linear, in powers of ten, or by itself", RATES),
    alias("pagedown", "rate(-10)"),
    alias("pageup", "rate(10)"),
    alias("home", "rate(-100000)"),
    alias("end", "rate(100000)"),
    STEPPING_BINDINGS[0],
    listed("escape", "close", "close", "Close: back to the dashboard", RATES, "esc"),
    leads_back("f"),
    leads_back("q"),
)
"""Keys of the rate finder."""

COMPARE_BINDINGS: Final[tuple[Binding, ...]] = (
    listed("up", "choose(-1)", "cell", "Cell before: its quartiles are the band in the chart", COMPARE, "▴"),
    listed("down", "choose(1)", "cell", "Next cell: its quartiles are the band in the chart", COMPARE, "▾"),
    listed("enter", "app.open", "open", "Open: the median seed of the cell as a live session; q comes back", COMPARE),
    listed("s", "sort(1)", "sort", "Sort by the next column: the best cell first", COMPARE),
    quiet("S", "sort(-1)", "Sort by the column before: the best cell first", COMPARE),
    listed("r", "turn", "reverse", "Reverse: the worst cell first", COMPARE),
    listed("l", "toggle_log_scale", "log", "Loss axis: linear, in powers of ten, or by itself", COMPARE),
    listed("v", "toggle_seeds", "seeds", "Single seeds: the runs of the cell behind its median; or quartiles", COMPARE),
    alias("right", "sort(1)"),
    alias("left", "sort(-1)"),
    alias("pagedown", "choose(8)"),
    alias("pageup", "choose(-8)"),
    alias("home", "choose(-100000)"),
    alias("end", "choose(100000)"),
)
"""Keys of the screen of `tuinet compare`."""

SHARE_BINDINGS: Final[tuple[Binding, ...]] = (
    listed("j", "toggle_json", "JSON", "JSON or line: the same run in the other form, copied, too", SCREEN),
    listed("c", "copy", "copy", "Copy: once more", SCREEN),
    *_SCROLLING,
    leads_back("y"),
    leads_back("q"),
)
"""Keys of what is shared."""
