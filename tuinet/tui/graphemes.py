"""Graphemes: what a terminal draws as one thing, and how many cells it takes."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from rich.cells import cell_len, get_character_cell_size
from textual.strip import Strip

_JOINER: Final = "\u200d"
_FLAG_LETTERS: Final = ("\U0001f1e6", "\U0001f1ff")


@lru_cache(maxsize=16384)
def graphemes(text: str) -> tuple[tuple[str, int], ...]:
    """Each grapheme of a text, with the number of its cells, which add up to those of the text.

    A combining mark belongs to the character before it, and so does whatever a joiner joins; two letters of a flag
    belong together.
    """
    if text.isascii():
        return tuple((character, 1) for character in text)
    parts: list[str] = []
    for character in text:
        if parts and _continues(parts[-1], character):
            parts[-1] += character
        else:
            parts.append(character)
    return tuple((part, cell_len(part)) for part in parts)


def _continues(part: str, character: str) -> bool:
    is_flag = len(part) == 1 and _is_flag_letter(part) and _is_flag_letter(character)
    return is_flag or part[-1] == _JOINER or not get_character_cell_size(character)


def _is_flag_letter(character: str) -> bool:
    return _FLAG_LETTERS[0] <= character <= _FLAG_LETTERS[1]


def whole(strip: Strip, left: int, right: int) -> tuple[int, int]:
    """A run of cells of a row, widened so that it cuts no grapheme in two."""
    return _grapheme_at(strip, left)[0], _grapheme_at(strip, right - 1)[1]


def _grapheme_at(strip: Strip, cell: int) -> tuple[int, int]:
    """The run of cells of the grapheme that takes a cell."""
    place = 0
    for segment in strip:
        width = segment.cell_length
        if cell < place + width:
            if len(segment.text) == 1:
                return place, place + width
            return _within(segment.text, place, cell)
        place += width
    return cell, cell + 1


def _within(text: str, place: int, cell: int) -> tuple[int, int]:
    for _, width in graphemes(text):
        if cell < place + width:
            return place, place + width
        place += width
    return cell, cell + 1
