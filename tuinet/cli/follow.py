"""``tuinet follow``: shows a teacher's run live, in a dashboard of one's own."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import click

from tuinet.cli.config import keymap_of
from tuinet.cli.opening import require_terminal
from tuinet.cli.teach import socket_option
from tuinet.cli.themes import look_options
from tuinet.options import GroupedHelp

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
