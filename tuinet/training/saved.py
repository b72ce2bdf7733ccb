"""A saved session: where it is, and all that it can go back to."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tuinet.training.checkpoint import Checkpoint
from tuinet.training.timeline import START, ClockChange, Keyframe, Position, Timeline


@dataclass(frozen=True, eq=False)
class SavedSession:
    """Everything from which a session goes on, bit for bit, time travel and branches included."""

    present: Checkpoint
    branches: tuple[Timeline, ...]
    """Copies; their keyframes are shared, since nothing changes them. Empty where only the present was saved."""
    active: int
    """Index of the branch that the present is on."""

    @property
    def is_untouched(self) -> bool:
        """Whether it is at its start, and has never been trained or changed."""
        return len(self.branches) == 1 and self.branches[0].tip == START and not self.branches[0].edits

    def without_past(self) -> SavedSession:
        """The present alone, as if everything had begun with it, or with the step under way."""
        present, branch = self.present, self.branches[self.active]
        begun, now = Position(present.step_count), Position(present.step_count, present.phases)
        # A keyframe is always between two steps.
        state = replace(present, phases=0, edits=()) if present.phases else present
        clocks = [ClockChange(START, 0, branch.clock_at(begun))]
        edits = branch.edits[branch.edits_until(begun) : branch.edits_until(now)]
        alone = Timeline([Keyframe(begun, 0, state)], branch.stride, clocks, edits=edits, tip=now)
        return SavedSession(self.present, (alone,), 0)
