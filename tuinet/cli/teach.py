"""``tuinet teach``: opens the dashboard, and a class of those who follow the run on their own terminals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tuinet.cli.main import open_dashboard, run_options
from tuinet.cli.opening import require_terminal
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
