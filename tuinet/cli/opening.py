"""Opening a run: from options or from what was shared to a session, and the terminal that can show it."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import click

from tuinet.cli.progress import leave_with_nothing, long_work
from tuinet.errors import TuinetError
from tuinet.options import experiment_from, is_usual, naming_options
from tuinet.output import write_error
from tuinet.session.session import Session
from tuinet.session.timeline import Edit, Trajectory, difference
from tuinet.session.watching import StoppedError
from tuinet.share.options import NAMES, trajectory_from, with_older_defaults_and_points
from tuinet.share.shared import Shared, ShareError
from tuinet.storage import keeping
from tuinet.tui.terminal.detect import can_draw


class Opened(NamedTuple):
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
    changes: str = ""
    """What options have changed of a run that was there already."""

    @property
    def said(self) -> tuple[str, ...]:
        """All that there is to say, a sentence each."""
        return tuple(said for said in (self.warning, self.changes, *self.session.run.notes) if said)


def open_run(load: Path | None, options: Mapping[str, Any], seconds: float = math.inf) -> Opened:
    """A session from a checkpoint file, from what was shared, or from the values of options.

    Beside a file or what was shared, the options that are given change that run where it stands.

    Parameters
    ----------
    load
        A file of a saved run.
    options
        Of the Experiment, of a Trajectory, and ``shared``; ``None`` for what was not given.
    seconds
        How long the way to a moment may take; what was opened is on the way then, as it is after Ctrl+C.
    """
    with _naming_options():
        text, values, fields = _parted(options)
        if text is not None:
            if load is not None:
                raise click.UsageError("--load and --from: each of them names a run; give one")
            return _changed(_follow_shared(text, values, seconds), fields)
        if load is not None:
            return _go_on(keeping.load(load), values, fields, seconds)
        experiment = experiment_from(with_older_defaults_and_points(fields, values))
        trajectory = trajectory_from(values, experiment)
        has_moment = bool(values["at"] or values["edits"])
        return _follow(Opened(Session(experiment), has_moment=has_moment), trajectory, seconds)


def go_on(session: Session, options: Mapping[str, Any], seconds: float = math.inf) -> Opened:
    """A session that is there already, taken where options lead, and changed as they say; see `open_run`."""
    with _naming_options():
        _, values, fields = _parted(options)
        return _go_on(session, values, fields, seconds)


@contextmanager
def _naming_options() -> Iterator[None]:
    """Restate what is wrong with options as errors of usage."""
    try:
        with naming_options():
            yield
    except ShareError as error:
        raise click.UsageError(str(error)) from error


def _parted(options: Mapping[str, Any]) -> tuple[str | None, dict[str, Any], dict[str, Any]]:
    """What was shared, the options of a Trajectory, and those of the Experiment."""
    fields = dict(options)
    text, values = fields.pop("shared", None), {name: fields.pop(name, None) for name in NAMES}
    if values["defaults"] is not None:
        # What is usual is said by this number, and not by the configuration file.
        fields = {name: None if is_usual(name) else value for name, value in fields.items()}
    return text, values, fields


def _go_on(session: Session, values: Mapping[str, Any], fields: Mapping[str, Any], seconds: float) -> Opened:
    _require_begun(values)
    opened = Opened(session, has_moment=bool(values["at"] or values["edits"]))
    return _changed(_follow(opened, _trajectory_of_file(values, session), seconds), fields)


def _require_begun(values: Mapping[str, Any]) -> None:
    """Refuse what can only be said of a run that has not begun."""
    if values["points"] is not None:
        raise click.UsageError(
            "--points: it says which samples a run begins with, and this one has begun; "
            "--edit '@300 add 0.5,0.25 1' adds one at step 300"
        )


def _changed(opened: Opened, fields: Mapping[str, Any]) -> Opened:
    """Change a run as options say, where it stands; or at the end of the way on which it was stopped."""
    # The configuration file says how new runs are, not what is changed of others.
    wanted = {name: value for name, value in fields.items() if value is not None and not is_usual(name)}
    if not wanted:
        return opened
    from tuinet.cli import resuming

    if opened.way is None:
        return opened._replace(changes=resuming.change(opened.session, wanted))
    way, command = opened.way, resuming.changes_from(wanted, opened.session.run.experiment)
    edits = (*way.edits, Edit(way.position, command))
    words = f"at step {way.position.step:,}: {command}"
    return opened._replace(way=replace(way, edits=edits), changes=words)


def make_session(load: Path | None, options: Mapping[str, Any], nothing: str) -> Session:
    """The session of `open_run`; a warning goes to standard error, and so does the word that nothing was made."""
    return arrived(warned(open_run(load, options)), nothing).session


def arrived(opened: Opened, nothing: str) -> Opened:
    """Give back an opened run, or end with one line where it was stopped on the way."""
    if opened.stop is not None:
        leave_with_nothing(opened.stop, nothing)
    return opened


def warned(opened: Opened) -> Opened:
    """Write to standard error what there is to say about an opened run."""
    for said in opened.said:
        write_error(said)
    return opened


def _follow_shared(text: str, values: Mapping[str, Any], seconds: float) -> Opened:
    from tuinet.share.reading import read_shared

    _require_begun(values)
    if values["defaults"] is not None:
        raise click.UsageError(
            "--defaults: the run of --from relies on a generation of its own; write it into its line"
        )
    try:
        shared = read_shared(text)
        session = keeping.load(shared.load) if shared.load else Session(shared.trajectory.experiment)
        opened = Opened(session, shared, has_moment=True)
        return _follow(opened, _extended(shared.trajectory, values), seconds)
    except TuinetError as error:
        raise click.UsageError(f"--from: {error}") from error


def _extended(trajectory: Trajectory, values: Mapping[str, Any]) -> Trajectory:
    """A trajectory that was shared, with the edits and the end that options give it."""
    if not (values["at"] or values["edits"] or values["expect"]):
        return trajectory
    from tuinet.share.edits import moment_text, read_edit
    from tuinet.share.record import make_trajectory

    edits = (*trajectory.edits, *map(read_edit, values["edits"] or ()))
    end = max((trajectory.position, *(edit.position for edit in edits)))
    return make_trajectory(trajectory.experiment, edits, values["at"] or moment_text(end), values["expect"] or "")


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
        return opened._replace(stop=stop, way=way)
    return opened._replace(warning=difference(way, session.trajectory(), session.run.arithmetic))


_WORKS_WITHOUT: Final = "`tuinet train` trains without one"
_WORKS_THERE: Final = "`tuinet train` and `tuinet explain` work there"


def require_terminal(without: str = _WORKS_WITHOUT, there: str = _WORKS_THERE) -> None:
    """Refuse to go on without one.

    Parameters
    ----------
    without
        What helps where there is none.
    there
        What helps where it cannot draw.
    """
    for stream, name in ((sys.stdin, "input"), (sys.stdout, "output")):
        if not stream.isatty():
            raise click.UsageError(f"standard {name} is not a terminal; {without}")
    if not can_draw(os.environ):
        raise click.UsageError(f"a terminal of type {os.environ['TERM']!r} (TERM) cannot show the dashboard; {there}")
