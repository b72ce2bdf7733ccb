"""What counts epochs counts from the last change of anything, whichever way the run has come there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.factories import make_metrics, make_snapshot
from tuinet.causes import find_overfitting
from tuinet.data.dataset import Dataset
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.replay.player import RecordingPlayer
from tuinet.replay.recorder import record
from tuinet.replay.recording_file import read, write
from tuinet.session.commands import Reinitialize, Seek, SessionCommand, SwapBranch, Undo
from tuinet.session.edits import AddPoint, Configure, SetOptimizer, SetParameter, SetParameters
from tuinet.session.history import HistorySnapshot
from tuinet.session.session import Session
from tuinet.storage import session_file

STRAIGHT: dict[str, Any] = {"dataset": "xor", "hidden": (), "learning_rate": 0.5}
"""A single layer, whose loss comes to ln 2 and stays there."""


def is_stuck(session: Session) -> bool:
    return any(finding.kind == "stuck" for finding in session.snapshot().findings)


def stuck_session() -> Session:
    session = Session(make_experiment(**STRAIGHT))
    session.advance(1500)
    assert is_stuck(session)
    return session


@pytest.mark.parametrize(
    "command",
    [
        Configure.of(learning_rate=0.2),
        Configure.of(hidden=(2,)),
        Configure.of(dataset="xnor"),
        Configure.of(l2=0.001),
        SetOptimizer("adam", 0.01),
        SetParameter(1, 0, 0, 1e-3),
        SetParameters((0.001, 0.001, 0.0)),
        AddPoint((0.5, 0.5), 1.0),
        Reinitialize(),
        Reinitialize(2),
    ],
    ids=str,
)
def test_after_any_change_a_run_is_given_time_again(command: SessionCommand) -> None:
    session = stuck_session()
    session.edit(command)
    for epochs in (0, 1, 454, 544):
        session.advance(epochs)
        assert not is_stuck(session)
    session.edit(Undo() if session.branch.edits else SwapBranch())
    assert is_stuck(session)


def test_where_the_change_has_not_helped_that_is_said_in_time() -> None:
    session = stuck_session()
    session.edit(Configure.of(learning_rate=0.4))
    session.advance(1100)
    assert is_stuck(session)
    (finding,) = (one for one in session.snapshot().findings if one.kind == "stuck")
    assert 150 < finding.numbers[1] <= 330


def test_late_in_a_long_run_it_waits_for_a_loss_that_was_recorded_since() -> None:
    """Every 1,024th loss is recorded by then: one that is older than the change says nothing."""
    session = Session(make_experiment(**STRAIGHT))
    session.advance(100_000)
    session.edit(SetParameters((8.0, 8.0, 0.0)))
    session.advance(1001)
    snapshot = session.snapshot()
    assert snapshot.epochs_unchanged == 1001 and snapshot.metrics.loss < snapshot.history.losses[-2] + 1
    assert not is_stuck(session) or snapshot.history.epochs[-2] > 100_000


def test_the_past_is_judged_as_it_was() -> None:
    session = stuck_session()
    session.edit(Configure.of(learning_rate=0.2))
    session.advance(10)
    session.edit(Seek(1400))
    assert session.snapshot().changed_at == (0, 0) and is_stuck(session)
    session.edit(Seek(1505))
    assert session.snapshot().changed_at == (1500, 1500) and session.snapshot().epochs_unchanged == 5


def test_epochs_and_updates_are_counted_by_their_own_clocks() -> None:
    session = Session(Experiment(dataset="moons", samples=30, test_share=0.0, batch_size=10))
    session.advance(4)
    session.step("phase")
    session.edit(Configure.of(batch_size=15))
    assert session.snapshot().changed_at == (0, 0)
    session.step("batch")
    assert session.snapshot().changed_at == (13, 4)
    session.advance(3)
    snapshot = session.snapshot()
    assert (snapshot.epochs_unchanged, snapshot.steps_unchanged) == (3, 6)


def test_it_is_saved_with_a_run(tmp_path: Path) -> None:
    session = stuck_session()
    session.edit(SetParameter(1, 0, 0, 1e-3))
    session.advance(20)
    session.save(tmp_path / "run.npz")
    for saved in (session_file.read(tmp_path / "run.npz"), session.save().without_past()):
        assert Session.from_saved(saved).snapshot().changed_at == (1500, 1500)


def test_a_recording_knows_it_too(tmp_path: Path) -> None:
    session = Session(make_experiment(**STRAIGHT))
    session.advance(20)
    session.edit(SetParameter(1, 0, 0, 1e-3))
    session.advance(20)
    write(tmp_path / "run.npz", record(session))
    player = RecordingPlayer(read(tmp_path / "run.npz"))
    for moment, changed in ((20, (0, 0)), (21, (20, 20)), (40, (20, 20))):
        player.show(moment)
        assert player.snapshot(None).changed_at == changed


def test_a_rare_class_of_other_samples_is_given_time() -> None:
    def with_a_rare_class(name: str) -> Dataset:
        X = np.random.default_rng(2).standard_normal((300, 2))
        y = (np.arange(300) % 30 == 0).astype(float)[:, None]
        return Dataset(name, "binary", X, y, ("x1", "x2"), ("usual", "rare"))

    fields: dict[str, Any] = {"hidden": (8, 8), "activation": ("tanh",), "learning_rate": 0.03, "batch_size": 10}
    session = Session(Experiment(**fields), with_a_rare_class("made"))
    session.advance(50)
    found = [[finding.kind for finding in session.snapshot().findings]]
    session.edit(Configure.of(batch_size=20))
    for epochs in (0, 19):
        session.advance(epochs)
        found.append([finding.kind for finding in session.snapshot().findings])
    session.advance(1)
    assert ["never predicted" in kinds for kinds in found] == [True, False, False]
    assert "never predicted" in [finding.kind for finding in session.snapshot().findings]


def test_a_test_loss_that_was_lower_before_a_change_is_no_overfitting() -> None:
    tested = np.concatenate([np.full(20, 0.4), np.linspace(0.9, 1.4, 20)])
    history = HistorySnapshot(epochs=np.arange(40.0), losses=np.linspace(1.0, 0.5, 40), test_losses=tested)
    lowest = {}
    for changed in ((0, 0), (19, 19), (31, 31)):
        snapshot = make_snapshot(history=history, test_metrics=make_metrics(1.4, 50, 50), changed_at=changed)
        lowest[changed] = [finding.numbers[1:] for finding in find_overfitting(snapshot)]
    assert lowest == {(0, 0): [(0.4, 0)], (19, 19): [(0.9, 20)], (31, 31): []}
