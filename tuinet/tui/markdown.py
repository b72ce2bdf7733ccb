"""The little Markdown that lessons need, as rows of coloured text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from rich.cells import cell_len, chop_cells
from rich.style import Style

from tuinet.tui.text import Piece, ink, width_of
from tuinet.tui.theme import Theme

Line = list[Piece]

_INLINE: Final = re.compile(r"(\*\*.{1,300}?\*\*|`.{1,300}?`|\*[^\s*](?:.{0,300}?[^\s*])?\*)")
"""Emphasis has an end within some lines: a mark without one is not looked for through all of a text."""
_ITEM: Final = re.compile(r"(\s*)([-*]|\d+\.)\s+(.*)")
_FENCE: Final = "```"
_BULLET: Final = "–"


def markdown_lines(text: str, theme: Theme, width: int) -> list[Line]:
    """Paragraphs, lists, quotations and blocks of code, a blank line between two of them."""
    lines: list[Line] = []
    was_item = False
    for block in _blocks(text):
        is_item = bool(_ITEM.match(block[0]))
        if lines and not (is_item and was_item):
            lines.append([])
        lines += _block_lines(block, theme, width)
        was_item = is_item
    return lines


def paragraph_lines(text: str, theme: Theme, width: int, first: Line | None = None, indent: int = 0) -> list[Line]:
    """One paragraph, wrapped; its rows after the first are indented.

    Parameters
    ----------
    first
        What stands at its beginning, as wide as the indent.
    """
    blank = ink(None, theme.background)
    margin: Line = [(" " * indent, blank)] if indent else []
    wrapped = _wrapped(_words(text, theme), max(width - indent, 1), blank)
    begin = margin if first is None else first
    return [[*(begin if index == 0 else margin), *line] for index, line in enumerate(wrapped)]


def _blocks(text: str) -> Iterator[list[str]]:
    """Lines that belong together: a block of code with its fences, an item of a list, a paragraph."""
    block: list[str] = []
    for line in text.splitlines():
        is_code = bool(block) and block[0].startswith(_FENCE)
        is_fence = line.startswith(_FENCE)
        if block and not is_code and (is_fence or not line.strip() or _ITEM.match(line)):
            yield block
            block = []
        if line.strip() or is_code:
            block.append(line)
        if is_code and is_fence:
            yield block
            block = []
    if block:
        yield block


def _block_lines(block: Sequence[str], theme: Theme, width: int) -> list[Line]:
    if block[0].startswith(_FENCE):
        style = ink(theme.curve, theme.background)
        return [[("  " + line, style)] for line in block[1:] if not line.startswith(_FENCE)]
    axis = ink(theme.axis, theme.background)
    if item := _ITEM.match(block[0]):
        mark = _BULLET if item[2] in "-*" else item[2]
        text = " ".join([item[3], *(line.strip() for line in block[1:])])
        return paragraph_lines(text, theme, width, [(f"{mark} ", axis)], cell_len(mark) + 1)
    if block[0].startswith(">"):
        text = " ".join(line.lstrip("> ") for line in block)
        return [[("│ ", axis), *line] for line in paragraph_lines(text, theme, width - 2)]
    return paragraph_lines(" ".join(line.strip() for line in block), theme, width)


def _words(text: str, theme: Theme) -> list[list[Piece]]:
    """Words, each of pieces: a word may be emphasized in part."""
    words: list[list[Piece]] = [[]]
    for index, part in enumerate(_INLINE.split(text)):
        for number, word in enumerate(re.split(r"\s+", _bare(part) if index % 2 else part)):
            if number:
                words.append([])
            if word:
                words[-1].append((word, _style(part if index % 2 else "", theme)))
    return [word for word in words if word]


def _bare(part: str) -> str:
    return part[2:-2] if part.startswith("**") else part[1:-1]


def _style(part: str, theme: Theme) -> Style:
    if part.startswith("`"):
        return ink(theme.accent, theme.background, bold=True)
    if part.startswith("**"):
        return ink(theme.foreground, theme.background, bold=True)
    if part.startswith("*"):
        return ink(theme.title, theme.background)
    return ink(theme.foreground, theme.background)


def _wrapped(words: Sequence[Sequence[Piece]], width: int, blank: Style) -> list[Line]:
    lines: list[Line] = [[]]
    used = 0
    for word in (part for whole in words for part in _broken(whole, width)):
        size = width_of(word)
        if used and used + 1 + size > width:
            lines.append([])
            used = 0
        if used:
            lines[-1].append((" ", _between(lines[-1][-1][1], word[0][1], blank)))
        lines[-1] += word
        used += size + bool(used)
    return lines


def _between(before: Style, after: Style, blank: Style) -> Style:
    """A space within emphasized words has their style, so that they are one run."""
    return before if before == after else blank


def _broken(word: Sequence[Piece], width: int) -> list[Sequence[Piece]]:
    """A word that is wider than the row, in parts that are not."""
    if width_of(word) <= width:
        return [word]
    return [[(part, style)] for text, style in word for part in chop_cells(text, width)]
