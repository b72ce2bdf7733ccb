"""The value of a setting in one row: in brackets the part of it that the keys change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.style import Style

from tuinet.experiment.experiment import CHOICES
from tuinet.experiment.fields import shown
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.sheet import Sheet
from tuinet.tui.text import Piece, shorten, width_of

_DOTS: Final = "…"


def value_pieces(sheet: Sheet, field: str, snapshot: Snapshot, styles: tuple[Style, Style], room: int) -> list[Piece]:
    """A field's value in at most so many cells.

    Parameters
    ----------
    styles
        Of the value, and of the part that is chosen.
    """
    plain, marked = styles
    words = part_words(sheet, snapshot) if field == sheet.field else []
    if not words:
        return [(shorten(shown(field, sheet.experiment, snapshot.dataset), room), plain)]
    written = [(f"[{word}]", marked) if is_chosen else (word, plain) for word, is_chosen in words]
    chosen = [is_chosen for _, is_chosen in words].index(True)
    return _elided(written, chosen, plain, room)


def part_words(sheet: Sheet, snapshot: Snapshot) -> list[tuple[str, bool]]:
    """The parts of the chosen field, and which of them is chosen; none where it has but one."""
    experiment, part = sheet.experiment, sheet.part
    if sheet.field == "hidden" and experiment.hidden:
        return [(str(size), index == part) for index, size in enumerate(experiment.hidden)]
    if sheet.field == "activation" and sheet.parts > 1:
        return [(name, index == part) for index, name in enumerate(("all", *experiment.hidden_activations))]
    if sheet.field == "features":
        name = CHOICES["features"][part]
        state = "in" if name in feature_names(sheet) else "out"
        return [(f"{name} {state}", True), (shown("features", experiment, snapshot.dataset), False)]
    return []


def feature_names(sheet: Sheet) -> tuple[str, ...]:
    """The features in use, the raw ones where none are made."""
    return sheet.experiment.features or CHOICES["features"][:2]


def _elided(words: Sequence[Piece], chosen: int, style: Style, room: int) -> list[Piece]:
    """The words with spaces between them; where there is no room for all, those around the chosen one."""
    first, end = 0, len(words)
    while end > chosen + 1 and width_of(_window(words, first, end, style)) > room:
        end -= 1
    while first < chosen and width_of(_window(words, first, end, style)) > room:
        first += 1
    pieces = _window(words, first, end, style)
    if width_of(pieces) <= room:
        return pieces
    text, marked = words[chosen]
    return [(shorten(text, room), marked)]


def _window(words: Sequence[Piece], first: int, end: int, style: Style) -> list[Piece]:
    """Some of the words, and dots for those that are left out on either side."""
    dots = (_DOTS, style)
    shown = [*([dots] if first else []), *words[first:end], *([dots] if end < len(words) else [])]
    return [piece for index, word in enumerate(shown) for piece in (((" ", style), word) if index else (word,))]
