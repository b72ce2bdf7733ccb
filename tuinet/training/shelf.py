"""A Shelf: the dataset of an Experiment, made or read once."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final, TypeVar

from tuinet.config import Experiment
from tuinet.data.dataset import Dataset, with_points
from tuinet.data.generators import load
from tuinet.data.spec import DataSpec
from tuinet.training import assembly

Key = TypeVar("Key")

_KEPT: Final = 8

_Points = tuple[tuple[tuple[float, ...], ...], tuple[int, ...], bool]


class Shelf:
    """Gives the same Dataset for the same Experiment, so that going back in time needs no file a second time.

    Parameters
    ----------
    experiment
        The first Experiment.
    given
        Its dataset without points of one's own, when it is not the one that the Experiment names.
    """

    def __init__(self, experiment: Experiment | None = None, given: Dataset | None = None) -> None:
        self._given: dict[DataSpec, Dataset] = {}
        if experiment is not None and given is not None:
            self.put(assembly.data_spec(experiment), given)
        self._loaded: OrderedDict[DataSpec, Dataset] = OrderedDict()
        self._changed: OrderedDict[tuple[DataSpec, _Points], Dataset] = OrderedDict()

    def get(self, experiment: Experiment) -> Dataset:
        """The dataset of an Experiment.

        Raises
        ------
        DataError
            If it cannot be made or read.
        """
        spec = assembly.data_spec(experiment)
        points = (experiment.added, experiment.removed, experiment.cleared)
        if (spec, points) not in self._changed:
            self._changed[spec, points] = with_points(self._base(spec), *points)
            _drop_oldest(self._changed)
        self._changed.move_to_end((spec, points))
        return self._changed[spec, points]

    def put(self, spec: DataSpec, dataset: Dataset) -> None:
        """Have this for what would otherwise be made or read."""
        self._given[spec] = dataset

    def base(self, experiment: Experiment) -> Dataset:
        """The dataset of an Experiment without points of one's own."""
        return self._base(assembly.data_spec(experiment))

    def _base(self, spec: DataSpec) -> Dataset:
        if spec in self._given:
            return self._given[spec]
        if spec not in self._loaded:
            self._loaded[spec] = load(spec)
            _drop_oldest(self._loaded)
        self._loaded.move_to_end(spec)
        return self._loaded[spec]


def _drop_oldest(kept: OrderedDict[Key, Dataset]) -> None:
    if len(kept) > _KEPT:
        kept.popitem(last=False)
