"""Defaults of options from the configuration file: checked one by one, and handed to every command that has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import click

from tuinet.config import Experiment
from tuinet.configuration import DEFAULTS, Configuration
from tuinet.errors import ExperimentError
from tuinet.fields.table import FIELDS
from tuinet.options import option_name
from tuinet.presets import make_experiment

_LOOKS: Final = ("theme", "ascii", "fps")
"""Options that mean the same in every command that has them."""
_DASHBOARD: Final = ("speed", "epochs", "paused", "stats")
"""Options that the dashboard has for itself."""
KNOWN: Final = (*_LOOKS, *_DASHBOARD, *(option_name(field)[2:] for field in FIELDS))
"""What can have a default in the configuration file."""


def default_map(dashboard: click.Group, file: Configuration) -> dict[str, Any]:
    """The file's defaults as click wants them, by the parameters of the dashboard.

    Raises
    ------
    ConfigurationError
        If a name is unknown, or if a value cannot be used.
    """
    return _by_parameter(dashboard, _values(dashboard, file))


def command_defaults(dashboard: click.Group, command: click.Command, file: Configuration) -> dict[str, Any]:
    """Those of a command, by its parameters: what the dashboard has for itself is not among them.

    Raises
    ------
    ConfigurationError
        As above.
    """
    values = {name: value for name, value in _values(dashboard, file).items() if name not in _DASHBOARD}
    return _by_parameter(command, values)


def _values(dashboard: click.Group, file: Configuration) -> dict[str, Any]:
    values = {name: _value(dashboard, file, name, value) for name, value in file.defaults.items()}
    _require_experiment(file, values)
    # None, which max stands for, would be no default at all: the option reads it once more.
    return {name: _text(file.defaults[name]) if value is None else value for name, value in values.items()}


def parameters(command: click.Command) -> Iterator[tuple[str, click.Parameter]]:
    """The options of a command by their long names, without the dashes."""
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield from ((name[2:], parameter) for name in parameter.opts if name.startswith("--"))


def _by_parameter(command: click.Command, values: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: parameter.name for name, parameter in parameters(command)}
    return {str(known[name]): value for name, value in values.items() if name in known}


def _value(dashboard: click.Group, file: Configuration, name: str, value: Any) -> Any:
    """A value that its option takes."""
    if name not in KNOWN:
        from difflib import get_close_matches  # noqa: PLC0415 - most files are right

        near = get_close_matches(name, KNOWN, n=1)
        raise file.error(DEFAULTS, name, value, f"no such option{f'; is it {near[0]}?' if near else ''}")
    option = dict(parameters(dashboard))[name]
    if isinstance(option, click.Option) and option.is_flag:
        if not isinstance(value, bool):
            raise file.error(DEFAULTS, name, value, "neither true nor false")
        return value
    text = _text(value)
    if text is None:
        raise file.error(DEFAULTS, name, value, "not a text, a number, true or false, or a list of these")
    try:
        return option.type.convert(text, option, None)
    except click.BadParameter as error:
        raise file.error(DEFAULTS, name, value, error.message) from error


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        parts = [_text(part) for part in value]
        return ",".join(map(str, parts)) if None not in parts else None
    return str(value) if isinstance(value, (str, int, float)) else None


def _require_experiment(file: Configuration, values: Mapping[str, Any]) -> None:
    """Each value must be fit for an Experiment by itself; which of them go together, only the whole command knows."""
    for name, value in values.items():
        field = name.replace("-", "_")
        if field not in FIELDS:
            continue
        try:
            _alone(field, value)
        except ExperimentError as error:
            raise file.error(DEFAULTS, name, file.defaults[name], error.reason) from error


def _alone(field: str, value: Any) -> Experiment:
    if field == "activation" and len(value) > 1:
        return make_experiment(activation=value, hidden=(1,) * len(value))
    return make_experiment(**{field: value})
