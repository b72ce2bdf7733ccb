"""The command line: options become an Experiment; the Experiment becomes a dashboard, or lines of text."""

from __future__ import annotations

import io
import math
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from tuinet import __version__
from tuinet.errors import TuinetError
from tuinet.garbage import begin_collection
from tuinet.opening import Opened, make_session, open_run, refuse_options, warned
from tuinet.options import GroupedGroup, GroupedHelp, experiment_options
from tuinet.presets import default_epochs
from tuinet.share.options import UNSAID, SpeedType, course_options, shared_option
from tuinet.share.shared import Shared
from tuinet.terminals import require_terminal
from tuinet.training.session import Session
from tuinet.tui.keeping import Keeper
from tuinet.tui.keeping import resume as resume_run

CHECK_TOLERANCE = {"float64": 1e-7, "float32": 1e-4}
"""Relative error up to which two gradients are taken for the same."""
CONTEXT = {"help_option_names": ["-h", "--help"], "show_default": True, "max_content_width": 100}


class Positive(click.FloatRange):
    """A number above 0; not a number is none."""

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """See `click.ParamType.convert`."""
        number = super().convert(value, param, ctx)
        return number if number < math.inf else self.fail(f"{value} is not a number above 0", param, ctx)


POSITIVE = Positive()


ELSEWHERE = {
    "compare": "tuinet.compare_command:compare_command",
    "explain": "tuinet.explain_command:explain_command",
    "export": "tuinet.export_command:export_command",
    "lesson": "tuinet.lesson_command:lesson_command",
    "record": "tuinet.record_command:record_command",
    "replay": "tuinet.replay_command:replay_command",
    "share": "tuinet.share_command:share_command",
    "themes": "tuinet.themes_command:themes_command",
}
"""Commands that are imported when somebody asks for them."""


@click.group(cls=GroupedGroup, elsewhere=ELSEWHERE, invoke_without_command=True, context_settings=CONTEXT)
@click.version_option(__version__, prog_name="tuinet", message="%(prog)s %(version)s")
@click.option("--epochs", type=click.IntRange(min=0), default=None, help="Pause after so many epochs.")
@click.option(
    "--speed", type=SpeedType(), default=UNSAID, show_default=False, help="Epochs per second, or max [default: 100]."
)
@click.option("--paused", is_flag=True, help="Wait for a key before training.")
@click.option("--load", type=click.Path(path_type=Path), help="Go on from a file that ctrl+s or --save wrote.")
@click.option("--resume", is_flag=True, help="Go on with the run that was interrupted last.")
@click.option("--theme", help="Name of a theme (`tuinet themes` lists them), or a theme file [default: dark].")
@click.option("--ascii", "ascii_only", is_flag=True, help="Draw with ASCII characters only.")
@click.option("--fps", type=click.IntRange(1, 60), default=20, help="Frames per second at most.")
@click.option("--stats", is_flag=True, help="Show frames per second, and the terminal's round trip.")
@shared_option
@course_options
@experiment_options
@click.pass_context
def cli(
    context: click.Context,
    /,
    *,
    epochs: int | None,
    speed: Any,
    paused: bool,
    load: Path | None,
    theme: str | None,
    ascii_only: bool,
    resume: bool,
    fps: int,
    stats: bool,
    **fields: Any,
) -> None:
    """Watch a neural network learn, in the terminal.

    Without a command this opens the dashboard on the network that the options describe.
    """
    if context.invoked_subcommand:
        begin_collection()
        _refuse_misplaced_options(context)
        return
    if resume:
        session, keeper = _resumed(load, fields)
        opened = Opened(session)
    else:
        opened, keeper = open_run(load, fields), None
    require_terminal()
    shared = opened.shared or Shared(opened.session.course(), is_paused=False)
    # Textual takes a third of a second to import: only who looks at the dashboard pays for it.
    from tuinet.tui.launch import launch

    launch(
        opened.session,
        speed=shared.speed if speed is UNSAID else speed,
        running=not (paused or shared.is_paused),
        epochs=shared.epochs if epochs is None else epochs,
        theme=theme,
        ascii_only=ascii_only,
        keeper=keeper,
        frames_per_second=fps,
        shows_figures=stats,
        words=opened.warning,
    )


@cli.command("train", cls=GroupedHelp, context_settings=CONTEXT)
@click.option("--epochs", type=click.IntRange(min=0), help="Passes over the training set [default: the dataset's own].")
@click.option("--target-loss", type=POSITIVE, help="Stop when the training loss is as low.")
@click.option("--patience", type=click.IntRange(min=1), help="Early stopping: epochs to wait for a lower test loss.")
@click.option("--seconds", type=POSITIVE, help="Stop after so long.")
@click.option("--save", type=click.Path(path_type=Path), help="Write the complete state to this file at the end.")
@click.option("--load", type=click.Path(path_type=Path), help="Go on from a file that --save wrote.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON Lines to standard output.")
@click.option("--log-every", type=click.IntRange(min=1), default=100, help="Epochs between two JSON records.")
@shared_option
@course_options
@experiment_options
def train_command(
    epochs: int | None,
    target_loss: float | None,
    patience: int | None,
    seconds: float | None,
    save: Path | None,
    load: Path | None,
    as_json: bool,
    log_every: int,
    **fields: Any,
) -> None:
    """Train without a screen, and say how it went; with --from or --at, go there, and on where --epochs says so.

    Exit status: 0 done, 1 the loss diverged, 2 bad usage or input, 130 interrupted (what was trained is saved when
    --save was given).
    """
    from tuinet import report
    from tuinet.headless import EXIT_STATUS, Log, train
    from tuinet.training import checkpoint_file
    from tuinet.training.stopping import StopConditions

    opened = warned(open_run(load, fields))
    session = opened.session
    if save:
        checkpoint_file.require_writable(save)
    if epochs is None:
        is_there = opened.has_moment and target_loss is patience is seconds is None
        epochs = session.epoch if is_there else default_epochs(session.experiment)
    conditions = StopConditions(epochs, target_loss, patience, seconds)
    outcome = train(session, conditions, Log(click.echo, log_every) if as_json else None)
    if not as_json:
        click.echo(report.summary(session, outcome))
    if save:
        checkpoint_file.write(save, session.save())
    sys.exit(EXIT_STATUS[outcome.status])


@cli.command("check", cls=GroupedHelp, context_settings=CONTEXT)
@click.option("--epochs", type=click.IntRange(min=0), default=0, help="Train for so long before checking.")
@click.option("--load", type=click.Path(path_type=Path), help="Check a file that `tuinet train --save` wrote.")
@shared_option
@course_options
@experiment_options
def check_command(epochs: int, load: Path | None, **fields: Any) -> None:
    """Compare every gradient of backpropagation with a central difference.

    Exit status: 0 they agree, 1 they do not, 2 bad usage or input.
    """
    from tuinet import report

    session = make_session(load, fields)
    session.advance(max(0, epochs - session.epoch))
    check = session.check_gradients()
    tolerance = CHECK_TOLERANCE[session.experiment.dtype]
    for line in report.gradient_table(session, check, tolerance):
        click.echo(line)
    sys.exit(0 if report.agrees(check, tolerance) else 1)


@cli.command("datasets")
def datasets_command() -> None:
    """List the datasets that come with tuinet."""
    from tuinet import report
    from tuinet.data.generators import DATASETS

    for line in report.dataset_table(DATASETS):
        click.echo(line)


def main() -> NoReturn:
    """Run the command line; bad usage and bad input are one line on standard error and exit status 2."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that knows no ‖ gets a question mark, not a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
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
    except BrokenPipeError:
        # The reader of our output has gone: nothing is wrong, and nobody is there to be told.
        sys.stderr.close()
        sys.exit(0)
    sys.exit(0)


def _fail(message: str) -> NoReturn:
    click.echo(f"tuinet: {' '.join(message.split())}", err=True)
    sys.exit(2)


def _refuse_misplaced_options(context: click.Context) -> None:
    for name in context.params:
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            command = context.invoked_subcommand
            option = next(param.opts[0] for param in context.command.params if param.name == name)
            raise click.UsageError(f"{option} stands before {command}; options of {command} come after it")


def _resumed(load: Path | None, fields: dict[str, Any]) -> tuple[Session, Keeper]:
    refuse_options("the run that is resumed", {"load": load, **fields})
    require_terminal()
    return resume_run()
