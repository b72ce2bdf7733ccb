"""``tuinet compare``: a grid of Experiments in parallel, as a screen, as lines, as JSON or as CSV."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final

import click

from tuinet.cli.config import configured_by, keymap_of
from tuinet.cli.progress import INTERRUPTED, on_interruption
from tuinet.cli.themes import look_options
from tuinet.compare.cluster import ClusterPool
from tuinet.compare.grid import Grid, as_varied, idle, make_grid, parse_vary, require_usable, with_values_in_force
from tuinet.compare.local import LocalPool
from tuinet.compare.summary import summaries, table
from tuinet.compare.trial import Board, Event, Standing, Target, Trial, looks
from tuinet.experiment.fields import parse_ranges
from tuinet.options import Count, GroupedHelp, experiment_options, is_usual, naming_options
from tuinet.output import csv_text, json_line, write_data, write_error, write_lines
from tuinet.session.build import DatasetCache
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
    yield json_line(
        "start",
        fields=grid.fields,
        seeds=grid.seeds,
        epochs=grid.epochs,
        target={**asdict(grid.target), "words": str(grid.target)},
        looks=looks(grid.epochs),
        notes=grid.notes,
    )
    for trial in standing.ended:
        yield _trial_line(grid, trial)
    for summary in summaries(grid, standing):
        yield json_line(
            "cell",
            values=_values(grid, summary.cell),
            in_force=_values_in_force(grid, summary.cell),
            **asdict(summary),
        )
    yield json_line(
        "end",
        status="done" if standing.done == len(standing.trials) else "interrupted",
        trials=standing.done,
        of=len(standing.trials),
        failures=sum(bool(trial.failure) for trial in standing.ended),
    )


def csv_lines(grid: Grid, standing: Standing) -> list[str]:
    """A row for each run: its values, those in force, its seed and what came of it; a diverged loss is ``inf``."""
    rows = []
    for trial in standing.ended:
        outcome, cell = _outcome(trial), grid.cell_of(trial.index)
        told = zip(grid.fields_in_force, cell.in_force, strict=True)
        in_force = (None if value is None else as_varied(field, value) for field, value in told)
        measured = (_cell(outcome[name]) for name in _OUTCOME)
        rows.append((*cell.labels, *in_force, grid.seed_of(trial.index), grid.epochs, *measured))
    names = [f"{field}_in_force" if field in grid.fields else field for field in grid.fields_in_force]
    return csv_text((*grid.fields, *names, "seed", "epochs", *_OUTCOME), rows).removesuffix("\n").split("\n")


def _trial_line(grid: Grid, trial: Trial) -> str:
    cell, seed = grid.cell_of(trial.index), grid.seed_of(trial.index)
    experiment = cell.experiments[trial.index % len(grid.seeds)]
    return json_line(
        "trial",
        values=_values(grid, cell.index),
        in_force=_values_in_force(grid, cell.index),
        cell=cell.index,
        seed=seed,
        experiment=experiment.to_dict(),
        losses=trial.losses,
        **_outcome(trial),
    )


def _outcome(trial: Trial) -> dict[str, Any]:
    has_loss = not trial.failure
    train = {"train_loss": trial.loss if has_loss else None, "train_accuracy": trial.accuracy, "train_r2": trial.r2}
    values = {**asdict(trial), **train, "diverged": trial.has_diverged}
    return {name: values[name] for name in _OUTCOME}


def _values(grid: Grid, cell: int) -> dict[str, str]:
    return dict(zip(grid.fields, grid.cells[cell].labels, strict=True))


def _values_in_force(grid: Grid, cell: int) -> dict[str, Any]:
    return dict(zip(grid.fields_in_force, grid.cells[cell].in_force, strict=True))


def _cell(value: object) -> object:
    """Floats with all their digits, truth in lower case as elsewhere."""
    return repr(value) if isinstance(value, float) else str(value).lower() if isinstance(value, bool) else value


_FAILED: Final = 1
_PER_MILLE: Final = 1000
_MOST_SEEDS: Final = 1000
_SEED_COUNT = click.IntRange(1, _MOST_SEEDS)
_MOST_WORKERS: Final = 256
_ABOVE_0 = click.FloatRange(min=0, min_open=True)


Pool = ClusterPool | LocalPool


class Seeds(click.ParamType[int | tuple[int, ...]]):
    """How many seeds, or which."""

    name = "seeds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | tuple[int, ...]:
        """See `click.ParamType.convert`."""
        text = str(value).strip()
        try:
            if text.isdecimal():
                return int(_SEED_COUNT.convert(int(text), param, ctx))
            return parse_ranges(text, _MOST_SEEDS)
        except ValueError as error:
            self.fail(f"{error}; a number alone says how many, from --seed up", param, ctx)


@click.command("compare", cls=GroupedHelp)
@click.option(
    "--vary",
    multiple=True,
    metavar="FIELD=A,B",
    help="Values of a field, as in learning_rate=0.1,0.3; + within one, as in hidden=4,8+8; default for the usual one; "
    "log(0.001,1,25) or linear(0,0.9,10), in quotes, for 25 or 10 numbers from one to the other. "
    "Repeat it for all combinations.",
)
@click.option(
    "--seeds",
    type=Seeds(),
    default=5,
    help="Runs of each combination: how many, from --seed up, or with which seeds, as in 1-4 or 1,5,9 [default: 5].",
)
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
@look_options
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
    look = {name: options.pop(name) for name in ("theme", "ascii_only", "cells", "graphics", "hints", "fps")}
    _require_one("--target-loss", target.loss, "--target-accuracy", target.accuracy)
    _require_one("--json", as_json or None, "--csv", as_csv or None)
    _require_one("--workers", workers, "--scheduler", scheduler)
    grid, datasets = _grid(vary, options.pop("seeds"), options.pop("epochs"), target, options)
    for sentence in (*idle(grid, datasets), *grid.notes):
        write_error(sentence)
    board = Board(len(grid.jobs), len(looks(grid.epochs)))
    has_screen = not as_json and not as_csv and sys.stdin.isatty() and sys.stdout.isatty() and can_draw(os.environ)
    jobs = grid.jobs_in_turn
    pool: Pool = ClusterPool(jobs, scheduler, datasets) if scheduler else LocalPool(jobs, workers or cores(), datasets)
    if has_screen:
        _show(context, grid, board, pool, **look)
    else:
        _run(pool, board)
    standing = board.latest()
    _write(grid, standing, as_json=as_json, as_csv=as_csv)
    if standing.done < len(standing.trials):
        sys.exit(INTERRUPTED)
    sys.exit(_FAILED if any(trial.failure for trial in standing.ended) else 0)


def _show(context: click.Context, grid: Grid, board: Board, pool: Pool, *, fps: int, **look: Any) -> None:
    from tuinet.tui.launch import launch_comparison  # noqa: PLC0415 - Textual takes a third of a second to import

    path = configured_by(context).configuration.path
    config = ["--no-config"] if path is None else ["--config", str(path)] if path.exists() else []
    launch_comparison(grid, board, pool, keymap=keymap_of(context), config=config, frames_per_second=fps, **look)


def cores() -> int:
    """The cores that this process may use."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, _MOST_WORKERS)


def _grid(
    vary: Sequence[str], seeds: int | tuple[int, ...], epochs: int | None, target: Target, fields: dict[str, Any]
) -> tuple[Grid, DatasetCache]:
    """What is asked for, and its data."""
    given = {name: value for name, value in fields.items() if value is not None}
    _require_one("--seeds that are named", None if isinstance(seeds, int) else seeds, "--seed", given.get("seed"))
    with naming_options():
        varied = [parse_vary(text) for text in vary]
        for one in varied:
            if is_usual(one.field):
                given.pop(one.field, None)
        grid = make_grid(given, varied, seeds, epochs, target)
        datasets = require_usable(grid)
        return with_values_in_force(grid, datasets), datasets


def _run(pool: Pool, board: Board) -> None:
    """Run to the end, or until a signal; on a terminal a bar on standard error tells how far it is.

    What has been done by then is written.
    """
    hidden = not sys.stderr.isatty()
    with (
        on_interruption(pool.stop),
        click.progressbar(length=_PER_MILLE, label="runs", file=sys.stderr, hidden=hidden) as bar,
    ):

        def report(event: Event) -> None:
            board.report(event)
            more = round(_PER_MILLE * board.share) - bar.pos
            if more:
                bar.update(more)

        pool.run(report)


def _write(grid: Grid, standing: Standing, *, as_json: bool, as_csv: bool) -> None:
    if as_csv:
        write_data(*csv_lines(grid, standing))
    elif as_json:
        write_data(*json_lines(grid, standing))
    else:
        write_lines(table(grid, standing))


def _require_one(first: str, one: object, second: str, other: object) -> None:
    if one is not None and other is not None:
        raise click.UsageError(f"{first} and {second}: give one of them")
