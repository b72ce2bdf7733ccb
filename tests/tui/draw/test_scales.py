"""When an axis of losses is logarithmic by itself, and what the key makes of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from tuinet.tui.draw.curves import Series, loss_chart
from tuinet.tui.draw.scales import AutoScale, Scale, asks_for_log, axis_of_losses, log_axis, next_scale, scale_words

TRAIN, TEST = Style(color="green"), Style(color="red")
EPOCHS = np.arange(0.0, 1001.0, 10.0)


def falling(end: float) -> Series:
    return Series(EPOCHS, 0.7 * np.exp(-EPOCHS / 80) + end, TRAIN if end < 0.1 else TEST, shares=True)


def rows_of_ends(log: bool) -> list[int]:
    """The rows in which the training loss .0016 and the test loss .1161 end."""
    strips = loss_chart([falling(0.1161), falling(0.0016)], 43, 11, log, Style())
    cells = [[segment.style for segment in strip for _ in segment.text] for strip in strips]
    last = max(index for styles in cells for index, style in enumerate(styles) if style in (TRAIN, TEST))
    return [row for style in (TRAIN, TEST) for row, styles in enumerate(cells) if styles[last - 3] == style]


@pytest.mark.parametrize("log", [False, True])
def test_losses_apart_share_no_row(log: bool) -> None:
    train, test = rows_of_ends(log)
    assert train > test


def test_a_loss_near_0_lies_on_the_axis() -> None:
    *_, axis, words = (strip.text for strip in loss_chart([falling(0.0016)], 43, 11, False, TRAIN))
    assert axis.lstrip().startswith("0└")
    assert axis.endswith("━" * 20)
    assert "━" not in words


def test_curves_that_end_in_one_row_ask_for_powers_of_ten() -> None:
    # A row is 0.1 of the loss here: the ends differ by less than that, and by a factor of 4.
    low, high = np.array([0.9, 0.031]), np.array([0.9, 0.08])
    assert asks_for_log([low, high], 9)
    assert not asks_for_log([high, high * 1.2], 9)
    assert not asks_for_log([high], 9)
    assert not asks_for_log([low, np.array([0.9, 0.43])], 9)
    assert asks_for_log([np.array([1.5, 0.0528]), np.array([1.5, 0.0977])], 5)  # both in the row of the axis


def test_one_and_a_half_powers_of_ten_ask_for_them() -> None:
    assert asks_for_log([np.array([0.7, 0.023])], 9)
    assert not asks_for_log([np.array([0.7, 0.024])], 9)
    assert asks_for_log([np.array([0.7, 0.045])], 9, is_log=True)
    assert not asks_for_log([np.array([0.7, 0.048])], 9, is_log=True)


@pytest.mark.parametrize(
    "losses", [[], [0.0], [np.nan, np.inf, -np.inf], [0.0, -1.0], [0.7, 0.0], [0.7, np.nan, 0.3], [5e-324], [np.inf]]
)
@pytest.mark.parametrize("is_log", [False, True])
def test_what_has_no_logarithm_asks_for_nothing(losses: list[float], is_log: bool) -> None:
    assert not asks_for_log([np.array(losses), np.array([])], 9, is_log=is_log)


@given(st.lists(st.lists(st.floats(), max_size=5), max_size=3), st.integers(0, 20), st.booleans())
def test_any_losses_are_judged(curves: list[list[float]], rows: int, is_log: bool) -> None:
    arrays = [np.array(curve, dtype=float) for curve in curves]
    for row in loss_chart([Series(np.arange(float(len(one))), one, TRAIN) for one in arrays], 40, 9, is_log, TEST):
        assert row.cell_length == 40
    # What asks for it asks to keep it.
    assert asks_for_log(arrays, rows, is_log=True) >= asks_for_log(arrays, rows)


def test_a_loss_around_the_limit_does_not_change_the_axis_to_and_fro() -> None:
    axis = AutoScale()
    ends = [0.024, 0.023, 0.024, 0.023, 0.024]
    assert [axis.follow("auto", [np.array([0.7, end])], 9) for end in ends] == [False, True, True, True, True]


@pytest.mark.parametrize("rows", [5, 6, 18, 50])
def test_a_run_that_has_begun_to_move_is_drawn_from_below_its_smallest_loss(rows: int) -> None:
    """The smallest loss is in the chart and not on its axis, and what was reached takes half of the chart."""
    axis = AutoScale()
    for end in np.linspace(0.75, 0.39, 40):
        losses = np.array([0.7556, end])
        assert not axis.follow("auto", [losses], rows)
        drawn = axis_of_losses(losses, rows, False, axis.floor)
        assert 0 < axis.floor < end
        assert (end - drawn.low) / drawn.unit > 0.5
        assert end > 0.7 or (0.7556 - end) / drawn.unit > rows / 3


def test_the_axis_begins_at_0_where_much_was_reached_or_so_wished() -> None:
    axis = AutoScale()
    assert axis.follow("auto", [np.array([0.7, 0.6])], 9) is False
    assert axis.floor > 0
    axis.follow("auto", [np.array([0.7, 0.2])], 9)
    assert axis.floor == 0
    axis.follow("auto", [np.array([0.7, 0.7])], 9)
    assert axis.floor == 0, "nothing has moved"
    axis.follow("linear", [np.array([0.7, 0.6])], 9)
    assert axis.floor == 0
    axis.follow("auto", [np.array([0.7, 0.6]), np.array([0.7, 0.3])], 9)
    assert axis.floor == 0, "another curve has got farther"


def test_an_axis_that_does_not_begin_at_0_rescales_seldom() -> None:
    axis, floors = AutoScale(), []
    for end in np.linspace(0.7, 0.38, 300):
        axis.follow("auto", [np.array([0.7556, end])], 6)
        floors.append(axis.floor)
    assert len(set(floors)) < 16
    trembling = [axis.follow("auto", [np.array([0.7, end])], 6) or axis.floor for end in (0.34, 0.36) * 9]
    assert len(set(trembling)) == 1


@given(st.floats(1e-6, 1e6), st.floats(1.0, 1e9), st.integers(2, 60))
def test_the_lowest_loss_does_not_lie_on_a_logarithmic_axis(low: float, ratio: float, rows: int) -> None:
    axis = log_axis(low, low * ratio, rows)
    lowest, highest = (np.log10(end) for end in (low, low * ratio))
    assert highest <= axis.low + (rows + 0.5) * axis.unit
    assert lowest >= axis.low
    assert ratio < 1.5 or rows < 6 or (lowest - axis.low) / axis.unit > 0.3
    assert axis.labels


def test_powers_of_ten_near_1_are_written_out() -> None:
    assert set(axis_of_losses(np.array([0.7, 0.0056]), 9, True).labels.values()) >= {"0.01", "0.1"}
    assert "1e-5" in axis_of_losses(np.array([0.7, 1e-6]), 20, True).labels.values()


def test_the_wish_is_above_what_the_losses_ask_for() -> None:
    axis, wide = AutoScale(), [np.array([0.7, 1e-6])]
    wishes: list[Scale] = ["linear", "log", "auto"]
    assert [axis.follow(wish, wide, 9) for wish in wishes] == [False, True, True]


@pytest.mark.parametrize(("is_log", "ways"), [(False, ["log", "linear", "auto"]), (True, ["linear", "auto"])])
def test_a_key_takes_the_other_axis_first(is_log: bool, ways: list[Scale]) -> None:
    wish: Scale = "auto"
    for expected in ways:
        wish = next_scale(wish, is_log=is_log if wish == "auto" else wish == "log")
        assert wish == expected


def test_what_is_said_of_the_axis() -> None:
    assert scale_words("auto", is_log=True)[0] == "automatic log scale"
    assert scale_words("auto", is_log=False)[0] == ""
    assert scale_words("log", is_log=True)[0] == "log scale"
    assert scale_words("linear", is_log=False)[0] == "linear scale"


@pytest.mark.parametrize("rows", [20, 33, 56, 80])
@pytest.mark.parametrize("highest", [0.11, 0.37, 0.737, 0.99, 1.84])
def test_a_large_screen_has_more_numbers_at_its_axis(rows: int, highest: float) -> None:
    axis = axis_of_losses(np.array([0.1, highest]), rows, False)
    assert len(axis.labels) >= max(3, rows // 10)
    assert axis.unit * rows < 1.2 * highest
