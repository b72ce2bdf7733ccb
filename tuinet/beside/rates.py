"""Searching the learning rate beside the training."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tuinet.data.dataset import Dataset
from tuinet.errors import TuinetError
from tuinet.experiment.presets import default_epochs
from tuinet.observe.rates import RateSearch
from tuinet.observe.view import RatesView
from tuinet.session.build import DatasetCache
from tuinet.session.rates import find_rates, usual_rates
from tuinet.session.session import Session
from tuinet.session.timeline import Checkpoint


@dataclass(frozen=True, eq=False)
class RatesTask:
    """A search from one moment of a run, in a process beside: see `tuinet.beside.process`."""

    view: RatesView
    start: Checkpoint
    dataset: Dataset | None
    """What was given for that of the Experiment; ``None`` where it can be made or read once more."""

    def results(self) -> Iterator[RateSearch | None]:
        """All that is known so far; where the data cannot be read any more, why that is so."""
        experiment = self.start.experiment
        datasets = DatasetCache(experiment, self.dataset)
        try:
            rates = usual_rates(experiment, datasets)
            yield from find_rates(self.start, datasets, rates, default_epochs(experiment))
        except TuinetError as error:
            yield self.failed(str(error))

    def failed(self, trouble: str) -> RateSearch:
        """What is known where nothing can be found."""
        return RateSearch(self.start.experiment, 0, 0, 0, trouble=trouble)


def rates_task(session: Session, view: RatesView) -> RatesTask:
    """The search from where a session is now."""
    start = session.run.checkpoint()
    return RatesTask(view, start, session.run.datasets.given(start.experiment))
