"""Worksheets: a sheet of exercises for each student, every one with other numbers, the same in any year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tuinet.errors import TuinetError
from tuinet.exercises.exercise import Blank, Exercise
from tuinet.exercises.topic import LEVELS, TOPICS, exercise

MOST_STUDENTS: Final = 999
MOST_EXERCISES: Final = 9
MOST_SEED: Final = 999_999_999
_MOST_ATTEMPTS: Final = 20
"""Draws of an exercise that nobody has yet; a topic may have fewer different ones than there are students."""


class WorksheetError(TuinetError):
    """A worksheet cannot be made as it is wanted; the message names the value and what would be right."""


@dataclass(frozen=True)
class Assignment:
    """Everything that the sheets follow from."""

    topic: str
    students: int = 30
    seed: int = 0
    level: int = 1
    """Of the first exercise of a sheet; each further one is a level higher."""
    count: int = 3
    """Exercises of a sheet."""

    def __post_init__(self) -> None:
        bounds = {
            "students": (self.students, 1, MOST_STUDENTS),
            "seed": (self.seed, 0, MOST_SEED),
            "level": (self.level, LEVELS[0], LEVELS[-1]),
            "count": (self.count, 1, MOST_EXERCISES),
        }
        if self.topic not in TOPICS:
            raise WorksheetError(f"topic: {self.topic!r} is none of {', '.join(TOPICS)}")
        for name, (value, least, most) in bounds.items():
            if not least <= value <= most:
                raise WorksheetError(f"{name}: {value} is not from {least} to {most}")

    @property
    def command(self) -> str:
        """The command that makes the same sheets."""
        numbers = f"--students {self.students} --seed {self.seed} --level {self.level} --count {self.count}"
        return f"tuinet worksheet {self.topic} {numbers}"

    @property
    def title(self) -> str:
        """Of every sheet."""
        title = TOPICS[self.topic].title
        return title[:1].upper() + title[1:]

    def sheets(self) -> Iterator[Sheet]:
        """The sheets of all students, in order."""
        seen: set[tuple[str, ...]] = set()
        for student in range(1, self.students + 1):
            yield Sheet(self, student, tuple(self._exercise(student, place, seen) for place in range(self.count)))

    def _exercise(self, student: int, place: int, seen: set[tuple[str, ...]]) -> Exercise:
        """The same kind for everybody, but with answers that nobody before has, as far as there are such."""
        level = min(self.level + place, LEVELS[-1])
        for attempt in range(_MOST_ATTEMPTS):
            variant = (attempt * (MOST_STUDENTS + 1) + student) * (MOST_EXERCISES + 1) + place
            found = exercise(self.topic, level, self.seed, variant, place)
            answers = (str(place), *(blank.answer for blank in found.blanks))
            if answers not in seen:
                break
        seen.add(answers)
        return found


_COMMAND: Final = re.compile(
    r"(?:tuinet )?worksheet ([a-z-]+) --students (\d{1,9}) --seed (\d{1,9}) --level (\d) --count (\d)"
)


def assignment_of(command: str) -> Assignment:
    """The assignment that the line on a sheet names.

    Raises
    ------
    WorksheetError
        If it is no such line.
    """
    match = _COMMAND.fullmatch(" ".join(command.split()))
    if match is None:
        raise WorksheetError(f"{command[:80]!r} is no line such as {Assignment('forward').command!r}")
    return Assignment(match[1], *map(int, match.groups()[1:]))


@dataclass(frozen=True, eq=False)
class Sheet:
    """The exercises of one student."""

    assignment: Assignment
    student: int
    """Counted from 1."""
    exercises: tuple[Exercise, ...]

    def questions(self) -> Iterator[tuple[str, Exercise, Blank]]:
        """Every blank with its name, such as ``2b``, and its exercise."""
        for number, made in enumerate(self.exercises, start=1):
            for blank in made.blanks:
                yield f"{number}{blank.name}", made, blank
