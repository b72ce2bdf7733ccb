"""Ramps: the colours of levels, and characters for those levels where colours do not suffice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, SupportsIndex, overload

from tuinet.tui.ansi import is_bright

PAPER: Final = "0%"
"""Where no ink is: the background of a terminal without colours, dark or light."""
INK: Final = "100%"
"""Its text."""
_SOLID: Final = "█"
_DITHER: Final = " ░▒▓█"


@dataclass(frozen=True)
class Shade:
    """How a level is drawn by a character."""

    glyph: str
    colour: str
    ground: str
    share: float = 1.0
    """Of the cells that have the character; the others are left blank, in a pattern."""


class Ramp(tuple[str, ...]):
    """The colours of levels; where they do not suffice, `shades` has something to draw for each."""

    shades: tuple[Shade, ...]

    def __new__(cls, colours: Iterable[str], shades: Iterable[Shade] = ()) -> Ramp:
        """Colours, and as many shades, or none."""
        ramp = super().__new__(cls, colours)
        ramp.shades = tuple(shades)
        return ramp

    @overload
    def __getitem__(self, index: SupportsIndex, /) -> str: ...

    @overload
    def __getitem__(self, index: slice, /) -> Ramp: ...

    def __getitem__(self, index: SupportsIndex | slice, /) -> str | Ramp:
        """A colour; or some levels, with their shades."""
        if isinstance(index, slice):
            return Ramp(super().__getitem__(index), self.shades[index])
        return super().__getitem__(index)


def is_share(colour: object) -> bool:
    """Whether this is no colour but how much ink there is, as in ``40%``."""
    return isinstance(colour, str) and colour.endswith("%")


def share_of(colour: str) -> float:
    """How much ink that is, from 0 to 1."""
    return float(colour.removesuffix("%")) / 100


def as_share(share: float) -> str:
    """So much ink, from 0 to 1."""
    return f"{round(100 * min(max(share, 0.0), 1.0))}%"


def shades_of(colours: Sequence[str]) -> tuple[Shade, ...]:
    """What there is to draw for each level: nothing where its colours say it all."""
    return colours.shades if isinstance(colours, Ramp) else ()


def dithers_of(colours: Sequence[str]) -> tuple[Shade, ...]:
    """The shades of the terminal's 16 colours; nothing where colours differ enough, or where glyphs are classes."""
    shades = shades_of(colours)
    return shades if all(shade.share == 1 for shade in shades) else ()


def solid(colour: str) -> Shade:
    """A cell full of one of the 16 colours; the bright ones not as a background, which not every terminal can."""
    return Shade(_SOLID, colour, "black") if is_bright(colour) else Shade(" ", "white", colour)


def dithered(one: str, other: str, share: float) -> Shade:
    """A cell that looks from afar like a mixture of two of the 16 colours."""
    index = round(share * (len(_DITHER) - 1))
    if index in (0, len(_DITHER) - 1):
        return solid(other if index else one)
    if is_bright(one) and not is_bright(other):
        return Shade(_DITHER[-1 - index], one, other)
    return Shade(_DITHER[index], other, one)
