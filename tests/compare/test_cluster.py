"""A real Dask scheduler and real workers on loopback, one of which is killed on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.compare.factories import in_stacks, inline, trials_of, xor_grid
from tuinet.compare import cluster
from tuinet.compare.cluster import ClusterPool
from tuinet.compare.grid import make_grid, parse_vary
from tuinet.compare.training import Stack, Trials
from tuinet.compare.trial import Event, Progress, Trial
from tuinet.errors import TuinetError

pytest.importorskip("distributed", reason="Dask is not installed: pip install 'tuinet[cluster]'")

ROOT = Path(__file__).parents[2]
WORKERS = 2

# One cluster serves all that leave it as it was.
pytestmark = pytest.mark.xdist_group("dask")


@dataclass
class Cluster:
    address: str
    scheduler: subprocess.Popen[str]
    workers: list[subprocess.Popen[str]]


@contextmanager
def process(module: str, *options: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", f"distributed.cli.{module}", *options]
    env = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            started.kill()


def line_with(started: subprocess.Popen[str], words: str) -> str:
    """The line of its log that says that it is ready."""
    assert started.stderr is not None
    for line in started.stderr:
        if words in line:
            return line
    raise AssertionError(f"it ended before it said {words!r}")


@contextmanager
def cluster_of(workers: int, folder: Path) -> Iterator[Cluster]:
    file = folder / "scheduler.json"
    with ExitStack() as stack:
        options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
        scheduler = stack.enter_context(process("dask_scheduler", *options))
        line_with(scheduler, "Scheduler at:")
        deadline = time.monotonic() + 20
        while not file.exists() or not file.read_text():
            assert time.monotonic() < deadline
        address = json.loads(file.read_text())["address"]
        options = (address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder))
        started = [stack.enter_context(process("dask_worker", *options)) for _ in range(workers)]
        for worker in started:
            line_with(worker, "Registered to:")
        yield Cluster(address, scheduler, started)


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """For those that leave it as it was."""
    with cluster_of(WORKERS, tmp_path_factory.mktemp("dask")) as cluster:
        yield cluster


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Cluster]:
    """For those that kill a part of it."""
    with cluster_of(WORKERS, tmp_path) as cluster:
        yield cluster


def test_a_killed_worker_loses_nothing_and_the_numbers_are_those_of_processes(mortal: Cluster) -> None:
    grid = xor_grid(1, 20_000)
    events: list[Event] = []

    def report(event: Event) -> None:
        events.append(event)
        if len(trials_of(events)) == 3:
            os.kill(mortal.workers[0].pid, signal.SIGKILL)

    ClusterPool(grid.jobs_in_turn, mortal.address).run(report)
    assert mortal.workers[0].wait(20) == -signal.SIGKILL
    assert mortal.workers[1].poll() is None
    assert trials_of(events) == inline(grid.jobs)


def test_curves_grow_and_failures_are_told(dask: Cluster, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x,y,class\n0,0,a\n1,1,b\n0,1,a\n1,0,b\n")
    grid = make_grid({}, [parse_vary(f"dataset=xor,{path}")], 1, 200_000)
    path.unlink()
    events: list[Event] = []
    pool = ClusterPool(grid.jobs, dask.address)

    def report(event: Event) -> None:
        events.append(event)
        told = any(event.indices == (0,) for event in events if isinstance(event, Progress))
        if told and any(isinstance(event, Trial) for event in events):
            pool.stop()

    pool.run(report)
    (failed,) = [event for event in events if isinstance(event, Trial)]
    assert failed.index == 1
    assert str(path) in failed.failure


def test_to_stop_frees_the_workers(dask: Cluster) -> None:
    grid = xor_grid(1, 3_000_000)  # a minute each
    pool = ClusterPool(grid.jobs, dask.address)
    begun: set[int] = set()

    def report(event: Event) -> None:
        assert isinstance(event, Progress)
        begun.add(event.indices[0])
        if len(begun) == WORKERS:
            pool.stop()

    pool.run(report)
    events: list[Event] = []
    quick = xor_grid(1, 50)
    ClusterPool(quick.jobs, dask.address).run(events.append)
    assert trials_of(events) == inline(quick.jobs)


def test_stacks_have_the_same_numbers_and_their_curves_grow(dask: Cluster) -> None:
    grid = make_grid({}, [parse_vary("learning_rate=0.1,1e5"), parse_vary("l2=0.001,0.01")], 4, 20_000)
    events: list[Event] = []
    ClusterPool(grid.jobs_in_turn, dask.address).run(events.append)
    assert trials_of(events) == in_stacks(grid.jobs)
    told = [event for event in events if isinstance(event, Progress)]
    assert {len(progress.indices) for progress in told} == {8}
    assert all(len(progress.losses) == 8 for progress in told)


class _Future:
    """What has come of a stack; one with the fatal job has lost all its workers."""

    status = "finished"

    def __init__(self, stack: Stack, fatal: int) -> None:
        self._stack, self._fatal = stack, fatal

    def add_done_callback(self, call: Callable[[_Future], None]) -> None:
        call(self)

    def result(self, timeout: float) -> Trials:
        if self._fatal in {job.index for job in self._stack}:
            raise RuntimeError("KilledWorker: 4 workers died")
        return tuple(inline(self._stack))


class _Client:
    """A cluster that a job kills."""

    status = "running"

    def __init__(self, fatal: int) -> None:
        self._fatal = fatal
        self.keys: list[str] = []

    def map(self, function: object, stacks: Sequence[Stack], key: list[str], **options: object) -> list[_Future]:
        self.keys += key
        return [_Future(stack, self._fatal) for stack in stacks]

    def run(self, function: object) -> dict[str, tuple[str, str]]:
        return {}

    def nthreads(self) -> dict[str, int]:
        return {"here": 1}

    def subscribe_topic(self, topic: str, handler: object) -> None:
        pass

    def unsubscribe_topic(self, topic: str) -> None:
        pass

    def close(self) -> None:
        pass


def test_what_loses_its_workers_is_not_blamed_on_those_that_run_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    client = _Client(fatal=5)
    monkeypatch.setattr(cluster, "_connected", lambda address: client)
    jobs = make_grid({}, [], 7, 10).jobs
    events: list[Event] = []
    ClusterPool(jobs, "tcp://nowhere:1").run(events.append)
    trials = trials_of(events)
    assert [trial.index for trial in trials] == list(range(7))
    assert [trial.failure for trial in trials if trial.failure] == ["RuntimeError: KilledWorker: 4 workers died"]
    assert trials[5].failure
    assert len(set(client.keys)) == len(client.keys)


def test_a_scheduler_that_goes_is_named(mortal: Cluster) -> None:
    pool = ClusterPool(xor_grid(1, 3_000_000).jobs, mortal.address)
    with pytest.raises(TuinetError, match=r"--scheduler tcp://.*: the scheduler has gone"):
        pool.run(lambda event: mortal.scheduler.kill())


def test_nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    with pytest.raises(TuinetError) as caught:
        ClusterPool(xor_grid().jobs, "tcp://127.0.0.1:9")
    assert str(caught.value).startswith("--scheduler tcp://127.0.0.1:9: no Dask scheduler answers there")
    assert "\n" not in str(caught.value)


def test_another_version_is_refused(dask: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "__version__", "9.9")
    with pytest.raises(TuinetError, match=r"has tuinet .*, here it is 9\.9"):
        ClusterPool(xor_grid().jobs, dask.address)
