"""The keys of the screens, and a Keymap, which has them as the user wants them.

Those that train and step (space, s, b, n) are in `tuinet.tui.actions`, those of panels in the panels. What keys do on
every screen with a runner is in `tuinet.tui.actions`, too; what they do on the dashboard alone, in
`tuinet.tui.screens.display_actions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from textual.binding import Binding
from textual.keys import _character_to_key

from tuinet.advice import Action, with_keys
from tuinet.tui.actions import STEPPING_BINDINGS, TIME_BINDINGS
from tuinet.tui.bindings import (
    CLASS,
    COMPARE,
    EXERCISE,
    LESSON,
    MICROSCOPE,
    NETWORK,
    PANEL,
    RATES,
    SCREEN,
    SETTINGS,
    TRAINING,
    WEIGHTS,
    alias,
    listed,
    quiet,
)
from tuinet.tui.panels import NUMBERED, PANELS, PanelEntry, zoom_key


def _zoom(index: int, entry: PanelEntry) -> Binding:
    """The footer names the digits only."""
    tooltip = f"{entry.name}: on the full screen, and back"
    name = zoom_key(index)
    key = _character_to_key(name) if len(name) == 1 else name
    return replace(listed(key, f"zoom({index})", "panel", tooltip, PANEL, name), show=index < NUMBERED)


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
    quiet("x", "exercise", "Exercise: the arithmetic of the last phase with blanks, which you fill in", SCREEN),
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
    quiet("f", "find_rate(False)", "Rate finder: many learning rates from here; in a class, your own copy", SCREEN),
    quiet("F", "find_rate(True)", "Rate finder in a class: where f makes a copy of your own or goes back", SCREEN),
    quiet("c", "class", "Class: open it to others on this machine, ask it, reveal, close it", CLASS),
    quiet("at", "point", "Point at a cursor, or the phase: all in the class see it; again, at nothing", CLASS, "@"),
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

MICROSCOPE_BINDINGS: Final[tuple[Binding, ...]] = (
    *STEPPING_BINDINGS,
    listed("v", "network", "network", "Network or equations: where there is no room for both", MICROSCOPE),
    listed("left", "neuron(-1)", "neuron", "Neuron before: of the layer", MICROSCOPE, "◂"),
    listed("right", "neuron(1)", "neuron", "Next neuron: of the layer", MICROSCOPE, "▸"),
    listed("up", "sample(-1)", "sample", "Sample before: of the batch", MICROSCOPE, "▴"),
    listed("down", "sample(1)", "sample", "Next sample: of the batch", MICROSCOPE, "▾"),
    listed("x", "exercise", "exercise", "Exercise: these equations with blanks, which you fill in", MICROSCOPE),
    quiet("at", "point", "Point at the chosen neuron: all in the class see it; again, at nothing", CLASS, "@"),
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

TOPIC_BINDINGS: Final[tuple[Binding, ...]] = (
    listed("enter", "answer", "check", "Check the answer: with nothing typed, help; at the end, go on", EXERCISE),
    listed("pagedown", "scroll(1)", "scroll", "Scroll on: the equations", EXERCISE, "pgdn"),
    quiet("pageup", "scroll(-1)", "Scroll back: the equations", EXERCISE, "pgup"),
    listed("escape", "close", "leave", "Leave: back to where you came from", EXERCISE, "esc"),
)
"""Keys of an exercise; every character is part of an answer."""
EXERCISE_BINDINGS: Final[tuple[Binding, ...]] = (
    TOPIC_BINDINGS[0],
    listed("up", "sample(-1)", "sample", "Sample before: of the batch, with blanks anew", EXERCISE, "▴"),
    listed("down", "sample(1)", "sample", "Next sample: of the batch, with blanks anew", EXERCISE, "▾"),
    listed("tab", "neuron(1)", "neuron", "Next neuron: of the layer, with blanks anew", EXERCISE),
    Binding("shift+tab", "neuron(-1)", show=False, system=True),
    *TOPIC_BINDINGS[1:],
)
"""Keys of the blanks of a phase."""

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

_ADVISED: Final[Mapping[Action, str]] = {
    "help": "help",
    "pause or resume": "toggle_running",
    "step one epoch": "step('epoch')",
    "scrub forward": "scrub(1)",
    "to the start": "seek_start",
    "to the end": "seek_tip",
    "microscope": "microscope",
    "reinitialize": "reinitialize_new",
    "fork": "find_rate(False)",
}
"""What messages may advise, and the action of the dashboard or the application that does it."""
MAIN_BINDINGS: Final = (*DASHBOARD_BINDINGS, *APP_BINDINGS)
SHORT: Final = {"del": "delete", "ins": "insert", "bksp": "backspace"}
"""Names of keys as the footer has them, and in full."""


@dataclass(frozen=True)
class Keymap:
    """Which actions have other keys."""

    keys: Mapping[str, str] = field(default_factory=dict)
    """By the ids of bindings, the keys in Textual's words."""
    names: Mapping[str, str] = field(default_factory=dict)
    """By the same, what the keys are called."""

    def applied(self, bindings: Iterable[Binding]) -> tuple[Binding, ...]:
        """The bindings with the keys that they have now."""
        return tuple(map(self._applied, bindings))

    def _applied(self, binding: Binding) -> Binding:
        if binding.id is None or binding.id not in self.keys:
            return binding
        return binding.with_key(self.keys[binding.id], self.names[binding.id])

    def name(self, action: str, bindings: Iterable[Binding] = MAIN_BINDINGS) -> str:
        """What the key of an action is called in a sentence.

        Parameters
        ----------
        action
            As its binding has it.
        bindings
            Among which it is.
        """
        binding = next(one for one in bindings if one.action == action)
        usual = binding.key_display or binding.key
        return self.names.get(binding.id or "", SHORT.get(usual, usual))

    @cached_property
    def advised(self) -> Mapping[Action, str]:
        """What the keys are called that do what messages advise."""
        return {advice: self.name(action) for advice, action in _ADVISED.items()}

    def told(self, message: str) -> str:
        """A message from outside the screen, with the keys in it."""
        return with_keys(message, self.advised)


UNCHANGED: Final = Keymap()
"""All keys as they are from the start."""


class HasKeymap:
    """An application whose keys can be others."""

    keymap: Keymap = UNCHANGED


def keymap_of(app: object) -> Keymap:
    """The keys of an application."""
    return app.keymap if isinstance(app, HasKeymap) else UNCHANGED
