"""A session saved to a file goes on bit for bit, and can go back as far as it could before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.session.test_branches import moment, moves, play
from tests.session.test_checkpoint import EXPERIMENTS
from tests.session.test_session import assert_same
from tuinet.errors import CheckpointError
from tuinet.experiment.experiment import MAX_PARAMETERS, Experiment
from tuinet.nn.optimizers import OPTIMIZERS
from tuinet.session.commands import Back, Reinitialize, Seek, StepUnit, SwapBranch, Undo
from tuinet.session.edits import AddPoint, Configure
from tuinet.session.session import Session
from tuinet.storage import records, session_file

VERSION_1 = Path(__file__).parent / "version_1.npz"


def through_a_file(session: Session, folder: Path, *, compressed: bool = False) -> Session:
    path = folder / "run.npz"
    session_file.write(path, session.save(), compressed=compressed)
    return Session.from_saved(session_file.read(path))


def assert_same_past(one: Session, other: Session) -> None:
    """Both are in the same place, and every branch of both leads to the same states."""
    assert_same(one, other)
    branches = [(branch.label, branch.is_active) for branch in one.snapshot().time.branches]
    assert branches == [(branch.label, branch.is_active) for branch in other.snapshot().time.branches]
    for _ in branches:
        for session in (one, other):
            session.edit(SwapBranch())
        assert_same(one, other)
        for epoch in (0, one.run.epoch // 2, 10**6):
            for session in (one, other):
                session.edit(Seek(epoch))
            assert_same(one, other)


@settings(max_examples=40)
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
def test_what_is_larger_than_data_may_be_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compressed: bool
) -> None:
    monkeypatch.setattr(session_file, "MAX_BYTES", 5000)
    # A network of zeros could be compressed to next to nothing, which would look like a trap.
    session = Session(Experiment(hidden=(40, 40), initializer="zeros", optimizer="adam"))
    session.advance(3)
    assert_same_past(session, through_a_file(session, tmp_path, compressed=compressed))
    assert (tmp_path / "run.npz").stat().st_size > 5 * 5000


def test_an_array_that_is_larger_than_its_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(Experiment(hidden=(80, 80), initializer="zeros"))
    session_file.write(tmp_path / "run.npz", session.save(), compressed=True)
    monkeypatch.setattr(session_file, "MAX_BYTES", 5000)
    with pytest.raises(CheckpointError, match="there are more than"):
        session_file.read(tmp_path / "run.npz")


@pytest.mark.parametrize("unit", ["epoch", "batch", "phase"])
def test_where_the_past_does_not_fit_the_present_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unit: StepUnit
) -> None:
    session = Session(Experiment(dataset="moons", samples=40, batch_size=7))
    session.advance(9)
    session.edit(Configure((("batch_size", 5),)))
    session.advance(11)
    for rate in (0.125, 0.5):
        session.edit(Seek(3))
        session.edit(Configure.of(learning_rate=rate))
        session.advance(300)
    session.step(unit)
    session.edit(Configure.of(learning_rate=0.25))
    saved = session.save()
    assert session_file.fits(saved)
    monkeypatch.setattr(session_file, "MOST", 2 * saved.present.n_bytes)
    assert not session_file.fits(saved)
    again = through_a_file(session, tmp_path)
    assert_same(session, again)
    again.edit(Seek(0))
    assert again.run.step_count == session.run.step_count
    again.edit(Seek(10**6))
    for one in (session, again):
        one.advance(5)
    assert_same(session, again)


@pytest.mark.parametrize("compressed", [True, False])
def test_no_option_of_numpy_becomes_an_array(tmp_path: Path, compressed: bool) -> None:
    session_file.write(tmp_path / "run.npz", Session(Experiment()).save(), compressed=compressed)
    with np.load(tmp_path / "run.npz") as file:
        assert "allow_pickle" not in file.files


def test_what_does_not_fit_at_all_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(Experiment())
    session.step("phase")
    monkeypatch.setattr(session_file, "MOST", session.save().present.n_bytes)
    with pytest.raises(CheckpointError, match="too large to be saved in the middle of a step; complete the step"):
        through_a_file(session, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_largest_network_fits_without_its_past() -> None:
    slots = max(len(Session(Experiment(optimizer=name)).run.optimizer.slots) for name in OPTIMIZERS)
    assert 8 * MAX_PARAMETERS * (3 + slots) < session_file.MOST


@pytest.mark.parametrize("compressed", [True, False])
def test_branches_edits_and_points_come_back(tmp_path: Path, compressed: bool) -> None:
    session = Session(Experiment())
    session.advance(300)
    session.edit(Seek(100))
    session.edit(Configure.of(learning_rate=0.1))
    session.advance(50)
    session.edit(AddPoint((0.5, 0.5), 1.0))
    session.edit(Configure((("hidden", (3,)), ("batch_size", 2))))
    session.advance(7)
    session.edit(Reinitialize(5))
    session.advance(20)
    session.step("phase")
    session.edit(Configure.of(learning_rate=0.3))
    again = through_a_file(session, tmp_path, compressed=compressed)
    for each in (session, again):
        each.edit(Undo())
    assert_same_past(session, again)
    for each in (session, again):
        each.advance(40)
    assert_same(session, again)


def test_data_that_are_changed_within_a_step_change_the_epochs_from_its_end_on(tmp_path: Path) -> None:
    session = Session(Experiment())
    session.step("phase")
    session.edit(AddPoint((0.0, 0.0), 0.0))
    session.advance(2)
    session.edit(Back("epoch"))
    (branch,) = session.save().branches
    assert [change.position for change in branch.clocks] == sorted(change.position for change in branch.clocks)
    assert_same_past(session, through_a_file(session, tmp_path))


def test_a_long_run_is_saved_in_little_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "SAVED_BYTES", 100_000)
    session = Session(Experiment(dataset="digits", hidden=(16,), batch_size=50, samples=300))
    session.advance(400)
    again = through_a_file(session, tmp_path)
    assert (tmp_path / "run.npz").stat().st_size < 200_000
    for each in (session, again):
        each.edit(Seek(123))
    assert_same(session, again)


def test_a_file_of_version_1_goes_on() -> None:
    session = Session.from_saved(session_file.read(VERSION_1))
    assert session.run.arithmetic == "fast"
    norms = session.snapshot().history.grad_norms
    assert norms is not None
    assert np.isnan(norms[:-1]).all()
    direct = Session(Experiment.from_dict({**session.run.experiment.to_dict(), "learning_rate": 0.02}))
    direct.advance(5)
    direct.step("batch")
    direct.step("phase")
    direct.step("phase")
    direct.edit(Configure.of(learning_rate=0.05))
    for each in (session, direct):
        each.advance(2)
    # The file was written on another processor, whose last digits may be others.
    np.testing.assert_allclose(session.run.parameters.vector, direct.run.parameters.vector, rtol=1e-9, atol=1e-12)


OLD_COMMANDS = {
    "learning_rate": lambda value: {"command": "SetLearningRate", "value": value},
    "activation": lambda value: {"command": "SetActivation", "name": value[0]},
}
"""How files of earlier versions hold the change of a field that had a command of its own."""


def aged(value: Any) -> Any:
    """A header as an earlier version has written it."""
    if isinstance(value, list):
        return [aged(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("command") == "Configure":
        ((name, new),) = value.pop("changes")
        return {**value, **OLD_COMMANDS[name](new)}
    return {key: aged(item) for key, item in value.items()}


@pytest.mark.parametrize("phases", [0, 3])
def test_a_file_with_the_commands_of_earlier_versions_goes_on(tmp_path: Path, phases: int) -> None:
    session, path = Session(Experiment()), tmp_path / "run.npz"
    session.advance(7)
    session.edit(Configure.of(learning_rate=0.25))
    session.advance(5)
    for _ in range(phases):
        session.step("phase")
    session.edit(Configure.of(activation=("tanh",)))
    session_file.write(path, session.save(), compressed=False)
    with np.load(path) as archive:
        arrays = dict(archive)
    header = json.dumps(aged(json.loads(arrays["header"].tobytes())))
    assert "SetLearningRate" in header and "SetActivation" in header and "Configure" not in header
    np.savez(path, **{**arrays, "header": np.frombuffer(header.encode(), np.uint8)})
    assert_same_past(session, Session.from_saved(session_file.read(path)))
