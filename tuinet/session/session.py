"""A Session: the sole owner of a run's mutable state; synchronous, and it never needs a screen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tuinet.data.dataset import Dataset
from tuinet.errors import ExperimentError
from tuinet.experiment.experiment import Experiment
from tuinet.nn.regularizers import penalty_value
from tuinet.observe import take
from tuinet.observe.samples import Metrics
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import View
from tuinet.session.build import DatasetCache
from tuinet.session.commands import Back, Reinitialize, Seek, SessionCommand, StepUnit, SwapBranch, Undo
from tuinet.session.edits import Configure, EditCommand
from tuinet.session.run import Run
from tuinet.session.time_machine import TimeMachine
from tuinet.session.timeline import Checkpoint, SavedSession, Trajectory
from tuinet.session.watching import present_look

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
        run = Run(experiment, DatasetCache(experiment, dataset), records=records)
        self._time = TimeMachine(run, records=records)

    @classmethod
    def from_checkpoint(cls, checkpoint: Checkpoint) -> Session:
        """A session that goes on where another was, its data made or read anew; its past begins here.

        Raises
        ------
        DataError
            If the data cannot be used.
        CheckpointError
            If the state does not belong to the Experiment.
        """
        session = cls(replace(checkpoint.experiment, weights=""))
        session.restore(checkpoint)
        return session

    @classmethod
    def from_saved(cls, saved: SavedSession, source: str = "") -> Session:
        """A session that goes on where another was saved, with its past and its branches.

        Parameters
        ----------
        saved
            What was saved.
        source
            The file that it was read from.

        Raises
        ------
        DataError
            If the data cannot be used.
        CheckpointError
            If a state does not belong to its Experiment.
        """
        session = cls.from_checkpoint(saved.present)
        if saved.branches:
            session._time = TimeMachine.from_branches(session.run, saved)
        session._time.source = source
        return session

    @property
    def run(self) -> Run:
        """The network in training, its data and its optimizer at the present moment: to be looked at, not changed."""
        return self._time.run

    @property
    def is_finite(self) -> bool:
        """Whether all parameters are: a cheap look at whether the run has diverged."""
        return bool(np.isfinite(self.run.parameters.vector).all())

    @property
    def penalty(self) -> float:
        """What l1 and l2 add to the loss."""
        return penalty_value(self.run.parameters, self.run.experiment.l1, self.run.experiment.l2)

    def begin(self, experiment: Experiment) -> None:
        """Train something else from now on; what was before is forgotten.

        Raises
        ------
        TuinetError
            If the Experiment or its data cannot be used; nothing has changed then.
        """
        self._time = TimeMachine(self.run.fresh(experiment), records=self._records)

    def go_on_with(self, saved: SavedSession) -> None:
        """Train on where a session was saved, with its past and its branches; what was before is forgotten."""
        self.restore(saved.present)
        self._time = TimeMachine.from_branches(self.run, saved)

    def steps_to(self, epoch: int) -> int:
        """Updates from now to the start of an epoch; negative when it lies in the past."""
        return self.run.clock.step_of(epoch) - self.run.step_count

    def advance(self, epochs: int = 1) -> None:
        """Train for a number of epochs; the rest of an epoch under way counts as one."""
        self.advance_steps(self.steps_to(self.run.epoch + epochs))

    def advance_steps(self, steps: int) -> None:
        """Train for a number of updates; the rest of a step under way counts as one."""
        self._time.advance_steps(steps)

    def step(self, unit: StepUnit = "epoch") -> None:
        """Advance to the end of the present epoch, batch or phase, or through the next one."""
        self._time.step(unit)

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
                self._start_anew(Configure((("seed", self.run.experiment.seed if seed is None else seed),)))
            case Configure() if not self.run.fits(self.run.edited(command)):
                self._start_anew(command)
            case Back(unit):
                self._time.back(unit)
            case Seek(epoch):
                self._time.seek(epoch)
            case Undo():
                self._time.undo()
            case SwapBranch():
                self._time.swap()
            case _:
                self._time.edit(command)

    def reason_against(self, command: Undo | SwapBranch | Reinitialize) -> str:
        """Why such an edit would change nothing now; empty where it would change something."""
        return self._time.reason_against(command)

    def reason_for_staying(self) -> str:
        """Why a move in time has led to where the present was already."""
        return self._time.reason_for_staying()

    def metrics(self) -> Metrics:
        """How well the network does on the training set now."""
        return self.run.observer.train.whole.metrics()

    def test_metrics(self) -> Metrics | None:
        """How well the network does on the test set now, if there is one."""
        test = self.run.observer.test
        return None if test is None else test.whole.metrics()

    def check_gradients(self) -> GradientCheck:
        """Compare backpropagation over the whole training set with central differences; nothing is changed.

        A difference that reaches across a kink, such as relu's at 0, is no derivative: of three distances that get
        smaller, the one that agrees best is taken.
        """
        from tuinet.observe.step import check_run  # noqa: PLC0415 - not needed at the start

        return check_run(self.run)

    def snapshot(self, view: View | None = None) -> Snapshot:
        """The present state, frozen; taking it changes nothing.

        Parameters
        ----------
        view
            What to show besides the numbers.
        """
        return take.take_snapshot(self.run, self._time.snapshot(trajectory=view is not None and view.trajectory), view)

    def trajectory(self) -> Trajectory:
        """How the run got to where it is, from which another session gets there with `follow`."""
        return self._time.trajectory()

    def follow(self, trajectory: Trajectory) -> None:
        """Go where a trajectory leads: train, and make its edits on the way.

        Parameters
        ----------
        trajectory
            Begins as this session did.

        Raises
        ------
        TuinetError
            If an edit cannot be made, or the session has had others.
        StoppedError
            If whoever watches has stopped it; to follow the same trajectory again goes on.
        """
        made = self.trajectory().edits
        if trajectory.edits[: len(made)] != made:
            raise ExperimentError("edit", "the run has been changed in other ways than the course says")
        look = present_look()
        for edit in trajectory.edits[len(made) :]:
            self._time.move_to(edit.position)
            self._require_no_start(edit.command)
            self.edit(edit.command)
            if look is not None and self.run.step_count < trajectory.position.step:
                look(self.run.step_count, trajectory.position.step)
        self._time.move_to(trajectory.position)

    def _require_no_start(self, command: EditCommand) -> None:
        if isinstance(command, Configure) and not self.run.fits(self.run.edited(command)):
            raise ExperimentError("edit", f"{command} starts the run anew: it belongs to its beginning")

    def checkpoint(self) -> Checkpoint:
        """The complete state, from which `restore` goes on bit for bit; a step under way included."""
        return self.run.checkpoint()

    def save(self) -> SavedSession:
        """The present, and everything that one can go back to; taken at once, written when there is time."""
        return self._time.save()

    def restore(self, checkpoint: Checkpoint) -> None:
        """Take over a state; the dataset stays, and what was before is forgotten.

        Raises
        ------
        CheckpointError
            If the state does not belong to its Experiment, or was trained on other data.
        """
        run = self.run
        run.restore(checkpoint)
        self._time = TimeMachine(run, records=self._records)

    def _start_anew(self, command: Configure) -> None:
        before = self.run.value_before(command)
        self._time.start_anew(self.run.fresh(self.run.edited(command)), before, str(command))
