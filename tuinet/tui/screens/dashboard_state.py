"""What keys change on the dashboard alone: the base of it, which its controllers know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.reactive import reactive

from tuinet.base_runner import BaseRunner
from tuinet.observe.view import NOTHING, Unit
from tuinet.tui.draw.scales import Scale
from tuinet.tui.notices import Hints
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.pending import PendingValues
from tuinet.tui.screens.base import PollingScreen
from tuinet.tui.style.theme import Theme
from tuinet.tui.terminal.link import StatusNotes

if TYPE_CHECKING:
    from tuinet.lessons.lesson import Page


class DashboardState(PollingScreen):
    """What keys change on the dashboard alone."""

    scale: reactive[Scale] = reactive("auto", repaint=False)
    """Of the losses."""
    discrete: reactive[bool] = reactive(False, repaint=False)
    shown_samples: reactive[str] = reactive("all", repaint=False)
    unit: reactive[Unit | None] = reactive(None, repaint=False)
    zoomed: reactive[str | None] = reactive(None, repaint=False)
    page: reactive[Page | None] = reactive(None, repaint=False)

    def __init__(self, runner: BaseRunner, theme: Theme, status_notes: StatusNotes, hints: Hints | None = None) -> None:
        super().__init__(runner, PendingValues(hints), theme, NOTHING)
        self.status_notes = status_notes

    def panel(self, name: str) -> CellPanel:
        """The panel of a name."""
        return self.query_one(f"#{name}", CellPanel)
