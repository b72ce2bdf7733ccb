"""Options beside a run that is there already: what they change, from the present moment on, as an edit of its past."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import click

from tuinet.experiment.changes import checked
from tuinet.experiment.experiment import FIELDS, Experiment
from tuinet.experiment.fields import typed
from tuinet.experiment.ladders import with_hidden
from tuinet.options import option_name
from tuinet.session.edits import START_ANEW, Configure
from tuinet.session.run import Run
from tuinet.session.session import Session
from tuinet.session.timeline import Trajectory
from tuinet.share.line import joined, words_of
from tuinet.share.shared import Shared
from tuinet.terminal_text import counted

_LONG: Final = 400
"""Characters of a command line that a message can still show."""


def changes_from(fields: Mapping[str, Any], experiment: Experiment) -> Configure:
    """The edit that gives an Experiment these values; hidden layers that are new have the last one's activation."""
    follow = {**with_hidden(experiment, fields["hidden"])} if "hidden" in fields else {}
    return Configure.of(**{**follow, **fields})


def change(session: Session, fields: Mapping[str, Any]) -> str:
    """Give a run these values from now on; what was changed, in words, empty where it has them all.

    Raises
    ------
    TuinetError
        If a value cannot be used.
    click.UsageError
        If the network would have to start anew; it says what trains that.
    """
    run = session.run
    wanted = dict(changes_from(fields, run.experiment).changes)
    changes = checked(wanted, run.experiment, run.dataset)
    if not changes:
        return ""
    command = Configure.of(**changes)
    if not run.fits(command):
        raise _refusal(run, command)
    before, step = run.experiment, session.now.step
    session.edit(command)
    parts = [
        f"{FIELDS[name].title} {typed(name, getattr(before, name))} → {typed(name, changes[name])}" for name in changes
    ]
    if "optimizer" in changes and "learning_rate" not in fields:
        parts.append(f"learning rate stays {typed('learning_rate', before.learning_rate)}")
    return f"changed at step {step:,}: {', '.join(parts)}"


def _refusal(run: Run, command: Configure) -> click.UsageError:
    """Why the network cannot go on after a change, and which command trains the other one."""
    after = command.edited(run.experiment, run.dataset)
    anew = [name for name, _ in command.changes if name in START_ANEW]
    if anew:
        name, reason = anew[0], "it decides how the weights start, and those of this run have been trained since"
    else:
        dataset, sizes = run.datasets.get(after), run.parameters.layer_sizes
        needs = f"{counted(len(dataset.input_names), 'input')} and {counted(dataset.y.shape[1], 'output')}"
        name, reason = (
            command.changes[0][0],
            f"{dataset.name} needs {needs}; the network has {sizes[0]} and {sizes[-1]}",
        )
        if (len(dataset.input_names), dataset.y.shape[1]) == (sizes[0], sizes[-1]):
            reason = f"the task would be {dataset.task}, and the network was trained for {run.dataset.task}"
    return click.UsageError(f"{option_name(name)}: {reason}; {_line_anew(after)}")


def _line_anew(experiment: Experiment) -> str:
    shared = Shared(Trajectory(experiment), is_paused=False)
    line = joined(["tuinet", "train", *words_of(shared)])
    return f"from the start: {line}" if len(line) <= _LONG else "without the run, the options train it from the start"
