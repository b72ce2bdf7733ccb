"""What each neuron answers over the plane, and along a line."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.session.factories import dataset_of
from tests.session.test_session import assert_same
from tuinet.experiment.experiment import Experiment
from tuinet.nn.losses import LOSSES
from tuinet.nn.network import Network
from tuinet.nn.parameters import Parameters
from tuinet.observe.map import UnitMaps, UnitProbe
from tuinet.observe.pixels import domain_of
from tuinet.observe.planes import input_plane
from tuinet.observe.samples import Encoding
from tuinet.observe.view import NetworkView, Plane, Unit, View
from tuinet.session.edits import SetParameter
from tuinet.session.session import Session

ENCODING = Encoding("sigmoid", np.float64)


def network_of(*sizes: int, activation: str = "sigmoid") -> Network:
    """Weights from −1 to 1 in equal steps."""
    parameters = Parameters(sizes, np.float64)
    parameters.vector[:] = np.linspace(-1, 1, parameters.vector.size)
    return Network(parameters, [activation] * (len(sizes) - 2), LOSSES["cross-entropy"]["sigmoid"])


def maps_of(session: Session, view: NetworkView) -> UnitMaps:
    maps = session.snapshot(View(network=view)).unit_maps
    assert maps is not None
    return maps


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def test_every_pixel_is_the_activation_at_its_centre() -> None:
    session = Session(Experiment())
    for row, column, value in ((0, 0, 2.0), (1, 0, -3.0), (None, 0, 0.5)):
        session.edit(SetParameter(1, row, column, value))
    maps = maps_of(session, NetworkView(2, 4, ((0, 0), (0, 1), (1, 0), (2, 0))))
    assert maps.domain == "plane"
    assert maps.responses.shape == (4, 4, 2)
    # XOR spans −0.2 to 1.2, so the centres are at 0.15 and 0.85 across, and at 1.025, 0.675, 0.325 and −0.025 down.
    np.testing.assert_allclose(maps.by_unit[0, 0], [[0.15, 0.85]] * 4)
    np.testing.assert_allclose(maps.by_unit[0, 1], [[1.025] * 2, [0.675] * 2, [0.325] * 2, [-0.025] * 2])
    assert maps.by_unit[1, 0][0, 0] == pytest.approx(sigmoid(2 * 0.15 - 3 * 1.025 + 0.5))
    assert maps.by_unit[1, 0][3, 1] == pytest.approx(sigmoid(2 * 0.85 + 3 * 0.025 + 0.5))


def test_the_output_is_what_the_map_shows() -> None:
    session = Session(Experiment(dataset="circle", hidden=(5, 3), activation=("tanh",)))
    session.advance(20)
    snapshot = session.snapshot(View(columns=6, rows=8, network=NetworkView(6, 8, ((3, 0),))))
    assert snapshot.unit_maps is not None
    assert snapshot.surface is not None
    np.testing.assert_array_equal(snapshot.unit_maps.responses[0], snapshot.surface.values)  # type: ignore[union-attr]


def test_inputs_are_what_is_made_of_the_features() -> None:
    session = Session(Experiment(dataset="circle", features=("x1", "x1²", "x1·x2"), standardize=False))
    maps = maps_of(session, NetworkView(3, 2, ((0, 0), (0, 1), (0, 2))))
    assert maps.domain == "plane"
    np.testing.assert_allclose(maps.by_unit[0, 1], maps.by_unit[0, 0] ** 2)


def test_along_a_single_input_there_is_one_row_of_points() -> None:
    session = Session(Experiment(dataset="sine", hidden=(3,), activation=("tanh",)))
    maps = maps_of(session, NetworkView(5, 9, ((0, 0), (1, 2))))
    assert (maps.domain, maps.responses.shape) == ("line", (2, 1, 5))
    (low, high), layer = session.snapshot().dataset.ranges()[0], session.snapshot().layers[0]
    x = session.snapshot().dataset.encode(np.linspace(low, high, 5)[:, None])
    np.testing.assert_allclose(maps.by_unit[1, 2][0], np.tanh(x @ layer.weights + layer.biases)[:, 2])


def test_of_many_inputs_it_is_the_plane_of_the_map() -> None:
    X = np.random.default_rng(0).normal(size=(40, 3))
    dataset = dataset_of(X, np.arange(len(X))[:, None] % 2.0)
    network = network_of(3, 2, 1)
    probe = UnitProbe(network, dataset, ENCODING)
    block = network.parameters.blocks[0]
    for plane in (Plane(), Plane(2, 0)):
        maps = probe.look(NetworkView(4, 6, ((0, 1), (1, 0))), plane)
        assert (maps.domain, maps.responses.shape) == ("plane", (2, 6, 4))
        seen = input_plane(dataset, plane)
        (left, right), (low, high) = seen.ranges
        corner = seen.points(np.array([[left + (right - left) / 8, high - (high - low) / 12]]))[0]
        assert maps.by_unit[0, 1][0, 0] == pytest.approx(corner[1])
        assert maps.by_unit[1, 0][0, 0] == pytest.approx(sigmoid(float(corner @ block[:-1, 0] + block[-1, 0])))


def test_without_samples_there_is_a_plane_all_the_same() -> None:
    dataset = dataset_of(np.empty((0, 3)), np.empty((0, 1)))
    maps = UnitProbe(network_of(3, 2, 1), dataset, ENCODING).look(NetworkView(2, 2, ((1, 0), (0, 0))))
    assert np.isfinite(maps.responses).all()


@pytest.mark.parametrize("features", [1, 2, 3, 64])
def test_the_domain_follows_from_the_features(features: int) -> None:
    expected = "line" if features == 1 else "plane"
    assert domain_of(dataset_of(np.zeros((4, features)), np.zeros((4, 1)))) == expected


def test_neurons_that_the_network_does_not_have_are_left_out() -> None:
    unknown: tuple[Unit, ...] = ((1, 2), (0, 2), (3, 0), (1, -1), (-1, 0))
    maps = maps_of(Session(Experiment()), NetworkView(2, 2, ((1, 1), *unknown)))
    assert maps.view.units == ((1, 1),)
    assert list(maps.by_unit) == [(1, 1)]


def test_the_present_parameters_count() -> None:
    session = Session(Experiment())
    view = NetworkView(3, 3, ((1, 0),))
    before = maps_of(session, view).responses
    session.advance(10)
    assert not np.array_equal(maps_of(session, view).responses, before)


def test_maps_are_frozen() -> None:
    session = Session(Experiment())
    maps = maps_of(session, NetworkView(3, 3, ((1, 0),)))
    before = maps.responses.copy()
    session.advance(10)
    maps_of(session, NetworkView(3, 3, ((1, 0),)))
    np.testing.assert_array_equal(maps.responses, before)
    with pytest.raises(ValueError, match="read-only"):
        maps.responses[0] = 0


def test_weights_that_have_diverged_are_no_error() -> None:
    session = Session(Experiment(dataset="sine", hidden=(4,), activation=("relu",), learning_rate=1e12))
    session.advance(60)
    maps = maps_of(session, NetworkView(4, 1, ((1, 0), (2, 0))))
    assert not np.isfinite(maps.by_unit[2, 0]).all()


@pytest.mark.parametrize("dataset", ["spiral", "iris", "sine"])
def test_looking_changes_nothing_of_the_training(dataset: str) -> None:
    experiment = Experiment(dataset=dataset, hidden=(4, 3), batch_size=7, dropout=0.2)
    looked, direct = Session(experiment), Session(experiment)
    for phases in range(1, 40):
        looked.step("phase")
        maps_of(looked, NetworkView(1 + phases % 3, 2, ((1, phases % 4), (2, 0), (3, 0))))
        direct.step("phase")
    assert_same(looked, direct)
