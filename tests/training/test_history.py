from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tuinet.training.history import History
from tuinet.training.metrics import Metrics
from tuinet.training.plateau import find_plateau
from tuinet.training.snapshot import HistorySnapshot


@given(st.integers(0, 5000))
def test_history_is_bounded_and_evenly_spaced(epochs: int) -> None:
    history = History(capacity=16)
    for epoch in range(epochs + 1):
        if epoch == history.next_epoch:
            history.record(-float(epoch))
    snapshot = history.snapshot(epochs, -float(epochs))
    assert len(snapshot.epochs) <= 17
    assert snapshot.epochs[0] == 0
    assert snapshot.epochs[-1] == epochs
    np.testing.assert_array_equal(snapshot.losses, -snapshot.epochs)
    assert set(np.diff(snapshot.epochs[:-1])) <= {history.stride}


def run_of(losses: list[float], every: int) -> HistorySnapshot:
    return HistorySnapshot(np.arange(len(losses)) * float(every), np.array(losses))


def metrics_of(loss: float, correct: int) -> Metrics:
    return Metrics(loss, 4, confusion=np.array([[2, 4 - correct], [0, correct - 2]]))


def test_a_flat_loss_with_wrong_samples_is_a_plateau() -> None:
    (sentence,) = find_plateau(run_of([0.7, 0.5, *[0.3466] * 18], 100), metrics_of(0.3466, 3))
    assert "0.3466" in sentence
    assert "500 epochs" in sentence
    assert "r starts from new weights" in sentence


def test_no_plateau_while_young_falling_or_right() -> None:
    flat, falling = [0.3466] * 20, list(np.geomspace(0.7, 0.3, 20))
    assert not find_plateau(run_of(flat[:9], 100), metrics_of(0.3466, 3))
    assert not find_plateau(run_of(falling, 100), metrics_of(0.3, 3))
    assert not find_plateau(run_of(flat, 100), metrics_of(0.3466, 4))
