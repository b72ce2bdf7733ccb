"""Finding out what the starts show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tuinet.data.dataset import Dataset
from tuinet.experiment.experiment import Experiment
from tuinet.observe.starts import Starts
from tuinet.observe.view import StartsView
from tuinet.session.build import DatasetCache
from tuinet.session.session import Session
from tuinet.session.stacked import stacked_run


@dataclass(frozen=True)
class StartsTask:
    """Trains them, in a process beside: see `tuinet.beside.process`."""

    experiment: Experiment
    view: StartsView
    dataset: Dataset | None

    def results(self) -> Iterator[Starts]:
        """All that is known so far."""
        experiments = [replace(self.experiment, seed=seed) for seed in range(1, self.view.count + 1)]
        run = stacked_run(experiments, DatasetCache(self.experiment, self.dataset))
        while True:
            yield Starts(run.epoch, run.metrics().losses)
            run.advance(10)


def starts_task(session: Session, view: StartsView) -> StartsTask:
    """What the starts of a session show."""
    experiment = session.run.experiment
    return StartsTask(experiment, view, session.run.datasets.given(experiment))
