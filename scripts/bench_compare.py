"""How much faster `tuinet compare` is on two processes than on one, and whether the numbers are the same.

    python scripts/bench_compare.py [--workers 2] [--epochs 600] [--repeat 3]

24 Experiments: moons, six combinations with four seeds each. Times are of the whole pool, from the start of its
processes to the last result; the repetitions take turns, and the best of each counts. On a machine that is busy
otherwise, the seconds of processors tell what is spent on the runs themselves.
"""

from __future__ import annotations

import argparse
import os
import resource
import time

from tuinet.compare.grid import Grid, make_grid, parse_vary
from tuinet.compare.local import LocalPool
from tuinet.compare.trial import Event, Trial

VARY = ("optimizer=sgd,momentum,adam", "learning_rate=0.01,0.03")
SEEDS = 4


def grid_of(epochs: int) -> Grid:
    return make_grid({"dataset": "moons"}, [parse_vary(text) for text in VARY], SEEDS, epochs)


def timed(grid: Grid, workers: int) -> tuple[float, float, list[Trial]]:
    """Seconds on the clock, seconds of processors, and the results in the order of the grid."""
    events: list[Event] = []
    start, used = time.perf_counter(), processor_seconds()
    LocalPool(grid.jobs_in_turn, workers).run(events.append)
    seconds, used = time.perf_counter() - start, processor_seconds() - used
    trials = [event for event in events if isinstance(event, Trial)]
    return seconds, used, sorted(trials, key=lambda trial: trial.index)


def processor_seconds() -> float:
    """Of all processes that this one has started and that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=600)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    grid, counts = grid_of(options.epochs), (1, options.workers)
    taken: dict[int, list[tuple[float, float]]] = {count: [] for count in counts}
    results: list[list[Trial]] = []
    for _ in range(options.repeat):
        for count in counts:
            seconds, used, trials = timed(grid, count)
            taken[count].append((seconds, used))
            results.append(trials)
    print(f"{len(grid.jobs)} Experiments, {grid.epochs} epochs each, load {os.getloadavg()[0]:.1f} on {os.cpu_count()}")
    best = {count: min(times) for count, times in taken.items()}
    for count, (seconds, used) in best.items():
        print(f"{count} process{'es' if count > 1 else ''}: {seconds:.2f} s, processors {used:.2f} s")
    print(f"speed-up {best[1][0] / best[options.workers][0]:.2f}")
    print(f"the same numbers every time: {all(found == results[0] for found in results)}")


if __name__ == "__main__":
    main()
