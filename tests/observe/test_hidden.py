from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.session.factories import dataset_of
from tests.session.test_session import assert_same
from tuinet.experiment.experiment import Experiment
from tuinet.nn.parameters import Array
from tuinet.observe.hidden import MOST_SAMPLES, HiddenSpace, component_axes, output_axes, unit_axes
from tuinet.observe.planes import MOST_LINES, input_lines, round_values
from tuinet.observe.view import HiddenView, View
from tuinet.session.session import Session

XOR = HiddenView(1, "units", (0, 1))


def sigmoid(z: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-z)))


def look(session: Session, view: HiddenView) -> HiddenSpace:
    space = session.snapshot(View(hidden=view)).hidden_space
    assert space is not None
    return space


def activations_of(seed: int, samples: int, units: int) -> tuple[Array, Array]:
    generator = np.random.default_rng(seed)
    features = generator.normal(size=(samples, 2))
    return np.tanh(features @ generator.normal(size=(2, units)) + generator.normal(size=(samples, units))), features


def test_xor_in_its_hidden_units() -> None:
    session = Session(Experiment())
    session.advance(1200)
    snapshot = session.snapshot(View(hidden=XOR))
    space, (hidden, output) = look(session, XOR), snapshot.layers
    np.testing.assert_allclose(space.points, sigmoid(snapshot.dataset.X @ hidden.weights + hidden.biases))
    np.testing.assert_allclose(space.next_layer, [[output.biases[0], *output.weights[:, 0]]])
    assert (space.every, space.steps) == (1, (0.2, 0.2))
    assert not space.is_wrong.any()
    line = space.next_layer[0]
    np.testing.assert_array_equal(line[0] + space.points @ line[1:] > 0, snapshot.dataset.y[:, 0] == 1)


def test_the_lines_of_the_inputs_are_bent_like_the_samples() -> None:
    session = Session(Experiment())
    space, hidden = look(session, XOR), session.snapshot().layers[0]
    along_x2, along_x1 = space.lines
    assert along_x2.shape == along_x1.shape == (8, 81, 2)
    first = sigmoid(np.array([[-0.2, -0.2], [-0.2, 1.2]]) @ hidden.weights + hidden.biases)
    np.testing.assert_allclose(along_x2[0, [0, -1]], first)
    np.testing.assert_allclose(along_x1[-1, -1], along_x2[-1, -1])


def test_a_sample_is_wrong_that_the_network_takes_for_another_class() -> None:
    session = Session(Experiment())
    snapshot = session.snapshot(View(hidden=XOR))
    assert look(session, XOR).is_wrong.sum() == 4 - (snapshot.metrics.correct or 0) > 0


def test_it_is_frozen_and_looking_disturbs_nothing() -> None:
    watched, alone = Session(Experiment(hidden=(3, 3))), Session(Experiment(hidden=(3, 3)))
    for _ in range(25):
        watched.step("phase")
        alone.step("phase")
        for kind in ("units", "components", "output"):
            look(watched, HiddenView(2, kind))
    assert_same(watched, alone)
    space = look(watched, HiddenView(2))
    for array in (space.points, space.is_wrong, space.next_layer, *space.lines):
        assert not array.flags.writeable


def test_the_same_state_looks_the_same() -> None:
    session, other = Session(Experiment(hidden=(5,))), Session(Experiment(hidden=(5,)))
    for _ in range(20):
        session.advance(7)
        look(session, HiddenView(1))
    other.advance(140)
    np.testing.assert_array_equal(look(session, HiddenView(1)).points, look(other, HiddenView(1)).points)


def test_what_a_network_does_not_have_is_not_drawn() -> None:
    for hidden, view in [((), HiddenView(1)), ((2,), HiddenView(2)), ((2,), HiddenView(1, "units", (1, 2)))]:
        assert Session(Experiment(hidden=hidden)).snapshot(View(hidden=view)).hidden_space is None
    assert Session(Experiment()).snapshot(View()).hidden_space is None


@pytest.mark.parametrize("kind", ["units", "components", "output"])
def test_weights_that_have_diverged_cannot_be_drawn(kind: Any) -> None:
    for value in (np.nan, np.inf, 1e300):
        session = Session(Experiment(activation=("linear",), hidden=(3,)))
        session.run.parameters.vector[:] = value
        assert not look(session, HiddenView(1, kind)).is_drawable
    assert look(Session(Experiment(hidden=(3,))), HiddenView(1, kind)).is_drawable


@pytest.mark.parametrize("kind", ["units", "components", "output"])
@pytest.mark.parametrize(("inputs", "outputs", "task"), [(1, 2, "regression"), (2, 3, "classes"), (64, 1, "binary")])
def test_any_task_and_any_number_of_inputs(kind: Any, inputs: int, outputs: int, task: Any) -> None:
    generator = np.random.default_rng(0)
    labels = np.eye(outputs)[np.arange(12) % outputs] if outputs > 1 else np.arange(12)[:, None] % 2.0
    y = generator.normal(size=(12, outputs)) if task == "regression" else labels
    session = Session(
        Experiment(hidden=(4, 3), dtype="float32"), dataset_of(generator.normal(size=(12, inputs)), y, task)
    )
    space = look(session, HiddenView(2, kind))
    assert space.points.shape == (12, 2)
    assert space.points.dtype == np.float64
    assert space.next_layer.shape == (outputs, 3)
    assert len(space.lines) == (inputs if inputs <= 2 else 0)
    assert space.is_drawable


@pytest.mark.parametrize("hidden", [(2,), (300, 20), (4096,)])
def test_many_samples_are_thinned(hidden: tuple[int, ...]) -> None:
    generator = np.random.default_rng(0)
    X = generator.normal(size=(50_000, 3))
    session = Session(Experiment(hidden=hidden, batch_size=32), dataset_of(X, (X[:, :1] > 0).astype(float)))
    space = look(session, HiddenView(1))
    assert 200 / 2 <= len(space.points) <= MOST_SAMPLES
    assert len(space.points) == -(-50_000 // space.every)


def test_a_layer_that_answers_the_same_to_all_is_a_point() -> None:
    session = Session(Experiment(hidden=(3,), initializer="zeros"))
    for kind in ("components", "output"):
        space = look(session, HiddenView(1, kind))
        np.testing.assert_array_equal(space.points, 0.0)
        assert space.shares == (0.0, 0.0)


samples_and_units = st.integers(0, 1000), st.integers(2, 12), st.integers(1, 12)


@given(*samples_and_units)
def test_components_are_those_of_the_singular_values(seed: int, samples: int, units: int) -> None:
    activations, features = activations_of(seed, samples, units)
    axes = component_axes(activations, features, 0, 1)
    spread = activations - activations.mean(axis=0)
    values = np.concatenate([np.linalg.svd(spread, compute_uv=False), [0.0, 0.0]])[:2]
    points = axes.coordinates(activations)
    np.testing.assert_allclose(np.linalg.norm(points, axis=0), values, atol=1e-6)
    np.testing.assert_allclose(points.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(axes.shares, values**2 / np.square(spread).sum(), atol=1e-9)
    gram = axes.directions @ axes.directions.T
    np.testing.assert_allclose(gram, np.diag(np.diag(gram)), atol=1e-6)


@given(*samples_and_units)
def test_a_component_grows_with_the_feature_that_it_goes_along_with_most(seed: int, samples: int, units: int) -> None:
    activations, features = activations_of(seed, samples, units)
    points = component_axes(activations, features, 0, 1).coordinates(activations)
    for coordinates in points.T:
        if np.ptp(coordinates) > 1e-3:
            correlations = [np.corrcoef(coordinates, feature)[0, 1] for feature in features.T]
            assert max(correlations) >= -min(correlations) - 1e-5


@given(*samples_and_units, st.sampled_from([1, 2, 3]))
def test_nothing_that_matters_to_up_to_three_outputs_is_beside_their_axes(
    seed: int, samples: int, units: int, outputs: int
) -> None:
    activations, features = activations_of(seed, samples, units)
    block = np.random.default_rng(seed).normal(size=(units + 1, outputs))
    axes = output_axes(activations, features, block)
    functions = axes.pre_activations(block)
    z = activations @ block[:-1] + block[-1]
    drawn = functions[:, 0] + axes.coordinates(activations) @ functions[:, 1:].T
    if outputs > 1:
        z, drawn = (each - each.mean(axis=1, keepdims=True) for each in (z, drawn))
    np.testing.assert_allclose(drawn, z, atol=1e-5)


def test_the_first_axis_of_an_output_is_the_distance_from_its_line() -> None:
    activations = np.array([[0.0, 0.0, 5.0], [1.0, 0.0, 5.0], [0.0, 1.0, 5.0]])
    block = np.array([[3.0], [4.0], [0.0], [-2.0]])
    axes = output_axes(activations, activations, block)
    np.testing.assert_allclose(axes.coordinates(activations)[:, 0], [-2 / 5, 1 / 5, 2 / 5])
    np.testing.assert_allclose(axes.pre_activations(block), [[0.0, 5.0, 0.0]], atol=1e-12)


def test_without_samples_the_axes_are_those_of_the_weights() -> None:
    nothing, block = np.zeros((0, 2)), np.array([[3.0], [4.0], [-2.0]])
    axes = output_axes(nothing, nothing, block)
    np.testing.assert_allclose(axes.pre_activations(block)[0, 1], 5.0)


def test_other_units_are_at_their_mean() -> None:
    activations = np.array([[1.0, 2.0, 3.0], [3.0, 6.0, 5.0]])
    axes = unit_axes(activations, 2, 0)
    np.testing.assert_array_equal(axes.coordinates(activations), [[3.0, 1.0], [5.0, 3.0]])
    block = np.array([[1.0], [10.0], [100.0], [0.5]])
    np.testing.assert_array_equal(axes.pre_activations(block), [[40.5, 100.0, 1.0]])
    np.testing.assert_allclose(axes.shares, [2 / 12, 2 / 12])


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_lines_are_at_round_numbers(low: float, width: float) -> None:
    step, values = round_values(low, low + width)
    assert 2 <= len(values) <= MOST_LINES
    assert f"{step:.1e}"[:3] in ("1.0", "2.0", "2.5", "5.0")
    np.testing.assert_allclose(values / step, np.round(values / step), atol=1e-6)
    assert low - 1e-6 * step <= values[0] <= low + step * (1 + 1e-6)
    assert low + width - step * (1 + 1e-6) <= values[-1] <= low + width + 1e-6 * step


def test_lines_of_the_inputs() -> None:
    assert input_lines(((0.0, 1.0),) * 3, 5) == ()
    (line,) = input_lines(((0.0, 1.0),), 3)
    assert line.points.tolist() == [[[0.0], [0.5], [1.0]]]
    across, up = input_lines(((0.0, 2.0), (-0.1, 0.1)), 2)
    assert (across.step, up.step) == (0.25, 0.025)
    assert across.points[1].tolist() == [[0.25, -0.1], [0.25, 0.1]]
