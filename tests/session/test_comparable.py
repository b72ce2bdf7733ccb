"""Losses of another dataset are not on the chart of the present one: in the present, the past, branches, recordings."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.factories import make_metrics, make_snapshot
from tests.replay.runs import recorded
from tuinet.causes import find_overfitting
from tuinet.experiment.experiment import Experiment
from tuinet.observe.snapshot import Snapshot
from tuinet.replay.player import RecordingPlayer
from tuinet.replay.recorder import record
from tuinet.session.commands import Reinitialize, Seek, SwapBranch, Undo
from tuinet.session.edits import AddPoint, ClearPoints, Configure
from tuinet.session.history import HistorySnapshot
from tuinet.session.session import Session
from tuinet.tui.panels.loss import first_epoch, loss_series
from tuinet.tui.style.theme import find_theme

DARK = find_theme("dark")
XOR = Experiment(hidden=(2,))


def changed() -> Session:
    """Ten epochs of XOR, then ten of other samples with the same weights."""
    session = Session(XOR)
    session.advance(10)
    session.edit(Configure.of(dataset="circle", samples=20))
    session.advance(10)
    return session


def drawn(snapshot: Snapshot) -> list[tuple[float, float]]:
    """The first and the last epoch of each curve."""
    return [(float(one.x[0]), float(one.x[-1])) for one in loss_series(snapshot, DARK) if len(one.x) > 1]


def test_a_change_of_the_dataset_starts_a_new_chart() -> None:
    snapshot = changed().snapshot()
    assert snapshot.time.losses_after == 10
    assert first_epoch(loss_series(snapshot, DARK), snapshot) == 10
    assert set(drawn(snapshot)) == {(11, 20)}
    # All else still knows the whole run.
    assert snapshot.history.epochs[0] == 0


def test_at_the_change_itself_there_is_one_point_of_the_new_dataset() -> None:
    session = Session(XOR)
    session.advance(10)
    session.edit(Configure.of(dataset="circle", samples=20))
    snapshot = session.snapshot()
    series = loss_series(snapshot, DARK)
    assert {tuple(one.x.tolist()) for one in series} == {(10.0,)}
    assert {float(one.y[0]) for one in series} <= {snapshot.metrics.loss, *_tested(snapshot)}


def _tested(snapshot: Snapshot) -> list[float]:
    return [] if snapshot.test_metrics is None else [snapshot.test_metrics.loss]


def test_in_the_past_the_losses_of_the_later_dataset_are_not_on_the_chart() -> None:
    session = changed()
    session.edit(Seek(5))
    snapshot = session.snapshot()
    assert snapshot.time.losses_after == -math.inf
    assert set(drawn(snapshot)) == {(0, 5), (0, 10)}
    session.edit(Seek(15))
    assert set(drawn(session.snapshot())) == {(11, 15), (11, 20)}


def test_branches_with_another_dataset_are_not_on_the_chart() -> None:
    session = Session(XOR)
    session.advance(10)
    session.edit(Reinitialize(2))
    session.advance(5)
    session.edit(Configure.of(dataset="circle", samples=20, seed=3))
    session.advance(3)
    assert set(drawn(session.snapshot())) == {(0, 3)}
    assert [branch.history is None for branch in session.snapshot().time.branches] == [True, True, True]
    session.edit(SwapBranch())
    assert set(drawn(session.snapshot())) == {(0, 10), (0, 5)}


def test_samples_by_hand_make_no_other_dataset_but_taking_all_away_does() -> None:
    session = Session(XOR)
    session.advance(4)
    session.edit(AddPoint((0.5, 0.5), 1.0))
    session.advance(4)
    assert session.snapshot().time.losses_after == -math.inf
    session.edit(ClearPoints())
    assert session.snapshot().time.losses_after == 8
    session.edit(Undo())
    assert session.snapshot().time.losses_after == -math.inf


def test_a_value_that_was_so_already_changes_nothing() -> None:
    session = Session(XOR)
    session.advance(4)
    session.edit(Configure.of(dataset="xor", learning_rate=0.1))
    assert session.snapshot().time.losses_after == -math.inf


@pytest.mark.parametrize(("after", "is_found"), [(0.0, True), (49.0, False), (20.0, True)])
def test_what_the_test_loss_was_with_another_dataset_is_no_overfitting(after: float, is_found: bool) -> None:
    epochs = np.arange(100.0)
    tested = np.where(epochs < 50, 0.1, 0.9 - epochs / 1000)
    history = HistorySnapshot(epochs, 1 / (1 + epochs), tested)
    plain = make_snapshot(history=history, changed_at=(1, int(after)) if after > 0 else (0, 0))
    snapshot = replace(plain, metrics=make_metrics(0.01, 100, 100), test_metrics=make_metrics(0.801, 60, 100))
    assert any(finding.kind == "overfitting" for finding in find_overfitting(snapshot)) == is_found


def test_a_recording_has_a_chart_for_each_dataset() -> None:
    player = RecordingPlayer(record(changed(), every=1))
    player.show(len(player.recording) - 1)
    assert set(drawn(player.snapshot(None))) == {(11, 20)}
    player.show(5)
    snapshot = player.snapshot(None)
    assert snapshot.time.losses_after == -math.inf
    assert max(last for _, last in drawn(snapshot)) == 10
    assert RecordingPlayer(recorded(5)).snapshot(None).time.losses_after == -math.inf
