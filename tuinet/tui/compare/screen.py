"""The screen of `tuinet compare`: curves above, a table below, both growing while the runs go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import ClassVar, Final

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
from tuinet.tui.draw.text import Piece, first_fitting, ink, row, width_of
from tuinet.tui.keymap import Keymap
from tuinet.tui.layout import KEYS, STATUS, TOO_SMALL, Arrangement, PanelGrid
from tuinet.tui.messages import OrderChosen, RowChosen
from tuinet.tui.panels.base import EDGE, CellPanel, Entry, framed, range_in_sight
from tuinet.tui.panels.footer import KeysPanel, TooSmallPanel
from tuinet.tui.panels.status import PAUSED, RUNNING
from tuinet.tui.screens.base import ThemedScreen
from tuinet.tui.style.colour import mix
from tuinet.tui.style.theme import Theme
from tuinet.tui.terminal.detect import MIN_HEIGHT, MIN_WIDTH
from tuinet.tui.terminal.frames import frame_seconds, may_draw

BAND_MARK: Final = "·"
"""Marks the quartiles where there are too few colours for a band."""
GROUND: Final = 0.72
"""How far the ground of the band is from the curve's colour to the background."""
_BAR: Final = 12


class ComparisonPanel(CellPanel):
    """Draws a comparison instead of a frame."""

    comparison: reactive[Comparison | None] = reactive(None, repaint=False)

    def watch_comparison(self) -> None:
        """Draw what is new."""
        self.update_cells()

    def picture(self, comparison: Comparison, theme: Theme, width: int, height: int) -> list[Strip]:
        """Everything in the panel: ``height`` rows ``width`` cells wide."""
        return []

    def _draw(self) -> None:
        self._drawn_size = self.size
        width, height = self.size
        if self.comparison is None or self.theme is None:
            self._rows = [Strip.blank(width)] * height
        else:
            self._rows = self.picture(self.comparison, self.theme, width, height)


class ProgressPanel(ComparisonPanel):
    """One row: what is compared, and how far it is."""

    def picture(self, comparison: Comparison, theme: Theme, width: int, height: int) -> list[Strip]:
        """The row."""
        return [progress_row(comparison, theme, width)][:height]


class CurvesPanel(ComparisonPanel):
    """The medians of the losses against epochs, and the quartiles of the chosen cell."""

    def picture(self, comparison: Comparison, theme: Theme, width: int, height: int) -> list[Strip]:
        """Chart and frame."""
        name, axis = ink(theme.title, theme.background), ink(theme.axis, theme.background)
        content = chart_rows(comparison, theme, max(width - 2, 0), max(height - 2, 0))
        title = [("loss", name), (" · median of the seeds", axis)]
        return framed(content, title, curves_legend(comparison, theme, width - EDGE), width, height, theme)


class CellsPanel(ComparisonPanel):
    """The table of the cells; its part of help is that of the whole screen."""

    HEADING = "compare"

    def picture(self, comparison: Comparison, theme: Theme, width: int, height: int) -> list[Strip]:
        """Table and frame."""
        name, axis = ink(theme.title, theme.background), ink(theme.axis, theme.background)
        room = max(height - 2, 0)
        content = table_rows(comparison, theme, max(width - 2, 0), room)
        target = first_fitting(_target_variants(comparison), width - EDGE)
        part = range_in_sight(first_row(comparison, room), max(room - 1, 0), len(comparison.rows))
        words = " · ".join(filter(None, (part, "medians over the seeds")))
        legend = first_fitting((words, part), width - EDGE)
        return framed(content, [(target, name)], [(legend, axis)], width, height, theme)

    def on_mouse_down(self, event: MouseDown) -> None:
        """Choose the row, or sort by the column whose heading was clicked."""
        if self.comparison is None:
            return
        line = event.y - 2
        if line < 0:
            column = column_at(self.comparison, self.size.width - 2, event.x - 1)
            if column is not None:
                self.post_message(OrderChosen(column))
        else:
            place = first_row(self.comparison, self.size.height - 2) + line
            self.post_message(RowChosen(place - self.comparison.place))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Choose the next row."""
        self.post_message(RowChosen(1))

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Choose the row before."""
        self.post_message(RowChosen(-1))

    @staticmethod
    def glossary(snapshot: object, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        dim, wrong = ink(theme.axis, theme.background), ink(theme.warning, theme.background)
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
        yield [("diverged", wrong)], "The loss is no longer finite; such a run counts as worse than all others."
        yield [("failed", wrong)], "The runs could not be made; why, is written when the screen closes."
        sorted_by = [("▾ ▴", ink(theme.accent, theme.background))]
        yield sorted_by, "By which column is sorted: the best first, the worst first."


def progress_row(comparison: Comparison, theme: Theme, width: int) -> Strip:
    """How far it is on the right, what is compared on the left, as much of it as fits."""
    standing, blank = comparison.standing, ink(None, theme.background)
    text, axis = ink(theme.foreground, theme.background), ink(theme.axis, theme.background)
    total, done = len(standing.trials), standing.done
    if standing.note:
        note: list[Piece] = [(f" {standing.note}", ink(theme.warning, theme.background, bold=True))]
        return row(note, width, blank)
    right = _how_far(comparison, theme, done, total)
    room = width - width_of(right) - 2
    name = comparison.grid.cells[0].experiments[0].dataset
    words = head(comparison.grid)
    is_same = "dataset" not in comparison.grid.fields
    variants = ([f"{name} · {words}", f"{name} · {words.partition(',')[0]}", name] if is_same else []) + [
        words,
        words.partition(",")[0],
    ]
    left = first_fitting(sorted(variants, key=len, reverse=True), room)
    gap = " " * max(width - 1 - len(left) - width_of(right), 0)
    return row([(f" {left}", text), (gap, axis), *right], width, blank)


def _how_far(comparison: Comparison, theme: Theme, done: int, total: int) -> list[Piece]:
    axis, text = ink(theme.axis, theme.background), ink(theme.foreground, theme.background, bold=True)
    if done == total:
        return [(f"{PAUSED} ", axis), (f"all {total} runs done", text), (" ", axis)]
    filled, track = bar(done / total, _BAR)
    curve = ink(theme.curve, theme.background)
    who = f" · {comparison.who}" if comparison.who else ""
    return [
        (f"{RUNNING} ", curve),
        (filled, curve),
        (track, ink(theme.border, theme.background)),
        (f" {done}/{total}", text),
        (f" runs{who} ", axis),
    ]


def chart_rows(comparison: Comparison, theme: Theme, width: int, height: int) -> list[Strip]:
    """The curves with their axes, and the band of the chosen cell."""
    axes, log = ink(theme.axis, theme.background), comparison.choice.log_scale
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
    return [Strip.join([Strip.blank(1, axes), strip, Strip.blank(1, axes)]) for strip in strips]


def _line(series: Series, log: bool) -> Line:
    """The points that can be drawn, in the units of the axis."""
    is_drawn = (series.y > 0) if log else np.isfinite(series.y)
    x, y = series.x[is_drawn], series.y[is_drawn]
    return x, np.log10(y) if log else y, series.style


def curves_legend(comparison: Comparison, theme: Theme, room: int) -> Sequence[Piece]:
    """What the band is, and how many of the cells are drawn."""
    axis = ink(theme.axis, theme.background)
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
        self._latest = latest
        self._now = Comparison(grid, latest(), choice or CellChoice(), who)
        self.set_reactive(CompareScreen.comparison, self._now)
        self.set_reactive(ThemedScreen.theme, theme)

    def compose(self) -> ComposeResult:
        """All panels; the plan says which of them are shown, and where."""
        panels = (
            ProgressPanel(id=STATUS),
            CurvesPanel(id=CURVES),
            CellsPanel(id=CELLS),
        )
        for panel in panels:
            panel.data_bind(ThemedScreen.theme, CompareScreen.comparison)
        bars = KeysPanel([*COMPARE_BINDINGS, *APP_BINDINGS], id=KEYS), TooSmallPanel(id=TOO_SMALL)
        for bottom in bars:
            # They show nothing of what the frames of a run hold, and draw as soon as there is anything.
            bottom.data_bind(ThemedScreen.theme, frame=CompareScreen.comparison)
        yield PanelGrid(*panels, *bars, plan=self.plan)

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

    def poll(self) -> None:
        """Show what is new."""
        standing = self._latest()
        if standing is not self._now.standing and may_draw(self.app):
            self._show(replace(self._now, standing=standing))

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
