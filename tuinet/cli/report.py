"""Results as lines of text for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from tuinet.cli.train import Outcome
from tuinet.data.recipe import Recipe
from tuinet.nn.gradient_check import GradientCheck
from tuinet.observe.metrics import Metrics
from tuinet.session.session import Session

_REASONS = {
    "epochs": "done",
    "target_loss": "reached the target loss",
    "patience": "stopped early, back at the best epoch",
    "seconds": "out of time",
    "diverged": "diverged",
    "interrupted": "interrupted",
}


def summary(session: Session, outcome: Outcome) -> list[str]:
    """A run's end in one line; with a test set there is another for each set of samples."""
    sizes = "-".join(map(str, session.parameters.layer_sizes))
    start = f"{_REASONS[outcome.reason]}: {session.dataset.name} {sizes}, {outcome.epochs:,} epochs"
    start += f" in {outcome.seconds:.2f} s"
    test = session.test_metrics()
    if test is None:
        return [f"{start}, {measured(session.metrics())}"]
    return [start, f"  train: {measured(session.metrics())}", f"  test:  {measured(test)}"]


def measured(metrics: Metrics) -> str:
    """The metrics of one set of samples in a few words."""
    if metrics.accuracy is None:
        return f"loss {metrics.loss:.6g}, R² {metrics.r2:.4f}, RMSE {metrics.rmse:.4g}"
    return f"loss {metrics.loss:.6g}, accuracy {metrics.accuracy:.4g} ({metrics.correct}/{metrics.samples})"


def gradient_table(session: Session, check: GradientCheck, tolerance: float) -> Iterator[str]:
    """Every parameter with its two gradients and their relative error, and a verdict."""
    yield f"{'layer':>5}  {'parameter':<14} {'analytic':>24} {'numeric':>24} {'relative error':>15}"
    errors = check.entry_errors
    blocks = zip(check.analytic.blocks, check.numeric.blocks, errors.blocks, strict=True)
    for layer, (analytic, numeric, error) in enumerate(blocks, start=1):
        rows, columns = analytic.shape
        for row, column in product(range(rows), range(columns)):
            name = f"b[{column + 1}]" if row == rows - 1 else f"W[{row + 1},{column + 1}]"
            values = f"{analytic[row, column]:24.16e} {numeric[row, column]:24.16e} {error[row, column]:15.1e}"
            yield f"{layer:>5}  {name:<14} {values}"
    verdict = "agree" if agrees(check, tolerance) else "DISAGREE"
    yield (
        f"{verdict}: ‖analytic − numeric‖ / (‖analytic‖ + ‖numeric‖) = {check.relative_error:.1e}, "
        f"bound {tolerance:.0e}, {session.dataset.name}, epoch {session.epoch:,}"
    )


def agrees(check: GradientCheck, tolerance: float) -> bool:
    """Whether both gradients are the same, as far as the tolerance asks for it and rounding lets it be seen."""
    return check.relative_error <= tolerance or check.is_within_rounding


def dataset_table(datasets: Mapping[str, Recipe]) -> Iterator[str]:
    """A line for each dataset."""
    width = max(map(len, datasets))
    for name, recipe in datasets.items():
        yield f"{name:<{width}}  {recipe.task:<10}  {recipe.title}"
