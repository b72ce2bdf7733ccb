"""Summaries: what the runs of a cell came to, over its seeds.

Quartiles are those of Hyndman and Fan's first definition: each is the number of one of the seeds, none lies between
two. So the median seed can be looked at, and a run that has diverged counts as worse than all that have not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tuinet.compare.board import Standing
from tuinet.compare.grid import Cell, Grid

Array = NDArray[np.float64]

_Z95: Final = 1.959963984540054
"""Quantile of the normal distribution for an interval of 95 %."""


@dataclass(frozen=True)
class Quartiles:
    """The lower quartile, the median and the upper quartile of some numbers, each one of them."""

    low: float
    median: float
    high: float


@dataclass(frozen=True, eq=False)
class Curve:
    """The losses of a cell at the first looks: arrays of one shape."""

    low: Array
    median: Array
    high: Array


@dataclass(frozen=True)
class CellSummary:
    """What is known of a cell."""

    cell: int
    """Its index."""
    runs: int
    """How many runs have ended; of these is all that follows."""
    failures: int
    """Runs that could not be made; they count nowhere else."""
    diverged: int
    reached: int
    """Runs that met the target."""
    share: float | None
    """Of the runs that met it, from 0 to 1."""
    interval: tuple[float, float] | None
    """Wilson's interval of 95 % for the share."""
    epochs: float | None
    """To the target, the median; infinite where more than half never met it."""
    loss: Quartiles | None
    """At the end, on the training set."""
    score: Quartiles | None
    """Accuracy or R² at the end, on the test set if there is one."""
    median_seed: int | None
    """The seed whose final loss is the median."""


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that at least this share of them does not exceed."""
    return sorted(values)[max(math.ceil(share * len(values)) - 1, 0)]


def quartiles(values: Sequence[float]) -> Quartiles | None:
    """The three of them; ``None`` where there are no values."""
    return Quartiles(*(quantile(values, share) for share in (0.25, 0.5, 0.75))) if values else None


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The score interval of 95 % for a share (Wilson, 1927); it makes sense for few trials, too."""
    share, square = successes / trials, _Z95**2
    centre = share + square / (2 * trials)
    margin = _Z95 * math.sqrt(share * (1 - share) / trials + square / (4 * trials**2))
    scale = 1 + square / trials
    return max(0.0, (centre - margin) / scale), min(1.0, (centre + margin) / scale)


def summarize(grid: Grid, cell: Cell, standing: Standing) -> CellSummary:
    """What is known of a cell."""
    ended = [trial for index in grid.jobs_of(cell) if (trial := standing.trials[index]) is not None]
    trials = [trial for trial in ended if not trial.failure]
    reached = [trial.reached for trial in trials if trial.reached is not None]
    never = [math.inf] * (len(trials) - len(reached))
    loss = quartiles([trial.loss for trial in trials])
    middle = None if loss is None else next(trial.index for trial in trials if trial.loss == loss.median)
    return CellSummary(
        cell=cell.index,
        runs=len(trials),
        failures=len(ended) - len(trials),
        diverged=sum(trial.loss == math.inf for trial in trials),
        reached=len(reached),
        share=len(reached) / len(trials) if trials else None,
        interval=wilson(len(reached), len(trials)) if trials else None,
        epochs=quantile([*reached, *never], 0.5) if trials else None,
        loss=loss,
        score=quartiles([trial.score for trial in trials if trial.score is not None]),
        median_seed=None if middle is None else grid.seed_of(middle),
    )


def summaries(grid: Grid, standing: Standing) -> list[CellSummary]:
    """Of every cell, in the order of the grid."""
    return [summarize(grid, cell, standing) for cell in grid.cells]


def curve_of(grid: Grid, cell: Cell, standing: Standing) -> Curve:
    """Median and quartiles of the losses at each look that any run of the cell has got to, over those that have."""
    known = [losses for index in grid.jobs_of(cell) if (losses := standing.losses[index])]
    length = max(map(len, known), default=0)
    table = np.full((len(known), length), np.nan)
    for line, losses in zip(table, known, strict=True):
        line[: len(losses)] = losses
    # What is not a number comes last, behind infinity.
    ordered, counts = np.sort(table, axis=0), (~np.isnan(table)).sum(axis=0)
    return Curve(*(_at(ordered, counts, share) for share in (0.25, 0.5, 0.75)))


def _at(ordered: Array, counts: NDArray[np.intp], share: float) -> Array:
    columns = np.arange(ordered.shape[1])
    rows = np.maximum(np.ceil(share * counts).astype(np.intp) - 1, 0)
    values: Array = ordered[rows, columns] if len(ordered) else np.array([])
    return values
