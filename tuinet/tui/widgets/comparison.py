"""The panels of `tuinet compare`: how far it is, the curves, the table, the keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from rich.style import Style
from textual.binding import Binding
from textual.events import MouseDown, MouseScrollDown, MouseScrollUp
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.compare.summary import head, looks_words, target_words
from tuinet.tui.band import banded
from tuinet.tui.box import EDGE, framed
from tuinet.tui.cells import bar
from tuinet.tui.colour import mix
from tuinet.tui.comparison import Comparison
from tuinet.tui.comparison_table import CURSOR, column_at, first_row, table_rows
from tuinet.tui.hints import hints
from tuinet.tui.keymap import keymap_of, keys_of
from tuinet.tui.messages import OrderChosen, RowChosen
from tuinet.tui.plot import Series, loss_chart, loss_layout
from tuinet.tui.text import Piece, first_fitting, ink, row, width_of
from tuinet.tui.theme import Theme
from tuinet.tui.weave import Line
from tuinet.tui.widgets.keys import key_row
from tuinet.tui.widgets.panel import CellPanel
from tuinet.tui.widgets.status import PAUSED, RUNNING
from tuinet.tui.widgets.too_small import too_small_rows

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
    """The table of the cells."""

    def picture(self, comparison: Comparison, theme: Theme, width: int, height: int) -> list[Strip]:
        """Table and frame."""
        name, axis = ink(theme.title, theme.background), ink(theme.axis, theme.background)
        room = max(height - 2, 0)
        content = table_rows(comparison, theme, max(width - 2, 0), room)
        target = first_fitting(_target_variants(comparison), width - EDGE)
        top, total = first_row(comparison, room), len(comparison.rows)
        shown = min(max(room - 1, 0), total)
        part = f"{top + 1}–{top + shown} of {total} · " if shown < total else ""
        legend = first_fitting((f"{part}medians over the seeds", part.rstrip(" ·")), width - EDGE)
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


class TooSmallNote(ComparisonPanel):
    """A sentence instead of panels."""

    def picture(self, comparison: Comparison, theme: Theme, width: int, height: int) -> list[Strip]:
        """The sentence, on as many rows as it takes."""
        return too_small_rows(theme, width, height, keymap_of(self.app).name("screen.quit", "q"))


class CompareKeysPanel(ComparisonPanel):
    """One row of keys and what they do."""

    def __init__(self, bindings: Iterable[Binding], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._named = tuple(bindings)

    def picture(self, comparison: Comparison, theme: Theme, width: int, height: int) -> list[Strip]:
        """The row of keys."""
        return [key_row(hints(keys_of(self.app, self._named)), theme, width)][:height]


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
