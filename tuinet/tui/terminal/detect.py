"""What the terminal can show: how many colours, and which characters."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Colours = Literal["truecolor", "256", "16", "none"]
Glyphs = Literal["unicode", "console", "ascii"]

MIN_WIDTH: Final = 40
MIN_HEIGHT: Final = 12
"""Cells below which the dashboard says that it has no room."""

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
    """What the terminal can show, as far as it is told."""
    is_ascii = ascii_only or not (_is_utf8(encoding) and _is_utf8(_locale_charset(environ)))
    glyphs: Glyphs = "ascii" if is_ascii else "console" if environ.get("TERM") == "linux" else "unicode"
    return Terminal(colours_and_reason(environ)[0], glyphs)


def colours_and_reason(environ: Mapping[str, str]) -> tuple[Colours, str]:
    """How many colours the terminal gets, and which variable says so."""
    term, override = environ.get("TERM", ""), environ.get("TEXTUAL_COLOR_SYSTEM", "")
    if environ.get("NO_COLOR"):
        return "none", "NO_COLOR is set"  # an empty one says nothing: https://no-color.org
    if term in _COLOURLESS or term.endswith(("-m", "-mono")):
        return "none", f"TERM={term} has none"
    if override in _OVERRIDES:
        return _OVERRIDES[override], f"TEXTUAL_COLOR_SYSTEM={override}"
    return ("16", "TERM=linux is the console of Linux") if term == "linux" else _told_by_terminal(term, environ)


def _told_by_terminal(term: str, environ: Mapping[str, str]) -> tuple[Colours, str]:
    reason = _why_truecolor(environ)
    if reason:
        return "truecolor", reason
    if "256color" in term or "direct" in term:
        return "256", f"TERM={term}, and nothing that speaks of more"
    if environ.get("TMUX"):
        return "256", "tmux, which has 256 at least"
    return "16", f"TERM={term} speaks of no more"


def _why_truecolor(environ: Mapping[str, str]) -> str:
    """GNU screen passes ``COLORTERM`` on from outside, and does not know such colours itself."""
    if environ.get("STY") and not environ.get("TMUX"):
        return ""
    term, colorterm = environ.get("TERM", ""), environ.get("COLORTERM", "")
    if any(name in term for name in _TRUE):
        return f"TERM={term} takes any"
    return f"COLORTERM={colorterm}" if colorterm.lower() in ("truecolor", "24bit") else ""


def _locale_charset(environ: Mapping[str, str]) -> str:
    """As in ``de_DE.ISO-8859-1``; a locale that names none says nothing of the terminal."""
    name = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    return name.partition(".")[2].partition("@")[0] or "utf-8"


def _is_utf8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name == "utf-8"
    except LookupError:
        return False
