"""What the terminal can show: how many colours, and which characters."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Colours = Literal["truecolor", "256", "16", "none"]
Glyphs = Literal["unicode", "console", "ascii"]

_OVERRIDES: Final[Mapping[str, Colours]] = {"truecolor": "truecolor", "256": "256", "standard": "16"}
_COLOURLESS: Final = ("vt52", "vt100", "vt102", "vt220", "vt320", "vt420", "vt520")
_TRUE: Final = ("kitty", "ghostty", "alacritty", "foot", "wezterm", "contour")
"""Terminals that take any colour, and whose name comes along to other machines, where ``COLORTERM`` does not."""
_CANNOT_DRAW: Final = ("dumb", "unknown")


@dataclass(frozen=True)
class Terminal:
    """What can be sent to a terminal."""

    colours: Colours = "truecolor"
    glyphs: Glyphs = "unicode"


MODERN: Final = Terminal()
"""Takes everything."""


def can_draw(environ: Mapping[str, str]) -> bool:
    """Whether the terminal can move its cursor, without which there is no screen."""
    return environ.get("TERM", "") not in _CANNOT_DRAW


def detect(environ: Mapping[str, str], encoding: str, *, ascii_only: bool = False) -> Terminal:
    """What the terminal can show, as far as it is told.

    Parameters
    ----------
    environ
        The environment.
    encoding
        Of the stream to the terminal.
    ascii_only
        Whether nothing but ASCII is wanted.
    """
    is_ascii = ascii_only or not (_is_utf8(encoding) and _is_utf8(_locale_charset(environ)))
    glyphs: Glyphs = "ascii" if is_ascii else "console" if environ.get("TERM") == "linux" else "unicode"
    return Terminal(_colours(environ), glyphs)


def _colours(environ: Mapping[str, str]) -> Colours:
    term, override = environ.get("TERM", ""), environ.get("TEXTUAL_COLOR_SYSTEM", "")
    if environ.get("NO_COLOR") or term in _COLOURLESS or term.endswith(("-m", "-mono")):
        return "none"  # an empty NO_COLOR says nothing: https://no-color.org
    if override in _OVERRIDES:
        return _OVERRIDES[override]
    if term == "linux":
        return "16"
    if _is_truecolor(environ):
        return "truecolor"
    return "256" if "256color" in term or "direct" in term or environ.get("TMUX") else "16"


def _is_truecolor(environ: Mapping[str, str]) -> bool:
    """GNU screen passes ``COLORTERM`` on from outside, and does not know such colours itself."""
    if environ.get("STY") and not environ.get("TMUX"):
        return False
    named = any(name in environ.get("TERM", "") for name in _TRUE)
    return named or environ.get("COLORTERM", "").lower() in ("truecolor", "24bit")


def _locale_charset(environ: Mapping[str, str]) -> str:
    """As in ``de_DE.ISO-8859-1``; a locale that names none says nothing of the terminal."""
    name = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    return name.partition(".")[2].partition("@")[0] or "utf-8"


def _is_utf8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name == "utf-8"
    except LookupError:
        return False
