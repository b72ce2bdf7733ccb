"""What the terminal can show: how many colours, and which characters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from tuinet.spelling import charset_named, is_utf8, locale_of

Colours = Literal["truecolor", "256", "16", "none"]
Glyphs = Literal["unicode", "console", "ascii"]
Cells = Literal["half", "quadrant", "sextant", "octant", "whole"]
"""Into how many pixels a cell is divided: 1 across and 2 down; 2 across and 2, 3 or 4 down; or none behind pictures."""
CELLS: Final[tuple[Cells, ...]] = ("half", "quadrant", "sextant", "octant")
AUTO: Final = "auto"
GRAPHICS: Final = (AUTO, "on", "off")
"""Whether pictures are drawn in pixels: where the terminal says that it can and is near, always, or never."""

MIN_WIDTH: Final = 40
MIN_HEIGHT: Final = 12
"""Cells below which the dashboard says that it has no room."""

_OVERRIDES: Final[Mapping[str, Colours]] = {"truecolor": "truecolor", "256": "256", "standard": "16"}
_COLOURLESS: Final = ("vt52", "vt100", "vt102", "vt220", "vt320", "vt420", "vt520")
_TRUE: Final = ("kitty", "ghostty", "alacritty", "foot", "wezterm", "contour")
"""Terminals that take any colour, and whose name comes along to other machines, where ``COLORTERM`` does not."""
_DRAW_SEXTANTS: Final = ("kitty", "ghostty", "foot", "wezterm", "contour")
"""Terminals that draw these characters themselves, whatever the font; as TERM or TERM_PROGRAM names them."""
_DRAW_QUADRANTS: Final = ("alacritty", "iterm", "vscode", "apple_terminal", "konsole")
"""Terminals that draw these themselves, or whose usual fonts have them."""
_VTE_DRAWS_SEXTANTS: Final = 6200
_CANNOT_DRAW: Final = ("dumb", "unknown")


class Terminal(NamedTuple):
    """What can be sent to a terminal."""

    colours: Colours = "truecolor"
    glyphs: Glyphs = "unicode"
    cells: Cells = "half"
    has_pictures: bool = False
    """Whether it shows pictures in pixels; that is asked when it is drawn on."""


MODERN: Final = Terminal()
"""Takes everything."""


def can_draw(environ: Mapping[str, str]) -> bool:
    """Whether the terminal can move its cursor, without which there is no screen."""
    return environ.get("TERM", "") not in _CANNOT_DRAW


def detect(environ: Mapping[str, str], encoding: str, *, ascii_only: bool = False, cells: str = AUTO) -> Terminal:
    """What the terminal can show, as far as it is told.

    Parameters
    ----------
    cells
        One of `CELLS`, to have cells divided so wherever there are such characters; or `AUTO`.
    """
    is_ascii = ascii_only or not (is_utf8(encoding) and is_utf8(charset_named(locale_of(environ))))
    glyphs: Glyphs = "ascii" if is_ascii else "console" if environ.get("TERM") == "linux" else "unicode"
    divided = cells_of(cells, cells_and_reason(environ)[0]) if glyphs == "unicode" else "half"
    return Terminal(colours_and_reason(environ)[0], glyphs, divided)


def cells_of(name: str, otherwise: Cells = "half") -> Cells:
    """The one of `CELLS` that has this name."""
    return next((known for known in CELLS if known == name), otherwise)


def can_show_pictures(terminal: Terminal) -> bool:
    """Whether there are colours for pictures in pixels."""
    return terminal.glyphs == "unicode" and terminal.colours in ("truecolor", "256")


def reason_against_graphics(environ: Mapping[str, str], terminal: Terminal) -> str:
    """Why the terminal is not even asked whether it can show pictures; empty where it is."""
    if not can_show_pictures(terminal):
        return "they need Unicode and 256 colours"
    through = {"STY": "screen", "SSH_CONNECTION": "ssh", "SSH_TTY": "ssh"}
    for name, program in through.items():
        if environ.get(name):
            return f"not through {program}"
    # It would write the question on the screen.
    return "Apple's terminal has none" if environ.get("TERM_PROGRAM") == "Apple_Terminal" else ""


def is_in_tmux(environ: Mapping[str, str]) -> bool:
    """Whether the terminal is a pane of tmux, as far as that is told."""
    return bool(environ.get("TMUX")) or environ.get("TERM", "").startswith("tmux")


def cells_and_reason(environ: Mapping[str, str]) -> tuple[Cells, str]:
    """How finely cells can be divided with the characters that the terminal most likely has, and why."""
    if environ.get("TMUX") or environ.get("STY"):
        return "half", "what tmux and screen run in is not known"
    for name in ("TERM", "TERM_PROGRAM", "LC_TERMINAL"):
        value = environ.get(name, "")
        if any(known in value.lower() for known in _DRAW_SEXTANTS):
            return "sextant", f"{name}={value} draws them"
        if any(known in value.lower() for known in _DRAW_QUADRANTS):
            return "quadrant", f"{name}={value} has them"
    return _told_by_others(environ)


def _told_by_others(environ: Mapping[str, str]) -> tuple[Cells, str]:
    version = environ.get("VTE_VERSION", "")
    if version.isdecimal():
        is_new = int(version) >= _VTE_DRAWS_SEXTANTS
        return ("sextant" if is_new else "quadrant"), f"VTE_VERSION={version} draws them"
    for name in ("WT_SESSION", "KONSOLE_VERSION"):
        if environ.get(name):
            return "quadrant", f"{name} is set"
    return "half", "every font has these"


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
