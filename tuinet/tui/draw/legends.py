"""Pieces of legends: ramps of colour, classes with their glyphs and names, and the strength of weights."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from rich.cells import cell_len
from rich.style import Style

from tuinet.tui.draw.curves import LINE
from tuinet.tui.draw.short_names import short_name
from tuinet.tui.draw.text import Piece, ink, shorten
from tuinet.tui.style.colour import Ramp, dithers_of, mix
from tuinet.tui.style.indexed import nearest_indexed
from tuinet.tui.style.theme import Theme


def ramp_pieces(colours: Ramp) -> list[Piece]:
    """All levels of a ramp, two in a cell; where they are drawn by characters, every other one."""
    if dithers_of(colours):
        return [level_piece(colours, level) for level in range(0, len(colours), 2)]
    levels = [*colours, *colours[-1:]] if len(colours) % 2 else colours
    return [("▌", ink(left, right)) for left, right in zip(levels[::2], levels[1::2], strict=True)]


def short_ramp(colours: Ramp, count: int) -> list[Piece]:
    """So many levels of a ramp, both ends among them, two in a cell; half of them where they are characters."""
    cells = count // 2 if dithers_of(colours) else count
    chosen = [round(index * (len(colours) - 1) / (cells - 1)) for index in range(cells)]
    if dithers_of(colours):
        return [level_piece(colours, level) for level in chosen]
    return ramp_pieces(Ramp(colours[level] for level in chosen))


def level_piece(levels: Ramp, level: int, width: int = 1) -> Piece:
    """A piece of a map at one level."""
    if not levels.shades:
        return " " * width, ink(None, levels[level])
    shade = levels.shades[level]
    return shade.glyph * width, ink(shade.colour, shade.ground)


def line_piece(colour: str, theme: Theme, marker: str = LINE) -> Piece:
    """A piece of a chart's curve."""
    return "━" if marker == LINE else marker, ink(colour, theme.background)


def curve_piece(colour: str, theme: Theme, marker: str = LINE) -> Piece:
    """A longer piece of one, as it falls."""
    return "⠑⠢⢄⣀" if marker == LINE else f"{marker}  {marker}", ink(colour, theme.background)


def marker_of(index: int, theme: Theme) -> str:
    """The marker of a chart's curve, counted from 0: a line, unless colours do not suffice."""
    return theme.markers[(index - 1) % len(theme.markers)] if theme.markers and index else LINE


def branch_names(labels: Sequence[str], limit: int) -> list[str]:
    """Names of branches in so many cells; none where two would be the same. Of a value nothing is cut."""
    counted = [label or "as it was" for label in labels]
    counted = [f"{label} ({counted[: index + 1].count(label)})" for index, label in enumerate(counted)]
    whole = [label.removesuffix(" (1)") for label in counted]
    if any(cell_len(label) > limit for label in whole):
        whole = [_without_attributes(label) for label in whole]
    names = [_short_label(label, limit) for label in whole]
    return names if len(set(names)) == len(names) else []


def _short_label(label: str, limit: int) -> str:
    words, _, value = label.rpartition(" ")
    room = limit - cell_len(value) - 1
    if cell_len(label) <= limit or not words or room < 1:
        return shorten(label, limit)
    return f"{short_name((words,), 0, room)} {value}"


def _without_attributes(label: str) -> str:
    """``rate 0.5`` of ``learning rate 0.5``, which says what ``le ra 0.5`` would not."""
    words, _, value = label.rpartition(" ")
    return f"{words.rpartition(' ')[2]} {value}" if words and value[:1].isdigit() else label


SIZES: Final = (0.25, 1.0, 2.0, 4.0)
"""From which magnitude on a number takes the next colour of its ramp."""


def strength(value: float) -> int:
    """The step that a number is in, from 0 on, whatever its sign."""
    return bisect_right(SIZES, abs(value))


def sign_colour(value: float, theme: Theme) -> str:
    """Hue says the sign, strength the size."""
    levels = theme.positive_levels if value >= 0 else theme.negative_levels
    return levels[strength(value)]


def faded(colour: str, share: float, theme: Theme) -> str:
    """A colour so far on the way to the background."""
    return _faded(colour, theme.background, share, theme.indexed)


@lru_cache(maxsize=512)
def _faded(colour: str, background: str, share: float, indexed: bool) -> str:
    mixed = mix(colour, background, share)
    return nearest_indexed(mixed) if indexed else mixed


def number_style(value: float, theme: Theme) -> Style:
    """The style of a number: its colour says sign and size."""
    return ink(sign_colour(value, theme), theme.background)
