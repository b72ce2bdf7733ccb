"""Where one is among samples and units, and how keys move one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tuinet.tui.panels.samples.browsing import Browsing, Window


def test_scrolling_moves_by_whole_rows_and_no_more_than_needed() -> None:
    window = Window(per_row=3, rows=2, total=20)
    assert window.page == 6
    assert window.scrolled(0, 5) == 0
    assert window.scrolled(0, 6) == 3
    assert window.scrolled(9, 8) == 6
    assert window.scrolled(0, 19) == 15
    assert window.scrolled(99, 0) == 0


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 200), st.integers(-9, 300), st.integers(-9, 300))
def test_what_is_chosen_is_in_sight(per_row: int, rows: int, total: int, first: int, place: int) -> None:
    window = Window(per_row, rows, total)
    start = window.scrolled(first, place)
    if window.page and total:
        assert start % per_row == 0
        assert start <= window.clamp(place) < start + window.page
        assert start == 0 or start + window.page < total + per_row
    else:
        assert start == 0


def test_moves() -> None:
    window = Window(3, 2, 20)
    assert Browsing().at(7, window) == Browsing(place=7, first=3)
    assert Browsing().at(-2, window).place == 0
    assert Browsing().at(99, window).place == 19
    opened = Browsing(place=7, first=3).opened(41)
    assert (opened.is_open, opened.number) == (True, 41)
    assert opened.at(7, window).number == 41
    assert opened.at(8, window).number is None
    assert opened.closed() == Browsing(place=7, first=3)


def test_modes_sets_and_orders() -> None:
    start = Browsing(place=7, first=3)
    assert [one.mode for one in (start, start.with_next_mode(), start.with_next_mode().with_next_mode())] == [
        "samples",
        "weights",
        "responses",
    ]
    assert start.with_next_mode().with_next_mode().with_next_mode() == start
    assert start.with_other_set() == Browsing(on_test=False)
    assert start.with_other_order() == Browsing(wrong_first=True)


def test_units_are_those_of_the_network() -> None:
    sizes = (64, 32, 10)
    assert Browsing().at_unit((1, 40), sizes).unit == (1, 31)
    assert Browsing().at_unit((5, 40), sizes).unit == (2, 9)
    assert Browsing().at_unit((0, -1), sizes).unit == (1, 0)
    assert Browsing().at_unit((1, 30), sizes, Window(7, 3, 32)).first_unit == 14
    assert Browsing(mode="weights", unit=(1, 9)).within((2, 4, 1), False) == Browsing(unit=(1, 3))
