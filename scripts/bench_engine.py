"""How fast the engine trains, as ratios within one run: against textbook NumPy and against the straight-line floor.

    python scripts/bench_engine.py [--rounds 15] [--seconds 0.2]

Every round times all contenders in turn for the same number of epochs; a ratio is the median over the rounds of the
pairs' ratios, so that it holds on a machine whose speed drifts.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np

from bench_floor import tanh_2_8_8_1, xor_2_2_1
from bench_textbook import Textbook
from tuinet.config import Experiment
from tuinet.data.dataset import Dataset
from tuinet.data.generators import make_xor
from tuinet.training.session import Session

Advance = Callable[[int], None]


@dataclass(frozen=True)
class Workload:
    """One network on one dataset, trained by each contender."""

    name: str
    session: Advance
    textbook: Advance
    floor: Advance


def xor_workload() -> Workload:
    data, rate = make_xor(), 0.5
    textbook = Textbook((2, 2, 1), "sigmoid", rate, data.X, data.y, len(data.X))
    session = Session(Experiment(learning_rate=rate))
    return Workload("xor 2-2-1, full batch", session.advance, textbook.advance, xor_2_2_1(data.X, data.y, rate))


def circle_workload() -> Workload:
    generator = np.random.default_rng(0)
    X = generator.uniform(-1, 1, (250, 2))
    y = (np.hypot(X[:, :1], X[:, 1:]) < 0.7).astype(float)
    data = Dataset("circle", "binary", X, y, ("x1", "x2"), ("0", "1"))
    experiment = Experiment(hidden=(8, 8), activation=("tanh",), learning_rate=0.03, batch_size=10)
    textbook = Textbook((2, 8, 8, 1), "tanh", 0.03, X, y, 10)
    session = Session(experiment, data)
    return Workload("2-8-8-1, 250 points, batch 10", session.advance, textbook.advance, tanh_2_8_8_1(X, y, 0.03, 10))


def seconds_for(advance: Advance, epochs: int) -> float:
    start = time.perf_counter()
    advance(epochs)
    return time.perf_counter() - start


def epochs_within(advance: Advance, seconds: float) -> int:
    """A number of epochs that takes about so long, found by doubling: the contender is warm afterwards."""
    epochs = 1
    while (elapsed := seconds_for(advance, epochs)) < seconds:
        epochs *= 2
    return max(1, round(epochs * seconds / elapsed))


def measure(workload: Workload, rounds: int, seconds: float) -> str:
    """One row of the table."""
    epochs = epochs_within(workload.session, seconds)
    contenders = (workload.session, workload.textbook, workload.floor)
    times = [[seconds_for(advance, epochs) for advance in contenders] for _ in range(rounds)]
    own = epochs / median(row[0] for row in times)
    against_textbook = median(row[1] / row[0] for row in times)
    of_floor = median(row[2] / row[0] for row in times)
    return f"{workload.name:32} {own:12,.0f} {against_textbook:15.2f} {of_floor:10.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.2, help="length of one timing")
    options = parser.parse_args()
    gc.disable()
    print(f"{'workload':32} {'epochs/s':>12} {'x textbook':>15} {'of floor':>10}")
    for workload in (xor_workload(), circle_workload()):
        print(measure(workload, options.rounds, options.seconds), flush=True)


if __name__ == "__main__":
    main()
