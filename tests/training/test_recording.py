"""Recording stays within its budget, for any network and any data."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tuinet.experiment.experiment import Experiment
from tuinet.session.history import BUDGET, CALLS, NEGLIGIBLE, REPLAY, first_keyframe_stride, first_stride
from tuinet.session.session import Session

layer_sizes = st.lists(st.integers(1, 800), min_size=2, max_size=6)


@given(layer_sizes, st.integers(1, 60_000), st.integers(0, 20_000), st.integers(1, 1000))
def test_recording_adds_little_arithmetic(sizes: list[int], train: int, seen: int, batches: int) -> None:
    stride = first_stride(sizes, train, seen, batches)
    layers = [fan_in * fan_out for fan_in, fan_out in pairwise(sizes)]
    evaluation, training = seen * sum(layers), train * (3 * sum(layers) - layers[0])
    training += batches * len(layers) * CALLS
    assert stride & (stride - 1) == 0
    assert evaluation <= NEGLIGIBLE or evaluation / stride <= BUDGET * training


@given(layer_sizes, st.integers(1, 2000))
def test_what_lies_between_two_keyframes_is_quickly_replayed(sizes: list[int], batch: int) -> None:
    stride = first_keyframe_stride(sizes, batch)
    layers = [fan_in * fan_out for fan_in, fan_out in pairwise(sizes)]
    assert stride & (stride - 1) == 0
    assert stride == 64 or stride * batch * (3 * sum(layers) - layers[0]) <= REPLAY


def test_a_small_network_records_every_epoch_and_a_large_one_in_strides() -> None:
    small, large = Session(Experiment()), Session(Experiment(dataset="digits", hidden=(64,), batch_size=50))
    for session in (small, large):
        session.advance(40)
    assert small.snapshot().history.epochs.tolist() == list(range(41))
    assert large.snapshot().history.epochs.tolist() == [0, 32, 40]
