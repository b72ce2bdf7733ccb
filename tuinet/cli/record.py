"""``tuinet record``: a run as a small file that `tuinet replay` plays without training."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tuinet.cli.opening import make_session
from tuinet.cli.progress import long_work
from tuinet.cli.train import EXIT_STATUS
from tuinet.errors import CheckpointError
from tuinet.experiment.presets import default_epochs
from tuinet.options import Count, GroupedHelp, experiment_options
from tuinet.output import write_line
from tuinet.replay import recording_file
from tuinet.replay.recorder import record
from tuinet.replay.recording import Recording
from tuinet.session.session import Session
from tuinet.session.stopping import divergence_of
from tuinet.storage.session_file import require_writable


@click.command("record", cls=GroupedHelp)
@click.argument("run", required=False, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Write the recording to this file.")
@click.option("--epochs", type=Count(1), help="How far [default: the dataset's own; of RUN, its end].")
@click.option("--every", type=Count(1), help="Epochs between two moments [default: for about 2,000 moments].")
@experiment_options
def record_command(run: Path | None, out: Path, epochs: int | None, every: int | None, **fields: Any) -> None:
    """Record a run as a small file, to be played without training.

    RUN is a file that the dashboard or --save wrote; its run is recorded from its start, with all that was changed on
    the way; options change it where it stands, which is seen where --epochs is further. Without it they say what is
    trained.

    Exit status: 0 done, 1 the loss diverged, 2 bad usage or input, 130 interrupted (what was recorded is written).
    """
    session = make_session(run, fields, "nothing was recorded")
    require_writable(out)
    if epochs is None and run is None:
        epochs = default_epochs(session.run.experiment)
    length = session.snapshot().time.tip_epoch if epochs is None else epochs
    aim = session.run.step_count + session.steps_to(length)
    with long_work(aim=aim) as work:
        recording = _record(session, epochs, every, lambda: not work.is_interrupted())
        is_interrupted = work.is_interrupted()
    recording_file.write(out, recording)
    write_line(_summary(recording, out))
    sys.exit(EXIT_STATUS["interrupted" if is_interrupted else "diverged" if divergence_of(session) else "done"])


def _record(session: Session, epochs: int | None, every: int | None, goes_on: Callable[[], bool]) -> Recording:
    try:
        return record(session, epochs, every, goes_on)
    except CheckpointError as error:
        text = str(error)
        raise click.UsageError(f"--{text}") if text.startswith("every:") else error from None


def _summary(recording: Recording, path: Path) -> str:
    experiment = recording.chapters[-1].experiment
    size = path.stat().st_size / 1000
    moments, epochs = len(recording), int(recording.epochs[-1])
    return (
        f"{experiment.dataset}: {moments:,} moments of {epochs:,} epochs, {size:,.0f} kB in {path}; "
        f"tuinet replay {path} plays them"
    )
