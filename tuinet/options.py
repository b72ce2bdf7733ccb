"""The options that make up an Experiment, in groups a student can read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from tuinet.config import CHOICES, Experiment
from tuinet.errors import DataError, ExperimentError
from tuinet.presets import make_experiment

AnyCommand = TypeVar("AnyCommand", bound=Callable[..., Any])


class NumberList(click.ParamType[tuple[int, ...]]):
    """Whole numbers with commas between them; an empty text is an empty list."""

    name = "sizes"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """See `click.ParamType.convert`."""
        if isinstance(value, tuple):
            return value
        try:
            return tuple(int(part) for part in value.split(",")) if value.strip() else ()
        except ValueError:
            self.fail(f"{value!r} is not a list of whole numbers such as 4 or 8,8", param, ctx)


class NameList(click.ParamType[tuple[str, ...]]):
    """Names with commas between them."""

    name = "names"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """See `click.ParamType.convert`."""
        if isinstance(value, tuple):
            return value
        return tuple(part.strip() for part in value.split(",")) if value.strip() else ()


class GroupedOption(click.Option):
    """An option that stands under a heading in the help text."""

    def __init__(self, *args: Any, group: str = "Options", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group = group


class GroupedHelp(click.Command):
    """A command whose help text lists its options under their headings."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See `click.Command.format_options`."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record:
                groups.setdefault(getattr(param, "group", "Options"), []).append(record)
        for heading, records in groups.items():
            with formatter.section(heading):
                formatter.write_dl(records)


class GroupedGroup(GroupedHelp, click.Group):
    """A group of commands with options under headings."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See `click.Command.format_options`."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


def _named(field: str) -> str:
    return ", ".join(CHOICES[field])


_OWN: Final = "default: the dataset's own"
OPTIONS: Final[dict[str, dict[str, tuple[click.ParamType[Any] | type, str]]]] = {
    "Data": {
        "dataset": (str, "What to learn: a name (`tuinet datasets` lists them), or a CSV or NPZ file."),
        "samples": (int, f"How many samples, training and test together [{_OWN}]."),
        "noise": (float, f"How far the samples are moved at random, 0 to 1 [{_OWN}]."),
        "test_share": (float, f"Share of the samples kept for testing, 0 to below 1 [{_OWN}]."),
        "standardize": (bool, f"Shift and scale every input to mean 0 and deviation 1, true or false [{_OWN}]."),
        "features": (NameList(), f"What two inputs are turned into: {_named('features')}."),
        "data_seed": (int, "Decides what data is generated, and what is kept for testing [default: 1]."),
        "target": (str, "Column of a CSV file to learn, by name or number from 1 [default: the last]."),
    },
    "Network": {
        "hidden": (NumberList(), "Neurons in each hidden layer, as in 2 or 8,8; '' for no hidden layer."),
        "activation": (NameList(), f"Of the hidden layers, one for all or one each: {_named('activation')}."),
        "output": (str, f"Activation of the output: {_named('output')}."),
        "loss": (str, f"What is made small: {_named('loss')}."),
        "initializer": (str, f"How the weights start: {_named('initializer')}."),
        "init_scale": (float, "What the initial weights are multiplied by [default: 1]."),
        "weights": (str, "A JSON or NPZ file with exact initial weights and biases."),
        "biases": (str, f"Whether the biases learn: {_named('biases')}."),
        "dtype": (str, f"Precision of all numbers: {_named('dtype')}."),
    },
    "Training": {
        "optimizer": (str, f"How gradients become updates: {_named('optimizer')}."),
        "learning_rate": (float, "What a gradient is multiplied by to make an update."),
        "momentum": (float, "Share of its velocity that momentum and nesterov keep [default: 0.9]."),
        "beta1": (float, "Memory of the mean gradient in adam and its kin [default: 0.9]."),
        "beta2": (float, "Memory of the mean square in adam (0.999) and rmsprop (0.99)."),
        "epsilon": (float, "What keeps adaptive steps from dividing by 0 [default: 1e-8; adagrad 1e-10]."),
        "schedule": (str, f"How the learning rate changes: {_named('schedule')}."),
        "decay_rate": (float, "How fast it falls [default: step 0.1, exponential 0.999 an epoch, inverse_time 0.01]."),
        "decay_epochs": (int, "Length of a step, or of the cosine's half wave, in epochs [default: 1000]."),
        "warmup_epochs": (int, "Epochs over which the learning rate rises to its value [default: 0]."),
        "batch_size": (int, "Samples in one batch; 0 for the whole training set."),
        "seed": (int, "Decides weights, shuffles and dropout: the same seed, the same run [default: 1]."),
    },
    "Regularization": {
        "l1": (float, "Penalty on the size of the weights, l1·Σ|w| [default: 0]."),
        "l2": (float, "Penalty on their squares, ½·l2·Σw² [default: 0]."),
        "weight_decay": (float, "Decoupled decay of all parameters [default: 0; adamw 0.01]."),
        "dropout": (float, "Probability that a hidden activation is dropped in training [default: 0]."),
        "clip_norm": (float, "Largest norm of the gradients taken together; 0 for any [default: 0]."),
    },
}
"""For each group of options the Experiment's fields in it: their type and a sentence of help."""


def experiment_options(command: AnyCommand) -> AnyCommand:
    """Give a command the options that make up an Experiment; those not given are ``None``."""
    fields = [(group, field, *entry) for group, entries in OPTIONS.items() for field, entry in entries.items()]
    for group, field, kind, sentence in reversed(fields):
        flag = option_name(field)
        command = click.option(flag, field, type=kind, default=None, help=sentence, cls=GroupedOption, group=group)(
            command
        )
    return command


def option_name(field: str) -> str:
    """The option of an Experiment's field."""
    return f"--{field.replace('_', '-')}"


def experiment_from(options: dict[str, Any]) -> Experiment:
    """An Experiment from the values of options, ``None`` standing for what was not given.

    Raises
    ------
    click.UsageError
        If a value cannot be used; the message names the option.
    """
    try:
        return make_experiment(**{key: value for key, value in options.items() if value is not None})
    except ExperimentError as error:
        raise as_usage_error(error) from error


def as_usage_error(error: ExperimentError) -> click.UsageError:
    """The same complaint, naming the option instead of the field."""
    return click.UsageError(f"{option_name(error.field)}: {error.reason}")


def as_data_error(error: DataError) -> click.UsageError:
    """The same complaint, naming the option where it names a field, and the file where it names a file."""
    field = str(error).partition(":")[0]
    return click.UsageError(
        f"{option_name(field)}{str(error)[len(field) :]}" if field in OPTIONS["Data"] else str(error)
    )
