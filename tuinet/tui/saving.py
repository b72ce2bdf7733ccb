"""Saving the samples on the screen, or the whole run, under a name that is typed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

from tuinet.errors import CheckpointError, TuinetError
from tuinet.observe.snapshot import Snapshot
from tuinet.replay.recorder import record
from tuinet.replay.recording_file import write
from tuinet.session.commands import HandOver, Save
from tuinet.session.session import Session
from tuinet.session.timeline import SavedSession
from tuinet.storage.samples_file import points_path, save_points
from tuinet.storage.session_file import require_writable
from tuinet.tui.screens.text import Outcome, Use
from tuinet.tui.text import count

_LOOK_SECONDS: Final = 0.2


def saver(snapshot: Snapshot) -> Use:
    """What saves the samples of a snapshot; a file that is there is replaced only by a name that is given twice."""
    return partial(_save, snapshot)


def run_saver(send: Callable[[Save], None]) -> Use:
    """What has a run saved: the runner does it, and says what came of it in its next frame."""
    return partial(_save_run, send)


def run_recorder(send: Callable[[HandOver], None], goes_on: Callable[[], bool]) -> Use:
    """What writes a run as a recording; what has been trained is trained once more for it, beside the training.

    Parameters
    ----------
    send
        To the runner, which hands the run over.
    goes_on
        Whether the recording is still wanted.
    """
    return partial(_record_run, send, goes_on)


def _record_run(send: Callable[[HandOver], None], goes_on: Callable[[], bool], name: str, confirmed: bool) -> Outcome:
    try:
        path = _run_path(name)
        if path.exists() and not confirmed:
            return Outcome(f"{path} is there already; enter again replaces it")
        require_writable(path)
        handed: Future[SavedSession] = Future()
        send(HandOver(handed.set_result))
        recording = record(Session.from_saved(_wait_for(handed, goes_on)), goes_on=goes_on)
        if not goes_on():
            raise CheckpointError("the run has ended")
        write(path, recording)
    except (TuinetError, OSError, RuntimeError, ValueError) as error:
        return Outcome(str(error))
    size = path.stat().st_size / 1000
    return Outcome(f"{count(len(recording))} moments, {size:,.0f} kB in {path} · enter closes", is_done=True)


def _wait_for(handed: Future[SavedSession], goes_on: Callable[[], bool]) -> SavedSession:
    """A step of a large network takes its time, and the run is handed over only between two of them."""
    while goes_on():
        with suppress(TimeoutError):
            return handed.result(_LOOK_SECONDS)
    raise CheckpointError("the run has ended")


def _save_run(send: Callable[[Save], None], name: str, confirmed: bool) -> Outcome:
    try:
        path = _run_path(name)
        if path.exists() and not confirmed:
            return Outcome(f"{path} is there already; enter again replaces it")
        require_writable(path)
    except (TuinetError, OSError, RuntimeError, ValueError) as error:
        return Outcome(str(error))
    send(Save(path))
    return Outcome(is_done=True)


def _run_path(name: str) -> Path:
    """The file that a name stands for; without the ending of such a file it gets it."""
    path = Path(name).expanduser()
    if path.name in ("", ".."):
        raise ValueError("a file needs a name, such as run.npz")
    return path if path.suffix == ".npz" else path.with_name(path.name + ".npz")


def _save(snapshot: Snapshot, name: str, confirmed: bool) -> Outcome:
    dataset = snapshot.dataset
    try:
        path = points_path(name)
        if path.exists() and not confirmed:
            return Outcome(f"{path} is there already; enter again replaces it")
        save_points(path, dataset)
    except (TuinetError, OSError) as error:
        return Outcome(str(error))
    return Outcome(f"{count(len(dataset.X) + len(dataset.X_test))} samples are in {path} · enter closes", is_done=True)
