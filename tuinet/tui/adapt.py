"""A theme as a terminal can show it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Final

from tuinet.tui.ramp import INK, PAPER
from tuinet.tui.terminal import Terminal
from tuinet.tui.theme import Theme, load_theme
from tuinet.tui.theme_file import bundled_folder

MARKERS: Final = ("x", "+", "o", "v")
"""Of the second curve in a chart and those after it, where colours do not suffice to tell them apart."""
_FAINT, _DIM = "35%", "60%"


def adapted(theme: Theme, terminal: Terminal) -> Theme:
    """The theme in as many colours as the terminal has."""
    spells = terminal.glyphs == "ascii"
    if terminal.colours == "none":
        return replace(_without_colours(theme), spells=spells)
    if theme.is_ansi or terminal.colours == "16":
        return replace(theme if theme.is_ansi else _in_16_colours(theme), markers=MARKERS, spells=spells)
    markers = MARKERS if theme.is_grey else ()
    return replace(theme, indexed=terminal.colours == "256", markers=markers, spells=spells)


def _in_16_colours(theme: Theme) -> Theme:
    """Chosen with care, since the nearest ones would do neither text nor ramps any good, on a ground of its own."""
    own = _own_colours("ansi" if theme.dark else "ansi-light")
    ground, text = ("black", "white") if theme.dark else ("bright_white", "black")
    return replace(own, name=theme.name, textual={**own.textual, "background": ground, "foreground": text})


@cache
def _own_colours(name: str) -> Theme:
    return load_theme(bundled_folder() / f"{name}.toml")


def _without_colours(theme: Theme) -> Theme:
    """Shares of ink."""
    from tuinet.tui.colourless import MARKED

    marked = dict.fromkeys(theme.textual, MARKED)
    return replace(
        theme,
        textual={**marked, "foreground": INK, "background": PAPER, "surface": PAPER, "panel": PAPER},
        classes=(PAPER, INK),
        neutral="50%",
        positive=INK,
        negative=INK,
        zero=INK,
        curve=INK,
        test_curve=INK,
        axis=_DIM,
        border=_FAINT,
        title=INK,
        markers=MARKERS,
    )
