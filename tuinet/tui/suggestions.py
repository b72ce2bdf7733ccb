"""Suggestions: the names that complete what is being typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tuinet.experiment.fields import FIELDS


@dataclass(frozen=True)
class Entry:
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
        return self.query if self.marked is None else f"{self._first}{self.names[self.marked]}"

    def moved(self, by: int) -> Entry:
        """The next suggestion, or the one before, is chosen; around the ends."""
        if not self.names:
            return self
        start = -1 if self.index is None and by > 0 else self.index or 0
        return replace(self, index=(start + by) % len(self.names))

    @property
    def _first(self) -> str:
        """All before the last name."""
        return self.query[: len(self.query) - len(self._last)]

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
