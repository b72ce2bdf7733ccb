"""The settings as a screen has them: lines, values in a row, what is chosen, and the names that complete a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from rich.style import Style

from tuinet.errors import ExperimentError
from tuinet.experiment.changes import parts
from tuinet.experiment.experiment import CHOICES, FIELDS, GROUPS, Experiment
from tuinet.experiment.fields import shown
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.text import Piece, shorten, width_of


@dataclass(frozen=True)
class TextEntry:
    """A value that is being typed."""

    field: str
    query: str = ""
    """What was typed; names that were chosen among the suggestions are not."""
    index: int | None = None
    """Which of the suggestions was chosen."""

    @property
    def names(self) -> tuple[str, ...]:
        """The suggestions, the best first."""
        return matching(self._last, FIELDS[self.field].choices)

    @property
    def marked(self) -> int | None:
        """The suggestion that is taken where what was typed is no value."""
        if self.index is not None:
            return self.index
        return 0 if self._last and self.names else None

    @property
    def completed(self) -> str:
        """What was typed with the marked suggestion in place of its last name."""
        if self.marked is None:
            return self.query
        return self.query[: len(self.query) - len(self._last)] + self.names[self.marked]

    def moved(self, by: int) -> TextEntry:
        """The next suggestion, or the one before, is chosen; around the ends."""
        if not self.names:
            return self
        start = -1 if self.index is None and by > 0 else self.index or 0
        return replace(self, index=(start + by) % len(self.names))

    @property
    def _last(self) -> str:
        if FIELDS[self.field].kind != "names":
            return self.query
        return self.query[self.query.rfind(",") + 1 :].lstrip()


def matching(text: str, names: Sequence[str]) -> tuple[str, ...]:
    """The names that hold a text: the name itself first, then those that begin with it."""
    wanted = text.strip().lower()

    def rank(name: str) -> int:
        return 0 if name == wanted else 1 if name.startswith(wanted) else 2

    return tuple(sorted((name for name in names if wanted in name.lower()), key=rank))


NAMES: Final = tuple(FIELDS)


@dataclass(frozen=True)
class SettingsState:
    """What the settings screen shows besides the frame."""

    experiment: Experiment
    """As it will be when all that was asked for has arrived."""
    field: str = NAMES[0]
    """The field that is chosen."""
    part: int = 0
    """Which of its parts is: a layer, a feature."""
    refusal: str = ""
    """Why its last change was refused."""
    entry: TextEntry | None = None
    """The value that is being typed, while one is."""

    def at(self, field: str) -> SettingsState:
        """Another field is chosen."""
        return replace(self, field=field, part=0, refusal="", entry=None)

    def moved(self, by: int) -> SettingsState:
        """A field further down, or up; it stops at the ends."""
        index = NAMES.index(self.field) + by
        return self.at(NAMES[max(0, min(index, len(NAMES) - 1))])

    def shifted(self, by: int) -> SettingsState:
        """The next part is chosen, or the one before; it stops at the ends."""
        return replace(self, part=max(0, min(self.part + by, self.parts - 1)), refusal="")

    def in_next_group(self) -> SettingsState:
        """The first field of the next group is chosen; after the last group comes the first."""
        firsts = [fields[0].name for fields in GROUPS.values()]
        later = [name for name in firsts if NAMES.index(name) > NAMES.index(self.field)]
        return self.at((later or firsts)[0])

    def refused(self, reason: str) -> SettingsState:
        """The last change was refused."""
        return replace(self, refusal=reason)

    def with_experiment(self, experiment: Experiment) -> SettingsState:
        """Take over another Experiment, and keep the chosen part within it."""
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
class SettingsLine:
    """One line: a heading, a field, or with neither of them an empty one."""

    heading: str = ""
    field: str = ""


@lru_cache(maxsize=2)
def lines(with_gaps: bool) -> tuple[SettingsLine, ...]:
    """All lines, with an empty one between two groups or without."""
    found: list[SettingsLine] = []
    for heading, fields in GROUPS.items():
        gap = [SettingsLine()] if with_gaps and found else []
        found += [*gap, SettingsLine(heading.lower()), *(SettingsLine(field=field.name) for field in fields)]
    return tuple(found)


def lines_for(height: int) -> tuple[SettingsLine, ...]:
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
    line = all_lines.index(SettingsLine(field=field))
    margin = 1 if height > 2 else 0
    lowest, highest = line + margin + 1 - height, line - margin
    return max(0, min(max(min(top, highest), lowest), len(all_lines) - height))


_DOTS: Final = "…"


def value_pieces(
    state: SettingsState, field: str, snapshot: Snapshot, styles: tuple[Style, Style], room: int
) -> list[Piece]:
    """A field's value in at most so many cells.

    Parameters
    ----------
    styles
        Of the value, and of the part that is chosen.
    """
    plain, marked = styles
    words = part_words(state, snapshot) if field == state.field else []
    if not words:
        return [(shorten(shown(field, state.experiment, snapshot.dataset), room), plain)]
    written = [(f"[{word}]", marked) if is_chosen else (word, plain) for word, is_chosen in words]
    chosen = [is_chosen for _, is_chosen in words].index(True)
    return _elided(written, chosen, plain, room)


def part_words(state: SettingsState, snapshot: Snapshot) -> list[tuple[str, bool]]:
    """The parts of the chosen field, and which of them is chosen; none where it has but one."""
    experiment, part = state.experiment, state.part
    if state.field == "hidden" and experiment.hidden:
        return [(str(size), index == part) for index, size in enumerate(experiment.hidden)]
    if state.field == "activation" and state.parts > 1:
        return [(name, index == part) for index, name in enumerate(("all", *experiment.hidden_activations))]
    if state.field == "features":
        name = CHOICES["features"][part]
        use = "in" if name in feature_names(state) else "out"
        return [(f"{name} {use}", True), (shown("features", experiment, snapshot.dataset), False)]
    return []


def feature_names(state: SettingsState) -> tuple[str, ...]:
    """The features in use, the raw ones where none are made."""
    return state.experiment.features or CHOICES["features"][:2]


def _elided(words: Sequence[Piece], chosen: int, style: Style, room: int) -> list[Piece]:
    """The words with spaces between them; where there is no room for all, those around the chosen one."""
    first, end = 0, len(words)
    while end > chosen + 1 and width_of(_window(words, first, end, style)) > room:
        end -= 1
    while first < chosen and width_of(_window(words, first, end, style)) > room:
        first += 1
    pieces = _window(words, first, end, style)
    if width_of(pieces) <= room:
        return pieces
    text, marked = words[chosen]
    return [(shorten(text, room), marked)]


def _window(words: Sequence[Piece], first: int, end: int, style: Style) -> list[Piece]:
    """Some of the words, and dots for those that are left out on either side."""
    dots = (_DOTS, style)
    shown = [*([dots] if first else []), *words[first:end], *([dots] if end < len(words) else [])]
    return [piece for index, word in enumerate(shown) for piece in (((" ", style), word) if index else (word,))]
