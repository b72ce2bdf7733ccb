"""Exporting the run on the screen into a folder whose name is typed."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from tuinet.errors import TuinetError
from tuinet.export.exporting import Kind, export, session_at, write_folder
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import View
from tuinet.session.timeline import Course
from tuinet.tui.runner import RunnerLike
from tuinet.tui.screens.text import Outcome, Use

_PATIENCE: Final = 5.0
_LOOK: Final = 0.02


def exporter(runner: RunnerLike, view: View, kind: Kind) -> Use:
    """What exports the run where it is; into a folder that is there only by a name that is given twice.

    Parameters
    ----------
    runner
        Tells how the run got there.
    view
        What the screen below wants to see.
    kind
        As what.
    """
    return partial(_export, runner, view, kind)


def default_folder(snapshot: Snapshot, kind: Kind) -> str:
    """A name for the folder."""
    name = "".join(character if character.isalnum() else "-" for character in Path(snapshot.dataset.name).stem)
    return f"{name.strip('-') or 'run'}-{kind}-epoch-{snapshot.epoch}"


def _export(runner: RunnerLike, view: View, kind: Kind, name: str, confirmed: bool) -> Outcome:
    if not name or Path(name).name in ("", ".."):
        return Outcome("a folder needs a name, such as my-run")
    try:
        folder = Path(name).expanduser()
        if folder.is_dir() and any(folder.iterdir()) and not confirmed:
            return Outcome(f"{folder} is there already; enter again writes into it")
        # A session of its own goes the way again: this thread must not touch the one that is shown.
        made = export(session_at(_course(runner, view)), (kind,))
        write_folder(folder, made.files, force=confirmed)
    except (TuinetError, OSError, RuntimeError) as error:
        return Outcome(str(error))
    verb = "is" if len(made.files) == 1 else "are"
    said = f"{', '.join(made.files)} {verb} in {folder.resolve()}"
    return Outcome(" · ".join([said, *made.notes, "enter closes"]), is_done=True)


def _course(runner: RunnerLike, view: View) -> Course:
    runner.look(replace(view, course=True))
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        course = runner.latest().snapshot.time.course
        if course is not None:
            return course
        time.sleep(_LOOK)
    raise TuinetError("the run is busy; try again")
