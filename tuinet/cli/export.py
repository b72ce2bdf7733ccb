"""``tuinet export``: a run as a script of its own, as JSON, or as tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, get_args

import click

from tuinet.cli.opening import Opened, arrived, open_run, warned
from tuinet.cli.progress import all_or_nothing
from tuinet.experiment.presets import default_epochs
from tuinet.export.exporting import Kind, export, folder_name, write_folder
from tuinet.options import Count, GroupedHelp, NameChoice, experiment_options
from tuinet.output import write_data, write_line
from tuinet.session.session import Session
from tuinet.share.options import shared_option, trajectory_options

_NOTHING: Final = "nothing was exported"


@click.command("export", cls=GroupedHelp)
@click.argument("run", required=False)
@click.option("--to", "kinds", type=NameChoice(get_args(Kind)), multiple=True, required=True, help="As what.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder to write [default: named after the run, here].")
@click.option("--force", is_flag=True, help="Write into a folder that is there, and replace files.")
@click.option("--epochs", type=Count(), help="Train for so many first [default: the dataset's own].")
@shared_option
@trajectory_options
@experiment_options
def export_command(
    run: str | None, kinds: tuple[Kind, ...], out: Path | None, force: bool, epochs: int | None, **options: Any
) -> None:
    """Write a run as something that works without tuinet.

    RUN is a file that the dashboard or --save wrote, or a line or JSON as the dashboard shares them; options change it
    where it stands, and --epochs trains it on. Without it they say what is trained, and for how long.

    \b
    numpy  a script that trains the same network with NumPy alone, and prints the same losses, to the last bit; with
           predict FILE it answers the rows of a file with the weights of now
    torch  the same with PyTorch, up to rounding
    onnx   the network of now with its encoder, for other programs: raw features in, answers out; needs tuinet[onnx]
    json   the run for `tuinet --from`, and its weights for --weights
    csv    the samples, the weights, and the history of every metric

    Exit status: 0 done, 2 bad usage or input, 130 interrupted.
    """  # noqa: D301 - the \b is click's
    session = _session(run, epochs, options)
    with all_or_nothing(_NOTHING):
        made = export(session, kinds)
    folder = out or Path(folder_name(session))
    write_folder(folder, made.all_files, force=force)
    for name in made.all_files:
        write_data(str(folder / name))
    for note in made.notes:
        write_line(f"note: {note}")


def _session(run: str | None, epochs: int | None, options: dict[str, Any]) -> Session:
    opened = arrived(warned(_opened(run, options)), _NOTHING)
    session = opened.session
    if epochs is None:
        epochs = session.run.epoch if run is not None or opened.has_moment else default_epochs(session.run.experiment)
    with all_or_nothing(_NOTHING):
        session.advance(max(0, epochs - session.run.epoch))
    return session


def _opened(run: str | None, options: dict[str, Any]) -> Opened:
    if run is None:
        return open_run(None, options)
    if len(run.split()) == 1 and run.lower().endswith(".npz"):
        return open_run(Path(run), options)
    if options.get("shared") is not None:
        raise click.UsageError("RUN and --from: each of them names a run; give one")
    return open_run(None, {**options, "shared": run})
