"""A line in the colours of a theme, for lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import click

from tuinet.tui.adapt import adapted
from tuinet.tui.ansi import DEFAULT, is_ansi
from tuinet.tui.colour import index_of, nearest_indexed, readable_on, rgb
from tuinet.tui.ramp import shades_of
from tuinet.tui.substitutes import ASCII, CONSOLE, POINT_GLYPHS
from tuinet.tui.terminal import Terminal
from tuinet.tui.theme import Theme

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
