"""The dashboard's own options, and how they become a session on the screen; `tuinet teach` has them, too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from tuinet.cli.config import keymap_of
from tuinet.cli.opening import Opened, arrived, go_on, open_run, require_terminal
from tuinet.cli.themes import look_options
from tuinet.errors import TuinetError
from tuinet.options import AnyCommand, Count, experiment_options, is_usual
from tuinet.session.timeline import Trajectory
from tuinet.share.options import UNSAID, SpeedType, shared_option, trajectory_options
from tuinet.share.shared import Shared
from tuinet.storage.keeping import Keeper
from tuinet.storage.keeping import resume as resume_run

if TYPE_CHECKING:
    from tuinet.classroom.server import ClassServer
    from tuinet.runner import Runner

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
    from tuinet.tui.launch import launch  # noqa: PLC0415

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
