"""Lines that share cells are both seen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style
from textual.strip import Strip

from tests.factories import make_metrics, make_snapshot
from tuinet.session.history import HistorySnapshot
from tuinet.tui.draw import curves
from tuinet.tui.draw.chart import ChartLayout, MapLayout, rows_of, woven
from tuinet.tui.draw.curves import LINE, MIN_HEIGHT, MIN_WIDTH, Series, chart, chart_layout, loss_chart
from tuinet.tui.draw.scales import linear_axis
from tuinet.tui.panels.loss import loss_series
from tuinet.tui.style.theme import find_theme

UPPER, LOWER, PLAIN = Style(color="red"), Style(color="green"), Style()
EPOCHS = np.arange(101.0)


def flat(value: float, style: Style) -> Series:
    return Series(EPOCHS, np.r_[2.0, np.full(100, value)], style, shares=True)


def colours(series: list[Series], row: int) -> str:
    """A letter for each cell of a line, r and g."""
    strip = loss_chart(series, 40, 10, False, PLAIN)[row]
    return "".join(
        segment.style.color.name[0] * len(segment.text)
        for segment in strip
        if segment.style is not None and segment.style.color is not None
    )


@pytest.mark.parametrize(("upper", "lower", "row"), [(0.3, 0.28, 7), (0.03, 0.02, 8)])
def test_lines_in_the_same_cells_take_turns(upper: float, lower: float, row: int) -> None:
    said = colours([flat(upper, UPPER), flat(lower, LOWER)], row)
    assert {"rrgg", "ggrr"} <= {said[start : start + 4] for start in range(len(said))}


@pytest.mark.parametrize(("upper", "lower"), [(1.06, 0.92), (0.99, 0.94), (0.87, 0.74)])
def test_in_cells_that_lines_share_each_is_as_high_as_it_is(upper: float, lower: float) -> None:
    series = [flat(upper, UPPER), flat(lower, LOWER)]
    down, size = linear_axis(0.0, 2.0, 10), (40, 12)
    strips = chart(series, (0.0, 100.0), down, size, PLAIN)
    (shared,) = [strip for strip in strips if {UPPER, LOWER} <= {each.style for each in strip}]
    for one in series:
        alone = chart([one], (0.0, 100.0), down, size, PLAIN)[strips.index(shared)]
        at_home = {cell for cell in cells_of(alone) if cell[2] == one.style}
        mine = {cell for cell in cells_of(shared) if cell[2] == one.style}
        assert mine
        assert mine <= at_home


def cells_of(strip: Strip) -> list[tuple[int, str, Style | None]]:
    cells = [(letter, each.style) for each in strip for letter in each.text]
    return [(column, *cell) for column, cell in enumerate(cells)]


def test_lines_apart_are_whole() -> None:
    series = [flat(1.4, UPPER), flat(0.02, LOWER)]
    assert set(colours(series, 8)[3:]) == {"g"}


@pytest.mark.parametrize("rows", range(3, 30))
def test_the_row_of_a_line_is_where_it_is_drawn(rows: int) -> None:
    down, size = linear_axis(0.0, 2.0, rows), (40, rows + 2)
    layout = chart_layout((0.0, 100.0), down, size)
    for value in np.linspace(0.1, 1.9, 7).tolist():
        line = Series(EPOCHS, np.full(101, value), UPPER)
        strips = chart([line], (0.0, 100.0), down, size, PLAIN)
        (drawn,) = [index for index, strip in enumerate(strips) if any(each.style == UPPER for each in strip)]
        assert set(rows_of((line.x, line.y, UPPER), layout).tolist()) == {drawn}


def test_rows_of_a_slope_and_beyond_its_ends() -> None:
    layout = ChartLayout(5, 5, 0, (0.0, 4.0), (0.0, 4.0))
    slope = (np.array([1.0, 3.0]), np.array([1.0, 3.0]), UPPER)
    assert rows_of(slope, layout).tolist() == [-1, 3, 2, 1, -1]
    assert rows_of((np.array([]), np.array([]), UPPER), layout).tolist() == [-1] * 5


def test_one_line_stays_as_it_is() -> None:
    layout = ChartLayout(2, 1, 0, (0.0, 1.0), (0.0, 1.0))
    assert woven([[("ab", UPPER)]], [(EPOCHS, EPOCHS, UPPER)], layout) == [[("ab", UPPER)]]


@pytest.mark.parametrize("theme", ["dark", "mono"])
def test_the_test_loss_is_seen_where_it_is_the_training_loss(theme: str) -> None:
    losses = np.r_[2.0, np.full(100, 0.02)]
    history = HistorySnapshot(EPOCHS, losses, losses)
    series = loss_series(make_snapshot(history=history, test_metrics=make_metrics()), find_theme(theme))
    test = next(one for one in series if one.marker != LINE or one.style != series[-1].style)
    rows = loss_chart(series, 60, 12, False, PLAIN)
    cells = [segment for strip in rows for segment in strip if segment.style == test.style]
    assert test.marker == LINE or test.marker in "".join(strip.text for strip in rows)
    assert sum(len(segment.text) for segment in cells) >= 10


@given(
    st.floats(0, 10),
    st.floats(0, 1),
    st.sampled_from([LINE, "x"]),
    st.integers(MIN_WIDTH, 90),
    st.integers(MIN_HEIGHT, 30),
)
def test_a_single_point_is_where_plotext_has_it(x: float, y: float, marker: str, width: int, height: int) -> None:
    series = [Series(np.array([x]), np.array([y]), PLAIN, marker)]
    layout = chart_layout((0.0, 10.0), linear_axis(0.0, 1.0, height - 2), (width, height))
    own = ["".join(text for text, _ in row) for row in curves._points(series, layout, PLAIN)]
    assert own == ["".join(text for text, _ in row) for row in curves._curves(series, layout, PLAIN)]


@pytest.mark.parametrize(
    ("point", "cell"),
    [((0, 1), (0, 0)), ((1, 0), (9, 19)), ((0.5, 0.5), (5, 10)), ((-9, 9), (0, 0)), ((9, -9), (9, 19))],
)
def test_the_cell_of_a_place_on_the_map(point: tuple[float, float], cell: tuple[int, int]) -> None:
    assert MapLayout(20, 10, 0, ((0, 1), (0, 1)), ("x1", "x2")).cell_of(*point) == cell
