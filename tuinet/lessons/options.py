"""Options in a lesson, as on the command line, and the Experiments that they make."""

from __future__ import annotations

import shlex
from dataclasses import replace
from functools import cache
from typing import Any, Final

import click

from tuinet.config import Experiment
from tuinet.errors import DataError, ExperimentError, TuinetError
from tuinet.fields.layers import with_hidden
from tuinet.lessons.lesson import Changes
from tuinet.options import as_data_error, as_usage_error, experiment_options
from tuinet.presets import make_experiment
from tuinet.training.session import Session

_STARTS_ANEW: Final = ("dataset", "target", "weights")


def experiment_of(options: str) -> Experiment:
    """The Experiment that options describe; its data is made, so that everything that can be wrong is found.

    Raises
    ------
    ValueError
        If they describe none.
    """
    try:
        experiment = make_experiment(**_given(options))
        Session(experiment, records=False)
    except TuinetError as error:
        raise ValueError(_as_option(error)) from error
    return experiment


def changes_of(options: str, experiment: Experiment) -> tuple[Changes, Experiment]:
    """The fields that options change, and the Experiment after that.

    Raises
    ------
    ValueError
        If it cannot be changed like that.
    """
    given = _given(options)
    for field in _STARTS_ANEW:
        if field in given:
            raise ValueError(f"--{field} needs a new experiment, not a change")
    if "hidden" in given and "activation" not in given:
        given |= with_hidden(experiment, given["hidden"])
    try:
        after = replace(experiment, **given)
    except TuinetError as error:
        raise ValueError(_as_option(error)) from error
    return tuple(given.items()), after


@cache
def _parser() -> click.Command:
    return experiment_options(click.Command("options"))


def _given(options: str) -> dict[str, Any]:
    try:
        with _parser().make_context("options", shlex.split(options)) as context:
            return {field: value for field, value in context.params.items() if value is not None}
    except click.exceptions.Exit as error:
        raise ValueError(f"{options!r} are not the options of an experiment") from error
    except click.ClickException as error:
        raise ValueError(error.format_message()) from error


def _as_option(error: TuinetError) -> str:
    """The same complaint, naming the option in place of the field."""
    if isinstance(error, ExperimentError):
        return as_usage_error(error).format_message()
    return as_data_error(error).format_message() if isinstance(error, DataError) else str(error)
