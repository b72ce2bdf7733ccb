"""``tuinet teach`` opens the dashboard, and a class; ``tuinet follow`` shows a teacher's run on one's own screen."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from tuinet.cli.config import keymap_of
from tuinet.cli.main import open_dashboard, run_options
from tuinet.cli.opening import require_terminal
from tuinet.cli.themes import look_options
from tuinet.options import AnyCommand, GroupedHelp, GroupedOption

if TYPE_CHECKING:
    from tuinet.classroom.server import ClassServer
    from tuinet.runner import Runner


GROUP = "The class"


def socket_option(words: str) -> Callable[[AnyCommand], AnyCommand]:
    """The option ``--socket``."""
    return click.option("--socket", type=click.Path(path_type=Path), help=words, cls=GroupedOption, group=GROUP)


@click.command("teach", cls=GroupedHelp)
@click.option("--name", help="Of the class [default: class].", cls=GroupedOption, group=GROUP)
@click.option("--group", help="Let the members of this group follow, too.", cls=GroupedOption, group=GROUP)
@socket_option("Where the class is [default: /tmp/tuinet-class-USER/NAME.socket].")
@run_options
@click.pass_context
def teach_command(
    context: click.Context, /, *, name: str | None, group: str | None, socket: Path | None, **options: Any
) -> None:
    """Open the dashboard, and let others on this machine follow the run with `tuinet follow`.

    The class is a Unix socket: nothing is opened to a network, and who may open the socket may follow: you alone, with
    --group the members of a group, and nobody can change anything of your run.
    """
    from tuinet.classroom.places import choose_place  # noqa: PLC0415 - classes are for those who are in one

    require_terminal()
    place = choose_place(name or "", socket, group or "")

    def opens(runner: Runner) -> ClassServer:
        from tuinet.classroom.server import ClassServer  # noqa: PLC0415 - as above

        server = ClassServer(runner, place)
        server.open()
        return server

    open_dashboard(context, opens=opens, **options)


_WITHOUT_TERMINAL: Final = "over SSH, `ssh -t HOST tuinet follow` opens one"
_OTHER_TERMINAL: Final = "follow in another one, or name yours, as in `TERM=xterm-256color tuinet follow`"
_NICENESS: Final = 10
"""Of a follower's program: the teacher's goes before."""


@click.command("follow", cls=GroupedHelp)
@click.argument("name", required=False)
@socket_option("Of the class, where it is not in the usual place.")
@look_options
@click.pass_context
def follow_command(context: click.Context, /, *, name: str | None, socket: Path | None, fps: int, **look: Any) -> None:
    """Follow the run of a teacher on this machine, who has opened a class with `tuinet teach`.

    NAME is that of the class, of its teacher, or TEACHER/NAME; without it, the only class that is open is followed.
    What is shown, its size, its colours and its panels are your own.
    """
    from tuinet.classroom.places import find_place  # noqa: PLC0415 - classes are for those who are in one

    place = find_place(name, socket)
    require_terminal(_WITHOUT_TERMINAL, _OTHER_TERMINAL)
    _stand_back()
    from tuinet.tui.launch import launch_follow  # noqa: PLC0415 - Textual is slow to import

    launch_follow(place, **look, frames_per_second=fps, keymap=keymap_of(context))


def _stand_back() -> None:
    """Let the teacher's program go before this one, as far as the system knows how."""
    with suppress(OSError, AttributeError):
        os.nice(_NICENESS)
    with suppress(OSError, AttributeError):
        # A key is answered a few milliseconds later, and nobody's training is interrupted for it.
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
