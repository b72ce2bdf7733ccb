"""Which runs can be trained at once, as a stack, and which are better trained in turn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from tuinet.data.dataset import Dataset
from tuinet.experiment.defaults import arithmetic_name, l2_in_force
from tuinet.experiment.experiment import FIELDS, Experiment
from tuinet.nn.stack import room
from tuinet.session import build
from tuinet.session.build import DatasetCache
from tuinet.session.stacked_run import RunsInTurn, StackedRun
from tuinet.session.timeline import Checkpoint

OWN_FIELDS: Final = (
    "seed",
    "initializer",
    "init_scale",
    "weights",
    "weights_layout",
    "learning_rate",
    "momentum",
    "beta1",
    "beta2",
    "epsilon",
    "weight_decay",
    "schedule",
    "decay_rate",
    "decay_epochs",
    "warmup_epochs",
    "l1",
    "l2",
    "clip_norm",
    "dropout",
)
"""Fields in which the networks of a stack may differ."""
WORTHWHILE: Final = 12
"""Networks that have to fit the cache for a stack to be faster than one by one."""


def trained_at_once(experiment: Experiment, dataset: Dataset) -> int:
    """Networks that are best trained at once; 1 where a stack would not be worth while, or not have the same bits."""
    if arithmetic_name(experiment, dataset) != "portable" or not len(dataset.X):
        return 1
    sizes = (len(dataset.input_names), *experiment.hidden, dataset.y.shape[1])
    batch = min(experiment.batch_size or len(dataset.X), len(dataset.X))
    most = room(sizes, batch, np.dtype(experiment.dtype).itemsize, buffers=4, vectors=5)
    return most if most >= WORTHWHILE else 1


def work_of(experiment: Experiment, dataset: Dataset) -> int:
    """Multiplications of the forward passes of one epoch of a network: training samples times weights."""
    sizes = (len(dataset.input_names), *experiment.hidden, int(dataset.y.shape[1]))
    return len(dataset.X) * sum(fan_in * fan_out for fan_in, fan_out in pairwise(sizes))


def stack_key(experiment: Experiment, dataset: Dataset) -> Hashable:
    """What has to be the same for all networks of a stack.

    What is switched off where a number is 0 is computed for all of them or for none.
    """
    shared = tuple(getattr(experiment, name) for name in FIELDS if name not in OWN_FIELDS)
    settings = build.optimizer_settings(experiment, build.make_arithmetic(experiment, dataset))
    switches = (experiment.l1, l2_in_force(experiment, dataset), experiment.clip_norm, experiment.dropout)
    points = (experiment.added, experiment.removed, experiment.cleared)
    return (*shared, *points, *map(bool, switches), bool(settings.weight_decay))


class Alike(NamedTuple):
    """Experiments that can be trained together."""

    places: list[int]
    """Where they stand."""
    at_once: int
    """How many of them are best trained at once, see `trained_at_once`."""
    work: int
    """See `work_of`."""


def alike(experiments: Sequence[Experiment], datasets: DatasetCache) -> list[Alike]:
    """Experiments by what can be trained together, in the order of the first ones.

    Raises
    ------
    TuinetError
        If the data of one of them cannot be made or read, or a loss does not fit.
    """
    by_data: dict[Hashable, list[int]] = defaultdict(list)
    for place, experiment in enumerate(experiments):
        points = (experiment.added, experiment.removed, experiment.cleared)
        by_data[build.data_spec(experiment), points].append(place)
    found: list[Alike] = []
    # Data by data, since the cache does not keep them all.
    for places in by_data.values():
        dataset, groups = datasets.get(experiments[places[0]]), defaultdict[Hashable, list[int]](list)
        for place in places:
            groups[stack_key(experiments[place], dataset)].append(place)
        found += [_group(group, experiments[group[0]], dataset) for group in groups.values()]
    return sorted(found, key=lambda group: group.places)


def _group(places: list[int], experiment: Experiment, dataset: Dataset) -> Alike:
    return Alike(places, trained_at_once(experiment, dataset), work_of(experiment, dataset))


def stacks(experiments: Sequence[Experiment], datasets: DatasetCache) -> list[list[int]]:
    """The places of Experiments that are best trained together by `stacked_run`, in groups that fit the cache.

    Raises
    ------
    TuinetError
        See `alike`.
    """
    return [
        group.places[start : start + group.at_once]
        for group in alike(experiments, datasets)
        for start in range(0, len(group.places), group.at_once)
    ]


def stacked_run(
    experiments: Sequence[Experiment], datasets: DatasetCache | None = None, start: Checkpoint | None = None
) -> RunsInTurn:
    """A `StackedRun` where that is possible and worth while, else `RunsInTurn`.

    Parameters
    ----------
    experiments, start
        See `RunsInTurn`; as many of them as are to be trained in step.
    """
    datasets = datasets or DatasetCache()
    dataset = datasets.get(experiments[0])
    keys = {stack_key(experiment, datasets.get(experiment)) for experiment in experiments}
    is_stack = len(keys) == 1 and trained_at_once(experiments[0], dataset) > 1
    return (StackedRun if is_stack else RunsInTurn)(experiments, datasets, start)
