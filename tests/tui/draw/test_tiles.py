"""Pictures as tiles: how large and how many, and their pixels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuinet.tui.draw.cells import has_halves
from tuinet.tui.draw.pixels import PictureCanvas
from tuinet.tui.draw.tiles import PictureShares, Shape, Tile, Tiling, picture_lines, resized, tile_rows, tiling
from tuinet.tui.style.colour import Ramp, luminance
from tuinet.tui.style.theme import Theme, find_theme, load_themes

DARK, LIGHT = find_theme("dark"), find_theme("light")


@pytest.mark.parametrize(
    ("shape", "width", "height", "drawn", "columns", "rows"),
    [
        ((8, 8), 31, 11, (8, 8), 3, 2),
        ((8, 8), 31, 10, (8, 8), 3, 2),
        ((8, 8), 78, 19, (8, 8), 7, 3),
        ((8, 8), 118, 31, (16, 16), 6, 3),
        ((28, 28), 31, 11, (14, 14), 2, 1),
        ((28, 28), 78, 19, (14, 14), 4, 2),
        ((28, 28), 198, 55, (28, 28), 6, 3),
        ((8, 8), 9, 4, (4, 4), 1, 1),
        ((100, 100), 31, 11, (13, 13), 2, 1),
        ((1, 64), 31, 11, (1, 13), 2, 5),
    ],
)
def test_tiles_are_as_large_as_leaves_room_for_enough(
    shape: Shape, width: int, height: int, drawn: Shape, columns: int, rows: int
) -> None:
    layout = tiling(shape, width, height)
    assert layout is not None
    assert (layout.shape, layout.columns, layout.rows) == (drawn, columns, rows)


def test_there_may_be_no_room() -> None:
    assert tiling((8, 8), 5, 20) is None
    assert tiling((8, 8), 80, 2) is None
    assert tiling((8, 8), 0, 0) is None


@settings(max_examples=200)
@given(st.integers(1, 64), st.integers(1, 64), st.integers(0, 220), st.integers(0, 60), st.integers(1, 60))
def test_tiles_are_within_their_room(rows: int, columns: int, width: int, height: int, wanted: int) -> None:
    layout = tiling((rows, columns), width, height, wanted)
    if layout is not None:
        across = layout.pitch * (layout.columns - 1) + 1 + layout.shape[1]
        down = layout.rows * (layout.lines + 1) + (layout.rows - 1) * layout.gap
        assert layout.count > 0
        assert across <= width + 1
        assert down <= height


def test_which_tile_is_at_a_cell() -> None:
    layout = Tiling((8, 8), columns=3, rows=2, pitch=10, gap=1)
    assert [layout.hit(x, y) for x, y in ((0, 0), (9, 4), (10, 0), (29, 5), (0, 6), (15, 10))] == [0, 0, 1, 2, 3, 4]
    assert [layout.hit(x, y) for x, y in ((30, 0), (-1, 0), (0, 12), (0, -1))] == [None] * 4


def test_pixels_are_repeated_or_averaged() -> None:
    values = np.array([[0.0, 1.0], [2.0, 4.0]])
    assert resized(values, (2, 2)) is values
    assert resized(values, (4, 2)).tolist() == [[0, 1], [0, 1], [2, 4], [2, 4]]
    assert resized(values, (1, 1)).tolist() == [[1.75]]
    assert resized(np.arange(6.0)[None, :], (1, 3)).tolist() == [[0.5, 2.5, 4.5]]
    assert resized(np.arange(5.0)[None, :], (1, 2)).tolist() == [[0.5, 3.0]]


@settings(max_examples=100)
@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 5))
def test_a_picture_made_larger_and_smaller_again_is_the_same(rows: int, columns: int, factor: int) -> None:
    values = np.random.default_rng(rows * columns).normal(size=(rows, columns))
    larger = resized(values, (rows * factor, columns * factor))
    np.testing.assert_array_equal(larger, np.kron(values, np.ones((factor, factor))))
    np.testing.assert_allclose(resized(larger, (rows, columns)), values)


def test_two_rows_of_pixels_are_one_of_cells() -> None:
    shares = np.array([[0.0, 1.0], [1.0, 1.0], [1.0, 0.0]])
    lines = picture_lines(shares, (3, 2), Ramp(("#000000", "#ffffff")), DARK)
    assert ["".join(text for text, _ in line) for line in lines] == ["▀ ", "▀▀"]
    assert lines[1][0][1].bgcolor is not None
    assert lines[1][0][1].bgcolor.name == DARK.background


def test_tiles_are_painted_at_their_places() -> None:
    white, canvas = Ramp(("#000000", "#ffffff")), PictureCanvas(20, 4)
    layout = Tiling((2, 2), columns=2, rows=2, pitch=5, gap=0)
    tiles = [
        Tile(source.lines((2, 2), DARK), (" ", DARK.inks.blank), [], source)
        for source in (PictureShares(np.array(shares), white) for shares in ([[0.0, 1.0]], [[1.0, 1.0]], [[0.0, 0.0]]))
    ]
    assert len(tile_rows(tiles, layout, DARK, 20, canvas)) == 4
    picture = canvas.picture(0, 0)
    assert picture is not None
    seen = np.array(picture.palette)[picture.pixels]
    cells = {
        (row, column): set(seen[8 * row : 8 * row + 8, 4 * column : 4 * column + 4].flat)
        for row, column in ((0, 1), (0, 2), (0, 6), (0, 7), (2, 1))
    }
    assert [{"#000000"}, {"#ffffff"}, {"#ffffff"}, {"#ffffff"}, {"#000000"}] == list(cells.values())
    opaque = (picture.pixels > 0).sum()
    assert opaque == 3 * 2 * 8 * 4


def test_a_picture_with_more_pixels_than_half_blocks_is_drawn_finer() -> None:
    shares = np.array([[0.0, 1.0, 1.0, 1.0], [0.0, 0.0, 1.0, 1.0]])
    quadrants, black_and_white = replace(DARK, cells="quadrant"), Ramp(("#000000", "#ffffff"))
    (line,) = picture_lines(shares, (2, 2), black_and_white, quadrants)
    assert "".join(text for text, _ in line) == "▝ "
    # One that has no more is drawn as ever: its pixels are not cut in two.
    assert picture_lines(shares, (2, 4), black_and_white, quadrants) == picture_lines(
        shares, (2, 4), black_and_white, DARK
    )


def test_without_halves_two_rows_of_pixels_are_averaged() -> None:
    shares = np.array([[0.0, 1.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]])
    ansi = find_theme("ansi")
    assert has_halves(ansi.greys, ansi)
    assert not has_halves(ansi.levels, ansi)
    lines = picture_lines(shares, (4, 2), ansi.levels, ansi)
    shades = [ansi.levels.shades[index] for index in (7, 14, 0, 7)]
    assert "".join(text for line in lines for text, _ in line) == "".join(shade.glyph for shade in shades)
    spelled = replace(DARK, spells=True)
    lines = picture_lines(shares, (4, 2), DARK.greys, spelled)
    assert ["".join(text for text, _ in line) for line in lines] == ["  ", "  "]
    grounds = [style.bgcolor.name if style.bgcolor else "" for line in lines for _, style in line]
    assert grounds == [DARK.greys[8], DARK.greys[15], DARK.greys[0], DARK.greys[8]]


@pytest.mark.parametrize("theme", load_themes(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("indexed", [False, True], ids=["truecolor", "256"])
def test_greys_can_be_told_apart(theme: Theme, indexed: bool) -> None:
    used = replace(theme, indexed=indexed)
    if theme.is_ansi:
        assert len(set(used.greys)) >= 3
        return
    lights = [luminance(colour) for colour in used.greys]
    assert len(set(lights)) >= 12
    assert sorted(lights, reverse=not theme.dark) == lights
    for levels in (used.right_levels, used.wrong_levels):
        assert len(set(levels)) >= 4
    assert not set(used.right_levels[1:]) & set(used.wrong_levels)
