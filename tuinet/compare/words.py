"""Results in words: for a terminal's lines and for the table on the screen."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tuinet.compare.board import Standing
from tuinet.compare.grid import Grid
from tuinet.compare.order import EPOCHS, LOSS, REACHED, SCORE
from tuinet.compare.summary import CellSummary, Quartiles, summaries
from tuinet.compare.trial import Trial, stride_of
from tuinet.terminal_text import shown_name

UNKNOWN = "·"
NEVER = "never"
DIVERGED = "diverged"


def headings(grid: Grid, standing: Standing) -> dict[str, str]:
    """The titles of the columns behind the fields."""
    return {REACHED: "reached", EPOCHS: "epochs", LOSS: "loss", "spread": "quartiles", SCORE: score_name(standing)}


def score_name(standing: Standing) -> str:
    """What `Trial.score` is: the same for all runs, or else a word for all of it."""
    names = {_score_name(trial) for trial in standing.trials if trial is not None and not trial.failure}
    return names.pop() if len(names) == 1 else "score" if names else "accuracy"


def _score_name(trial: Trial) -> str:
    if trial.test_accuracy is not None or trial.test_r2 is not None:
        return "test R²" if trial.test_accuracy is None else "test acc."
    return "R²" if trial.accuracy is None else "accuracy"


def numbers(summary: CellSummary, seeds: int) -> dict[str, str]:
    """What is in the columns of `headings`."""
    if not summary.runs:
        lost = "failed" if summary.failures else UNKNOWN
        return {REACHED: lost, EPOCHS: UNKNOWN, LOSS: UNKNOWN, "spread": UNKNOWN, SCORE: UNKNOWN}
    loss, score = summary.loss, summary.score
    return {
        REACHED: f"{summary.reached}/{summary.runs}",
        EPOCHS: epochs_text(summary.epochs),
        LOSS: UNKNOWN if loss is None else loss_text(loss.median),
        "spread": UNKNOWN if loss is None else spread_text(loss),
        SCORE: UNKNOWN if score is None else score_text(score.median),
    }


def epochs_text(epochs: float | None) -> str:
    """Epochs to the target."""
    if epochs is None:
        return UNKNOWN
    return NEVER if epochs == math.inf else f"{epochs:,.0f}"


def loss_text(loss: float) -> str:
    """A loss in at most 8 characters."""
    if loss == math.inf:
        return DIVERGED
    return f"{loss:.4f}" if 0.001 <= loss < 1000 or loss == 0 else f"{loss:.1e}"


def spread_text(loss: Quartiles) -> str:
    """From the lower quartile to the upper one."""
    return f"{_short(loss.low)}–{_short(loss.high)}"


def _short(loss: float) -> str:
    if loss == math.inf:
        return "∞"
    if 0.001 <= loss < 1000 or loss == 0:
        return f"{loss:.3g}"
    mantissa, exponent = f"{loss:.0e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def score_text(score: float) -> str:
    """A share, or an R²."""
    return "-∞" if score == -math.inf else f"{score:.3f}" if score > -10 else f"{score:.0e}"


def looks_words(grid: Grid) -> str:
    """How often is looked whether the target is met."""
    stride = stride_of(grid.epochs)
    return "looked at every epoch" if stride == 1 else f"looked at every {stride:,} epochs"


def head(grid: Grid) -> str:
    """What is compared, in a line."""
    seeds = len(grid.seeds)
    last = f" to {grid.seeds[-1]}" if seeds > 1 else ""
    return (
        f"{len(grid.cells)} cell{'s' if len(grid.cells) != 1 else ''}, "
        f"seed{'s' if seeds > 1 else ''} {grid.seeds[0]}{last}, {grid.epochs:,} epochs each"
    )


def target_words(grid: Grid) -> str:
    """What is to be reached, and how often is looked."""
    return f"target: {grid.target} on the training set, {looks_words(grid)}"


def table(grid: Grid, standing: Standing) -> Iterator[str]:
    """All cells as lines of text, under a head that says what the columns are."""
    yield f"{head(grid)} · {target_words(grid)}"
    yield "medians over the seeds: epochs to the target, loss and accuracy at the end; quartiles of the loss"
    titles = {**{field: field for field in grid.fields}, **headings(grid, standing)}
    rows = [titles, *(_row(grid, one) for one in summaries(grid, standing))]
    widths = {name: max(len(row[name]) for row in rows) for name in titles}
    for row in rows:
        yield "  ".join(_aligned(row[name], widths[name], name in grid.fields) for name in titles).rstrip()
    yield from failures(grid, standing)


def failures(grid: Grid, standing: Standing) -> Iterator[str]:
    """A line for each run that could not be made, and one for those that are missing."""
    for trial in standing.trials:
        if trial is not None and trial.failure:
            cell, seed = grid.cell_of(trial.index), grid.seed_of(trial.index)
            values = " ".join(f"{field}={label}" for field, label in zip(grid.fields, cell.labels, strict=True))
            yield f"failed: {' '.join([values, f'seed {seed}']).strip()}: {trial.failure}"
    missing = len(standing.trials) - standing.done
    if missing:
        yield f"interrupted: {missing} of {len(standing.trials)} runs are missing"


def _row(grid: Grid, summary: CellSummary) -> dict[str, str]:
    labels = dict(zip(grid.fields, map(shown_name, grid.cells[summary.cell].labels), strict=True))
    return {**labels, **numbers(summary, len(grid.seeds))}


def _aligned(text: str, width: int, is_left: bool) -> str:
    return text.ljust(width) if is_left else text.rjust(width)
