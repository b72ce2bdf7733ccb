"""How often the default network gets stuck on XOR, and how long it takes when it does not.

    python scripts/measure_seeds.py [--seeds 10000] [--epochs 10000]

The manual quotes this, and its first 200 seeds. A run is solved when its loss is below 0.05 and all four samples are
right.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from statistics import median, quantiles

import numpy as np

from tuinet.experiment.experiment import Experiment
from tuinet.observe.metrics import wilson
from tuinet.session.build import DatasetCache
from tuinet.session.stacked import stacked_run, stacks
from tuinet.session.stacked_run import RunsInTurn

EVERY = 10


def epochs_to_solve(seeds: Sequence[int], limit: int) -> list[int | None]:
    """Epochs until the run of each seed is solved, in steps of ten; ``None`` when it is not by then."""
    experiments, datasets = [replace(Experiment(), seed=seed) for seed in seeds], DatasetCache()
    found: list[int | None] = [None] * len(seeds)
    for places in stacks(experiments, datasets):
        runs = stacked_run([experiments[place] for place in places], datasets)
        for place, epochs in zip(places, _solved_at(runs, limit), strict=True):
            found[place] = epochs
    return found


def _solved_at(runs: RunsInTurn, limit: int) -> list[int | None]:
    found: list[int | None] = [None] * len(runs.experiments)
    rows, are_left = np.arange(len(found)), np.full(len(found), True)
    while runs.epoch < limit and are_left.any():
        runs.advance(EVERY)
        metrics = runs.metrics()
        are_new = are_left & (metrics.losses < 0.05) & metrics.are_solved
        for row in rows[are_new].tolist():
            found[row] = runs.epoch
        are_left &= ~are_new
        if 2 * np.count_nonzero(are_left) < len(rows) and are_left.any():
            runs.keep(np.flatnonzero(are_left).tolist())
            rows, are_left = rows[are_left], np.full(np.count_nonzero(are_left), True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10_000)
    parser.add_argument("--epochs", type=int, default=10_000)
    options = parser.parse_args()
    start = time.perf_counter()
    results = epochs_to_solve(range(1, options.seeds + 1), options.epochs)
    seconds = time.perf_counter() - start
    for count in sorted({min(200, options.seeds), options.seeds}):
        tell(results[:count], options.epochs)
    print(f"the default seed 1: {results[0]} epochs")
    print(f"{seconds:.1f} s")


def tell(results: Sequence[int | None], limit: int) -> None:
    solved = [epochs for epochs in results if epochs is not None]
    stuck = len(results) - len(solved)
    low, high = wilson(stuck, len(results))
    print(f"stuck after {limit:,} epochs: {stuck:,} of {len(results):,} seeds", end="")
    print(f", {stuck / len(results):.1%} (95% interval {low:.1%} to {high:.1%})")
    if len(solved) > 1:
        tenths = quantiles(solved, n=10)
        print(f"solved: median {median(solved):,.0f} epochs, 10% by {tenths[0]:,.0f}, 90% by {tenths[-1]:,.0f}")


if __name__ == "__main__":
    main()
