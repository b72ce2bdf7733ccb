"""Summaries: what the runs of a cell came to over its seeds, the order of cells, and both in words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tuinet.compare.grid import Cell, Grid, as_varied, named
from tuinet.compare.trial import Standing, Trial, stride_of
from tuinet.experiment.fields import ranges_text
from tuinet.observe.metrics import wilson
from tuinet.terminal_text import aligned, cells_of, shown_name

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Quartiles:
    """The lower quartile, the median and the upper quartile of some numbers, each one of them."""

    low: float
    median: float
    high: float


@dataclass(frozen=True, eq=False)
class QuartileCurves:
    """The losses of a cell at the first looks: arrays of one shape."""

    low: Array
    median: Array
    high: Array


@dataclass(frozen=True)
class CellSummary:
    """What is known of a cell."""

    cell: int
    runs: int
    """Runs that have ended; all that follows is about these."""
    failures: int
    """Runs that could not be made; they count nowhere else."""
    diverged: int
    reached: int
    """Runs that met the target."""
    share: float | None
    interval: tuple[float, float] | None
    """Wilson's interval of 95% for the share."""
    epochs: float | None
    """To the target, the median; infinite where more than half never met it."""
    loss: Quartiles | None
    """At the end, on the training set."""
    extremes: tuple[float, float] | None
    """The lowest and the highest of these."""
    score: Quartiles | None
    """Accuracy or R² at the end, on the test set if there is one."""
    median_seed: int | None


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that at least this share of them does not exceed."""
    return sorted(values)[max(math.ceil(share * len(values)) - 1, 0)]


def quartiles(values: Sequence[float]) -> Quartiles | None:
    """The three of them; ``None`` where there are no values."""
    return Quartiles(*(quantile(values, share) for share in (0.25, 0.5, 0.75))) if values else None


def score_quartiles(scores: Sequence[float]) -> Quartiles | None:
    """Those of scores, counted from the best one, as losses are.

    So the medians of an even number of runs are of the same half of them, the better one, and agree.
    """
    found = quartiles([-score for score in scores])
    return None if found is None else Quartiles(-found.high, -found.median, -found.low)


def summarize(grid: Grid, cell: Cell, standing: Standing) -> CellSummary:
    """What is known of a cell."""
    ended = [trial for index in grid.jobs_of(cell) if (trial := standing.trials[index]) is not None]
    trials = [trial for trial in ended if not trial.failure]
    reached = [trial.reached for trial in trials if trial.reached is not None]
    never = [math.inf] * (len(trials) - len(reached))
    losses = [trial.loss for trial in trials]
    loss = quartiles(losses)
    middle = None if loss is None else next(trial.index for trial in trials if trial.loss == loss.median)
    return CellSummary(
        cell=cell.index,
        runs=len(trials),
        failures=len(ended) - len(trials),
        diverged=sum(trial.has_diverged for trial in trials),
        reached=len(reached),
        share=len(reached) / len(trials) if trials else None,
        interval=wilson(len(reached), len(trials)) if trials else None,
        epochs=quantile([*reached, *never], 0.5) if trials else None,
        loss=loss,
        extremes=(min(losses), max(losses)) if losses else None,
        score=score_quartiles([trial.score for trial in trials if trial.score is not None]),
        median_seed=None if middle is None else grid.seed_of(middle),
    )


def summaries(grid: Grid, standing: Standing) -> list[CellSummary]:
    """The summaries of all cells, in the order of the grid."""
    return [summarize(grid, cell, standing) for cell in grid.cells]


def curve_of(grid: Grid, cell: Cell, standing: Standing) -> QuartileCurves:
    """Median and quartiles of the losses at each look that any run of the cell has got to, over those that have."""
    known = [losses for index in grid.jobs_of(cell) if (losses := standing.losses[index])]
    length = max(map(len, known), default=0)
    table = np.full((len(known), length), np.nan)
    for line, losses in zip(table, known, strict=True):
        line[: len(losses)] = losses
    # What is not a number comes last, behind infinity.
    ordered, counts = np.sort(table, axis=0), (~np.isnan(table)).sum(axis=0)
    return QuartileCurves(*(_at(ordered, counts, share) for share in (0.25, 0.5, 0.75)))


def start_of(grid: Grid, cell: Cell, standing: Standing) -> float:
    """The median of `curve_of` at the start; infinite where nothing is known of it."""
    starts = [losses[0] for index in grid.jobs_of(cell) if (losses := standing.losses[index])]
    known = [start for start in starts if not math.isnan(start)]
    return quantile(known, 0.5) if known else math.inf


def _at(ordered: Array, counts: NDArray[np.intp], share: float) -> Array:
    columns = np.arange(ordered.shape[1])
    rows = np.maximum(np.ceil(share * counts).astype(np.intp) - 1, 0)
    values: Array = ordered[rows, columns] if len(ordered) else np.array([])
    return values


GRID: Final = "grid"
REACHED: Final = "reached"
EPOCHS: Final = "epochs"
LOSS: Final = "final loss"
SCORE: Final = "score"

KEYS: Final[Mapping[str, Callable[[CellSummary], float]]] = {
    REACHED: lambda one: math.inf if one.share is None else -one.share,
    EPOCHS: lambda one: math.inf if one.epochs is None else one.epochs,
    LOSS: lambda one: math.inf if one.loss is None else one.loss.median,
    SCORE: lambda one: math.inf if one.score is None else -one.score.median,
}
"""By column: a number that is small for the best cell."""


@dataclass(frozen=True)
class Order:
    """By which column a table is sorted; equal cells are in the order of the grid."""

    column: str = GRID
    """One of the fields that are varied, one of `KEYS`, or `GRID`."""
    is_reversed: bool = False

    def shifted(self, by: int, grid: Grid) -> Order:
        """By another column, the best cell first."""
        names = (GRID, *grid.fields, *KEYS)
        return Order(names[(names.index(self.column) + by) % len(names)])

    def turned(self) -> Order:
        """The other way round."""
        return replace(self, is_reversed=not self.is_reversed)

    def sort(self, grid: Grid, cells: Sequence[CellSummary]) -> list[CellSummary]:
        """The cells in this order; those of which nothing is known come last either way."""
        if self.column in grid.fields:
            place = grid.fields.index(self.column)
            return sorted(cells, key=lambda one: _natural(grid, one.cell, place), reverse=self.is_reversed)
        if self.column == GRID:
            return list(cells)[::-1] if self.is_reversed else list(cells)
        key = KEYS[self.column]
        known = sorted((one for one in cells if one.runs), key=key, reverse=self.is_reversed)
        return [*known, *(one for one in cells if not one.runs)]


def _natural(grid: Grid, cell: int, place: int) -> tuple[int, Any]:
    """Numbers by their size, before words by the alphabet."""
    value = getattr(grid.cells[cell].experiments[0], grid.fields[place])
    if isinstance(value, (int, float)):
        return 0, value
    return 1, grid.cells[cell].labels[place]


UNKNOWN = "·"
NEVER = "never"
DIVERGED = "diverged"


def headings(standing: Standing) -> dict[str, str]:
    """The titles of the columns behind the fields."""
    return {REACHED: "reached", EPOCHS: "epochs", LOSS: "loss", "spread": "quartiles", SCORE: score_name(standing)}


def score_name(standing: Standing) -> str:
    """The name of `Trial.score`; where runs differ, "score"."""
    names = {_score_name(trial) for trial in standing.ended if not trial.failure and not trial.has_diverged}
    return names.pop() if len(names) == 1 else "score" if names else "accuracy"


def _score_name(trial: Trial) -> str:
    if trial.test_accuracy is not None or trial.test_r2 is not None:
        return "test R²" if trial.test_accuracy is None else "test acc."
    return "R²" if trial.accuracy is None else "accuracy"


def numbers(summary: CellSummary) -> dict[str, str]:
    """The texts in the columns of `headings`."""
    if not summary.runs:
        lost = "failed" if summary.failures else UNKNOWN
        return {REACHED: lost, EPOCHS: UNKNOWN, LOSS: UNKNOWN, "spread": UNKNOWN, SCORE: UNKNOWN}
    loss, score = summary.loss, summary.score
    return {
        REACHED: f"{summary.reached}/{summary.runs}",
        EPOCHS: epochs_text(summary.epochs),
        LOSS: UNKNOWN if loss is None else loss_text(loss.median),
        "spread": UNKNOWN if loss is None else range_text(loss.low, loss.high),
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
    return f"{loss:.4f}" if 0.001 <= loss < 1000 or loss == 0 else _in_powers(loss, 1)


def range_text(low: float, high: float) -> str:
    """From one loss to another, as short as they can be told."""
    return f"{_short(low)}–{_short(high)}"


def _short(loss: float) -> str:
    if loss == math.inf:
        return "∞"
    if 0.001 <= loss < 1000 or loss == 0:
        return f"{loss:.3g}"
    return _in_powers(loss, 0)


def _in_powers(loss: float, digits: int) -> str:
    """In powers of ten, with so many digits behind the point."""
    mantissa, exponent = f"{loss:.{digits}e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def score_text(score: float) -> str:
    """A share, or an R²; of a run that has diverged neither."""
    return UNKNOWN if score == -math.inf else f"{score:.3f}" if score > -10 else f"{score:.0e}"


def in_columns(grid: Grid) -> tuple[str, ...]:
    """The fields that nobody varies and that differ, which have columns of their own."""
    return tuple(field for field in grid.differing if field not in grid.fields)


def texts_in_force(grid: Grid, cell: Cell) -> list[str]:
    """The values of a cell in the columns of `in_columns`."""
    values = ((field, grid.value_in_force(cell, field)) for field in in_columns(grid))
    return [UNKNOWN if value is None else as_varied(field, value) for field, value in values]


def in_all_cells(grid: Grid) -> list[str]:
    """As in ``learning_rate 0.5 in all cells``, where nobody varies it and it does not differ."""
    told = (field for field in grid.fields_in_force if field not in (*grid.fields, *grid.differing))
    values = ((field, grid.value_in_force(grid.cells[0], field)) for field in told)
    return [f"{field} {as_varied(field, value)} in all cells" for field, value in values if value is not None]


def looks_words(grid: Grid) -> str:
    """The distance of two looks, in words."""
    stride = stride_of(grid.epochs)
    return "looked at every epoch" if stride == 1 else f"looked at every {stride:,} epochs"


def head(grid: Grid) -> str:
    """The size of the comparison, in a line."""
    seeds = len(grid.seeds)
    return (
        f"{len(grid.cells)} cell{'s' if len(grid.cells) != 1 else ''}, "
        f"seed{'s' if seeds > 1 else ''} {_seeds_words(grid.seeds)}, {grid.epochs:,} epochs each"
    )


def _seeds_words(seeds: Sequence[int]) -> str:
    """As in ``1 to 5``, or ``1-4, 7`` where they do not all follow each other."""
    text = ranges_text(seeds)
    return text.replace(",", ", ") if "," in text else text.replace("-", " to ")


def target_name(grid: Grid, standing: Standing) -> str:
    """The target to be reached, as it is called of classes or of numbers; of both until one run has ended."""
    target, name = grid.target, score_name(standing)
    if target.loss is not None:
        return str(target)
    if target.accuracy is None:
        of_numbers = "R² above 0.99"
        either = name == "score" or not any(not trial.failure for trial in standing.ended)
        return f"{target}, or {of_numbers}" if either else of_numbers if "R²" in name else str(target)
    return str(target).replace("accuracy", "R²") if "R²" in name else str(target)


def target_words(grid: Grid, standing: Standing) -> str:
    """The target to be reached, and how often a run is looked at."""
    return f"target: {target_name(grid, standing)} on the training set, {looks_words(grid)}"


def table(grid: Grid, standing: Standing) -> Iterator[str]:
    """All cells as lines of text, under a head that says what the columns are."""
    yield f"{head(grid)} · {target_words(grid, standing)}"
    yield "medians over the seeds: epochs to the target, loss and accuracy at the end; quartiles of the loss"
    named = (*grid.fields, *in_columns(grid))
    titles = {**{f"field {field}": field for field in named}, **headings(standing)}
    rows = [titles, *(_row(grid, one) for one in summaries(grid, standing))]
    widths = {name: max(cells_of(row[name]) for row in rows) for name in titles}
    for row in rows:
        cells = [aligned(row[name], widths[name], is_left=name.startswith("field ")) for name in titles]
        yield "  ".join(cells).rstrip()
    yield from in_all_cells(grid)
    yield from failures(grid, standing)


def failures(grid: Grid, standing: Standing) -> Iterator[str]:
    """A line for each run that could not be made, and one for those that are missing."""
    for trial in standing.ended:
        if trial.failure:
            values = named(grid.fields, grid.cell_of(trial.index).labels)
            yield f"failed: {f'{values} seed {grid.seed_of(trial.index)}'.strip()}: {trial.failure}"
    missing = len(standing.trials) - standing.done
    if missing:
        yield f"interrupted: {missing} of {len(standing.trials)} runs are missing"


def _row(grid: Grid, summary: CellSummary) -> dict[str, str]:
    cell = grid.cells[summary.cell]
    labels = (*map(shown_name, grid.shown_labels(cell)), *texts_in_force(grid, cell))
    fields = (f"field {field}" for field in (*grid.fields, *in_columns(grid)))
    return {**dict(zip(fields, labels, strict=True)), **numbers(summary)}
