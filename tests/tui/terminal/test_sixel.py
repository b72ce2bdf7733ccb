"""What is sent as sixels is what a decoder of its own makes of it, in few characters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.sixel import sixel_pixels
from tuinet.tui.terminal.sixel import in_so_many, scaled, sixels

PALETTE = ((0, 0, 0), (255, 0, 0), (0, 0, 255), (51, 102, 153))
PERCENTS = np.array([(0, 0, 0, 0), (100, 0, 0, 1), (0, 0, 100, 1), (20, 40, 60, 1)], np.uint8)

pictures = st.integers(1, 40).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 3), min_size=width, max_size=width), min_size=1, max_size=20)
)


@settings(max_examples=80)
@given(pictures)
def test_a_decoder_sees_the_pixels(rows: list[list[int]]) -> None:
    pixels = np.array(rows, np.uint8)
    assert np.array_equal(sixel_pixels(sixels(pixels, PALETTE).encode()), PERCENTS[pixels])


def test_the_smallest_picture_by_hand() -> None:
    # Of the first column the rows 0 and 2 are red, 1 + 4 = 5 above "?"; of the next five all six, 63 above "?".
    pixels: NDArray[np.uint8] = np.zeros((7, 6), np.uint8)
    pixels[[0, 2], 0], pixels[:6, 1:], pixels[6, 5] = 1, 1, 3
    assert sixels(pixels, PALETTE) == '\x1bP0;1q"1;1;6;7#0;2;100;0;0#1;2;20;40;60#0D!5~-#1!5?@\x1b\\'


def test_equal_columns_are_counted_and_blank_ends_left_out() -> None:
    pixels = np.zeros((6, 400), np.uint8)
    pixels[:, 100:300] = 2
    assert sixels(pixels, PALETTE).count("?") == 1
    assert len(sixels(pixels, PALETTE)) < 60


def test_a_picture_without_a_pixel_is_empty() -> None:
    assert not sixel_pixels(sixels(np.zeros((12, 8), np.uint8), PALETTE).encode()).any()


@pytest.mark.parametrize("size", [(8, 8), (20, 30), (3, 5)])
def test_each_pixel_of_another_size_is_the_one_at_its_place(size: tuple[int, int]) -> None:
    pixels = np.arange(64, dtype=np.uint8).reshape(8, 8)
    larger = scaled(pixels, size)
    assert larger.shape == size
    for row, column in np.ndindex(size):
        assert larger[row, column] == pixels[int((row + 0.5) * 8 / size[0]), int((column + 0.5) * 8 / size[1])]


def test_of_too_many_colours_the_nearest_are_taken() -> None:
    greys = [(0, 0, 0), *((step, step, step) for step in (0, 10, 120, 130, 255))]
    pixels = np.array([[0, 1, 1, 2, 3, 4, 5, 5, 5]], np.uint8)
    assert in_so_many(pixels, greys, 5) is pixels
    # White is the most frequent, black is farthest from it, and 130 from both.
    assert in_so_many(pixels, greys, 3).tolist() == [[0, 1, 1, 1, 4, 4, 5, 5, 5]]
    assert in_so_many(pixels, greys, 2).tolist() == [[0, 1, 1, 1, 1, 5, 5, 5, 5]]
