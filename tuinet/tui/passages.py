"""Passages of text, and which of them a panel has room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from textwrap import wrap

from rich.style import Style

from tuinet.tui.text import Piece

Lines = list[list[Piece]]


@dataclass(frozen=True)
class Passage:
    """Lines that belong together."""

    lines: Lines
    rank: int
    """How soon it is left out where there is no room: the largest first."""
    short: Lines | None = None
    """What stands for the lines where there is little room."""

    @property
    def shortened(self) -> Passage:
        """The same with its short lines, if it has any."""
        return self if self.short is None else replace(self, lines=self.short)


def wrapped(text: str, width: int, style: Style) -> Lines:
    """A text in lines of at most this width."""
    return [[(line, style)] for line in wrap(text, max(width, 1))]


def fitted(passages: Sequence[Passage], height: int) -> Lines:
    """The passages in their order, with an empty line between two where there is room; else shorter; else fewer."""
    kept = _shortened([passage for passage in passages if passage.lines], height)
    while len(kept) > 1 and _height(kept) > height:
        kept.remove(max(kept, key=lambda passage: passage.rank))
    if _height(kept) + len(kept) - 1 <= height:
        return [line for passage in kept for line in (*passage.lines, [])][:-1]
    return [line for passage in kept for line in passage.lines][: max(height, 0)]


def _shortened(passages: Sequence[Passage], height: int) -> list[Passage]:
    """As many with all their lines as there is room for, those that are needed most before the others."""
    kept = [passage.shortened for passage in passages]
    for index in sorted(range(len(kept)), key=lambda index: passages[index].rank):
        longer = [*kept[:index], passages[index], *kept[index + 1 :]]
        if _height(longer) <= height:
            kept = longer
    return kept


def _height(passages: Sequence[Passage]) -> int:
    return sum(len(passage.lines) for passage in passages)
