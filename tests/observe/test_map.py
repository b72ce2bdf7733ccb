"""What the map is told: planes, pixels, samples and the responses of units."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.session.factories import dataset_of
from tuinet.data.dataset import Dataset, Task
from tuinet.experiment.defaults import choose_loss
from tuinet.experiment.presets import make_experiment
from tuinet.nn.parameters import Array
from tuinet.nn.training import Evaluation
from tuinet.observe.pixels import MOST_PRODUCTS, MOST_VALUES, affordable
from tuinet.observe.planes import Curve, Points, Surface, input_plane
from tuinet.observe.samples import Encoding
from tuinet.observe.view import Plane, Unit, View
from tuinet.session.edits import Configure
from tuinet.session.session import Session


def session_of(name: str, epochs: int = 2, **given: Any) -> Session:
    session = Session(make_experiment(dataset=name, **given))
    session.advance(epochs)
    return session


def surface_of(session: Session, view: View) -> Surface:
    surface = session.snapshot(view).surface
    assert isinstance(surface, Surface)
    return surface


def outputs_at(session: Session, X: Array) -> list[Array]:
    """The activations of every layer for some raw features, by a forward pass of its own."""
    experiment, dataset = session.run.experiment, session.run.dataset
    encoding = Encoding(choose_loss(experiment, dataset).output_activation, experiment.dtype)
    evaluation = Evaluation(session.run.network, encoding.inputs(dataset, X))
    evaluation.run()
    return evaluation.workspace.activations


def pixel_features(session: Session, plane: Plane, columns: int, rows: int) -> Array:
    """The raw features in the middle of every pixel, from the top left on."""
    cut = input_plane(session.run.dataset, plane)
    (left, right), (low, high) = cut.ranges
    places = [
        (left + (right - left) * (column + 0.5) / columns, high - (high - low) * (row + 0.5) / rows)
        for row in range(rows)
        for column in range(columns)
    ]
    return cut.points(np.array(places))


@pytest.mark.parametrize("name", ["spiral", "rings:4", "hills", "iris", "digits", "parity:4"])
@pytest.mark.parametrize("plane", [Plane(), Plane(1, 3), Plane(3, 0)], ids=str)
def test_the_pixels_are_the_networks_answers(name: str, plane: Plane) -> None:
    session = session_of(name, samples=60 if name not in ("iris", "digits", "parity:4") else None)
    surface = surface_of(session, View(5, 4, plane=plane))
    outputs = outputs_at(session, pixel_features(session, plane, 5, 4))[-1]
    if session.run.dataset.task == "classes":
        assert surface.classes is not None
        np.testing.assert_array_equal(surface.classes.ravel(), outputs.argmax(axis=1))
        outputs = outputs.max(axis=1, keepdims=True)
    np.testing.assert_allclose(surface.values.ravel(), outputs[:, 0], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_plane_through_many_inputs_is_as_exact_as_its_precision(dtype: str) -> None:
    session = session_of("iris", dtype=dtype)
    surface = surface_of(session, View(6, 6))
    outputs = outputs_at(session, pixel_features(session, Plane(), 6, 6))[-1].max(axis=1)
    np.testing.assert_allclose(surface.values.ravel(), outputs, rtol=1e-4 if dtype == "float32" else 1e-10)


@pytest.mark.parametrize(
    ("name", "unit"), [("spiral", (1, 3)), ("iris", (1, 0)), ("iris", (2, 2)), ("digits", (1, 31))]
)
def test_the_response_of_a_unit(name: str, unit: Unit) -> None:
    session = session_of(name)
    surface = surface_of(session, View(5, 4, unit=unit))
    activations = outputs_at(session, pixel_features(session, Plane(), 5, 4))[unit[0] - 1]
    assert (surface.unit, surface.classes) == (unit, None)
    np.testing.assert_allclose(surface.values.ravel(), activations[:, unit[1]], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("unit", [(0, 0), (3, 0), (1, 8), (-1, 0), (1, -1)])
def test_a_unit_that_is_not_there_leaves_the_output(unit: Unit) -> None:
    session = session_of("iris")
    surface = surface_of(session, View(5, 4, unit=unit))
    assert surface.unit is None
    assert surface.values.tobytes() == surface_of(session, View(5, 4)).values.tobytes()


def test_the_response_along_a_single_input() -> None:
    session = session_of("sine")
    curve = session.snapshot(View(9, 1, unit=(2, 5))).surface
    assert isinstance(curve, Curve)
    expected = outputs_at(session, np.array(curve.x)[:, None])[1][:, 5:6]
    np.testing.assert_allclose(curve.outputs, expected, rtol=1e-12)
    assert curve.unit == (2, 5)


def test_axes_are_named_by_components_or_features() -> None:
    session = session_of("iris")
    assert surface_of(session, View(4, 4)).names == ("PC1 73%", "PC2 22%")
    assert surface_of(session, View(4, 4, plane=Plane(3, 0))).names == ("petal width", "sepal length")
    assert surface_of(session_of("moons"), View(4, 4, plane=Plane(1, 0))).names == ("x1", "x2")


def test_the_principal_plane_is_scaled_as_the_network_sees_it() -> None:
    dataset = session_of("iris").run.dataset
    cut = input_plane(dataset, Plane())
    scores = dataset.encode(dataset.X) @ np.linalg.svd(dataset.encode(dataset.X), full_matrices=False)[2][:2].T
    np.testing.assert_allclose(np.abs(cut.project(dataset.X)), np.abs(scores), atol=1e-9)
    np.testing.assert_allclose(cut.points(np.zeros((1, 2)))[0], dataset.X.mean(axis=0))


@settings(max_examples=40)
@given(st.integers(3, 8), st.integers(0, 20), st.integers(0, 99), st.data())
def test_places_of_a_plane_are_read_off_where_they_are(
    features: int, rows: int, seed: int, data: st.DataObject
) -> None:
    generator = np.random.default_rng(seed)
    X = generator.normal(size=(rows + 1, features)) * 10 + 3
    dataset = dataset_of(X, np.arange(rows + 1)[:, None] % 2.0)
    first, second = data.draw(st.permutations(range(features)))[:2]
    for plane in (Plane(), Plane(first, second)):
        cut = input_plane(dataset, plane)
        places = generator.normal(size=(4, 2))
        np.testing.assert_allclose(cut.project(cut.points(places)), places, atol=1e-8)
        for (low, high), coordinates in zip(cut.ranges, cut.project(X).T, strict=True):
            assert (low < coordinates).all()
            assert (coordinates < high).all()
    np.testing.assert_allclose(cut.project(X), X[:, [first, second]])


@pytest.mark.parametrize("plane", [Plane(0, 0), Plane(0, 9), Plane(-1, 2), Plane(None, 1)])
def test_a_pair_that_is_not_there_is_the_principal_plane(plane: Plane) -> None:
    assert input_plane(session_of("iris").run.dataset, plane).names[0].startswith("PC1")


@pytest.mark.parametrize("name", ["xor", "moons", "rings:4", "iris", "hills", "sine"])
def test_the_samples_are_judged_as_the_metrics_judge_them(name: str) -> None:
    session = session_of(name, 20)
    snapshot = session.snapshot(View(4, 4))
    picture = snapshot.surface
    assert isinstance(picture, (Surface, Curve))
    for points, metrics in ((picture.train, snapshot.metrics), (picture.test, snapshot.test_metrics)):
        if metrics is None:
            assert points.total == 0
        elif metrics.correct is not None:
            assert (points.targets == points.answers).sum() == metrics.correct
        else:
            assert metrics.rmse == pytest.approx(float(np.sqrt(np.mean((points.targets - points.answers) ** 2))))
        if metrics is not None:
            assert points.total == metrics.samples == len(points.rows)


def many(rows: int, task: Task = "binary") -> Dataset:
    X = np.arange(2.0 * rows).reshape(rows, 2)
    return replace(dataset_of(X, np.arange(rows)[:, None] % 2.0, task), X_test=X[1:], y_test=np.zeros((rows - 1, 1)))


@pytest.mark.parametrize(("rows", "every", "test_every"), [(2000, 1, 2), (2001, 2, 2), (9000, 5, 9)])
def test_of_many_samples_some_are_shown_the_last_one_among_them(rows: int, every: int, test_every: int) -> None:
    session = Session(make_experiment(hidden=(2,)), many(rows))
    surface = surface_of(session, View(3, 3))
    assert surface.train.rows.tolist() == list(range(rows - 1, -1, -every))[::-1]
    assert surface.test.rows.tolist() == list(range(rows - 2, -1, -test_every))[::-1]
    assert len(surface.train.rows) <= 2000
    assert len(surface.test.rows) <= 1000
    assert (surface.train.total, surface.test.total) == (rows, rows - 1)
    np.testing.assert_array_equal(surface.train.places, session.run.dataset.X[surface.train.rows])
    np.testing.assert_array_equal(surface.train.targets, session.run.dataset.y[surface.train.rows, 0])


def test_pictures_are_read_only() -> None:
    surface = surface_of(session_of("iris"), View(4, 4))
    points: list[Points] = [surface.train, surface.test]
    for array in (surface.values, *(getattr(one, name) for one in points for name in ("rows", "places", "answers"))):
        assert not array.flags.writeable


@settings(max_examples=60)
@given(st.integers(1, 400), st.integers(1, 200), st.lists(st.integers(1, 4096), min_size=2, max_size=12))
def test_the_work_for_a_picture_is_bounded(columns: int, rows: int, sizes: list[int]) -> None:
    across, down = affordable(columns, rows, sizes)
    assert 1 <= across <= columns
    assert 1 <= down <= rows
    products = sum(fan_in * fan_out for fan_in, fan_out in pairwise(sizes))
    assert across * down <= max(64, min(MOST_PRODUCTS // products, MOST_VALUES // sum(sizes)))
    assert affordable(columns, rows, (2, 2, 1)) == (columns, rows)


@pytest.mark.parametrize("name", ["spiral", "iris", "sine"])
def test_looking_changes_nothing(name: str) -> None:
    looked, alone = session_of(name), session_of(name)
    for view in (View(9, 8), View(9, 8, plane=Plane(0, 2)), View(5, 5, unit=(1, 1)), View(9, 8)):
        looked.snapshot(view)
        looked.step("phase")
        alone.step("phase")
    assert looked.run.checkpoint().parameters.tobytes() == alone.run.checkpoint().parameters.tobytes()


def test_another_activation_is_seen_at_once() -> None:
    session = session_of("iris")
    before = surface_of(session, View(6, 6)).values.copy()
    session.edit(Configure.of(activation=("sigmoid",)))
    assert not np.array_equal(surface_of(session, View(6, 6)).values, before)
    outputs = outputs_at(session, pixel_features(session, Plane(), 6, 6))[-1].max(axis=1)
    np.testing.assert_allclose(surface_of(session, View(6, 6)).values.ravel(), outputs, rtol=1e-10)
