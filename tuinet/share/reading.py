"""Reading what was shared: a line as it was pasted, JSON, or a file with one of them; nothing of it is executed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import click

from tuinet import __version__
from tuinet.errors import ExperimentError
from tuinet.experiment.experiment import FIELDS, Experiment
from tuinet.files import SHARED, UnreadableError, read_standard_input, read_text
from tuinet.options import Count, experiment_from, experiment_options
from tuinet.share.edits import value_text
from tuinet.share.line import split
from tuinet.share.options import NAMES, SpeedType, trajectory_from, trajectory_options, with_older_defaults_and_points
from tuinet.share.record import from_json
from tuinet.share.shared import USUAL_SPEED, Shared, ShareError

_STANDARD_INPUT: Final = "-"
_MOST_LINE: Final = 2**18
"""Characters of a command line; more belong into JSON, which is read faster."""
_PROMPT: Final = re.compile(r"(?:[\w.~@:/\-\[\] ]{0,80}[$%#>]\s+)?(?=(?:\S*/)?tuinet\b|python[\d.]* -m tuinet\b|-)")
_CONTINUED: Final = re.compile(r"\\\r?\n\s*")


def read_shared(text: str) -> Shared:
    """The run that a text stands for: a line, JSON, or the name of a file with one of them; ``-`` is standard input.

    Raises
    ------
    ShareError
        If it stands for no run; one line says why.
    """
    text = text.strip().removeprefix("\ufeff")
    if not text:
        raise ShareError("nothing was given; a line begins with tuinet")
    try:
        if text == _STANDARD_INPUT or _is_name(text):
            text = _content(text)
        return from_json(text) if text.startswith("{") else from_line(text)
    except click.exceptions.NoSuchOption as error:
        raise ShareError(
            f"{error.format_message().rstrip('.')}: tuinet {__version__} does not know it; a newer one may"
        ) from error
    except click.ClickException as error:
        raise ShareError(error.format_message()) from error
    except ExperimentError as error:
        raise ShareError(str(error)) from error


def _is_name(text: str) -> bool:
    """Whether a text can only be the name of a file."""
    return bool(text) and len(text.split()) == 1 and not text.startswith(("-", "{")) and text != "tuinet"


def _content(name: str) -> str:
    try:
        text = read_standard_input(SHARED) if name == _STANDARD_INPUT else read_text(Path(name), SHARED)
        if not text.strip():
            raise UnreadableError("there is nothing in it")
    except UnreadableError as error:
        shown = "standard input" if name == _STANDARD_INPUT else name[:200]
        raise ShareError(f"{shown}: {error}; a line begins with tuinet") from error
    return text.strip()


def from_line(text: str) -> Shared:
    """The run of a command line, which may have a prompt before it and may be broken into lines."""
    words = _words(text)
    with _COMMAND.make_context("tuinet", words) as context:
        return shared_from(context.params)


def shared_from(values: dict[str, Any]) -> Shared:
    """The run that the values of all options describe; ShareError or ClickException where one is wrong."""
    fields = dict(values)
    options = {name: fields.pop(name) for name in NAMES}
    speed, paused, epochs, load = (fields.pop(name) for name in ("speed", "paused", "epochs", "load"))
    if load:
        _require_no_fields({**fields, "points": options["points"]})
        experiment = Experiment()
    else:
        experiment = experiment_from(with_older_defaults_and_points(fields, options))
    return Shared(trajectory_from(options, experiment), speed, paused, epochs, load or "")


def _require_no_fields(fields: dict[str, Any]) -> None:
    """Refuse a change of a saved run that does not say when it is made, since the line is to lead to one moment."""
    for name, value in fields.items():
        if value is not None:
            edit = f"'@300 {name}={value_text(name, value)}'" if name in FIELDS else "'@300 add 0.5,0.25 1'"
            raise ShareError(
                f"--{name.replace('_', '-')}: with --load a line says when a change is made: --edit {edit} for step 300"
            )


def _words(text: str) -> list[str]:
    if len(text) > _MOST_LINE:
        raise ShareError(f"a line of {len(text):,} characters is longer than {_MOST_LINE:,}; write the run as JSON")
    text = _CONTINUED.sub(" ", text)
    match = _PROMPT.match(text)
    try:
        words = split(text[match.end() :] if match else text)
    except ValueError as error:
        raise ShareError(f"the line is not complete: {str(error).lower()}") from error
    if words[1:3] == ["-m", "tuinet"]:
        return words[3:]
    if words and Path(words[0]).name == "tuinet":
        return words[1:]
    if words and not words[0].startswith("-"):
        raise ShareError(f"{words[0][:40]!r} is not where a line of tuinet begins")
    return words


@click.command("line", add_help_option=False)
@click.option("--speed", type=SpeedType(), default=USUAL_SPEED)
@click.option("--paused", is_flag=True)
@click.option("--epochs", type=Count())
@click.option("--load")
@trajectory_options
@experiment_options
def _COMMAND(**values: Any) -> None:  # noqa: N802 - a click.Command
    """Is only parsed, never invoked."""
