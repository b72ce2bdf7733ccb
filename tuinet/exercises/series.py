"""ExerciseSeries: one exercise after another, harder as long as they are solved."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tuinet.exercises.topic import LEVELS, TOPICS, exercise
from tuinet.exercises.working import Working


@dataclass(frozen=True)
class ExerciseSeries:
    """Where one is in a series of exercises, and what came of those before.

    Parameters
    ----------
    topics
        Of which they are, in turn.
    """

    topics: tuple[str, ...]
    level: int = 1
    seed: int = 0
    index: int = 0
    """Exercises before the present one."""
    found: int = 0
    """Numbers found in them."""
    asked: int = 0
    """Numbers asked in them."""
    is_fixed: bool = False
    """Whether the level stays as it is."""

    @property
    def topic(self) -> str:
        """Of the present exercise."""
        return self.topics[self.index % len(self.topics)]

    def working(self) -> Working:
        """The present exercise, with nothing filled in; drawing one may take a second."""
        return Working(exercise(self.topic, self.level, self.seed, self.index))

    def after(self, done: Working) -> ExerciseSeries:
        """The series with its next exercise: harder where all was found at once, easier where less than half was.

        With several topics each of them has its turn before it gets harder.
        """
        level, count = self.level, len(done.exercise.blanks)
        is_last = (self.index + 1) % len(self.topics) == 0
        if not self.is_fixed and done.alone == count and is_last:
            level = min(level + 1, LEVELS[-1])
        elif not self.is_fixed and 2 * done.found < count:
            level = max(level - 1, LEVELS[0])
        counted = replace(self, found=self.found + done.found, asked=self.asked + done.filled)
        return replace(counted, level=level, index=self.index + 1)

    @property
    def words(self) -> str:
        """What came of it, as in ``3 exercises, 11 of 12 numbers found``."""
        exercises = f"{self.index} exercise{'s' if self.index != 1 else ''}"
        return f"{exercises}, {self.found} of {self.asked} numbers found"


def series(topic: str | None = None, level: int | None = None, seed: int = 0) -> ExerciseSeries:
    """A series of one topic, or of all of them.

    Parameters
    ----------
    level
        ``None`` to begin with the first, and go on by what is found.
    """
    return ExerciseSeries((topic,) if topic else tuple(TOPICS), level or LEVELS[0], seed, is_fixed=level is not None)
