"""The screen of `tuinet compare`: curves above, a table below, both growing while the runs go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Final

import numpy as np
from rich.style import Style
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import MouseDown, MouseScrollDown, MouseScrollUp
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.compare.grid import Grid
from tuinet.compare.summary import KEYS as SORT_KEYS
from tuinet.compare.summary import Order, head, looks_words, target_words
from tuinet.compare.trial import Standing
from tuinet.tui.bindings import APP_BINDINGS, COMPARE_BINDINGS
from tuinet.tui.compare.drawing import CURSOR, CellChoice, Comparison, column_at, first_row, natural_height, table_rows
from tuinet.tui.draw.cells import bar
from tuinet.tui.draw.chart import Line, banded
from tuinet.tui.draw.curves import Series, loss_chart, loss_layout
from tuinet.tui.draw.legends import curve_piece
from tuinet.tui.draw.text import Piece, first_fitting, ink, row, shorten, width_of, with_margins
from tuinet.tui.keymap import Keymap
from tuinet.tui.layout import KEYS, STATUS, TOO_SMALL, Arrangement, PanelGrid
from tuinet.tui.messages import OrderChosen, RowChosen
from tuinet.tui.notices import Notice
from tuinet.tui.panels.base import EDGE, CellPanel, Entry, framed, range_in_sight
from tuinet.tui.panels.footer import KeysPanel, TooSmallPanel
from tuinet.tui.panels.status import PAUSED, RUNNING
from tuinet.tui.screens.base import ThemedScreen, bars
from tuinet.tui.style.colour import mix
from tuinet.tui.style.theme import Theme
from tuinet.tui.terminal.detect import MIN_HEIGHT, MIN_WIDTH
from tuinet.tui.terminal.frames import frame_seconds, may_draw

BAND_MARK: Final = "·"
"""Marks the quartiles where there are too few colours for a band."""
GROUND: Final = 0.72
"""How far the ground of the band is from the curve's colour to the background."""
_BAR: Final = 12


class ProgressPanel(CellPanel):
    """One row: what is compared, and how far it is; for some seconds, what is said instead of the first."""

    remark: reactive[str] = reactive("", repaint=False)
    watch_remark = CellPanel.update_cells

    def rows(self, frame: Any, theme: Theme, width: int, height: int) -> list[Strip]:
        """The row."""
        return [progress_row(frame, theme, width, self.remark)][:height]


class CurvesPanel(CellPanel):
    """The medians of the losses against epochs, and the quartiles of the chosen cell."""

    def rows(self, frame: Any, theme: Theme, width: int, height: int) -> list[Strip]:
        """Chart and frame."""
        content = chart_rows(frame, theme, max(width - 2, 0), max(height - 2, 0))
        title = [("loss", theme.inks.title), (" · median of the seeds", theme.inks.axis)]
        return framed(content, title, curves_legend(frame, theme, width - EDGE), width, height, theme)


class CellsPanel(CellPanel):
    """The table of the cells; its part of help is that of the whole screen."""

    HEADING = "compare"

    def rows(self, frame: Any, theme: Theme, width: int, height: int) -> list[Strip]:
        """Table and frame."""
        comparison: Comparison = frame
        room = max(height - 2, 0)
        content = table_rows(comparison, theme, max(width - 2, 0), room)
        target = first_fitting(_target_variants(comparison), width - EDGE)
        part = range_in_sight(first_row(comparison, room), max(room - 1, 0), len(comparison.rows))
        words = " · ".join(filter(None, (part, "medians over the seeds")))
        legend = first_fitting((words, part), width - EDGE)
        return framed(content, target, legend, width, height, theme)

    def on_mouse_down(self, event: MouseDown) -> None:
        """Choose the row, or sort by the column whose heading was clicked."""
        comparison: Any = self.frame
        (width, height), line = self.room, event.y - 2
        if line < 0:
            column = column_at(comparison, width, event.x - 1)
            if column is not None:
                self.post_message(OrderChosen(column))
        else:
            self.post_message(RowChosen(first_row(comparison, height) + line - comparison.place))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Choose the next row."""
        self.post_message(RowChosen(1))

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Choose the row before."""
        self.post_message(RowChosen(-1))

    @staticmethod
    def glossary(snapshot: object, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        dim, wrong = theme.inks.axis, theme.inks.warning
        ground = ink(None, mix(theme.curve, theme.background, GROUND))
        yield (
            [curve_piece(theme.curve, theme)],
            "The median of a cell's losses, over its seeds, on the training samples.",
        )
        band = (BAND_MARK * 4, dim) if theme.markers else ("    ", ground)
        yield [band], "From the lower to the upper quartile of the chosen cell: half of its seeds lie there."
        yield [("cell", dim)], "One combination of the values that are varied, run with every seed."
        yield [("reached", dim)], "How many of the runs met the target, of those that have ended."
        yield [("95 %", dim)], "Where the share of seeds that get there may well be, for all seeds: Wilson's interval."
        yield [("epochs", dim)], "Until the target was met: the median, runs that never met it being the slowest."
        yield [("loss", dim)], "At the end, on the training samples, the median; quartiles beside it."
        yield [("accuracy", dim)], "At the end, the median; on the test samples if there are any. R² for numbers."
        yield [("median seed", dim)], "The seed whose final loss is the median: the one that enter opens."
        yield [("never", wrong)], "More than half of the runs have not met the target."
        yield (
            [("diverged", wrong)],
            "The loss is not finite, or over 100 times that at the start: worse than all others.",
        )
        yield [("failed", wrong)], "The runs could not be made; why, is written when the screen closes."
        sorted_by = [("▾ ▴", theme.inks.accent)]
        yield sorted_by, "By which column is sorted: the best first, the worst first."


def progress_row(comparison: Comparison, theme: Theme, width: int, remark: str = "") -> Strip:
    """How far it is on the right, what is compared or a remark on the left, as much of it as fits."""
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
    left = shorten(remark, room) if remark else first_fitting(sorted(variants, key=len, reverse=True), room)
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
    axes, log = theme.inks.axis, comparison.choice.log_scale
    width, last = max(width - 2, 0), float(comparison.grid.epochs)
    edges = comparison.band_series(axes, BAND_MARK)
    curves = comparison.curves(theme)
    drawn = [*edges, *curves] if theme.markers else curves
    strips = loss_chart(drawn, width, height, log, axes, last)
    layout = loss_layout(drawn, width, height, log, last)
    if layout is not None and edges and not theme.markers:
        ground = Style(bgcolor=ink(None, _ground(comparison, theme)).bgcolor)
        low, high = (_line(one, log) for one in edges)
        strips = banded(strips, low, high, layout, ground)
    return with_margins(strips, axes)


def _line(series: Series, log: bool) -> Line:
    """The points that can be drawn, in the units of the axis."""
    is_drawn = (series.y > 0) if log else np.isfinite(series.y)
    x, y = series.x[is_drawn], series.y[is_drawn]
    return x, np.log10(y) if log else y, series.style


def curves_legend(comparison: Comparison, theme: Theme, room: int) -> Sequence[Piece]:
    """What the band is, and how many of the cells are drawn."""
    axis = theme.inks.axis
    shown, total = len(comparison.drawn(theme)), len(comparison.grid.cells)
    some = f"{shown} of {total} cells · " if shown < total else ""
    log = "log scale · " if comparison.choice.log_scale else ""
    tail = f"{some}{log}epochs"
    if len(comparison.grid.seeds) < 2:
        return [(first_fitting((tail, "epochs"), room), axis)]
    sample = (f"{BAND_MARK}{BAND_MARK}", axis) if theme.markers else ("  ", ink(None, _ground(comparison, theme)))
    variants = (f" quartiles of the chosen cell · {tail}", f" quartiles of {CURSOR} · {tail}", f" quartiles · {tail}")
    words = first_fitting(variants, room - 2)
    return [sample, (words, axis)] if words else [(first_fitting((tail, "epochs"), room), axis)]


def _ground(comparison: Comparison, theme: Theme) -> str:
    """Of the band: the curve's colour, dimmed."""
    return mix(comparison.colour_of(theme), theme.background, GROUND)


def _target_variants(comparison: Comparison) -> Sequence[str]:
    grid = comparison.grid
    return (
        target_words(grid),
        f"target: {grid.target}, {looks_words(grid)}",
        f"target: {grid.target}",
        str(grid.target),
    )


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
        if progress.remark and self.said.is_over and may_draw(self.app):
            progress.remark = ""
        standing = self._latest()
        if standing is not self._now.standing and may_draw(self.app):
            self._show(replace(self._now, standing=standing))

    def say(self, words: str) -> None:
        """See `ThemedScreen`."""
        self.said.begin(words)
        self.query_one(ProgressPanel).remark = words

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
    placed, body = bars(width, height)
    if body.height < _CHART_LEAST + _TABLE_LEAST:
        return {**placed, CELLS: body}
    rows = max(_TABLE_LEAST, min(table, (body.height + 1) // 2, body.height - _CHART_LEAST))
    chart, cells = body.split_horizontal(body.height - rows)
    return {**placed, CURVES: chart, CELLS: cells}
