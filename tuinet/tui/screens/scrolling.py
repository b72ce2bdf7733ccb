"""Screens of one panel that is scrolled, and the panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, TypeVar

from textual.app import ComposeResult
from textual.events import MouseScrollDown, MouseScrollUp
from textual.geometry import Region

from tuinet.tui.bindings import APP_BINDINGS
from tuinet.tui.layout import KEYS, STATUS, Arrangement, PanelGrid
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.panels.footer import KeysPanel
from tuinet.tui.panels.status import StatusPanel
from tuinet.tui.screens.base import FramedScreen

Line = TypeVar("Line")
SCROLLED: Final = "scrolled"
_WHEEL = 3


class ScrollingPanel(CellPanel):
    """Shows as many of its lines as fit, from the one that it was scrolled to."""

    ROWS_ABOVE: ClassVar[int] = 0
    """Above the lines, where they stay."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._top = self._total = 0

    @property
    def page(self) -> int:
        """How many lines fit."""
        return max(self.size.height - 2 - self.ROWS_ABOVE, 0)

    def in_sight(self, lines: Sequence[Line], height: int) -> Sequence[Line]:
        """The lines that are shown in so many rows."""
        self._total = len(lines)
        self._top = max(0, min(self._top, self._total - height))
        return lines[self._top :][: max(height, 0)]

    def range_in_sight(self) -> str:
        """Which lines are shown, as in ``1–20 of 43``; empty where all are."""
        last = min(self._top + self.page, self._total)
        return f"{self._top + 1}–{last} of {self._total}" if self._total > self.page else ""

    def scroll_rows(self, rows: int) -> None:
        """Scroll on by so many rows."""
        self._top += rows
        self.update_cells()

    def scroll_pages(self, pages: int) -> None:
        """Scroll on by so many heights of the panel, but for a row."""
        self.scroll_rows(pages * max(self.size.height - 3 - self.ROWS_ABOVE, 1))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Scroll on."""
        self.scroll_rows(_WHEEL)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Scroll back."""
        self.scroll_rows(-_WHEEL)


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
