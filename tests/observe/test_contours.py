"""Lines through grids of values, and the decision boundary of a network against roots that are searched for."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuinet.experiment.presets import make_experiment
from tuinet.nn.parameters import Array
from tuinet.observe.contours import UNDECIDED, boundary, class_borders, contour_segments, to_edges
from tuinet.observe.planes import NO_LINES, Surface
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import View
from tuinet.session.session import Session
from tuinet.tui.draw.boundary import boundary_marks, only_answer
from tuinet.tui.draw.chart import MapLayout, map_layout
from tuinet.tui.style.theme import find_theme
from tuinet.tui.terminal.substitutes import dots

DARK = find_theme("dark")


def test_a_line_runs_where_the_height_is_reached() -> None:
    heights = np.array([[0.0, 0.0], [1.0, 1.0]])
    np.testing.assert_allclose(contour_segments(heights, 0.25), [[[1, 0.25], [0, 0.25]]])
    assert not len(contour_segments(heights, 2.0))
    assert not len(contour_segments(np.ones((1, 5)), 0.5))


def test_at_a_saddle_the_mean_decides_which_corners_are_cut_off() -> None:
    high = contour_segments(np.array([[1.0, 0.0], [0.0, 1.0]]), 0.4)
    low = contour_segments(np.array([[1.0, 0.0], [0.0, 1.0]]), 0.6)
    np.testing.assert_allclose(sorted(high.tolist()), [[[0.4, 1.0], [0.0, 0.6]], [[0.6, 0.0], [1.0, 0.4]]])
    np.testing.assert_allclose(sorted(low.tolist()), [[[0.0, 0.4], [0.4, 0.0]], [[1.0, 0.6], [0.6, 1.0]]])


def test_a_square_with_a_corner_that_is_no_number_has_no_line() -> None:
    assert not len(contour_segments(np.array([[0.0, np.nan], [1.0, 1.0]]), 0.5))


def test_lines_of_a_bowl_are_circles() -> None:
    across = (np.arange(60) + 0.5) / 30 - 1
    pieces = contour_segments(across**2 + across[:, None] ** 2, 0.5)
    a, b = pieces[..., 0], pieces[..., 1]
    radii = np.hypot((a + 0.5) / 30 - 1, 1 - (b + 0.5) / 30)
    np.testing.assert_allclose(radii, np.sqrt(0.5), atol=1e-3)


def test_between_two_classes_the_border_is_where_both_are_equally_strong() -> None:
    scores = np.zeros((2, 2, 3))
    scores[:, 0] = [3.0, 0.0, -9.0]
    scores[:, 1] = [0.0, 1.0, -9.0]
    pieces = class_borders(scores)
    np.testing.assert_allclose(sorted(pieces[0].tolist()), [[0.75, 0.0], [0.75, 1.0]])
    assert len(pieces) == 1


def test_three_regions_meet_in_a_point() -> None:
    scores = np.zeros((2, 2, 3))
    scores[0, 0, 0] = scores[0, 1, 1] = scores[1, 0, 2] = scores[1, 1, 2] = 1.0
    pieces = class_borders(scores)
    assert len(pieces) == 3
    np.testing.assert_allclose(pieces[:, 1], np.tile(pieces[:, 0].mean(axis=0), (3, 1)))
    np.testing.assert_allclose(sorted(pieces[:, 0].tolist()), [[0.0, 0.5], [0.5, 0.0], [1.0, 0.5]])


def test_what_is_no_number_has_no_border_and_is_no_only_answer() -> None:
    scores = np.full((3, 3, 2), np.nan)
    assert not len(class_borders(scores))
    assert boundary(scores, 0.0)[1] is None
    assert boundary(scores[:, :, :1], 0.0)[1] is None


def test_a_network_that_is_undecided_answers_nothing() -> None:
    assert boundary(np.zeros((3, 3, 1)), 0.0)[1] == UNDECIDED
    assert boundary(np.tile([1.0, 1.0, 0.0], (3, 3, 1)), 0.0)[1] == UNDECIDED
    rounded = np.linspace(-2e-16, 3e-16, 9).reshape(3, 3, 1)
    for scores, level in ((rounded, 0.0), (rounded + 0.5, 0.5), (np.concatenate([rounded, -rounded], axis=2), 0.0)):
        lines, only = boundary(scores, level)
        assert (len(lines), only) == (0, UNDECIDED)
    assert len(boundary(rounded * 1e4, 0.0)[0])
    one = np.ones((3, 3, 1))
    assert boundary(one, 0.0)[1] == 1
    assert boundary(-one, 0.0)[1] == 0
    one[1, 1] = 0.0
    assert boundary(one, 0.0)[1] is None
    session = Session(make_experiment(dataset="and", hidden=(), initializer="zeros"))
    surface = session.snapshot(View(5, 5)).surface
    assert isinstance(surface, Surface)
    assert only_answer(session.snapshot(View(5, 5)), 28) == "no boundary"


def test_beyond_the_outermost_pixels_the_line_goes_on_straight() -> None:
    np.testing.assert_allclose(to_edges(np.array([[1.0, 2.0], [3.0, 4.0]]))[0], [-2, -1, 0, 1])
    pieces, only = boundary(np.array([[[-1.0], [1.0]], [[-1.0], [1.0]]]), 0.0)
    assert only is None
    np.testing.assert_allclose(pieces[..., 0], 1.0)
    assert (pieces[..., 1].min(), pieces[..., 1].max()) == (-0.5, 2.5)


@settings(max_examples=40)
@given(st.integers(2, 9), st.integers(2, 9), st.integers(2, 5), st.integers(0, 99))
def test_two_scores_and_their_difference_have_the_same_border(rows: int, columns: int, more: int, seed: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(rows, columns, 2))
    others = np.concatenate([scores, np.full((rows, columns, more), -99.0)], axis=2)
    both, alone = class_borders(others), contour_segments(scores[:, :, 1] - scores[:, :, 0], 0.0)
    ends = [{tuple(np.round(end, 6)) for end in pieces.reshape(-1, 2).tolist()} for pieces in (both, alone)]
    # Where both regions meet twice in a square, the border of classes has its middle, too.
    assert ends[1] <= ends[0]


# --- the default run


EPOCHS = (0, 100, 500, 773, 2000)


@lru_cache
def taken(columns: int, rows: int, aspect: float | None) -> dict[int, Snapshot]:
    """Snapshots of the default run."""
    session, found = Session(make_experiment()), {}
    for epoch in EPOCHS:
        session.advance(epoch - session.run.epoch)
        found[epoch] = session.snapshot(View(columns, rows, aspect=aspect))
    return found


def probability(snapshot: Snapshot, x: Array, y: Array) -> Array:
    """P(1) by a forward pass of its own."""
    values: Array = np.stack([x, y], axis=-1)
    for layer in snapshot.layers:
        values = np.asarray(1 / (1 + np.exp(-(values @ layer.weights + layer.biases))))
    found: Array = values[..., 0]
    return found


def roots(snapshot: Snapshot, fixed: float, span: tuple[float, float], *, along_x: bool) -> Array:
    """Where P(1) is 0.5 on a line across the map, by bisection between places that are close to one another."""
    line = np.linspace(*span, 301)

    def at(places: Array) -> Array:
        others = np.full_like(places, fixed)
        return probability(snapshot, *((places, others) if along_x else (others, places))) - 0.5

    signs = np.sign(at(line))
    low, high = line[:-1][signs[:-1] != signs[1:]], line[1:][signs[:-1] != signs[1:]]
    for _ in range(40):
        middle = (low + high) / 2
        is_left = np.sign(at(middle)) == np.sign(at(low))
        low, high = np.where(is_left, middle, low), np.where(is_left, high, middle)
    found: Array = (low + high) / 2
    return found


@pytest.mark.parametrize("size", [(31, 12, None), (31, 12, 26 / 22), (76, 21, 1.9)], ids=str)
@pytest.mark.parametrize("epoch", EPOCHS)
def test_the_line_is_within_half_a_cell_of_the_exact_one(epoch: int, size: tuple[int, int, float | None]) -> None:
    width, height, aspect = size
    snapshot = taken(width - 6, 2 * (height - 1), aspect)[epoch]
    surface, layout = snapshot.surface, map_layout(snapshot, width, height)
    assert isinstance(surface, Surface)
    drawn, exact = places_of_dots(surface, layout), exact_places(snapshot, layout)
    assert (len(drawn) > 0) == (len(exact) > 0) == (epoch > 0)
    if not len(drawn):
        return
    distances = np.hypot(*np.moveaxis(drawn[:, None] - exact, -1, 0))
    assert distances.min(axis=1).max() <= 0.5
    inside = ((exact >= 0) & (exact <= [layout.columns, layout.rows])).all(axis=1)
    assert distances[:, inside].min(axis=0).max() <= 0.5


def places_of_dots(surface: Surface, layout: MapLayout) -> Array:
    """The middles of all dots that are drawn, in cells from the upper left corner."""
    marks = boundary_marks(surface, layout, DARK).items()
    found = [
        (column + across / 2 + 0.25, row + down / 4 + 0.125)
        for (row, column), mark in marks
        for down, across in dots(mark.glyph)
    ]
    return np.array(found).reshape(-1, 2)


def exact_places(snapshot: Snapshot, layout: MapLayout) -> Array:
    """Many places of the exact contour, in the same cells, and a cell beyond them."""
    (left, right), (low, high) = layout.ranges
    wide, tall = (right - left) / layout.columns, (high - low) / layout.rows
    x_span, y_span = (left - wide, right + wide), (low - tall, high + tall)
    on_columns = [
        (x, y) for x in np.linspace(*x_span, 6 * layout.columns) for y in roots(snapshot, x, y_span, along_x=False)
    ]
    on_rows = [(x, y) for y in np.linspace(*y_span, 6 * layout.rows) for x in roots(snapshot, y, x_span, along_x=True)]
    places = np.array([*on_columns, *on_rows]).reshape(-1, 2)
    return np.column_stack([(places[:, 0] - left) / wide, (high - places[:, 1]) / tall])


def test_where_there_is_no_boundary_none_is_drawn_and_that_is_said() -> None:
    snapshot = taken(25, 22, None)[0]
    surface = snapshot.surface
    assert isinstance(surface, Surface)
    assert not roots(snapshot, 0.5, surface.x_range, along_x=True).size
    assert (surface.lines.shape, surface.only) == (NO_LINES.shape, 1)
    assert boundary_marks(surface, map_layout(snapshot, 31, 12), DARK) == {}
    assert only_answer(snapshot, 28) == "no boundary: 1 everywhere"
    trained = taken(25, 22, None)[2000]
    assert isinstance(trained.surface, Surface)
    assert (trained.surface.only, only_answer(trained, 28)) == (None, "")


@pytest.mark.parametrize("name", ["iris", "rings:4", "circle", "digits"])
def test_on_both_sides_of_the_line_the_answers_differ(name: str) -> None:
    session = Session(make_experiment(dataset=name))
    session.advance(5)
    surface = session.snapshot(View(40, 40)).surface
    assert isinstance(surface, Surface)
    assert len(surface.lines)
    assert not surface.lines.flags.writeable
    is_yes = surface.values > (0.0 if session.run.network.activations[-1].name == "tanh" else 0.5)
    answers = is_yes.astype(np.intp) if surface.classes is None else surface.classes
    (left, right), (low, high) = surface.x_range, surface.y_range
    middles = surface.lines.mean(axis=1)
    across = ((middles[:, 0] - left) / (right - left) * 40 - 0.5).clip(0, 39)
    down = ((high - middles[:, 1]) / (high - low) * 40 - 0.5).clip(0, 39)
    for column, row in zip(across.tolist(), down.tolist(), strict=True):
        around = answers[int(row) : int(row) + 2, int(column) : int(column) + 2]
        is_at_the_edge = not (0 < column < 39 and 0 < row < 39)
        assert is_at_the_edge or len(np.unique(around)) > 1


def test_on_both_sides_of_a_contour_the_output_is_less_and_more() -> None:
    """Round values between the lowest and the highest target, in the unit of the targets; none of classes or a unit."""
    session = Session(make_experiment(dataset="hills"))
    session.advance(20)
    surface = session.snapshot(View(40, 40)).surface
    assert isinstance(surface, Surface)
    assert [one.value for one in surface.contours] == [-0.5, 0.0, 0.5]
    drawn = 0
    (left, right), (low, high) = surface.x_range, surface.y_range
    for contour in surface.contours:
        assert not contour.lines.flags.writeable
        middles = contour.lines.mean(axis=1)
        across, down = (
            (middles[:, 0] - left) / (right - left) * 40 - 0.5,
            (high - middles[:, 1]) / (high - low) * 40 - 0.5,
        )
        inside = (across > 0) & (across < 39) & (down > 0) & (down < 39)
        for column, row in zip(across[inside].astype(int), down[inside].astype(int), strict=True):
            around = surface.values[row : row + 2, column : column + 2]
            assert around.min() <= contour.value <= around.max()
            drawn += 1
    assert drawn > 40
    for view, name in ((View(40, 40, unit=(1, 0)), "hills"), (View(40, 40), "circle")):
        other = Session(make_experiment(dataset=name)).snapshot(view).surface
        assert isinstance(other, Surface)
        assert other.contours == ()
