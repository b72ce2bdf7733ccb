"""How strong a weight is, in a few steps at fixed magnitudes, so that a small change seldom shows."""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

from rich.style import Style

from tuinet.tui.text import ink
from tuinet.tui.theme import Theme

SIZES: Final = (0.25, 1.0, 2.0, 4.0)
"""From which magnitude on a number takes the next colour of its ramp."""


def strength(value: float) -> int:
    """The step that a number is in, from 0 on, whatever its sign."""
    return bisect_right(SIZES, abs(value))


def sign_colour(value: float, theme: Theme) -> str:
    """Hue says the sign, strength the size."""
    levels = theme.positive_levels if value >= 0 else theme.negative_levels
    return levels[strength(value)]


def number_style(value: float, theme: Theme) -> Style:
    """Of a number that is written in the colour of its sign and size."""
    return ink(sign_colour(value, theme), theme.background)
