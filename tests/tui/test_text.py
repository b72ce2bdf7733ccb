from __future__ import annotations

import math

import pytest
from rich.style import Style

from tests.factories import make_metrics
from tuinet.tui.scales import decade_ticks, decades, linear_ticks, round_up, tick_label
from tuinet.tui.speed import SPEEDS, faster, slower
from tuinet.tui.text import accuracy_text, count, loss_text, row, scientific, shorten, signed, two_digits


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5.312, "+5.312"),
        (-3.87, "-3.870"),
        (0.0, "+0.000"),
        (9.9996, "+10.00"),
        (-12.345, "-12.35"),
        (99.996, "+100.0"),
        (123.45, "+123.5"),
        (-1234.5, "-1.2e3"),
        (1e100, "+1e100"),
        (math.nan, "  +nan"),
        (-math.inf, "  -inf"),
    ],
)
def test_signed_numbers_take_six_cells(value: float, text: str) -> None:
    assert signed(value) == text
    assert len(text) == 6


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.031, "3.1e-2"), (0.0, "0"), (1.0, "1.0e0"), (2.4e-11, "2e-11"), (9.96e-3, "1.0e-2"), (math.inf, "inf")],
)
def test_scientific(value: float, text: str) -> None:
    assert scientific(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.2143, "0.2143"), (0.0001, "1.00e-04"), (1e7, "1.000e+07"), (math.nan, "nan"), (0.0, "0.0000")],
)
def test_loss_text(value: float, text: str) -> None:
    assert loss_text(value) == text


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
    ("high", "most", "ticks"),
    [(0.8, 5, [0, 0.2, 0.4, 0.6, 0.8]), (1500, 4, [0, 500, 1000, 1500]), (1, 2, [0, 1]), (6, 3, [0, 5]), (3, 1, [0])],
)
def test_linear_ticks(high: float, most: int, ticks: list[float]) -> None:
    assert linear_ticks(high, most) == pytest.approx(ticks)


def test_decades() -> None:
    assert decades(0.02, 0.7) == (-2, 0)
    assert decades(1.0, 1.0) == (0, 1)
    assert decade_ticks(-8, 0, 3) == [-8, -3]
    assert decade_ticks(-2, 0, 5) == [-2, -1, 0]


@pytest.mark.parametrize(
    ("value", "label"), [(0, "0"), (0.25, "0.25"), (1500, "1,500"), (20_000, "20k"), (150_000, "150k"), (3e6, "3M")]
)
def test_tick_label(value: float, label: str) -> None:
    assert tick_label(value) == label


def test_speeds_go_up_and_down_and_stop_at_the_ends() -> None:
    assert [faster(speed) for speed in SPEEDS] == [*SPEEDS[1:], None]
    assert [slower(speed) for speed in SPEEDS] == [1, *SPEEDS[:-1]]
    assert faster(42.0) == 50
    assert slower(42.0) == 20
