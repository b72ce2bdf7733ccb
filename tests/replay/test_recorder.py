"""What was recorded is what was trained, to the bit: parameters, gradients, batches, masks, memory, buffers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.factories import said
from tests.replay.runs import LOOK, edited_session, recorded, require_same
from tuinet.errors import CheckpointError
from tuinet.experiment.presets import make_experiment
from tuinet.nn.optimizers import OPTIMIZERS
from tuinet.replay import recorder
from tuinet.replay.player import RecordingPlayer
from tuinet.replay.recorder import record
from tuinet.session.commands import Seek
from tuinet.session.session import Session
from tuinet.session.timeline import SavedSession
from tuinet.session.watching import StoppedError, watched

MINI: dict[str, Any] = {"dataset": "moons", "samples": 50, "batch_size": 7}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"dataset": "iris", "batch_size": 10, "dtype": "float32"},
        {**MINI, "dropout": 0.2, "hidden": (5, 3), "schedule": "exponential", "l2": 0.01, "clip_norm": 0.1},
        {"dataset": "sine", "hidden": (), "biases": "frozen"},
        *({**MINI, "optimizer": name} for name in OPTIMIZERS),
    ],
    ids=str,
)
def test_each_moment_is_that_of_the_training(fields: dict[str, Any]) -> None:
    player, live = RecordingPlayer(recorded(6, **fields)), Session(make_experiment(**fields))
    for moment, epoch in enumerate(player.recording.epochs):
        player.show(moment)
        if epoch:
            live.advance_steps(live.steps_to(int(epoch)) - 1)
            live.step("batch")
        require_same(live.snapshot(LOOK), player.snapshot(LOOK))
    assert moment == 6


def test_a_run_with_edits_is_recorded_with_them_and_the_session_is_where_it_was() -> None:
    session = edited_session()
    tip, saved = session.snapshot(LOOK), session.save()
    recording = record(session)
    require_same(tip_of(saved), session.snapshot())
    player, live = RecordingPlayer(recording), Session.from_saved(saved)
    assert len(recording.chapters) > 3
    live.edit(Seek(0))
    seen = []
    for moment in range(len(recording)):
        player.show(moment)
        snapshot = player.snapshot(LOOK)
        seen.append(snapshot.step)
        if not snapshot.step:
            continue
        # One that was made phase by phase has the buffers of its step, and edits behind it are not made yet.
        live.advance_steps(snapshot.step - 1 - live.run.step_count)
        before = live.run.checkpoint()
        assert np.array_equal(before.parameters, player_parameters(recording, moment))
        live.step("batch")
        assert snapshot.metrics.samples == 23 or snapshot.metrics.loss > 0
    assert seen == sorted(set(seen))
    player.show(len(recording) - 1)
    assert np.array_equal(player.snapshot(None).layers[0].weights, tip.layers[0].weights)
    assert player.snapshot(None).epoch == tip.epoch


def tip_of(saved: SavedSession) -> Any:
    return Session.from_saved(saved).snapshot()


def player_parameters(recording: Any, moment: int) -> Any:
    chapter, row = recording.find(moment)
    return chapter.parameters[row]


def test_phases_of_a_moment_are_those_of_the_step() -> None:
    player, live = RecordingPlayer(recorded(4, **MINI)), Session(make_experiment(**MINI))
    live.advance_steps(live.steps_to(3) - 1)
    live.step("phase")
    for done in range(1, live.run.phases_per_step):
        player.show(3, done)
        one, other = live.snapshot(LOOK), player.snapshot(LOOK)
        assert (one.step, one.phase) == (other.step, other.phase)
        assert one.step_detail is not None
        assert other.step_detail is not None
        for step, twin in zip(one.step_detail.layers, other.step_detail.layers, strict=True):
            assert np.array_equal(step.block_before, twin.block_before)
        live.step("phase")
    player.next_phase()
    require_same(live.snapshot(LOOK), player.snapshot(LOOK))


def test_moments_are_as_many_as_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(recorded(40)) == 41
    monkeypatch.setattr(recorder, "MOMENTS", 10)
    assert recorded(40).epochs.tolist() == [*range(0, 41, 4)]
    assert recorded(41).epochs.tolist() == [*range(0, 41, 5), 41]
    assert recorded(41, every=20).epochs.tolist() == [0, 20, 40, 41]
    monkeypatch.setattr(recorder, "BUDGET", 600)
    assert len(recorded(40)) == 5


def test_too_many_moments_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "MOST_BYTES", 2000)
    with pytest.raises(CheckpointError, match="every: 1 is too few epochs between two moments; from 8 on they fit"):
        recorded(100, every=1)
    assert len(recorded(100, every=8)) == 14


def test_a_network_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "MOST_BYTES", 200)
    with pytest.raises(CheckpointError, match="too large to be recorded"):
        recorded(100)


def test_a_run_that_diverges_is_recorded_until_then() -> None:
    recording = recorded(500, dataset="sine", learning_rate=50.0, hidden=(4,), activation=("relu",))
    assert recording.epochs[-1] < 500
    player = RecordingPlayer(recording)
    player.show(len(recording) - 1)
    assert any(finding.startswith("diverged") for finding in said(player.snapshot(None).findings))


def test_the_recording_ends_when_it_is_not_wanted_any_more() -> None:
    looks = iter([True] * 5 + [False])
    assert len(record(Session(make_experiment()), 100, goes_on=lambda: next(looks))) == 6


def test_a_recording_that_is_stopped_on_a_long_way_ends_where_it_got_to() -> None:
    looks = 0

    def stop(step: int, aim: int) -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            raise StoppedError(step, aim)

    session = Session(make_experiment())
    with watched(stop):
        recording = record(session, 10**9)
    assert len(recording) == 2
    assert recording.epochs[-1] == session.run.epoch < 10**9
    player = RecordingPlayer(recording)
    player.show(1)
    assert player.snapshot(None).metrics.loss == session.metrics().loss


def test_the_curve_is_that_of_the_run() -> None:
    session = Session(make_experiment())
    recording = record(session, 300)
    player = RecordingPlayer(recording)
    history = session.snapshot().history
    player.show(len(recording) - 1)
    assert np.array_equal(player.snapshot(None).history.losses, history.losses)
    player.show(100)
    snapshot = player.snapshot(None)
    assert snapshot.history.epochs[-1] == 100
    assert snapshot.time.is_past
    assert snapshot.time.future is not None
    assert np.array_equal(snapshot.time.future.losses, history.losses)
