"""The command line: options become an Experiment; the Experiment becomes a dashboard, or lines of text."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import click

from tuinet import __version__
from tuinet.config import CHOICES, Experiment
from tuinet.errors import ExperimentError, TuinetError
from tuinet.headless import EXIT_STATUS, Outcome, train
from tuinet.training.session import Session

Command = TypeVar("Command", bound=Callable[..., Any])

DEFAULTS = Experiment()
DEFAULT_SPEED = 100.0
DEFAULT_TRAIN_EPOCHS = 3000


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
        return value if isinstance(value, tuple) else tuple(part.strip() for part in value.split(","))


class Speed(click.ParamType[float | None]):
    """Epochs per second, or ``max``."""

    name = "speed"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float | None:
        """See `click.ParamType.convert`."""
        try:
            speed = None if value == "max" else float(value)
        except ValueError:
            self.fail(f"{value!r} is not a number of epochs per second, nor max", param, ctx)
        if speed is not None and not 0.01 <= speed <= 1e9:
            self.fail(f"{value!r} is not from 0.01 to 1e9 epochs per second; max takes the brake off", param, ctx)
        return speed


def experiment_options(command: Command) -> Command:
    """Give a command the options that make up an Experiment."""
    options = (
        click.option("--dataset", default=DEFAULTS.dataset, help=f"What to learn: {', '.join(CHOICES['dataset'])}."),
        click.option(
            "--hidden",
            type=NumberList(),
            default=DEFAULTS.hidden,
            help="Neurons in each hidden layer, as in 2 or 8,8; '' for none.",
        ),
        click.option(
            "--activation",
            type=NameList(),
            default=DEFAULTS.activation,
            help=f"Of the hidden layers, one for all or one each: {', '.join(CHOICES['activation'])}.",
        ),
        click.option(
            "--learning-rate",
            type=float,
            default=DEFAULTS.learning_rate,
            help="What a gradient is multiplied by to make an update.",
        ),
        click.option(
            "--seed",
            type=int,
            default=DEFAULTS.seed,
            help="Decides the initial weights; the same seed gives the same run.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "show_default": True, "max_content_width": 100},
)
@click.version_option(__version__, prog_name="tuinet", message="%(prog)s %(version)s")
@experiment_options
@click.option("--epochs", type=click.IntRange(min=0), default=None, help="Pause after so many epochs.")
@click.option("--speed", type=Speed(), default=DEFAULT_SPEED, help="Epochs per second, or max.")
@click.option("--paused", is_flag=True, help="Wait for a key before training.")
@click.option("--theme", default="dark", help="Name of a theme, or path of a theme file.")
@click.pass_context
def cli(
    context: click.Context, /, epochs: int | None, speed: float | None, paused: bool, theme: str, **fields: Any
) -> None:
    """A neural-network laboratory in the terminal.

    Without a command: watch a network train.
    """
    if context.invoked_subcommand:
        _refuse_misplaced_options(context)
        return
    session = Session(make_experiment(**fields))
    _require_terminal()
    # Textual takes a third of a second to import: only who looks at the dashboard pays for it.
    from tuinet.tui.launch import launch

    launch(session, speed=speed, running=not paused, epochs=epochs, theme=theme)


@cli.command("train")
@experiment_options
@click.option(
    "--epochs", type=click.IntRange(min=0), default=DEFAULT_TRAIN_EPOCHS, help="Passes over the training set."
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON Lines to standard output.")
@click.option("--log-every", type=click.IntRange(min=1), default=100, help="Epochs between two JSON records.")
def train_command(epochs: int, as_json: bool, log_every: int, **fields: Any) -> None:
    """Train without a screen, and say how it went.

    Exit status: 0 done, 1 the loss diverged, 2 bad usage, 130 interrupted.
    """
    session = Session(make_experiment(**fields))
    outcome = train(session, epochs, click.echo if as_json else None, log_every)
    if not as_json:
        click.echo(summary(session, outcome))
    sys.exit(EXIT_STATUS[outcome.status])


def make_experiment(**fields: Any) -> Experiment:
    """An Experiment from the values of options.

    Raises
    ------
    click.BadParameter
        If a value cannot be used; the message names the option.
    """
    try:
        return Experiment(**fields)
    except ExperimentError as error:
        raise click.UsageError(f"--{error.field.replace('_', '-')}: {error.reason}") from error


def summary(session: Session, outcome: Outcome) -> str:
    """A run's end as one line for a person."""
    metrics = session.metrics()
    sizes = "-".join(map(str, session.parameters.layer_sizes))
    return (
        f"{outcome.status}: {session.dataset.name} {sizes}, {outcome.epochs:,} epochs in {outcome.seconds:.2f} s, "
        f"loss {outcome.loss:.6g}, accuracy {metrics.correct}/{metrics.samples}"
    )


def main() -> NoReturn:
    """Run the command line; bad usage and bad input are one line on standard error and exit status 2."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as exit_request:
        sys.exit(exit_request.exit_code)
    except click.ClickException as error:
        _fail(error.format_message())
    except TuinetError as error:
        _fail(str(error))
    except (KeyboardInterrupt, click.Abort):
        sys.exit(130)
    sys.exit(0)


def _fail(message: str) -> NoReturn:
    click.echo(f"tuinet: {' '.join(message.split())}", err=True)
    sys.exit(2)


def _refuse_misplaced_options(context: click.Context) -> None:
    for name in context.params:
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            option = f"--{name.replace('_', '-')}"
            command = context.invoked_subcommand
            raise click.UsageError(f"{option} stands before {command}; options of {command} come after it")


def _require_terminal() -> None:
    for stream, name in ((sys.stdin, "input"), (sys.stdout, "output")):
        if not stream.isatty():
            raise click.UsageError(f"standard {name} is not a terminal; `tuinet train` trains without one")
