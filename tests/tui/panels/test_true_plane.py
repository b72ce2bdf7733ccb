"""On the map what is equally far for the network is equally far: a circle is a circle, in a room of any shape."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tests.factories import StubRunner, make_frame
from tuinet.experiment.presets import make_experiment
from tuinet.observe.planes import Surface
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import NetworkView, Plane, View
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.draw.boundary import boundary_marks
from tuinet.tui.draw.chart import MapLayout, map_layout
from tuinet.tui.panels.map import BoundaryPanel
from tuinet.tui.panels.map.drawing import Aspect, map_title
from tuinet.tui.style.theme import find_theme
from tuinet.tui.terminal.substitutes import dots

DARK = find_theme("dark")
ROOMS = [(31, 12), (31, 11), (38, 33), (78, 21), (118, 32), (198, 57)]


def looked_at(session: Session, width: int, height: int, plane: Plane | None = None) -> tuple[Snapshot, MapLayout]:
    """The snapshot that a panel comes to by asking for what it has room for, and again, until that is the same."""
    plane = plane or Plane()
    snapshot, aspect, seen = session.snapshot(View(20, 20, plane=plane)), Aspect(), list[View]()
    for _ in range(8):
        layout = map_layout(snapshot, width, height)
        view = View(layout.columns, 2 * layout.rows, plane=plane, aspect=aspect.of(layout, (width, height)))
        if seen and view == seen[-1]:
            return snapshot, layout
        seen.append(view)
        snapshot = session.snapshot(view)
    raise AssertionError("the ranges and the labels chase one another")


@pytest.mark.parametrize("name", ["xor", "circle", "spiral", "iris", "digits", "hills"])
@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_a_unit_is_as_long_on_both_axes(name: str, room: tuple[int, int]) -> None:
    session = Session(make_experiment(dataset=name))
    snapshot, layout = looked_at(session, *room)
    assert isinstance(snapshot.surface, Surface)
    assert not snapshot.surface.is_stretched
    encoder, (across, up) = snapshot.dataset.encoder, layout.ranges
    is_cut = snapshot.dataset.X.shape[1] > 2
    scale = np.ones(2) if is_cut or encoder.scale is None or encoder.features else encoder.scale
    beside = (across[1] - across[0]) / scale[0] / layout.columns
    above = (up[1] - up[0]) / scale[1] / (2 * layout.rows)
    # A column may be wanted for a longer number.
    assert beside / above == pytest.approx(1, abs=1.5 / layout.columns)


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_the_boundary_of_the_circle_is_as_wide_as_high(room: tuple[int, int]) -> None:
    session = Session(make_experiment(dataset="circle"))
    session.advance(150)
    snapshot, layout = looked_at(session, *room)
    assert isinstance(snapshot.surface, Surface)
    (left, right), (low, high) = layout.ranges
    places = [
        (column + across / 2, 2 * row + down / 2)
        for (row, column), mark in boundary_marks(snapshot.surface, layout, DARK).items()
        for down, across in dots(mark.glyph)
    ]
    # A bend of the line may come in from the edge of a wide map: the ring is what is near the middle.
    middle = ((0 - left) / (right - left) * layout.columns, (high - 0) / (high - low) * 2 * layout.rows)
    reach = 5.5 / (high - low) * 2 * layout.rows
    ring = np.array([place for place in places if np.hypot(place[0] - middle[0], place[1] - middle[1]) < reach])
    width, height = np.ptp(ring, axis=0)
    assert width / height == pytest.approx(1, abs=0.12 + 2 / width)


def test_features_that_differ_too_much_are_stretched_and_that_is_said() -> None:
    session = Session(make_experiment(dataset="iris", standardize=False))
    snapshot, _ = looked_at(session, 78, 21, Plane(0, 3))
    stretched, _ = looked_at(session, 78, 7, Plane(0, 3))
    for one in (snapshot, stretched):
        assert isinstance(one.surface, Surface)
        says = "not to scale" in map_title(one, DARK, 90, 12)
        assert says == one.surface.is_stretched
    assert isinstance(stretched.surface, Surface)
    assert stretched.surface.is_stretched


def test_the_maps_of_neurons_are_of_the_same_part_of_the_plane() -> None:
    session = Session(make_experiment(dataset="circle"))
    units = ((1, 0), (2, 3))
    view = View(8, 6, aspect=1.9, network=NetworkView(8, 6, units), unit=(2, 3))
    snapshot = session.snapshot(view)
    assert isinstance(snapshot.surface, Surface)
    assert snapshot.unit_maps is not None
    np.testing.assert_allclose(snapshot.unit_maps.by_unit[2, 3], snapshot.surface.values)


async def test_the_panel_asks_for_the_shape_of_its_room() -> None:
    session = Session(make_experiment(dataset="circle"))
    runner = StubRunner(make_frame(session.snapshot(View(20, 20))))
    async with TuinetApp(runner, DARK, [DARK]).run_test(size=(80, 24)) as pilot:
        aspects = []
        for key in ("1", "1", "2"):
            await pilot.press(key)
            await pilot.pause()
            assert runner.views[-1] is not None
            aspects.append(runner.views[-1].aspect)
        panel = pilot.app.screen.query_one(BoundaryPanel)
        assert not panel.display
        assert aspects[0] is not None and aspects[1] is not None
        assert aspects[0] > 1.6 > aspects[1]
        assert aspects[2] is None


def test_a_map_of_one_room_only_gets_narrower() -> None:
    aspect, ranges = Aspect(), ((0.0, 1.0), (0.0, 1.0))
    columns = [26, 24, 25, 26]
    layouts = [MapLayout(one, 10, 4, ranges, ("x1", "x2")) for one in columns]
    found = [aspect.of(layout, "a") for layout in layouts]
    assert found == [1.3, 1.2, 1.2, 1.2]
    assert all(later <= sooner for sooner, later in pairwise(found))
    assert aspect.of(layouts[0], "b") == 1.3
