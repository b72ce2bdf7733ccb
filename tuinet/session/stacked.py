"""Which runs can be trained at once, as a stack, and which are better trained in turn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import Final

import numpy as np

from tuinet.data.dataset import Dataset
from tuinet.experiment.defaults import arithmetic_name, l2_in_force
from tuinet.experiment.experiment import FIELDS, Experiment
from tuinet.nn.stack import room
from tuinet.session import build
from tuinet.session.build import DatasetCache
from tuinet.session.runs_in_turn import RunsInTurn
from tuinet.session.stacked_run import StackedRun
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


def stack_key(experiment: Experiment, dataset: Dataset) -> Hashable:
    """What has to be the same for all networks of a stack.

    What is switched off where a number is 0 is computed for all of them or for none.
    """
    shared = tuple(getattr(experiment, name) for name in FIELDS if name not in OWN_FIELDS)
    settings = build.optimizer_settings(experiment, build.make_arithmetic(experiment, dataset))
    switches = (experiment.l1, l2_in_force(experiment, dataset), experiment.clip_norm, experiment.dropout)
    points = (experiment.added, experiment.removed, experiment.cleared)
    return (*shared, *points, *map(bool, switches), bool(settings.weight_decay))


def stacks(experiments: Sequence[Experiment], datasets: DatasetCache) -> list[list[int]]:
    """The places of Experiments that are best trained together by `stacked_run`, in groups that fit the cache.

    Raises
    ------
    TuinetError
        If the data of one of them cannot be made or read, or a loss does not fit.
    """
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for place, experiment in enumerate(experiments):
        groups[stack_key(experiment, datasets.get(experiment))].append(place)
    found: list[list[int]] = []
    for places in groups.values():
        experiment = experiments[places[0]]
        size = trained_at_once(experiment, datasets.get(experiment))
        found += [places[start : start + size] for start in range(0, len(places), size)]
    return found


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
