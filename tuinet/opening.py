"""Opening a run: from the values of options, or from a file, to a session."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from tuinet.errors import CheckpointError, DataError, ExperimentError, TuinetError
from tuinet.options import as_data_error, as_usage_error, experiment_from, option_name
from tuinet.training import checkpoint_file
from tuinet.training.session import Session


def make_session(load: Path | None, options: Mapping[str, Any]) -> Session:
    """A session from a checkpoint file, or from the values of options.

    Raises
    ------
    click.UsageError
        If a value cannot be used; the message names the option.
    DataError
        If the data cannot be used.
    CheckpointError
        If the file cannot be used.
    """
    try:
        if load is None:
            return Session(experiment_from(dict(options)))
        refuse_options("the file of --load", options)
        return _load(load)
    except ExperimentError as error:
        raise as_usage_error(error) from error
    except DataError as error:
        raise as_data_error(error) from error


def refuse_options(source: str, options: Mapping[str, Any]) -> None:
    """Refuse options beside something that says the same.

    Raises
    ------
    click.UsageError
        Naming the first that was given.
    """
    for field, value in options.items():
        if value is not None:
            raise click.UsageError(f"{option_name(field)}: {source} says what is trained; leave this out")


def _load(path: Path) -> Session:
    try:
        return Session.from_saved(checkpoint_file.read(path))
    except TuinetError as error:
        # Its Experiment or its data may be what is wrong.
        message = str(error)
        raise CheckpointError(message if message.startswith(str(path)) else f"{path}: {message}") from error
