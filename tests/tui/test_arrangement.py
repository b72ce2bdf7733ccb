from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Region

from tuinet.tui.arrangement import (
    BOUNDARY,
    FLOW,
    GRADIENTS,
    HIDDEN_SPACE,
    KEYS,
    LOSS,
    NETWORK,
    NUMBERED,
    STATUS,
    TOO_SMALL,
    WEIGHTS,
    Wants,
    arrange,
)

XOR = Wants(status=2, weights=lambda width: 5, gradients=3)
ALL = {STATUS, BOUNDARY, LOSS, WEIGHTS, GRADIENTS, KEYS}


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
    assert arrangement[BOUNDARY] == boundary


@pytest.mark.parametrize("name", NUMBERED)
def test_one_panel_can_have_the_screen(name: str) -> None:
    assert arrange(80, 24, XOR, name) == {
        STATUS: Region(0, 0, 80, 2),
        name: Region(0, 2, 80, 21),
        KEYS: Region(0, 23, 80, 1),
    }


def test_a_small_terminal_has_fewer_panels() -> None:
    assert set(arrange(60, 24, XOR)) == {STATUS, BOUNDARY, LOSS, KEYS}
    assert set(arrange(40, 12, XOR)) == {STATUS, BOUNDARY, KEYS}
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
