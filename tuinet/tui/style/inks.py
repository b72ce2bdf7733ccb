"""Styles of text: two colours as Rich has them, and the styles of a theme by what they are for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rich.color import Color
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


@dataclass(frozen=True)
class Inks:
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
