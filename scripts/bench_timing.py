"""How contenders are timed next to one another, and the peak memory of a process that trains one."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench_workloads import Advance


@dataclass(frozen=True)
class Contender:
    """What trains a number of networks by a number of epochs each."""

    advance: Advance
    networks: int = 1

    def seconds(self, epochs: int) -> float:
        """The time that so many epochs take."""
        start = time.perf_counter()
        self.advance(epochs)
        return time.perf_counter() - start

    def epochs_within(self, seconds: float) -> int:
        """A number of epochs that takes about so long, found by doubling: the contender is warm afterwards."""
        # The first call compiles what is compiled.
        self.advance(1)
        epochs = 1
        while (elapsed := self.seconds(epochs)) < seconds:
            epochs *= 2
        return max(1, round(epochs * seconds / elapsed))

    def rate(self, epochs: int) -> float:
        """Epochs a second, those of all its networks taken together."""
        return self.networks * epochs / self.seconds(epochs)


def compare(
    subject: Contender, yardsticks: Mapping[str, Contender], rounds: int, seconds: float
) -> tuple[float, dict[str, float]]:
    """The subject's epochs a second, and how many times as many as each yardstick's that is.

    In every round each yardstick trains next to the subject; the medians over the rounds count.
    """
    epochs = subject.epochs_within(seconds)
    most = epochs * subject.networks
    counts = {name: min(most, yardstick.epochs_within(seconds)) for name, yardstick in yardsticks.items()}
    rates: list[float] = []
    ratios: dict[str, list[float]] = {name: [] for name in yardsticks}
    for _ in range(rounds):
        for name, yardstick in yardsticks.items():
            rates.append(subject.rate(epochs))
            ratios[name].append(rates[-1] / yardstick.rate(counts[name]))
    return median(rates), {name: median(values) for name, values in ratios.items()}


def cells(ratios: Mapping[str, float], columns: Sequence[str]) -> str:
    """The ratios of a row under their columns."""
    return "".join(f"{ratios[name]:12.3f}" if name in ratios else f"{'–':>12}" for name in columns)


def peak_megabytes(script: str, *options: str) -> float:
    """Peak memory of a process in which a script calls `print_peak`."""
    command = [sys.executable, script, *options]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout) / 1024


def print_peak() -> None:
    """The peak memory of this process so far, in kB."""
    # Not getrusage: its peak begins with that of the process that started this one.
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    print(next((line.split()[1] for line in lines if line.startswith("VmHWM")), "nan"))
