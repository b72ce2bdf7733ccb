"""The terminal's own 16 colours, by name: what they are like, and what lies between two of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

DEFAULT: Final = "default"
"""The terminal's own text colour, or behind text its own background."""

NOMINAL: Final[Mapping[str, str]] = {
    "black": "#000000",
    "red": "#aa0000",
    "green": "#00aa00",
    "yellow": "#aa5500",
    "blue": "#0000aa",
    "magenta": "#aa00aa",
    "cyan": "#00aaaa",
    "white": "#aaaaaa",
    "bright_black": "#555555",
    "bright_red": "#ff5555",
    "bright_green": "#55ff55",
    "bright_yellow": "#ffff55",
    "bright_blue": "#5555ff",
    "bright_magenta": "#ff55ff",
    "bright_cyan": "#55ffff",
    "bright_white": "#ffffff",
}
"""What they look like on the console of Linux; PuTTY and others differ little, and every user may choose others."""

_GREYS: Final = ("black", "bright_black", "white", "bright_white")
_MIDDLE: Final = ("bright_black", "white")


def is_ansi(text: object) -> bool:
    """Whether this is the name of one of the 16 colours, or ``default``."""
    return isinstance(text, str) and (text in NOMINAL or text == DEFAULT)


def is_bright(name: str) -> bool:
    """Whether this is one of the second eight, which some terminals cannot show behind text."""
    return name.startswith("bright_")


def are_grey(names: Iterable[str]) -> bool:
    """Whether all of these are greys, black and white among them."""
    return all(name in _GREYS for name in names)


def between(one: str, other: str, share: float) -> str:
    """The colour that lies about this share of the way from one to the other; there are few in between."""
    steps = _steps(one, other)
    return steps[int(min(max(share, 0.0), 1.0) * (len(steps) - 1) + 0.5)]


def _steps(one: str, other: str) -> list[str]:
    """The way from one colour to another: from grey to grey over greys, between two colours over their dull forms."""
    if one in _GREYS and other in _GREYS:
        first, last = _GREYS.index(one), _GREYS.index(other)
        return list(_GREYS[first : last + 1] if first <= last else reversed(_GREYS[last : first + 1]))
    if one in _MIDDLE or other in _MIDDLE or _duller(one) == _duller(other):
        return [one, other]
    steps = [one, _duller(one), _MIDDLE[0], _duller(other), other]
    return [step for index, step in enumerate(steps) if step not in steps[:index]]


def _duller(name: str) -> str:
    return name if name in _GREYS else name.removeprefix("bright_")
