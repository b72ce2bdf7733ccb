"""The footer: the keys, made from the bindings themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from textual.binding import Binding
from textual.strip import Strip

from tuinet.observe.snapshot import Frame
from tuinet.tui.hints import Hint, fitting, hints
from tuinet.tui.keymap import keys_of
from tuinet.tui.text import Piece, ink, row
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.panel import CellPanel

_KEEP: Final = ("help", "quit", "close", "leave")


class KeysPanel(CellPanel):
    """One row of keys and what they do."""

    def __init__(self, bindings: Iterable[Binding], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._named = tuple(bindings)

    def use(self, bindings: Iterable[Binding]) -> None:
        """Show other keys."""
        self._named = tuple(bindings)
        self.update_cells()

    def rows(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The row of keys."""
        return [key_row(hints(keys_of(self.app, self._named)), theme, width)][:height]


def key_row(all_hints: Sequence[Hint], theme: Theme, width: int) -> Strip:
    """Keys and descriptions with room between them, as many as fit."""
    blank = ink(None, theme.background)
    key, description = ink(theme.accent, theme.background, bold=True), ink(theme.axis, theme.background)
    pieces: list[Piece] = []
    for hint in fitting([hint.spelled(theme) for hint in all_hints], width, _KEEP):
        pieces += [(" ", blank), ("/".join(hint.keys), key), (f" {hint.description}", description), (" ", blank)]
    return row(pieces, width, blank)
