"""Landscapes of small runs: the losses on them, the planes that are laid, and the paths."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tuinet.beside.landscape import interpolated, most_samples
from tuinet.beside.landscape_probe import LandscapeProbe, loss_at
from tuinet.beside.paths import PathKeeper
from tuinet.beside.pictures import SidePictures
from tuinet.errors import DataError
from tuinet.experiment.presets import make_experiment
from tuinet.observe.landscape import Landscape, LossGrid, grid_places, principal_directions
from tuinet.observe.view import LandscapeView, View
from tuinet.session.commands import Seek, Undo
from tuinet.session.edits import AddPoint, ClearPoints, Configure
from tuinet.session.session import Session

VIEW = LandscapeView(12, 10)


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def make_session(epochs: int = 0, **options: Any) -> Session:
    session = Session(make_experiment(**{"dataset": "xor", **options}))
    session.advance(epochs)
    return session


def last(results: Iterable[LossGrid | None]) -> LossGrid:
    grids = [grid for grid in results if grid is not None]
    assert grids[-1].is_complete
    return grids[-1]


def looked(session: Session, view: LandscapeView = VIEW, probe: LandscapeProbe | None = None) -> Landscape:
    """What is seen when all has been evaluated."""
    probe, found, before = probe or LandscapeProbe(), None, None
    while (task := probe.task(session.snapshot(), session, view, found)) != before:
        assert task is not None
        found, before = last(task.results()), task
    return probe.picture(session, view, found, "")


def own_loss(session: Session, vector: np.ndarray[Any, Any]) -> float:
    """The loss that tuinet itself has with these weights."""
    other = Session(replace(session.run.experiment, weights=""))
    other.run.parameters.vector[:] = vector
    return other.metrics().loss


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"dataset": "circle", "optimizer": "momentum", "learning_rate": 0.1},
        {"dataset": "sine", "loss": "sse"},
        {"dataset": "iris", "dtype": "float32"},
        {"dataset": "moons", "l2": 0.01, "batch_size": 7},
    ],
)
@pytest.mark.parametrize("kind", ["path", "step", "weights"])
def test_losses_are_those_of_the_run_with_other_weights(kind: Any, options: dict[str, Any]) -> None:
    session = make_session(3, **options)
    probe = LandscapeProbe()
    probe.task(session.snapshot(), session, VIEW)
    session.advance(3)
    before = session.run.parameters.vector.tobytes()
    landscape = looked(session, VIEW._replace(kind=kind, cursor=(0.3, -0.2)), probe)
    assert landscape.grid is not None and landscape.cursor is not None
    places = grid_places(landscape.spans, VIEW.columns, VIEW.rows)
    tolerance = 1e-12 if session.run.experiment.dtype == "float64" else 1e-5
    for row, column in ((0, 0), (4, 7), (9, 11)):
        wanted = own_loss(session, landscape.plane.at(places[row, column][None])[0])
        assert landscape.grid.losses[row, column] == pytest.approx(wanted, rel=tolerance)
    at_cursor = landscape.plane.at(np.array([landscape.cursor.place]))[0]
    assert landscape.cursor.loss == pytest.approx(own_loss(session, at_cursor), rel=1e-12, abs=1e-12)
    assert session.run.parameters.vector.tobytes() == before


def test_the_loss_at_the_present_is_that_of_the_frame() -> None:
    session = make_session(20, dataset="moons")
    snapshot = session.snapshot()
    assert loss_at(session.run, session.run.parameters.vector.copy()) == snapshot.metrics.loss
    landscape = looked(session, VIEW._replace(cursor=(0.0, 0.0)))
    assert landscape.cursor is not None
    assert landscape.cursor.loss == snapshot.metrics.loss
    assert landscape.distance == 0 and landscape.present == (0.0, 0.0)


def test_the_way_down_is_minus_the_gradient_along_the_plane() -> None:
    session = make_session(9, dataset="moons", batch_size=0, l2=0.01)
    landscape = looked(session, VIEW._replace(kind="weights", weights=(1, 4), has_arrows=True))
    assert landscape.grid is not None and landscape.grid.slopes is not None
    rows, columns = landscape.grid.slopes.shape[:2]
    place = grid_places(landscape.spans, columns, rows)[0, 1]

    def objective(a: float, b: float) -> float:
        session.run.parameters.vector[:] = landscape.plane.at(np.array([[a, b]]))[0]
        return session.metrics().loss + session.run.penalty

    for axis, step in enumerate(np.eye(2) * 1e-6):
        slope = -(objective(*(place + step)) - objective(*(place - step))) / 2e-6
        assert landscape.grid.slopes[0, 1, axis] == pytest.approx(slope, abs=1e-7)


@pytest.mark.parametrize(("dtype", "factor"), [("float64", 1e90), ("float32", 1e38)])
def test_losses_and_slopes_beyond_all_numbers_are_no_error(dtype: Any, factor: float) -> None:
    session = make_session(dataset="sine", hidden=(3, 3), activation="relu", dtype=dtype)
    session.run.parameters.vector[:] *= factor
    landscape = looked(session, VIEW._replace(kind="step", has_arrows=True, zoom=-6))
    assert landscape.grid is not None and landscape.grid.slopes is not None
    assert not np.isfinite(landscape.grid.losses).all() and not np.isfinite(landscape.grid.slopes).all()


def test_before_there_is_a_path_gradient_and_update_stand_for_it() -> None:
    session, clock = make_session(), Clock()
    probe = LandscapeProbe(clock)
    landscape = looked(session, probe=probe)
    assert landscape.plane.kind == "step" and landscape.plane.is_substitute
    assert "path" in landscape.plane.note
    clock.seconds = 10.0
    assert looked(session, probe=probe).plane is landscape.plane
    for _ in range(3):
        session.advance(5)
        clock.seconds += 10.0
        landscape = looked(session, probe=probe)
    assert landscape.plane.kind == "path" and not landscape.plane.note
    assert landscape.plane.shares is not None and 0.9 < sum(landscape.plane.shares) <= 1


def test_a_path_of_a_large_network_is_laid_without_sorting_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sorting rows of half a million weights takes seconds, in which no key is answered."""
    sorted_sizes: list[int] = []
    unique = np.unique

    def noted(values: Any, **options: Any) -> Any:
        sorted_sizes.append(np.size(values))
        return unique(values, **options)

    monkeypatch.setattr(np, "unique", noted)
    session, probe = make_session(hidden=(60,)), LandscapeProbe()
    for _ in range(5):
        probe.task(session.snapshot(), session, VIEW)
        session.advance(5)
    task = probe.task(session.snapshot(), session, VIEW._replace(request=1))
    assert task is not None and task.plane.kind == "path"
    assert max(sorted_sizes) <= 64


def test_up_is_another_direction_where_the_update_is_along_the_gradient() -> None:
    session = make_session(5, optimizer="sgd")
    plane = looked(session, VIEW._replace(kind="step")).plane
    assert plane.names == ("−g", "rest of the path")
    assert "along the gradient" in plane.note
    update = -session.run.optimizer.updates.vector
    assert update @ plane.directions[0] == pytest.approx(np.linalg.norm(update))
    session = make_session(5, optimizer="momentum", learning_rate=0.1)
    plane = looked(session, VIEW._replace(kind="step")).plane
    assert plane.names == ("−g", "rest of the update") and not plane.note
    update = -session.run.optimizer.updates.vector
    np.testing.assert_allclose(update @ plane.directions.T @ plane.directions, update, atol=1e-12)
    assert "random" in looked(make_session(optimizer="sgd"), VIEW._replace(kind="step")).plane.names[1]


@pytest.mark.parametrize("kind", ["path", "step"])
@pytest.mark.parametrize("options", [{}, {"hidden": ()}, {"loss": "hinge", "output": "linear"}, {"loss": "mse"}])
def test_where_gradient_update_and_path_are_0_both_directions_are_random(kind: Any, options: dict[str, Any]) -> None:
    session = make_session(**{"initializer": "zeros", **options})
    for epochs in (0, 3):
        session.advance(epochs)
        plane = looked(session, VIEW._replace(kind=kind)).plane
        assert plane.names == ("random vector", "random vector")
        assert "are 0" in plane.note and plane.is_substitute == (kind == "path")
        np.testing.assert_allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-12)


def test_where_the_gradient_alone_is_0_across_is_not_called_so() -> None:
    session = make_session(5, optimizer="momentum", learning_rate=0.1)
    session.run.optimizer.grads.vector[:] = 0.0
    plane = looked(session, VIEW._replace(kind="step")).plane
    assert plane.names == ("update", "rest of the path") and "gradient is 0" in plane.note


def test_two_weights_are_the_axes() -> None:
    session = make_session(5)
    plane = looked(session, VIEW._replace(kind="weights", weights=(3, 7))).plane
    assert np.flatnonzero(plane.directions[0]).tolist() == [3]
    assert np.flatnonzero(plane.directions[1]).tolist() == [7]
    beyond = looked(session, VIEW._replace(kind="weights", weights=(900, 900))).plane
    assert np.linalg.matrix_rank(beyond.directions) == 2


def test_a_scaled_plane_is_in_lengths_of_filters() -> None:
    session = make_session(5)
    probe = LandscapeProbe()
    for _ in range(4):
        probe.task(session.snapshot(), session, VIEW)
        session.advance(5)
    plane = looked(session, VIEW._replace(is_scaled=True), probe).plane
    assert plane.scales is not None
    measured = plane.directions / plane.scales
    np.testing.assert_allclose(measured @ measured.T, np.eye(2), atol=1e-12)


def test_the_plane_stays_until_the_run_leaves_it_or_it_is_asked_for() -> None:
    session, clock = make_session(200), Clock()
    probe = LandscapeProbe(clock)
    first = looked(session, VIEW._replace(kind="weights"), probe).plane
    clock.seconds = 5.0
    session.advance(5)
    later = looked(session, VIEW._replace(kind="weights"), probe)
    assert later.plane is first and later.distance > 0 and later.plane.epoch == 200
    assert looked(session, VIEW._replace(kind="weights", request=1), probe).plane.epoch == 205
    session.advance(3000)
    looked(session, VIEW._replace(kind="weights", request=1, zoom=1), probe)
    clock.seconds = 10.0
    assert looked(session, VIEW._replace(kind="weights", request=1, zoom=1), probe).plane.epoch == 205
    assert looked(session, VIEW._replace(kind="weights", request=1), probe).plane.epoch == 3205


def test_under_a_cursor_no_other_plane_is_laid_by_itself() -> None:
    session, clock = make_session(200), Clock()
    probe = LandscapeProbe(clock)
    view = VIEW._replace(kind="weights", cursor=(0.5, 0.5))
    first = looked(session, view, probe)
    session.advance(3000)
    clock.seconds = 10.0
    later = looked(session, view, probe)
    assert later.plane is first.plane and later.cursor == first.cursor
    assert looked(session, view._replace(cursor=None), probe).plane is not first.plane


def test_another_run_has_a_plane_of_its_own_though_the_weights_are_the_same() -> None:
    """As in a lesson, whose steps begin the same network again with another rate."""
    session = make_session(20)
    probe = LandscapeProbe()
    view = VIEW._replace(kind="weights")
    first = looked(session, view, probe).plane
    session.begin(replace(session.run.experiment, learning_rate=0.1))
    session.advance(5)
    second = looked(session, view, probe).plane
    assert (first.epoch, second.epoch) == (20, 5)
    np.testing.assert_array_equal(second.centre, session.run.parameters.vector)


@pytest.mark.parametrize(
    "changes",
    [
        {"activation": "relu"},
        {"output": "tanh", "loss": "mse"},
        {"loss": "mse"},
        {"reduction": "sum"},
        {"class_weight": "balanced"},
        {"noise": 0.4},
    ],
)
def test_losses_of_other_functions_are_not_shown_for_those_of_now(changes: dict[str, Any]) -> None:
    session, probe = make_session(5, dataset="moons", samples=30, test_share=0.35), LandscapeProbe()
    assert looked(session, probe=probe).grid is not None
    session.edit(Configure.of(**changes))
    assert probe.task(session.snapshot(), session, VIEW) is not None
    assert probe.picture(session, VIEW, None, "").grid is None
    landscape = looked(session, probe=probe)
    assert landscape.grid is not None
    vector = landscape.plane.at(grid_places(landscape.spans, VIEW.columns, VIEW.rows)[2, 3][None])[0]
    assert landscape.grid.losses[2, 3] == pytest.approx(loss_at(session.run, vector), rel=1e-12)


@pytest.mark.parametrize("changes", [{"l2": 0.3}, {"l1": 0.3}, {"biases": "frozen"}])
def test_the_way_down_with_other_penalties_is_not_shown_for_that_of_now(changes: dict[str, Any]) -> None:
    session, probe, view = (
        make_session(5),
        LandscapeProbe(),
        VIEW._replace(kind="weights", weights=(0, 4), has_arrows=True),
    )
    before = looked(session, view, probe)
    session.edit(Configure.of(learning_rate=0.1))
    probe.task(session.snapshot(), session, view)
    assert probe.picture(session, view, None, "").grid is before.grid
    session.edit(Configure.of(**changes))
    probe.task(session.snapshot(), session, view)
    after = probe.picture(session, view, None, "")
    assert after.plane is before.plane and after.grid is not None and after.grid.slopes is None
    assert before.grid is not None and after.grid.losses is before.grid.losses
    found = looked(session, view, probe).grid
    assert found is not None and found.slopes is not None and before.grid.slopes is not None
    assert np.abs(found.slopes - before.grid.slopes).max() > 0


def test_the_paths_of_branches_lie_where_they_project_to() -> None:
    session, probe = make_session(), LandscapeProbe()
    for _ in range(6):
        probe.task(session.snapshot(), session, VIEW)
        session.advance(20)
    session.edit(Seek(60))
    session.edit(Configure.of(optimizer="momentum"))
    for _ in range(3):
        session.advance(10)
        landscape = looked(session, probe=probe)
    was, momentum = landscape.routes
    assert (was.label, momentum.label, was.is_active, momentum.is_active) == (
        "optimizer sgd",
        "optimizer momentum",
        False,
        True,
    )
    assert max(was.steps) > 60 and momentum.steps[-1] == 90
    np.testing.assert_array_equal(was.places[0], momentum.places[0])
    fresh = make_session()
    for step, place in zip(was.steps, was.places, strict=True):
        fresh.go_to_step(step)
        np.testing.assert_allclose(landscape.plane.coordinates(fresh.run.parameters.vector[None])[0], place, atol=1e-12)
    session.edit(Undo())
    again = looked(session, probe=probe)
    assert len(again.routes) == len(session.branches.timelines)


@pytest.mark.parametrize(
    ("options", "changes"),
    [
        ({"hidden": (8,)}, {"dataset": "moons"}),
        ({"hidden": (1, 3)}, {"hidden": (3,)}),
        ({}, {"loss": "mse"}),
        ({"activation": "tanh"}, {"activation": "relu"}),
        ({"dataset": "moons", "class_weight": "balanced", "test_share": 0.35}, {"class_weight": "none"}),
    ],
)
def test_paths_on_another_ground_are_neither_drawn_nor_measured(
    options: dict[str, Any], changes: dict[str, Any]
) -> None:
    session, probe = make_session(**options), LandscapeProbe()
    for _ in range(4):
        probe.task(session.snapshot(), session, VIEW)
        session.advance(5)
    size = session.run.parameters.vector.size
    session.edit(Seek(0))
    session.edit(Configure.of(**changes))
    assert session.run.parameters.vector.size == size and len(session.branches.timelines) == 2
    points = []
    for _ in range(4):
        points.append(session.run.parameters.vector.copy())
        probe.task(session.snapshot(), session, VIEW)
        session.advance(5)
    points.append(session.run.parameters.vector.copy())
    task = probe.task(session.snapshot(), session, VIEW._replace(request=1))
    landscape = probe.picture(session, VIEW._replace(request=1), None, "")
    assert task is not None and landscape.plane.kind == "path"
    # The present counts as a point of the path, and once more.
    wanted, _ = principal_directions(np.stack([*points, points[-1]]))
    np.testing.assert_allclose(landscape.plane.directions, wanted, atol=1e-9)
    (route,) = landscape.routes
    assert route.is_active
    np.testing.assert_allclose(route.places, landscape.plane.coordinates(np.stack(points)), atol=1e-9)


def test_a_path_begins_where_its_ground_does() -> None:
    session, probe = make_session(hidden=(3,)), LandscapeProbe()
    for changes in ({"activation": "tanh"}, {"learning_rate": 0.1}):
        for _ in range(3):
            session.advance(10)
            probe.task(session.snapshot(), session, VIEW)
        session.edit(Configure.of(**changes))
    for _ in range(3):
        session.advance(10)
        (route,) = looked(session, probe=probe).routes
    assert route.steps[0] == 30 and route.steps[-1] == 90 and 60 in route.steps
    session.edit(Seek(20))
    (route,) = looked(session, probe=probe).routes
    assert route.steps[0] == 0 and route.steps[-1] == 30


def test_what_is_not_known_of_a_path_is_replayed_to_the_bit() -> None:
    session, probe = make_session(300), LandscapeProbe()
    landscape = looked(session, probe=probe)
    (route,) = landscape.routes
    assert len(route.steps) == 34 and route.steps[-1] == 300
    fresh = make_session()
    fresh.go_to_step(route.steps[5])
    seen = probe.task(session.snapshot(), session, VIEW._replace(request=1))
    assert seen is not None and not seen.replays
    keeper = PathKeeper()
    keeper.note(session)
    (gap,) = keeper.gaps(session)
    task = probe.task(session.snapshot(), session, VIEW)
    assert task is not None and gap.steps == route.steps[1:-1]
    np.testing.assert_allclose(
        landscape.plane.coordinates(fresh.run.parameters.vector[None])[0], route.places[5], atol=1e-12
    )


def test_a_branch_that_nobody_saw_is_drawn_to_its_end() -> None:
    session = make_session(150)
    end = session.run.parameters.vector.copy()
    session.edit(Seek(0))
    session.edit(Configure.of(optimizer="momentum"))
    session.advance(40)
    landscape = looked(session)
    was, momentum = landscape.routes
    assert (was.steps[0], was.steps[-1], momentum.steps[-1]) == (0, 150, 40)
    np.testing.assert_allclose(landscape.plane.coordinates(end[None])[0], was.places[-1], atol=1e-12)
    assert landscape.plane.kind == "path"


def test_points_of_ones_own_count_once() -> None:
    session = make_session(5)
    session.edit(AddPoint((0.3, 0.4), 1.0))
    landscape = looked(session)
    assert landscape.grid is not None and landscape.grid.of == 5
    place = grid_places(landscape.spans, VIEW.columns, VIEW.rows)[3, 3]
    assert landscape.grid.losses[3, 3] == pytest.approx(
        own_loss(session, landscape.plane.at(place[None])[0]), rel=1e-12
    )


def test_a_dataset_that_was_given_is_sent_along() -> None:
    session = Session(make_experiment(dataset="moons"), make_session(dataset="moons").run.dataset)
    session.advance(2)
    assert looked(session).grid is not None


def test_without_samples_or_finite_weights_there_is_a_reason() -> None:
    session, probe = make_session(2), LandscapeProbe()
    session.edit(ClearPoints())
    assert probe.task(session.snapshot(), session, VIEW) is None
    picture = probe.picture(session, VIEW, None, "")
    assert "no samples" in picture.failure and picture.grid is None
    session, probe = make_session(2), LandscapeProbe()
    looked(session, probe=probe)
    session.run.parameters.vector[:] = np.inf
    assert probe.task(session.snapshot(), session, VIEW) is None
    picture = probe.picture(session, VIEW._replace(cursor=(0.0, 0.0)), None, "")
    assert "diverged" in picture.failure and picture.cursor is None
    session = make_session(hidden=(1200, 900))
    assert probe.task(session.snapshot(), session, VIEW) is None
    assert "too large" in probe.picture(session, VIEW, None, "").failure
    assert probe.picture(make_session(), VIEW, None, "the process beside has ended").failure.startswith("the process")


@pytest.mark.parametrize("biases", ["none", "frozen"])
@pytest.mark.parametrize("kind", ["path", "step"])
def test_where_a_single_weight_learns_there_is_no_plane_and_that_is_said(kind: Any, biases: str) -> None:
    session, probe = make_session(4, dataset="sine", hidden=(), biases=biases), LandscapeProbe()
    for follows in (False, True):
        view = VIEW._replace(kind=kind, follows=follows)
        assert probe.task(session.snapshot(), session, view) is None
        assert "only one weight learns" in probe.picture(session, view, None, "").failure
    assert looked(session, VIEW._replace(kind="weights"), probe).grid is not None
    assert looked(make_session(4, dataset="sine", hidden=()), VIEW._replace(kind=kind)).grid is not None


def test_where_no_plane_can_be_laid_there_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    session, probe = make_session(4), LandscapeProbe()
    looked(session, probe=probe)
    monkeypatch.setattr("tuinet.beside.landscape_probe.lay_plane", lambda *_: None)
    view = VIEW._replace(request=1)
    assert probe.task(session.snapshot(), session, view) is None
    assert "no two directions" in probe.picture(session, view, None, "").failure


def test_data_that_have_changed_are_refused() -> None:
    session, probe = make_session(2), LandscapeProbe()
    task = probe.task(session.snapshot(), session, VIEW)
    assert task is not None
    with pytest.raises(DataError, match="changed"):
        list(replace(task, digest="0").results())


def test_large_networks_are_evaluated_on_some_samples() -> None:
    assert most_samples(9, 4) == 4
    assert most_samples(2410, 1348) == 829
    assert most_samples(10**6, 60_000) == 200


def test_coarse_values_are_joined_by_straight_lines() -> None:
    values = np.full((5, 5), np.nan)
    values[::4, ::4] = [[0, 4], [8, 12]]
    np.testing.assert_allclose(interpolated(values, 4), np.add.outer(2.0 * np.arange(5), np.arange(5)))


def test_the_runner_has_the_picture_made_beside() -> None:
    told = threading.Event()
    pictures, session = SidePictures(told.set), make_session(5)
    view = View(landscape=VIEW._replace(kind="weights"))
    try:
        first = pictures.added(session.snapshot(), session, view).landscape
        assert first is not None
        while first.grid is None or not first.grid.is_complete:
            assert told.wait(60)
            told.clear()
            first = pictures.added(session.snapshot(), session, view).landscape
            assert first is not None and not first.failure
        process = pictures._processes["landscape"]
        while not process.is_done:
            assert told.wait(60)
            told.clear()
        assert pictures.added(session.snapshot(), session, None).landscape is None
        process._failure = "DataError: the data has changed"
        number = process._number
        again = pictures.added(session.snapshot(), session, view).landscape
        assert again is not None and "changed" in again.failure and process._number == number
    finally:
        pictures.end()
