"""What a setting is, what it can be with a line on each choice, and what a change does."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final

from rich.cells import cell_len

from tuinet.errors import TuinetError
from tuinet.experiment.changes import family, stepped
from tuinet.experiment.defaults import NOTES, resolved, unused
from tuinet.experiment.experiment import AUTO, FIELDS, bounds_of
from tuinet.experiment.fields import describe, plain, typed
from tuinet.experiment.presets import default_value
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.session.edits import effect_sentence
from tuinet.tui.draw.text import Lines, Passage, Piece, first_in_sight, ink, shorten, wrapped
from tuinet.tui.keys import Keymap
from tuinet.tui.panels.footer import key_name
from tuinet.tui.panels.settings.state import SettingsState, feature_names
from tuinet.tui.screen_keys import SETTINGS_BINDINGS
from tuinet.tui.style.theme import Theme

PRESENT: Final = "*"
MARKED: Final = "▸"
_TABLE_WIDTH: Final = 50
"""The least width of a table."""


def choice_table(state: SettingsState, snapshot: Snapshot, theme: Theme, width: int) -> Lines:
    """The choices with a line on each; nothing where that would be too narrow."""
    if width < _TABLE_WIDTH:
        return []
    name_width = max(map(cell_len, FIELDS[state.field].choices)) + 2
    return [
        [
            *_name_pieces(name, state, theme),
            (" " * (name_width - cell_len(name)), theme.inks.axis),
            (shorten(_explained(name, state, snapshot), width - name_width - 2), theme.inks.axis),
        ]
        for name in _names(state)
    ]


def choice_names(state: SettingsState, theme: Theme, width: int, height: int) -> Lines:
    """The choices one after the other, in so many lines, among them that of the marked one."""
    lines: Lines = []
    used, marked, marked_line = width, _marked(state), 0
    for name in _names(state):
        size = cell_len(name) + 4
        if not lines or used + size > width + 2:
            lines.append([])
            used = 0
        lines[-1] += [*_name_pieces(name, state, theme), ("  ", theme.inks.blank)]
        used += size
        marked_line = len(lines) - 1 if name == marked else marked_line
    first = first_in_sight(marked_line, height, len(lines))
    return lines[first : first + height]


def present_names(state: SettingsState) -> tuple[str, ...]:
    """The names that a field has now."""
    if state.field == "features":
        return feature_names(state)
    if state.field == "activation":
        names = state.experiment.hidden_activations or state.experiment.activation
        return names[state.part - 1 :][:1] if state.part else tuple(dict.fromkeys(names))
    value: str = getattr(state.experiment, state.field)
    return (family(value) if state.field == "dataset" else value,)


def _names(state: SettingsState) -> tuple[str, ...]:
    return FIELDS[state.field].choices if state.entry is None else state.entry.names


def _marked(state: SettingsState) -> str:
    """The name that enter would take, or the one that is had."""
    entry = state.entry
    if entry is not None and entry.marked is not None:
        return entry.names[entry.marked]
    if state.field == "features":
        return FIELDS["features"].choices[state.part]
    return present_names(state)[0]


def _name_pieces(name: str, state: SettingsState, theme: Theme) -> list[Piece]:
    """A mark and the name."""
    is_present, is_marked = name in present_names(state), name == _marked(state)
    is_searched = state.entry is not None or state.field == "features"
    sign = MARKED if is_marked and is_searched else PRESENT if is_present else " "
    colour = theme.accent if is_marked else theme.foreground if is_present else theme.axis
    style = ink(colour, theme.background, bold=is_present or is_marked)
    return [(f"{sign} ", style), (name, style)]


def _explained(name: str, state: SettingsState, snapshot: Snapshot) -> str:
    note = NOTES.get(state.field, {}).get(name, "")
    if name != AUTO:
        return note
    value = resolved(state.field, state.experiment, snapshot.dataset)
    is_auto = getattr(state.experiment, state.field) == AUTO
    return f"{note}: {plain(value)}" if is_auto and value is not None else note


_REFUSAL, _PENDING, _VALUES, _EFFECT, _SENTENCE, _UNUSED, _NEIGHBOURS, _NOTE, _DATA, _NOW, _DEFAULT, _KEYS = range(12)
"""From what is needed most to what is left out first."""

_AROUND_CHOICES: Final = 2
"""Rows that a list of choices leaves to what else there is to say."""
_AROUND_TABLE: Final = 6
"""Rows that a table with a line on each choice leaves to what else there is to say."""
_LONG_LIST: Final = re.compile(r" is not one of [^;]*")


def passages(
    state: SettingsState, frame: Frame, theme: Theme, width: int, height: int, keymap: Keymap
) -> list[Passage]:
    """All of them, in the order in which they are read."""
    snapshot, field = frame.snapshot, state.field
    effect = f"A change {effect_sentence(field)}."
    reason, pending = unused(field, state.experiment, snapshot.dataset), ", ".join(snapshot.pending)
    short_effect = re.split(r"[;,:]", effect)[0].rstrip(".") + "."
    return [
        Passage(wrapped(brief(state.refusal, field), width, theme.inks.warning), _REFUSAL),
        Passage(wrapped(f"{FIELDS[field].sentence}.", width, theme.inks.text), _SENTENCE),
        Passage(wrapped(f"Makes no difference now: {reason}." if reason else "", width, theme.inks.warning), _UNUSED),
        *_values(state, snapshot, theme, width, height),
        Passage(wrapped(effect, width, theme.inks.accent), _EFFECT, wrapped(short_effect, width, theme.inks.accent)),
        Passage(wrapped(f"At the end of the step: {pending}." if pending else "", width, theme.inks.accent), _PENDING),
        Passage(wrapped(_in_force(state, snapshot), width, theme.inks.axis), _NOW),
        Passage(wrapped(_about_data(state, snapshot), width, theme.inks.text), _DATA),
        Passage(wrapped(_default(state, keymap), width, theme.inks.axis), _DEFAULT),
        Passage(wrapped(_hint(state, theme, keymap), width, theme.inks.axis), _KEYS),
    ]


def brief(reason: str, field: str) -> str:
    """A refusal without the field's name and without the list of all names, which is on the screen."""
    own = reason.removeprefix(f"{field}: ")
    return _LONG_LIST.sub(" is none of them", own) if FIELDS[field].choices else own


def _values(state: SettingsState, snapshot: Snapshot, theme: Theme, width: int, height: int) -> list[Passage]:
    """The choices, or between what a number has to lie."""
    if FIELDS[state.field].choices:
        table, name = choice_table(state, snapshot, theme, width), _marked(state)
        few = choice_names(state, theme, width, max(height - _AROUND_CHOICES, 1))
        if table and len(table) <= height - _AROUND_TABLE:
            return [Passage(table, _VALUES, few)]
        explained = _explained(name, state, snapshot)
        note = wrapped(f"{name}: {explained}", width, theme.inks.axis) if explained else []
        return [Passage(few, _VALUES), Passage(note, _NOTE)]
    neighbours = "" if state.entry is not None or state.field == "hidden" else _neighbours(state, snapshot)
    return [
        Passage(wrapped(_bounds(state), width, theme.inks.text), _VALUES),
        Passage([[(neighbours, theme.inks.axis)]] if neighbours else [], _NEIGHBOURS),
    ]


def _neighbours(state: SettingsState, snapshot: Snapshot) -> str:
    """What the keys would make of a number: ``◂ 0.2 · 1 ▸``."""
    words = []
    for direction, form in ((-1, "◂ {}"), (1, "{} ▸")):
        with suppress(TuinetError):
            changes = stepped(state.field, state.part, direction, state.experiment, snapshot.dataset)
            value = typed(state.field, changes[state.field]) if state.field in changes else ""
            words += [form.format(value)] if value else []
    return " · ".join(words)


def _bounds(state: SettingsState) -> str:
    kind, bounds = FIELDS[state.field].kind, bounds_of(state.field, state.experiment)
    has_auto = getattr(type(state.experiment), state.field) is None
    if kind == "flag":
        return "true, false, or auto." if has_auto else "true or false."
    noun = {"sizes": "Whole numbers", "whole": "A whole number"}.get(kind, "A number")
    return f"{noun} {bounds}{', or auto' if has_auto else ''}." if bounds is not None else ""


def _in_force(state: SettingsState, snapshot: Snapshot) -> str:
    """What a schedule has made of the learning rate."""
    rate = snapshot.learning_rate
    if state.field != "learning_rate" or rate == state.experiment.learning_rate:
        return ""
    return f"Now {plain(float(f'{rate:.6g}'))}, by the schedule."


def _about_data(state: SettingsState, snapshot: Snapshot) -> str:
    """What the columns of a file are, and what was guessed of them."""
    dataset = snapshot.dataset
    is_said = FIELDS[state.field].group == "Data" and dataset.columns
    return ". ".join([describe(dataset), *dataset.notes]) + "." if is_said else ""


def _default(state: SettingsState, keymap: Keymap) -> str:
    experiment, field = state.experiment, state.field
    if field == "dataset":
        return ""
    value = default_value(field, experiment)
    if value == getattr(experiment, field):
        return ""
    whose = f" of {experiment.dataset}" if value != getattr(type(experiment), field) else ""
    reset = keymap.name("reset", SETTINGS_BINDINGS)
    return f"{reset} brings the default{whose}: {typed(field, value) or 'none'}."


def _hint(state: SettingsState, theme: Theme, keymap: Keymap) -> str:
    """Keys that act on a part of the value, or another way to change it."""
    if state.entry or (state.field == "activation" and state.parts == 1):
        return ""
    actions = ("adjust(-1)", "adjust(1)", "insert_layer", "take_layer")
    less, more, insert, take = (keymap.name(action, SETTINGS_BINDINGS) for action in actions)
    arrows, dataset = f"{key_name('◂', theme)} {key_name('▸', theme)}", keymap.name("shift_dataset(1)")
    layers = f"{arrows} choose a layer, {less} {more}"
    hints = {
        "hidden": f"{layers} take a neuron away or add one, {insert} adds a layer behind it, {take} takes it away.",
        "activation": f"{layers} change its activation.",
        "features": f"{arrows} choose a feature, {more} takes it in, {less} leaves it out.",
        "dataset": f"Only the data changes here; {dataset} on the dashboard brings the network that suits it, too.",
        "weights": "enter types the path.",
        **dict.fromkeys(("target", "inputs"), "enter types the columns."),
        "picture": "enter types rows and columns.",
    }
    return hints.get(state.field, "")
