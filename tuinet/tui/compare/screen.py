"""The screen of `tuinet compare`: curves above, a table below, both growing while the runs go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Final

import numpy as np
from rich.style import Style
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.compare.grid import Grid
from tuinet.compare.summary import KEYS as SORT_KEYS
from tuinet.compare.summary import Order, head
from tuinet.compare.trial import Standing
from tuinet.tui.compare.cells import CellsPanel
from tuinet.tui.compare.drawing import (
    BAND_MARK,
    CURSOR,
    FAINT,
    GROUND,
    MOST_SEEDS,
    SEED_LINE,
    CellChoice,
    Comparison,
    natural_height,
)
from tuinet.tui.draw.cells import bar
from tuinet.tui.draw.chart import Line, banded
from tuinet.tui.draw.curves import LINE, Series, loss_chart, loss_layout
from tuinet.tui.draw.legends import faded
from tuinet.tui.draw.scales import next_scale, scale_words
from tuinet.tui.draw.text import Piece, first_fitting, ink, row, shorten, width_of, with_margins
from tuinet.tui.keys import APP_BINDINGS
from tuinet.tui.layout import KEYS, STATUS, TOO_SMALL, Arrangement, PanelGrid
from tuinet.tui.messages import OrderChosen, RowChosen
from tuinet.tui.notices import Notice
from tuinet.tui.panels.base import EDGE, CellPanel, framed
from tuinet.tui.panels.footer import KeysPanel, TooSmallPanel
from tuinet.tui.panels.status import PAUSED, RUNNING
from tuinet.tui.screen_keys import COMPARE_BINDINGS
from tuinet.tui.screens.base import ThemedScreen, bars
from tuinet.tui.style.colour import mix
from tuinet.tui.style.theme import Theme
from tuinet.tui.terminal.detect import MIN_HEIGHT, MIN_WIDTH
from tuinet.tui.terminal.frames import frame_seconds, may_draw

_BAR: Final = 12


class ProgressPanel(CellPanel):
    """One row: what is compared, and how far it is; for some seconds, what is said instead of the first."""

    notice: reactive[str] = reactive("", repaint=False)
    watch_notice = CellPanel.update_cells

    def rows(self, frame: Any, theme: Theme, width: int, height: int) -> list[Strip]:
        """The row."""
        return [progress_row(frame, theme, width, self.notice)][:height]


class CurvesPanel(CellPanel):
    """The medians of the losses against epochs, and the quartiles of the chosen cell."""

    def rows(self, frame: Any, theme: Theme, width: int, height: int) -> list[Strip]:
        """Chart and frame."""
        content = chart_rows(frame, theme, max(width - 2, 0), max(height - 2, 0))
        behind = ", the runs of the chosen cell behind it" if frame.choice.shows_seeds else ""
        title = [("loss", theme.inks.title), (f" · median of the seeds{behind}", theme.inks.axis)]
        return framed(content, title, curves_legend(frame, theme, width - EDGE), width, height, theme)


def progress_row(comparison: Comparison, theme: Theme, width: int, notice: str = "") -> Strip:
    """How far it is on the right, what is compared or a notice on the left, as much of it as fits."""
    standing = comparison.standing
    total, done = len(standing.trials), standing.done
    if standing.note:
        note: list[Piece] = [(f" {standing.note}", theme.inks.wrong)]
        return row(note, width, theme.inks.blank)
    right = _how_far(comparison, theme, done, total)
    room = width - width_of(right) - 2
    name = comparison.grid.cells[0].experiments[0].dataset
    words = head(comparison.grid)
    is_same = "dataset" not in comparison.grid.fields
    few = words.partition(",")[0]
    variants = [*([f"{name} · {words}", f"{name} · {few}", name] if is_same else []), words, few]
    left = shorten(notice, room) if notice else first_fitting(sorted(variants, key=len, reverse=True), room)
    gap = " " * max(width - 1 - len(left) - width_of(right), 0)
    return row([(f" {left}", theme.inks.text), (gap, theme.inks.axis), *right], width, theme.inks.blank)


def _how_far(comparison: Comparison, theme: Theme, done: int, total: int) -> list[Piece]:
    if done == total:
        return [(f"{PAUSED} ", theme.inks.axis), (f"all {total} runs done", theme.inks.strong), (" ", theme.inks.axis)]
    filled, track = bar(comparison.standing.share, _BAR)
    who = f" · {comparison.who}" if comparison.who else ""
    return [
        (f"{RUNNING} ", theme.inks.curve),
        (filled, theme.inks.curve),
        (track, theme.inks.border),
        (f" {done}/{total}", theme.inks.strong),
        (f" runs{who} ", theme.inks.axis),
    ]


def chart_rows(comparison: Comparison, theme: Theme, width: int, height: int) -> list[Strip]:
    """The curves with their axes, and the band of the chosen cell."""
    axes, log = theme.inks.axis, comparison.is_log
    width, last = max(width - 2, 0), float(comparison.grid.epochs)
    edges = comparison.band_series(axes, BAND_MARK)
    curves = comparison.curves(theme)
    single = comparison.seed_series(seed_style(comparison, theme), BAND_MARK if theme.markers else LINE, width)
    drawn = [*single, *edges, *curves] if theme.markers else [*single, *curves]
    strips = loss_chart(drawn, width, height, log, axes, last)
    layout = loss_layout(drawn, width, height, log, last)
    if layout is not None and edges and not theme.markers:
        ground = Style(bgcolor=ink(None, _ground(comparison, theme)).bgcolor)
        low, high = (_line(one, log) for one in edges)
        strips = banded(strips, low, high, layout, ground)
    return with_margins(strips, axes)


def _line(series: Series, log: bool) -> Line:
    """The points that can be drawn, in the units of the axis."""
    is_drawn = np.isfinite(series.y)
    x, y = series.x[is_drawn], series.y[is_drawn]
    # A loss of 0 lies on the axis, below all that has a logarithm.
    return x, np.log10(np.maximum(y, np.finfo(float).tiny)) if log else y, series.style


def seed_style(comparison: Comparison, theme: Theme) -> Style:
    """Of single runs: the curve's colour, fainter, or that of the axes where there are too few colours."""
    if theme.markers:
        return theme.inks.axis
    return ink(faded(comparison.colour_of(theme), FAINT, theme), theme.background)


def curves_legend(comparison: Comparison, theme: Theme, room: int) -> Sequence[Piece]:
    """What the band is, and how many of the cells are drawn."""
    axis = theme.inks.axis
    shown, total = len(comparison.drawn(theme)), len(comparison.grid.cells)
    some = f"{shown} of {total} cells · " if shown < total else ""
    scale = scale_words(comparison.choice.scale, is_log=comparison.is_log)[0]
    tail = f"{some}{scale}{' · ' if scale else ''}epochs"
    if comparison.choice.shows_seeds:
        return _seeds_legend(comparison, theme, tail, room)
    if len(comparison.grid.seeds) < 2:
        return [(first_fitting((tail, "epochs"), room), axis)]
    sample = (f"{BAND_MARK}{BAND_MARK}", axis) if theme.markers else ("  ", ink(None, _ground(comparison, theme)))
    variants = (f" quartiles of the chosen cell · {tail}", f" quartiles of {CURSOR} · {tail}", f" quartiles · {tail}")
    words = first_fitting(variants, room - 2)
    return [sample, (words, axis)] if words else [(first_fitting((tail, "epochs"), room), axis)]


def _seeds_legend(comparison: Comparison, theme: Theme, tail: str, room: int) -> Sequence[Piece]:
    """How the single runs are drawn, and how many of them."""
    total = len(comparison.grid.seeds)
    runs = f"{min(total, MOST_SEEDS)} of {total} seeds" if total > MOST_SEEDS else f"{total} seed{'s'[: total > 1]}"
    sample = f"{BAND_MARK} {BAND_MARK}" if theme.markers else SEED_LINE
    variants = (
        f" {runs} of the chosen cell · {tail}",
        f" {runs} of {CURSOR} · {tail}",
        f" {runs} · {tail}",
        f" {runs}",
    )
    words = first_fitting(variants, room - len(sample))
    return [(sample, seed_style(comparison, theme)), (words, theme.inks.axis)] if words else []


def _ground(comparison: Comparison, theme: Theme) -> str:
    """Of the band: the curve's colour, dimmed."""
    return mix(comparison.colour_of(theme), theme.background, GROUND)


CURVES: Final = "curves"
CELLS: Final = "cells"
SECONDS: Final = 0.25
"""From one picture to the next: the workers send no more often than that."""
_CHART_LEAST: Final = 7
_TABLE_LEAST: Final = 5


class CompareScreen(ThemedScreen):
    """Polls what is known, and draws it.

    Parameters
    ----------
    latest
        What is known: the same object until there is news.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [*COMPARE_BINDINGS]
    comparison: reactive[Comparison | None] = reactive(None, repaint=False)

    def __init__(
        self, grid: Grid, latest: Callable[[], Standing], who: str, theme: Theme, choice: CellChoice | None = None
    ) -> None:
        super().__init__()
        self._latest, self.said = latest, Notice()
        self._now = Comparison(grid, latest(), choice or CellChoice(), who)
        self.set_reactive(CompareScreen.comparison, self._now)
        self.set_reactive(ThemedScreen.theme, theme)

    def compose(self) -> ComposeResult:
        """All panels; the plan says which of them are shown, and where."""
        panels = (
            ProgressPanel(id=STATUS),
            CurvesPanel(id=CURVES),
            CellsPanel(id=CELLS),
            KeysPanel([*COMPARE_BINDINGS, *APP_BINDINGS], id=KEYS),
            TooSmallPanel(id=TOO_SMALL),
        )
        for panel in panels:
            # They show a comparison in place of the frame of a run.
            panel.data_bind(ThemedScreen.theme, frame=CompareScreen.comparison)
        yield PanelGrid(*panels, plan=self.plan)

    def on_mount(self) -> None:
        """Start to poll."""
        self.set_interval(max(SECONDS, frame_seconds(self.app)), self.poll)

    def plan(self, width: int, height: int) -> Arrangement:
        """Status and keys, and between them the chart above the table."""
        return plan(width, height, natural_height(self._now))

    @property
    def choice(self) -> CellChoice:
        """What is chosen."""
        return self._now.choice

    @property
    def standing(self) -> Standing:
        """What is known."""
        return self._now.standing

    def poll(self) -> None:
        """Show what is new, and say no longer what has been said long enough."""
        progress = self.query_one(ProgressPanel)
        if progress.notice and self.said.is_over and may_draw(self.app):
            progress.notice = ""
        standing = self._latest()
        if standing is not self._now.standing and may_draw(self.app):
            self._show(replace(self._now, standing=standing))

    def say(self, words: str) -> None:
        """See `ThemedScreen`."""
        self.said.begin(words)
        self.query_one(ProgressPanel).notice = words

    def choose(self, choice: CellChoice) -> None:
        """Show with something else chosen."""
        self._show(replace(self._now, choice=choice))

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
        self.choose(replace(self.choice, scale=next_scale(self.choice.scale, is_log=self._now.is_log)))

    def action_toggle_seeds(self) -> None:
        """Single runs, or quartiles."""
        self.choose(replace(self.choice, shows_seeds=not self.choice.shows_seeds))

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
        self._now = comparison = replace(comparison, was_log=self._now.is_log)
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
    placed, body = bars(width, height)
    if body.height < _CHART_LEAST + _TABLE_LEAST:
        return {**placed, CELLS: body}
    rows = max(_TABLE_LEAST, min(table, (body.height + 1) // 2, body.height - _CHART_LEAST))
    chart, cells = body.split_horizontal(body.height - rows)
    return {**placed, CURVES: chart, CELLS: cells}
