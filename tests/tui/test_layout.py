from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Region

from tests.factories import make_snapshot
from tuinet.lessons.lesson import PANELS as LESSON_WORDS
from tuinet.tui.layout import (
    FLOW,
    GRADIENTS,
    HIDDEN_SPACE,
    KEYS,
    LESSON,
    LOSS,
    MAP,
    NETWORK,
    STATUS,
    TOO_SMALL,
    WEIGHTS,
    PanelChoice,
    Wants,
    arrange,
    choose_panels,
)
from tuinet.tui.panels import ZOOMED

XOR = Wants(status=2, weights=lambda width: 5, gradients=3)
ALL = {STATUS, MAP, LOSS, WEIGHTS, GRADIENTS, KEYS}


@pytest.mark.parametrize(
    ("size", "boundary", "more"),
    [
        ((80, 24), Region(0, 2, 33, 14), set()),
        ((120, 36), Region(0, 2, 40, 19), {NETWORK, HIDDEN_SPACE}),
        ((200, 60), Region(0, 2, 74, 36), {NETWORK, HIDDEN_SPACE, FLOW}),
    ],
)
def test_the_sizes_made_by_hand(size: tuple[int, int], boundary: Region, more: set[str]) -> None:
    arrangement = arrange(*size, XOR)
    assert set(arrangement) == ALL | more
    assert arrangement[MAP] == boundary


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (90, 28)])
def test_a_small_network_is_on_the_first_screen_below_the_curve(size: tuple[int, int]) -> None:
    arrangement = arrange(*size, XOR._replace(choice=PanelChoice(has_small_network=True)))
    assert set(arrangement) == {STATUS, MAP, GRADIENTS, LOSS, NETWORK, KEYS}
    assert arrangement[MAP] == arrange(*size, XOR)[MAP]
    assert arrangement[NETWORK].height >= 11
    assert (arrangement[NETWORK].x, arrangement[NETWORK].width) == (arrangement[LOSS].x, arrangement[LOSS].width)


def test_where_it_is_too_low_for_a_small_network_there_are_its_numbers() -> None:
    assert set(arrange(80, 20, XOR._replace(choice=PanelChoice(has_small_network=True)))) == ALL


@pytest.mark.parametrize(
    ("hidden", "inputs", "is_small"),
    [((2,), 2, True), ((8, 8), 2, True), ((8,), 4, True), ((3, 3, 3), 2, True), ((9,), 2, False), ((32,), 64, False)],
)
def test_networks_up_to_eight_by_eight_are_small(hidden: tuple[int, ...], inputs: int, is_small: bool) -> None:
    assert choose_panels(make_snapshot(hidden=hidden, inputs=inputs)).has_small_network is is_small


def test_lessons_name_the_panels_that_are_there() -> None:
    assert ZOOMED == LESSON_WORDS


@pytest.mark.parametrize("name", ZOOMED)
def test_one_panel_can_have_the_screen(name: str) -> None:
    assert arrange(80, 24, XOR, name) == {
        STATUS: Region(0, 0, 80, 2),
        name: Region(0, 2, 80, 21),
        KEYS: Region(0, 23, 80, 1),
    }


@pytest.mark.parametrize(
    ("size", "text", "panels"),
    [
        ((80, 24), Region(0, 2, 38, 21), {LOSS: Region(38, 2, 42, 12), MAP: Region(38, 14, 42, 9)}),
        ((60, 24), Region(0, 2, 60, 13), {LOSS: Region(0, 15, 60, 8)}),
        ((40, 12), Region(0, 2, 40, 9), {}),
    ],
)
def test_a_lesson_has_its_text_beside_what_it_shows(
    size: tuple[int, int], text: Region, panels: dict[str, Region]
) -> None:
    arrangement = arrange(*size, XOR, lesson=[LOSS, MAP])
    assert {name: arrangement[name] for name in arrangement if name not in (STATUS, KEYS)} == {LESSON: text, **panels}


def test_a_large_terminal_shows_more_than_a_lesson_asks_for() -> None:
    assert set(arrange(120, 36, XOR, lesson=[FLOW])) == {STATUS, KEYS, LESSON, FLOW, MAP, LOSS, NETWORK}
    assert set(arrange(200, 60, XOR, lesson=[LOSS])) == {*ALL, LESSON, NETWORK}
    assert arrange(120, 36, XOR, FLOW, [LOSS])[FLOW] == Region(43, 2, 77, 33)


@given(
    st.integers(40, 300),
    st.integers(12, 100),
    st.lists(st.sampled_from(ZOOMED), min_size=1, max_size=4, unique=True),
    st.none() | st.sampled_from(ZOOMED),
)
def test_a_lesson_fills_the_screen_without_overlap(
    width: int, height: int, shown: list[str], zoomed: str | None
) -> None:
    regions = list(arrange(width, height, XOR, zoomed, shown).values())
    assert sum(region.area for region in regions) == width * height
    assert all(not one.overlaps(other) for index, one in enumerate(regions) for other in regions[:index])


def test_a_small_terminal_has_fewer_panels() -> None:
    assert set(arrange(60, 24, XOR)) == {STATUS, MAP, LOSS, KEYS}
    assert set(arrange(40, 12, XOR)) == {STATUS, MAP, KEYS}
    assert set(arrange(39, 12, XOR)) == {TOO_SMALL}
    assert set(arrange(40, 11, XOR)) == {TOO_SMALL}


@given(
    st.integers(1, 300),
    st.integers(1, 100),
    st.integers(1, 4),
    st.integers(1, 5000),
    st.integers(1, 40),
)
def test_panels_cover_the_terminal_and_do_not_overlap(
    width: int, height: int, status: int, weights: int, gradients: int
) -> None:
    arrangement = arrange(width, height, Wants(status, lambda room: weights, gradients))
    regions = list(arrangement.values())
    assert sum(region.area for region in regions) == width * height
    assert all(Region(0, 0, width, height).contains_region(region) for region in regions)
    assert not any(one.overlaps(other) for index, one in enumerate(regions) for other in regions[:index])
