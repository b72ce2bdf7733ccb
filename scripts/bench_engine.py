"""How fast the engine trains, as ratios within one run.

    python scripts/bench_engine.py [--rounds 15] [--seconds 0.2] [--threads 1] [--only NAME]

The yardsticks are textbook NumPy, the straight-line floor and, where they are installed, PyTorch eager and
scikit-learn; and the session itself while it records its losses, and in portable arithmetic. The session that is
compared is in fast arithmetic. A ratio says how many times as fast as the yardstick
the session is. In every round each yardstick trains next to the session; a ratio is the median over the rounds of the
pairs' ratios, so that it holds on a machine whose speed drifts.
"""

from __future__ import annotations

import argparse
import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

_threads = argparse.ArgumentParser(add_help=False)
_threads.add_argument("--threads", type=int, default=1, help="threads of BLAS and of PyTorch")
for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    # Before NumPy loads its BLAS.
    os.environ[variable] = str(_threads.parse_known_args()[0].threads)

import numpy as np  # noqa: E402

from bench_floor import relu_softmax, tanh_2_8_8_1, xor_2_2_1  # noqa: E402
from bench_textbook import Textbook  # noqa: E402
from bench_torch import sklearn_advance, torch_advance  # noqa: E402
from tuinet.data.dataset import Dataset, Task  # noqa: E402
from tuinet.data.generators import DATASETS  # noqa: E402
from tuinet.experiment.experiment import Experiment  # noqa: E402
from tuinet.session.session import Session  # noqa: E402

Advance = Callable[[int], None]
Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Workload:
    """One network on one dataset."""

    title: str
    sizes: tuple[int, ...]
    activation: str
    learning_rate: float
    batch: int
    dtype: str
    data: Callable[[], tuple[Array, Array]]
    floor: Callable[[Array, Array, float], Advance] | None

    def session(self, *, records: bool, arithmetic: str = "fast") -> Session:
        X, y = self.data()
        task: Task = "binary" if self.sizes[-1] == 1 else "classes"
        names = tuple(f"x{column}" for column in range(X.shape[1]))
        dataset = Dataset("made", task, X, y, names, tuple(str(label) for label in range(max(2, y.shape[1]))))
        experiment = Experiment(
            hidden=self.sizes[1:-1],
            activation=(self.activation,),
            learning_rate=self.learning_rate,
            batch_size=self.batch,
            initializer="lecun_normal",
            dtype="float32" if self.dtype == "float32" else "float64",
            arithmetic=arithmetic,
        )
        return Session(experiment, dataset, records=records)

    def yardsticks(self, threads: int) -> dict[str, Advance | None]:
        X, y = (array.astype(self.dtype) for array in self.data())
        batch = self.batch or len(X)
        common = (self.sizes, self.activation, self.learning_rate, X, y, batch)
        return {
            "history": self.session(records=True).advance,
            "portable": self.session(records=False, arithmetic="portable").advance,
            "textbook": Textbook(*common).advance,
            "floor": self.floor(X, y, self.learning_rate) if self.floor else None,
            "torch": torch_advance(*common, threads),
            "sklearn": sklearn_advance(*common),
        }


def circle() -> tuple[Array, Array]:
    X = np.random.default_rng(0).uniform(-1, 1, (250, 2))
    return X, (np.hypot(X[:, :1], X[:, 1:]) < 0.7).astype(float)


def xor() -> tuple[Array, Array]:
    data = DATASETS["xor"]()
    return data.X, data.y


def iris() -> tuple[Array, Array]:
    data = DATASETS["iris"]()
    return np.ascontiguousarray(data.encode(data.X)), data.y


def digits() -> tuple[Array, Array]:
    data = DATASETS["digits"]()
    return data.X, data.y


def pictures() -> tuple[Array, Array]:
    generator = np.random.default_rng(0)
    return generator.uniform(0, 1, (6000, 784)), np.eye(10)[generator.integers(0, 10, 6000)]


WORKLOADS = {
    "xor": Workload("2-2-1 XOR, full batch", (2, 2, 1), "sigmoid", 0.5, 0, "float64", xor, xor_2_2_1),
    "circle": Workload(
        "2-8-8-1, 250 points, batch 10", (2, 8, 8, 1), "tanh", 0.03, 10, "float64", circle,
        lambda X, y, rate: tanh_2_8_8_1(X, y, rate, 10),
    ),
    "iris": Workload(
        "4-8-3 iris, batch 16", (4, 8, 3), "tanh", 0.1, 16, "float64", iris, None
    ),
    "digits": Workload(
        "64-128-10 digits, batch 32", (64, 128, 10), "relu", 0.1, 32, "float32", digits,
        lambda X, y, rate: relu_softmax(X, y, rate, (64, 128, 10), 32),
    ),
    "pictures": Workload(
        "784-256-10, 6000 samples, batch 128", (784, 256, 10), "relu", 0.1, 128, "float32", pictures,
        lambda X, y, rate: relu_softmax(X, y, rate, (784, 256, 10), 128),
    ),
}  # fmt: skip
COLUMNS = ("history", "portable", "textbook", "floor", "torch", "sklearn")


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


def measure(workload: Workload, rounds: int, seconds: float, threads: int) -> tuple[float, dict[str, float]]:
    """Epochs a second, and how many times as fast as each yardstick."""
    session = workload.session(records=False).advance
    epochs = epochs_within(session, seconds)
    yardsticks = {name: advance for name, advance in workload.yardsticks(threads).items() if advance}
    counts = {name: min(epochs, epochs_within(advance, seconds)) for name, advance in yardsticks.items()}
    rates, ratios = [], {name: [] for name in yardsticks}  # type: ignore[var-annotated]
    for _ in range(rounds):
        for name, advance in yardsticks.items():
            own = epochs / seconds_for(session, epochs)
            rates.append(own)
            ratios[name].append(own * seconds_for(advance, counts[name]) / counts[name])
    return median(rates), {name: median(values) for name, values in ratios.items()}


def peak_megabytes(name: str) -> float:
    """Peak memory of a process that trains the workload for an epoch."""
    command = [sys.executable, __file__, "--memory", name]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout) / 1024


def print_memory(name: str) -> None:
    WORKLOADS[name].session(records=True).advance(1)
    # Not getrusage: its peak begins with that of the process that started this one.
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    print(next((line.split()[1] for line in lines if line.startswith("VmHWM")), "nan"))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, parents=[_threads]
    )
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.2, help="length of one timing")
    parser.add_argument("--only", choices=WORKLOADS, help="one workload")
    parser.add_argument("--memory", choices=WORKLOADS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory:
        print_memory(options.memory)
        return
    gc.disable()
    print(f"BLAS and PyTorch threads: {options.threads}; NumPy {np.__version__}; x: times as fast as")
    print(f"{'workload':36}{'epochs/s':>10}" + "".join(f"{'x ' + name:>12}" for name in COLUMNS) + f"{'peak MB':>10}")
    for name in [options.only] if options.only else WORKLOADS:
        rate, ratios = measure(WORKLOADS[name], options.rounds, options.seconds, options.threads)
        cells = "".join(f"{ratios[column]:12.3f}" if column in ratios else f"{'–':>12}" for column in COLUMNS)
        print(f"{WORKLOADS[name].title:36}{rate:10,.1f}{cells}{peak_megabytes(name):10.0f}", flush=True)


if __name__ == "__main__":
    main()
