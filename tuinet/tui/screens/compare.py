"""The screen of `tuinet compare`: curves above, a table below, both growing while the runs go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Region
from textual.reactive import reactive
from textual.screen import Screen

from tuinet.compare.grid import Grid
from tuinet.compare.summary import KEYS as SORT_KEYS
from tuinet.compare.summary import Order
from tuinet.compare.trial import Standing
from tuinet.tui.arrangement import KEYS, STATUS, TOO_SMALL, Arrangement
from tuinet.tui.bindings import APP_BINDINGS, COMPARE_BINDINGS
from tuinet.tui.comparison import Choice, Comparison
from tuinet.tui.comparison_table import natural_height
from tuinet.tui.messages import OrderChosen, RowChosen
from tuinet.tui.pacing import frame_seconds, may_draw
from tuinet.tui.terminal import MIN_HEIGHT, MIN_WIDTH
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.comparison import CellsPanel, CompareKeysPanel, CurvesPanel, ProgressPanel, TooSmallNote
from tuinet.tui.widgets.grid import PanelGrid

CURVES: Final = "curves"
CELLS: Final = "cells"
SECONDS: Final = 0.25
"""From one picture to the next: the workers send no more often than that."""
_CHART_LEAST: Final = 7
_TABLE_LEAST: Final = 5


class CompareScreen(Screen[None]):
    """Polls what is known, and draws it.

    Parameters
    ----------
    grid
        What is compared.
    latest
        What is known: the same object until there is news.
    who
        Who works, in words.
    theme
        The colours to start with.
    choice
        What is chosen at first.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [*COMPARE_BINDINGS]
    comparison: reactive[Comparison | None] = reactive(None, repaint=False)
    theme: reactive[Theme | None] = reactive(None, repaint=False)

    def __init__(
        self, grid: Grid, latest: Callable[[], Standing], who: str, theme: Theme, choice: Choice | None = None
    ) -> None:
        super().__init__()
        self._latest = latest
        self._now = Comparison(grid, latest(), choice or Choice(), who)
        self.set_reactive(CompareScreen.comparison, self._now)
        self.set_reactive(CompareScreen.theme, theme)

    def compose(self) -> ComposeResult:
        """All panels; the plan says which of them are shown, and where."""
        panels = (
            ProgressPanel(id=STATUS),
            CurvesPanel(id=CURVES),
            CellsPanel(id=CELLS),
            CompareKeysPanel([*COMPARE_BINDINGS, *APP_BINDINGS], id=KEYS),
            TooSmallNote(id=TOO_SMALL),
        )
        for panel in panels:
            panel.data_bind(CompareScreen.theme, CompareScreen.comparison)
        yield PanelGrid(*panels, plan=self.plan)

    def on_mount(self) -> None:
        """Start to poll."""
        self.set_interval(max(SECONDS, frame_seconds(self.app)), self.poll)

    def plan(self, width: int, height: int) -> Arrangement:
        """Status and keys, and between them the chart above the table."""
        return plan(width, height, natural_height(self._now))

    @property
    def choice(self) -> Choice:
        """What is chosen."""
        return self._now.choice

    def poll(self) -> None:
        """Show what is new."""
        standing = self._latest()
        if standing is not self._now.standing and may_draw(self.app):
            self._show(replace(self._now, standing=standing))

    def choose(self, choice: Choice) -> None:
        """Show with something else chosen."""
        self._show(self._now.with_choice(choice))

    def action_choose(self, by: int) -> None:
        """Another row."""
        self.choose(self._now.moved(by))

    def action_sort(self, by: int) -> None:
        """By another column."""
        self.choose(replace(self.choice, order=self.choice.order.shifted(by, self._now.grid)))

    def action_turn(self) -> None:
        """The other way round."""
        self.choose(replace(self.choice, order=self.choice.order.turned()))

    def action_toggle_log_scale(self) -> None:
        """The other axis."""
        self.choose(replace(self.choice, log_scale=not self.choice.log_scale))

    def on_row_chosen(self, event: RowChosen) -> None:
        """The row that was clicked."""
        self.action_choose(event.by)

    def on_order_chosen(self, event: OrderChosen) -> None:
        """The column that was clicked; the other way round where it is that already."""
        order = self.choice.order
        if event.column == order.column:
            self.action_turn()
        elif event.column in (*self._now.grid.fields, *SORT_KEYS):
            self.choose(replace(self.choice, order=Order(event.column)))

    def _show(self, comparison: Comparison) -> None:
        self._now = comparison
        with self.app.batch_update():
            self.comparison = comparison


def plan(width: int, height: int, table: int) -> Arrangement:
    """Where the panels go.

    Parameters
    ----------
    table
        How many rows the whole table takes; it gets no more, and no more than about half. Where the chart has no
        room, the table has all of it.
    """
    if width < MIN_WIDTH or height < MIN_HEIGHT:
        return {TOO_SMALL: Region(0, 0, width, height)}
    body = height - 2
    bars = {STATUS: Region(0, 0, width, 1), KEYS: Region(0, height - 1, width, 1)}
    if body < _CHART_LEAST + _TABLE_LEAST:
        return {**bars, CELLS: Region(0, 1, width, body)}
    rows = max(_TABLE_LEAST, min(table, (body + 1) // 2, body - _CHART_LEAST))
    return {
        **bars,
        CURVES: Region(0, 1, width, body - rows),
        CELLS: Region(0, 1 + body - rows, width, rows),
    }
