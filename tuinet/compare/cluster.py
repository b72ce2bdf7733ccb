"""A pool on a Dask cluster: the same jobs, on as many machines as it has."""

from __future__ import annotations

import os
import queue
import threading
import uuid
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Final, TypeGuard

import numpy as np

from tuinet import __version__
from tuinet.compare.local import Throttle
from tuinet.compare.training import Stack, Trials, halves, run_jobs, stacked_jobs
from tuinet.compare.trial import Job, Progress, Report, Tell, Trial, failed
from tuinet.errors import TuinetError
from tuinet.experiment.defaults import is_file
from tuinet.session.build import DatasetCache

CONNECT_SECONDS: Final = 10.0
"""The longest time for an answer of the scheduler."""
_LOOK_SECONDS: Final = 0.5
"""The longest wait for a result between two checks whether to go on."""
_LOST: Final = ("cancelled", "lost")
_ABANDONED: Final = "cancelled"
"""State, on a worker, of a task that runs although its client has gone."""


class ClusterPool:
    """Runs jobs on the workers of a Dask scheduler at an address as in ``tcp://127.0.0.1:8786``.

    The scheduler gives the jobs of a worker that is gone to another one; a result that was lost with it is computed
    anew, and is the same. Jobs that have lost too many workers together are tried again in two halves. The workers need
    this version of tuinet, and the files that the Experiments name.

    Parameters
    ----------
    jobs, datasets
        See `tuinet.compare.local.LocalPool`.

    Raises
    ------
    TuinetError
        If Dask is not installed, nothing answers there, or a worker has another version of tuinet.
    """

    def __init__(self, jobs: Sequence[Job], address: str, datasets: DatasetCache | None = None) -> None:
        self._address = address
        self._stopped = threading.Event()
        self._client = _connected(address)
        try:
            _require_same(address, self._client.run(_versions))
            stacks = stacked_jobs(jobs, sum(self._client.nthreads().values()), datasets)
            self._stacks = [tuple(map(_with_whole_paths, stack)) for stack in stacks]
        except BaseException:
            self._client.close()
            raise

    @property
    def words(self) -> str:
        """The workers, in words."""
        return f"Dask at {self._address}"

    def run(self, report: Report) -> None:
        """Run all jobs, or until `stop`; every result is reported once."""
        topic = f"tuinet-{uuid.uuid4().hex}"
        self._client.subscribe_topic(topic, lambda event: report(_told(*event[1])))
        try:
            self._collect(topic, report)
        finally:
            self._client.unsubscribe_topic(topic)
            # What has not begun will not; the scheduler forgets what nobody holds any more.
            self._client.close()

    def stop(self) -> None:
        """Have `run` return soon; may be called from any thread."""
        self._stopped.set()

    def _collect(self, topic: str, report: Report) -> None:
        ended = queue.SimpleQueue[Any]()
        left = self._submitted(self._stacks, topic, ended)
        while left and not self._stopped.is_set():
            try:
                future = ended.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                if self._client.status not in ("running", "connecting"):
                    raise TuinetError(f"--scheduler {self._address}: the scheduler has gone") from None
                continue
            try:
                trials = self._results(future, left[future])
            except TimeoutError:
                ended.put(future)
                continue
            stack = left.pop(future)
            if trials is None:
                left.update(self._submitted(halves(stack), topic, ended))
            for trial in trials or ():
                report(trial)

    def _submitted(self, stacks: Sequence[Stack], topic: str, ended: queue.SimpleQueue[Any]) -> dict[Any, Stack]:
        """Hand in jobs; each future is put into the queue when it has ended."""
        # A half begins with the same job as the whole.
        keys = [f"{topic}-{stack[0].index}-{len(stack)}" for stack in stacks]
        futures = self._client.map(_run_there, stacks, topic=topic, key=keys, pure=False)
        for future in futures:
            future.add_done_callback(ended.put)
        return dict(zip(futures, stacks, strict=True))

    def _results(self, future: Any, stack: Stack) -> Trials | None:
        """What has come of some jobs; ``None`` where they are to be tried in two halves.

        Raises
        ------
        TimeoutError
            Where the results were lost with their worker meanwhile; they will come again.
        """
        if future.status in _LOST:
            raise TuinetError(f"--scheduler {self._address}: the scheduler has gone, or has given up the work")
        try:
            trials = future.result(timeout=CONNECT_SECONDS)
        except TimeoutError:
            raise
        except Exception as error:
            if len(stack) > 1:
                return None
            return (failed(stack[0], f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]),)
        return trials if _are_trials(trials) else tuple(failed(job, f"{trials!r:.200} is no result") for job in stack)


def _are_trials(found: object) -> TypeGuard[Trials]:
    return isinstance(found, tuple) and all(isinstance(one, Trial) for one in found)


def _connected(address: str) -> Any:
    try:
        from distributed import Client  # noqa: PLC0415
    except ImportError as error:
        raise TuinetError("--scheduler needs Dask: pip install 'tuinet[cluster]'") from error
    try:
        return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise TuinetError(f"--scheduler {address}: no Dask scheduler answers there [{reason[:80]}]") from error


def _require_same(address: str, there: dict[str, tuple[str, str]]) -> None:
    for worker, found in there.items():
        for name, here, version in zip(("tuinet", "NumPy"), _versions(), found, strict=True):
            if here != version:
                raise TuinetError(f"--scheduler {address}: the worker {worker} has {name} {version}, here it is {here}")


def _versions() -> tuple[str, str]:
    """The versions that the numbers depend on."""
    return __version__, np.__version__


def _run_there(stack: Stack, topic: str) -> Trials:
    """Runs on a worker."""
    return tuple(chain.from_iterable(run_jobs(stack, Throttle(_teller(topic)))))


def _teller(topic: str) -> Tell:
    """Tells the client over the scheduler; gives up what nobody waits for any more."""
    from distributed import get_worker  # noqa: PLC0415

    worker = get_worker()
    key = worker.get_current_task()

    def tell(progress: Progress) -> None:
        task = worker.state.tasks.get(key)
        if task is not None and task.state == _ABANDONED:
            raise InterruptedError(key)
        worker.log_event(topic, (progress.indices, progress.first, progress.losses.tolist()))

    return tell


def _told(indices: Sequence[int], first: int, losses: Sequence[Sequence[float]]) -> Progress:
    """What a worker has told, from plain numbers."""
    return Progress(tuple(indices), first, np.array(losses))


def _with_whole_paths(job: Job) -> Job:
    """Make the paths of a job absolute, for a worker in another directory."""
    experiment = job.experiment
    changes = {"dataset": os.path.abspath(experiment.dataset)} if is_file(experiment) else {}
    if experiment.weights:
        changes["weights"] = os.path.abspath(experiment.weights)
    return replace(job, experiment=replace(experiment, **changes)) if changes else job  # type: ignore[arg-type]
