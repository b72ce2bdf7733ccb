"""How much faster `tuinet compare` is on two processes than on one, and how much at once than one by one.

    python scripts/bench_compare.py [--workers 2] [--epochs 2000] [--seeds 40] [--alone 4] [--repeat 3]

XOR, two optimizers with 25 learning rates each and so many seeds: 2,000 runs. One by one there are fewer of them, the
first seeds of each cell, since they take long: what counts is the time of a run. Times are of the whole pool, from the
start of its processes to the last result; the repetitions take turns, and the best of each counts. On a machine that is
busy otherwise, the seconds of processors tell what is spent on the runs themselves.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from unittest.mock import patch

from tuinet.compare.grid import Grid, make_grid, parse_vary
from tuinet.compare.local import LocalPool
from tuinet.compare.training import Stack, stacked_jobs
from tuinet.compare.trial import Event, Job, Trial
from tuinet.session.build import DatasetCache

VARY = ("optimizer=sgd,adam", "learning_rate=log(0.001,1,25)")


@dataclass
class Taken:
    """What a pool took: seconds on the clock, seconds of processors, and the results in the order of the grid."""

    seconds: float
    used: float
    trials: list[Trial]


def timed(grid: Grid, workers: int, *, alone: bool = False) -> Taken:
    events: list[Event] = []
    start, used = time.perf_counter(), processor_seconds()
    with patch("tuinet.compare.local.stacked_jobs", _alone if alone else stacked_jobs):
        pool = LocalPool(grid.jobs_in_turn, workers)
    pool.run(events.append)
    seconds, used = time.perf_counter() - start, processor_seconds() - used
    trials = [event for event in events if isinstance(event, Trial)]
    return Taken(seconds, used, sorted(trials, key=lambda trial: trial.index))


def _alone(jobs: Sequence[Job], workers: int, datasets: DatasetCache | None = None) -> list[Stack]:
    """Every job a stack of its own."""
    return [(job,) for job in jobs]


def processor_seconds() -> float:
    """Of all processes that this one has started and that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def are_same(some: Taken, first_seeds: int, every: Taken, seeds: int) -> bool:
    """Whether the runs of the first seeds of each cell are those among all."""
    places = (trial.index // first_seeds * seeds + trial.index % first_seeds for trial in some.trials)
    return [replace(every.trials[place], index=index) for index, place in enumerate(places)] == some.trials


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=2000)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--alone", type=int, default=4, help="seeds of each cell that run one by one")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    varied = [parse_vary(text) for text in VARY]
    grid = make_grid({}, varied, options.seeds, options.epochs)
    small = make_grid({}, varied, options.alone, options.epochs)
    taken: dict[str, list[Taken]] = {}
    for _ in range(options.repeat):
        taken.setdefault("one process", []).append(timed(grid, 1))
        taken.setdefault(f"{options.workers} processes", []).append(timed(grid, options.workers))
        taken.setdefault("one by one", []).append(timed(small, options.workers, alone=True))
    print(f"{len(grid.jobs):,} runs of {grid.epochs:,} epochs, load {os.getloadavg()[0]:.1f} on {os.cpu_count()}")
    one, many, singly = (min(times, key=lambda one: one.seconds) for times in taken.values())
    for name, best in zip(taken, (one, many, singly), strict=True):
        runs = len(best.trials)
        milliseconds = 1e3 * best.seconds / runs
        print(
            f"{name}: {runs:,} runs in {best.seconds:.2f} s, {milliseconds:.2f} ms each, processors {best.used:.2f} s"
        )
    ratio = (singly.seconds / len(singly.trials)) / (many.seconds / len(many.trials))
    work = (singly.used / len(singly.trials)) / (many.used / len(many.trials))
    print(f"on {options.workers} processes rather than one: {one.seconds / many.seconds:.2f} times as fast")
    print(f"at once rather than one by one: {ratio:.1f} times as fast, processors {work:.1f}")
    everywhere = all(best.trials == one.trials for times in list(taken.values())[:2] for best in times)
    print(f"the same numbers every time: {everywhere and are_same(singly, options.alone, many, options.seeds)}")


if __name__ == "__main__":
    main()
