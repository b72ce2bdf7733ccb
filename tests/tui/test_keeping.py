"""What is kept of a run when the dashboard is left, and what the next start says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.session.test_session import assert_same
from tests.storage.test_autosave import session_at
from tuinet.errors import CheckpointError
from tuinet.runner import Runner
from tuinet.session.commands import BringBack, SetUp
from tuinet.session.session import Session
from tuinet.storage import keeping

KEPT = "the run is kept; tuinet --resume goes on with it"


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of tuinet's state."""
    folder = tmp_path / "state" / "tuinet"
    monkeypatch.setattr("platformdirs.user_state_path", lambda *_, **__: folder)
    return folder


def test_a_run_that_is_quit_is_kept_and_the_next_start_does_not_speak_of_it() -> None:
    assert keeping.greeting() == keeping.FIRST_WORDS
    assert keeping.open_keeper().keep(session_at(7).save()) == KEPT
    assert keeping.greeting() == ""
    session, keeper = keeping.resume()
    assert_same(session, session_at(7))
    assert keeper.keep(session.save()) == KEPT
    assert len(keeping.run_store().runs()) == 1


def test_nothing_is_left_of_what_is_not_to_be_kept(state: Path) -> None:
    assert keeping.open_keeper().keep(None) == ""
    assert list((state / "runs").iterdir()) == []
    with pytest.raises(CheckpointError, match="there is no run to resume"):
        keeping.resume()


def test_an_interrupted_run_behind_one_that_was_quit_is_still_named() -> None:
    keeper = keeping.open_keeper()
    keeper.leave(session_at(5))
    (left,) = [run for run in keeping.run_store().runs() if not run.has_ended]
    assert keeping.greeting() == "interrupted run: xor, epoch 5 · tuinet --resume goes on with it"
    os.utime(left.path, (1e9, 1e9))
    keeping.open_keeper().keep(session_at(7).save())
    assert keeping.greeting() == "interrupted run: xor, epoch 5 · tuinet runs lists and opens it"
    session, keeper = keeping.resume()
    assert session.run.epoch == 7
    keeper.discard()


def test_an_interruption_leaves_no_run_in_which_nothing_was_done(state: Path) -> None:
    assert keeping.open_keeper().leave(session_at(0)) == ""
    assert list((state / "runs").iterdir()) == []
    assert "is saved in" in keeping.open_keeper().leave(session_at(0), put_aside=session_at(3).save())


def test_a_failure_to_keep_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = keeping.open_keeper()

    def full(*_: object, **__: object) -> None:
        raise CheckpointError("run.npz: cannot be written: No space left on device")

    monkeypatch.setattr("tuinet.storage.session_file.write", full)
    said = keeper.keep(session_at(1).save())
    assert said == "the run is not kept: run.npz: cannot be written: No space left on device"


def finished(runner: Runner) -> Runner:
    runner.stop()
    runner.run()
    return runner


def test_what_is_kept_is_the_users_own_run_if_anything_was_done() -> None:
    assert finished(Runner(session_at(0))).own.kept() is None
    assert finished(Runner(session_at(3), is_own=False)).own.kept() is None
    kept = finished(Runner(session_at(3))).own.kept()
    assert kept is not None
    assert_same(Session.from_saved(kept), session_at(3))


@pytest.mark.parametrize("comes_back", [False, True])
def test_the_run_before_a_lesson_is_kept_and_not_the_lessons(comes_back: bool) -> None:
    runner = Runner(session_at(3))
    runner._handle(SetUp(session_at(0).run.experiment, 1))
    if comes_back:
        runner._handle(BringBack())
    kept = finished(runner).own.kept()
    assert kept is not None
    assert_same(Session.from_saved(kept), session_at(3))


def test_a_state_folder_that_is_a_link_is_left_alone_and_said(state: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    state.parent.mkdir()
    state.symlink_to(elsewhere)
    assert keeping.greeting() == ""
    warning = keeping.open_keeper().warning
    assert warning == f"this run is not being saved: {state} is a symbolic link, which is not followed"
    with pytest.raises(CheckpointError, match=r"no run can be resumed: .* symbolic link"):
        keeping.resume()
    assert list(elsewhere.iterdir()) == []


def test_the_first_words_are_remembered_in_a_folder_of_ones_own_and_through_no_link(
    state: Path, tmp_path: Path
) -> None:
    state.mkdir(parents=True, mode=0o777)
    (state / keeping.GREETED).symlink_to(tmp_path / "none")
    assert keeping.greeting() == ""
    assert not (tmp_path / "none").exists()
    assert state.stat().st_mode & 0o777 == 0o700
    (state / keeping.GREETED).unlink()
    assert keeping.greeting() == keeping.FIRST_WORDS
    assert (state / keeping.GREETED).stat().st_mode & 0o777 == 0o600
