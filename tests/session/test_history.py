"""Recording stays within its budget, for any network and any data."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_snapshot, said
from tuinet.errors import CheckpointError
from tuinet.experiment.experiment import Experiment
from tuinet.health import find_plateau
from tuinet.observe.metrics import Metrics
from tuinet.session.commands import Seek, SwapBranch
from tuinet.session.edits import Configure
from tuinet.session.history import (
    BUDGET,
    CALLS,
    NEGLIGIBLE,
    REPLAY,
    History,
    HistorySnapshot,
    first_keyframe_stride,
    first_stride,
)
from tuinet.session.session import Session
from tuinet.session.timeline import SavedSession


@given(st.integers(0, 5000))
def test_history_is_bounded_and_evenly_spaced(epochs: int) -> None:
    history = History(capacity=16, layers=2)
    for epoch in range(epochs + 1):
        if epoch == history.next_epoch:
            history.record(-float(epoch), norms=[float(epoch), 2.0 * epoch])
    snapshot = history.snapshot(epochs, -float(epochs), norms=[float(epochs), 2.0 * epochs])
    assert snapshot.grad_norms is not None
    np.testing.assert_array_equal(snapshot.grad_norms, np.outer(snapshot.epochs, [1, 2]))
    assert len(snapshot.epochs) <= 17
    assert snapshot.epochs[0] == 0
    assert snapshot.epochs[-1] == epochs
    np.testing.assert_array_equal(snapshot.losses, -snapshot.epochs)
    assert set(np.diff(snapshot.epochs[:-1])) <= {history.stride}


def norms_of(session: Session) -> np.ndarray[tuple[int, ...], np.dtype[np.floating]]:
    norms = session.snapshot().history.grad_norms
    assert norms is not None
    return norms


def test_each_point_has_the_norms_of_the_step_before_it() -> None:
    session, expected = Session(Experiment(dataset="circle", samples=30, batch_size=7, hidden=(3,))), [[np.nan, np.nan]]
    for _ in range(5):
        session.step("epoch")
        expected.append([float(np.linalg.norm(weights)) for weights in session.run.optimizer.grads.weights])
    np.testing.assert_allclose(norms_of(session), expected, rtol=1e-12)


def test_the_present_is_the_last_point_even_in_the_middle_of_a_step() -> None:
    session = Session(Experiment())
    assert np.isnan(norms_of(session)).all()
    while str(session.run.phase) != "backward, layer 2":
        session.step("phase")
    first, second = norms_of(session)[-1]
    assert np.isnan(first)
    assert second == pytest.approx(np.linalg.norm(session.run.optimizer.grads.weights[1]))
    with pytest.raises(ValueError, match="read-only"):
        norms_of(session)[0, 0] = 1


def test_going_back_shows_the_norms_up_to_there_and_forward_again_the_same() -> None:
    session, straight = Session(Experiment(hidden=(3,), batch_size=3)), Session(Experiment(hidden=(3,), batch_size=3))
    session.advance(300)
    whole = norms_of(session)
    session.edit(Seek(40))
    straight.advance(40)
    np.testing.assert_array_equal(norms_of(session), norms_of(straight))
    session.edit(Configure.of(learning_rate=0.1))
    session.advance(50)
    straight.advance(50)
    assert not np.array_equal(norms_of(session)[-1], norms_of(straight)[-1])
    session.edit(SwapBranch())
    np.testing.assert_array_equal(norms_of(session), whole)


def test_going_back_to_a_change_by_hand_shows_the_same_gradients_again() -> None:
    session = Session(Experiment())
    session.advance(3)
    session.edit(Configure.of(activation=("tanh",)))
    there = norms_of(session)
    session.advance(2)
    session.edit(Seek(3))
    np.testing.assert_array_equal(norms_of(session), there)
    np.testing.assert_array_equal(norms_of(Session.from_saved(SavedSession(session.run.checkpoint()))), there)


def test_branches_have_losses_only() -> None:
    session = Session(Experiment())
    session.advance(10)
    session.edit(Seek(5))
    future = session.snapshot().time.future
    assert future is not None
    assert future.grad_norms is None


def test_a_state_from_before_the_norms_were_recorded_does_without_them() -> None:
    session = Session(Experiment())
    session.advance(6)
    checkpoint = session.run.checkpoint()
    old = checkpoint._replace(history={key: value for key, value in checkpoint.history.items() if key != "grad_norms"})
    again = Session.from_saved(SavedSession(old))
    assert np.isnan(norms_of(again)[:-1]).all()
    np.testing.assert_array_equal(norms_of(again)[-1], norms_of(session)[-1])
    again.advance(2)
    session.advance(2)
    np.testing.assert_array_equal(norms_of(again)[7:], norms_of(session)[7:])
    np.testing.assert_array_equal(again.snapshot().history.losses, session.snapshot().history.losses)


@pytest.mark.parametrize("shape", [(6, 2), (7, 3), (7,)])
def test_norms_of_another_network_are_refused(shape: tuple[int, ...]) -> None:
    session = Session(Experiment())
    session.advance(6)
    checkpoint = session.run.checkpoint()
    with pytest.raises(CheckpointError, match="norms are not those of the network's layers"):
        history = {**checkpoint.history, "grad_norms": np.zeros(shape)}
        session.restore(SavedSession(checkpoint._replace(history=history)))


def plateau_of(losses: list[float], every: int, metrics: Metrics) -> tuple[str, ...]:
    history = HistorySnapshot(np.arange(len(losses)) * float(every), np.array(losses))
    return said(find_plateau(make_snapshot(history=history, metrics=metrics)))


def metrics_of(loss: float, correct: int) -> Metrics:
    return Metrics(loss, 4, confusion=np.array([[2, 4 - correct], [0, correct - 2]]))


def test_a_flat_loss_with_wrong_samples_is_a_plateau() -> None:
    (sentence,) = plateau_of([0.7, 0.5, *[0.3466] * 18], 100, metrics_of(0.3466, 3))
    assert sentence == "stuck near loss 0.35 for 500 epochs"


def test_no_plateau_while_young_falling_or_right() -> None:
    flat, falling = [0.3466] * 20, list(np.geomspace(0.7, 0.3, 20))
    assert not plateau_of(flat[:9], 100, metrics_of(0.3466, 3))
    assert not plateau_of(falling, 100, metrics_of(0.3, 3))
    assert not plateau_of(flat, 100, metrics_of(0.3466, 4))


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
