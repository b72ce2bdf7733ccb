"""Counts by size, worked by hand; and for any network all that is counted adds up."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.session.test_session import assert_same
from tuinet.experiment.experiment import Experiment
from tuinet.observe.gradients import BINS, BINS_PER_DECADE, LOW_EXPONENT, MOST_GRADIENTS, observe_flow, sampling_step
from tuinet.observe.view import View
from tuinet.session.session import Session


def bin_of(size: float) -> int:
    return math.floor(math.log10(size) * BINS_PER_DECADE) - LOW_EXPONENT * BINS_PER_DECADE


def test_gradients_are_counted_by_sign_and_size() -> None:
    grads = np.array([[2e-3, 2.1e-3, -2e-3], [0.0, -0.0, 1e-3], [np.nan, np.inf, -1e-30], [1e30, 1.1, 9.9e-4]])
    (spread,) = observe_flow([grads]).layers
    positive = {place: count for place, count in enumerate(spread.positive.tolist()) if count}
    negative = {place: count for place, count in enumerate(spread.negative.tolist()) if count}
    assert positive == {bin_of(2e-3): 2, bin_of(1e-3): 1, bin_of(9.9e-4): 1, bin_of(1.1): 1, BINS - 1: 1}
    assert negative == {bin_of(2e-3): 1, 0: 1}
    assert bin_of(2e-3) == bin_of(1e-3) + 1 == bin_of(9.9e-4) + 2
    assert (spread.zeros, spread.not_finite, spread.counted, spread.total) == (2, 2, 12, 12)


def test_tiny_numbers_of_single_precision_count_as_the_smallest() -> None:
    (spread,) = observe_flow([np.array([[1e-45, -1e-40]], np.float32)]).layers
    assert spread.positive[0] == spread.negative[0] == 1


@given(st.integers(1, 5000), st.integers(1, 5000), st.integers(1, 100_000))
def test_a_part_of_a_large_layer_is_bounded_and_meets_every_column(rows: int, columns: int, most: int) -> None:
    step = sampling_step(rows * columns, columns, most)
    counted = -(-rows * columns // step)
    assert counted <= most
    # A step that shares no factor with the columns has been to all of them after as many steps.
    if counted >= columns:
        assert len(set(np.arange(0, step * columns, step) % columns)) == columns


def test_all_of_a_small_network_is_counted_and_a_bounded_part_of_a_large_one() -> None:
    generator = np.random.default_rng(0)
    small = observe_flow([generator.normal(size=(784, 64)), generator.normal(size=(64, 10))])
    assert [spread.counted for spread in small.layers] == [784 * 64, 640]
    large = observe_flow([generator.normal(size=(784, 4096)).astype(np.float32), generator.normal(size=(4096, 10))])
    assert sum(spread.counted for spread in large.layers) <= MOST_GRADIENTS
    assert large.layers[0].counted > 30_000
    assert large.layers[0].total == 784 * 4096
    share = large.layers[0].positive.sum() / large.layers[0].counted
    assert share == pytest.approx(0.5, abs=0.01)


def test_it_is_computed_only_when_somebody_looks_and_changes_nothing() -> None:
    watched, alone = Session(Experiment(batch_size=3)), Session(Experiment(batch_size=3))
    for _ in range(30):
        watched.step("phase")
        alone.step("phase")
        flow = watched.snapshot(View(flow=True)).flow
        assert flow is not None
        assert not flow.layers[0].positive.flags.writeable
    assert_same(watched, alone)
    assert alone.snapshot().flow is None


def test_it_shows_the_gradients_of_the_snapshot() -> None:
    session = Session(Experiment(hidden=(5,)))
    session.advance(3)
    snapshot = session.snapshot(View(flow=True))
    assert snapshot.flow is not None
    for layer, spread in zip(snapshot.layers, snapshot.flow.layers, strict=True):
        assert spread.total == spread.counted == layer.weight_grads.size
        assert spread.positive.sum() == (layer.weight_grads > 0).sum()
