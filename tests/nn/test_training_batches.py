from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tuinet.data.generators import DATASETS
from tuinet.nn.training import Batches


def make_batches(n_samples: int, batch_size: int, seed: int = 0) -> Batches:
    return Batches(n_samples, batch_size, np.random.default_rng(seed))


@given(n_samples=st.integers(1, 40), batch_size=st.integers(0, 50))
def test_every_epoch_deals_every_sample_once(n_samples: int, batch_size: int) -> None:
    batches = make_batches(n_samples, batch_size)
    for _ in range(3):
        dealt = [batches.take().copy() for _ in batches.sizes]
        assert [len(indices) for indices in dealt] == list(batches.sizes)
        assert sorted(np.concatenate(dealt)) == list(range(n_samples))
        assert batches.batch == 0


def test_the_rest_is_a_batch_of_its_own() -> None:
    assert make_batches(10, 4).sizes == (4, 4, 2)


def test_the_seed_decides_the_order() -> None:
    first, second, other = (make_batches(30, 30, seed).take() for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, second)
    assert (first != other).any()


def test_a_loaded_batch_holds_the_samples_it_names() -> None:
    X, y = np.arange(12.0).reshape(6, 2), np.asfortranarray(np.arange(18.0).reshape(6, 3))
    batches = make_batches(6, 4)
    inputs, targets = np.zeros((4, 2)), np.zeros((4, 3), order="F")
    batches.loader(X, y, inputs, targets)()
    np.testing.assert_array_equal(inputs, X[batches.order[:4]])
    np.testing.assert_array_equal(targets, y[batches.order[:4]])


def test_xor_is_the_truth_table() -> None:
    data = DATASETS["xor"]()
    assert [(tuple(x), int(t)) for x, (t,) in zip(data.X, data.y, strict=True)] == [
        ((0, 0), 0),
        ((0, 1), 1),
        ((1, 0), 1),
        ((1, 1), 0),
    ]
    assert data.ranges() == ((-0.2, 1.2), (-0.2, 1.2))
