"""The command line that reproduces a run, as a screen."""

from __future__ import annotations

import os
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Region

from tuinet.tui.arrangement import KEYS, SHARE, STATUS, Arrangement
from tuinet.tui.bindings import APP_BINDINGS, SHARE_BINDINGS
from tuinet.tui.clipboard import osc_52, passed_through
from tuinet.tui.screens.framed import FramedScreen
from tuinet.tui.widgets.grid import PanelGrid
from tuinet.tui.widgets.keys import KeysPanel
from tuinet.tui.widgets.panel import CellPanel
from tuinet.tui.widgets.share import SharePanel
from tuinet.tui.widgets.status import StatusPanel

_ANY_WIDTH = 80


class ShareScreen(FramedScreen):
    """Shows the line, and has the terminal copy it."""

    KEYS = SHARE_BINDINGS
    GLOSSARY = (STATUS, SHARE)
    BINDINGS: ClassVar[list[BindingType]] = [*SHARE_BINDINGS]
    _copied = ""

    def compose(self) -> ComposeResult:
        """Status, line, keys."""
        panels: tuple[CellPanel, ...] = (
            StatusPanel(id=STATUS),
            SharePanel(id=SHARE),
            KeysPanel([*SHARE_BINDINGS, *APP_BINDINGS], id=KEYS),
        )
        for panel in panels:
            panel.data_bind(FramedScreen.theme, FramedScreen.frame)
        yield PanelGrid(*panels, plan=self.plan)

    def plan(self, width: int, height: int) -> Arrangement:
        """One panel between status and keys."""
        body = Region(0, 1, width, max(height - 2, 0))
        return {STATUS: Region(0, 0, width, 1), SHARE: body, KEYS: Region(0, height - 1, width, 1)}

    def after_frame(self) -> None:
        """Copy what is shown as soon as it is known, and when it is another text."""
        self._copy(again=False)

    def _copy(self, *, again: bool) -> None:
        shared = self.query_one(SharePanel).shared(_ANY_WIDTH)
        is_moving = self.frame is None or self.frame.running
        if shared is None or not shared.text or is_moving or (shared.text == self._copied and not again):
            return
        self._copied = shared.text
        self.app.copy_to_clipboard(shared.text)
        wrapped = passed_through(osc_52(shared.text), os.environ)
        if wrapped and self.app._driver is not None:
            self.app._driver.write(wrapped)

    def action_copy(self) -> None:
        """Copy once more."""
        self._copy(again=True)

    def action_toggle_json(self) -> None:
        """Show the other form, and copy it."""
        panel = self.query_one(SharePanel)
        panel.as_json = not panel.as_json
        self._copy(again=False)

    def action_scroll_by(self, rows: int) -> None:
        """Scroll by rows."""
        self.query_one(SharePanel).scroll_rows(rows)

    def action_scroll_pages(self, pages: int) -> None:
        """Scroll by pages."""
        self.query_one(SharePanel).scroll_pages(pages)
