"""Styles of text: two colours as Rich has them, a theme's by what they are for, and how a terminal turns to one."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from rich.color import Color, ColorSystem
from rich.style import Style

from tuinet.tui.style.colour import DEFAULT, as_hex, is_ansi, readable_on


@lru_cache(maxsize=4096)
def ink(foreground: str | None, background: str, bold: bool = False) -> Style:
    """The style of text in these colours: each ``#rrggbb``, one of the terminal's 16, or a share of ink."""
    if foreground == DEFAULT != background:
        foreground = readable_on(background)  # the colour of the terminal's background is not known
    return Style(color=_rich(foreground) if foreground else None, bgcolor=_rich(background), bold=bold or None)


def _rich(colour: str) -> Color:
    return Color.parse(colour if is_ansi(colour) else as_hex(colour))


class Inks(NamedTuple):
    """Styles of text on the background of a theme: see the fields of `Theme` for what its colours mean."""

    blank: Style
    """Spaces."""
    text: Style
    strong: Style
    """Text in bold type."""
    axis: Style
    border: Style
    title: Style
    heading: Style
    """A title in bold type."""
    positive: Style
    negative: Style
    curve: Style
    test_curve: Style
    accent: Style
    key: Style
    """An accent in bold type, as the names of keys have it."""
    warning: Style
    wrong: Style
    """A warning in bold type, as of what is wrong."""
    chosen: Style
    """In bold type on the accent: what is chosen."""


_SEEN_ON_BLANKS: Final = frozenset(("4", "7", "9", "21", "51", "52", "53"))
"""Attributes that a blank shows, too."""


class Rendition(NamedTuple):
    """The parameters of "select graphic rendition" that make up a style."""

    text: str
    ground: str
    attributes: tuple[str, ...]


PLAIN: Final = Rendition("39", "49", ())
"""After a reset."""


@lru_cache(maxsize=4096)
def turned(before: Rendition, look: Rendition) -> str:
    """The shortest control sequence from one rendition to another: what differs, or a reset and all that is wanted."""
    anew = ";".join(("0", *look.attributes, *(part for part in (look.text, look.ground) if part not in PLAIN)))
    # An attribute is ended by a reset of all: old terminals know no other end.
    if not set(before.attributes) <= set(look.attributes):
        return f"\x1b[{anew}m"
    colours = (now for was, now in ((before.text, look.text), (before.ground, look.ground)) if now != was)
    changes = ";".join((*(one for one in look.attributes if one not in before.attributes), *colours))
    return f"\x1b[{min(changes, anew, key=len)}m"


def shows_on_blanks(attributes: tuple[str, ...]) -> bool:
    """Whether any of these attributes is seen on a blank."""
    return not _SEEN_ON_BLANKS.isdisjoint(attributes)


@lru_cache(maxsize=4096)
def rendition_of(style: Style) -> Rendition:
    """The parameters of a style, of all the colours that it has."""
    attributes = style.without_color._make_ansi_codes(ColorSystem.TRUECOLOR)
    own = tuple(attributes.split(";")) if attributes else ()
    return Rendition(_colour(style.color, is_text=True), _colour(style.bgcolor, is_text=False), own)


def _colour(colour: Color | None, *, is_text: bool) -> str:
    plain = PLAIN.text if is_text else PLAIN.ground
    return plain if colour is None else ";".join(colour.get_ansi_codes(foreground=is_text))
