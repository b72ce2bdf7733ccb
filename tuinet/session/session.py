"""A Session: the sole owner of a run's mutable state, which it takes forward, and back in time, exactly.

Synchronous, and it never needs a screen. The training itself is in `tuinet.session.run`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike, NDArray

from tuinet.data.dataset import Dataset
from tuinet.errors import CheckpointError, ExperimentError
from tuinet.experiment.experiment import Experiment
from tuinet.nn.parameters import Array
from tuinet.observe import take
from tuinet.observe.metrics import Metrics
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Question, View
from tuinet.session.branches import Branches, fresh_timeline, keyframe
from tuinet.session.build import DatasetCache
from tuinet.session.commands import Back, Reinitialize, Seek, SessionCommand, StepUnit, SwapBranch, Undo
from tuinet.session.edits import Configure, EditCommand, ExperimentEdit
from tuinet.session.run import Run
from tuinet.session.timeline import START, Edit, Position, SavedSession, Timeline, Trajectory, copied, digest_of
from tuinet.session.watching import Bursts, present_look


class Session:
    """A network in training: advance it, step it, edit it, go back in time, and take snapshots of it.

    Parameters
    ----------
    experiment
        What to train. The same Experiment gives the same numbers, bit for bit, in one go or in pieces.
    dataset
        What to train on instead of the one that the Experiment names, which gets its name: none can make it anew.
    records
        Whether the losses are recorded at the ends of epochs, and keyframes kept to go back to.
    """

    def __init__(self, experiment: Experiment, dataset: Dataset | None = None, *, records: bool = True) -> None:
        if dataset is not None:
            experiment = replace(experiment, dataset=dataset.name)
        self._records = records
        self._source = ""  # the file in which the past begins
        self._bursts = Bursts()
        self.run = Run(experiment, DatasetCache(experiment, dataset), records=records)
        """The network in training, its data and its optimizer at the present moment: to be looked at, not changed."""
        self.branches = Branches([fresh_timeline(self.run)])
        """The past of the run, and its branches."""
        self.question: Question | None = None  # what the network was asked last: it is kept with the run

    @classmethod
    def from_saved(cls, saved: SavedSession, source: str = "", dataset: Dataset | None = None) -> Session:
        """A session that goes on where another was saved, its data made or read anew.

        Parameters
        ----------
        source
            The file that it was read from.
        dataset
            What it was trained on, when it is not the one that its Experiment names.

        Raises
        ------
        DataError
            If the data cannot be used.
        CheckpointError
            If a state does not belong to its Experiment.
        """
        experiment = replace(saved.present.experiment, weights="")
        session = cls(experiment, None if dataset is None else replace(dataset, name=experiment.dataset))
        session.restore(saved, source)
        return session

    @property
    def now(self) -> Position:
        """Where the run is."""
        return self.run.position

    @property
    def branch(self) -> Timeline:
        """The branch that the run is on."""
        return self.branches.present

    def begin(self, experiment: Experiment) -> None:
        """Train something else from now on; what was before is forgotten.

        Raises
        ------
        TuinetError
            If the Experiment or its data cannot be used; nothing has changed then.
        """
        self.run, self._source, self._bursts = self.run.fresh(experiment), "", Bursts()
        self.question = None
        self.branches = Branches([fresh_timeline(self.run)])

    def steps_to(self, epoch: int) -> int:
        """Updates from now to the start of an epoch; negative when it lies in the past."""
        return self.run.clock.step_of(epoch) - self.run.step_count

    def advance(self, epochs: int = 1) -> None:
        """Train for a number of epochs; the rest of an epoch under way counts as one."""
        self.advance_steps(self.steps_to(self.run.epoch + epochs))

    def advance_steps(self, steps: int) -> None:
        """Train for a number of updates; the rest of a step under way counts as one."""
        if steps > 0:
            self._advance_to(Position(self.now.step + steps))

    def go_to_step(self, step: int) -> None:
        """Go to the start of a step of this branch, back or forward, and make its edits on the way."""
        self._move_to(Position(step))

    def step(self, unit: StepUnit = "epoch") -> None:
        """Advance to the end of the present epoch, batch or phase, or through the next one; the last step by phases."""
        if unit == "epoch":
            self.advance_steps(self.run.clock.batches_per_epoch - self.run.batch - 1)
        self._advance_one_phase()
        while unit != "phase" and self.run.phases_done:
            self._advance_one_phase()

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
                self._back(unit)
            case Seek(epoch):
                self._go_to(min(self.branch.start_of(epoch), self.branch.tip))
            case Undo():
                if self.branch.edits_until(self.now):
                    self._note_history()
                    self._return_to(self.branches.undo(self.now))
            case SwapBranch():
                if self.branches.has_others:
                    self._note_history()
                    self._return_to(self.branches.swap())
            case _:
                self._change(command)

    def _start_anew(self, command: ExperimentEdit) -> None:
        """Begin a branch with a past of its own."""
        run = self.run
        before = command.before(run.experiment, run.parameters)
        fresh = run.fresh(command.edited(run.experiment, run.dataset))
        self._note_history()
        self.branch.label = self.branch.label or before
        self.run = fresh
        self.branches.begin(fresh_timeline(self.run, str(command)))

    def _change(self, command: EditCommand) -> None:
        """Change something now; a future that has been before becomes a branch of its own."""
        self.run.require_usable(command)
        if self.now < self.branch.tip:
            self.branch.label = self.branch.label or command.before(self.run.experiment, self.run.parameters)
            self.branches.add(self.branch.cut(self.now, self.branch.edits_until(self.now), str(command)))
        self.run.edit(command)
        self.branch.edits.append(Edit(self.now, command))
        self.branch.note_clock(self.now, self.run.clock)
        if not self.run.phases_done:
            self.branch.keep(keyframe(self.run, len(self.branch.edits)))

    def _back(self, unit: StepUnit) -> None:
        """Go to the start of the unit under way, or of the one before; at the very start, stay."""
        if unit == "phase":
            self._back_one_phase()
            return
        step, phase = self.now
        started = bool(phase) or (unit == "epoch" and self.run.batch > 0)
        if step == 0 and not started:
            return
        if unit == "batch":
            self._go_to(Position(step if started else step - 1))
        else:
            self._go_to(self.branch.start_of_epoch_at(Position(step if started else step - 1)))

    def _back_one_phase(self) -> None:
        step, phase = self.now
        if phase:
            self._go_to(Position(step, phase - 1))
        elif step:
            self._go_to(Position(step - 1))
            # That step may have had other phases than the next one has.
            self._go_to(Position(step - 1, self.run.phases_per_step - 1))

    def trajectory(self) -> Trajectory:
        """The way on which the present branch has led here."""
        origin, edits = self.branch.keyframes[0], self.branch.edits_until(self.now)
        return Trajectory(
            experiment=origin.state.experiment,
            edits=tuple(self.branch.edits[:edits]),
            position=self.now,
            origin=origin.position,
            source=self._source if origin.position > START else "",
            digest=digest_of(self.run.parameters.vector, self.run.dataset.digest),
        )

    def follow(self, trajectory: Trajectory) -> None:
        """Go where a trajectory leads: train, and make its edits on the way.

        Parameters
        ----------
        trajectory
            Begins as this run did.

        Raises
        ------
        TuinetError
            If an edit cannot be made, or the run has had others.
        StoppedError
            If whoever watches has stopped it; to follow the same trajectory again goes on.
        """
        made = self.trajectory().edits
        if trajectory.edits[: len(made)] != made:
            raise ExperimentError("edit", "the run has been changed in other ways than the course says")
        for edit in trajectory.edits[len(made) :]:
            self._move_to(edit.position)
            if not self.run.fits(edit.command):
                raise ExperimentError("edit", f"{edit.command} starts the run anew: it belongs to its beginning")
            self._change(edit.command)
            self._be_looked_at(trajectory.position.step)
        self._move_to(trajectory.position)

    def _move_to(self, position: Position) -> None:
        """Go to any moment of this branch, past or future; an ExperimentError where a step has fewer phases."""
        start = Position(position.step)
        if start > self.now:
            self._advance_to(start)
        if position.phase >= self.run.phases_per_step and position != self.now:
            raise ExperimentError("at", f"a step has {self.run.phases_per_step} phases, not {position.phase} and more")
        if position < self.now:
            self._go_to(position)
        else:
            self._advance_to(position)

    def metrics(self) -> Metrics:
        """The measures on the training set now."""
        return self.run.observer.train.whole.metrics()

    def test_metrics(self) -> Metrics | None:
        """The measures on the test set now, if there is one."""
        test = self.run.observer.test
        return None if test is None else test.whole.metrics()

    def snapshot(self, view: View | None = None) -> Snapshot:
        """The present state, frozen; taking it changes nothing, but what is asked is remembered.

        Parameters
        ----------
        view
            What to show besides the numbers.
        """
        trajectory = self.trajectory() if view is not None and view.trajectory else None
        if view is not None and view.question is not None and len(view.question) == self.run.dataset.X.shape[1]:
            self.question = view.question
        snapshot = take.take_snapshot(self.run, self.branches.snapshot(self.now, trajectory), view)
        return snapshot if self.question is None else replace(snapshot, question=self.question)

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """The answers for raw features of shape (samples, features); see `tuinet.session.predictor.predict`."""
        from tuinet.session import predictor

        return predictor.predict(self.run, X)

    def predict_proba(self, X: ArrayLike) -> Array:
        """The probability of each class, shape (samples, classes); see `tuinet.session.predictor.predict_proba`."""
        from tuinet.session import predictor

        return predictor.predict_proba(self.run, X)

    def score(self, X: ArrayLike, y: ArrayLike) -> float:
        """The accuracy, or R² for numbers to predict; see `tuinet.session.predictor.score`."""
        from tuinet.session import predictor

        return predictor.score(self.run, X, y)

    def save(self, path: str | Path | None = None) -> SavedSession:
        """The present, and everything that one can go back to; with a path, written to that file, all or nothing.

        Raises
        ------
        CheckpointError
            If the file cannot be written; what was there stays.
        """
        self._note_history()
        present, branches = self.run.checkpoint(), tuple(map(copied, self.branches.timelines))
        saved = SavedSession(present, branches, self.branches.active, self.run.dataset, self.question)
        if path is not None:
            from tuinet.storage import session_file

            session_file.write(Path(path), saved)
        return saved

    def restore(self, saved: SavedSession, source: str = "") -> None:
        """Go to where a session was saved, perhaps in a file, its source; what was before is forgotten.

        Raises
        ------
        CheckpointError
            If a state does not belong to its Experiment, or was trained on other data.
        """
        for branch in saved.branches:
            for frame in branch.keyframes:
                self.run = self.run.restored(frame.state)
        self.run, self._source = self.run.restored(saved.present), source
        self.question = saved.question
        past = saved.branches or (fresh_timeline(self.run),)
        self.branches = Branches(map(copied, past), saved.active)
        if self.now > self.branch.tip:
            raise CheckpointError("damaged: the present is beyond the end of its branch")

    def _go_to(self, position: Position) -> None:
        """Go to a moment of this branch up to its tip."""
        self._note_history()
        frame = self.branch.keyframe_before(position)
        if not frame.position <= self.now <= position:
            self._return_to(position)
        else:
            self._advance_to(position)

    def _return_to(self, position: Position) -> None:
        frame = self.branch.keyframe_before(position)
        self.run = self.run.restored(frame.state)
        self._apply_edits(frame.edits)
        self._advance_to(position)

    def _advance_to(self, position: Position) -> None:
        """Train up to a moment and repeat the edits of the branch on the way."""
        branch = self.branch
        while self.now < position:
            stop = position
            done = branch.edits_until(self.now)
            if done < len(branch.edits):
                stop = min(stop, branch.edits[done].position)
            self._train_to(stop)
            self._apply_edits(done)
        branch.tip = max(branch.tip, self.now)

    def _advance_one_phase(self) -> None:
        branch = self.branch
        done = branch.edits_until(self.now)
        self.run.run_phase()
        self._apply_edits(done)
        branch.tip = max(branch.tip, self.now)
        self._keep_if_due()

    def _apply_edits(self, done: int) -> None:
        """Repeat the edits of the branch up to now, of which so many are in the run."""
        branch, now = self.branch, self.now
        for edit in branch.edits[done : branch.edits_until(now)]:
            self.run.edit(edit.command)
        branch.note_clock(now, self.run.clock)

    def _train_to(self, position: Position) -> None:
        if self.run.phases_done and self.now.step < position.step:
            self.run.advance_steps(1)
            # Data that were changed within the step have another epoch from here on, not from where this ends.
            self.branch.note_clock(self.now, self.run.clock)
            self._keep_if_due()
        while self.now.step < position.step:
            stop = min(position.step, self.branch.next_keyframe) if self._records else position.step
            # In the past, the keyframe that is due next lies ahead of the tip: nothing stops the run on the way.
            with self._bursts.next(stop - self.now.step) as steps:
                self.run.advance_steps(steps)
            self._keep_if_due()
            self._be_looked_at(position.step)
        while self.now.phase < position.phase:
            self.run.run_phase()

    def _be_looked_at(self, aim: int) -> None:
        """Let a watcher look, and perhaps stop the run here; but not where edits are still to be made."""
        look = present_look()
        if look is not None and self.now.step < aim:
            self.branch.tip = max(self.branch.tip, self.now)
            look(self.now.step, aim)

    def _keep_if_due(self) -> None:
        if self._records and not self.run.phases_done and self.now.step == self.branch.next_keyframe:
            self.branch.keep(keyframe(self.run, self.branch.edits_until(self.now)))

    def _note_history(self) -> None:
        """Keep the losses up to now if this is the end of the branch."""
        if self.now == self.branch.tip:
            self.branch.history = self.run.history.snapshot(self.run.epoch, *self.run.observer.losses())
