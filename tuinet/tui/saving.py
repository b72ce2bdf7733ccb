"""Saving the samples on the screen under a name that is typed."""

from __future__ import annotations

from functools import partial

from tuinet.errors import TuinetError
from tuinet.training.points_file import points_path, save_points
from tuinet.training.snapshot import Snapshot
from tuinet.tui.screens.text import Outcome, Use
from tuinet.tui.text import count


def saver(snapshot: Snapshot) -> Use:
    """What saves the samples of a snapshot; a file that is there is replaced only by a name that is given twice."""
    return partial(_save, snapshot)


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
