"""How often the default network gets stuck on XOR, and how long it takes when it does not.

    python scripts/measure_seeds.py [--seeds 200] [--epochs 10000]

The README quotes this. A run is solved when its loss is below 0.05 and all four samples are right.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from statistics import median, quantiles

from tuinet.experiment.experiment import Experiment
from tuinet.session.session import Session

EVERY = 10


def epochs_to_solve(seed: int, limit: int) -> int | None:
    """Epochs until the run is solved, in steps of ten; ``None`` when it is not by then."""
    session = Session(replace(Experiment(), seed=seed))
    while session.run.epoch < limit:
        session.advance(EVERY)
        metrics = session.metrics()
        if metrics.loss < 0.05 and metrics.accuracy == 1:
            return session.run.epoch
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--epochs", type=int, default=10_000)
    options = parser.parse_args()
    results = [epochs_to_solve(seed, options.epochs) for seed in range(1, options.seeds + 1)]
    solved = [epochs for epochs in results if epochs is not None]
    tenths = quantiles(solved, n=10)
    print(f"stuck after {options.epochs:,} epochs: {results.count(None)} of {options.seeds} seeds")
    print(f"solved: median {median(solved):,.0f} epochs, 10 % by {tenths[0]:,.0f}, 90 % by {tenths[-1]:,.0f}")
    print(f"the default seed 1: {results[0]} epochs")


if __name__ == "__main__":
    main()
