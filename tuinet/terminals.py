"""What a command needs that shows the dashboard: a terminal that can show it."""

from __future__ import annotations

import os
import sys

import click

from tuinet.tui.terminal import can_draw


def require_terminal() -> None:
    """Refuse to go on without one.

    Raises
    ------
    click.UsageError
        Naming what there is in place of one.
    """
    for stream, name in ((sys.stdin, "input"), (sys.stdout, "output")):
        if not stream.isatty():
            raise click.UsageError(f"standard {name} is not a terminal; `tuinet train` trains without one")
    if not can_draw(os.environ):
        raise click.UsageError(
            f"a terminal of type {os.environ['TERM']!r} (TERM) cannot show the dashboard; "
            "`tuinet train` and `tuinet explain` work there"
        )
