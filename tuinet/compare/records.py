"""Results for other programs: JSON Lines and CSV, the same bytes however the runs were spread over processes."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from tuinet.compare.grid import Grid
from tuinet.compare.summary import summaries
from tuinet.compare.trial import Standing, Trial, looks

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
