"""What the screen of `tuinet compare` shows: curves, and a table with a row for each cell."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from tuinet.compare.grid import Cell, Grid
from tuinet.compare.summary import (
    EPOCHS,
    LOSS,
    REACHED,
    SCORE,
    CellSummary,
    Order,
    QuartileCurves,
    curve_of,
    headings,
    in_columns,
    numbers,
    range_text,
    start_of,
    summaries,
    texts_in_force,
)
from tuinet.compare.trial import Standing, looks
from tuinet.tui.draw.curves import LINE, Series
from tuinet.tui.draw.legends import marker_of
from tuinet.tui.draw.scales import Scale, asks_for_log
from tuinet.tui.draw.short_names import short_name, short_names
from tuinet.tui.draw.text import Piece, filled, first_in_sight, ink, row, whole_percent
from tuinet.tui.style.theme import Theme

Array = NDArray[np.float64]

_ROWS: Final = 12
"""Of a usual chart: curves that would end in the same row of it have an axis that tells them apart."""
BAND_MARK: Final = "·"
"""Marks the quartiles where there are too few colours for a band."""
SEED_LINE: Final = "━━"
FAINT: Final = 0.6
"""How far a single run is from the curve's colour to the background."""
GROUND: Final = 0.72
"""How far the ground of the band is from the curve's colour to the background."""
_CAP: Final = 1.25
"""On a linear axis a loss is drawn no higher than so many times the largest at the start."""
_HEADROOM: Final = 8.0
"""Once more so many times on a logarithmic one."""


@dataclass(frozen=True)
class CellChoice:
    """What the user has chosen."""

    order: Order = field(default_factory=Order)
    cell: int = 0
    """By its index in the grid."""
    scale: Scale = "auto"
    """Of the losses."""
    shows_seeds: bool = False
    """Whether the single runs of the cell are drawn in place of their quartiles."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """A grid, what is known of it, and what is chosen."""

    grid: Grid
    standing: Standing
    choice: CellChoice
    who: str
    was_log: bool = False
    """Whether the axis of the losses was logarithmic in the picture before."""

    @cached_property
    def rows(self) -> list[CellSummary]:
        """The cells in the order of the table."""
        return self.choice.order.sort(self.grid, summaries(self.grid, self.standing))

    @property
    def place(self) -> int:
        """Which row of the table is chosen."""
        return [one.cell for one in self.rows].index(self.choice.cell)

    @property
    def chosen(self) -> Cell:
        """The cell that is chosen."""
        return self.grid.cells[self.choice.cell]

    def moved(self, by: int) -> CellChoice:
        """Another row is chosen; it stops at the ends."""
        place = max(0, min(self.place + by, len(self.rows) - 1))
        return replace(self.choice, cell=self.rows[place].cell)

    @cached_property
    def epochs(self) -> Array:
        """Of the looks."""
        return np.array(looks(self.grid.epochs), dtype=np.float64)

    def drawn(self, theme: Theme) -> list[int]:
        """The cells whose curves are drawn, by their indices: the first of the table, and the chosen one."""
        most = len(theme.markers) + 1 if theme.markers else len(theme.classes)
        first = [one.cell for one in self.rows[:most]]
        if self.choice.cell not in first:
            first[-1] = self.choice.cell
        return sorted(first)

    def looks_of(self, theme: Theme) -> dict[int, tuple[Style, str]]:
        """For each cell whose curve is drawn the colour and the marker of the curve."""
        cells = self.drawn(theme)
        colours = theme.class_colours(len(cells))
        return {
            cell: (ink(colour, theme.background, bold=cell == self.choice.cell), marker_of(index, theme))
            for index, (cell, colour) in enumerate(zip(cells, colours, strict=True))
        }

    def colour_of(self, theme: Theme) -> str:
        """Of the chosen cell."""
        cells = self.drawn(theme)
        return theme.class_colours(len(cells))[cells.index(self.choice.cell)]

    def curves(self, theme: Theme) -> list[Series]:
        """The medians of the cells, that of the chosen one on top."""
        known = self.looks_of(theme)
        in_front = sorted(known, key=lambda cell: (cell == self.choice.cell, cell))
        return [self._series(self._median(cell), *known[cell]) for cell in in_front]

    @cached_property
    def is_log(self) -> bool:
        """Whether the axis of the losses is logarithmic, as it is wished or by itself."""
        medians = (np.minimum(self._median(cell), self._top) for cell in range(len(self.grid.cells)))
        scale = self.choice.scale
        return scale == "log" or (scale == "auto" and asks_for_log(medians, _ROWS, is_log=self.was_log))

    def _series(self, losses: Array, style: Style, marker: str) -> Series:
        y = np.minimum(losses, self._top * (_HEADROOM if self.is_log else 1.0))
        # What is infinite is not drawn: the curve ends where the run did.
        y = np.where(np.isfinite(losses), y, np.nan)
        return Series(self.epochs[: len(y)], y, style, marker, shares=marker == LINE)

    def _median(self, cell: int) -> Array:
        return curve_of(self.grid, self.grid.cells[cell], self.standing).median

    @cached_property
    def _top(self) -> float:
        starts = [start for cell in self.grid.cells if (start := start_of(self.grid, cell, self.standing)) < math.inf]
        return _CAP * max(starts, default=1.0)

    @cached_property
    def band(self) -> QuartileCurves:
        """The quartiles of the chosen cell."""
        return curve_of(self.grid, self.chosen, self.standing)

    def band_series(self, style: Style, marker: str) -> list[Series]:
        """The quartiles of the chosen cell as curves; none while it has fewer than two runs."""
        if len(self.grid.seeds) < 2 or self.choice.shows_seeds:
            return []
        return [self._series(losses, style, marker) for losses in (self.band.low, self.band.high)]

    def seed_series(self, style: Style, marker: str, width: int) -> list[Series]:
        """The single runs of the chosen cell as curves, where they are to be seen: the first ones of many."""
        if not self.choice.shows_seeds:
            return []
        runs = (self.standing.losses[job] for job in self.grid.jobs_of(self.chosen)[:MOST_SEEDS])
        drawn = (self._series(np.array(run), style, marker) for run in runs if run)
        return [one._replace(shares=False).thinned(max(width // 2, 2)) for one in drawn]


MOST_SEEDS: Final = 30
"""Runs of a cell that are drawn: more would hold the screen up, and hide one another."""
CURSOR: Final = "▸"
BEST_FIRST, WORST_FIRST = "▾", "▴"
_SWATCH: Final = "━━"
_GAP: Final = 2
_START: Final = 5
"""Cells of the cursor and the swatch."""
_TITLE_LIMITS: Final = (40, 20)
"""Cells of the title of a field, and of its values."""
_SHORT_TITLES: Final = (10, 20)
_LABEL_LIMITS: Final = ((10, 12), (7, 9), (5, 6), (4, 4))
_RUNS, _SPREAD, _INTERVAL, _SEED = "runs", "spread", "interval", "seed"
_LEFT_OUT_FIRST: Final = (_INTERVAL, _SEED, _RUNS, _SPREAD, EPOCHS, SCORE)
_OWN: Final = "own "
_RATE: Final = f"{_OWN}learning_rate"


@dataclass(frozen=True)
class TableColumn:
    """A column of the table."""

    name: str
    title: str
    width: int
    is_left: bool
    """Whether its text begins at its left edge; numbers end at the right one."""


def columns(comparison: Comparison, width: int) -> list[TableColumn]:
    """What fits: titles of fields are shortened before columns are left out, and their values after that."""
    names = list(_texts(comparison, comparison.rows[0]))
    order = _left_out_first(comparison)
    for left_out in range(len(order) + 1):
        kept = [name for name in names if name not in order[:left_out]]
        last = left_out == len(order)
        for limits in (_TITLE_LIMITS, _SHORT_TITLES, *(_LABEL_LIMITS if last else ())):
            found = [_column(comparison, name, *limits) for name in kept]
            if _START + sum(one.width + _GAP for one in found) <= width:
                return found
    return found


def _left_out_first(comparison: Comparison) -> list[str]:
    """Columns in the order in which they go: the rate, and with single runs their range, among the last."""
    own = [name for name in _own(comparison) if name != _RATE]
    late = [_SPREAD] if comparison.choice.shows_seeds else []
    return [*own, *(name for name in _LEFT_OUT_FIRST if name not in late), *late, _RATE]


def _own(comparison: Comparison) -> list[str]:
    """Names of the columns of values in force that nobody has chosen."""
    return [f"{_OWN}{name}" for name in in_columns(comparison.grid)]


def _fields(comparison: Comparison) -> list[str]:
    """Names of the columns of the fields: unlike those of results, one of which has a field's name."""
    return [f"field {name}" for name in comparison.grid.fields]


def _column(comparison: Comparison, name: str, title_limit: int, label_limit: int) -> TableColumn:
    title, is_field = _title(comparison, name), name in (*_fields(comparison), *_own(comparison))
    longest = max(cell_len(_texts(comparison, one)[name]) for one in comparison.rows)
    # One cell more for the mark of the order.
    heading = cell_len(title) + 1
    if not is_field:
        return TableColumn(name, title, max(longest, heading), is_left=False)
    return TableColumn(name, title, max(min(longest, label_limit), min(heading, title_limit)), is_left=True)


def _title(comparison: Comparison, name: str) -> str:
    own = {_RUNS: "runs", _INTERVAL: "95%", _SEED: "median seed"}
    spread = {_SPREAD: "lowest–highest"} if comparison.choice.shows_seeds else {}
    results = {**headings(comparison.standing), **own, **spread}
    return results.get(name) or name.removeprefix("field ").removeprefix(_OWN).replace("_", " ")


def _texts(comparison: Comparison, summary: CellSummary) -> dict[str, str]:
    grid, found, cell = comparison.grid, numbers(summary), comparison.grid.cells[summary.cell]
    if comparison.choice.shows_seeds and summary.extremes is not None:
        found[_SPREAD] = range_text(*summary.extremes)
    ended = summary.runs + summary.failures
    is_over = comparison.standing.done == len(comparison.standing.trials)
    runs = {} if is_over else {_RUNS: f"{ended}/{len(grid.seeds)}"}
    low, high = summary.interval or (0.0, 0.0)
    interval = f"{whole_percent(low)}–{whole_percent(high)}" if summary.interval else "·"
    return {
        **dict(zip(_fields(comparison), grid.shown_labels(cell), strict=True)),
        **dict(zip(_own(comparison), texts_in_force(grid, cell), strict=True)),
        **runs,
        REACHED: found[REACHED],
        _INTERVAL: interval,
        EPOCHS: found[EPOCHS],
        LOSS: found[LOSS],
        _SPREAD: found[_SPREAD],
        SCORE: found[SCORE],
        _SEED: "·" if summary.median_seed is None else str(summary.median_seed),
    }


def table_rows(comparison: Comparison, theme: Theme, width: int, height: int) -> list[Strip]:
    """The headings, and the rows in sight."""
    found = columns(comparison, width)
    top = first_row(comparison, height)
    shown = comparison.rows[top : top + max(height - 1, 0)]
    labels = _labels(comparison, found)
    lines = [_heading(comparison, found, theme), *(_line(comparison, found, labels, one, theme) for one in shown)]
    return [row(pieces, width, theme.inks.blank) for pieces in lines[:height]]


def first_row(comparison: Comparison, height: int) -> int:
    """The first row in sight, with the chosen one about in the middle."""
    return first_in_sight(comparison.place, max(height - 1, 1), len(comparison.rows))


def column_at(comparison: Comparison, width: int, x: int) -> str | None:
    """The name by which one sorts for a column at a cell; ``None`` beside those."""
    left = _START
    for one in columns(comparison, width):
        if left <= x < left + one.width + _GAP:
            return _sorted_by(one.name)
        left += one.width + _GAP
    return None


def _sorted_by(name: str) -> str:
    return name.removeprefix("field ")


def _heading(comparison: Comparison, found: Sequence[TableColumn], theme: Theme) -> list[Piece]:
    pieces: list[Piece] = [(" " * _START, theme.inks.axis)]
    order, titles = comparison.choice.order, tuple(one.title for one in found)
    for one in found:
        is_key = _sorted_by(one.name) == order.column
        mark = (WORST_FIRST if order.is_reversed else BEST_FIRST) if is_key else ""
        room = one.width - len(mark)
        title = one.title if cell_len(one.title) <= room else short_name(titles, titles.index(one.title), room)
        title += mark
        text = filled(title, one.width) if one.is_left else " " * (one.width - cell_len(title)) + title
        pieces += [(text, theme.inks.key if is_key else theme.inks.axis), (" " * _GAP, theme.inks.axis)]
    return pieces


Labels = Mapping[str, Mapping[str, str]]
"""By column, values as they are shown: those that are too long are shortened, and stay different."""


def _labels(comparison: Comparison, found: Sequence[TableColumn]) -> Labels:
    rows = [_texts(comparison, one) for one in comparison.rows]
    values = {one: tuple(dict.fromkeys(row[one.name] for row in rows)) for one in found if one.is_left}
    return {one.name: dict(zip(texts, short_names(texts, one.width), strict=True)) for one, texts in values.items()}


def _line(
    comparison: Comparison, found: Sequence[TableColumn], labels: Labels, summary: CellSummary, theme: Theme
) -> list[Piece]:
    is_chosen = summary.cell == comparison.choice.cell
    blank, text = theme.inks.blank, ink(theme.foreground, theme.background, bold=is_chosen)
    name, wrong = theme.inks.axis, ink(theme.warning, theme.background, bold=is_chosen)
    cursor = (f" {CURSOR}" if is_chosen else "  ", theme.inks.key)
    pieces: list[Piece] = [cursor, *_swatch(comparison, summary.cell, theme), (" ", blank)]
    texts = _texts(comparison, summary)
    for one in found:
        said = texts[one.name]
        style = text if one.is_left or is_chosen else name if said == "·" else text
        style = wrong if said in ("diverged", "failed", "never") else style
        shown = filled(labels[one.name][said], one.width) if one.is_left else " " * (one.width - cell_len(said)) + said
        pieces += [(shown, style), (" " * _GAP, blank)]
    return pieces


def _swatch(comparison: Comparison, cell: int, theme: Theme) -> list[Piece]:
    """A piece of the cell's curve, where that is drawn."""
    look = comparison.looks_of(theme).get(cell)
    if look is None:
        return [("  ", theme.inks.blank)]
    style, marker = look
    return [(_SWATCH if marker == LINE else f" {marker}", style)]


def natural_height(comparison: Comparison) -> int:
    """Rows that the whole table takes with its frame."""
    return len(comparison.rows) + 3
