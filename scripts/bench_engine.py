"""How fast the engine trains, as ratios within one run: one network, then a stack of networks.

    python scripts/bench_engine.py [--rounds 15] [--seconds 0.2] [--threads 1] [--only NAME] [--table single|stacked]
    python scripts/bench_engine.py --check

The yardsticks are textbook NumPy, the straight-line floor and, where they are installed, PyTorch eager and
scikit-learn; and the session itself while it records its losses, and in portable arithmetic. The session that is
compared is in fast arithmetic. A ratio says how many times as fast as the yardstick
the session is. In every round each yardstick trains next to the session; a ratio is the median over the rounds of the
pairs' ratios, so that it holds on a machine whose speed drifts.

The second table is of networks of one shape with different seeds, trained at once: the number of networks that is
trained fastest, their epochs in a second taken together, and how many times as fast that is as single sessions one by
one, and as PyTorch's ``vmap`` and JAX, where they are installed, with the same networks on the same data. Its memory is
that of a process that trains the stack. The stack is in portable arithmetic; the single session is in portable, which
has the same bits, and in fast arithmetic. ``--check`` compares losses of the stack and of its peers.

The script keeps to as many processors as it has threads: JAX has no option for them.
"""

from __future__ import annotations

import argparse
import gc
import os

_threads = argparse.ArgumentParser(add_help=False)
_threads.add_argument("--threads", type=int, default=1, help="threads of BLAS and of PyTorch")
for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    # Before NumPy loads its BLAS.
    os.environ[variable] = str(_threads.parse_known_args()[0].threads)

_allowed = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
if _allowed:
    # Before JAX makes its threads.
    os.sched_setaffinity(0, _allowed[: _threads.parse_known_args()[0].threads])

import numpy as np  # noqa: E402

from bench_stacked import STACKED, check, print_stacked  # noqa: E402
from bench_textbook import Textbook  # noqa: E402
from bench_timing import Contender, cells, compare, peak_megabytes, print_peak  # noqa: E402
from bench_torch import sklearn_advance, torch_advance  # noqa: E402
from bench_workloads import WORKLOADS, Workload  # noqa: E402

COLUMNS = ("history", "portable", "textbook", "floor", "torch", "sklearn")


def yardsticks(workload: Workload, threads: int) -> dict[str, Contender]:
    X, y = workload.arrays
    common = (workload.sizes, workload.activation, workload.learning_rate, X, y, workload.batch or len(X))
    found = {
        "history": workload.session(records=True).advance,
        "portable": workload.session(records=False, arithmetic="portable").advance,
        "textbook": Textbook(*common).advance,
        "floor": workload.floor(X, y, workload.learning_rate) if workload.floor else None,
        "torch": torch_advance(*common, threads),
        "sklearn": sklearn_advance(*common),
    }
    return {name: Contender(advance) for name, advance in found.items() if advance}


def print_single(names: list[str], rounds: int, seconds: float, threads: int) -> None:
    print(f"{'workload':36}{'epochs/s':>10}" + "".join(f"{'x ' + name:>12}" for name in COLUMNS) + f"{'peak MB':>10}")
    for name in names:
        workload = WORKLOADS[name]
        session = Contender(workload.session(records=False).advance)
        rate, ratios = compare(session, yardsticks(workload, threads), rounds, seconds)
        peak = peak_megabytes(__file__, "--memory", name)
        print(f"{workload.title:36}{rate:10,.1f}{cells(ratios, COLUMNS)}{peak:10.0f}", flush=True)


def print_memory(name: str, networks: int) -> None:
    """The peak memory of this process after an epoch of the workload, or of a stack of networks."""
    if networks:
        WORKLOADS[name].stack(networks).advance(1)
    else:
        WORKLOADS[name].session(records=True).advance(1)
    print_peak()


def options_given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, parents=[_threads]
    )
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.2, help="length of one timing")
    parser.add_argument("--only", choices=WORKLOADS, help="one workload")
    parser.add_argument("--table", choices=("single", "stacked"), help="one table")
    parser.add_argument("--check", action="store_true", help="only compare losses of the stack and of its peers")
    parser.add_argument("--memory", choices=WORKLOADS, help=argparse.SUPPRESS)
    parser.add_argument("--networks", type=int, default=0, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    options = options_given()
    names = [options.only] if options.only else list(WORKLOADS)
    stacked = [name for name in names if name in STACKED]
    if options.memory:
        print_memory(options.memory, options.networks)
        return
    if options.check:
        check(stacked, options.threads)
        return
    gc.disable()
    common = (options.rounds, options.seconds, options.threads)
    print(f"Threads: {options.threads}; NumPy {np.__version__}; x: times as fast as")
    if options.table != "stacked":
        print_single(names, *common)
    if options.table != "single" and stacked:
        print_stacked(stacked, *common)


if __name__ == "__main__":
    main()
