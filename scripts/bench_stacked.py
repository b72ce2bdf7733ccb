"""The second table of bench_engine.py: networks trained all at once, by tuinet and by its peers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np

from bench_jax import jax_stack
from bench_timing import Contender, cells, compare, peak_megabytes
from bench_torch import torch_stack
from bench_workloads import WORKLOADS, Peer, Workload

STACKED = ("xor", "circle", "iris", "small digits")
"""The workloads small enough that a stack is worth a try."""
AGREEMENT = 1e-6
"""The most by which a loss may differ, as a part of its value."""
LARGEST = 4096
"""The most networks that are tried."""
COLUMNS = ("portable", "fast", "vmap", "JAX")
_ENGINE = str(Path(__file__).with_name("bench_engine.py"))


def peers(workload: Workload, networks: int, threads: int) -> dict[str, Peer]:
    """The same networks at their start, in every library that is installed."""
    layers = workload.layers(networks)
    found = {"vmap": torch_stack(workload, layers, threads), "JAX": jax_stack(workload, layers)}
    return {name: peer for name, peer in found.items() if peer}


def yardsticks(workload: Workload, networks: int, threads: int) -> dict[str, Contender]:
    """One session at a time in either arithmetic, and the peers with as many networks as the stack has."""
    singles = {
        arithmetic: Contender(workload.session(records=False, arithmetic=arithmetic).advance)
        for arithmetic in ("portable", "fast")
    }
    others = {title: Contender(peer.advance, networks) for title, peer in peers(workload, networks, threads).items()}
    return singles | others


def best_size(workload: Workload, seconds: float) -> int:
    """The number of networks with the most epochs a second.

    It is doubled past the block that tuinet itself takes until two in a row are slower, or until an epoch takes five
    times the seconds of a timing; then the best three are timed again in turn.
    """
    stacks: dict[int, tuple[Contender, int]] = {}
    rates: dict[int, float] = {}
    best = size = 8
    while size <= min(max(4 * best, workload.block), LARGEST) and all(
        rate * 5 * seconds > tried for tried, rate in rates.items()
    ):
        stack = Contender(workload.stack(size).advance, size)
        stacks[size] = stack, stack.epochs_within(seconds)
        rates[size] = max(stack.rate(stacks[size][1]) for _ in range(3))
        best = max(rates, key=rates.__getitem__)
        size *= 2
    finalists = sorted(rates, key=rates.__getitem__)[-3:]
    turns = [{size: stacks[size][0].rate(stacks[size][1]) for size in finalists} for _ in range(5)]
    return max(finalists, key=lambda size: median(turn[size] for turn in turns))


def print_stacked(names: list[str], rounds: int, seconds: float, threads: int) -> None:
    print(f"\n{'networks at once':28}{'networks':>9}{'block':>7}{'epochs/s':>13}", end="")
    print("".join(f"{'x ' + name:>12}" for name in COLUMNS) + f"{'peak MB':>10}")
    for name in names:
        workload = WORKLOADS[name]
        size = best_size(workload, seconds)
        stack = Contender(workload.stack(size).advance, size)
        rate, ratios = compare(stack, yardsticks(workload, size, threads), rounds, seconds)
        peak = peak_megabytes(_ENGINE, "--memory", name, "--networks", str(size))
        sizes = f"{size:9,}{workload.block:7,}"
        print(f"{workload.title:28}{sizes}{rate:13,.0f}{cells(ratios, COLUMNS)}{peak:10.0f}", flush=True)


def check(names: list[str], threads: int, networks: int = 5, epochs: int = 20) -> None:
    """Print by how much the losses of each peer, trained on the same batches, differ from the stack's.

    In float64, whatever the workload has: in float32 the differences would be those of rounding.

    Raises
    ------
    SystemExit
        If a loss differs by more than `AGREEMENT`.
    """
    for name in names:
        workload = replace(WORKLOADS[name], dtype="float64")
        stack = workload.stack(networks)
        before = stack.metrics().losses
        stack.advance(epochs)
        after, orders = stack.metrics().losses, workload.orders(networks, epochs)
        print(f"{workload.title}: mean loss {before.mean():.6f}, after {epochs} epochs {after.mean():.6f}")
        for title, peer in peers(workload, networks, threads).items():
            peer.train(orders)
            worst = float(np.abs(peer.losses() / after - 1).max())
            print(f"  {title}: largest relative difference {worst:.1e}", flush=True)
            if not worst <= AGREEMENT:
                raise SystemExit(f"{title} does not compute what tuinet does")
