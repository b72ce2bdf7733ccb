"""How the dashboard behaves in real terminals of 80x24 with 256 colours, local ones and such behind slow lines.

    python scripts/bench_terminal.py [--rounds 5] [--seconds 10] [--presses 120] [--only NAME ...] [--long]

Where two programs are compared they run in turn, and the ratio is the median over the rounds. Slow lines carry 64 and
16 kB/s behind a buffer of 256 kB. `--long` compares the memory after 10 million epochs with that after 1 million (some
minutes), else after 1 million with that after 100,000. Figures with a bar say whether it holds.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from bench_programs import BARE_TEXT
from bench_pty import ROOT, Program, environment

TUINET = (sys.executable, "-m", "tuinet")
BARE, LARGE = ((sys.executable, str(Path(__file__).with_name("bench_programs.py")), name) for name in ("bare", "large"))
FLAT_OUT = ("--speed", "max")
WORKLOADS = {"idle, XOR": (*TUINET, "--paused"), "flat out, XOR": (*TUINET, *FLAT_OUT), "flat out, large": LARGE}
SLOW = (64_000.0, 16_000.0)
SETTLING = 2.0
"""Seconds before anything is measured that has to do with running."""


@dataclass(frozen=True)
class Options:
    """How thoroughly."""

    rounds: int
    seconds: float
    presses: int
    long: bool


@dataclass(frozen=True)
class Figure:
    """What was measured, and what it must not exceed, or fall short of."""

    name: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None

    @property
    def bar(self) -> str:
        bound = self.most if self.most is not None else self.least
        return "" if bound is None else f"{'<=' if self.most is not None else '>='} {number(bound)}"

    @property
    def verdict(self) -> str:
        holds = (self.most is None or self.value <= self.most) and (self.least is None or self.value >= self.least)
        return "" if not self.bar else "ok" if holds else "NOT"


@dataclass(frozen=True)
class Key:
    """A key, and what on the screen shows that it was obeyed."""

    name: str
    presses: tuple[str, ...]
    """In turn."""
    seen: Callable[[str], object]
    """Of the screen's text: another value is the answer."""
    counts: Callable[[object], bool] = lambda value: True
    """Which answers are timed."""


def scale(screen: str) -> str:
    """What the chart says of its axis, which the key changes in three steps."""
    found = re.search(r"automatic log scale|log scale|linear scale", screen)
    return found[0] if found else ""


def is_paused(screen: str) -> bool:
    return "■ paused" in screen


def learning_rate(screen: str) -> str:
    return found[1] if (found := re.search(r"learning rate (\S+)", screen)) else ""


def epoch(screen: str) -> int:
    found = re.search(r"epoch ([\d,]+)", screen)
    return int(found[1].replace(",", "")) if found else -1


KEYS = (
    Key("l, log scale", ("l",), scale),
    Key("), learning rate", (")", "("), learning_rate),
    Key("space, pause", (" ",), is_paused, counts=bool),
)


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def is_whole(screen: str) -> bool:
    """Whether all panels have been drawn, with what is in them."""
    return all(text in screen for text in ("epoch", "P(class 1)", "cross-entropy", "layer 2", "‖∂L/∂W‖", "q quit"))


def seconds_to_frame(command: tuple[str, ...], rate: float | None, is_there: Callable[[str], bool]) -> float:
    with Program(command, rate) as program:
        return program.wait_for(is_there) - program.started


def start(options: Options, rate: float | None) -> Iterator[Figure]:
    pairs = [
        (seconds_to_frame(TUINET, rate, is_whole), seconds_to_frame(BARE, rate, lambda screen: BARE_TEXT in screen))
        for _ in range(options.rounds + 1)
    ][1:]  # the first ones read from the disk
    yield Figure("first frame, bare Textual and NumPy", median(bare for _, bare in pairs), "s")
    yield Figure("first full frame", median(own for own, _ in pairs), "s")
    most = None if rate else 1.5
    yield Figure("first full frame, x bare", median(own / bare for own, bare in pairs), "", most)


def answer_milliseconds(program: Program, key: Key, presses: int) -> list[float]:
    """From each press to its answer on the screen, pressed at odd moments."""
    moments, answers = random.Random(0), list[float]()
    for press in range(10 * presses):
        program.pump(moments.uniform(0.05, 0.3))
        before, pressed = key.seen(program.grid.text()), time.monotonic()
        program.press(key.presses[press % len(key.presses)])
        answered = program.wait_for(lambda screen, before=before: key.seen(screen) != before)  # type: ignore[misc]
        if key.counts(key.seen(program.grid.text())):
            answers.append(1000 * (answered - pressed))
        if len(answers) == presses:
            break
    return answers


def latency(options: Options, rate: float | None) -> Iterator[Figure]:
    for workload, command in WORKLOADS.items():
        middle, worst = key_bars(workload, rate)
        with Program(command, rate) as program:
            program.wait_for(lambda screen: "q quit" in screen and epoch(screen) >= 0)
            program.pump(SETTLING)
            for key in KEYS:
                if is_paused(program.grid.text()) and key.counts is bool:
                    continue
                answers = answer_milliseconds(program, key, options.presses)
                yield Figure(f"key to screen, {workload}, {key.name}: median", median(answers), "ms", middle)
                yield Figure(f"key to screen, {workload}, {key.name}: p99", p99(answers), "ms", worst)


def key_bars(workload: str, rate: float | None) -> tuple[float | None, float | None]:
    if workload.startswith("idle"):
        return None, None
    if rate is not None:
        return 400, 1000
    return (None, 100) if "large" in workload else (10, 50)


def p99(values: list[float]) -> float:
    return quantiles(values, n=100, method="inclusive")[-1] if len(values) > 1 else values[0]


def traffic(program: Program, seconds: float) -> tuple[float, float]:
    """Bytes a second, and bytes a frame."""
    drawn, frames = program.bytes_arrived, program.grid.questions
    program.pump(seconds)
    drawn, frames = program.bytes_arrived - drawn, program.grid.questions - frames
    return drawn / seconds, drawn / max(frames, 1)


def sent(options: Options, rate: float | None) -> Iterator[Figure]:
    for name, choice in (("default speed", ()), ("flat out", FLAT_OUT)):
        with Program((*TUINET, *choice), rate) as program:
            program.wait_for(is_whole)  # much changes in the first seconds
            a_second, a_frame = traffic(program, options.seconds)
        is_judged = bool(choice) and rate is None
        yield Figure(f"bytes a second, XOR, {name}", a_second, "", 20_000 if is_judged else None)
        yield Figure(f"bytes a frame, XOR, {name}", a_frame, "", 3_000 if is_judged else None)
    with paused(rate) as program:
        yield Figure("bytes a second, XOR, paused", traffic(program, options.seconds)[0], "", 0)


def paused(rate: float | None) -> Program:
    """A dashboard that has run flat out and is paused now."""
    program = Program((*TUINET, *FLAT_OUT), rate)
    program.wait_for(is_whole)
    program.pump(SETTLING)
    program.press(" ")
    program.wait_for(is_paused)
    program.pump(SETTLING)
    return program


def cpu(options: Options, rate: float | None) -> Iterator[Figure]:
    with paused(rate) as program:
        # Once it has been saved there is nothing left to do.
        program.pump(6.0)
        before = program.cpu_seconds()
        program.pump(options.seconds)
        yield Figure("processor, paused", 100 * (program.cpu_seconds() - before) / options.seconds, "%", 1)


def dashboard_rate(dataset: str, rate: float | None, seconds: float) -> float:
    """Epochs a second, read from the screen."""
    with Program((*TUINET, *FLAT_OUT, "--dataset", dataset), rate) as program:
        program.wait_for(lambda screen: epoch(screen) > 0)
        program.pump(SETTLING)
        first, begun = next_epoch(program)
        program.pump(seconds)
        last, ended = next_epoch(program)
    return (last - first) / (ended - begun)


def next_epoch(program: Program) -> tuple[int, float]:
    """The epoch that is shown next, and when it appears."""
    before = epoch(program.grid.text())
    moment = program.wait_for(lambda screen: epoch(screen) > before)
    return epoch(program.grid.text()), moment


def train_rate(dataset: str, log_every: int, seconds: float) -> float:
    """Epochs a second of `tuinet train`, over the same part of the run."""
    command = [*TUINET, "train", "--dataset", dataset, "--epochs", str(10**9), "--json", "--log-every", str(log_every)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=environment(os.devnull)) as process:
        assert process.stdout is not None
        process.stdout.readline()
        begun = time.monotonic()
        records = [(begun, 0)]
        for line in process.stdout:
            records.append((time.monotonic(), json.loads(line)["epoch"]))
            if records[-1][0] > begun + SETTLING + seconds:
                break
        process.kill()
    records = [record for record in records if record[0] > begun + SETTLING]
    return (records[-1][1] - records[0][1]) / (records[-1][0] - records[0][0])


def speed(options: Options, rate: float | None) -> Iterator[Figure]:
    for dataset, log_every, least in (("xor", 5000, 0.85), ("digits", 10, 0.9)):
        pairs = [
            (dashboard_rate(dataset, rate, options.seconds), train_rate(dataset, log_every, options.seconds))
            for _ in range(options.rounds)
        ]
        yield Figure(f"epochs a second, {dataset}, dashboard", median(own for own, _ in pairs), "")
        yield Figure(f"epochs a second, {dataset}, tuinet train", median(train for _, train in pairs), "")
        ratio = median(own / train for own, train in pairs)
        yield Figure(f"training speed, {dataset}, x tuinet train", ratio, "", least=least if rate is None else None)


def memory(options: Options, rate: float | None) -> Iterator[Figure]:
    goals = (1_000_000, 10_000_000) if options.long else (100_000, 1_000_000)
    taken = []
    with Program((*TUINET, *FLAT_OUT), rate) as program:
        for goal in goals:
            program.wait_for(lambda screen, goal=goal: epoch(screen) >= goal, seconds=3600)  # type: ignore[misc]
            taken.append(program.megabytes())
            yield Figure(f"memory after {goal:,} epochs", taken[-1], "MB")
    yield Figure("memory, last to first", taken[1] / taken[0], "", 1.1)


MEASURES = {"start": start, "latency": latency, "bytes": sent, "cpu": cpu, "speed": speed, "memory": memory}


def show(measure: str, options: Options, rate: float | None) -> bool:
    """Print the figures; whether all bars hold."""
    holds = True
    for figure in MEASURES[measure](options, rate):
        value = f"{number(figure.value)} {figure.unit}".strip()
        print(f"{figure.name:64}{value:>14}{figure.bar:>12}  {figure.verdict}".rstrip(), flush=True)
        holds &= figure.verdict != "NOT"
    return holds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="of what is compared")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of one measurement")
    parser.add_argument("--presses", type=int, default=120, help="of each key")
    parser.add_argument("--only", choices=[*MEASURES, "slow"], action="append", help="slow: all behind slow lines")
    parser.add_argument("--long", action="store_true", help="memory after 10 million epochs")
    given = parser.parse_args()
    options = Options(given.rounds, given.seconds, given.presses, given.long)
    chosen = given.only or [*MEASURES, "slow"]
    measures = [name for name in MEASURES if name in chosen] or list(MEASURES)
    rates: list[float | None] = [None] if set(chosen) != {"slow"} else []
    rates += SLOW if "slow" in chosen else ()
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    print(f"80x24, 256 colours; {os.cpu_count()} processors, load {load}")
    holds = True
    for rate in rates:
        print(f"\n{f'behind a line of {rate / 1000:.0f} kB/s' if rate else 'a local terminal'}")
        for name in measures:
            holds &= show(name, options, rate)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
