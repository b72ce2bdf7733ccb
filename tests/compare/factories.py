"""Grids, standings and pools for the tests of comparisons."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence

from tuinet.compare.grid import Grid, make_grid, parse_vary
from tuinet.compare.training import run_jobs, run_trial, stacked_jobs
from tuinet.compare.trial import Event, Job, Standing, Target, Tell, Trial, looks


def xor_grid(seeds: int = 4, epochs: int = 300, target: Target | None = None) -> Grid:
    """Six cells."""
    varied = [parse_vary("optimizer=sgd,momentum,adam"), parse_vary("learning_rate=0.1,0.3")]
    return make_grid({}, varied, seeds, epochs, target)


def inline(jobs: Sequence[Job]) -> list[Trial]:
    """The results, computed here one after the other."""
    return [run_trial(job) for job in sorted(jobs, key=lambda job: job.index)]


def in_stacks(jobs: Sequence[Job], tell: Tell = lambda progress: None) -> list[Trial]:
    """The results, computed here in the stacks of a single worker."""
    found = [trial for stack in stacked_jobs(jobs, 1) for trials in run_jobs(stack, tell) for trial in trials]
    return sorted(found, key=lambda trial: trial.index)


def trials_of(events: Sequence[Event]) -> list[Trial]:
    """The results among what was reported, in the order of the grid; one that came twice is there twice."""
    return sorted((event for event in events if isinstance(event, Trial)), key=lambda trial: trial.index)


def made_up_trial(index: int, epochs: int, scale: float = 1.0) -> Trial:
    """A loss that falls at a pace of its own, or diverges where the scale is infinite."""
    points = looks(epochs)
    if scale == math.inf:
        losses = tuple(0.7 if epoch < epochs / 3 else math.inf for epoch in points)
        return Trial(index, losses, None, math.inf)
    losses = tuple(0.75 * math.exp(-epoch / (200 * scale)) + 0.01 * scale for epoch in points)
    reached = next((epoch for epoch, loss in zip(points, losses, strict=True) if loss < 0.1), None)
    return Trial(index, losses, reached, losses[-1], 1.0 if reached is not None else 0.75)


def made_up_standing(grid: Grid, done: int | None = None, diverging: Sequence[int] = ()) -> Standing:
    """Results of the first jobs, the next one half way."""
    total = len(grid.jobs)
    done = total if done is None else done
    scales = [math.inf if index in diverging else 1 + index % 7 for index in range(total)]
    trials = [made_up_trial(index, grid.epochs, scales[index]) for index in range(total)]
    half = len(looks(grid.epochs)) // 2
    losses = [
        trial.losses if trial.index < done else trial.losses[:half] if trial.index == done else () for trial in trials
    ]
    known = tuple(trial if trial.index < done else None for trial in trials)
    return Standing(known, tuple(losses), share=done / total)


class Poison(Job):
    """A job that ends the process which takes it."""

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (9,)
