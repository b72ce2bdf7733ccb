"""What the status has to say, in as many rows as there are for it: of a finding the remedy is never cut."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len, chop_cells, set_cell_size

from tuinet.tui.draw.text import Piece, width_of
from tuinet.tui.style.theme import Theme

SEPARATOR: Final = " · "
MESSAGE_ROWS: Final = 2
_KEY: Final = re.compile(r"\b(key \S)(?= )")
_GAPS: Final = re.compile(r"(?<!\bkey)\s+")
"""Where a row may end: never between ``key`` and its name."""


class Message(NamedTuple):
    """What there is to say, in its parts."""

    before: list[Piece]
    verdicts: list[Piece]
    """Whether the run is learning, and what would help; the longest form first, and none where that is not said."""
    after: list[Piece]
    """More findings."""
    is_terse: bool = False
    """Whether a short form beside something else does as well as a long one in rows of its own."""

    @property
    def whole(self) -> Iterator[list[Piece]]:
        """All of it as it may stand beside something else, in the longest form first."""
        for verdict in self.verdicts if self.is_terse else self.verdicts[:1]:
            yield [*self.before, verdict, *self.after]
        if self.before and not self.verdicts:
            yield self.before


def rows_below(message: Message, room: int, theme: Theme, rows: int) -> list[list[Piece]]:
    """So many rows, a row more at most: of a finding its explanation gives way, and never the remedy."""
    for verdict in message.verdicts:
        kept = [*message.before, verdict]
        if not _overflows(kept, room, theme, rows):
            for other in message.after:
                kept += [] if _overflows([*kept, other], room, theme, rows) else [other]
            return wrapped(separated(kept, theme), room, rows)
    if not message.verdicts:
        return wrapped(separated(message.before, theme), room, rows) if message.before else []
    first = wrapped(separated(message.before, theme), room, 1) if message.before else []
    return [*first, *wrapped(separated(message.verdicts[-1:], theme), room, MESSAGE_ROWS)]


def _overflows(pieces: Sequence[Piece], room: int, theme: Theme, rows: int) -> bool:
    return len(wrapped(separated(pieces, theme), room, rows + 1)) > rows


def separated(pieces: Sequence[Piece], theme: Theme) -> list[Piece]:
    """The pieces with a dot between any two; keys are in the ink of keys."""
    return with_separators([_with_keys(piece, theme) for piece in pieces], theme)


def _with_keys(piece: Piece, theme: Theme) -> list[Piece]:
    words, style = piece
    parts = enumerate(_KEY.split(words))
    return [(text, theme.inks.key if index % 2 else style) for index, text in parts if text]


def wrapped(message: Sequence[Piece], room: int, rows: int) -> list[list[Piece]]:
    """In so many rows at most, each part in its own colour."""
    words = [(word, style) for text, style in message for word in _GAPS.split(text.strip())]
    lines: list[list[Piece]] = [[]]
    for word, style in words:
        left = room + 1 - width_of(lines[-1]) - 1
        # A long word, such as the path of a file, begins where it is said, and goes on below.
        is_broken = cell_len(word) > left > 0 and cell_len(word) > room // 2
        start = chop_cells(word, left)[0] if is_broken else ""
        parts = [start, *chop_cells(word[len(start) :], room)] if start else [word]
        for part in filter(None, parts):
            if lines[-1] and width_of(lines[-1]) + 1 + cell_len(part) > room + 1:
                lines.append([])
            lines[-1].append((f" {part}", style))
    if len(lines) > rows:
        lines = lines[:rows]
        while len(lines[-1]) > 1 and width_of(lines[-1]) + 2 > room + 1:
            lines[-1].pop()
        text, style = lines[-1][-1]
        lines[-1][-1] = (set_cell_size(text, min(cell_len(text), room - 1)), style)
        lines[-1].append((" …", style))
    return lines


def with_separators(groups: Sequence[Sequence[Piece]], theme: Theme) -> list[Piece]:
    """The pieces of all groups, with a dot between any two of these."""
    dot = (SEPARATOR, theme.inks.border)
    return [piece for index, group in enumerate(groups) for piece in ((dot, *group) if index else group)]
