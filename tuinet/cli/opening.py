"""Opening a run: from options or from what was shared to a session, and the terminal that can show it."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from tuinet.cli.progress import leave_with_nothing, long_work
from tuinet.errors import TuinetError, of_file
from tuinet.options import experiment_from, is_usual, naming_options, option_name
from tuinet.output import write_error
from tuinet.session.session import Session
from tuinet.session.timeline import Trajectory, difference
from tuinet.session.watching import StoppedError
from tuinet.share.options import NAMES, trajectory_from, with_options
from tuinet.share.shared import Shared, ShareError
from tuinet.tui.terminal.detect import can_draw


@dataclass(frozen=True, eq=False)
class Opened:
    """A session, and what was said about it."""

    session: Session
    shared: Shared | None = None
    """The shared run that it was made from."""
    warning: str = ""
    """The difference from the run that was shared; empty where there is none."""
    has_moment: bool = False
    """Whether the options lead to a certain moment."""
    stop: StoppedError | None = None
    """The step at which it was stopped on its way; ``None`` where it has arrived."""
    way: Trajectory | None = None
    """The trajectory that it was to follow then."""


def open_run(load: Path | None, options: Mapping[str, Any], seconds: float = math.inf) -> Opened:
    """A session from a checkpoint file, from what was shared, or from the values of options.

    Parameters
    ----------
    load
        A file of a saved run.
    options
        Of the Experiment, of a Trajectory, and ``shared``; ``None`` for what was not given.
    seconds
        How long the way to a moment may take; what was opened is on the way then, as it is after Ctrl+C.
    """
    fields = dict(options)
    text, trajectory_values = fields.pop("shared", None), {name: fields.pop(name, None) for name in NAMES}
    if trajectory_values["defaults"] is not None:
        # What is usual is said by this number, and not by the configuration file.
        fields = {name: None if is_usual(name) else value for name, value in fields.items()}
    try:
        with naming_options():
            if text is not None:
                refuse_options("the run of --from", {"load": load, **trajectory_values, **fields})
                return _follow_shared(text, seconds)
            has_moment = bool(trajectory_values["at"] or trajectory_values["edits"])
            if load is not None:
                refuse_options("the file of --load", {**fields, "points": trajectory_values["points"]})
                session = load_session(load)
                trajectory = _trajectory_of_file(trajectory_values, session)
            else:
                experiment = experiment_from(with_options(fields, trajectory_values))
                trajectory = trajectory_from(trajectory_values, experiment)
                session = Session(experiment)
            return _follow(Opened(session, has_moment=has_moment), trajectory, seconds)
    except ShareError as error:
        raise click.UsageError(str(error)) from error


def make_session(load: Path | None, options: Mapping[str, Any], nothing: str) -> Session:
    """The session of `open_run`; a warning goes to standard error, and so does the word that nothing was made."""
    return arrived(warned(open_run(load, options)), nothing).session


def arrived(opened: Opened, nothing: str) -> Opened:
    """Give back an opened run, or end with one line where it was stopped on the way."""
    if opened.stop is not None:
        leave_with_nothing(opened.stop, nothing)
    return opened


def warned(opened: Opened) -> Opened:
    """Write the warning of an opened run to standard error."""
    if opened.warning:
        write_error(opened.warning)
    return opened


def load_session(path: Path) -> Session:
    """A session that goes on where another was saved; a CheckpointError names the file."""
    from tuinet.storage import session_file

    try:
        return Session.from_saved(session_file.read(path), str(path))
    except TuinetError as error:
        # Its Experiment or its data may be what is wrong.
        raise of_file(error, path) from error


def _follow_shared(text: str, seconds: float) -> Opened:
    from tuinet.share.reading import read_shared

    try:
        shared = read_shared(text)
        session = load_session(Path(shared.load)) if shared.load else Session(shared.trajectory.experiment)
        return _follow(Opened(session, shared, has_moment=True), shared.trajectory, seconds)
    except TuinetError as error:
        raise click.UsageError(f"--from: {error}") from error


def _trajectory_of_file(values: Mapping[str, Any], session: Session) -> Trajectory:
    """The Trajectory that goes on where a file ends; what was changed before that need not be said again."""
    from tuinet.share.edits import moment_text

    known = session.trajectory()
    at = values["at"] or ("" if values["edits"] else moment_text(known.position))
    return trajectory_from({**values, "at": at}, known.experiment)


def _follow(opened: Opened, trajectory: Trajectory, seconds: float) -> Opened:
    """Take a session along a trajectory, as far as it gets."""
    session = opened.session
    known = session.trajectory()
    made, edits = known.edits, trajectory.edits
    if edits[: len(made)] != made:
        edits = (*made, *edits)
    if trajectory.position < known.origin:
        raise ShareError(f"at: the file begins at step {known.origin.step:,}")
    way = Trajectory(known.experiment, edits, trajectory.position, digest=trajectory.digest)
    try:
        with long_work(seconds, aim=trajectory.position.step):
            session.follow(way)
    except StoppedError as stop:
        return replace(opened, stop=stop, way=way)
    return replace(opened, warning=difference(way, session.trajectory(), session.run.arithmetic))


def refuse_options(source: str, options: Mapping[str, Any]) -> None:
    """Refuse options beside something that says the same; what the configuration file says does not matter then."""
    for name, value in options.items():
        if value is not None and value != () and not is_usual(name):
            option = option_name({"edits": "edit", "shared": "from"}.get(name, name))
            raise click.UsageError(f"{option}: {source} says what is trained; leave this out")


def require_terminal() -> None:
    """Refuse to go on without one."""
    for stream, name in ((sys.stdin, "input"), (sys.stdout, "output")):
        if not stream.isatty():
            raise click.UsageError(f"standard {name} is not a terminal; `tuinet train` trains without one")
    if not can_draw(os.environ):
        raise click.UsageError(
            f"a terminal of type {os.environ['TERM']!r} (TERM) cannot show the dashboard; "
            "`tuinet train` and `tuinet explain` work there"
        )
