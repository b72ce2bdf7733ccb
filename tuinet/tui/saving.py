"""Saving the samples, the run or the screen, and exporting the run, under a name that is typed."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Final

from tuinet.base_runner import BaseRunner
from tuinet.errors import CheckpointError, TuinetError
from tuinet.export.exporting import Kind, export, session_at, write_folder
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import View
from tuinet.replay.recorder import record
from tuinet.replay.recording_file import write
from tuinet.session.commands import HandOver, Save
from tuinet.session.session import Session
from tuinet.session.timeline import SavedSession, Trajectory
from tuinet.storage.atomic import write_text
from tuinet.storage.samples_file import points_path, save_points
from tuinet.storage.session_file import require_writable
from tuinet.tui.draw.text import count
from tuinet.tui.screens.prompt import Response, Use

_LOOK_SECONDS: Final = 0.2
_PATIENCE: Final = 5.0
_PAUSE: Final = 0.02


def _answering(use: Use) -> Use:
    """Have the reason as the answer where a text cannot be used."""

    def answer(text: str, confirmed: bool) -> Response:
        try:
            return use(text, confirmed)
        except (TuinetError, OSError, RuntimeError, ValueError) as error:
            return Response(str(error))

    return answer


def _require_confirmed(path: Path, confirmed: bool) -> None:
    if path.exists() and not confirmed:
        raise TuinetError(f"{path} is there already; enter again replaces it")


def saver(snapshot: Snapshot) -> Use:
    """Save the samples of a snapshot; a file that is there is replaced only by a name that is given twice."""

    @_answering
    def save(name: str, confirmed: bool) -> Response:
        path, dataset = points_path(name), snapshot.dataset
        _require_confirmed(path, confirmed)
        save_points(path, dataset)
        samples = count(len(dataset.X) + len(dataset.X_test))
        return Response(f"{samples} samples are in {path} · enter closes", is_done=True)

    return save


def run_saver(send: Callable[[Save], None]) -> Use:
    """Have a run saved by the runner, which says what came of it in its next frame."""

    @_answering
    def save(name: str, confirmed: bool) -> Response:
        send(Save(_run_path(name, confirmed)))
        return Response(is_done=True)

    return save


def run_recorder(send: Callable[[HandOver], None], goes_on: Callable[[], bool]) -> Use:
    """Write a run as a recording; what has been trained is trained once more for it, beside the training.

    Parameters
    ----------
    send
        To the runner, which hands the run over.
    goes_on
        Whether the recording is still wanted.
    """

    @_answering
    def save(name: str, confirmed: bool) -> Response:
        path = _run_path(name, confirmed)
        handed: Future[SavedSession] = Future()
        send(HandOver(handed.set_result))
        recording = record(Session.from_saved(_wait_for(handed, goes_on)), goes_on=goes_on)
        if not goes_on():
            raise CheckpointError("the run has ended")
        write(path, recording)
        size = path.stat().st_size / 1000
        return Response(f"{count(len(recording))} moments, {size:,.0f} kB in {path} · enter closes", is_done=True)

    return save


def _wait_for(handed: Future[SavedSession], goes_on: Callable[[], bool]) -> SavedSession:
    """A step of a large network takes its time, and the run is handed over only between two of them."""
    while goes_on():
        with suppress(TimeoutError):
            return handed.result(_LOOK_SECONDS)
    raise CheckpointError("the run has ended")


def _run_path(name: str, confirmed: bool) -> Path:
    """The file that a name stands for, which can be written; a name without the ending of such a file gets it."""
    path = Path(name).expanduser()
    if path.name in ("", ".."):
        raise ValueError("a file needs a name, such as run.npz")
    path = path if path.suffix == ".npz" else path.with_name(path.name + ".npz")
    _require_confirmed(path, confirmed)
    require_writable(path)
    return path


def exporter(runner: BaseRunner, view: View, kind: Kind) -> Use:
    """Export the run where it is; into a folder that is there only by a name that is given twice.

    Parameters
    ----------
    view
        What the screen below wants to see.
    """

    @_answering
    def save(name: str, confirmed: bool) -> Response:
        if not name or Path(name).name in ("", ".."):
            raise ValueError("a folder needs a name, such as my-run")
        folder = Path(name).expanduser()
        if folder.is_dir() and any(folder.iterdir()) and not confirmed:
            raise TuinetError(f"{folder} is there already; enter again writes into it")
        # A session of its own goes the way again: this thread must not touch the one that is shown.
        made = export(session_at(_trajectory(runner, view)), (kind,))
        write_folder(folder, made.all_files, force=confirmed)
        verb = "is" if len(made.all_files) == 1 else "are"
        said = f"{', '.join(made.all_files)} {verb} in {folder.resolve()}"
        return Response(" · ".join([said, *made.notes, "enter closes"]), is_done=True)

    return save


def _trajectory(runner: BaseRunner, view: View) -> Trajectory:
    runner.look(view._replace(trajectory=True))
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        trajectory = runner.latest().snapshot.time.trajectory
        if trajectory is not None:
            return trajectory
        time.sleep(_PAUSE)
    raise TuinetError("the run is busy; try again")


def default_folder(snapshot: Snapshot, kind: Kind) -> str:
    """A name for the folder of an export."""
    name = "".join(character if character.isalnum() else "-" for character in Path(snapshot.dataset.name).stem)
    return f"{name.strip('-') or 'run'}-{kind}-epoch-{snapshot.epoch}"


def picture_path(snapshot: Snapshot, folder: Path) -> Path:
    """``tuinet-DATASET-EPOCH.svg``, with a number behind it where there is such a file already."""
    name = f"tuinet-{re.sub(r'[^A-Za-z0-9._-]+', '-', snapshot.dataset.name)}-{snapshot.epoch}"
    paths = (
        folder / f"{name}{ending}.svg"
        for ending in itertools.chain([""], (f"-{number}" for number in itertools.count(2)))
    )
    return next(path for path in paths if not path.exists())


def save_picture(snapshot: Snapshot, svg: str) -> str:
    """Write a picture into the current folder; where it is, or why it is not, in words."""
    try:
        path = picture_path(snapshot, Path.cwd())
        write_text(path, svg)
    except (CheckpointError, OSError) as error:
        return str(error)
    return f"the screen is in {path.name}"
