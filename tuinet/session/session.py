"""A Session: the sole owner of a run's mutable state; synchronous, and it never needs a screen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tuinet.data.dataset import Dataset
from tuinet.experiment.experiment import Experiment
from tuinet.nn.regularizers import penalty_value
from tuinet.observe import take
from tuinet.observe.samples import Metrics
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import View
from tuinet.session.build import DatasetCache
from tuinet.session.commands import Back, Reinitialize, Seek, SessionCommand, StepUnit, SwapBranch, Undo
from tuinet.session.edits import Configure, ExperimentEdit
from tuinet.session.run import Run
from tuinet.session.time_machine import TimeMachine
from tuinet.session.timeline import SavedSession

if TYPE_CHECKING:
    from tuinet.nn.gradient_check import GradientCheck


class Session:
    """A network in training: advance it, step it, edit it, go back in time, and take snapshots of it.

    Parameters
    ----------
    experiment
        What to train. The same Experiment gives the same numbers, bit for bit, in one go or in pieces.
    dataset
        What to train on, when it is not the one that the Experiment names.
    records
        Whether the losses are recorded at the ends of epochs, and keyframes kept to go back to.
    """

    def __init__(self, experiment: Experiment, dataset: Dataset | None = None, *, records: bool = True) -> None:
        self._records = records
        self.time = TimeMachine(Run(experiment, DatasetCache(experiment, dataset), records=records), records=records)
        """The past of the run, and its branches."""

    @classmethod
    def from_saved(cls, saved: SavedSession, source: str = "") -> Session:
        """A session that goes on where another was saved, its data made or read anew.

        Parameters
        ----------
        source
            The file that it was read from.

        Raises
        ------
        DataError
            If the data cannot be used.
        CheckpointError
            If a state does not belong to its Experiment.
        """
        session = cls(replace(saved.present.experiment, weights=""))
        session.time.restore(saved, source)
        return session

    @property
    def run(self) -> Run:
        """The network in training, its data and its optimizer at the present moment: to be looked at, not changed."""
        return self.time.run

    @property
    def is_finite(self) -> bool:
        """Whether all parameters are: a cheap look at whether the run has diverged."""
        return bool(np.isfinite(self.run.parameters.vector).all())

    @property
    def penalty(self) -> float:
        """The penalty of l1 and l2 that is added to the loss."""
        return penalty_value(self.run.parameters, self.run.experiment.l1, self.run.experiment.l2)

    def begin(self, experiment: Experiment) -> None:
        """Train something else from now on; what was before is forgotten.

        Raises
        ------
        TuinetError
            If the Experiment or its data cannot be used; nothing has changed then.
        """
        self.time = TimeMachine(self.run.fresh(experiment), records=self._records)

    def steps_to(self, epoch: int) -> int:
        """Updates from now to the start of an epoch; negative when it lies in the past."""
        return self.run.clock.step_of(epoch) - self.run.step_count

    def advance(self, epochs: int = 1) -> None:
        """Train for a number of epochs; the rest of an epoch under way counts as one."""
        self.advance_steps(self.steps_to(self.run.epoch + epochs))

    def advance_steps(self, steps: int) -> None:
        """Train for a number of updates; the rest of a step under way counts as one."""
        self.time.advance_steps(steps)

    def step(self, unit: StepUnit = "epoch") -> None:
        """Advance to the end of the present epoch, batch or phase, or through the next one."""
        self.time.step(unit)

    def edit(self, command: SessionCommand) -> None:
        """Change something, or move in time.

        A new learning rate or parameter takes effect at once; what changes the operations waits for the end of a step
        under way. An edit in the past leaves the future that was as a branch.

        Raises
        ------
        ExperimentError
            If the value cannot be used; nothing has changed then.
        """
        match command:
            case Reinitialize(seed):
                self._start_anew(Configure.of(seed=self.run.experiment.seed if seed is None else seed))
            case ExperimentEdit() if not self.run.fits(command):
                self._start_anew(command)
            case Back(unit):
                self.time.back(unit)
            case Seek(epoch):
                self.time.seek(epoch)
            case Undo():
                self.time.undo()
            case SwapBranch():
                self.time.swap()
            case _:
                self.time.edit(command)

    def _start_anew(self, command: ExperimentEdit) -> None:
        run = self.run
        before = command.before(run.experiment, run.parameters)
        self.time.start_anew(run.fresh(command.edited(run.experiment, run.dataset)), before, str(command))

    def metrics(self) -> Metrics:
        """The measures on the training set now."""
        return self.run.observer.train.whole.metrics()

    def test_metrics(self) -> Metrics | None:
        """The measures on the test set now, if there is one."""
        test = self.run.observer.test
        return None if test is None else test.whole.metrics()

    def check_gradients(self) -> GradientCheck:
        """Compare backpropagation over the whole training set with central differences, see `check_run`."""
        from tuinet.observe.step import check_run  # noqa: PLC0415 - not needed at the start

        return check_run(self.run)

    def snapshot(self, view: View | None = None) -> Snapshot:
        """The present state, frozen; taking it changes nothing.

        Parameters
        ----------
        view
            What to show besides the numbers.
        """
        return take.take_snapshot(self.run, self.time.snapshot(trajectory=view is not None and view.trajectory), view)

    def save(self) -> SavedSession:
        """The present, and everything that one can go back to; taken at once, written when there is time."""
        return self.time.save()

    def restore(self, saved: SavedSession) -> None:
        """Go to where a session was saved, with its past and its branches; what was before is forgotten.

        Raises
        ------
        CheckpointError
            If a state does not belong to its Experiment, or was trained on other data.
        """
        self.time.restore(saved)
