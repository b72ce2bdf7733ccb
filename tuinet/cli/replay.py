"""``tuinet replay``: plays a recording in the dashboard, or writes it as an asciicast for the web."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

from tuinet.cli.config import keymap_of
from tuinet.cli.opening import require_terminal
from tuinet.cli.themes import ascii_option, cells_option, graphics_option, hints_option, theme_option
from tuinet.errors import TuinetError, of_file
from tuinet.options import GroupedHelp, GroupedOption
from tuinet.output import write_line
from tuinet.replay import recording_file
from tuinet.replay.player import RecordingPlayer
from tuinet.share.options import SpeedType
from tuinet.share.shared import USUAL_SPEED
from tuinet.storage.session_file import require_writable

_web_option = partial(click.option, cls=GroupedOption, group="For the web")
_LEAST_SIZE, _MOST_SIZE = (40, 12), (400, 200)


class Size(click.ParamType[tuple[int, int]]):
    """Columns and rows, as in ``80x24``."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """See `click.ParamType.convert`."""
        columns, _, rows = str(value).lower().replace("×", "x").partition("x")
        if not (columns.isascii() and columns.isdecimal() and rows.isascii() and rows.isdecimal()):
            self.fail(f"{value!r} is not columns and rows, such as 80x24", param, ctx)
        size = int(columns), int(rows)
        if not all(least <= given <= most for least, given, most in zip(_LEAST_SIZE, size, _MOST_SIZE, strict=True)):
            self.fail(f"{value!r} is not from 40x12 to 400x200", param, ctx)
        return size


@click.command("replay", cls=GroupedHelp)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--speed", type=SpeedType(), help="Epochs per second, or max [default: 100; with --cast, all of them].")
@click.option("--paused", is_flag=True, help="Wait for a key before playing.")
@hints_option
@theme_option
@ascii_option
@cells_option
@graphics_option
@click.option("--fps", type=click.IntRange(1, 60), help="Frames per second at most [default: 20; with --cast, 10].")
@_web_option("--cast", type=click.Path(path_type=Path), help="Write an asciicast to this file, and show nothing.")
@_web_option("--size", type=Size(), default="80x24", help="Columns and rows.")
@_web_option("--seconds", type=click.FloatRange(1, 3600), default=20, help="How long it lasts.")
@_web_option("--press", multiple=True, help="A key to press first; may be repeated.")
@click.pass_context
def replay_command(
    context: click.Context,
    /,
    *,
    file: Path,
    speed: float | None,
    fps: int | None,
    cast: Path | None,
    **options: Any,
) -> None:
    """Play a recording that `tuinet record` wrote, at any speed, back and forth; nothing is trained.

    With --cast the dashboard is written as an asciicast (version 2), which asciinema plays in a terminal or on a web
    page.

    Exit status: 0 done, 2 bad usage or input.
    """
    player = open_player(file)
    is_said = context.get_parameter_source("speed") is click.core.ParameterSource.COMMANDLINE
    if cast is None:
        _refuse_beside_dashboard(context)
        require_terminal()
        from tuinet.tui.launch import launch_replay  # noqa: PLC0415 - Textual is slow to import

        launch_replay(
            player,
            speed=speed if is_said else USUAL_SPEED,
            running=not options["paused"],
            theme=options["theme"],
            ascii_only=options["ascii_only"],
            cells=options["cells"],
            hints=options["hints"],
            graphics=options["graphics"],
            frames_per_second=fps or 20,
            keymap=keymap_of(context),
        )
    else:
        _write_cast(player, cast, fps or 10, speed, options)


def _write_cast(player: RecordingPlayer, path: Path, fps: int, speed: float | None, options: dict[str, Any]) -> None:
    """Write an asciicast; where no speed is given it shows the whole recording."""
    require_writable(path)
    from tuinet.tui.asciicast import Casting, write_cast  # noqa: PLC0415 - as above

    whole = max(float(player.recording.epochs[-1]), 1.0) / options["seconds"]
    casting = Casting(
        size=options["size"],
        frames_per_second=fps,
        seconds=options["seconds"],
        speed=whole if speed is None else speed,
        keys=options["press"],
        theme=options["theme"],
        ascii_only=options["ascii_only"],
        cells=options["cells"],
        hints=options["hints"],
    )
    count = write_cast(path, player, casting)
    write_line(f"{count:,} frames, {path.stat().st_size / 1000:,.0f} kB in {path}; asciinema play {path} shows them")


def open_player(path: Path) -> RecordingPlayer:
    """A player for a file."""
    try:
        return RecordingPlayer(recording_file.read(path))
    except TuinetError as error:
        raise of_file(error, path) from error


def _refuse_beside_dashboard(context: click.Context) -> None:
    for name in ("size", "seconds", "press"):
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{name} is for --cast FILE; leave it out, or name a file")
