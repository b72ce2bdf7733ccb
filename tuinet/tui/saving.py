"""Saving the samples on the screen, or the whole run, under a name that is typed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from tuinet.errors import TuinetError
from tuinet.training.checkpoint_file import require_writable
from tuinet.training.commands import Save
from tuinet.training.points_file import points_path, save_points
from tuinet.training.snapshot import Snapshot
from tuinet.tui.screens.text import Outcome, Use
from tuinet.tui.text import count


def saver(snapshot: Snapshot) -> Use:
    """What saves the samples of a snapshot; a file that is there is replaced only by a name that is given twice."""
    return partial(_save, snapshot)


def run_saver(send: Callable[[Save], None]) -> Use:
    """What has a run saved: the runner does it, and says what came of it in its next frame."""
    return partial(_save_run, send)


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
