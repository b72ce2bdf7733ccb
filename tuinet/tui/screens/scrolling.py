"""The base of screens that are one scrolled panel."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult

from tuinet.tui.layout import Arrangement
from tuinet.tui.panels.base import ScrollingPanel
from tuinet.tui.screens.base import FramedScreen, bars

SCROLLED: Final = "scrolled"


class ScrollingScreen(FramedScreen):
    """A scrolled panel between status and keys."""

    PANEL: ClassVar[type[ScrollingPanel]] = ScrollingPanel

    def compose(self) -> ComposeResult:
        """Status, panel, keys."""
        yield self.between_bars(self.plan, self.PANEL(id=SCROLLED))

    def plan(self, width: int, height: int) -> Arrangement:
        """One panel between status and keys."""
        placed, body = bars(width, height)
        return {**placed, SCROLLED: body}

    def action_scroll_by(self, rows: int) -> None:
        """Scroll by rows."""
        self.query_one(f"#{SCROLLED}", ScrollingPanel).scroll_rows(rows)

    def action_scroll_pages(self, pages: int) -> None:
        """Scroll by pages."""
        self.query_one(f"#{SCROLLED}", ScrollingPanel).scroll_pages(pages)
