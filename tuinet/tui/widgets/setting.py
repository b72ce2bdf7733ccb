"""One setting explained: what it is, what it can be, and what a change does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from textual.reactive import reactive
from textual.strip import Strip

from tuinet.experiment.fields import FIELDS
from tuinet.observe.snapshot import Frame
from tuinet.tui.keymap import keymap_of
from tuinet.tui.passages import fitted
from tuinet.tui.setting_text import passages
from tuinet.tui.sheet import Sheet
from tuinet.tui.text import Piece, ink, row
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.panel import CellPanel

_MARGIN: Final = 1
_WIDEST: Final = 96
"""Longer lines of text are hard to read."""


class SettingPanel(CellPanel):
    """What there is to say about the chosen field."""

    sheet: reactive[Sheet | None] = reactive(None, repaint=False)

    def watch_sheet(self) -> None:
        """Explain another field, or another value."""
        self.update_cells()

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """The field's name."""
        if self.sheet is None:
            return ()
        name = FIELDS[self.sheet.field].title
        return ((name if self.sheet.entry is None else f"{name}: type a value", ink(theme.title, theme.background)),)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """As much as there is room for."""
        return (
            []
            if self.sheet is None
            else setting_rows(self.sheet, frame, theme, width, height, keymap_of(self.app).spelled)
        )


def setting_rows(
    sheet: Sheet, frame: Frame, theme: Theme, width: int, height: int, spell: Callable[[str], str] = str
) -> list[Strip]:
    """The passages that fit, with a margin.

    Parameters
    ----------
    spell
        Names the keys in a sentence as they are now.
    """
    blank = ink(None, theme.background)
    room = min(width - 2 * _MARGIN, _WIDEST)
    if room <= 0:
        return []
    lines = fitted(passages(sheet, frame, theme, room, height, spell), height)
    return [row([(" " * _MARGIN, blank), *line], width, blank) for line in lines]
