"""Text for the terminal: of the style of each piece, only what differs from what has been sent last is written."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from rich.color import Color, ColorSystem
from rich.segment import Segment
from rich.style import Style

_NO_STYLE: Final = Style()
_SEEN_ON_BLANKS: Final = frozenset(("4", "7", "9", "21", "51", "52", "53"))
"""Attributes that a blank shows, too."""


class _Rendition(NamedTuple):
    """The parameters of "select graphic rendition" that make up a style."""

    text: str
    ground: str
    attributes: tuple[str, ...]


_PLAIN: Final = _Rendition("39", "49", ())
"""After a reset."""


class SegmentWriter:
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

    def _turn(self, text: str, look: _Rendition) -> str:
        before = self._look
        if not text.strip(" ") and not _shows(before.attributes) and not _shows(look.attributes):
            # Of a blank nothing but its ground is seen.
            look = before._replace(ground=look.ground)
        self._look = look
        return "" if look == before else _difference(before, look)


@lru_cache(maxsize=4096)
def _difference(before: _Rendition, look: _Rendition) -> str:
    if set(before.attributes) <= set(look.attributes):
        new = [one for one in look.attributes if one not in before.attributes]
        new += [now for was, now in ((before.text, look.text), (before.ground, look.ground)) if now != was]
    else:
        # An attribute is ended by a reset of all: old terminals know no other end.
        new = ["0", *look.attributes, *(part for part in (look.text, look.ground) if part not in _PLAIN)]
    return f"\x1b[{';'.join(new)}m"


def _shows(attributes: tuple[str, ...]) -> bool:
    return not _SEEN_ON_BLANKS.isdisjoint(attributes)


@lru_cache(maxsize=4096)
def _look_of(style: Style) -> _Rendition:
    attributes = style.without_color._make_ansi_codes(ColorSystem.TRUECOLOR)
    own = tuple(attributes.split(";")) if attributes else ()
    return _Rendition(_colour(style.color, is_text=True), _colour(style.bgcolor, is_text=False), own)


def _colour(colour: Color | None, *, is_text: bool) -> str:
    plain = _PLAIN.text if is_text else _PLAIN.ground
    return plain if colour is None else ";".join(colour.get_ansi_codes(foreground=is_text))
