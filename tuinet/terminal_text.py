r"""Text from outside as a terminal may have it: controls are shown, names bounded, right-to-left text isolated.

Whatever a file, an option or a variable holds can be in a message. A terminal would execute the controls in it: write
the clipboard, set the title, hide what stands before. So each is shown by its escape, as in ``\x1b`` or ``\u202e``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Final

MINUS: Final = "−"
"""Of numbers that are read, as wide as a plus."""
NAME_LIMIT: Final = 240
"""Characters of a name, or of any word of a message, that are shown; the middle of a longer one is left out."""
LINE_LIMIT: Final = 2_000
"""Characters of a message, or of a line of a table, that are shown."""
_JOINERS: Final = "\u200c\u200d"
_UNSEEN: Final = (
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction
    "\u2028\u2029"  # ends of lines and paragraphs
    "\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"  # of no width
    "\ud800-\udfff"  # what was not UTF-8
)
_WRITTEN: Final = rf"[^ -~{_UNSEEN}{_JOINERS}]"
_FLAG: Final = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
"""Emoji of the flags of countries within a country."""
_RIGHT_TO_LEFT: Final = (
    "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"  # Hebrew, Arabic, …
)
_WORD: Final = f"[{_RIGHT_TO_LEFT}][{_RIGHT_TO_LEFT}\u0300-\u036f]*"
_WORDS: Final = f"{_WORD}(?:[ {_JOINERS}]{_WORD})*"
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
_LONG_WORD: Final = rf"[^ ]{{{NAME_LIMIT + 1},}}"
_CUT_ESCAPE: Final = r"\\(?:x[0-9a-f]?|u[0-9a-f]{0,3}|U[0-9a-f]{0,7})?$"


def escape(character: str) -> str:
    r"""A character as Python escapes it, as in ``\n``, ``\x1b`` and ``\u202e``.

    A byte that was no UTF-8, which Python keeps as a lone surrogate, is shown as the byte: ``\x9b``.
    """
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")


def visible(text: str, escaped: Callable[[str], str] = escape) -> str:
    """Replace each character that a terminal would obey, or not show, by its escape.

    Letters, marks and emoji of every script stay as they are; `escaped` writes the others.
    """
    if text.isascii() and text.isprintable():
        return text
    return _control().sub(lambda match: escaped(match[0]) if len(match[0]) == 1 else match[0], text)


@cache
def _control() -> re.Pattern[str]:
    # Joiners belong to emoji, and to Persian and Indic words; anywhere else nobody sees them.
    return re.compile(rf"{_FLAG}|[{_UNSEEN}]|[{_JOINERS}](?:(?<!{_WRITTEN}.)|(?!{_WRITTEN}))")


def has_controls(text: str) -> bool:
    """Whether `visible` would change a text."""
    return visible(text) != text


def elided(text: str, limit: int) -> str:
    """A text of at most so many characters; where it is longer, its middle is left out."""
    if len(text) <= limit:
        return text
    front = limit // 2
    return f"{re.sub(_CUT_ESCAPE, '', text[:front])}…{text[len(text) - (limit - front - 1) :]}"


def shown_name(name: str) -> str:
    """A name as it stands in a line: its controls visible, its length bounded."""
    return elided(visible(name), NAME_LIMIT)


def shown_line(text: str) -> str:
    """A text on one line, its controls visible, its words and itself bounded."""
    return elided(re.sub(_LONG_WORD, lambda match: elided(match[0], NAME_LIMIT), visible(text)), LINE_LIMIT)


def cells_of(text: str) -> int:
    """Cells of a terminal that a text takes: two for a wide letter, none for a mark upon another."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def shortened(text: str, width: int) -> str:
    """A text of at most so many cells, which ends in an ellipsis behind a whole word where it is longer."""
    if cells_of(text) <= width:
        return text
    while text and cells_of(text) >= width:
        text = text[:-1]
    return f"{text.rpartition(' ')[0].rstrip(' ,;:') or text}…"


def aligned(text: str, width: int, *, is_left: bool) -> str:
    """A text in so many cells, at their left end or at their right one."""
    blanks = " " * max(0, width - cells_of(text))
    return text + blanks if is_left else blanks + text


def counted(number: int, noun: str) -> str:
    """As in ``1 run``, ``2 runs``."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def isolated(text: str) -> str:
    """Isolate each run of right-to-left words, so that what stands beside it keeps its order on a terminal.

    Signs between two names, such as a slash, are in no run: the parts of a path stay in order.
    """
    if text.isascii():
        return text
    return re.sub(_WORDS, lambda match: f"{_FIRST_STRONG_ISOLATE}{match[0]}{_POP_ISOLATE}", text)
