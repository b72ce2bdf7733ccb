"""The options that make up an Experiment, one for each of its fields; `experiment_from` makes it of their values.

Defaults of options from the configuration file: checked one by one, and handed to every command that has them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from tuinet.configuration import DEFAULTS, Configuration
from tuinet.data.generators import dataset_name, is_known
from tuinet.data.recipe import is_path
from tuinet.errors import DataError, ExperimentError
from tuinet.experiment.experiment import AUTO, FIELDS, GROUPS, Experiment
from tuinet.experiment.hyperparameter import Hyperparameter, Kind
from tuinet.experiment.presets import make_experiment, suited_to
from tuinet.names import canonical, did_you_mean
from tuinet.output import shown_help
from tuinet.session.watching import MOST_STEPS

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

AnyCommand = TypeVar("AnyCommand", bound=Callable[..., Any])

_METAVARS: Final[Mapping[Kind, str]] = {"whole": "integer", "number": "float", "flag": "boolean"}
"""Names of kinds in the help, where they are others."""
COMPLETE_VARIABLE: Final = "_TUINET_COMPLETE"
"""With it the shell's script asks tuinet for completions."""
_FILES: Final = ("dataset", "weights")
"""Fields that take the path of a file."""


class Count(click.IntRange):
    """A whole number of epochs or updates, which no run can exceed; the help names only the least."""

    def __init__(self, least: int = 0) -> None:
        super().__init__(min=least)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """See `click.ParamType.convert`."""
        number = super().convert(value, param, ctx)
        if number > MOST_STEPS:
            self.fail(f"{str(value)[:40]} is more than any run can reach; the most is {MOST_STEPS:,}", param, ctx)
        return number


class NameChoice(click.Choice[str]):
    """One of a few names, found in any case; the nearest is offered where there is no such name."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """See `click.ParamType.convert`."""
        return super().convert(canonical(str(value), self.choices), param, ctx)

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """See `click.Choice.get_invalid_choice_message`."""
        message, near = super().get_invalid_choice_message(value, ctx), did_you_mean(value, self.choices)
        return f"{message.removesuffix('.')}{near}" if near else message


class FieldType(click.ParamType[Any]):
    """The values of a field of the Experiment."""

    def __init__(self, field: Hyperparameter) -> None:
        self.name = _METAVARS.get(field.kind, field.kind)
        self._field, self._kind, self._choices = field, field.kind, field.choices
        self._may_be_open = field.may_be_open
        self._takes_file = field.name in _FILES

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """See `click.ParamType.convert`."""
        if value == AUTO and self._may_be_open:
            return None
        try:
            return self._field.parsed(value) if isinstance(value, str) else value
        except ValueError as error:
            self.fail(str(error), param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """See `click.ParamType.shell_complete`: names, of a list the last one; and files."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - only who completes needs it

        given = incomplete[: incomplete.rfind(",") + 1] if self._kind == "names" else ""
        choices = ("true", "false") if self._kind == "flag" else self._choices
        found = [CompletionItem(given + name) for name in choices if (given + name).startswith(incomplete)]
        return found or ([CompletionItem(incomplete, type="file")] if self._takes_file else [])


class GroupedOption(click.Option):
    """An option that stands under a heading in the help text."""

    def __init__(self, *args: Any, group: str = "Options", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group = group


class FieldOption(GroupedOption):
    """The option of a field of the Experiment; one that is true or false has an opposite."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """See `click.Option.get_help_record`."""
        record = super().get_help_record(ctx)
        if record is None or FIELDS[str(self.name)].kind != "flag":
            return record
        option = option_name(str(self.name))
        return f"{option} / --no-{option[2:]}", record[1]


class GroupedHelp(click.Command):
    """A command whose help text lists its options under their headings, and shows controls in their defaults."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """See `click.Command.parse_args`."""
        return super().parse_args(ctx, spelled_flags(args))

    def get_help(self, ctx: click.Context) -> str:
        """See `click.Command.get_help`."""
        return shown_help(super().get_help(ctx))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See `click.Command.format_options`."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            # Operands have their words in the text above.
            if record and record[1]:
                groups.setdefault(getattr(param, "group", "Options"), []).append(record)
        for heading, records in groups.items():
            with formatter.section(heading):
                formatter.write_dl(records)


class GroupedGroup(GroupedHelp, click.Group):
    """A group of commands; those in `elsewhere` (``module:attribute`` by name) are imported when they are wanted."""

    def __init__(self, *args: Any, elsewhere: Mapping[str, str] = MappingProxyType({}), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._elsewhere = elsewhere

    def list_commands(self, ctx: click.Context) -> list[str]:
        """See `click.Group.list_commands`."""
        return sorted([*super().list_commands(ctx), *self._elsewhere])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """See `click.Group.get_command`."""
        if cmd_name not in self._elsewhere:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self._elsewhere[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """See `click.Group.resolve_command`, which would suggest those alone that are imported."""
        args = [canonical(args[0], self.list_commands(ctx)), *args[1:]]
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            name = error.command_name
            if is_path(name) or is_known(dataset_name(name)):
                from shlex import quote  # noqa: PLC0415 - a start without a mistake does without

                data = f"data are named with --dataset {quote(name)}"
                raise click.UsageError(f"No such command {name!r}; {data}") from None
            raise click.NoSuchCommand(name, possibilities=self.list_commands(ctx), ctx=ctx) from None

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See `click.Command.format_options`."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


def experiment_options(command: AnyCommand) -> AnyCommand:
    """Give a command the options that make up an Experiment; those not given are ``None``."""
    for group, field in reversed([(group, field) for group, fields in GROUPS.items() for field in fields]):
        command = click.option(
            option_name(field.name),
            field.name,
            type=FieldType(field),
            default=None,
            help=field.help,
            cls=FieldOption,
            group=group,
        )(command)
    return command


_FLAGS: Final = {
    f"--{prefix}{name.replace('_', '-')}": f"--{name.replace('_', '-')}={value}"
    for name, field in FIELDS.items()
    if field.kind == "flag"
    for prefix, value in (("", "true"), ("no-", "false"))
}
"""The full spelling of each option of a field that is true or false."""


def spelled_flags(args: Sequence[str]) -> list[str]:
    """Arguments with ``--shuffle=false`` for ``--no-shuffle``, and ``--shuffle=true`` for ``--shuffle`` alone."""
    given = list(args)
    end = given.index("--") if "--" in given else len(given)
    for index, argument in enumerate(given[:end]):
        has_value = index + 1 < end and not given[index + 1].startswith("-")
        if argument in _FLAGS and (argument.startswith("--no-") or not has_value):
            given[index] = _FLAGS[argument]
    return given


def option_name(field: str) -> str:
    """The option of an Experiment's field."""
    return f"--{field.replace('_', '-')}"


def is_usual(parameter: str) -> bool:
    """Whether the value of an option comes from the configuration file."""
    context = click.get_current_context(silent=True)
    source = context.get_parameter_source(parameter) if context else None
    return source is click.core.ParameterSource.DEFAULT_MAP


def experiment_from(options: dict[str, Any]) -> Experiment:
    """An Experiment from the values of options, ``None`` standing for what was not given, which is chosen to suit."""
    given = {key: value for key, value in options.items() if value is not None}
    with naming_options():
        return Experiment(**suited_to(given), **given)


@contextmanager
def naming_options() -> Iterator[None]:
    """Restate the errors of fields and data as errors of usage, which name the options."""
    try:
        yield
    except ExperimentError as error:
        raise as_usage_error(error) from error
    except DataError as error:
        raise as_data_error(error) from error


def as_usage_error(error: ExperimentError) -> click.UsageError:
    """Restate an error so that it names the option instead of the field."""
    whence = " (from the configuration file)" if is_usual(error.field) else ""
    return click.UsageError(f"{option_name(error.field)}{whence}: {error.reason}")


def as_data_error(error: DataError) -> click.UsageError:
    """Restate an error so that it names the option where it names a field, and the file where it names a file."""
    field = str(error).partition(":")[0]
    is_field = any(field == known.name for known in GROUPS["Data"])
    return click.UsageError(f"{option_name(field)}{str(error)[len(field) :]}" if is_field else str(error))


_LOOKS: Final = ("theme", "ascii", "cells", "graphics", "hints", "fps")
"""Options that mean the same in every command that has them."""
_DASHBOARD: Final = ("speed", "epochs", "paused", "stats")
"""Options that the dashboard has for itself."""
KNOWN: Final = (*_LOOKS, *_DASHBOARD, *(option_name(field)[2:] for field in FIELDS))
"""All names that can have a default in the configuration file."""


def default_map(dashboard: click.Group, file: Configuration, command: click.Command | None = None) -> dict[str, Any]:
    """The file's defaults as click wants them, by the parameters of the dashboard or of one of its commands.

    A command does not get those of the dashboard alone, unless it opens the dashboard, and has all of them.
    """
    values = {name: _value(dashboard, file, name, value) for name, value in file.defaults.items()}
    _require_experiment(file, values)
    # None, which max stands for, would be no default at all: the option reads it once more.
    texts = {name: _text(file.defaults[name]) if value is None else value for name, value in values.items()}
    known = _options(command or dashboard)
    skipped = () if known.keys() >= set(_DASHBOARD) else _DASHBOARD
    return {str(known[name].name): text for name, text in texts.items() if name in known and name not in skipped}


def _options(command: click.Command) -> dict[str, click.Option]:
    """The options of a command by their long names, without the dashes."""
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    return {name[2:]: option for option in options for name in option.opts if name.startswith("--")}


def _value(dashboard: click.Group, file: Configuration, name: str, value: Any) -> Any:
    """A value that its option takes."""
    if name not in KNOWN:
        raise file.error(DEFAULTS, name, value, f"no such option{did_you_mean(name, KNOWN)}")
    option = _options(dashboard)[name]
    if option.is_flag:
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
        layers = {"hidden": (1,) * len(value)} if field == "activation" and len(value) > 1 else {}
        try:
            make_experiment(**layers, **{field: value})
        except ExperimentError as error:
            raise file.error(DEFAULTS, name, file.defaults[name], error.reason) from error
