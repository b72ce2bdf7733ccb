from __future__ import annotations

import numpy as np
import pytest

from tuinet.data.dataset import Dataset
from tuinet.data.generators import load
from tuinet.data.recipe import DataSpec


def make(name: str, samples: int = 6000) -> Dataset:
    return load(DataSpec(name, samples=samples, test_share=0.0))


@pytest.mark.parametrize("name", ["blobs:4", "rings:5", "spirals:3"])
def test_the_classes_are_equally_large(name: str) -> None:
    assert set(make(name, samples=6000).y.mean(axis=0)) == {1 / int(name[-1])}
    counts = make(name, samples=61).y.sum(axis=0)
    assert counts.max() - counts.min() <= 1


def test_blobs_lie_on_a_circle() -> None:
    data = make("blobs:4")
    for label, centre in enumerate([(0, 5), (5, 0), (0, -5), (-5, 0)]):
        blob = data.X[data.y[:, label] == 1]
        np.testing.assert_allclose(blob.mean(axis=0), centre, atol=0.1)
        np.testing.assert_allclose(blob.var(axis=0), 0.5, rtol=0.15)


def test_rings_lie_around_one_another_with_gaps() -> None:
    data = make("rings:3")
    radius, width = np.hypot(*data.X.T), 5 / 2.7
    for label in range(3):
        ring = radius[data.y[:, label] == 1] / width
        assert label <= ring.min() < label + 0.01
        assert label + 0.69 < ring.max() <= label + 0.7
    assert radius.max() <= 5


def test_two_spirals_are_playgrounds_with_the_arms_renamed() -> None:
    two, spiral = (load(DataSpec(name, samples=100, test_share=0.0)) for name in ("spirals:2", "spiral"))
    np.testing.assert_array_equal(two.X, spiral.X)
    np.testing.assert_array_equal(two.y, 1 - spiral.y)


def test_spirals_are_one_arm_turned() -> None:
    data = make("spirals:3", samples=300)
    arms = [data.X[data.y[:, label] == 1] for label in range(3)]
    complex_arms = [
        np.sort_complex(np.round((arm[:, 1] + 1j * arm[:, 0]) * np.exp(-2j * np.pi * turn / 3), 9))
        for turn, arm in enumerate(arms)
    ]
    np.testing.assert_allclose(np.sort(np.abs(complex_arms[0])), np.arange(100) / 20, atol=1e-8)
    np.testing.assert_allclose(complex_arms[1], complex_arms[0], atol=1e-8)
    np.testing.assert_allclose(complex_arms[2], complex_arms[0], atol=1e-8)
