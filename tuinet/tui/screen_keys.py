"""The keys of the screens above the dashboard, and of the manual."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding

from tuinet.tui.key_groups import (
    CLASS,
    COMPARE,
    EXERCISE,
    MANUAL,
    MICROSCOPE,
    RATES,
    SCREEN,
    SETTINGS,
    alias,
    listed,
    quiet,
)
from tuinet.tui.keys import STEPPING_BINDINGS, TIME_BINDINGS, leads_back

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
