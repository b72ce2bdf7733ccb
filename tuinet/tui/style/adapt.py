"""A theme as a terminal can show it, and a line in its colours for lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final

import click

from tuinet.tui.style.colour import DEFAULT, INK, PAPER, is_ansi, readable_on, rgb, shades_of
from tuinet.tui.style.indexed import index_of, nearest_indexed
from tuinet.tui.style.theme import Theme, load_theme
from tuinet.tui.style.theme_file import bundled_folder
from tuinet.tui.terminal.detect import Terminal
from tuinet.tui.terminal.substitutes import ASCII, CONSOLE, POINT_GLYPHS

MARKERS: Final = ("x", "+", "o", "v")
"""Of the second curve in a chart and those after it, where colours do not suffice to tell them apart."""
_FAINT, _DIM = "35%", "60%"


def adapted(theme: Theme, terminal: Terminal) -> Theme:
    """The theme in as many colours as the terminal has."""
    theme = replace(theme, spells=terminal.glyphs == "ascii", has_braille=terminal.glyphs == "unicode")
    if terminal.colours == "none":
        return _without_colours(theme)
    if theme.is_ansi or terminal.colours == "16":
        return replace(theme if theme.is_ansi else _in_16_colours(theme), markers=MARKERS)
    markers = MARKERS if theme.is_grey else ()
    finest = replace(theme, cells=terminal.cells, has_pictures=terminal.has_pictures)
    return replace(finest, indexed=terminal.colours == "256", markers=markers)


def _in_16_colours(theme: Theme) -> Theme:
    """Chosen with care, since the nearest ones would do neither text nor ramps any good, on a ground of its own."""
    own = _own_colours("ansi" if theme.dark else "ansi-light")
    ground, text = ("black", "white") if theme.dark else ("bright_white", "black")
    textual = {**own.textual, "background": ground, "foreground": text}
    return replace(own, name=theme.name, textual=textual, spells=theme.spells, has_braille=theme.has_braille)


@cache
def _own_colours(name: str) -> Theme:
    return load_theme(bundled_folder() / f"{name}.toml")


def _without_colours(theme: Theme) -> Theme:
    """Shares of ink."""
    from tuinet.tui.terminal.colourless import MARKED

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


_CLASSES: Final = 6

Run = tuple[str, str | None, str]
"""Text, its colour and that of its ground."""


def sample(theme: Theme, terminal: Terminal) -> str:
    """The map's ramp, classes, positive and negative numbers, both curves: text with its colour sequences.

    Nothing where there are no colours.
    """
    if terminal.colours == "none":
        return ""
    known = adapted(theme, terminal)
    return "".join(_styled(*run, terminal) for run in _runs(known))


def _runs(theme: Theme) -> Iterator[Run]:
    ground = theme.background
    yield " ", None, ground
    yield from _ramp(theme.levels)
    yield " ", None, ground
    colours = theme.class_colours(_CLASSES)
    yield from ((glyph, readable_on(colour), colour) for glyph, colour in zip(POINT_GLYPHS, colours, strict=False))
    yield " +2.1", theme.positive, ground
    yield " -0.8", theme.negative, ground
    yield " ━━", theme.curve, ground
    yield f" {(theme.markers or '━')[0] * 2} ", theme.test_curve, ground
    yield "axis ", theme.axis, ground
    yield "text ", theme.foreground, ground


def _ramp(levels: Sequence[str]) -> Iterator[Run]:
    shades = shades_of(levels)
    if shades:
        return ((shade.glyph, shade.colour, shade.ground) for shade in shades)
    return ((" ", None, colour) for colour in levels)


def _styled(text: str, colour: str | None, ground: str, terminal: Terminal) -> str:
    shown = text.translate({"ascii": ASCII, "console": CONSOLE}.get(terminal.glyphs, {}))
    return click.style(shown, fg=_sent(colour, terminal), bg=_sent(ground, terminal))


def _sent(colour: str | None, terminal: Terminal) -> Any:
    """A colour as click takes it: a name, a number of 256, or red, green and blue."""
    if colour is None or colour == DEFAULT:
        return None
    if is_ansi(colour):
        return colour
    return index_of(nearest_indexed(colour)) if terminal.colours == "256" else rgb(colour)
