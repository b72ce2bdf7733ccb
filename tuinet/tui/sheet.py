"""The sheet of settings: its lines, and what of it is chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from tuinet.errors import ExperimentError
from tuinet.experiment.changes import parts
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.fields import FIELDS, GROUPS
from tuinet.tui.suggestions import Entry

NAMES: Final = tuple(FIELDS)


@dataclass(frozen=True)
class Sheet:
    """What the settings screen shows besides the frame."""

    experiment: Experiment
    """As it will be when all that was asked for has arrived."""
    field: str = NAMES[0]
    """The field that is chosen."""
    part: int = 0
    """Which of its parts is: a layer, a feature."""
    refusal: str = ""
    """Why its last change was refused."""
    entry: Entry | None = None
    """The value that is being typed, while one is."""

    def at(self, field: str) -> Sheet:
        """Another field is chosen."""
        return replace(self, field=field, part=0, refusal="", entry=None)

    def moved(self, by: int) -> Sheet:
        """A field further down, or up; it stops at the ends."""
        index = NAMES.index(self.field) + by
        return self.at(NAMES[max(0, min(index, len(NAMES) - 1))])

    def shifted(self, by: int) -> Sheet:
        """The next part is chosen, or the one before; it stops at the ends."""
        return replace(self, part=max(0, min(self.part + by, self.parts - 1)), refusal="")

    def in_next_group(self) -> Sheet:
        """The first field of the next group is chosen; after the last group comes the first."""
        firsts = [fields[0].name for fields in GROUPS.values()]
        later = [name for name in firsts if NAMES.index(name) > NAMES.index(self.field)]
        return self.at((later or firsts)[0])

    def refused(self, reason: str) -> Sheet:
        """The last change was refused."""
        return replace(self, refusal=reason)

    def with_experiment(self, experiment: Experiment) -> Sheet:
        """The same of another Experiment, the part within it."""
        part = min(self.part, parts(self.field, experiment) - 1)
        return replace(self, experiment=experiment, part=part)

    def experiment_with(self, value: object) -> Experiment:
        """The Experiment with another value in the chosen field; without it where the others do not allow it."""
        changes: dict[str, Any] = {self.field: value}
        try:
            return replace(self.experiment, **changes)
        except ExperimentError:
            return self.experiment

    @property
    def parts(self) -> int:
        """How many parts the chosen field has."""
        return parts(self.field, self.experiment)


@dataclass(frozen=True)
class Line:
    """One line: a heading, a field, or with neither of them an empty one."""

    heading: str = ""
    field: str = ""


@lru_cache(maxsize=2)
def lines(with_gaps: bool) -> tuple[Line, ...]:
    """All lines, with an empty one between two groups or without."""
    found: list[Line] = []
    for heading, fields in GROUPS.items():
        gap = [Line()] if with_gaps and found else []
        found += [*gap, Line(heading.lower()), *(Line(field=field.name) for field in fields)]
    return tuple(found)


def lines_for(height: int) -> tuple[Line, ...]:
    """All lines, with gaps where there is room for them."""
    spacious = lines(True)
    return spacious if len(spacious) <= height else lines(False)


def first_line(top: int, field: str, height: int) -> int:
    """Which line is the first in sight: as far as possible the one that was, with the field's and its neighbours.

    Parameters
    ----------
    top
        The first line so far.
    height
        How many lines there is room for.
    """
    all_lines = lines_for(height)
    line = all_lines.index(Line(field=field))
    margin = 1 if height > 2 else 0
    lowest, highest = line + margin + 1 - height, line - margin
    return max(0, min(max(min(top, highest), lowest), len(all_lines) - height))
