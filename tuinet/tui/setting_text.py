"""What there is to say about a setting, passage by passage."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from tuinet.errors import TuinetError
from tuinet.experiment.changes import stepped
from tuinet.experiment.defaults import unused
from tuinet.experiment.fields import FIELDS, bounds_of, plain, typed
from tuinet.experiment.presets import default_value
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.session.edits import effect_sentence
from tuinet.tui.choices import choice_names, choice_note, choice_table
from tuinet.tui.hints import key_name
from tuinet.tui.passages import Passage, wrapped
from tuinet.tui.sheet import Sheet
from tuinet.tui.text import ink
from tuinet.tui.theme import Theme

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
