"""Without colours: characters and attributes say what grounds and colours of text said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rich.color import Color
from rich.style import Style

from tuinet.tui.style.colour import luminance, share_of
from tuinet.tui.terminal.substitutes import FIRST, LAST, LEFT_HALF, UPPER_HALF

DENSITIES: Final = " ·░▒▓█"
ASCII_DENSITIES: Final = " .:-=+*#%@"
"""Characters that cover ever more of their cell."""
_PIXELS: Final = f" {UPPER_HALF}{LEFT_HALF}"
_TRACE: Final = 0.12
"""Less ink than this is none."""
_FAINT: Final = 0.41
_CLOSE: Final = 0.01
_ALL: Final = 0.9
"""More than this is nothing but ink."""
MARKED: Final = "95%"
"""The ground of what is marked: nothing in a picture is quite like it."""


@dataclass(frozen=True)
class _Look:
    """How text of one style is written."""

    pixels: Mapping[int, str]
    """What stands for pixels, for `str.translate`."""
    pixel_style: Style
    text_style: Style
    dots_style: Style
    """For braille, which nobody can read in reverse."""


class Colourless:
    """Colours are shares of ink here, from none, which is black, to all, which is white.

    Blanks and half blocks with some ink behind them are pixels: a character that covers as much of its cell stands for
    them. What is written on much ink, or as a mark on some, is written in reverse, and what has little itself, dim.
    """

    def __init__(self, *, is_ascii: bool = False) -> None:
        self._densities = ASCII_DENSITIES if is_ascii else DENSITIES
        self._has_halves = not is_ascii
        self._look = lru_cache(maxsize=4096)(self._look_of)

    def __call__(self, text: str, style: Style) -> tuple[str, Style]:
        """The text with characters for pixels, and its style without colours."""
        look, written = self._look(style), text.strip(_PIXELS)
        if not written:
            return text.translate(look.pixels), look.pixel_style
        return text, look.dots_style if FIRST <= written[0] <= LAST else look.text_style

    def _look_of(self, style: Style) -> _Look:
        ground, text = _ink_in(style.bgcolor, 0.0), _ink_in(style.color, 1.0)
        if style.reverse:
            ground, text = text, ground
        is_marked = abs(ground - share_of(MARKED)) < _CLOSE
        on_ink, is_dim = ground > max(text, _TRACE), ground < _TRACE and text <= _FAINT
        is_mark = bool(style.bold) and ground >= _TRACE
        return _Look(
            {
                ord(" "): " " if is_marked or ground < _TRACE else self._density(ground),
                ord(UPPER_HALF): self._halves(text, ground, UPPER_HALF + "▄"),
                ord(LEFT_HALF): self._halves(text, ground, LEFT_HALF + "▐"),
            },
            _attributes(style, is_reverse=is_marked),
            _attributes(style, is_reverse=on_ink or is_mark, is_dim=is_dim),
            _attributes(style, is_reverse=on_ink, is_dim=is_dim),
        )

    def _halves(self, first: float, second: float, halves: str) -> str:
        """A half block where one half is all ink and the other one has none."""
        if self._has_halves and first >= _ALL and second < _TRACE:
            return halves[0]
        if self._has_halves and second >= _ALL and first < _TRACE:
            return halves[1]
        return self._density((first + second) / 2)

    def _density(self, share: float) -> str:
        return self._densities[min(int(share * len(self._densities)), len(self._densities) - 1)]


def _ink_in(colour: Color | None, usual: float) -> float:
    """By the brightness of a grey, and of what is as light as it."""
    if colour is None or colour.triplet is None:
        return usual
    red, green, blue = colour.triplet
    return red / 255 if red == green == blue else luminance(colour.triplet.hex) ** (1 / 2.2)


def _attributes(style: Style, *, is_reverse: bool, is_dim: bool = False) -> Style:
    plain = Style(
        bold=style.bold,
        dim=style.dim or is_dim or None,
        underline=style.underline,
        strike=style.strike,
        reverse=is_reverse or None,
    )
    return plain + Style.from_meta(style.meta) if style.meta else plain
