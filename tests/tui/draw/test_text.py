from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from tests.factories import make_metrics
from tuinet.tui.configuring import SPEEDS, faster, slower
from tuinet.tui.draw.scales import decade_axis, linear_axis, round_up, tick_label, tick_labels, ticks_between
from tuinet.tui.draw.text import (
    accuracy_text,
    count,
    loss_text,
    percent,
    row,
    sample_title,
    scientific,
    short_number,
    shorten,
    signed,
    two_digits,
    whole_percent,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5.312, "+5.312"),
        (-3.87, "−3.870"),
        (0.0, "+0.000"),
        (9.9996, "+10.00"),
        (-12.345, "−12.35"),
        (99.996, "+100.0"),
        (123.45, "+123.5"),
        (-1234.5, "−1.2e3"),
        (1e100, "+1e100"),
        (math.nan, "  +nan"),
        (-math.inf, "  −inf"),
    ],
)
def test_signed_numbers_take_six_cells(value: float, text: str) -> None:
    assert signed(value) == text
    assert len(text) == 6


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1234, "0.123"),
        (-2.5e-7, "-2.5e-7"),
        (999.4, "999"),
        (999.6, "1000"),
        (1987.2, "1987"),
        (9999.7, "10k"),
        (-22_440, "-22.4k"),
        (999_600, "1M"),
        (1_234_567, "1.23M"),
        (3.1e12, "3.1e12"),
        (math.nan, "nan"),
    ],
)
def test_short_numbers_tell_years_apart_and_need_no_powers_of_ten_for_prices(value: float, text: str) -> None:
    assert short_number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.031, "3.1e-2"), (0.0, "0"), (1.0, "1.0e0"), (2.4e-11, "2e-11"), (9.96e-3, "1.0e-2"), (math.inf, "inf")],
)
def test_scientific(value: float, text: str) -> None:
    assert scientific(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.2143, "0.2143"), (0.0001, "1.00e-4"), (1e7, "1.000e7"), (math.nan, "nan"), (0.0, "0.0000")],
)
def test_loss_text(value: float, text: str) -> None:
    assert loss_text(value) == text


@pytest.mark.parametrize(
    ("share", "text", "whole"),
    [
        (0, "0.0%", "0%"),
        (2 / 3, "66.7%", "67%"),
        (0.9996, "99.9%", "99%"),
        (1, "100%", "100%"),
    ],
)
def test_a_share_is_rounded_and_all_is_all(share: float, text: str, whole: str) -> None:
    assert (percent(share), whole_percent(share)) == (text, whole)


def test_numbers_in_words() -> None:
    assert count(1240) == "1,240"
    assert two_digits(98_765.0) == 99_000
    assert two_digits(0.0) == 0.0
    assert accuracy_text(make_metrics(correct=3)) == "3/4"
    assert shorten("temperature", 6) == "tempe…"
    assert shorten("abc", 3) == "abc"
    assert shorten("abc", 0) == ""


@pytest.mark.parametrize("width", [0, 1, 5, 9])
def test_a_row_has_its_width(width: int) -> None:
    style = Style(color="red")
    strip = row([("abc", style), ("日本", style), ("", style)], width, style)
    assert strip.cell_length == width


@pytest.mark.parametrize(("value", "limit"), [(0.75, 0.8), (1240, 1500), (1, 1), (9.9, 10), (0, 1), (math.nan, 1)])
def test_round_up(value: float, limit: float) -> None:
    assert round_up(value) == pytest.approx(limit)


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [(0, 0.8, 5, [0, 0.2, 0.4, 0.6, 0.8]), (0, 1500, 4, [0, 500, 1000, 1500]), (-3.6, 3.6, 4, [-2, 0, 2])],
)
def test_ticks_between(low: float, high: float, most: int, ticks: list[float]) -> None:
    assert ticks_between(low, high, most) == pytest.approx(ticks)


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0, 0.89, {0: "0", 2: "0.2", 4: "0.4", 6: "0.6", 8: "0.8", 10: "1"}),
        (0, 0.7, {0: "0", 3: "0.25", 6: "0.5", 9: "0.75"}),
        (0, 1234, {0: "0", 2: "250", 4: "500", 6: "750", 8: "1,000", 10: "1,250"}),
        (-1.06, 1.02, {1: "-1", 3: "-0.5", 5: "0", 7: "0.5", 9: "1"}),
        (3, 3, {0: "3", 3: "4", 6: "5", 9: "6"}),
    ],
)
def test_labels_stand_at_even_distances(low: float, high: float, labels: dict[int, str]) -> None:
    assert dict(linear_axis(low, high, 10).labels) == labels


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9), st.integers(2, 60))
def test_an_axis_holds_its_range_and_has_labels(low: float, span: float, rows: int) -> None:
    axis = linear_axis(low, low + span, rows)
    assert axis.low <= low + axis.unit * 1e-6
    assert axis.low + (rows + 0.4) * axis.unit >= low + span
    gaps = {after - before for before, after in pairwise(axis.labels)}
    assert len(gaps) <= 1
    assert len(axis.labels) >= (2 if rows >= 4 else 1)
    assert max(axis.labels) <= rows


def test_decades_on_an_axis() -> None:
    assert dict(decade_axis(0.02, 0.7, 10).labels) == {0: "1e-2", 5: "1e-1", 10: "1"}
    assert dict(decade_axis(1.0, 1.0, 10).labels)[0] == "1"
    # The taller it is, the more powers of ten are named.
    axes = [decade_axis(2e-4, 8.0, rows, is_tight=True) for rows in (14, 28, 52)]
    assert [list(axis.labels.values())[:3] for axis in axes] == [
        ["1e-2", "1"],
        ["1e-3", "1e-2", "1e-1"],
        ["1e-3", "1e-2", "1e-1"],
    ]
    assert "1" in decade_axis(1e-300, 1e300, 10).labels.values()


@pytest.mark.parametrize(
    ("value", "label"), [(0, "0"), (0.25, "0.25"), (1500, "1,500"), (20_000, "20k"), (150_000, "150k"), (3e6, "3M")]
)
def test_tick_label(value: float, label: str) -> None:
    assert tick_label(value) == label


def test_the_labels_of_an_axis_have_one_unit() -> None:
    assert tick_labels([0, 2500, 5000, 7500, 10_000]) == ["0", "2.5k", "5k", "7.5k", "10k"]
    assert tick_labels([-500_000, 0, 1e6]) == ["-0.5M", "0", "1M"]
    assert tick_labels([0, 1500]) == ["0", "1,500"]
    assert tick_labels([]) == []
    assert list(linear_axis(0.0, 12_000.0, 12).labels.values())[:3] == ["0", "2k", "4k"]


def test_speeds_go_up_and_down_and_stop_at_the_ends() -> None:
    assert [faster(speed) for speed in SPEEDS] == [*SPEEDS[1:], None]
    assert [slower(speed) for speed in SPEEDS] == [1, *SPEEDS[:-1]]
    assert faster(42.0) == 50
    assert slower(42.0) == 20


@pytest.mark.parametrize(
    ("room", "text"),
    [
        (68, "backward, layer 2 · maybe · sample 1, number 49 of the training set"),
        (58, "backward, layer 2 · maybe · sample 1"),
        (20, "backward, layer 2 ·…"),
    ],
)
def test_a_sample_keeps_its_number_where_its_place_has_no_room(room: int, text: str) -> None:
    assert sample_title("backward, layer 2 · maybe · sample 1, number 49 of the training set", room) == text
    assert sample_title("loss, layer 2", room) == "loss, layer 2"
