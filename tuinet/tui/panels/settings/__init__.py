"""The settings: every field of the Experiment and its value, and the chosen one explained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual.events import Click, MouseScrollDown, MouseScrollUp
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.experiment.defaults import unused
from tuinet.experiment.experiment import FIELDS, Experiment
from tuinet.experiment.presets import default_value
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.tui.draw.text import Piece, first_fitting, fitted, ink, row, width_of
from tuinet.tui.keys import UNCHANGED, Keymap, keymap_of
from tuinet.tui.messages import FieldChosen, FieldScrolled
from tuinet.tui.panels.base import CellPanel, Entry, range_in_sight
from tuinet.tui.panels.settings.state import SettingsLine, SettingsState, first_line, lines_for, value_pieces
from tuinet.tui.panels.settings.text import PRESENT, passages
from tuinet.tui.screen_keys import SETTINGS_BINDINGS
from tuinet.tui.style.colour import mix
from tuinet.tui.style.theme import Theme

CHOSEN: Final = "▸"
CHANGED: Final = "≠"
_NAME_WIDTH: Final = max(len(field.title) for field in FIELDS.values())
VALUE_COLUMN: Final = _NAME_WIDTH + 6
"""Where the values begin: behind the marker, the name and an arrow."""
FAINT: Final = 0.45
"""How near to the background the colour of a field is that makes no difference now."""
_NO_ARROWS: Final = ("weights", "target", "inputs", "picture")
"""Fields that only typing changes."""


class SettingsPanel(CellPanel):
    """A line for each field, scrolling with the one that is chosen."""

    HEADING = "settings"
    state: reactive[SettingsState | None] = reactive(None, repaint=False)

    watch_state = CellPanel.update_cells
    _top = 0

    def legend(self, frame: Frame, theme: Theme) -> str:
        """What the dot means, and how much is in sight."""
        height = self.room[1]
        part = range_in_sight(self._top, height, len(lines_for(height)))
        experiment = None if self.state is None else self.state.experiment
        has_changes = experiment is not None and any(is_changed(field, experiment) for field in FIELDS)
        return " · ".join(filter(None, (f"{CHANGED} not the default" if has_changes else "", part)))

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The lines in sight."""
        if self.state is None or height <= 0:
            return []
        self._top = first_line(self._top, self.state.field, height)
        shown = lines_for(height)[self._top : self._top + height]
        return [line_row(line, self.state, frame.snapshot, theme, width) for line in shown]

    def value_region(self, region: Region) -> Region:
        """Where the value of the chosen field is, when the panel is in this region of the screen."""
        assert self.state is not None
        height = max(region.height - 2, 1)
        line = lines_for(height).index(SettingsLine(field=self.state.field)) - first_line(
            self._top, self.state.field, height
        )
        width = max(region.width - 3 - VALUE_COLUMN, 1)
        return Region(region.x + 1 + VALUE_COLUMN, region.y + 1 + line, width, 1)

    def on_click(self, event: Click) -> None:
        """Choose the field that was clicked; when it is the chosen one, type its value."""
        index, height = self._top + event.y - 1, self.room[1]
        lines = lines_for(height)
        if 0 < event.y <= height and index < len(lines) and lines[index].field:
            self.post_message(FieldChosen(lines[index].field))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Choose the next field."""
        self.post_message(FieldScrolled(1))

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Choose the field before."""
        self.post_message(FieldScrolled(-1))

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        text, dim, accent = theme.inks.text, theme.inks.axis, theme.inks.accent
        faint = ink(mix(theme.axis, theme.background, FAINT), theme.background)
        actions = ("adjust(-1)", "adjust(1)", "reset")
        less, more, reset = (keymap.name(action, SETTINGS_BINDINGS) for action in actions)
        part, warm = theme.inks.chosen, theme.inks.warning
        yield (
            [(CHOSEN, accent)],
            "The field that the keys change; in a list that is searched, the name that enter takes.",
        )
        yield [("◂ 0.5 ▸", accent)], "The keys ◂ and ▸ take the value before and the next one, or choose a part of it."
        yield [("[8]", part)], f"The layer, activation or feature that {less} and {more} change."
        yield [(CHANGED, accent)], f"The value is not the default of this dataset; {reset} brings that back."
        yield (
            [("auto (0.999)", text)],
            "Left to the dataset, the optimizer or the task; in brackets what that means now.",
        )
        yield [("unused", faint)], "Dim: the field makes no difference now; it can still be changed."
        yield [(PRESENT, accent)], "The choice that is in force; in a list of features, one that is in use."
        yield [("A change …", accent)], "What a change of the field does to the run."
        yield [("in this colour", warm)], "Why a value was refused, or why a field makes no difference now."
        yield [("full (4)", text)], "Every batch is the whole training set; in brackets its samples."
        yield [("fan_in", dim)], "Inputs of a layer's units; fan_out is the number of the units."


def line_row(line: SettingsLine, state: SettingsState, snapshot: Snapshot, theme: Theme, width: int) -> Strip:
    """A heading, a field, or nothing."""
    if line.field:
        return field_row(line.field, state, snapshot, theme, width)
    heading = [(f" {line.heading}", theme.inks.heading)] if line.heading else []
    return row(heading, width, theme.inks.blank)


def is_changed(field: str, experiment: Experiment) -> bool:
    """Whether a field has another value than its default; the dataset itself has none."""
    value: object = getattr(experiment, field)
    return field != "dataset" and value != default_value(field, experiment)


def field_row(field: str, state: SettingsState, snapshot: Snapshot, theme: Theme, width: int) -> Strip:
    """Marker, name, mark of a change, and the value between arrows; where it is unused, dim and with the reason."""
    is_chosen, experiment = field == state.field, state.experiment
    ground = theme.textual["panel"] if is_chosen else theme.background
    reason = unused(field, experiment, snapshot.dataset)
    faint = mix(theme.axis, ground, FAINT)
    name_colour = theme.accent if is_chosen else faint if reason else theme.axis
    has_arrows = is_chosen and field not in _NO_ARROWS and state.entry is None
    before, after = ("◂ ", " ▸") if has_arrows else ("  ", "")
    arrow, room = ink(theme.accent, ground), max(width - VALUE_COLUMN - len(after), 0)
    plain = ink(faint if reason else theme.foreground, ground, bold=is_chosen and not reason)
    value = value_pieces(state, field, snapshot, (plain, theme.inks.chosen), room)
    pieces: list[Piece] = [
        (f"{CHOSEN if is_chosen else ' '} ", arrow),
        (FIELDS[field].title.ljust(_NAME_WIDTH), ink(name_colour, ground, bold=is_chosen)),
        (f"{CHANGED if is_changed(field, experiment) else ' '} ", arrow),
        (before, arrow),
        *value,
        (after, arrow),
        (first_fitting([f" · {reason}", " · unused"] if reason else [], room - width_of(value)), ink(faint, ground)),
    ]
    return row(pieces, width, ink(None, ground))


_MARGIN: Final = 1
_WIDEST: Final = 96
"""Longer lines of text are hard to read."""


class SettingPanel(CellPanel):
    """The panel that explains the chosen field."""

    state: reactive[SettingsState | None] = reactive(None, repaint=False)

    watch_state = CellPanel.update_cells

    def title(self, frame: Frame, theme: Theme) -> str:
        """The field's name."""
        if self.state is None:
            return ""
        name = FIELDS[self.state.field].title
        return name if self.state.entry is None else f"{name}: type a value"

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """As much as there is room for."""
        if self.state is None:
            return []
        return setting_rows(self.state, frame, theme, width, height, keymap_of(self.app))


def setting_rows(
    state: SettingsState, frame: Frame, theme: Theme, width: int, height: int, keymap: Keymap = UNCHANGED
) -> list[Strip]:
    """The passages that fit, with a margin."""
    room = min(width - 2 * _MARGIN, _WIDEST)
    if room <= 0:
        return []
    lines = fitted(passages(state, frame, theme, room, height, keymap), height)
    return [row([(" " * _MARGIN, theme.inks.blank), *line], width, theme.inks.blank) for line in lines]
