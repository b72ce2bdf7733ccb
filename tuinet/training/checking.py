"""The gradient check of a run, for the screen."""

from __future__ import annotations

from typing import Final

from tuinet.nn.gradient_check import GradientCheck, check_gradients
from tuinet.training import assembly
from tuinet.training.frozen import frozen
from tuinet.training.run import Run
from tuinet.training.snapshot import GradientCheckSnapshot

KINK: Final = 1e-8
"""A larger disagreement may come from a kink."""
MOST_PARAMETERS: Final = 2000
"""Each parameter takes two forward passes: with more, the screen would wait."""


def check_run(run: Run) -> GradientCheck:
    """Compare backpropagation over the whole training set with central differences; nothing is changed.

    A difference that reaches across a kink, such as relu's at 0, is no derivative: of three distances that get
    smaller, the one that agrees best is taken.
    """
    samples = run.train_samples

    def check(epsilon: float) -> GradientCheck:
        regularization = assembly.make_regularization(run.experiment)
        return check_gradients(run.network, samples.inputs, samples.targets, regularization, epsilon)

    best = check(1e-5)
    for epsilon in (1e-6, 1e-7):
        if best.relative_error > KINK:
            best = min(best, check(epsilon), key=lambda each: each.relative_error)
    return best


def look_at_gradients(run: Run) -> GradientCheckSnapshot | None:
    """The same as frozen blocks; ``None`` where the parameters are too many."""
    if run.parameters.vector.size > MOST_PARAMETERS:
        return None
    check = check_run(run)
    return GradientCheckSnapshot(
        analytic=tuple(map(frozen, check.analytic.blocks)),
        numeric=tuple(map(frozen, check.numeric.blocks)),
        errors=tuple(map(frozen, check.entry_errors.blocks)),
        relative_error=check.relative_error,
        rounding=check.rounding,
        is_within_rounding=check.is_within_rounding,
    )
