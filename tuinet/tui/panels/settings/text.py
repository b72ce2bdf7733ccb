"""What a setting is, what it can be with a line on each choice, and what a change does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from rich.cells import cell_len

from tuinet.errors import TuinetError
from tuinet.experiment.changes import family, stepped
from tuinet.experiment.defaults import NOTES, resolved, unused
from tuinet.experiment.experiment import AUTO, FIELDS, bounds_of
from tuinet.experiment.fields import plain, typed
from tuinet.experiment.presets import default_value
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.session.edits import effect_sentence
from tuinet.tui.draw.text import Lines, Passage, Piece, ink, shorten, wrapped
from tuinet.tui.panels.footer import key_name
from tuinet.tui.panels.settings.sheet import Sheet, feature_names
from tuinet.tui.style.theme import Theme

PRESENT: Final = "*"
MARKED: Final = "▸"
_TABLE_WIDTH: Final = 50
"""The least width of a table."""


def choice_table(sheet: Sheet, snapshot: Snapshot, theme: Theme, width: int) -> Lines:
    """The choices with a line on each; nothing where that would be too narrow."""
    names = _names(sheet)
    if width < _TABLE_WIDTH:
        return []
    name_width = max(map(cell_len, FIELDS[sheet.field].choices)) + 2
    dim = ink(theme.axis, theme.background)
    return [
        [
            *_name_pieces(name, sheet, theme),
            (" " * (name_width - cell_len(name)), dim),
            (shorten(_explained(name, sheet, snapshot), width - name_width - 2), dim),
        ]
        for name in names
    ]


def choice_names(sheet: Sheet, theme: Theme, width: int, height: int) -> Lines:
    """The choices one after the other, in so many lines, among them that of the marked one."""
    lines: Lines = []
    used = width
    for name in _names(sheet):
        size = cell_len(name) + 4
        if not lines or used + size > width + 2:
            lines.append([])
            used = 0
        lines[-1] += [*_name_pieces(name, sheet, theme), ("  ", ink(None, theme.background))]
        used += size
    first = max(0, min(_marked_line(lines, sheet) - height // 2, len(lines) - height))
    return lines[first : first + height]


def choice_note(sheet: Sheet, snapshot: Snapshot, theme: Theme, width: int) -> Lines:
    """What the marked choice is."""
    name = _marked(sheet)
    explained = _explained(name, sheet, snapshot)
    return wrapped(f"{name}: {explained}", width, ink(theme.axis, theme.background)) if explained else []


def present_names(sheet: Sheet) -> tuple[str, ...]:
    """The names that a field has now."""
    if sheet.field == "features":
        return feature_names(sheet)
    if sheet.field == "activation":
        names = sheet.experiment.hidden_activations or sheet.experiment.activation
        return names[sheet.part - 1 :][:1] if sheet.part else tuple(dict.fromkeys(names))
    value: str = getattr(sheet.experiment, sheet.field)
    return (family(value) if sheet.field == "dataset" else value,)


def _names(sheet: Sheet) -> tuple[str, ...]:
    return FIELDS[sheet.field].choices if sheet.entry is None else sheet.entry.names


def _marked(sheet: Sheet) -> str:
    """The name that enter would take, or the one that is had."""
    entry = sheet.entry
    if entry is not None and entry.marked is not None:
        return entry.names[entry.marked]
    if sheet.field == "features":
        return FIELDS["features"].choices[sheet.part]
    return present_names(sheet)[0]


def _name_pieces(name: str, sheet: Sheet, theme: Theme) -> list[Piece]:
    """A mark and the name."""
    is_present, is_marked = name in present_names(sheet), name == _marked(sheet)
    is_searched = sheet.entry is not None or sheet.field == "features"
    sign = MARKED if is_marked and is_searched else PRESENT if is_present else " "
    colour = theme.accent if is_marked else theme.foreground if is_present else theme.axis
    style = ink(colour, theme.background, bold=is_present or is_marked)
    return [(f"{sign} ", style), (name, style)]


def _explained(name: str, sheet: Sheet, snapshot: Snapshot) -> str:
    note = NOTES.get(sheet.field, {}).get(name, "")
    if name != AUTO:
        return note
    value = resolved(sheet.field, sheet.experiment, snapshot.dataset)
    is_auto = getattr(sheet.experiment, sheet.field) == AUTO
    return f"{note}: {plain(value)}" if is_auto and value is not None else note


def _marked_line(lines: Lines, sheet: Sheet) -> int:
    name = _marked(sheet)
    return next((index for index, line in enumerate(lines) if any(text == name for text, _ in line)), 0)


_REFUSAL, _PENDING, _VALUES, _EFFECT, _SENTENCE, _UNUSED, _NEIGHBOURS, _NOTE, _NOW, _DEFAULT, _KEYS = range(11)
"""From what is needed most to what is left out first."""

_AROUND_CHOICES: Final = 2
"""Rows that a list of choices leaves to what else there is to say."""
_AROUND_TABLE: Final = 6
"""The same of a table with a line on each choice."""
_KEY_HINTS: Final[Mapping[str, str]] = {
    "hidden": "◂ ▸ choose a layer, [ ] take a neuron away or add one, i adds a layer behind it, x takes it away.",
    "activation": "◂ ▸ choose a layer, [ ] change its activation.",
    "features": "◂ ▸ choose a feature, ] takes it in, [ leaves it out.",
    "dataset": "Only the data changes here; i on the dashboard brings the network that suits it, too.",
    "weights": "enter types the path.",
    "target": "enter types the column.",
}
_LONG_LIST: Final = re.compile(r" is not one of [^;]*")


def passages(
    sheet: Sheet, frame: Frame, theme: Theme, width: int, height: int, spell: Callable[[str], str] = str
) -> list[Passage]:
    """All of them, in the order in which they are read.

    Parameters
    ----------
    spell
        Names the keys in a sentence as they are now.
    """
    text, dim, warm, accent = (
        ink(colour, theme.background) for colour in (theme.foreground, theme.axis, theme.warning, theme.accent)
    )
    snapshot, field = frame.snapshot, sheet.field
    effect = f"A change {effect_sentence(field)}."
    short_effect = re.split(r"[;,:]", effect)[0].rstrip(".") + "."
    return [
        Passage(wrapped(brief(sheet.refusal, field), width, warm), _REFUSAL),
        Passage(wrapped(f"{FIELDS[field].sentence}.", width, text), _SENTENCE),
        Passage(wrapped(_reason(sheet, snapshot), width, warm), _UNUSED),
        *_values(sheet, snapshot, theme, width, height),
        Passage(wrapped(effect, width, accent), _EFFECT, wrapped(short_effect, width, accent)),
        Passage(wrapped(_waiting(snapshot), width, accent), _PENDING),
        Passage(wrapped(_in_force(sheet, snapshot), width, dim), _NOW),
        Passage(wrapped(spell(_default(sheet)), width, dim), _DEFAULT),
        Passage(wrapped(spell(_hint(sheet, theme)), width, dim), _KEYS),
    ]


def brief(reason: str, field: str) -> str:
    """A refusal without the field's name and without the list of all names, which is on the screen."""
    own = reason.removeprefix(f"{field}: ")
    return _LONG_LIST.sub(" is none of them", own) if FIELDS[field].choices else own


def _values(sheet: Sheet, snapshot: Snapshot, theme: Theme, width: int, height: int) -> list[Passage]:
    """The choices, or between what a number has to lie."""
    if FIELDS[sheet.field].choices:
        names, note = choice_table(sheet, snapshot, theme, width), choice_note(sheet, snapshot, theme, width)
        few = choice_names(sheet, theme, width, max(height - _AROUND_CHOICES, 1))
        if names and len(names) <= height - _AROUND_TABLE:
            return [Passage(names, _VALUES, few)]
        return [Passage(few, _VALUES), Passage(note, _NOTE)]
    text, dim = ink(theme.foreground, theme.background), ink(theme.axis, theme.background)
    neighbours = "" if sheet.entry is not None or sheet.field == "hidden" else _neighbours(sheet, snapshot)
    return [
        Passage(wrapped(_bounds(sheet), width, text), _VALUES),
        Passage([[(neighbours, dim)]] if neighbours else [], _NEIGHBOURS),
    ]


def _neighbours(sheet: Sheet, snapshot: Snapshot) -> str:
    """What the keys would make of a number: ``◂ 0.2 · 1 ▸``."""
    words = []
    for direction in (-1, 1):
        try:
            changes = stepped(sheet.field, sheet.part, direction, sheet.experiment, snapshot.dataset)
        except TuinetError:
            changes = {}
        words.append(typed(sheet.field, changes[sheet.field]) if sheet.field in changes else "")
    less, more = words
    return " · ".join(word for word in (f"◂ {less}" if less else "", f"{more} ▸" if more else "") if word)


def _bounds(sheet: Sheet) -> str:
    known, bounds = FIELDS[sheet.field], bounds_of(sheet.field, sheet.experiment)
    if known.kind == "flag":
        return "true, false, or auto." if getattr(type(sheet.experiment), sheet.field) is None else "true or false."
    if bounds is None:
        return ""
    noun = {"sizes": "Whole numbers", "whole": "A whole number"}.get(known.kind, "A number")
    auto = ", or auto" if getattr(type(sheet.experiment), sheet.field) is None else ""
    return f"{noun} {bounds}{auto}."


def _reason(sheet: Sheet, snapshot: Snapshot) -> str:
    reason = unused(sheet.field, sheet.experiment, snapshot.dataset)
    return f"Makes no difference now: {reason}." if reason else ""


def _waiting(snapshot: Snapshot) -> str:
    return f"At the end of the step: {', '.join(snapshot.pending)}." if snapshot.pending else ""


def _in_force(sheet: Sheet, snapshot: Snapshot) -> str:
    """What a schedule has made of the learning rate."""
    rate = snapshot.learning_rate
    if sheet.field != "learning_rate" or rate == sheet.experiment.learning_rate:
        return ""
    return f"Now {plain(float(f'{rate:.6g}'))}, by the schedule."


def _default(sheet: Sheet) -> str:
    experiment, field = sheet.experiment, sheet.field
    if field == "dataset":
        return ""
    value = default_value(field, experiment)
    if value == getattr(experiment, field):
        return ""
    whose = f" of {experiment.dataset}" if value != getattr(type(experiment), field) else ""
    return f"backspace brings the default{whose}: {typed(field, value) or 'none'}."


def _hint(sheet: Sheet, theme: Theme) -> str:
    if sheet.entry or (sheet.field == "activation" and sheet.parts == 1):
        return ""
    hint = _KEY_HINTS.get(sheet.field, "")
    left, right = key_name("◂", theme), key_name("▸", theme)
    return hint.replace("◂", left).replace("▸", right)
