"""A session saved to a file goes on bit for bit, and can go back as far as it could before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.training.test_checkpoint import EXPERIMENTS
from tests.training.test_session import assert_same
from tests.training.test_time import moment, moves, play
from tuinet.config import Experiment
from tuinet.training import branch_record, checkpoint_file
from tuinet.training.commands import AddPoint, Configure, Reinitialize, Seek, SetLearningRate, SwapBranch, Undo
from tuinet.training.session import Session

VERSION_1 = Path(__file__).parent / "version_1.npz"


def through_a_file(session: Session, folder: Path, *, compressed: bool = False) -> Session:
    path = folder / "run.npz"
    checkpoint_file.write(path, session.save(), compressed=compressed)
    return Session.from_saved(checkpoint_file.read(path))


def assert_same_past(one: Session, other: Session) -> None:
    """Both are in the same place, and every branch of both leads to the same states."""
    assert_same(one, other)
    branches = [(branch.label, branch.is_active) for branch in one.snapshot().time.branches]
    assert branches == [(branch.label, branch.is_active) for branch in other.snapshot().time.branches]
    for _ in branches:
        for session in (one, other):
            session.edit(SwapBranch())
        assert_same(one, other)
        for epoch in (0, one.epoch // 2, 10**6):
            for session in (one, other):
                session.edit(Seek(epoch))
            assert_same(one, other)


@settings(deadline=None, max_examples=40)
@given(experiment=st.sampled_from(EXPERIMENTS), played=st.lists(moves, max_size=12))
def test_any_journey_goes_on_after_a_file(
    tmp_path_factory: pytest.TempPathFactory, experiment: Experiment, played: list[tuple[str, Any]]
) -> None:
    session, edits = Session(experiment), []  # type: ignore[var-annotated]
    for move, argument in played:
        edits = play(session, move, argument, edits)
    again = through_a_file(session, tmp_path_factory.mktemp("saved"))
    assert moment(again) == moment(session)
    assert_same_past(session, again)


@pytest.mark.parametrize("compressed", [True, False])
def test_branches_edits_and_points_come_back(tmp_path: Path, compressed: bool) -> None:
    session = Session(Experiment())
    session.advance(300)
    session.edit(Seek(100))
    session.edit(SetLearningRate(0.1))
    session.advance(50)
    session.edit(AddPoint((0.5, 0.5), 1.0))
    session.edit(Configure((("hidden", (3,)), ("batch_size", 2))))
    session.advance(7)
    session.edit(Reinitialize(5))
    session.advance(20)
    session.step("phase")
    session.edit(SetLearningRate(0.3))
    again = through_a_file(session, tmp_path, compressed=compressed)
    for each in (session, again):
        each.edit(Undo())
    assert_same_past(session, again)
    for each in (session, again):
        each.advance(40)
    assert_same(session, again)


def test_a_long_run_is_saved_in_little_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branch_record, "SAVED_BYTES", 100_000)
    session = Session(Experiment(dataset="digits", hidden=(16,), batch_size=50, samples=300))
    session.advance(400)
    again = through_a_file(session, tmp_path)
    assert (tmp_path / "run.npz").stat().st_size < 200_000
    for each in (session, again):
        each.edit(Seek(123))
    assert_same(session, again)


def test_a_file_of_version_1_goes_on() -> None:
    session = Session.from_saved(checkpoint_file.read(VERSION_1))
    norms = session.snapshot().history.grad_norms
    assert norms is not None
    assert np.isnan(norms[:-1]).all()
    direct = Session(Experiment.from_dict({**session.experiment.to_dict(), "learning_rate": 0.02}))
    direct.advance(5)
    direct.step("batch")
    direct.step("phase")
    direct.step("phase")
    direct.edit(SetLearningRate(0.05))
    for each in (session, direct):
        each.advance(2)
    np.testing.assert_array_equal(session.parameters.vector, direct.parameters.vector)
