"""Pools of processes: the same numbers whoever computes them, and whoever dies on the way."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tests.compare.factories import Poison, in_stacks, inline, trials_of, xor_grid
from tuinet.compare import local
from tuinet.compare.grid import make_grid, parse_vary
from tuinet.compare.local import ATTEMPTS, LocalPool, Throttle
from tuinet.compare.trial import Event, Progress, Trial

ROOT = Path(__file__).parents[2]
LONG = 200_000
ORPHANS = """
from tests.compare.factories import xor_grid
from tuinet.compare.grid import make_grid, parse_vary
from tuinet.compare.local import LocalPool
pool = LocalPool(xor_grid(1, 10_000_000).jobs, 2)
pool.run(lambda event: print(*pool.pids, flush=True))
"""


@pytest.fixture(scope="module")
def expected() -> list[Trial]:
    return inline(xor_grid().jobs)


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_results_depend_neither_on_workers_nor_on_their_order(expected: list[Trial], workers: int) -> None:
    jobs = list(xor_grid().jobs)
    random.Random(workers).shuffle(jobs)
    events: list[Event] = []
    LocalPool(jobs, workers).run(events.append)
    assert trials_of(events) == expected


def test_killed_workers_lose_nothing() -> None:
    jobs = xor_grid(1, 60_000).jobs[:3]
    pool = LocalPool(jobs, 2)
    events: list[Event] = []
    killed: set[int] = set()

    def report(event: Event) -> None:
        events.append(event)
        # Progress comes from the middle of a run: that one dies first, then the other one.
        if isinstance(event, Progress) and len(killed) < 2:
            pid = pool.pids[len(killed)]
            killed.add(pid)
            os.kill(pid, signal.SIGKILL)

    pool.run(report)
    assert len(killed) == 2
    assert trials_of(events) == inline(jobs)
    assert pool.pids == []


def test_a_job_that_kills_its_workers_is_given_up() -> None:
    jobs = list(xor_grid(1, 50).jobs)
    poison = jobs[1]
    jobs[1] = Poison(poison.index, poison.experiment, poison.epochs, poison.target)
    events: list[Event] = []
    LocalPool(jobs, 2).run(events.append)
    trials = trials_of(events)
    assert [trial.index for trial in trials] == list(range(6))
    assert [bool(trial.failure) for trial in trials] == [False, True, False, False, False, False]
    assert f"ended {ATTEMPTS} times" in trials[1].failure


def test_a_job_that_kills_its_workers_is_not_blamed_on_those_that_run_beside_it() -> None:
    jobs = list(make_grid({}, [], 3, 50).jobs)
    poison = jobs[1]
    jobs[1] = Poison(poison.index, poison.experiment, poison.epochs, poison.target)
    events: list[Event] = []
    LocalPool(jobs, 1).run(events.append)
    trials = trials_of(events)
    assert [bool(trial.failure) for trial in trials] == [False, True, False]
    assert f"ended {ATTEMPTS} times" in trials[1].failure
    assert [trials[0], trials[2]] == inline([jobs[0], jobs[2]])


def test_a_stack_whose_worker_is_killed_is_begun_anew_by_all_workers() -> None:
    jobs = make_grid({}, [parse_vary("learning_rate=0.1,0.3")], 4, 30_000).jobs_in_turn
    pool = LocalPool(jobs, 2)
    events: list[Event] = []
    killed: list[int] = []

    def report(event: Event) -> None:
        events.append(event)
        if isinstance(event, Progress) and not killed:
            assert len(event.indices) == 4
            killed.extend(pool.pids[:1])
            os.kill(killed[0], signal.SIGKILL)

    pool.run(report)
    assert killed
    assert trials_of(events) == in_stacks(jobs)
    assert {len(event.indices) for event in events if isinstance(event, Progress)} >= {2, 4}
    assert pool.pids == []


def test_to_stop_leaves_no_process() -> None:
    pool = LocalPool(xor_grid(1, LONG).jobs, 2)
    pids: list[int] = []

    def report(event: Event) -> None:
        pids.extend(pool.pids)
        pool.stop()

    pool.run(report)
    assert len(pids) >= 2
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_curves_grow_before_a_run_is_over() -> None:
    pool = LocalPool(xor_grid(1, LONG).jobs[:1], 1)
    events: list[Event] = []

    def report(event: Event) -> None:
        events.append(event)
        if len(events) == 2:
            pool.stop()

    pool.run(report)
    first, second = events
    assert isinstance(first, Progress)
    assert isinstance(second, Progress)
    assert first.first == 0
    assert second.first == first.losses.shape[1]


def test_a_throttle_gathers() -> None:
    told: list[Progress] = []
    slow, quick = Throttle(told.append, interval=1e9), Throttle(told.append, interval=0)
    looked = [Progress((4, 7), look, np.array([[0.5], [0.25 * look]])) for look in range(3)]
    for progress in looked:
        slow(progress)
    assert told == []
    for progress in looked:
        quick(progress)
    assert [(one.indices, one.first, one.losses.tolist()) for one in told] == [
        ((4, 7), look, [[0.5], [0.25 * look]]) for look in range(3)
    ]


def test_a_throttle_passes_on_all_that_it_has_gathered_unless_the_runs_begin_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, told = 0.0, list[Progress]()
    monkeypatch.setattr(local, "time", SimpleNamespace(monotonic=lambda: now))
    throttle = Throttle(told.append, interval=0.02)
    throttle(Progress((4, 7), 0, np.array([[0.5], [0.6]])))
    throttle(Progress((4,), 0, np.array([[0.9]])))
    throttle(Progress((4,), 1, np.array([[0.8]])))
    assert not told
    now = 0.03
    throttle(Progress((4,), 2, np.array([[0.7]])))
    (one,) = told
    assert (one.indices, one.first, one.losses.tolist()) == ((4,), 0, [[0.9, 0.8, 0.7]])


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waiting for a process of another needs Linux")
def test_workers_end_with_a_parent_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", ORPHANS], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pids = [int(word) for word in parent.stdout.readline().split()]
        assert len(pids) == 2
        files = [os.pidfd_open(pid) for pid in pids]
        parent.kill()
        for file in files:
            assert select.select([file], [], [], 20)[0]
            os.close(file)
