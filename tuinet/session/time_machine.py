"""A TimeMachine: moves a run forward and back along its branches, exactly."""

from __future__ import annotations

from typing import Final

from tuinet.advice import key
from tuinet.errors import CheckpointError, ExperimentError
from tuinet.observe.snapshot import BranchSnapshot, TimeSnapshot
from tuinet.session.commands import Reinitialize, StepUnit, SwapBranch, Undo
from tuinet.session.edits import EditCommand
from tuinet.session.history import first_keyframe_stride
from tuinet.session.run import Run
from tuinet.session.timeline import (
    START,
    ClockChange,
    Edit,
    Keyframe,
    Position,
    SavedSession,
    Timeline,
    Trajectory,
    copied,
    digest_of,
)
from tuinet.session.watching import Bursts, present_look

MAX_BRANCHES: Final = 4


class TimeMachine:
    """A run with its past.

    Parameters
    ----------
    records
        Whether keyframes are kept.
    """

    def __init__(self, run: Run, *, records: bool = True) -> None:
        self.run = run
        self._records = records
        self._source = ""
        self._bursts = Bursts()
        self._branches = [self._fresh_timeline("")]
        self._active = 0

    def restore(self, saved: SavedSession, source: str = "") -> None:
        """Go to where a session was saved, with its past and its branches; what was before is forgotten.

        Parameters
        ----------
        source
            The file that it was read from, if any.

        Raises
        ------
        CheckpointError
            If a state does not belong to its Experiment, or was trained on other data.
        """
        for branch in saved.branches:
            for frame in branch.keyframes:
                self.run = self.run.restored(frame.state)
        self.run, self._source = self.run.restored(saved.present), source
        if saved.branches:
            self._branches, self._active = list(map(copied, saved.branches)), saved.active
            if self.now > self.branch.tip:
                raise CheckpointError("damaged: the present is beyond the end of its branch")
        else:
            self._branches, self._active = [self._fresh_timeline("")], 0

    def save(self) -> SavedSession:
        """The present and copies of all branches."""
        self._note_history()
        return SavedSession(self.run.checkpoint(), tuple(map(copied, self._branches)), self._active)

    @property
    def now(self) -> Position:
        """Where the run is."""
        return Position(self.run.step_count, self.run.phases_done)

    @property
    def branch(self) -> Timeline:
        """The branch that the run is on."""
        return self._branches[self._active]

    def advance_steps(self, steps: int) -> None:
        """Train for a number of updates; the rest of a step under way counts as one."""
        if steps > 0:
            self._forward(Position(self.now.step + steps))

    def step(self, unit: StepUnit) -> None:
        """Advance to the end of the present epoch, batch or phase, or through the next one; the last step by phases."""
        if unit == "epoch":
            self.advance_steps(self.run.clock.batches_per_epoch - self.run.batch - 1)
        self._forward_one_phase()
        while unit != "phase" and self.run.phases_done:
            self._forward_one_phase()

    def edit(self, command: EditCommand) -> None:
        """Change something now; a future that has been before becomes a branch of its own.

        Raises
        ------
        ExperimentError
            If the value cannot be used; nothing has changed then.
        """
        self.run.require_usable(command)
        if self.now < self.branch.tip:
            self.branch.label = self.branch.label or command.before(self.run.experiment, self.run.parameters)
            self._add(self.branch.cut(self.now, self.branch.edits_until(self.now), str(command)))
        self.run.edit(command)
        self.branch.edits.append(Edit(self.now, command))
        self.branch.note_clock(self.now, self.run.clock)
        if not self.run.phases_done:
            self.branch.keep(self._keyframe(len(self.branch.edits)))

    def back(self, unit: StepUnit) -> None:
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
            self._go_to(Position(self.run.clock.step_of(self.run.epoch)) if started else self._epoch_before())

    def _epoch_before(self) -> Position:
        """The start of the epoch before the present one, by the clock of that time."""
        last = Position(self.now.step - 1)
        clock = self.branch.clock_at(last)
        return Position(clock.step_of(clock.epoch_at(last.step)))

    def _back_one_phase(self) -> None:
        step, phase = self.now
        if phase:
            self._go_to(Position(step, phase - 1))
        elif step:
            self._go_to(Position(step - 1))
            # That step may have had other phases than the next one has.
            self._go_to(Position(step - 1, self.run.phases_per_step - 1))

    def seek(self, epoch: int) -> None:
        """Go to the start of an epoch, or as near to it as the branch has been."""
        self._go_to(min(self.branch.start_of(epoch), self.branch.tip))

    def reason_for_staying(self) -> str:
        """Why a move has led to where the present was already."""
        if self.branch.tip == START:
            return f"nothing has been trained yet: {key('step one epoch')} trains one epoch"
        if self.now == START:
            return f"this is the start: {key('scrub forward')} goes forward, {key('to the end')} to the end"
        if self.now == self.branch.tip:
            return f"this is the newest epoch: {key('step one epoch')} trains one more"
        return f"epoch {self.run.epoch:,} is shown already"

    def reason_against(self, command: Undo | SwapBranch | Reinitialize) -> str:
        """Why a command would change nothing now; empty where it would change something."""
        if isinstance(command, Reinitialize):
            is_fresh = self.branch.tip == START and not self.branch.edits
            if not is_fresh or command.seed is not None:
                return ""
            return f"these are the weights of this seed: {key('reinitialize')} takes the next"
        if isinstance(command, SwapBranch):
            one = len(self._branches) == 1
            return "no other branch: a change in the past leaves the run that was as one" if one else ""
        is_first = not self.branch.edits_until(self.now)
        return "nothing to undo: no weight and no setting has been changed up to here" if is_first else ""

    def undo(self) -> None:
        """Go back to just before the last edit; the future after it stays as a branch, if there was any."""
        edits = self.branch.edits_until(self.now)
        if not edits:
            return
        position = self.branch.edits[edits - 1].position
        self._note_history()
        before = self.branch.cut(position, edits - 1, "")
        if self.branch.tip == position and self._fold_into_another(before):
            self._return_to(position)
            return
        if self.branch.tip > position:
            self.branch.label = self.branch.label or str(self.branch.edits[edits - 1].command)
            self._add(before)
        else:
            before.label = self.branch.label
            self._branches[self._active] = before
        self._return_to(position)

    def swap(self) -> None:
        """Go to where the next branch has got to."""
        if len(self._branches) > 1:
            self._note_history()
            self._active = (self._active + 1) % len(self._branches)
            self._return_to(self.branch.tip)

    def start_anew(self, run: Run, label_before: str, label: str) -> None:
        """Begin a branch with a past of its own; one that was never left its start is forgotten."""
        self._note_history()
        self.branch.label = self.branch.label or label_before
        forget = self.branch.tip == START and not self.branch.edits
        self.run = run
        fresh = self._fresh_timeline(label)
        if forget:
            self._branches[self._active] = fresh
        else:
            self._add(fresh)

    def trajectory(self) -> Trajectory:
        """The way on which the present branch has led here."""
        origin, edits = self.branch.keyframes[0], self.branch.edits_until(self.now)
        return Trajectory(
            experiment=origin.state.experiment,
            edits=tuple(self.branch.edits[:edits]),
            position=self.now,
            origin=origin.position,
            source=self._source if origin.position > START else "",
            digest=digest_of(self.run.parameters.vector.tobytes(), self.run.dataset.digest),
        )

    def _move_to(self, position: Position) -> None:
        """Go to any moment of this branch, past or future.

        An ExperimentError where a step has fewer phases.
        """
        start = Position(position.step)
        if start > self.now:
            self._forward(start)
        if position.phase >= self.run.phases_per_step and position != self.now:
            raise ExperimentError("at", f"a step has {self.run.phases_per_step} phases, not {position.phase} and more")
        if position < self.now:
            self._go_to(position)
        else:
            self._forward(position)

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
        look = present_look()
        for edit in trajectory.edits[len(made) :]:
            self._move_to(edit.position)
            if not self.run.fits(edit.command):
                raise ExperimentError("edit", f"{edit.command} starts the run anew: it belongs to its beginning")
            self.edit(edit.command)
            if look is not None and self.run.step_count < trajectory.position.step:
                look(self.run.step_count, trajectory.position.step)
        self._move_to(trajectory.position)

    def snapshot(self, *, trajectory: bool = False) -> TimeSnapshot:
        """The branches, where the present is among them, and, if asked for, how the run got there."""
        return TimeSnapshot(
            tip_epoch=self.branch.clock_at(self.branch.tip).epoch_at(self.branch.tip.step),
            is_past=self.now < self.branch.tip,
            edits=self.branch.edits_until(self.now),
            future=self.branch.history if self.now < self.branch.tip else None,
            branches=tuple(
                BranchSnapshot(branch.label, branch.history, index == self._active)
                for index, branch in enumerate(self._branches)
            ),
            trajectory=self.trajectory() if trajectory else None,
        )

    def _go_to(self, position: Position) -> None:
        """Go to a moment of this branch up to its tip."""
        self._note_history()
        frame = self.branch.keyframe_before(position)
        if not frame.position <= self.now <= position:
            self._return_to(position)
        else:
            self._forward(position)

    def _fresh_timeline(self, label: str) -> Timeline:
        stride = first_keyframe_stride(self.run.parameters.layer_sizes, max(self.run.batches.sizes))
        clocks = [ClockChange(START, 0, self.run.clock)]
        return Timeline([self._keyframe(0)], stride, clocks, label, tip=self.now)

    def _keyframe(self, edits: int) -> Keyframe:
        return Keyframe(self.now, edits, self.run.checkpoint())

    def _add(self, branch: Timeline) -> None:
        self._branches.insert(self._active + 1, branch)
        self._active += 1
        if len(self._branches) > MAX_BRANCHES:
            oldest = 0 if self._active else 1
            del self._branches[oldest]
            self._active -= oldest < self._active

    def _fold_into_another(self, past: Timeline) -> bool:
        """Drop the present branch if another one begins with all that is left of it, and go on there."""
        for branch in self._branches:
            if branch is not self.branch and branch.begins_with(past):
                del self._branches[self._active]
                self._active = self._branches.index(branch)
                if len(self._branches) == 1:
                    branch.label = ""
                return True
        return False

    def _note_history(self) -> None:
        """Keep the losses up to now if this is the end of the branch."""
        if self.now == self.branch.tip:
            self.branch.history = self.run.history.snapshot(self.run.epoch, *self.run.observer.losses())

    def _return_to(self, position: Position) -> None:
        frame = self.branch.keyframe_before(position)
        self.run = self.run.restored(frame.state)
        self._apply_edits(frame.edits)
        self._forward(position)

    def _forward(self, position: Position) -> None:
        """Train up to a moment and repeat the edits of the branch on the way."""
        while self.now < position:
            stop = position
            done = self.branch.edits_until(self.now)
            if done < len(self.branch.edits):
                stop = min(stop, self.branch.edits[done].position)
            self._train_to(stop)
            self._apply_edits(done)
            self.branch.note_clock(self.now, self.run.clock)
        self.branch.tip = max(self.branch.tip, self.now)

    def _forward_one_phase(self) -> None:
        done = self.branch.edits_until(self.now)
        self.run.run_phase()
        self._apply_edits(done)
        self.branch.note_clock(self.now, self.run.clock)
        self.branch.tip = max(self.branch.tip, self.now)
        self._keep_if_due()

    def _apply_edits(self, done: int) -> None:
        for edit in self.branch.edits[done : self.branch.edits_until(self.now)]:
            self.run.edit(edit.command)

    def _train_to(self, position: Position) -> None:
        if self.run.phases_done and self.now.step < position.step:
            self.run.advance_steps(1)
            # Data that were changed within the step have another epoch from here on, not from where this ends.
            self.branch.note_clock(self.now, self.run.clock)
            self._keep_if_due()
        while self.now.step < position.step:
            stop = min(position.step, self.branch.next_keyframe) if self._records else position.step
            # In the past, the keyframe that is due next lies ahead of the tip: nothing stops the run on the way.
            self._burst(stop - self.now.step)
            self._keep_if_due()
            self._be_looked_at(position.step)
        while self.now.phase < position.phase:
            self.run.run_phase()

    def _burst(self, most: int) -> None:
        """Make updates; while somebody watches, no more at once than fit into a moment."""
        if present_look() is None:
            self.run.advance_steps(most)
            return
        steps = min(most, self._bursts.size)
        with self._bursts.timed(steps):
            self.run.advance_steps(steps)

    def _be_looked_at(self, aim: int) -> None:
        """Let a watcher look, and perhaps stop the run here; but not where edits are still to be made."""
        look = present_look()
        if look is not None and self.now.step < aim:
            self.branch.tip = max(self.branch.tip, self.now)
            look(self.now.step, aim)

    def _keep_if_due(self) -> None:
        if self._records and not self.run.phases_done and self.now.step == self.branch.next_keyframe:
            self.branch.keep(self._keyframe(self.branch.edits_until(self.now)))
