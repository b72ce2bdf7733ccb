from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from tuinet.tui.draw.braille import Dot, Dots, Pen
from tuinet.tui.draw.text import ink
from tuinet.tui.panels.network.pictures import Canvas

ONE, OTHER = Style(color="red"), Style(color="blue")
GROUND = "#101010"
WORDS = ink("#ffffff", GROUND)


def drawn(dots: Dots, width: int, height: int) -> list[str]:
    canvas = Canvas(width, height, GROUND)
    canvas.put_all(dots.cells)
    return [row.text.rstrip() for row in canvas.rows()]


@pytest.mark.parametrize(
    ("start", "end", "pen", "rows"),
    [
        ((0, 1), (5, 1), Pen(ONE), ["⠒⠒⠒"]),
        ((5, 1), (0, 1), Pen(ONE), ["⠒⠒⠒"]),
        ((0, 0), (0, 3), Pen(ONE), ["⡇"]),
        ((0, 0), (3, 3), Pen(ONE), ["⠑⢄"]),
        ((0, 1), (3, 1), Pen(ONE, width=2), ["⠶⠶"]),
        ((0, 1), (3, 1), Pen(ONE, width=3), ["⠿⠿"]),
        ((1, 0), (1, 3), Pen(ONE, width=2), ["⢸⡇"]),
        ((0, 1), (9, 1), Pen(ONE, on=4, every=6), ["⠒⠒ ⠒⠒"]),
        ((0, 0), (0, 7), Pen(ONE, on=2, every=4), ["⠃", "⠃"]),
        ((2, 2), (2, 2), Pen(ONE), [" ⠄"]),
    ],
)
def test_lines(start: Dot, end: Dot, pen: Pen, rows: list[str]) -> None:
    dots = Dots()
    dots.line(start, end, pen)
    assert drawn(dots, 5, len(rows)) == rows


def test_the_same_pen_adds_to_a_cell_and_another_one_takes_it() -> None:
    dots = Dots()
    dots.line((0, 0), (1, 0), Pen(ONE))
    dots.line((0, 3), (1, 3), Pen(ONE))
    assert dots.cells == {(0, 0): ("⣉", ONE)}
    dots.line((0, 1), (1, 1), Pen(OTHER))
    assert dots.cells == {(0, 0): ("⠒", OTHER)}


coordinates = st.tuples(st.integers(-5, 60), st.integers(-5, 60))


@given(coordinates, coordinates, st.integers(1, 3))
def test_a_line_goes_from_its_start_to_its_end(start: Dot, end: Dot, width: int) -> None:
    dots = Dots()
    dots.line(start, end, Pen(ONE, width))
    for x, y in (start, end):
        assert (x < 0 or y < 0) or (y // 4, x // 2) in dots.cells
    assert all(row >= 0 and column >= 0 for row, column in dots.cells)


def test_a_canvas_cuts_what_does_not_lie_on_it() -> None:
    canvas = Canvas(4, 2, GROUND)
    canvas.write(-1, 0, "abc", WORDS)
    canvas.write(2, 1, "defg", WORDS)
    canvas.write(0, 2, "below", WORDS)
    canvas.write(0, -1, "above", WORDS)
    assert [row.text for row in canvas.rows()] == ["bc  ", "  de"]


@pytest.mark.parametrize(
    ("writes", "text"),
    [
        ([(0, "花x")], "花x "),
        ([(0, "花x"), (1, "y")], " yx "),
        ([(0, "花x"), (0, "y")], "y x "),
        ([(3, "花")], "    "),
        ([(0, "e\u0301x")], "ex  "),
    ],
)
def test_wide_characters_take_two_cells_and_half_of_one_is_blank(writes: list[tuple[int, str]], text: str) -> None:
    canvas = Canvas(4, 1, GROUND)
    for x, written in writes:
        canvas.write(x, 0, written, WORDS)
    (row,) = canvas.rows()
    assert (row.text, row.cell_length) == (text, 4)


def test_no_room_is_no_rows() -> None:
    assert Canvas(5, 0, GROUND).rows() == []
    assert [row.cell_length for row in Canvas(0, 2, GROUND).rows()] == [0, 0]
