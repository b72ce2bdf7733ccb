"""Runs save themselves apart from one another, and what was interrupted is found again."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.session.test_session import assert_same
from tuinet.errors import CheckpointError
from tuinet.experiment.experiment import Experiment
from tuinet.session.session import Session
from tuinet.session.timeline import SavedSession
from tuinet.storage import session_file
from tuinet.storage.autosave import KEPT, RunStore, Saver, StoredRun, read_run

HOLD_AND_DIE = """
import os, sys
from pathlib import Path
from tuinet.experiment.experiment import Experiment
from tuinet.storage.autosave import RunStore
from tuinet.session.session import Session
slot = RunStore(Path(sys.argv[1])).new_slot()
session = Session(Experiment())
session.advance(77)
slot.save(session.save())
print("saved", flush=True)
sys.stdin.read()
os.kill(os.getpid(), 9)
"""


def interrupted(store: RunStore) -> list[StoredRun]:
    """The runs that the user has not ended, the latest first."""
    return [run for run in store.runs() if not run.has_ended]


def test_a_run_is_nobodys_only_when_its_process_is_gone(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "runs")
    assert interrupted(store) == []
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD_AND_DIE, str(store.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None and process.stdin is not None
    assert process.stdout.readline() == b"saved\n"
    assert interrupted(store) == []
    process.stdin.close()
    process.wait()
    process.stdout.close()
    (run,) = interrupted(store)
    session, direct = Session.from_saved(read_run(run)), Session(Experiment())
    direct.advance(77)
    assert_same(session, direct)
    slot = store.take_over(run)
    assert interrupted(store) == []
    with pytest.raises(BlockingIOError):
        store.take_over(run)
    slot.discard()
    assert list(store.folder.iterdir()) == []


def session_at(epoch: int, **options: Any) -> Session:
    session = Session(Experiment(**options))
    session.advance(epoch)
    return session


def test_a_run_that_was_put_aside_is_the_first_to_be_resumed_and_the_one_beside_it_is_not_lost(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    slot, before = store.new_slot(), session_at(7)
    put_aside = before.save()
    slot.save(put_aside, None)
    for epoch in (3, 5):
        beside = session_at(epoch, seed=2)
        slot.save(beside.save(), put_aside)
        assert interrupted(store) == []
    slot.leave()
    first, second = interrupted(store)
    assert first.path == slot.path
    assert_same(Session.from_saved(read_run(first)), before)
    assert_same(Session.from_saved(read_run(second)), beside)
    for run in (first, second):
        store.take_over(run).discard()
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_was_put_aside_is_written_once_and_the_other_goes_when_it_is_brought_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[tuple[Path, SavedSession]] = []
    write = session_file.write

    def note(path: Path, saved: SavedSession, **how: Any) -> None:
        written.append((path, saved))
        write(path, saved, **how)

    monkeypatch.setattr(session_file, "write", note)
    slot, put_aside, beside = RunStore(tmp_path).new_slot(), session_at(7).save(), session_at(3).save()
    slot.save(beside, put_aside)
    slot.save(beside, put_aside)
    assert [saved for _, saved in written] == [put_aside, beside, beside]
    assert len(list(tmp_path.glob("*.npz"))) == 2
    slot.save(put_aside, None)
    assert list(tmp_path.glob("*.npz")) == [slot.path]
    slot.save(beside, put_aside)
    assert written[-2] == (slot.path, put_aside)
    slot.discard()
    assert list(tmp_path.iterdir()) == []


def test_only_some_interrupted_runs_are_kept_the_latest_first(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    saved = Session(Experiment()).save()
    for age in range(KEPT + 3):
        slot = store.new_slot()
        slot.save(saved)
        os.utime(slot.path, (1e9 - age, 1e9 - age))
        slot.leave()
    times = [run.saved_at for run in interrupted(store)]
    assert times == sorted(times, reverse=True)
    store.new_slot().discard()
    assert [run.saved_at for run in interrupted(store)] == times[:KEPT]


def test_a_run_that_the_user_has_ended_can_be_resumed_and_is_not_interrupted(tmp_path: Path) -> None:
    store, saved = RunStore(tmp_path / "runs"), session_at(3).save()
    for has_ended in (False, True):
        slot = store.new_slot()
        slot.save(saved)
        slot.leave(has_ended=has_ended)
    assert [run.has_ended for run in sorted(store.runs(), key=lambda run: run.path)] in ([False, True], [True, False])
    (left,) = interrupted(store)
    (ended,) = (run for run in store.runs() if run.has_ended)
    assert left.path != ended.path
    # Whoever goes on with it has not ended it again: a kill is an interruption then.
    store.take_over(ended).leave()
    assert len(interrupted(store)) == 2
    for run in store.runs():
        store.take_over(run).discard()
    assert list(store.folder.iterdir()) == []


def test_a_mark_without_its_run_is_swept(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    (tmp_path / "run-1.ended").touch()
    store.new_slot().discard()
    assert list(tmp_path.iterdir()) == []


def test_only_the_user_may_read_what_is_saved(tmp_path: Path) -> None:
    around = tmp_path / "state" / "tuinet"
    store = RunStore(around / "runs", around)
    slot = store.new_slot()
    slot.save(session_at(1).save(), session_at(2).save())
    slot.leave(has_ended=True)
    assert {path.stat().st_mode & 0o777 for path in (around, store.folder)} == {0o700}
    assert len(list(store.folder.iterdir())) == 5
    assert {path.stat().st_mode & 0o777 for path in store.folder.iterdir()} == {0o600}


def test_what_is_no_file_of_the_users_is_neither_read_nor_deleted(tmp_path: Path) -> None:
    elsewhere, store = tmp_path / "elsewhere.npz", RunStore(tmp_path / "runs")
    elsewhere.write_bytes(b"precious")
    store.new_slot().discard()
    os.mkfifo(store.folder / "run-1.npz")
    (store.folder / "run-2.npz").mkdir()
    (store.folder / "run-3.npz").symlink_to(elsewhere)
    for name in ("run-4", "run-5", "run-6"):
        (store.folder / f"{name}.npz").write_bytes(b"a run")
    (store.folder / "run-4.lock").symlink_to(elsewhere)
    (store.folder / "run-5.lock").mkdir()
    os.mkfifo(store.folder / "run-6.lock")
    os.mkfifo(store.folder / ".run-7.npz.abc.part")
    strangers = store.strangers()
    assert len(strangers) == 7
    assert store.runs() == []
    store.new_slot().discard()
    assert store.strangers() == strangers
    assert elsewhere.read_bytes() == b"precious"


def test_a_link_that_takes_the_place_of_a_run_is_replaced_and_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.npz"
    elsewhere.write_bytes(b"precious")
    slot = RunStore(tmp_path / "runs").new_slot()
    slot.path.symlink_to(elsewhere)
    slot.save(session_at(1).save())
    assert not slot.path.is_symlink()
    assert elsewhere.read_bytes() == b"precious"
    slot.discard()


def test_a_folder_of_another_user_holds_no_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = RunStore(tmp_path / "runs")
    slot = store.new_slot()
    slot.save(session_at(1).save())
    slot.leave()
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    assert store.runs() == []
    assert store.strangers() == []
    with pytest.raises(PermissionError, match=rf"runs belongs to another user \(number {user}\)"):
        store.new_slot()


def test_a_folder_that_cannot_be_written_is_an_error_and_one_that_cannot_be_read_is_empty(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = RunStore(tmp_path / "file" / "runs")
    assert interrupted(store) == []
    with pytest.raises(OSError):
        store.new_slot()


class StubSlot:
    def __init__(self) -> None:
        self.saved: list[SavedSession] = []
        self.error: Exception | None = None
        self.has_saved = threading.Event()

    def save(self, saved: SavedSession, put_aside: SavedSession | None) -> None:
        if self.error is not None:
            raise self.error
        self.saved.append(saved)
        self.has_saved.set()


def test_a_saver_writes_what_it_is_given_last_and_keeps_time() -> None:
    now, slot = [0.0], StubSlot()
    saver = Saver(slot.save, every=5.0, now=lambda: now[0])
    assert saver.seconds_left() == 4.5
    now[0] = 7.0
    assert saver.seconds_left() == 0.0
    first = Session(Experiment()).save()
    saver.hand_over(first)
    assert slot.has_saved.wait(10)
    assert saver.seconds_left() == 4.5
    last = Session(Experiment(seed=2)).save()
    saver.save_now(last)
    assert slot.saved == [first, last]
    saver.stop()


@pytest.mark.parametrize(
    "error", [CheckpointError("run.npz: cannot be written: No space left on device"), OSError("gone")]
)
def test_a_failure_is_a_warning_until_it_works_again(error: Exception) -> None:
    slot = StubSlot()
    slot.error = error
    saver = Saver(slot.save)
    saver.save_now(Session(Experiment()).save())
    assert str(error) in saver.warning
    slot.error = None
    saver.save_now(Session(Experiment()).save())
    assert saver.warning == ""
    saver.stop()


def test_what_was_left_in_the_middle_of_writing_is_swept_and_what_is_in_use_is_not(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    busy = store.new_slot()
    left, used = tmp_path / ".run-1.npz.abc.part", tmp_path / f".{busy.path.name}.abc.part"
    old, new = tmp_path / "run-2.lock", tmp_path / "run-3.lock"
    for path in (left, used, old, new):
        path.write_text("")
    for path in (old, busy.path.with_suffix(".lock")):
        os.utime(path, (1e9, 1e9))
    store.new_slot().discard()
    assert sorted(tmp_path.iterdir()) == sorted([used, new, busy.path.with_suffix(".lock")])
    busy.discard()


def test_whoever_goes_on_with_a_run_sweeps_what_was_left_of_its_writing(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    killed, other = store.new_slot(), store.new_slot()
    killed.path.write_text("")
    killed.leave()
    left, used = (tmp_path / f".{slot.path.name}.abc.part" for slot in (killed, other))
    left.write_text("")
    used.write_text("")
    (run,) = interrupted(store)
    again = store.take_over(run)
    assert not left.exists()
    assert used.exists()
    assert again.path == killed.path
    assert killed.path.exists()
    again.discard()
    other.discard()
