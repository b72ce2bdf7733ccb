from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from tuinet.tui.draw.braille import Dot, Dots, Drawn, Pen, braille_rows, characters, clipped, dots, doubled, segments_of
from tuinet.tui.draw.cells import Array, Mark
from tuinet.tui.draw.text import ink
from tuinet.tui.panels.hidden.plane import _GRID, _winners, borders, on_square, zero_lines
from tuinet.tui.panels.network.pictures import DiagramCanvas


def lines(segments: Array, columns: int, rows: int) -> list[str]:
    return ["".join(map(chr, line)) for line in characters(dots(segments, columns, rows)).tolist()]


def test_lines_of_dots() -> None:
    across = np.array([[[0.0, 0.5], [5.9, 0.5]]])
    down = np.array([[[0.5, 0.0], [0.5, 7.9]]])
    diagonal = np.array([[[0.5, 0.5], [3.5, 3.5]]])
    assert lines(across, 3, 1) == ["⠉⠉⠉"]
    assert lines(down, 1, 2) == ["⡇", "⡇"]
    assert lines(diagonal, 2, 1) == ["⠑⢄"]
    assert lines(np.empty((0, 2, 2)), 2, 1) == ["⠀⠀"]


def test_a_line_across_a_whole_picture_has_no_gaps() -> None:
    for right in (1.0, 2.0, 39.0, 40.0):
        drawn = dots(np.array([[[1.0, 1.0], [right * 2 - 1.0, 7.0]]]), int(right), 2)
        assert all(column.any() for column in drawn.T[1 : int(right) * 2 - 1])


def test_a_bold_line_is_two_dots_wide() -> None:
    flat, steep = np.array([[[0.5, 2.0], [5.5, 2.0]]]), np.array([[[3.0, 0.5], [3.0, 7.5]]])
    assert dots(doubled(flat), 3, 2).sum(axis=0).tolist() == [2] * 6
    assert dots(doubled(steep), 3, 2).sum(axis=1).tolist() == [2] * 8


def test_what_is_outside_is_cut_and_what_is_not_finite_left_out() -> None:
    segments = np.array([[[-1e12, 2.0], [1e12, 2.0]], [[np.nan, 0.0], [1.0, 1.0]], [[-5.0, 0.0], [-1.0, 4.0]]])
    np.testing.assert_allclose(clipped(segments, 6, 4), [[[0, 2], [6, 2]]], atol=1e-3)
    assert lines(segments, 3, 1) == ["⠤⠤⠤"]


points = st.tuples(st.floats(-30, 60), st.floats(-30, 60))


@given(st.lists(st.tuples(points, points), max_size=8), st.integers(0, 20), st.integers(0, 10))
def test_dots_are_near_their_line(ends: list[tuple[tuple[float, float], ...]], columns: int, rows: int) -> None:
    segments = np.array(ends, dtype=float).reshape(-1, 2, 2)
    drawn = dots(segments, columns, rows)
    assert drawn.shape == (4 * rows, 2 * columns)
    fine = np.linspace(0, 1, 400)[:, None, None]
    on_line = (segments[:, 0] + fine * (segments[:, 1] - segments[:, 0])).reshape(-1, 2)
    for down, across in zip(*drawn.nonzero(), strict=True):
        assert np.abs(on_line - [across + 0.5, down + 0.5]).max(axis=1).min() < 0.8


def test_segments_of_polylines() -> None:
    polyline = np.array([[[0.0, 0.0], [1.0, 0.0], [1.0, 2.0]]])
    assert segments_of(polyline).tolist() == [[[0.0, 0.0], [1.0, 0.0]], [[1.0, 0.0], [1.0, 2.0]]]


def test_the_last_layer_with_dots_has_the_cell_and_glyphs_are_over_all() -> None:
    under = Drawn(dots(np.array([[[0.0, 0.5], [5.9, 0.5]]]), 4, 1), "#111111")
    over = Drawn(dots(np.array([[[2.5, 0.0], [2.5, 3.9]]]), 4, 1), "#eeeeee", bold=True)
    grounds = [["#000000", "#000000", "#222222", "#222222"]]
    (strip,) = braille_rows([under, over], grounds, {(0, 2): Mark("●", "#ff0000")})
    assert strip.text == "⠉⡇● "
    styles: list[Style | None] = [segment.style for segment in strip]
    assert styles == [
        ink("#111111", "#000000"),
        ink("#eeeeee", "#000000", bold=True),
        ink("#ff0000", "#222222", bold=True),
        ink(None, "#222222"),
    ]


def test_where_a_function_is_zero() -> None:
    functions = on_square(
        np.array([[-1.0, 1.0, 0.0], [0.0, 1.0, -2.0], [9.0, 1.0, 1.0], [0.0, 0.0, 0.0]]), ((0, 4), (0, 2))
    )
    found = zero_lines(functions)
    assert sorted(map(sorted, found.tolist())) == [[[0.0, 0.0], [1.0, 1.0]], [[0.25, 0.0], [0.25, 1.0]]]


def test_borders_end_where_three_classes_meet() -> None:
    thirds = np.array([[0.0, -1.0, 0.0], [-1.0, 1.0, 0.0], [-1.0, 0.0, 1.0]])
    found = borders(thirds)
    assert len(found) == 3
    meeting = np.array([0.5, 0.5])
    assert np.abs(found - meeting).max(axis=2).min(axis=1).max() < 1e-9


@given(st.integers(0, 10_000), st.integers(1, 12))
def test_on_a_border_two_classes_are_the_largest(seed: int, classes: int) -> None:
    functions = np.random.default_rng(seed).normal(size=(classes, 3))
    for ends in borders(functions):
        assert (ends > -1e-9).all()
        assert (ends < 1 + 1e-9).all()
        s, t = ends.mean(axis=0)
        values = functions @ [1.0, s, t]
        seen = np.sort(values[_winners(functions)])[::-1]
        assert seen[0] - seen[1] < 1e-9
        # A region smaller than the grid on which the largest are sought may be missed, by no more than this.
        assert values.max() - seen[0] < 2 * np.abs(functions[:, 1:]).sum(axis=1).max() / _GRID


ONE, OTHER = Style(color="red"), Style(color="blue")
GROUND = "#101010"
WORDS = ink("#ffffff", GROUND)


def drawn(dots: Dots, width: int, height: int) -> list[str]:
    canvas = DiagramCanvas(width, height, GROUND)
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
    canvas = DiagramCanvas(4, 2, GROUND)
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
        ([(0, "e\u0301x")], "e\u0301x  "),
        ([(0, "👩‍🔬x"), (1, "y")], " yx "),
    ],
)
def test_wide_characters_take_two_cells_and_half_of_one_is_blank(writes: list[tuple[int, str]], text: str) -> None:
    canvas = DiagramCanvas(4, 1, GROUND)
    for x, written in writes:
        canvas.write(x, 0, written, WORDS)
    (row,) = canvas.rows()
    assert (row.text, row.cell_length) == (text, 4)


def test_no_room_is_no_rows() -> None:
    assert DiagramCanvas(5, 0, GROUND).rows() == []
    assert [row.cell_length for row in DiagramCanvas(0, 2, GROUND).rows()] == [0, 0]
