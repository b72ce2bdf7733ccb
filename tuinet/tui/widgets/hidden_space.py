"""How a hidden layer bends the input plane."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

from textual.binding import BindingType
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.observe.snapshot import Frame
from tuinet.observe.view import Unit
from tuinet.tui.box import EDGE
from tuinet.tui.hidden_choice import HiddenChoice
from tuinet.tui.hidden_plot import hidden_rows
from tuinet.tui.hidden_words import hidden_legend, hidden_title, sentence_rows, why_nothing
from tuinet.tui.panel_bindings import HIDDEN_BINDINGS
from tuinet.tui.text import Piece
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.panel import CellPanel


class HiddenSpacePanel(CellPanel, can_focus=True):
    """The samples and the input plane as a hidden layer sees them, and the line that the next layer draws there."""

    KEYS = HIDDEN_BINDINGS
    BINDINGS: ClassVar[list[BindingType]] = [*HIDDEN_BINDINGS]
    UNSEEN = MappingProxyType({"hidden": None})
    FOLLOWS = ("unit",)
    unit: reactive[Unit | None] = reactive(None, repaint=False)

    def __init__(self, *, id: str | None = None, number: str = "") -> None:
        super().__init__(id=id, number=number)
        self._choice = HiddenChoice()

    def watch_unit(self) -> None:
        """Draw the line of another unit boldly."""
        self.update_cells()

    def action_choose(self, layers: int, pairs: int) -> None:
        """Show another layer, or draw it by other axes."""
        if self.frame is not None:
            self._choice = self._choice.moved(self.frame.snapshot, layers, pairs)
            self.announce()
            self.update_cells()

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """The layer, the axes, and how many of the samples where it cannot be all."""
        return hidden_title(frame.snapshot, theme, self.size.width - EDGE)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What lines, glyphs and colours are."""
        return hidden_legend(frame.snapshot, theme, self.size.width - EDGE)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The picture, or why there is none."""
        snapshot = frame.snapshot
        reason = why_nothing(snapshot)
        if reason:
            return sentence_rows(reason, theme, width, height)
        return (
            hidden_rows(snapshot, snapshot.hidden_space, theme, width, height, self.unit)
            if snapshot.hidden_space
            else []
        )

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """The layer and the axes that are chosen."""
        return {"hidden": self._choice.view(frame.snapshot)}
