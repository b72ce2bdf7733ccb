"""Plant faults in copies of the tree, one at a time, and see whether the tests notice.

    python scripts/plant_faults.py [--count 60] [--seed 1] [--jobs 1] [--faults FILE]
                                   [--coverage-data build/coverage/data]

A fault is one line that is changed: a comparison, a sign, a number, a condition, a call that is gone. Only the tests
that belong to its file run, until the first one fails; a test that fails without the fault, too, is left out. With the
data of scripts/coverage, faults are planted only where tests go, and the tests are those that run the line. A fault
that survives may change nothing that matters: somebody has to look at it.

With --faults, the faults are read from the file if it exists, and written to it otherwise: so that the same faults
can be planted before and after a change.
"""

from __future__ import annotations

import argparse
import queue
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fault_copies import Copy
from fault_drawing import Fault, draw, read_faults, write_faults
from fault_tests import Choice, Measured

ROOT = Path(__file__).parents[1]
TRIES = 4
"""Tests that fail without the fault, too, before it is given up."""


@dataclass(frozen=True)
class Outcome:
    """What became of a fault."""

    fault: Fault
    verdict: str
    """``caught``, ``survived``, ``gone`` (its line is not there) or ``untested``."""
    row: int = 0
    seconds: float = 0.0
    by: str = ""
    """The test that noticed it, or the tests that did not."""

    def __str__(self) -> str:
        fault = self.fault
        head = f"{self.verdict:8}  {fault.file}:{self.row}  {fault.kind}  {self.seconds:.1f} s  {self.by}"
        return f"{head.rstrip()}\n    - {fault.line.strip()}\n    + {fault.text.strip()}"


def try_fault(fault: Fault, copy: Copy, choice: Choice, seconds: float) -> Outcome:
    """Plant it, run the tests that belong to it, and take it out again."""
    source = copy.source(fault.file)
    row, faulty = fault.row(source), fault.plant(source)
    if row is None or faulty is None:
        return Outcome(fault, "gone")
    modules = choice.modules(fault.file, row)
    start = time.monotonic()
    verdict, by = judge(copy, fault.file, faulty, modules, seconds) if modules else ("untested", "")
    return Outcome(fault, verdict, row, time.monotonic() - start, by)


def judge(copy: Copy, file: str, faulty: str, modules: Sequence[str], seconds: float) -> tuple[str, str]:
    """The verdict, and by whom."""
    without: list[str] = []
    for _ in range(TRIES):
        with copy.changed(file, faulty):
            failure = copy.test(modules, seconds, without)
        if failure is None:
            return "survived", " ".join(modules)
        if copy.passes(failure, seconds):
            return "caught", failure
        without.append(failure)
    return "untested", f"these fail without it: {' '.join(without)}"


def try_all(faults: Sequence[Fault], choice: Choice, seconds: float, jobs: int, root: Path = ROOT) -> Iterator[Outcome]:
    """What became of each fault, in the order in which that is known."""
    with ExitStack() as stack:
        free: queue.SimpleQueue[Copy] = queue.SimpleQueue()
        pool = stack.enter_context(ThreadPoolExecutor(jobs))
        for _ in range(jobs):
            free.put(stack.enter_context(Copy(root)))
        # Whatever ends this early ends what has not begun, before the copies go.
        stack.callback(partial(pool.shutdown, wait=False, cancel_futures=True))
        started = [pool.submit(try_in_turn, fault, free, choice, seconds) for fault in faults]
        for done in as_completed(started):
            yield done.result()


def try_in_turn(fault: Fault, free: queue.SimpleQueue[Copy], choice: Choice, seconds: float) -> Outcome:
    with taken(free) as copy:
        return try_fault(fault, copy, choice, seconds)


@contextmanager
def taken(free: queue.SimpleQueue[Copy]) -> Iterator[Copy]:
    copy = free.get()
    try:
        yield copy
    finally:
        free.put(copy)


def summary(outcomes: Sequence[Outcome]) -> str:
    counts = Counter(outcome.verdict for outcome in outcomes)
    tried = [outcome.seconds for outcome in outcomes if outcome.verdict in {"caught", "survived"}]
    others = "".join(
        f", {verdict} {counts[verdict]}" for verdict in ("survived", "untested", "gone") if counts[verdict]
    )
    mean = f"; {sum(tried) / len(tried):.1f} s each" if tried else ""
    return f"caught {counts['caught']} of {len(outcomes)}{others}{mean}"


def wanted_faults(options: argparse.Namespace, measured: Measured | None) -> list[Fault]:
    if options.faults and options.faults.exists():
        faults = read_faults(options.faults)
        print(f"{len(faults)} faults of {options.faults}")
        return faults
    faults = draw(ROOT, options.count, options.seed, measured.reached if measured else lambda file: None)
    if options.faults:
        write_faults(options.faults, faults)
    print(f"{len(faults)} faults of seed {options.seed}" + (f", written to {options.faults}" if options.faults else ""))
    return faults


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=Path, help="read the faults from there if it exists, else write them to it")
    parser.add_argument("--coverage-data", type=Path, help="what scripts/coverage has measured of this tree")
    parser.add_argument("--jobs", type=int, default=1, help="copies of the tree that are tested at once")
    parser.add_argument("--modules", type=int, default=6, help="modules of tests for a fault at most")
    parser.add_argument("--seconds", type=float, default=90.0, help="what they may take, as far as that was measured")
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds after which a fault counts as caught")
    return parser


def main() -> None:
    arguments = parser()
    options = arguments.parse_args()
    try:
        measured = Measured(options.coverage_data) if options.coverage_data else None
        faults = wanted_faults(options, measured)
    except ImportError:
        arguments.error("--coverage-data: coverage is not installed here; scripts/coverage installs it")
    except (OSError, ValueError) as error:
        arguments.error(str(error))
    choice = Choice(ROOT, measured, options.modules, options.seconds)
    outcomes: list[Outcome] = []
    for outcome in try_all(faults, choice, options.timeout, options.jobs):
        outcomes.append(outcome)
        print(outcome, flush=True)
    print(summary(outcomes))


if __name__ == "__main__":
    main()
