from __future__ import annotations

import numpy as np
from textual.strip import Strip

from tuinet.tui.draw.blocks import colour_field
from tuinet.tui.draw.cells import Levels, Mark
from tuinet.tui.draw.pixels import DOWN, PictureCanvas, field_picture

COLOURS = ("#000000", "#404040", "#ffffff")


def field(marks: dict[tuple[int, int], Mark]) -> tuple[Levels, list[Strip]]:
    """Four cells: two of the first colour, then two of the last one."""
    levels: Levels = np.repeat([[0, 0, 2, 2]], 8, axis=0).repeat(4, axis=1)
    return levels, colour_field(levels, COLOURS, (1, 4), "whole", marks)


def test_a_field_is_seen_in_its_colours_behind_what_stands_on_them() -> None:
    levels, strips = field({(0, 0): Mark("●"), (0, 2): Mark("○")})
    picture = field_picture(0, strips, (1, 4), levels, COLOURS)
    assert picture is not None
    assert (picture.columns, picture.rows) == (4, 1)
    assert np.array_equal(np.array(picture.palette)[picture.pixels], np.array(COLOURS)[levels])
    assert (picture.pixels > 0).all()


def test_what_has_a_ground_of_its_own_keeps_it() -> None:
    levels, strips = field({(0, 1): Mark("A", "#ff0000", "#102030"), (0, 3): Mark("○", ground=COLOURS[0])})
    picture = field_picture(0, strips, (1, 4), levels, COLOURS)
    assert picture is not None
    assert [(picture.pixels[:, 4 * cell : 4 * cell + 4] > 0).all() for cell in range(4)] == [True, False, True, False]


def test_cells_beside_the_field_are_no_part_of_it() -> None:
    levels, strips = field({(0, 0): Mark("A", "#ff0000", "#102030")})
    shifted = [Strip([*Strip.blank(3), *strip]) for strip in strips]
    picture = field_picture(3, shifted, (1, 4), levels, COLOURS)
    assert picture is not None
    assert (picture.left, picture.top) == (3, 0)
    assert not picture.pixels[:, :4].any()
    assert picture.pixels[:, 4:].all()


def test_where_nothing_is_painted_there_is_no_picture() -> None:
    canvas = PictureCanvas(3, 2)
    assert canvas.picture(0, 0) is None
    canvas.paint(2, 1, (5, 5), np.array([[1]]), COLOURS)
    picture = canvas.picture(0, 0)
    assert picture is not None
    assert np.array_equal(np.argwhere(picture.pixels > 0)[0], [DOWN, 8])
    assert picture.looks_like(picture)


def test_dots_are_pixels_and_letters_are_not() -> None:
    # Dots 1 and 6 of a braille pattern: the upper left one and the third on the right, a cell of 2 by 4 dots.
    levels, strips = field({(0, 1): Mark("\u2821", "#ff0000"), (0, 3): Mark("○", "#ff0000")})
    picture = field_picture(0, strips, (1, 4), levels, COLOURS)
    assert picture is not None
    assert np.argwhere(picture.dots).tolist() == [[0, 4], [4, 6]]
    assert {picture.palette[index] for index in picture.with_dots[[0, 4], [4, 6]]} == {"#ff0000"}
    assert picture.written.tolist() == [[False, False, False, True]]
    assert picture.covered.tolist() == [[True, True, True, False]]


def test_what_has_a_ground_of_its_own_is_not_covered() -> None:
    levels, strips = field({(0, 1): Mark("\u2821", "#ff0000", "#102030")})
    picture = field_picture(0, strips, (1, 4), levels, COLOURS)
    assert picture is not None
    assert picture.covered.tolist() == [[True, False, True, True]]
    assert not picture.dots.any()
