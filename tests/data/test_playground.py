"""The facts are worked out by hand from src/dataset.ts of TensorFlow Playground."""

from __future__ import annotations

import numpy as np
import pytest

from tuinet.data.dataset import Dataset
from tuinet.data.generators import load
from tuinet.data.recipe import DataSpec
from tuinet.data.synthetic import hill_height
from tuinet.nn.arithmetic import FAST
from tuinet.nn.parameters import Array


def make(name: str, noise: float = 0.0, samples: int = 4000) -> Dataset:
    return load(DataSpec(name, samples=samples, noise=noise, test_share=0.0))


def radii(data: Dataset) -> Array:
    return np.asarray(np.hypot(*data.X.T))


def test_the_circle_is_a_disc_of_2_5_in_a_ring_from_3_5_to_5() -> None:
    data = make("circle")
    inside = data.y[:, 0] == 1
    assert inside.mean() == 0.5
    assert radii(data)[inside].max() < 2.5
    assert 3.5 <= radii(data)[~inside].min() < 3.52
    assert 4.98 < radii(data).max() <= 5
    # The radius is uniform, not the density: half of the disc's points lie within half its radius.
    assert (radii(data)[inside] < 1.25).mean() == pytest.approx(0.5, abs=0.04)


def test_noise_in_the_circle_changes_labels_but_moves_no_point() -> None:
    clean, noisy = make("circle"), make("circle", noise=0.5)
    np.testing.assert_array_equal(clean.X, noisy.X)
    assert 0.1 < (clean.y != noisy.y).mean() < 0.5


def test_the_quadrants_are_padded_and_labelled_by_the_sign_of_the_product() -> None:
    data = make("quadrants")
    np.testing.assert_array_equal(data.y[:, 0], np.prod(data.X, axis=1) >= 0)
    assert np.abs(data.X).min() >= 0.3
    assert 5.28 < np.abs(data.X).max() <= 5.3


@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.5, 4.0), (0.25, 2.25)])
def test_the_clouds_of_gauss_have_the_variance_of_the_noise(noise: float, variance: float) -> None:
    data = make("gauss", noise, samples=40_000)
    for label, centre in ((1, 2.0), (0, -2.0)):
        cloud = data.X[data.y[:, 0] == label]
        assert len(cloud) == 20_000
        np.testing.assert_allclose(cloud.mean(axis=0), centre, atol=0.06)
        np.testing.assert_allclose(cloud.var(axis=0), variance, rtol=0.05)


def test_the_spiral_is_two_arms_of_one_and_three_quarter_turns() -> None:
    data = load(DataSpec("spiral", samples=8, test_share=0.0))
    # Of four points on an arm the third, i = 2: r = 2.5, t = 1.75 · 2/4 · 2π = 1.75 π, sin t = -cos t = -√½.
    side = 2.5 * np.sqrt(0.5)
    for point, label in (((-side, side), 1), ((side, -side), 0)):
        nearest = np.hypot(*(data.X - point).T).argmin()
        np.testing.assert_allclose(data.X[nearest], point, atol=1e-12)
        assert data.y[nearest, 0] == label
    np.testing.assert_allclose(np.sort(radii(data)), [0, 0, 1.25, 1.25, 2.5, 2.5, 3.75, 3.75], atol=1e-12)


def test_noise_in_the_spiral_is_uniform_up_to_its_share_of_one() -> None:
    clean, noisy = make("spiral"), make("spiral", noise=0.25)
    moved = np.abs(clean.X - noisy.X)
    assert 0.24 < moved.max() <= 0.25
    assert moved.mean() == pytest.approx(0.125, rel=0.05)


def test_the_plane_is_a_tenth_of_the_sum() -> None:
    data = make("plane")
    np.testing.assert_allclose(data.y[:, 0], (data.X[:, 0] + data.X[:, 1]) / 10, atol=1e-15)
    assert 5.9 < np.abs(data.X).max() <= 6
    noisy = make("plane", noise=0.5)
    # Both coordinates move by up to 3, so the label by up to 0.6.
    error = np.abs(noisy.y[:, 0] - noisy.X.sum(axis=1) / 10)
    assert 0.5 < error.max() <= 0.6


@pytest.mark.parametrize(
    ("point", "height"),
    [
        ((-4, 2.5), 1),
        ((0, 2.5), -1),
        ((4, 2.5), 1),
        ((-4, -2.5), -1),
        ((0, -2.5), 1),
        ((4, -2.5), -1),
        ((-4, 3.5), 0.5),
        ((1, 2.5), -0.5),
        ((0, 0), 0),
        ((-4, 4.5), 0),
        ((2.5, 2.5), 0.25),
    ],
)
def test_the_height_of_the_hills(point: tuple[float, float], height: float) -> None:
    assert hill_height(FAST, np.array([point], dtype=float))[0] == pytest.approx(height)


def test_the_hills_are_sampled_over_the_square() -> None:
    data = make("hills")
    np.testing.assert_array_equal(data.y[:, 0], hill_height(FAST, data.X))
    assert 5.9 < np.abs(data.X).max() <= 6
    assert (len(load(DataSpec("hills")).X), len(load(DataSpec("circle")).X)) == (600, 250)
