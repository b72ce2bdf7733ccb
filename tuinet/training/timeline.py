"""A Timeline: where a run has been, so that it can go back and forward again to the same bits."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from tuinet.training.checkpoint import Checkpoint
from tuinet.training.clock import Clock
from tuinet.training.edit_commands import EditCommand
from tuinet.training.history import HistorySnapshot

KEYFRAMES: Final = 128
"""Keyframes of one branch; when there are more, every other one goes and their distance doubles."""
MEMORY: Final = 16 * 2**20
"""Bytes that the keyframes of one branch may hold; the first and the last are always kept."""


class Position(NamedTuple):
    """A moment between two phases; all edits made there are behind it."""

    step: int
    """Complete updates."""
    phase: int = 0
    """Phases complete of the next update."""


START: Final = Position(0)


@dataclass(frozen=True)
class Edit:
    """What was changed, and when."""

    position: Position
    command: EditCommand


@dataclass(frozen=True, eq=False)
class Keyframe:
    """A state that can be returned to at once; always between two steps."""

    position: Position
    edits: int
    """Edits of the branch that are in it."""
    state: Checkpoint


@dataclass(frozen=True)
class ClockChange:
    """From when on epochs have another length."""

    position: Position
    edits: int
    """Edits of the branch that were made by then."""
    clock: Clock


@dataclass(eq=False)
class Timeline:
    """One branch: its keyframes and its edits, from which every moment of it can be replayed.

    All keyframes but the first can go: the edits since the one before are made again on the way.
    """

    keyframes: list[Keyframe]
    stride: int
    """Steps between two keyframes."""
    clocks: list[ClockChange]
    """The length of an epoch at the start, and every other one since."""
    label: str = ""
    """What is different in this branch."""
    edits: list[Edit] = field(default_factory=list)
    tip: Position = START
    """The furthest moment that has been."""
    history: HistorySnapshot | None = None
    """The losses up to the tip, noted when the tip was left."""

    @property
    def next_keyframe(self) -> int:
        """The step count at which a keyframe is due."""
        return (self.keyframes[-1].position.step // self.stride + 1) * self.stride

    def edits_until(self, position: Position) -> int:
        """How many edits were made up to a moment, those at that moment included."""
        return bisect_right(self.edits, position, key=lambda edit: edit.position)

    def clock_at(self, position: Position) -> Clock:
        """How epochs are counted at a moment."""
        index = bisect_right(self.clocks, position, key=lambda change: change.position)
        return self.clocks[max(index - 1, 0)].clock

    def start_of(self, epoch: int) -> Position:
        """The moment at which an epoch begins; of two, where its length was changed in its course, the later one."""
        clock = next(
            (change.clock for change in reversed(self.clocks) if change.clock.epoch <= epoch), self.clocks[0].clock
        )
        return Position(max(clock.step_of(epoch), 0))

    def note_clock(self, position: Position, clock: Clock) -> None:
        """Remember from when on epochs are counted in another way."""
        if clock != self.clock_at(position):
            self.clocks.append(ClockChange(position, self.edits_until(position), clock))

    def keyframe_before(self, position: Position) -> Keyframe:
        """The last keyframe that is not after a moment."""
        index = bisect_right(self.keyframes, position, key=lambda frame: frame.position)
        return self.keyframes[index - 1]

    def keep(self, keyframe: Keyframe) -> None:
        """Keep a keyframe, later than all others; thin these out when they are too many or too large."""
        self.keyframes.append(keyframe)
        # The latest state is the largest, since its history is the longest.
        room = min(KEYFRAMES, max(2, MEMORY // keyframe.state.n_bytes))
        while len(self.keyframes) > room:
            self.stride *= 2
            first, *middle, last = self.keyframes
            kept = [frame for frame in middle if frame.position.step % self.stride == 0]
            self.keyframes = [first, *kept, last]

    def begins_with(self, other: Timeline) -> bool:
        """Whether another branch is nothing but a part of this one's past."""
        own = self.edits[: self.edits_until(other.tip)]
        return self.keyframes[0] is other.keyframes[0] and own == other.edits and other.tip <= self.tip

    def cut(self, position: Position, edits: int, label: str) -> Timeline:
        """A branch with this one's past up to a moment and so many edits, and without a future."""
        past = [frame for frame in self.keyframes if frame.position <= position and frame.edits <= edits]
        clocks = [change for change in self.clocks if change.position <= position and change.edits <= edits]
        return Timeline(past, self.stride, clocks, label, self.edits[:edits], position)


def copied(branch: Timeline) -> Timeline:
    """A branch that no longer changes with the other; what it holds does not change anyway."""
    return replace(branch, keyframes=list(branch.keyframes), clocks=list(branch.clocks), edits=list(branch.edits))
