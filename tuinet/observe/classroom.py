"""A class: a teacher's run, those who follow it, and what all of them are shown beside it; as a frame has it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

PointerKind = Literal["sample", "weight", "neuron", "phase"]
POINTER_KINDS: Final = ("sample", "weight", "neuron", "phase")
Attendance = Literal["teaching", "following", "joining", "forked", "waiting"]
"""What whoever looks does in a class.

``teaching``: it is the teacher. ``following``: the teacher's run is shown. ``joining``: connected, and the teacher's
present state is on its way. ``forked``: a private copy is shown. ``waiting``: there is no connection at present.
"""
MOST_QUESTION: Final = 300
"""Characters of a question, and of the sentence that says why an answer is right."""
MOST_CHOICE: Final = 60
"""Characters of a choice."""
CHOICES: Final = (2, 4)
"""The fewest and the most choices of a question."""


@dataclass(frozen=True)
class Pointer:
    """What a teacher points at."""

    kind: PointerKind
    layer: int = 0
    """Of a weight or a neuron, counted from 1; of a neuron 0 for the inputs."""
    row: int | None = None
    """Of a sample its row in the training set, from 0, and of a neuron that of the sample which it is looked at for, if
    any; of a weight its input, from 0, and ``None`` for a bias; of a phase its place in the step, from 0."""
    column: int = 0
    """Of a weight or a neuron, the neuron's place in its layer, from 0."""

    def is_in(self, layer_sizes: Sequence[int], samples: int) -> bool:
        """Whether a network of these sizes, inputs first, and so many training samples have it; of phases any."""
        if self.kind in ("sample", "phase"):
            return self.row is not None and 0 <= self.row < (samples if self.kind == "sample" else math.inf)
        first = 1 if self.kind == "weight" else 0
        if not (first <= self.layer < len(layer_sizes) and 0 <= self.column < layer_sizes[self.layer]):
            return False
        return self.kind == "neuron" or self.row is None or 0 <= self.row < layer_sizes[self.layer - 1]


@dataclass(frozen=True)
class ClassQuestion:
    """What a class is asked, as a lesson asks for a prediction."""

    number: int
    """Counted from 1 in a class."""
    question: str
    choices: tuple[str, ...]
    answer: int | None = None
    """The right choice, counted from 1; ``None`` until it is revealed, and where there is none."""
    because: str = ""
    """Why; empty until the answer is revealed."""
    is_revealed: bool = False
    """Whether nobody can answer any more, and all see the answers of all."""
    counts: tuple[int, ...] = ()
    """How many have chosen each: known to the teacher at any time, to the others once it is revealed."""


@dataclass(frozen=True)
class Classroom:
    """A class at a moment, as the one sees it to whom a frame is shown."""

    name: str
    """Of the class, as its socket is called; clean, and short enough to be shown."""
    teacher: str
    """The teacher's name on this machine; clean."""
    attendance: Attendance
    followers: int = 0
    """How many follow, those who have forked among them."""
    forked: int = 0
    """How many have a private copy."""
    agreeing: int = 0
    """How many of the followers had the teacher's parameters, to the bit, when they were last compared."""
    differing: int = 0
    """How many had others."""
    pointer: Pointer | None = None
    question: ClassQuestion | None = None
    choice: int | None = None
    """What whoever looks has chosen, counted from 1."""
    lesson: tuple[str, int] | None = None
    """The name of the lesson that the teacher is in, and its step, from 0; ``None`` where it is in none."""
    words: str = ""
    """Why there is no connection, and what happens next; for the teacher, that the class is open, and how to follow."""
    has_run: bool = True
    """Whether the teacher's run has arrived, so that there is something to copy."""

    @property
    def is_theirs(self) -> bool:
        """Whether the run that is shown is the teacher's, which whoever looks cannot change."""
        return self.attendance in ("following", "joining", "waiting")

    @property
    def points_at_neuron(self) -> bool:
        """Whether the numbers of the last step are needed to say what is pointed at."""
        return self.pointer is not None and self.pointer.kind == "neuron"

    @property
    def may_fork(self) -> bool:
        """Whether a copy of one's own can be made now."""
        return self.is_theirs and self.has_run

    @property
    def may_rejoin(self) -> bool:
        """Whether a copy can be left for the class, which is there."""
        return self.attendance == "forked" and not self.words
