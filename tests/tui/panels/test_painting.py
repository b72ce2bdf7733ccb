"""Places and cells, brushes, the nearest point, and planes: what the keys and the mouse of the map work with."""

from __future__ import annotations

from dataclasses import replace
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import make_dataset, make_picture, make_points, make_snapshot, make_surface
from tuinet.observe.planes import Curve
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Plane
from tuinet.session.edits import AddPoint
from tuinet.tui.draw.cells import sample_glyph
from tuinet.tui.draw.chart import MapLayout, map_layout
from tuinet.tui.panels.map.drawing import (
    PRINCIPAL,
    PointBrush,
    map_rows,
    new_point,
    reason_against,
    turned,
    with_other_feature,
)
from tuinet.tui.panels.map.editing import layout_of, nearest
from tuinet.tui.panels.map.fits import fit_rows
from tuinet.tui.pending import Replacing
from tuinet.tui.style.theme import find_theme

DARK = find_theme("dark")

edges = st.floats(-1e6, 1e6)
widths = st.floats(1e-3, 1e6)
sizes = st.integers(1, 300)


@settings(max_examples=400)
@given(edges, widths, edges, widths, sizes, sizes, st.data())
def test_the_centre_of_a_cell_is_in_it_and_half_a_cell_from_its_edges(
    left: float, across: float, low: float, up: float, rows: int, columns: int, data: st.DataObject
) -> None:
    ranges = (left, left + across), (low, low + up)
    layout = MapLayout(columns, rows, 0, ranges, ("x1", "x2"))
    cell = data.draw(st.tuples(st.integers(0, rows - 1), st.integers(0, columns - 1)))
    x, y = layout.place_of(cell)
    assert layout.cell_of(x, y) == cell
    wide, high = (ranges[0][1] - left) / columns, (ranges[1][1] - low) / rows
    for nudge in (-0.49, 0.49):
        assert layout.cell_of(x + nudge * wide, y) == cell
        assert layout.cell_of(x, y + nudge * high) == cell


@settings(max_examples=150)
@given(st.integers(1, 250), st.integers(1, 80), st.data())
def test_every_cell_of_the_panel_is_of_the_map_or_beside_it(width: int, height: int, data: st.DataObject) -> None:
    """A click leads to the place whose sample would be drawn where it was."""
    snapshot = make_snapshot()
    layout = map_layout(snapshot, width, height)
    column, row = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    cell = layout.cell_at(column, row)
    inside = layout.gutter <= column < layout.gutter + layout.columns and row < layout.rows
    assert (cell is not None) == inside
    if cell is None:
        return
    x, y = layout.place_of(cell)
    dataset = make_dataset(X=np.array([[x, y]]), y=np.array([[1.0]]))
    drawn = map_rows(replace(snapshot, surface=make_surface(train=make_points(dataset))), DARK, width, height)
    assert drawn[row].crop(column, column + 1).text == "○"
    assert "".join(strip.text for strip in drawn).count("○") == 1


@settings(max_examples=80)
@given(st.integers(12, 160), st.integers(4, 50), st.data())
def test_a_click_on_the_chart_is_where_its_sample_is_drawn(width: int, height: int, data: st.DataObject) -> None:
    snapshot = fitted()
    layout = layout_of(snapshot, width, height)
    assert layout is not None
    cell = data.draw(st.tuples(st.integers(0, layout.rows - 1), st.integers(0, layout.columns - 1)))
    x, y = layout.place_of(cell)
    assert layout.cell_of(x, y) == cell
    # The range of the targets stays, so that the axis does.
    low, high = snapshot.dataset.y.min(), snapshot.dataset.y.max()
    if not low <= y <= high:
        return
    dataset = make_dataset(1, task="regression", X=np.array([[x]]), y=np.array([[y]]))
    curve = snapshot.surface
    assert isinstance(curve, Curve)
    rows = fit_rows(replace(snapshot, surface=curve._replace(train=make_points(dataset))), DARK, width, height)
    assert rows[cell[0]].text[width - layout.columns + cell[1]] == "●"


def fitted() -> Snapshot:
    return make_snapshot(inputs=1, task="regression")


def test_there_is_no_layout_without_room() -> None:
    assert layout_of(fitted(), 11, 10) is None
    assert layout_of(make_snapshot(), 0, 3) is None


def test_brushes_are_classes_or_numbers() -> None:
    binary, four = make_snapshot(), make_snapshot(outputs=4)
    brush = PointBrush()
    assert [brush.describe(binary), brush.turned(binary, 1).describe(binary)] == [("●", "0"), ("○", "1")]
    assert brush.turned(binary, 2) == brush.turned(binary, -2) == brush
    assert [PointBrush(index).target(four, (0.0, 0.0)) for index in range(4)] == [0, 1, 2, 3]
    assert PointBrush(3).describe(binary) == ("○", "1")
    numbers = make_snapshot(task="regression")
    low, high = float(numbers.dataset.y.min()), float(numbers.dataset.y.max())
    targets = [PointBrush(index).target(numbers, (0.0, 0.0)) for index in range(5)]
    np.testing.assert_allclose(targets, np.linspace(low, high, 5))
    assert PointBrush(4).describe(numbers) == ("●", f"{high:.3g}")


def test_points_become_commands() -> None:
    assert new_point(make_snapshot(), PointBrush(1), (0.25, 0.5)) == AddPoint((0.25, 0.5), 1.0)
    assert new_point(make_snapshot(outputs=3), PointBrush(2), (0.25, 0.5)) == AddPoint((0.25, 0.5), 2.0)
    assert new_point(fitted(), PointBrush(1), (0.25, 0.5)) == AddPoint((0.25,), 0.5)
    assert new_point(make_snapshot(inputs=1), PointBrush(1), (0.25, 0.5)) == AddPoint((0.25,), 1.0)


def test_a_brush_without_samples_has_numbers_all_the_same() -> None:
    empty = make_dataset(task="regression", X=np.zeros((0, 2)), y=np.zeros((0, 1)))
    snapshot = replace(make_snapshot(task="regression"), dataset=empty, surface=make_surface())
    assert [PointBrush(index).target(snapshot, (0.0, 0.0)) for index in (0, 4)] == [-1, 1]
    assert "●" not in "".join(strip.text for strip in map_rows(snapshot, DARK, 30, 12))


def test_the_nearest_point_within_three_half_cells() -> None:
    snapshot = make_snapshot()
    layout = layout_of(snapshot, 30, 13)
    assert layout is not None
    row, column = layout.cell_of(1, 0)
    for down, right, found in [(0, 0, 2), (1, 0, 2), (0, 2, 2), (1, 1, 2), (-2, 0, None), (0, 5, None), (0, -5, None)]:
        assert nearest(snapshot, layout, layout.place_of((row + down, column + right))) == found
    assert nearest(replace(snapshot, surface=None), layout, (1.0, 0.0)) is None
    assert nearest(replace(snapshot, surface=make_surface()), layout, (1.0, 0.0)) is None


def test_the_nearest_point_is_named_by_its_row_of_the_set() -> None:
    snapshot = make_snapshot()
    points = make_points(snapshot.dataset)
    some = points._replace(rows=np.array([10, 20, 30, 40]), total=41)
    layout = layout_of(snapshot, 30, 13)
    assert layout is not None
    assert nearest(replace(snapshot, surface=make_surface(train=some)), layout, (0.0, 1.0)) == 20


def test_the_nearest_point_of_a_chart_is_the_one_at_its_height() -> None:
    dataset = make_dataset(1, task="regression", X=np.array([[0.0], [0.0], [1.0]]), y=np.array([[0.0], [1.0], [0.5]]))
    snapshot = replace(fitted(), dataset=dataset, surface=make_picture(dataset))
    layout = layout_of(snapshot, 60, 20)
    assert layout is not None
    assert [nearest(snapshot, layout, (0.01, height)) for height in (0.05, 0.95, 0.5)] == [0, 1, None]


def test_why_there_are_no_own_points() -> None:
    assert reason_against(make_snapshot()) == reason_against(fitted()) == ""
    assert reason_against(make_snapshot(inputs=4)) == "no own points: 4 inputs"
    assert "2 targets" in reason_against(make_snapshot(outputs=2, task="regression"))
    curve = fitted().surface
    assert isinstance(curve, Curve)
    assert "0 for output" in reason_against(replace(fitted(), surface=curve._replace(unit=(1, 0))))


def test_the_glyph_tells_class_set_and_error() -> None:
    glyphs = [
        sample_glyph(label, is_test=is_test, is_wrong=is_wrong)
        for label in range(10)
        for is_test in (False, True)
        for is_wrong in (False, True)
    ]
    assert len(set(glyphs)) == 40
    assert [sample_glyph(label) for label in (0, 1, 10)] == ["●", "○", "●"]


@pytest.mark.parametrize("features", [3, 4, 7])
def test_planes_take_turns_both_ways(features: int) -> None:
    plane, seen = PRINCIPAL, []
    for _ in range(comb(features, 2) + 1):
        seen.append(plane)
        following = turned(plane, features, 1)
        assert turned(following, features, -1) == plane
        plane = following
    assert plane == PRINCIPAL
    assert len(set(seen)) == len(seen)


def test_features_are_chosen_one_axis_at_a_time() -> None:
    assert with_other_feature(PRINCIPAL, 64, 1, 0) == Plane(0, 1)
    assert with_other_feature(Plane(0, 1), 64, 1, 0) == Plane(2, 1)
    assert with_other_feature(Plane(0, 1), 64, -1, 0) == Plane(63, 1)
    assert with_other_feature(Plane(0, 1), 64, 0, -1) == Plane(0, 63)
    assert with_other_feature(Plane(5, 63), 64, 0, 1) == Plane(5, 0)
    assert turned(Plane(9, 2), 4, 1) == Plane(0, 1)


def test_what_is_pending_is_so_until_it_comes_or_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [10.0]
    monkeypatch.setattr("tuinet.tui.pending.monotonic", lambda: now[0])
    before, pending = object(), Replacing()
    assert not pending.is_on(before)
    pending.begin(before)
    assert pending.is_on(before)
    assert not pending.is_on(object())
    now[0] = 12.5
    assert not pending.is_on(before)
