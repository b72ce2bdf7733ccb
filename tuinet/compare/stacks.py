"""Which jobs are trained at once: stacks of them, so many and so even that every worker has its share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from tuinet.compare.trial import Job
from tuinet.errors import TuinetError
from tuinet.session.build import DatasetCache
from tuinet.session.stacked import Alike, alike

_MOST_WORK: Final = 1_000_000_000
"""Multiplications of the forward passes of a stack, all epochs together: a few seconds."""
_FEW: Final = 128
"""Networks of a stack that is cut no further to have its results sooner: it would be much slower."""
Stack = tuple[Job, ...]
"""Jobs that one process runs at once."""
_ROUNDS: Final = 4
"""With so many stacks for each worker, one more or less makes no difference to when the last one ends."""


def stacked_jobs(jobs: Sequence[Job], workers: int, datasets: DatasetCache | None = None) -> list[Stack]:
    """The jobs in stacks, in the order to begin them: that of the first job of each.

    What can be trained together is, as far as it fits the cache, and as there is something for every worker. A job that
    cannot be, or whose data cannot be read, is a stack of its own.

    Parameters
    ----------
    jobs
        Of one comparison, in the best order to begin them.
    datasets
        Data that has been made or read.
    """
    groups = _groups(jobs, datasets or DatasetCache())
    counts = _counts([(len(places), least) for places, least in groups], workers)
    pieces = [piece for (places, _), count in zip(groups, counts, strict=True) for piece in _cut(places, count)]
    return [tuple(jobs[place] for place in piece) for piece in sorted(pieces)]


def halves(stack: Stack) -> tuple[Stack, Stack]:
    """A stack of more than one job in two."""
    middle = (len(stack) + 1) // 2
    return stack[:middle], stack[middle:]


def _groups(jobs: Sequence[Job], datasets: DatasetCache) -> list[tuple[list[int], int]]:
    """The places of jobs that can be trained together, and in how many stacks at least."""
    try:
        found = alike([job.experiment for job in jobs], datasets)
    except TuinetError:
        # Each job says on its own what is wrong with it.
        return [([place], 1) for place in range(len(jobs))]
    return [(group.places, _least(group, jobs[0].epochs)) for group in found]


def _least(group: Alike, epochs: int) -> int:
    """In how many stacks to cut a group at least: those that take long are smaller, so that results come on the way."""
    fitting = math.ceil(len(group.places) / group.at_once)
    quick = math.ceil(len(group.places) * group.work * epochs / _MOST_WORK)
    return max(fitting, min(quick, len(group.places) // _FEW))


def _counts(groups: Sequence[tuple[int, int]], workers: int) -> list[int]:
    """In how many stacks to cut groups of so many jobs, given the least number of each.

    There is one for every worker; and where there are few for each, as many for one as for another.
    """
    counts = [least for _, least in groups]
    while (total := sum(counts)) < workers or (total % workers and total < _ROUNDS * workers):
        sizes = [jobs / count for (jobs, _), count in zip(groups, counts, strict=True)]
        largest = max(range(len(groups)), key=sizes.__getitem__)
        if sizes[largest] <= 1:
            break
        counts[largest] += 1
    return counts


def _cut(places: Sequence[int], count: int) -> list[list[int]]:
    """So many pieces, which differ by one place at most."""
    edges = [len(places) * piece // count for piece in range(count + 1)]
    return [list(places[start:end]) for start, end in pairwise(edges)]
