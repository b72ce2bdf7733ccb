from __future__ import annotations

import numpy as np
import pytest

from tuinet.data.generators import load
from tuinet.data.recipe import DataSpec

GATES = {"and": "0001", "or": "0111", "nand": "1110", "xor": "0110", "xnor": "1001"}


@pytest.mark.parametrize(("name", "outputs"), GATES.items())
def test_a_gate_is_its_truth_table_in_order(name: str, outputs: str) -> None:
    data = load(DataSpec(name, seed=99))
    assert data.X.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert "".join(f"{value:.0f}" for value in data.y[:, 0]) == outputs
    assert len(data.X_test) == 0


@pytest.mark.parametrize("count", range(2, 11))
def test_parity_counts_ones(count: int) -> None:
    data = load(DataSpec(f"parity:{count}"))
    assert [sum(row) % 2 for row in data.X.tolist()] == data.y[:, 0].tolist()
    numbers = data.X @ 2 ** np.arange(count)[::-1]
    assert numbers.tolist() == list(range(2**count))


def test_more_samples_repeat_the_table_and_noise_spreads_them() -> None:
    data = load(DataSpec("xor", samples=4000, noise=0.1))
    steps = data.X - np.round(np.clip(data.X, 0, 1))
    assert data.y.mean() == 0.5
    assert np.abs(steps).max() > 0.2
    assert steps.std() == pytest.approx(0.1, rel=0.05)
