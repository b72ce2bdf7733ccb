"""`tuinet runs` lists what can be resumed, opens one of it, and discards others."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from tests.cli.test_completion import completions
from tests.inline import run_inline
from tests.storage.test_autosave import session_at
from tests.terminal import ENTER, Terminal
from tuinet.cli.runs import run_table
from tuinet.experiment.experiment import Experiment
from tuinet.session.commands import Seek
from tuinet.session.edits import Configure
from tuinet.session.session import Session
from tuinet.storage import keeping
from tuinet.storage.autosave import RunStore
from tuinet.storage.keeping import KnownRun, chosen_among, known_runs, look_at
from tuinet.terminal_text import cells_of

TUINET = [sys.executable, "-m", "tuinet"]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    """The folder of the runs."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return keeping.run_store()


def leave(store: RunStore, session: Session, saved_at: float, *, has_ended: bool = False) -> str:
    """A run that nobody works on; its name."""
    slot = store.new_slot()
    slot.save(session.save())
    slot.leave(has_ended=has_ended)
    os.utime(slot.path, (saved_at, saved_at))
    return slot.path.stem.removeprefix("run-")


def rows(*arguments: str) -> list[str]:
    done = run_inline("runs", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_the_latest_comes_first_and_one_in_which_nothing_was_done_is_none(store: RunStore) -> None:
    assert rows() == ["there is no run to resume"]
    leave(store, session_at(0), 3e9)
    assert rows() == ["there is no run to resume"]
    old = leave(store, Session(Experiment(dataset="moons", hidden=(8, 4))), 1e9)
    assert rows() == ["there is no run to resume"], "nothing was done in that either"
    past = session_at(1500)
    past.edit(Seek(200))
    old = leave(store, past, 1e9)
    late = leave(store, session_at(7), 2e9, has_ended=True)
    first, second = rows()
    assert re.fullmatch(rf"1  xor  hidden 2  epoch 7 +quit +20\d\d-\d\d-\d\d \d\d:\d\d  {late}", first)
    assert re.fullmatch(
        rf"2  xor  hidden 2  epoch 200 of 1,500  interrupted  20\d\d-\d\d-\d\d \d\d:\d\d  {old}", second
    )


def test_names_are_left_out_where_there_is_no_room_and_wide_characters_keep_the_columns(store: RunStore) -> None:
    for saved_at, epoch in ((1e9, 1), (2e9, 123)):
        leave(store, session_at(epoch), saved_at)
    late, early = known_runs(store)
    runs = [late._replace(dataset="花.csv"), early]
    whole, narrow = run_table(runs, 120), run_table(runs, 79)
    assert whole == run_table(runs)
    assert [line.rpartition("  ")[0] for line in whole] == narrow
    assert [cells_of(line.partition("hidden")[0]) for line in whole] == [len("1  花.csv  ") + 1] * 2


def test_what_cannot_be_read_is_listed_and_can_be_discarded(store: RunStore) -> None:
    name = leave(store, session_at(7), 1e9)
    (path,) = store.folder.glob("run-*.npz")
    path.write_bytes(b"no run")
    assert rows()[0].split()[:2] == ["1", "damaged"]
    done = run_inline("runs", "open", "1")
    assert done.returncode == 2
    assert rows("discard", name[:8], "--yes") == ["1 run deleted"]
    assert list(store.folder.iterdir()) == []


def test_discarding_is_confirmed_and_says_what_it_cannot_do(store: RunStore) -> None:
    names = [leave(store, session_at(epochs), 1e9 + epochs) for epochs in (5, 6, 7)]
    for arguments, said in (
        (["1"], "there is no terminal to ask at; --yes deletes without a question"),
        ([], "name the runs that are to be deleted, or give --all"),
        (["1", "--all"], "name the runs that are to be deleted, or give --all"),
        (["4", "--yes"], "'4' is no run, or more than one; the list of `tuinet runs` has 3"),
        (["20", "--yes"], "'20' is no run, or more than one; the list of `tuinet runs` has 3"),
    ):
        done = run_inline("runs", "discard", *arguments)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"tuinet: {said}\n")
    assert rows("discard", "1", names[2], "2", "--yes") == ["2 runs deleted"]
    assert [run.name for run in known_runs(store)] == names[:1]
    assert rows("discard", "--all", "--yes") == ["1 run deleted"]
    assert rows("discard", "--all", "--yes") == ["there is no run to resume"]
    assert list(store.folder.iterdir()) == []


def test_a_run_that_has_been_taken_meanwhile_is_left(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    name = leave(store, session_at(5), 1e9)
    (run,) = store.runs()
    slot = store.take_over(run)
    assert rows() == ["there is no run to resume"]
    monkeypatch.setattr("tuinet.cli.runs._runs", lambda: [look_at(run)])
    done = run_inline("runs", "discard", "1", "--yes")
    assert (done.returncode, done.stdout) == (2, "0 runs deleted\n")
    assert done.stderr.startswith(f"tuinet: {name}: not deleted: ")
    slot.leave()
    assert run.path.exists()


def test_runs_are_found_by_number_name_and_beginning(store: RunStore) -> None:
    runs = [_named("20260102-1-a"), _named("20260102-1-ab"), _named("20260103-1-c")]
    for which, index in (("1", 0), ("3", 2), ("20260103", 2), ("20260102-1-a", 0), ("run-20260102-1-ab", 1)):
        assert chosen_among(runs, which) is runs[index]
    for which in ("0", "4", "-1", "20260102", "x", "", "²"):
        assert chosen_among(runs, which) is None


def _named(name: str) -> KnownRun:
    from tuinet.storage.autosave import StoredRun  # noqa: PLC0415

    return KnownRun(StoredRun(Path(f"run-{name}.npz"), 0.0))


def test_names_are_completed(store: RunStore) -> None:
    name = leave(store, session_at(5), 1e9)
    home = str(store.folder.parents[1])
    assert completions("tuinet runs open 2", XDG_STATE_HOME=home) == [f"plain,{name}"]
    assert completions("tuinet ru", XDG_STATE_HOME=home) == ["plain,runs"]


def test_the_next_start_speaks_of_no_run_of_epoch_0(store: RunStore) -> None:
    leave(store, session_at(5), 1e9)
    changed = session_at(0)
    changed.edit(Configure.of(learning_rate=0.25))
    leave(store, changed, 2e9)
    leave(store, session_at(0), 3e9)
    assert keeping.greeting() == "interrupted run: xor, epoch 5 · tuinet runs lists and opens it"
    session, keeper = keeping.resume()
    assert session.run.experiment.learning_rate == 0.25, "what was changed by hand is kept all the same"
    keeper.discard()


def test_one_is_opened_and_another_deleted_in_a_terminal(store: RunStore) -> None:
    for epochs in (70, 90):
        leave(store, session_at(epochs), 1e9 + epochs)
    env = {"XDG_STATE_HOME": str(store.folder.parents[1])}
    with Terminal([*TUINET, "runs", "open", "2", "--paused"], env=env) as terminal:
        terminal.wait_for("epoch 70")
        terminal.press("q")
        assert terminal.exit_status() == 0
    with Terminal([*TUINET, "runs", "discard", "2"], env=env) as terminal:
        terminal.wait_for("Delete for good?")
        assert "epoch 90" in terminal.text()
        assert "epoch 70" not in terminal.text()
        terminal.press(f"y{ENTER}")
        terminal.wait_for("1 run deleted")
        assert terminal.exit_status() == 0
    (left,) = known_runs(store)
    assert (left.epoch, left.stored.has_ended) == (70, True)
