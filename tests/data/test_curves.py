from __future__ import annotations

import numpy as np
import pytest

from tuinet.data.generators import load
from tuinet.data.recipe import DataSpec
from tuinet.data.synthetic import CURVES
from tuinet.nn.arithmetic import FAST

POINTS = {
    "sine": [(0, 0), (np.pi / 4, 1), (-np.pi / 4, -1), (np.pi / 2, 0)],
    "step": [(-0.01, -1), (0, 1), (3, 1), (-3, -1)],
    "abs": [(0, -1.5), (2, 0.5), (-3, 1.5)],
    "polynomial": [(0, 0), (2, 0), (-2, 0), (3, 3), (1, -0.6)],
}


@pytest.mark.parametrize("name", POINTS)
def test_a_curve_goes_through_its_points(name: str) -> None:
    curve = {key: function for key, _, function in CURVES}[name]
    x, y = np.array(POINTS[name]).T
    np.testing.assert_allclose(curve(FAST, x), y, atol=1e-12)
    data = load(DataSpec(name, noise=0.0))
    np.testing.assert_allclose(data.y, curve(FAST, data.X))
    assert 2.8 < np.abs(data.X).max() <= 3
    assert (data.feature_names, data.target_names) == (("x",), ("y",))


def test_noise_is_the_standard_deviation_of_y() -> None:
    clean, noisy = (load(DataSpec("sine", samples=20_000, noise=noise)) for noise in (0.0, 0.3))
    np.testing.assert_array_equal(clean.X, noisy.X)
    assert (noisy.y - clean.y).std() == pytest.approx(0.3, rel=0.03)
