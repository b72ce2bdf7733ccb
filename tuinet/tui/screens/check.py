"""The gradient check as a screen."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Region

from tuinet.tui.arrangement import CHECK, KEYS, STATUS, Arrangement
from tuinet.tui.bindings import APP_BINDINGS, CHECK_BINDINGS
from tuinet.tui.screens.framed import FramedScreen
from tuinet.tui.widgets.check import CheckPanel
from tuinet.tui.widgets.grid import PanelGrid
from tuinet.tui.widgets.keys import KeysPanel
from tuinet.tui.widgets.panel import CellPanel
from tuinet.tui.widgets.status import StatusPanel


class GradientCheckScreen(FramedScreen):
    """Every gradient twice: from backpropagation, and from differences of the loss."""

    KEYS = CHECK_BINDINGS
    GLOSSARY = (STATUS, CHECK)
    BINDINGS: ClassVar[list[BindingType]] = [*CHECK_BINDINGS]

    def compose(self) -> ComposeResult:
        """Status, table, keys."""
        panels: tuple[CellPanel, ...] = (
            StatusPanel(id=STATUS),
            CheckPanel(id=CHECK),
            KeysPanel([*CHECK_BINDINGS, *APP_BINDINGS], id=KEYS),
        )
        for panel in panels:
            panel.data_bind(FramedScreen.theme, FramedScreen.frame)
        yield PanelGrid(*panels, plan=self.plan)

    def plan(self, width: int, height: int) -> Arrangement:
        """One panel between status and keys."""
        body = Region(0, 1, width, max(height - 2, 0))
        return {STATUS: Region(0, 0, width, 1), CHECK: body, KEYS: Region(0, height - 1, width, 1)}

    def action_scroll_by(self, rows: int) -> None:
        """Scroll by rows."""
        self.query_one(CheckPanel).scroll_rows(rows)

    def action_scroll_pages(self, pages: int) -> None:
        """Scroll by pages."""
        self.query_one(CheckPanel).scroll_pages(pages)
