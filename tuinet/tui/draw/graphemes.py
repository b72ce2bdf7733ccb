"""Graphemes: what a terminal draws as one character, however many code points it is made of."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from rich.cells import split_graphemes

_FLAG_LETTERS: Final = frozenset(map(chr, range(0x1F1E6, 0x1F200)))


@lru_cache(maxsize=16384)
def graphemes(text: str) -> tuple[tuple[str, int], ...]:
    """Each grapheme of a text, with the number of its cells.

    As Rich finds them, but that two letters of a flag belong together: terminals draw one picture for both.
    """
    if text.isascii():
        return tuple((character, 1) for character in text)
    parts: list[tuple[str, int]] = []
    for start, end, width in split_graphemes(text)[0]:
        part = text[start:end]
        if part in _FLAG_LETTERS and parts and parts[-1][0] in _FLAG_LETTERS:
            letter, cells = parts.pop()
            parts.append((letter + part, cells + width))
        else:
            parts.append((part, width))
    return tuple(parts)


def beginning(text: str, width: int) -> str:
    """As many whole graphemes from the start of a text as fit into so many cells."""
    end, room = 0, width
    for part, cells in graphemes(text):
        room -= cells
        if room < 0:
            break
        end += len(part)
    return text[:end]
