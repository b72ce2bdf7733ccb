"""Planes of parameters by hand and against `numpy.linalg.svd`: directions, coordinates, scales, ranges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuinet.nn.parameters import Array, Parameters
from tuinet.observe.landscape import (
    LossPlane,
    filter_scales,
    grid_places,
    is_within,
    orthonormal,
    principal_directions,
    seen_spans,
    spans_around,
)

SPANS = ((-1.0, 3.0), (0.0, 2.0))


def make_plane(directions: Array, centre: Array, scales: Array | None = None) -> LossPlane:
    return LossPlane("path", centre, directions, ("PC1", "PC2"), 0, SPANS, scales)


def walk(points: int, parameters: int, seed: int = 0) -> Array:
    steps: Array = np.random.default_rng(seed).normal(size=(points, parameters))
    return np.cumsum(steps, axis=0)


def test_three_points_by_hand() -> None:
    points = np.array([[0.0, 0.0, 5.0], [0.0, 1.0, 5.0], [4.0, 1.0, 5.0], [4.0, 0.0, 5.0]])
    directions, shares = principal_directions(points)
    np.testing.assert_allclose(np.abs(directions), [[1, 0, 0], [0, 1, 0]], atol=1e-12)
    assert directions[0, 0] == pytest.approx(1)
    assert shares == pytest.approx((16 / 17, 1 / 17))


@given(st.integers(3, 40), st.integers(2, 60), st.integers(0, 9))
def test_shares_and_directions_are_those_of_svd(points: int, parameters: int, seed: int) -> None:
    path = walk(points, parameters, seed)
    directions, shares = principal_directions(path)
    _, lengths, found = np.linalg.svd(path - path.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(shares, (lengths**2 / np.sum(lengths**2))[:2], atol=1e-12)
    np.testing.assert_allclose(directions @ directions.T, np.eye(2), atol=1e-12)
    if lengths[1] > 1.2 * (lengths[2] if len(lengths) > 2 else 0) and lengths[0] > 1.2 * lengths[1]:
        np.testing.assert_allclose(np.abs(directions @ found[:2].T), np.eye(2), atol=1e-6)
    assert (directions @ (path[-1] - path[0]) >= -1e-9).all()


@pytest.mark.parametrize("points", [np.zeros((4, 3)), np.outer([0.0, 1, 5, 2], [1.0, 2, 3]), np.ones((1, 3))])
def test_points_on_a_line_have_no_two_directions(points: Array) -> None:
    with pytest.raises(ValueError, match="line"):
        principal_directions(points)


def test_a_point_is_centre_directions_and_rest() -> None:
    path = walk(20, 12)
    plane = make_plane(principal_directions(path)[0], path[-1])
    places = plane.coordinates(path)
    rest = path - (plane.centre + places @ plane.directions)
    np.testing.assert_allclose(rest @ plane.directions.T, 0, atol=1e-10)
    np.testing.assert_allclose(np.linalg.norm(rest, axis=1), plane.distances(path), atol=1e-10)
    np.testing.assert_allclose(plane.coordinates(plane.at(places)), places, atol=1e-10)
    assert plane.distances(path[-1:])[0] == 0


def test_a_scaled_plane_measures_in_its_scales() -> None:
    path, scales = walk(20, 12), np.linspace(0.1, 5, 12)
    measured, shares = principal_directions(path / scales)
    plane = make_plane(measured * scales, path[-1], scales)
    places = plane.coordinates(path)
    np.testing.assert_allclose(places, (path - path[-1]) / scales @ measured.T, atol=1e-10)
    rest = (path - plane.at(places)) / scales
    np.testing.assert_allclose(rest @ measured.T, 0, atol=1e-10)
    np.testing.assert_allclose(np.linalg.norm(rest, axis=1), plane.distances(path), atol=1e-10)
    spread = path / scales - (path / scales).mean(axis=0)
    lengths = np.linalg.svd(spread, compute_uv=False)
    np.testing.assert_allclose(shares, (lengths**2 / np.sum(lengths**2))[:2], atol=1e-12)


def test_filters_are_the_incoming_weights_of_a_unit_with_its_bias() -> None:
    parameters = Parameters((2, 2, 1))
    parameters.blocks[0][:] = [[3, 0], [0, 0], [4, 0]]
    parameters.blocks[1][:] = [[1], [2], [2]]
    scales = parameters.like()
    scales.vector[:] = filter_scales(parameters)
    np.testing.assert_array_equal(scales.blocks[0], [[5, 1], [5, 1], [5, 1]])
    np.testing.assert_array_equal(scales.blocks[1], [[3], [3], [3]])


def test_what_is_perpendicular_is_taken_of_the_first_that_has_it() -> None:
    along = np.array([0.0, 2.0, 0.0])
    directions, index = orthonormal(along, [along * 3, np.array([0.0, 1.0, 1.0])])
    assert index == 1
    np.testing.assert_allclose(directions, [[0, 1, 0], [0, 0, 1]], atol=1e-15)
    with pytest.raises(ValueError, match="along"):
        orthonormal(along, [along, np.zeros(3)])


def test_directions_of_tiny_gradients_have_length_1() -> None:
    """Their squares are 0 in floats."""
    directions, index = orthonormal(np.array([3e-200, 4e-200]), [np.zeros(2), np.array([0.0, 5e-300])])
    np.testing.assert_allclose(directions, [[0.6, 0.8], [-0.8, 0.6]], atol=1e-12)
    assert index == 1
    with pytest.raises(ValueError, match="length 0"):
        orthonormal(np.zeros(2), [np.ones(2)])


def test_ranges_hold_everything_with_a_margin_and_are_not_flat() -> None:
    spans = spans_around(np.array([[0.0, 0.0], [10.0, 0.1]]), 1.0)
    assert spans[0] == pytest.approx((-2, 12))
    assert spans[1][1] - spans[1][0] == pytest.approx(3.5)
    assert spans_around(np.zeros((1, 2)), 3.0) == ((-1.5, 1.5), (-1.5, 1.5))


def test_zoom_and_shift() -> None:
    assert seen_spans(SPANS, 0, (0.0, 0.0)) == SPANS
    assert seen_spans(SPANS, 1, (0.25, -0.5)) == ((1.0, 3.0), (-0.5, 0.5))
    assert is_within(SPANS, (3.0, 0.0)) and not is_within(SPANS, (3.1, 0.0))


def test_places_are_the_middles_of_cells_from_the_top() -> None:
    places = grid_places(SPANS, 2, 2)
    np.testing.assert_array_equal(places, [[[0, 1.5], [2, 1.5]], [[0, 0.5], [2, 0.5]]])
