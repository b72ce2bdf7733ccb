from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.session.factories import dataset_of
from tuinet.data.dataset import Encoder
from tuinet.nn.parameters import Array
from tuinet.observe import planes
from tuinet.observe.planes import InputPlane, input_plane, principal_components
from tuinet.observe.view import Plane


def samples(seed: int, rows: int, features: int) -> Array:
    generator = np.random.default_rng(seed)
    return generator.normal(size=(rows, features)) * generator.uniform(0.5, 20, features) + generator.normal(
        size=features
    )


def test_a_worked_example() -> None:
    """Scaled, both are ±1, of opposite sign in 3 of 4; the correlation is −1/2, so that the shares are 3/4 and 1/4."""
    X = np.array([[10.0, 3.0], [10, 3], [10, 3], [10, 1], [20, 1], [20, 1], [20, 1], [20, 3]])
    found = principal_components(X)
    np.testing.assert_allclose(found.mean, [15, 2])
    np.testing.assert_allclose(found.scale, [5, 1])
    np.testing.assert_allclose(found.shares, [0.75, 0.25])
    np.testing.assert_allclose(np.abs(found.directions), np.full((2, 2), 0.5**0.5))
    assert found.directions[0, 0] == pytest.approx(-found.directions[0, 1])


def test_without_scaling_the_longest_axis_comes_first() -> None:
    X = np.array([[3.0, 0, 0], [-3, 0, 0], [0, 0, 1], [0, 0, -1]])
    found = principal_components(X, np.ones(3))
    np.testing.assert_allclose(found.directions, [[1, 0, 0], [0, 0, 1]], atol=1e-12)
    np.testing.assert_allclose(found.shares, [0.9, 0.1])


@settings(max_examples=40)
@given(st.integers(0, 99), st.integers(0, 30), st.integers(2, 12))
def test_directions_are_orthonormal_and_their_signs_fixed(seed: int, rows: int, features: int) -> None:
    X = samples(seed, rows, features)
    found = principal_components(X)
    np.testing.assert_allclose(found.directions @ found.directions.T, np.eye(2), atol=1e-9)
    largest = np.abs(found.directions).argmax(axis=1)
    assert (found.directions[[0, 1], largest] > 0).all()
    assert 0 <= found.shares[1] <= found.shares[0] <= 1 + 1e-12
    again = principal_components(X)
    assert again.directions.tobytes() == found.directions.tobytes()


@settings(max_examples=30)
@given(st.integers(0, 99), st.integers(3, 30), st.integers(2, 12))
def test_no_other_direction_has_more_variance(seed: int, rows: int, features: int) -> None:
    found = principal_components(X := samples(seed, rows, features))
    Z = (X - found.mean) / found.scale
    total = float(np.square(Z).sum())
    assert float(np.square(Z @ found.directions[0]).sum()) / total == pytest.approx(found.shares[0])
    other = np.random.default_rng(seed + 1).normal(size=features)
    other /= np.linalg.norm(other)
    assert np.square(Z @ other).sum() / total <= found.shares[0] + 1e-9


@pytest.mark.parametrize("X", [np.zeros((0, 3)), np.ones((1, 3)), np.ones((5, 3)), np.zeros((5, 300))])
def test_samples_that_do_not_spread_have_a_plane_all_the_same(X: Array) -> None:
    found = principal_components(X)
    np.testing.assert_allclose(found.directions @ found.directions.T, np.eye(2), atol=1e-12)
    assert found.shares == (0.0, 0.0)
    assert (found.scale == 1).all()


def test_of_many_numbers_some_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    X = samples(1, 200, 5)
    monkeypatch.setattr(planes, "MOST_VALUES", 500)
    found = principal_components(X)
    few = principal_components(X[::2])
    assert found.directions.tobytes() == few.directions.tobytes()


# --- to scale


def plane_of(ranges: tuple[tuple[float, float], tuple[float, float]], scale: Array | None, aspect: float) -> InputPlane:
    encoder = Encoder(shift=None if scale is None else np.zeros(2), scale=scale)
    dataset = replace(dataset_of(np.zeros((1, 2)), np.zeros((1, 1))), encoder=encoder, shown=ranges)
    return input_plane(dataset, Plane(), aspect)


def test_the_shorter_axis_becomes_longer_on_both_sides_alike() -> None:
    wide = plane_of(((0.0, 2.0), (0.0, 2.0)), None, 2.0)
    assert (wide.ranges, wide.is_stretched) == (((-1.0, 3.0), (0.0, 2.0)), False)
    high = plane_of(((0.0, 2.0), (0.0, 2.0)), None, 0.5)
    assert (high.ranges, high.is_stretched) == (((0.0, 2.0), (-1.0, 3.0)), False)


def test_a_unit_is_one_as_the_network_sees_it() -> None:
    """6 of the first feature are 2 deviations, 4 of the other one are 4: the first becomes twice as long."""
    plane = plane_of(((0.0, 6.0), (0.0, 4.0)), np.array([3.0, 1.0]), 1.0)
    assert plane.ranges == ((-3.0, 9.0), (0.0, 4.0))


@pytest.mark.parametrize("ranges", [((0.0, 1.0), (0.0, 3.5)), ((0.0, 3.5), (0.0, 1.0))])
def test_where_an_axis_would_be_too_short_the_plane_is_stretched(
    ranges: tuple[tuple[float, float], tuple[float, float]],
) -> None:
    plane = plane_of(ranges, None, 1.0)
    assert (plane.ranges, plane.is_stretched) == (ranges, True)


@settings(max_examples=60)
@given(st.floats(0.34, 3.0), st.floats(0.1, 10), st.floats(0.1, 10))
def test_no_range_becomes_shorter_and_both_scales_are_the_same(aspect: float, width: float, height: float) -> None:
    plane = plane_of(((0.0, width), (0.0, height)), None, aspect)
    (left, right), (low, high) = plane.ranges
    assert right - left >= width * (1 - 1e-9)
    assert high - low >= height * (1 - 1e-9)
    assert plane.is_stretched or (right - left) / (high - low) == pytest.approx(aspect)
