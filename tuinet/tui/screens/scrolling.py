"""Screens of one panel that is scrolled."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.geometry import Region

from tuinet.tui.bindings import APP_BINDINGS
from tuinet.tui.layout import KEYS, STATUS, Arrangement, PanelGrid
from tuinet.tui.panels.base import CellPanel, ScrollingPanel
from tuinet.tui.panels.footer import KeysPanel
from tuinet.tui.panels.status import StatusPanel
from tuinet.tui.screens.base import FramedScreen

SCROLLED: Final = "scrolled"


class ScrollingScreen(FramedScreen):
    """A scrolled panel between status and keys."""

    PANEL: ClassVar[type[ScrollingPanel]] = ScrollingPanel

    def compose(self) -> ComposeResult:
        """Status, panel, keys."""
        panels: tuple[CellPanel, ...] = (
            StatusPanel(id=STATUS),
            self.PANEL(id=SCROLLED),
            KeysPanel([*self.KEYS, *APP_BINDINGS], id=KEYS),
        )
        self.show_frames_on(panels)
        yield PanelGrid(*panels, plan=self.plan)

    def plan(self, width: int, height: int) -> Arrangement:
        """One panel between status and keys."""
        body = Region(0, 1, width, max(height - 2, 0))
        return {STATUS: Region(0, 0, width, 1), SCROLLED: body, KEYS: Region(0, height - 1, width, 1)}

    def action_scroll_by(self, rows: int) -> None:
        """Scroll by rows."""
        self.query_one(ScrollingPanel).scroll_rows(rows)

    def action_scroll_pages(self, pages: int) -> None:
        """Scroll by pages."""
        self.query_one(ScrollingPanel).scroll_pages(pages)
