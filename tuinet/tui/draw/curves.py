"""Curves drawn by plotext: the only place that imports it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from rich.style import Style
from textual.strip import Strip

from tuinet.tui.draw.braille import ACROSS, DOWN, FIRST
from tuinet.tui.draw.cells import Array
from tuinet.tui.draw.chart import ChartLayout, nearest, rows_of, woven
from tuinet.tui.draw.scales import Axis, axis_of_losses, exponents, round_up, tick_labels, ticks_between
from tuinet.tui.draw.text import Piece, row
from tuinet.tui.terminal.substitutes import BITS

LINE: Final = "braille"
"""Marker of a line; any other marker is a character drawn at each point."""
COLUMNS_PER_MARKER: Final = 3
"""So far apart are the points of a curve that is not drawn as a line."""
LEAST_EPOCHS: Final = 10.0
MIN_WIDTH: Final = 12
MIN_HEIGHT: Final = 4
_COLOURED: Final = r"\x1b\[([0-9;]*)m"
_COLUMNS_PER_TICK: Final = 11
_MOST_DOTS: Final = 15_000
"""That lines go up and down on a canvas: more would hold the screen up. On a usual terminal no line is as restless."""
_KEPT: Final = 4
"""Canvases that are not drawn anew."""
_AROUND_NAME: Final = 2
"""Blanks on either side of the name of an axis at least."""
_LYING: Final = "━"
"""A piece of a curve that lies on the axis."""
_LOWEST_DOT: Final = 0.625
"""From the middle of the row below the curve to its lowest dots, in rows."""


class Series(NamedTuple):
    """Points in one style, joined by a line or marked by a character."""

    x: Array
    y: Array
    style: Style
    marker: str = LINE
    shares: bool = False
    """Whether it takes turns with other lines of this kind where they pass the same cells."""

    def thinned(self, most: int) -> Series:
        """At most so many of the points that can be drawn, in equal strides, the last one always among them."""
        drawable = np.flatnonzero(np.isfinite(self.x) & np.isfinite(self.y))
        if len(drawable) > most:
            drawable = drawable[np.linspace(0, len(drawable) - 1, most).astype(int)]
        return self._replace(x=self.x[drawable], y=self.y[drawable])


def loss_chart(
    series: Sequence[Series],
    width: int,
    height: int,
    log: bool,
    axes: Style,
    last: float = LEAST_EPOCHS,
    first: float = 0.0,
    *,
    floor: float = 0.0,
    name: str = "",
) -> list[Strip]:
    """Curves against epochs with their axes, exactly this many rows of this width; none where there is no room.

    Parameters
    ----------
    series
        Points that cannot be drawn (not finite, or negative on a log axis) are left out.
    last
        So many epochs the horizontal axis has in any case.
    first
        Where it begins.
    floor
        Where the vertical axis begins while it is linear.
    name
        Of the horizontal axis, written between its numbers where there is room.
    """
    if width < MIN_WIDTH or height < MIN_HEIGHT:
        return []
    drawn, across, down = _loss_plan(series, width, height, log, last, first, floor)
    return chart(drawn, across, down, (width, height), axes, name=name)


def loss_epoch_at(
    series: Sequence[Series], column: int, width: int, height: int, log: bool, first: float = 0.0, floor: float = 0.0
) -> float | None:
    """The epoch at a column of such a chart, beyond its ends the nearest; ``None`` where there is no room for one."""
    layout = loss_layout(series, width, height, log, first=first, floor=floor)
    if layout is None:
        return None
    low, high = layout.across
    share = (column - layout.gutter + 0.5) / layout.columns
    return low + min(max(share, 0.0), 1.0) * (high - low)


def loss_layout(
    series: Sequence[Series],
    width: int,
    height: int,
    log: bool,
    last: float = LEAST_EPOCHS,
    first: float = 0.0,
    floor: float = 0.0,
) -> ChartLayout | None:
    """Where the canvas of such a chart is; ``None`` where there is no room for one."""
    if width < MIN_WIDTH or height < MIN_HEIGHT:
        return None
    _, across, down = _loss_plan(series, width, height, log, last, first, floor)
    return chart_layout(across, down, (width, height))


def _loss_plan(
    series: Sequence[Series], width: int, height: int, log: bool, least: float, first: float, floor: float
) -> tuple[list[Series], tuple[float, float], Axis]:
    """The series as drawn, the ends of the horizontal axis, and the vertical axis."""
    drawn = [_drawable(one, log, width) for one in series]
    values = np.concatenate([one.y for one in drawn]) if drawn else np.array([])
    last = max((float(one.x[-1]) for one in drawn if len(one.x)), default=first)
    down = axis_of_losses(values, height - 2, log, floor)
    if log:
        drawn = [one._replace(y=exponents(one.y, down)) for one in drawn]
    return drawn, (first, first + round_up(max(last - first, least))), down


def _drawable(series: Series, log: bool, width: int) -> Series:
    most = 2 * width if series.marker == LINE else max(width // COLUMNS_PER_MARKER, 1)
    return (series._replace(y=np.where(series.y >= 0, series.y, np.nan)) if log else series).thinned(most)


def chart(
    series: Sequence[Series],
    across: tuple[float, float],
    down: Axis,
    size: tuple[int, int],
    axes: Style,
    ticks: Mapping[float, str] | None = None,
    name: str = "",
) -> list[Strip]:
    """Series with their axes, the later ones on top.

    Parameters
    ----------
    size
        Width and height in cells, at least `MIN_WIDTH` and `MIN_HEIGHT`.
    ticks
        Of the horizontal axis, with their labels, as far as there is room for these; ``None`` for round numbers.
    name
        Of the horizontal axis, written between its numbers where there is room.
    """
    width, layout = size[0], chart_layout(across, down, size)
    gutter, rows, columns = layout.gutter, layout.rows, layout.columns
    series = _bounded(series, layout)
    is_curve = any(len(one.x) > 1 for one in series)
    canvas = _curves(series, layout, axes) if is_curve else _points(series, layout, axes)
    edge, words = _x_axis(across, columns, ticks)
    lines = [(one.x, one.y, one.style) for one in series if one.shares and one.marker == LINE]
    strips: list[Strip] = []
    for index, pieces in enumerate(woven([*canvas, _on_axis(edge, series, layout, axes)], lines, layout)):
        label = down.labels.get(rows - index)
        line = "└" if index == rows else "│" if label is None else "┤"
        strips.append(row([(f"{label or '':>{gutter - 1}}{line}", axes), *pieces], width, axes))
    return [*strips, row([(" " * gutter + with_axis_name(words, name), axes)], width, axes)]


def with_axis_name(words: str, name: str) -> str:
    """The row of an axis's numbers, and its name in the gap nearest to the middle that has room for it."""
    room = len(name) + 2 * _AROUND_NAME
    gaps = [gap.span() for gap in re.finditer(" +", words) if name and len(gap.group()) >= room]
    if not gaps:
        return words
    left, right = min(gaps, key=lambda gap: abs(sum(gap) - len(words)))
    start = (left + right - len(name)) // 2
    return words[:start] + name + words[start + len(name) :]


def _on_axis(edge: str, series: Sequence[Series], layout: ChartLayout, axes: Style) -> list[Piece]:
    """The row of the horizontal axis, with what lies on it."""
    cells = [(character, axes) for character in edge]
    for one in series:
        for column in _columns_on_axis(one, layout):
            cells[column] = _LYING if one.marker == LINE else one.marker, one.style
    return cells


def _columns_on_axis(one: Series, layout: ChartLayout) -> Sequence[int]:
    """The columns in which a series is too near to the axis for the canvas."""
    if one.marker == LINE and len(one.x) > 1:
        columns: list[int] = np.flatnonzero(rows_of((one.x, one.y, one.style), layout) == layout.rows).tolist()
        return columns
    points = zip(one.x.tolist(), one.y.tolist(), strict=True)
    return [layout.cell_of(x, y)[1] for x, y in points if layout.is_on_axis(y)]


def chart_layout(across: tuple[float, float], down: Axis, size: tuple[int, int]) -> ChartLayout:
    """Where the canvas of such a chart is, right of the labels of the vertical axis and its line."""
    (width, height), gutter = size, max(map(len, down.labels.values())) + 1
    rows = height - 2
    bottom = down.low + _LOWEST_DOT * down.unit
    return ChartLayout(width - gutter, rows, gutter, across, (bottom, bottom + (rows - 0.25) * down.unit))


def _x_axis(across: tuple[float, float], columns: int, ticks: Mapping[float, str] | None = None) -> tuple[str, str]:
    """The line with its ticks, and the labels under them."""
    (low, high), edge, words = across, ["─"] * columns, [" "] * columns
    end = 0
    if ticks is None:
        round_ones = ticks_between(low, high, max(2, columns // _COLUMNS_PER_TICK + 1))
        ticks = dict(zip(round_ones, tick_labels(round_ones), strict=True))
    for tick, label in ticks.items():
        column = int((tick - low) / (high - low) * (ACROSS * columns - 1)) // ACROSS
        start = min(max(column - len(label) // 2, 0), columns - len(label))
        if start < end:
            continue
        edge[column] = "┬"
        words[start : start + len(label)] = label
        end = start + len(label) + 1
    return "".join(edge), "".join(words)


def _points(series: Sequence[Series], layout: ChartLayout, plain: Style) -> list[list[Piece]]:
    """The rows of a canvas on which no series has more than a point: plotext would take a tenth of the start."""
    cells = [[(" ", plain)] * layout.columns for _ in range(layout.rows)]
    for one in series:
        if len(one.x) and not layout.is_on_axis(float(one.y[0])):
            row, column, glyph = _marked(one, layout)
            cells[row][column] = (glyph, one.style)
    return [list(row) for row in cells]


def _marked(one: Series, layout: ChartLayout) -> tuple[int, int, str]:
    """The cell of a single point, and what stands there."""
    if one.marker != LINE:
        return *layout.cell_of(one.x[0], one.y[0]), one.marker
    column, left = divmod(nearest(one.x[0], layout.across, ACROSS * layout.columns), ACROSS)
    above, low = divmod(nearest(one.y[0], layout.up, DOWN * layout.rows), DOWN)
    return layout.rows - 1 - above, column, chr(FIRST + BITS[DOWN - 1 - low][left])


def _curves(series: Sequence[Series], layout: ChartLayout, plain: Style) -> list[list[Piece]]:
    styles = [one.style for one in series]
    lines = tuple((*map(_bytes, _above_axis(one, layout)), one.marker) for one in series)
    drawn = _drawn(lines, layout.across, (layout.floor, *layout.up), (layout.columns, layout.rows))
    return [_pieces(line, styles, plain) for line in drawn.split("\n")[: layout.rows]]


def _above_axis(one: Series, layout: ChartLayout) -> tuple[Array, Array]:
    """The points for plotext, which leaves out pieces of lines below the canvas, but not all marks there.

    Marks are in the middle of the cells that a line would pass: plotext rounds them to others, half a cell away.
    """
    if one.marker == LINE:
        return one.x, one.y
    points = zip(one.x.tolist(), one.y.tolist(), strict=True)
    places = [layout.place_of(layout.cell_of(x, y)) for x, y in points if not layout.is_on_axis(y)]
    x, y = np.array(places, float).reshape(-1, 2).T
    return x, y


def _bounded(series: Sequence[Series], layout: ChartLayout) -> Sequence[Series]:
    """The series, with fewer points where their lines have more dots than may be drawn, each in the same proportion."""
    dots = sum(_dots(one, layout) for one in series)
    if dots <= _MOST_DOTS:
        return series
    share = _MOST_DOTS / dots
    return [one.thinned(max(2, int(len(one.x) * share))) if one.marker == LINE else one for one in series]


def _dots(line: Series, layout: ChartLayout) -> float:
    """How many dots a line goes up and down."""
    if line.marker != LINE:
        return 0.0
    bottom, top = layout.up
    ways = np.abs(np.diff(np.clip(line.y, bottom, top))).sum()
    return float(ways) / (top - bottom) * layout.rows * DOWN


def _bytes(line: Array) -> bytes:
    return np.asarray(line, float).tobytes()


# Other colours leave it as it is, and another row of a table does: on a large screen it takes longer than all else.
@lru_cache(maxsize=_KEPT)
def _drawn(
    lines: tuple[tuple[bytes, bytes, str], ...],
    across: tuple[float, float],
    up: tuple[float, float, float],
    size: tuple[int, int],
) -> str:
    """The canvas, from bottom to top; what lies on the axis, the first of the three heights, is below it."""
    import plotext  # noqa: PLC0415 - the first frame has no curve yet

    axis, bottom, top = up
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.limit_size(False, False)
    plotext.plot_size(*size)
    plotext.xaxes(False, False)
    plotext.yaxes(False, False)
    plotext.xticks([])
    plotext.yticks([])
    for index, (abscissae, ordinates, marker) in enumerate(lines, start=1):
        x = np.clip(np.frombuffer(abscissae), *across).tolist() or [across[0] - 1]
        y = np.clip(np.frombuffer(ordinates), axis, top).tolist() or [bottom]
        draw = plotext.plot if marker == LINE else plotext.scatter
        draw(x, y, marker=marker, color=index)
    plotext.xlim(*across)
    plotext.ylim(bottom, top)
    return str(plotext.build())


def _pieces(text: str, styles: Sequence[Style], plain: Style) -> list[Piece]:
    """The text between colour sequences, ``38;5;n`` being the n-th series, counted from 1."""
    pieces: list[Piece] = []
    style = plain
    for index, part in enumerate(re.split(_COLOURED, text)):
        if index % 2:
            number = part.rpartition("38;5;")[2] if "38;5;" in part else ""
            style = styles[int(number) - 1] if number else plain
        elif part:
            pieces.append((part, style))
    return pieces
