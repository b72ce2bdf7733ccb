"""The command line: options become an Experiment; the Experiment becomes a dashboard, or lines of text."""

from __future__ import annotations

import errno
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from tuinet import __version__, configuration
from tuinet.cli.config import Configured, keymap_of
from tuinet.cli.opening import Opened, arrived, go_on, open_run, require_terminal
from tuinet.cli.themes import look_options
from tuinet.errors import TuinetError
from tuinet.garbage import begin_collection
from tuinet.options import (
    COMPLETE_VARIABLE,
    AnyCommand,
    Count,
    GroupedGroup,
    default_map,
    experiment_options,
    is_usual,
)
from tuinet.output import visible_breakdowns, write_breakdown, write_error
from tuinet.session.timeline import Trajectory
from tuinet.share.options import UNSAID, SpeedType, shared_option, trajectory_options
from tuinet.share.shared import Shared
from tuinet.storage.keeping import Keeper
from tuinet.storage.keeping import resume as resume_run

if TYPE_CHECKING:
    from tuinet.classroom.server import ClassServer
    from tuinet.runner import Runner

_WITHOUT_CONFIGURATION = (
    "completion",
    "config",
    "datasets",
    "doctor",
    "exercise",
    "manual",
    "share",
    "themes",
    "worksheet",
)
"""Commands that work beside a configuration file that does not."""
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""Errors of an output that takes no more."""
CONTEXT = {"help_option_names": ["-h", "--help"], "show_default": True, "max_content_width": 100}
"""For all commands: what is said of the group holds for its members."""


ELSEWHERE = {
    "check": "tuinet.cli.check:check_command",
    "compare": "tuinet.cli.compare:compare_command",
    "completion": "tuinet.cli.completion:completion_command",
    "config": "tuinet.cli.config:config_command",
    "datasets": "tuinet.cli.datasets:datasets_command",
    "doctor": "tuinet.cli.doctor:doctor_command",
    "exercise": "tuinet.cli.exercise:exercise_command",
    "explain": "tuinet.cli.explain:explain_command",
    "export": "tuinet.cli.export:export_command",
    "follow": "tuinet.cli.classroom:follow_command",
    "lesson": "tuinet.cli.lesson:lesson_command",
    "manual": "tuinet.cli.manual:manual_command",
    "predict": "tuinet.cli.predict:predict_command",
    "rates": "tuinet.cli.rates:rates_command",
    "record": "tuinet.cli.record:record_command",
    "replay": "tuinet.cli.replay:replay_command",
    "runs": "tuinet.cli.runs:runs_command",
    "share": "tuinet.cli.share:share_command",
    "teach": "tuinet.cli.classroom:teach_command",
    "themes": "tuinet.cli.themes:themes_command",
    "train": "tuinet.cli.train:train_command",
    "worksheet": "tuinet.cli.worksheet:worksheet_command",
}
"""Commands that are imported when somebody asks for them."""
EXIT_STATUSES = (
    "Exit status: 0 done; 1 the loss diverged, the gradients disagree or are not verified, a run of compare failed, "
    "the loss falls at no learning rate, doctor found a problem, or tuinet broke down; 2 bad usage or input; 129 and "
    "143 the dashboard was ended by a hang-up or a request to end, and has saved the run; 130 interrupted."
)


_BEFORE_THE_SCREEN: Final = 0.25
"""Seconds on the way to --at before the dashboard shows the rest of it."""


def run_options(command: AnyCommand) -> AnyCommand:
    """Give a command the options of a run that the dashboard shows, and of how it does."""
    for add in reversed(_OPTIONS):
        command = add(command)
    return command


_OPTIONS: Final[tuple[Callable[[Any], Any], ...]] = (
    click.option(
        "--load", type=click.Path(path_type=Path), help="Go on from a file that the dashboard or --save wrote."
    ),
    click.option(
        "--resume", is_flag=True, help="Go on with the run that was interrupted or quit last; `tuinet runs` lists all."
    ),
    click.option("--epochs", type=Count(), default=None, help="Pause after so many epochs."),
    click.option(
        "--speed",
        type=SpeedType(),
        default=UNSAID,
        show_default=False,
        help="Epochs per second, or max [default: 100].",
    ),
    click.option("--paused", is_flag=True, help="Wait for a key before training."),
    look_options,
    click.option("--stats", is_flag=True, help="Show frames per second, and the terminal's round trip."),
    click.option("--no-question", is_flag=True, hidden=True, help="Quit without asking."),
    shared_option,
    trajectory_options,
    experiment_options,
)


def open_dashboard(
    context: click.Context,
    *,
    load: Path | None,
    resume: bool,
    fps: int,
    stats: bool,
    no_question: bool,
    opens: Callable[[Runner], ClassServer] | None = None,
    **options: Any,
) -> None:
    """Show the dashboard until the user quits.

    Parameters
    ----------
    opens
        Opens a class for the run, before anything is shown; ``None`` for no class.
    options
        Those of `run_options`.
    """
    start = {name: options.pop(name) for name in ("speed", "paused", "epochs")}
    look = {name: options.pop(name) for name in ("theme", "ascii_only", "cells", "graphics", "hints")}
    opened, keeper = _resumed(load, options) if resume else (_opened(load, options), None)
    require_terminal()
    # Textual takes a third of a second to import: only who looks at the dashboard pays for it.
    from tuinet.tui.launch import launch

    launch(
        opened.session,
        **_start(opened, **start),
        **look,
        keeper=keeper,
        frames_per_second=fps,
        shows_figures=stats,
        words=" · ".join(opened.said),
        keymap=keymap_of(context),
        way=opened.way,
        asks_before_leaving=not no_question,
        opens=opens,
    )


def _start(opened: Opened, *, speed: Any, paused: bool, epochs: int | None) -> dict[str, Any]:
    """How training begins: the command line goes before what was shared, and that before the configuration."""
    # Of a run whose past is not known, no trajectory could be shared.
    shared = opened.shared or Shared(Trajectory(opened.session.run.experiment), is_paused=False)

    def is_said(option: str) -> bool:
        return opened.shared is None or not is_usual(option)

    return {
        "speed": speed if speed is not UNSAID and is_said("speed") else shared.speed,
        "running": not ((paused and is_said("paused")) or shared.is_paused),
        "epochs": epochs if epochs is not None and is_said("epochs") else shared.epochs,
    }


def _resumed(load: Path | None, fields: dict[str, Any]) -> tuple[Opened, Keeper]:
    for option, value in (("--load", load), ("--from", fields["shared"])):
        if value is not None:
            raise click.UsageError(f"{option} and --resume: each of them names a run; give one")
    require_terminal()
    session, keeper = resume_run()
    try:
        return _shown(go_on(session, fields, _BEFORE_THE_SCREEN)), keeper
    except (TuinetError, click.ClickException):
        keeper.leave(None)
        raise


def _opened(load: Path | None, fields: dict[str, Any]) -> Opened:
    return _shown(open_run(load, fields, _BEFORE_THE_SCREEN))


def _shown(opened: Opened) -> Opened:
    """Give back a run that the dashboard can show, on its way or not; end where it was interrupted."""
    is_interrupted = opened.stop is not None and opened.stop.reason == "interrupted"
    return arrived(opened, "nothing was shown") if is_interrupted else opened


def _use_no_defaults(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    """Use the keys of the configuration file alone: whoever calls has named every option."""
    if value:
        context.meta["defaults"] = False


def _use_configuration(context: click.Context, parameter: click.Parameter, value: Path | None) -> None:
    """Take what the options are by default from the configuration file, before any of them is looked at.

    What is wrong with it is kept for later: some commands are there to find that out.
    """
    if context.resilient_parsing or context.obj is not None:
        return
    file = Configured()
    context.obj = file
    command = context.command
    assert isinstance(command, click.Group)
    try:
        file.configuration = configuration.read(configuration.wanted_path(value), must_exist=value is not None)
        defaults = default_map(command, file.configuration)
        if "defaults" not in context.meta:
            context.default_map = defaults
    except TuinetError as error:
        file.error = error


def _use_no_configuration(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        if context.obj is not None:
            raise click.UsageError("--config and --no-config: give one of them")
        context.obj = Configured()


@click.group(
    cls=GroupedGroup,
    elsewhere=ELSEWHERE,
    invoke_without_command=True,
    context_settings=CONTEXT,
    epilog=EXIT_STATUSES,
)
@run_options
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    is_eager=True,
    expose_value=False,
    callback=_use_configuration,
    help="Another configuration file [default: TUINET_CONFIG, or the one that `tuinet config` names].",
)
@click.option(
    "--no-config",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_use_no_configuration,
    help="Use no configuration file.",
)
@click.option("--no-defaults", is_flag=True, hidden=True, is_eager=True, expose_value=False, callback=_use_no_defaults)
@click.version_option(__version__, prog_name="tuinet", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context, /, **options: Any) -> None:
    """Watch a neural network learn, in the terminal.

    Without a command this opens the dashboard on the network that the options describe.
    """
    configured = context.ensure_object(Configured)
    if configured.error is not None and context.invoked_subcommand not in _WITHOUT_CONFIGURATION:
        raise configured.error
    if context.invoked_subcommand:
        begin_collection()
        _refuse_misplaced_options(context)
        _hand_on_defaults(context, configured)
    else:
        open_dashboard(context, **options)


def main() -> NoReturn:
    """Run the command line; bad usage and bad input are one line on standard error and exit status 2."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that knows no ‖ gets a question mark, not a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        with visible_breakdowns():
            cli.main(standalone_mode=False, complete_var=COMPLETE_VARIABLE)
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
    except Exception as error:
        _break_down(error)
    sys.exit(0)


def _break_down(error: Exception) -> NoReturn:
    if isinstance(error, OSError) and error.filename is not None:
        # What no reader has foreseen: a name that is too long, a folder that has gone.
        _fail(f"{error.filename}: {error.strerror or error}")
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        _fail(f"standard output: {error.strerror}; what was written there is not complete")
    # Python's own traceback would have the controls of names in it.
    write_breakdown(error)
    sys.exit(1)


def _fail(message: str) -> NoReturn:
    write_error(message)
    sys.exit(2)


def _refuse_misplaced_options(context: click.Context) -> None:
    for name in context.params:
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            command = context.invoked_subcommand
            option = next(param.opts[0] for param in context.command.params if param.name == name)
            raise click.UsageError(f"{option} stands before {command}; options of {command} come after it")


def _hand_on_defaults(context: click.Context, configured: Configured) -> None:
    """Give the command that is called its part of the configuration file; the others need not be imported for that."""
    dashboard, name = context.command, context.invoked_subcommand
    assert isinstance(dashboard, click.Group)
    command = dashboard.get_command(context, name) if name else None
    if context.default_map and name and command:
        context.default_map[name] = default_map(dashboard, configured.configuration, command)
