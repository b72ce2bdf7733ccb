"""A Pen: of the style of each piece of text it sends no more than differs from what the terminal has been told last."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from rich.color import Color, ColorSystem
from rich.segment import Segment
from rich.style import Style

_NO_STYLE: Final = Style()
_OFF: Final = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "6": "25", "7": "27", "8": "28", "9": "29"}
"""What ends an attribute (ECMA-48, 8.3.117); bold and dim, and both ways to blink, end together."""
_SEEN_ON_BLANKS: Final = frozenset(("4", "7", "9", "21", "51", "52", "53"))
"""Attributes that a blank shows, too."""


class _Look(NamedTuple):
    """The parameters of "select graphic rendition" that make up a style."""

    text: str
    ground: str
    attributes: tuple[str, ...]


_PLAIN: Final = _Look("39", "49", ())
"""After a reset."""


class Pen:
    """Writes segments one after the other, beginning and ending with the terminal's own style."""

    def __init__(self) -> None:
        self._look = _PLAIN

    def write(self, segments: Iterable[Segment]) -> str:
        """The text of segments, each with what of its style is new."""
        return "".join(self._turn(text, _look_of(style or _NO_STYLE)) + text for text, style, _ in segments)

    def rest(self) -> str:
        """What gives the terminal its own style back."""
        was_used, self._look = self._look != _PLAIN, _PLAIN
        return "\x1b[0m" if was_used else ""

    def _turn(self, text: str, look: _Look) -> str:
        before = self._look
        if not text.strip(" ") and not _shows(before.attributes) and not _shows(look.attributes):
            # Of a blank nothing but its ground is seen.
            look = before._replace(ground=look.ground)
        self._look = look
        return "" if look == before else _difference(before, look)


@lru_cache(maxsize=4096)
def _difference(before: _Look, look: _Look) -> str:
    whole = [part for part in (*look.attributes, look.text, look.ground) if part not in _PLAIN]
    anew = ";".join(("0", *whole))
    parameters = _attributes_between(before.attributes, look.attributes)
    if parameters is None:
        return f"\x1b[{anew}m"
    if look.text != before.text:
        parameters.append(look.text)
    if look.ground != before.ground:
        parameters.append(look.ground)
    return f"\x1b[{min((';'.join(parameters), anew), key=len)}m"


def _attributes_between(before: tuple[str, ...], after: tuple[str, ...]) -> list[str] | None:
    """What ends those that are to end, and begins the others; ``None`` where only a reset ends one."""
    ended = [one for one in before if one not in after]
    if not all(one in _OFF for one in ended):
        return None
    ends = list(dict.fromkeys(_OFF[one] for one in ended))
    kept = [one for one in before if one in after and _OFF.get(one) not in ends]
    return [*ends, *(one for one in after if one not in kept)]


def _shows(attributes: tuple[str, ...]) -> bool:
    return not _SEEN_ON_BLANKS.isdisjoint(attributes)


@lru_cache(maxsize=4096)
def _look_of(style: Style) -> _Look:
    attributes = style.without_color._make_ansi_codes(ColorSystem.TRUECOLOR)
    own = tuple(attributes.split(";")) if attributes else ()
    return _Look(_colour(style.color, is_text=True), _colour(style.bgcolor, is_text=False), own)


def _colour(colour: Color | None, *, is_text: bool) -> str:
    plain = _PLAIN.text if is_text else _PLAIN.ground
    return plain if colour is None else ";".join(colour.get_ansi_codes(foreground=is_text))
