"""A Timeline: where a run has been and the states it can return to; a saved session, and a trajectory to a moment."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuinet.data.dataset import Dataset
from tuinet.errors import CheckpointError
from tuinet.experiment.experiment import Experiment
from tuinet.nn.parameters import Array
from tuinet.observe.view import Question
from tuinet.session.edits import Configure, EditCommand
from tuinet.session.history import HistorySnapshot


class Position(NamedTuple):
    """A moment between two phases; all edits made there are behind it."""

    step: int
    """Complete updates."""
    phase: int = 0
    """Phases complete of the next update."""


START: Final = Position(0)


class Edit(NamedTuple):
    """A change, and the moment at which it was made."""

    position: Position
    command: EditCommand


class Checkpoint(NamedTuple):
    """Everything that decides how a session goes on, and what it has recorded."""

    experiment: Experiment
    step_count: int
    phases: int
    """Phases completed of a step under way; all else is the state at the start of that step."""
    edits: tuple[Edit, ...]
    """What was changed in the middle of that step."""
    parameters: Array
    grads: Array
    updates: Array
    slots: Mapping[str, Array]
    order: NDArray[np.intp]
    generators: Mapping[str, Mapping[str, Any]]
    """States of the generators of shuffles and dropout masks, as `numpy.random.BitGenerator.state` has them."""
    history: Mapping[str, Array]
    data_digest: str
    """Of the samples that it was trained on."""
    epoch_start: tuple[int, int] = (0, 0)
    """Updates and complete epochs when the length of an epoch was last changed."""
    grads_are_stale: bool = False
    """Whether a parameter or the network was changed by hand since the last gradients."""
    changed_at: tuple[int, int] = (0, 0)
    """Updates and complete epochs when anything was changed last."""

    @property
    def n_bytes(self) -> int:
        """Memory that it holds, about."""
        arrays = (self.parameters, self.grads, self.updates, self.order, *self.slots.values(), *self.history.values())
        return 4096 + sum(array.nbytes for array in arrays)


def generator_state(generator: np.random.Generator) -> dict[str, Any]:
    """The state of a generator in plain values."""
    return dict(generator.bit_generator.state)


def set_generator_state(generator: np.random.Generator, states: Mapping[str, Mapping[str, Any]], name: str) -> None:
    """Have a generator go on from the state of a name; a CheckpointError where it cannot."""
    try:
        generator.bit_generator.state = dict(states[name])
        # NumPy cuts off what is behind the point of a number.
        is_taken = generator_state(generator) == dict(states[name])
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise CheckpointError(f"damaged: the state of the generator of {name} cannot be used") from error
    if not is_taken:
        raise CheckpointError(f"damaged: the state of the generator of {name} is none that it can be in")


def fill(target: Array, values: Array, name: str) -> None:
    """Write an array of a checkpoint to where it belongs; a CheckpointError where it does not fit."""
    if values.size != target.size or values.dtype != target.dtype:
        wanted = f"{target.size:,} {target.dtype}"
        raise CheckpointError(f"damaged: {name} holds {values.size:,} {values.dtype}, the network needs {wanted}")
    target[...] = values.reshape(target.shape)


class Clock(NamedTuple):
    """Counts epochs from the step at which their length was last changed; an epoch begins there."""

    batches_per_epoch: int
    step: int = 0
    """Complete updates when it was set."""
    epoch: int = 0
    """Complete epochs then."""

    def epoch_at(self, step: int) -> int:
        """Complete epochs after so many updates."""
        return self.epoch + (step - self.step) // self.batches_per_epoch

    def batch_at(self, step: int) -> int:
        """Complete batches of the epoch under way after so many updates."""
        return (step - self.step) % self.batches_per_epoch

    def step_of(self, epoch: int) -> int:
        """Updates before the start of an epoch."""
        return self.step + (epoch - self.epoch) * self.batches_per_epoch


KEYFRAMES: Final = 128
"""Keyframes of one branch; when there are more, every other one goes and their distance doubles."""
MEMORY: Final = 16 * 2**20
"""Bytes that the keyframes of one branch may hold; the first and the last are always kept."""


class Keyframe(NamedTuple):
    """A state that can be returned to at once; always between two steps."""

    position: Position
    edits: int
    """Edits of the branch that are in it."""
    state: Checkpoint


class ClockChange(NamedTuple):
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
        """The number of edits up to a moment, those at that moment included."""
        return bisect_right(self.edits, position, key=lambda edit: edit.position)

    def clock_at(self, position: Position) -> Clock:
        """The clock that counts epochs at a moment."""
        index = bisect_right(self.clocks, position, key=lambda change: change.position)
        return self.clocks[max(index - 1, 0)].clock

    def epoch_at(self, position: Position) -> int:
        """Complete epochs at a moment."""
        return self.clock_at(position).epoch_at(position.step)

    def start_of_epoch_at(self, position: Position) -> Position:
        """The start of the epoch under way at a moment, by the clock of that time."""
        return Position(self.clock_at(position).step_of(self.epoch_at(position)))

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


class SavedSession(NamedTuple):
    """Everything from which a session goes on, bit for bit, time travel and branches included."""

    present: Checkpoint
    branches: tuple[Timeline, ...] = ()
    """Copies; their keyframes are shared, since nothing changes them. Empty where only the present was saved."""
    active: int = 0
    """The branch that the present is on."""
    dataset: Dataset | None = None
    """The data of the present: at least what they are besides their samples; ``None`` where that is not known."""
    question: Question | None = None
    """What the network was asked last, in the features of that data; ``None`` where nothing was."""

    @property
    def is_untouched(self) -> bool:
        """Whether it is at its start, and has never been trained or changed."""
        return len(self.branches) == 1 and self.branches[0].tip == START and not self.branches[0].edits

    def without_past(self) -> SavedSession:
        """The present alone, as if everything had begun with it, or with the step under way."""
        present, branch = self.present, self.branches[self.active]
        begun, now = Position(present.step_count), Position(present.step_count, present.phases)
        # A keyframe is always between two steps.
        state = present._replace(phases=0, edits=()) if present.phases else present
        clocks = [ClockChange(START, 0, branch.clock_at(begun))]
        edits = branch.edits[branch.edits_until(begun) : branch.edits_until(now)]
        alone = Timeline([Keyframe(begun, 0, state)], branch.stride, clocks, edits=edits, tip=now)
        return self._replace(branches=(alone,), active=0)


_DIGEST_BYTES: Final = 4
_DIFFERENT: Final = "the run is not the one that was shared: {} was expected, and this is {}; {}"
_CAUSES: Final = {
    "portable": (
        "in portable arithmetic processors compute alike, so a data file has changed, or the release of tuinet; "
        "or one of the two is an x86 processor from before 2013"
    ),
    "fast": "in fast arithmetic another processor or NumPy computes other last bits; or a data file has changed",
}


@dataclass(frozen=True)
class Trajectory:
    """The Experiment at the start, the edits on the way, and the moment that was reached."""

    experiment: Experiment
    """As it was at the start."""
    edits: tuple[Edit, ...] = ()
    """In the order in which they were made; those of the present branch up to now."""
    position: Position = START
    origin: Position = START
    """Where the run's past begins: later than the start only where an older past was forgotten."""
    source: str = ""
    """The file in which the past begins then."""
    digest: str = ""
    """Of the parameters and the samples there, see `digest_of`; empty where it is not known."""

    def __post_init__(self) -> None:
        moments = [self.origin, *(edit.position for edit in self.edits), self.position]
        if moments != sorted(moments):
            raise ValueError("the moments of a course are not in order")


def digest_of(parameters: Array, data_digest: str) -> str:
    """Eight hexadecimal digits that tell whether two runs are at the same weights, to the bit, on the same samples.

    What is not a number has other bits with every release of NumPy, and counts as one value.
    """
    bits = np.where(np.isnan(parameters), np.nan, parameters).tobytes()
    return hashlib.blake2b(bits + data_digest.encode(), digest_size=_DIGEST_BYTES).hexdigest()


def arithmetic_of(trajectory: Trajectory, present: str) -> str:
    """The arithmetic of a whole run: portable if it is so at present, and was never set to another."""
    changes = [dict(edit.command.changes) for edit in trajectory.edits if isinstance(edit.command, Configure)]
    named = [trajectory.experiment.arithmetic, *(change["arithmetic"] for change in changes if "arithmetic" in change)]
    return "fast" if "fast" in named else present


def difference(expected: Trajectory, made: Trajectory, arithmetic: str) -> str:
    """A warning where two runs are at different weights; empty where they are not, or where that is unknown.

    It names what can differ in their arithmetic, of which the present one is given.
    """
    if not expected.digest or expected.digest == made.digest:
        return ""
    return _DIFFERENT.format(expected.digest, made.digest, _CAUSES[arithmetic_of(made, arithmetic)])
