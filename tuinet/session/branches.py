"""Branches: everything that a run has been, as timelines, and which losses of theirs belong on one chart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from tuinet.advice import key
from tuinet.experiment.experiment import Experiment
from tuinet.observe.snapshot import BranchSnapshot, TimeSnapshot
from tuinet.session.commands import Reinitialize, SessionCommand, SwapBranch, Undo
from tuinet.session.edits import DATASET, ClearPoints, Configure, EditCommand
from tuinet.session.history import HistorySnapshot, first_keyframe_stride
from tuinet.session.run import Run
from tuinet.session.timeline import START, ClockChange, Keyframe, Position, Timeline, Trajectory

_FIELDS: Final = tuple(sorted(DATASET))
Learned = tuple[Any, ...]
"""The values of all fields that say what is learned."""


class DataSpan(NamedTuple):
    """From one change of the dataset to the next.

    A sample that is added or taken out by hand makes no other dataset.
    """

    learned: Learned
    begin: Position = START
    after: float = -math.inf
    """Complete epochs when the dataset came: a loss recorded there is that of the one before."""
    until: float = math.inf
    """Complete epochs when the next dataset came."""

    def part(self, history: HistorySnapshot) -> HistorySnapshot:
        """The losses that were recorded in it."""
        return history.within(self.after, self.until)


def learned_in(experiment: Experiment) -> Learned:
    """What an Experiment has a network learn."""
    return tuple(getattr(experiment, name) for name in _FIELDS)


def spans_of(branch: Timeline) -> list[DataSpan]:
    """All of a branch, the earliest first."""
    spans = [DataSpan(learned_in(branch.keyframes[0].state.experiment))]
    for edit in branch.edits:
        learned = _after(edit.command, spans[-1].learned)
        if learned != spans[-1].learned:
            spans = continued(spans, DataSpan(learned, edit.position, branch.epoch_at(edit.position)))
    return spans


def continued(spans: Sequence[DataSpan], span: DataSpan) -> list[DataSpan]:
    """The spans, the last of which ends where another one begins."""
    return [*spans[:-1], spans[-1]._replace(until=span.after), span]


def span_at(spans: Sequence[DataSpan], now: Position) -> DataSpan:
    """The one that a moment lies in."""
    return next((span for span in reversed(spans) if span.begin <= now), spans[0])


def comparable(branch: Timeline, learned: Learned) -> HistorySnapshot | None:
    """The losses of a branch where it last had this dataset; ``None`` where it never had, or where none is known."""
    span = next((span for span in reversed(spans_of(branch)) if span.learned == learned), None)
    return None if span is None or branch.history is None else span.part(branch.history)


def _after(command: EditCommand, learned: Learned) -> Learned:
    match command:
        case ClearPoints():
            changes: dict[str, Any] = {"cleared": True}
        case Configure() if DATASET & dict(command.changes).keys():
            changes = {"cleared": False, **dict(command.changes)}
        case _:
            return learned
    return tuple(changes.get(name, value) for name, value in zip(_FIELDS, learned, strict=True))


MAX_BRANCHES: Final = 4


def fresh_timeline(run: Run, label: str = "") -> Timeline:
    """A timeline that begins where a run is now."""
    stride = first_keyframe_stride(run.parameters.layer_sizes, max(run.batches.sizes))
    clocks = [ClockChange(START, 0, run.clock)]
    return Timeline([keyframe(run, 0)], stride, clocks, label, tip=run.position)


def keyframe(run: Run, edits: int) -> Keyframe:
    """The present state of a run, with so many edits of its branch in it."""
    return Keyframe(run.position, edits, run.checkpoint())


class Branches:
    """The timelines of a run, in the order in which they are swapped; `now` is where the run is on the present one.

    Parameters
    ----------
    active
        Index of the timeline that the run is on.
    """

    def __init__(self, timelines: Iterable[Timeline], active: int = 0) -> None:
        self._timelines = list(timelines)
        self.active = active

    @property
    def present(self) -> Timeline:
        """The timeline that the run is on."""
        return self._timelines[self.active]

    @property
    def timelines(self) -> tuple[Timeline, ...]:
        """All of them, which change with the run."""
        return tuple(self._timelines)

    def add(self, timeline: Timeline) -> None:
        """Go on with a timeline behind the present one; the oldest goes when there are too many."""
        self._timelines.insert(self.active + 1, timeline)
        self.active += 1
        if len(self._timelines) > MAX_BRANCHES:
            oldest = 0 if self.active else 1
            del self._timelines[oldest]
            self.active -= oldest < self.active

    def begin(self, fresh: Timeline) -> None:
        """Go on with a timeline that has a past of its own; a present one that never left its start is forgotten."""
        if self._is_untouched:
            self._timelines[self.active] = fresh
        else:
            self.add(fresh)

    @property
    def has_others(self) -> bool:
        """Whether there is another timeline than the present one."""
        return len(self._timelines) > 1

    def swap(self) -> Position:
        """Go on with the next timeline; returns where that has got to."""
        self.active = (self.active + 1) % len(self._timelines)
        return self.present.tip

    def undo(self, now: Position) -> Position:
        """Go on as if the last edit had not been made; returns where that was.

        The future after it stays as a timeline of its own, if there was any.
        """
        branch, edits = self.present, self.present.edits_until(now)
        last = branch.edits[edits - 1]
        before = branch.cut(last.position, edits - 1, "")
        if branch.tip > last.position:
            branch.label = branch.label or str(last.command)
            self.add(before)
        elif not self._fold_into_another(before):
            before.label = branch.label
            self._timelines[self.active] = before
        return last.position

    def _fold_into_another(self, past: Timeline) -> bool:
        """Drop the present timeline if another one begins with all that is left of it, and go on there."""
        for branch in self._timelines:
            if branch is not self.present and branch.begins_with(past):
                del self._timelines[self.active]
                self.active = self._timelines.index(branch)
                if not self.has_others:
                    branch.label = ""
                return True
        return False

    @property
    def _is_untouched(self) -> bool:
        return self.present.tip == START and not self.present.edits

    def reason_for_staying(self, now: Position) -> str:
        """Why a move has led to where the run was already."""
        if self.present.tip == START:
            return f"nothing has been trained yet: {key('step one epoch')} trains one epoch"
        if now == START:
            return f"this is the start: {key('scrub forward')} goes forward, {key('to the end')} to the end"
        if now == self.present.tip:
            return f"this is the newest epoch: {key('step one epoch')} trains one more"
        return f"epoch {self.present.epoch_at(now):,} is shown already"

    def reason_against(self, command: SessionCommand, now: Position) -> str:
        """Why a command would change nothing now; empty where it may change something."""
        match command:
            case Reinitialize(seed=None) if self._is_untouched:
                return f"these are the weights of this seed: {key('reinitialize')} takes the next"
            case SwapBranch() if not self.has_others:
                return "no other branch: a change in the past leaves the run that was as one"
            case Undo() if not self.present.edits_until(now):
                return "nothing to undo: no weight and no setting has been changed up to here"
        return ""

    def snapshot(self, now: Position, trajectory: Trajectory | None) -> TimeSnapshot:
        """The branches, where the run is among them, and how it got there, where that is asked for."""
        branch = self.present
        is_past, span = now < branch.tip, span_at(spans_of(branch), now)
        return TimeSnapshot(
            tip_epoch=branch.epoch_at(branch.tip),
            is_past=is_past,
            edits=branch.edits_until(now),
            future=span.part(branch.history) if is_past and branch.history is not None else None,
            branches=tuple(
                BranchSnapshot(known.label, comparable(known, span.learned), index == self.active)
                for index, known in enumerate(self._timelines)
            ),
            trajectory=trajectory,
            losses_after=span.after,
        )
