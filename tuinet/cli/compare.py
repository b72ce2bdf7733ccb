"""``tuinet compare``: a grid of Experiments in parallel, as a screen, as lines, as JSON or as CSV."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, Final, Protocol

import click

from tuinet.cli.config import Configured
from tuinet.cli.themes import theme_names
from tuinet.compare.cluster import ClusterPool
from tuinet.compare.grid import Grid, make_grid, parse_vary, require_usable
from tuinet.compare.local import LocalPool
from tuinet.compare.summary import summaries, table
from tuinet.compare.trial import Board, Event, Report, Standing, Target, Trial, looks
from tuinet.errors import DataError, ExperimentError
from tuinet.options import Count, GroupedHelp, ThemeType, as_data_error, as_usage_error, experiment_options, is_usual
from tuinet.output import write_data, write_lines
from tuinet.tui.terminal.detect import can_draw

_OUTCOME: Final = (
    "reached",
    "train_loss",
    "train_accuracy",
    "train_r2",
    "test_loss",
    "test_accuracy",
    "test_r2",
    "diverged",
    "failure",
)


def json_lines(grid: Grid, standing: Standing) -> Iterator[str]:
    """A ``start`` record, a ``trial`` for each run, a ``cell`` for each cell, and an ``end``; infinity is null."""
    yield _line(
        "start",
        fields=grid.fields,
        seeds=grid.seeds,
        epochs=grid.epochs,
        target={**asdict(grid.target), "words": str(grid.target)},
        looks=looks(grid.epochs),
    )
    for trial in standing.trials:
        if trial is not None:
            yield _trial_line(grid, trial)
    for summary in summaries(grid, standing):
        yield _line("cell", values=_values(grid, summary.cell), **asdict(summary))
    ended = [trial for trial in standing.trials if trial is not None]
    yield _line(
        "end",
        status="done" if len(ended) == len(standing.trials) else "interrupted",
        trials=len(ended),
        of=len(standing.trials),
        failures=sum(bool(trial.failure) for trial in ended),
    )


def csv_text(grid: Grid, standing: Standing) -> str:
    """A row for each run, with its values, its seed and what came of it; a loss that has diverged is ``inf``."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*grid.fields, "seed", "epochs", *_OUTCOME))
    for trial in standing.trials:
        if trial is not None:
            outcome = _outcome(trial)
            labels, seed = grid.cell_of(trial.index).labels, grid.seed_of(trial.index)
            writer.writerow((*labels, seed, grid.epochs, *(_cell(outcome[name]) for name in _OUTCOME)))
    return text.getvalue()


def _trial_line(grid: Grid, trial: Trial) -> str:
    cell, seed = grid.cell_of(trial.index), grid.seed_of(trial.index)
    experiment = cell.experiments[trial.index % len(grid.seeds)]
    return _line(
        "trial",
        values=_values(grid, cell.index),
        cell=cell.index,
        seed=seed,
        experiment=experiment.to_dict(),
        losses=trial.losses,
        **_outcome(trial),
    )


def _outcome(trial: Trial) -> dict[str, Any]:
    has_loss = not trial.failure
    train = {"train_loss": trial.loss if has_loss else None, "train_accuracy": trial.accuracy, "train_r2": trial.r2}
    values = {**asdict(trial), **train, "diverged": has_loss and trial.loss == math.inf}
    return {name: values[name] for name in _OUTCOME}


def _values(grid: Grid, cell: int) -> dict[str, str]:
    return dict(zip(grid.fields, grid.cells[cell].labels, strict=True))


def _cell(value: object) -> object:
    """Floats with all their digits, truth in lower case as elsewhere."""
    return repr(value) if isinstance(value, float) else str(value).lower() if isinstance(value, bool) else value


def _line(kind: str, **values: Any) -> str:
    return json.dumps({"record": kind, **_finite(values)}, allow_nan=False)


def _finite(value: Any) -> Any:
    """JSON knows neither NaN nor infinity: both become null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, (list, tuple)) else value


CONTEXT = {"help_option_names": ["-h", "--help"], "show_default": True, "max_content_width": 100}
_FAILED, _INTERRUPTED = 1, 130
_MOST_WORKERS: Final = 256
_ABOVE_0 = click.FloatRange(min=0, min_open=True)


class Pool(Protocol):
    """Runs jobs somewhere."""

    def run(self, report: Report) -> None:
        """Run all of them, or until `stop`."""

    def stop(self) -> None:
        """Have `run` return soon; may be called from any thread."""

    @property
    def words(self) -> str:
        """The workers, in words."""


@click.command("compare", cls=GroupedHelp, context_settings=CONTEXT)
@click.option(
    "--vary",
    multiple=True,
    metavar="FIELD=A,B",
    help="Values of a field, as in learning_rate=0.1,0.3; + within one, as in hidden=4,8+8; default for the usual one. "
    "Repeat it for all combinations.",
)
@click.option("--seeds", type=click.IntRange(1, 1000), default=5, help="Runs of each combination, from --seed up.")
@click.option("--epochs", type=Count(1), help="Of each run [default: the dataset's own].")
@click.option("--target-loss", type=_ABOVE_0, help="A run gets there when its training loss is as low.")
@click.option(
    "--target-accuracy",
    type=click.FloatRange(0, 1, min_open=True),
    help="Or when its training accuracy (R²) is as large [default: all right, or R² above 0.99].",
)
@click.option("--workers", type=click.IntRange(1, _MOST_WORKERS), help="Processes [default: one for each core].")
@click.option("--scheduler", metavar="ADDRESS", help="Run on this Dask cluster, as in tcp://host:8786.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON Lines to standard output.")
@click.option("--csv", "as_csv", is_flag=True, help="Write a CSV table of all runs to standard output.")
@click.option("--theme", type=ThemeType(theme_names), help="Name of a theme, or a theme file [default: dark].")
@click.option("--ascii", "ascii_only", is_flag=True, help="Draw with ASCII characters only.")
@click.option("--fps", "frames_per_second", type=click.IntRange(1, 60), default=20, help="Frames per second at most.")
@experiment_options
@click.pass_context
def compare_command(
    context: click.Context,
    /,
    vary: tuple[str, ...],
    workers: int | None,
    scheduler: str | None,
    as_json: bool,
    as_csv: bool,
    **options: Any,
) -> None:
    """Run Experiments that differ in some fields, with several seeds each, and compare what comes of them.

    In a terminal this opens a screen; elsewhere, and with --json or --csv, it writes to standard output. The numbers
    are the same to the bit on any number of processes, and on a cluster.

    Exit status: 0 done, 1 a run failed (to diverge is no failure), 2 bad usage or input, 130 interrupted.
    """
    target = Target(options.pop("target_loss"), options.pop("target_accuracy"))
    look = {name: options.pop(name) for name in ("theme", "ascii_only", "frames_per_second")}
    _require_one("--target-loss", target.loss, "--target-accuracy", target.accuracy)
    _require_one("--json", as_json or None, "--csv", as_csv or None)
    _require_one("--workers", workers, "--scheduler", scheduler)
    grid = _grid(vary, options.pop("seeds"), options.pop("epochs"), target, options)
    board = Board(len(grid.jobs))
    shows = not as_json and not as_csv and _has_terminal()
    pool: Pool = (
        ClusterPool(grid.jobs_in_turn, scheduler) if scheduler else LocalPool(grid.jobs_in_turn, workers or cores())
    )
    if shows:
        # Textual takes a third of a second to import.
        from tuinet.tui.compare.app import launch  # noqa: PLC0415
        from tuinet.tui.configured_keys import make_keymap  # noqa: PLC0415

        configured = context.find_object(Configured) or Configured()
        keymap = make_keymap(configured.configuration)
        path = configured.configuration.path
        config = ["--no-config"] if path is None else ["--config", str(path)] if path.exists() else []

        launch(grid, board, pool, keymap=keymap, config=config, **look)
    else:
        _run(pool, board)
    standing = board.latest()
    _write(grid, standing, as_json=as_json, as_csv=as_csv)
    sys.exit(_status(standing))


def cores() -> int:
    """How many this process may use."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, _MOST_WORKERS)


def _grid(vary: Sequence[str], seeds: int, epochs: int | None, target: Target, fields: dict[str, Any]) -> Grid:
    given = {name: value for name, value in fields.items() if value is not None}
    try:
        varied = [parse_vary(text) for text in vary]
        for one in varied:
            if is_usual(one.field):
                given.pop(one.field, None)
        grid = make_grid(given, varied, seeds, epochs, target)
        require_usable(grid)
    except ExperimentError as error:
        raise as_usage_error(error) from error
    except DataError as error:
        raise as_data_error(error) from error
    return grid


def _run(pool: Pool, board: Board) -> None:
    """Run to the end, or until a signal; on a terminal a bar on standard error tells how far it is."""
    hidden = not sys.stderr.isatty()
    length = len(board.latest().trials)
    with (
        _stopping(pool),
        click.progressbar(length=length, label="runs", file=sys.stderr, hidden=hidden, show_pos=True) as bar,
    ):

        def report(event: Event) -> None:
            board.report(event)
            if isinstance(event, Trial):
                bar.update(1)

        pool.run(report)


@contextmanager
def _stopping(pool: Pool) -> Iterator[None]:
    """Ctrl+C, a hang-up or a request to end stops the pool; what has been done by then is written."""
    signals = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    previous = {number: signal.getsignal(number) for number in signals}
    heard = [number for number in signals if previous[number] is not signal.SIG_IGN]

    def stop(number: int, frame: object) -> None:
        signal.signal(number, previous[number])
        pool.stop()

    for number in heard:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in heard:
            signal.signal(number, previous[number])


def _write(grid: Grid, standing: Standing, *, as_json: bool, as_csv: bool) -> None:
    if as_csv:
        write_data(*csv_text(grid, standing).removesuffix("\n").split("\n"))
    elif as_json:
        write_data(*json_lines(grid, standing))
    else:
        write_lines(table(grid, standing))


def _status(standing: Standing) -> int:
    if standing.done < len(standing.trials):
        return _INTERRUPTED
    return _FAILED if any(trial is not None and trial.failure for trial in standing.trials) else 0


def _has_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty() and can_draw(os.environ)


def _require_one(first: str, one: object, second: str, other: object) -> None:
    if one is not None and other is not None:
        raise click.UsageError(f"{first} and {second}: give one of them")
