"""``tuinet share``: a run as a line or as JSON, from a line, JSON, or a file that was saved."""

from __future__ import annotations

import click

from tuinet.errors import TuinetError
from tuinet.options import GroupedHelp
from tuinet.output import write_data
from tuinet.share.line import line_of
from tuinet.share.reading import read_shared
from tuinet.share.record import to_json
from tuinet.share.shared import Shared, share
from tuinet.storage import keeping


@click.command("share", cls=GroupedHelp)
@click.argument("run")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of the command line.")
def share_command(run: str, as_json: bool) -> None:
    """Print a run as the command line that reproduces it, or as JSON.

    RUN is a line as the dashboard shares it (quoted, as one argument), the same as JSON, a file with one of them, or a
    run that the dashboard or --save wrote. `tuinet --from` and `tuinet train --from` take what is printed.

    Exit status: 0 done, 2 bad usage or input.
    """
    try:
        shared = _shared(run)
    except TuinetError as error:
        raise click.UsageError(str(error)) from error
    write_data(*(to_json(shared).split("\n") if as_json else [line_of(shared)]))


def _shared(run: str) -> Shared:
    if run.strip().lower().endswith(".npz") and len(run.split()) == 1:
        return share(keeping.load(run.strip()).trajectory())
    return read_shared(run)
