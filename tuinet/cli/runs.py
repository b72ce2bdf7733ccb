"""``tuinet runs``: lists the runs that can be resumed, opens one, or discards some."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TYPE_CHECKING, Any

import click

from tuinet.cli.config import configured_by, keymap_of
from tuinet.cli.themes import look_options
from tuinet.errors import TuinetError
from tuinet.options import GroupedGroup, GroupedHelp, default_map
from tuinet.output import write_error, write_line, write_lines
from tuinet.terminal_text import aligned, cells_of, counted, shown_name

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from tuinet.storage.keeping import KnownRun

_NONE = "there is no run to resume"


class RunType(click.ParamType[str]):
    """The number or the name of a run; which one it is, is found out where it is used."""

    name = "run"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """See `click.ParamType.shell_complete`."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - only who completes needs it

        return [CompletionItem(run.name, help=_words(run)) for run in _runs() if run.name.startswith(incomplete)]


@click.group("runs", cls=GroupedGroup, invoke_without_command=True)
@click.pass_context
def runs_command(context: click.Context) -> None:
    """List the runs that were interrupted or quit, the latest first; open one, or discard some.

    A run that another tuinet has open is not among them, nor is one in which nothing was done.
    """
    if context.invoked_subcommand:
        root = context.find_root().command
        assert isinstance(root, click.Group)
        context.default_map = {"open": default_map(root, configured_by(context).configuration, open_command)}
        return
    runs = _runs()
    write_lines(run_table(runs, _room()) or [_NONE])
    if runs and sys.stdout.isatty():
        write_lines(["", "tuinet runs open NUMBER goes on with one, tuinet runs discard NUMBER deletes it."])


@runs_command.command("open", cls=GroupedHelp)
@click.argument("run", type=RunType())
@click.option("--paused", is_flag=True, help="Wait for a key before training.")
@look_options
@click.pass_context
def open_command(context: click.Context, /, run: str, **options: Any) -> None:
    """Go on with a run, where it was, in the dashboard.

    RUN is its number in the list, or its name, or as much of the name as no other begins with.
    """
    from tuinet.cli.opening import require_terminal  # noqa: PLC0415 - NumPy is not needed to say what commands there are
    from tuinet.share.shared import USUAL_SPEED  # noqa: PLC0415
    from tuinet.storage.keeping import resume  # noqa: PLC0415

    chosen = _found(_runs(), run)
    require_terminal()
    session, keeper = resume(chosen.stored)
    # Textual takes a third of a second to import: only who looks pays for it.
    from tuinet.tui.launch import launch  # noqa: PLC0415

    is_running, keymap = not options.pop("paused"), keymap_of(context)
    options["frames_per_second"] = options.pop("fps")
    launch(session, speed=USUAL_SPEED, running=is_running, epochs=None, keeper=keeper, keymap=keymap, **options)


@runs_command.command("discard", cls=GroupedHelp)
@click.argument("run", type=RunType(), nargs=-1)
@click.option("--all", "is_all", is_flag=True, help="All of the list.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def discard_command(run: tuple[str, ...], is_all: bool, yes: bool) -> None:
    """Delete runs for good; asks before.

    RUN is its number in the list, or its name, or as much of the name as no other begins with.
    """
    runs = _runs()
    if is_all == bool(run):
        raise click.UsageError("name the runs that are to be deleted, or give --all")
    chosen = runs if is_all else list({one.name: one for one in (_found(runs, which) for which in run)}.values())
    if not chosen:
        write_line(_NONE)
        return
    if not yes:
        _ask(runs, chosen)
    deleted = sum(map(_discard, chosen))
    write_line(f"{counted(deleted, 'run')} deleted")
    if deleted < len(chosen):
        sys.exit(2)


def _ask(runs: list[KnownRun], chosen: list[KnownRun]) -> None:
    """Show what would be deleted, and go on only if that is wanted."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError("there is no terminal to ask at; --yes deletes without a question")
    write_lines(line for line, run in zip(run_table(runs, _room()), runs, strict=True) if run in chosen)
    click.confirm("Delete for good?", abort=True)


def _discard(run: KnownRun) -> bool:
    """Delete a run, unless another process has taken it meanwhile; whether it is gone."""
    from tuinet.storage.autosave import RunSlot  # noqa: PLC0415 - as above

    try:
        RunSlot(run.stored.path).discard()
    except OSError as error:
        write_error(f"{run.name}: not deleted: {error.strerror or error}")
        return False
    return True


def _runs() -> list[KnownRun]:
    """The runs worth speaking of; none where there is no folder for them."""
    from tuinet.storage.keeping import known_runs, run_store  # noqa: PLC0415 - as above

    try:
        return known_runs(run_store())
    except OSError as error:
        raise TuinetError(f"no run can be resumed: {error.strerror or error}") from error


def _found(runs: list[KnownRun], which: str) -> KnownRun:
    from tuinet.storage.keeping import chosen_among  # noqa: PLC0415 - as above

    found = chosen_among(runs, which)
    if found is None:
        there = f"the list of `tuinet runs` has {len(runs)}" if runs else _NONE
        raise click.UsageError(f"{which!r} is no run, or more than one; {there}")
    return found


def _room() -> int | None:
    """The columns of the terminal; ``None`` where a file or a pipe takes lines of any length."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def run_table(runs: list[KnownRun], room: int | None = None) -> list[str]:
    """Number, data, hidden layers, epoch, how it ended, when it was saved, and name of each.

    The names, for which the numbers can stand, are left out where there are not as many columns.
    """
    rows = [(str(number), *_cells(run)) for number, run in enumerate(runs, start=1)]
    lines = _aligned(rows)
    is_too_wide = room is not None and any(cells_of(line) > room for line in lines)
    return _aligned([row[:-1] for row in rows]) if is_too_wide else lines


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(cells_of, column)) for column in zip(*rows, strict=True)]
    lines = ([aligned(*one, is_left=True) for one in zip(row, widths, strict=True)] for row in rows)
    return ["  ".join(line).rstrip() for line in lines]


def _cells(run: KnownRun) -> tuple[str, ...]:
    hidden = "-".join(map(str, run.hidden)) or "none"
    what = ("damaged", "", "") if run.trouble else (shown_name(run.dataset), f"hidden {hidden}", run.where)
    if not run.trouble and not run.dataset:
        what = ("large", "", "")
    saved = time.strftime("%Y-%m-%d %H:%M", time.localtime(run.stored.saved_at))
    return (*what, "quit" if run.stored.has_ended else "interrupted", saved, run.name)


def _words(run: KnownRun) -> str:
    return " ".join(filter(None, _cells(run)[:-1]))
