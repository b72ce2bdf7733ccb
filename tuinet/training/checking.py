"""The gradient check of a run, for the screen."""

from __future__ import annotations

from typing import Final

import numpy as np

from tuinet.nn.gradient_check import GradientCheck, Places, check_gradients, spread_places
from tuinet.training import assembly
from tuinet.training.frozen import frozen
from tuinet.training.run import Run
from tuinet.training.snapshot import GradientCheckSnapshot

KINK: Final = 1e-8
"""A larger disagreement may come from a kink."""
MOST_PARAMETERS: Final = 2000
"""Each parameter takes two forward passes: of more, the screen checks only some."""
SOME_PARAMETERS: Final = 200
"""How many they are then."""
_WORK: Final = 10**7
"""Products of a forward pass at most, where only some parameters are checked: samples times parameters."""


def check_run(run: Run) -> GradientCheck:
    """Compare backpropagation over the whole training set with central differences; nothing is changed.

    A difference that reaches across a kink, such as relu's at 0, is no derivative: of three distances that get
    smaller, the one that agrees best is taken.
    """
    return _check(run, len(run.train_samples.inputs), None)


def look_at_gradients(run: Run) -> GradientCheckSnapshot:
    """The same as frozen blocks; where the parameters are many, some of them of each layer, on as many samples."""
    blocks, samples = run.parameters.blocks, len(run.train_samples.inputs)
    sizes = [block.size for block in blocks]
    total = run.parameters.vector.size
    if total <= MOST_PARAMETERS:
        check = check_run(run)
        places = tuple(np.arange(size) for size in sizes)
        parts = [check.analytic.blocks, check.numeric.blocks, check.entry_errors.blocks]
    else:
        chosen = spread_places(sizes, SOME_PARAMETERS)
        samples = min(samples, max(_WORK // total, 1))
        check = _check(run, samples, chosen)
        starts = np.cumsum([0, *sizes[:-1]])
        layers = np.searchsorted(starts, chosen, side="right") - 1
        within = [layers == layer for layer in range(len(sizes))]
        places = tuple(chosen[own] - start for own, start in zip(within, starts, strict=True))
        vectors = [check.analytic.vector[chosen], check.numeric.vector[chosen], check.entry_errors.vector[chosen]]
        parts = [tuple(vector[own] for own in within) for vector in vectors]
    analytic, numeric, errors = (tuple(map(frozen, part)) for part in parts)
    return GradientCheckSnapshot(
        analytic=analytic,
        numeric=numeric,
        errors=errors,
        relative_error=check.relative_error,
        rounding=check.rounding,
        is_within_rounding=check.is_within_rounding,
        places=places,
        samples=samples,
    )


def _check(run: Run, samples: int, places: Places | None) -> GradientCheck:
    """Check some parameters on the first so many samples of the training set."""
    inputs, targets = run.train_samples.inputs[:samples], run.train_samples.targets[:samples]

    def check(epsilon: float) -> GradientCheck:
        regularization = assembly.make_regularization(run.experiment)
        return check_gradients(run.network, inputs, targets, regularization, epsilon, places)

    best = check(1e-5)
    for epsilon in (1e-6, 1e-7):
        if best.relative_error > KINK:
            best = min(best, check(epsilon), key=lambda each: each.relative_error)
    return best
