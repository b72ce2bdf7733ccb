"""How many cells of a terminal a text takes: names of columns can be in any script."""

from __future__ import annotations

import unicodedata


def cell_width(text: str) -> int:
    """Cells that a text takes: two for a wide character, none for a combining one."""
    if text.isascii():
        return len(text)
    return sum(map(_width, text))


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
