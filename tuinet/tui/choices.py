"""The choices of a setting: a table with a line on each, or where that is too long, the names alone."""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len

from tuinet.experiment.changes import family
from tuinet.experiment.defaults import NOTES, resolved
from tuinet.experiment.experiment import AUTO
from tuinet.experiment.fields import FIELDS, plain
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.passages import Lines, wrapped
from tuinet.tui.setting_values import feature_names
from tuinet.tui.sheet import Sheet
from tuinet.tui.text import Piece, ink, shorten
from tuinet.tui.theme import Theme

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
