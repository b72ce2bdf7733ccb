"""Colour arithmetic: the terminal's own colours, contrast, mixtures, and ramps that look even to the eye."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

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


def _is_bright(name: str) -> bool:
    """Whether this is one of the second eight, which some terminals cannot show behind text."""
    return name.startswith("bright_")


def between(one: str, other: str, share: float) -> str:
    """The colour that lies about this share of the way from one to the other; there are few in between."""
    steps = _cube_steps(one, other)
    return steps[int(min(max(share, 0.0), 1.0) * (len(steps) - 1) + 0.5)]


def _cube_steps(one: str, other: str) -> list[str]:
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


PAPER: Final = "0%"
"""Where no ink is: the background of a terminal without colours, dark or light."""
INK: Final = "100%"
"""Its text."""
_SOLID: Final = "█"
_DITHER: Final = " ░▒▓█"


class Shade(NamedTuple):
    """How a level is drawn by a character."""

    glyph: str
    colour: str
    ground: str
    share: float = 1.0
    """Of the cells that have the character; the others are left blank, in a pattern."""


class Ramp(tuple[str, ...]):
    """The colours of levels; where they do not suffice, `shades` has something to draw for each.

    Attributes
    ----------
    fineness
        So many levels, one after the other, differ so little that a cell of them may have one colour.
    mixtures
        Where a terminal has fewer colours than there are levels: the colour beside that of the level, of which some is
        mixed in, or an empty text. As many as there are levels, or none.
    """

    shades: tuple[Shade, ...]
    fineness: int
    mixtures: tuple[str, ...]

    def __new__(
        cls, colours: Iterable[str], shades: Iterable[Shade] = (), *, fineness: int = 1, mixtures: Iterable[str] = ()
    ) -> Ramp:
        """Colours, and as many shades and mixtures, or none."""
        ramp = super().__new__(cls, colours)
        ramp.shades, ramp.fineness, ramp.mixtures = tuple(shades), fineness, tuple(mixtures)
        return ramp

    def part(self, first: int, last: int) -> Ramp:
        """The levels from the first one to before the last, with their shades."""
        return Ramp(self[first:last], self.shades[first:last])


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
    """The characters of the levels; none where their colours say it all."""
    return colours.shades if isinstance(colours, Ramp) else ()


def dithers_of(colours: Sequence[str]) -> tuple[Shade, ...]:
    """The shades of the terminal's 16 colours; nothing where colours differ enough, or where glyphs are classes."""
    shades = shades_of(colours)
    return shades if all(shade.share == 1 for shade in shades) else ()


def solid(colour: str) -> Shade:
    """A cell full of one of the 16 colours; the bright ones not as a background, which not every terminal can."""
    return Shade(_SOLID, colour, "black") if _is_bright(colour) else Shade(" ", "white", colour)


def dithered(one: str, other: str, share: float) -> Shade:
    """A cell that looks from afar like a mixture of two of the 16 colours."""
    index = round(share * (len(_DITHER) - 1))
    if index in (0, len(_DITHER) - 1):
        return solid(other if index else one)
    if _is_bright(one) and not _is_bright(other):
        return Shade(_DITHER[-1 - index], one, other)
    return Shade(_DITHER[index], other, one)


_LARGE_TEXT: Final = 3.0
"""WCAG 2's least contrast for large or bold characters."""
_GLYPHS: Final = 3.5
"""The least contrast of glyphs that are to be told apart by their shapes."""

_HEX: Final = re.compile(r"#[0-9a-fA-F]{6}")
RGB_TO_LMS: Final = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
LMS_TO_LAB: Final = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
LMS_TO_RGB: Final = np.array(
    [
        [4.0767416613, -3.3077115904, 0.2309699287],
        [-1.2684380041, 2.6097574007, -0.3413193963],
        [-0.0041960865, -0.7034186145, 1.7076147009],
    ]
)
LAB_TO_LMS: Final = np.array(
    [
        [0.9999999985, 0.3963377922, 0.2158037581],
        [1.0000000089, -0.1055613423, -0.0638541748],
        [1.0000000547, -0.0894841821, -1.2914855379],
    ]
)
"""The inverse matrices, written out: to invert the first one takes the longer part of three milliseconds of a start."""


def is_colour(text: object) -> bool:
    """Whether this is a colour such as ``#1f77b4``."""
    return isinstance(text, str) and _HEX.fullmatch(text) is not None


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, each from 0 to 255; of the 16 colours what they usually are, of ink that of white ink."""
    if is_share(colour):
        level = round(255 * share_of(colour))
        return level, level, level
    digits = colour if is_colour(colour) else NOMINAL.get(colour, NOMINAL["black"])
    return int(digits[1:3], 16), int(digits[3:5], 16), int(digits[5:7], 16)


def as_hex(colour: str) -> str:
    """A colour as ``#rrggbb``."""
    red, green, blue = rgb(colour)
    return f"#{red:02x}{green:02x}{blue:02x}"


@cache
def _linear_part(part: int) -> float:
    return part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4


def linear_rgb(colour: str) -> tuple[float, float, float]:
    """Red, green and blue as light adds up, each from 0 to 1."""
    red, green, blue = map(_linear_part, rgb(colour))
    return red, green, blue


@lru_cache(maxsize=4096)
def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it, from 0 (black) to 1 (white)."""
    red, green, blue = linear_rgb(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2's contrast ratio, from 1 to 21; running text wants 4.5."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@lru_cache(maxsize=4096)
def readable_on(background: str) -> str:
    """Black or white, whichever is easier to read on this background."""
    if background == DEFAULT:
        return DEFAULT
    return max(_black_and_white(background), key=lambda colour: contrast(colour, background))


@lru_cache(maxsize=64)
def steady_on(backgrounds: tuple[str, ...]) -> str | None:
    """Black or white, if one of them is read well on every one of these backgrounds: glyphs that do not change."""
    return readable_on_all(backgrounds, _GLYPHS)


def readable_on_all(backgrounds: Sequence[str], least: float = _LARGE_TEXT) -> str | None:
    """Black or white, if one of them can be made out on every one of these backgrounds (3 to 1, as large text)."""
    both = _black_and_white(backgrounds[0])
    worst = {colour: min(contrast(colour, ground) for ground in backgrounds) for colour in both}
    best = max(worst, key=lambda colour: worst[colour])
    return best if worst[best] >= least else None


def _black_and_white(beside: str) -> tuple[str, str]:
    if is_share(beside):
        return PAPER, INK
    return ("black", "bright_white") if is_ansi(beside) else ("#000000", "#ffffff")


def mix(one: str, other: str, share: float) -> str:
    """The colour that lies ``share`` of the way from one to the other in OKLab, where equal steps look equal.

    References: B. Ottosson, "A perceptual color space for image processing", 2020.
    """
    if is_share(one) and is_share(other):
        return as_share((1 - share) * share_of(one) + share * share_of(other))
    if is_ansi(one) and is_ansi(other):
        return between(one, other, share)
    lab = (1 - share) * oklab(one) + share * oklab(other)
    linear = (LMS_TO_RGB @ (LAB_TO_LMS @ lab) ** 3).clip(0, 1)
    parts = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    red, green, blue = (round(255 * float(part)) for part in parts)
    return f"#{red:02x}{green:02x}{blue:02x}"


def oklab(colour: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Lightness, and how far from grey to red and to yellow, as eyes see differences."""
    return np.asarray(LMS_TO_LAB @ np.cbrt(RGB_TO_LMS @ np.array(linear_rgb(colour))), dtype=np.float64)


def distance(one: str, other: str) -> float:
    """How far apart two colours look: their distance in OKLab, where black and white are 1 apart."""
    return float(np.linalg.norm(oklab(one) - oklab(other)))


@lru_cache(maxsize=64)
def ramp(stops: Sequence[str], levels: int) -> Ramp:
    """Colours in equal steps along a path through the stops; the first and the last stop are its ends.

    Of the terminal's 16 colours there are few between two others: each level has a shade, too, that dithers them. There
    are enough greys.

    Parameters
    ----------
    stops
        Two colours or more, as a tuple.
    levels
        How many colours, at least 2.
    """
    steps = list(_steps(stops, np.linspace(0, len(stops) - 1, levels)))
    dithers = all(map(is_ansi, stops)) and not set(stops) <= set(_GREYS)
    return Ramp([mix(*step) for step in steps], [dithered(*step) for step in steps] if dithers else ())


def text_ramp(stops: Sequence[str], levels: int) -> tuple[str, ...]:
    """A ramp of colours for text, which has no shades."""
    return tuple(mix(*step) for step in _steps(stops, np.linspace(0, len(stops) - 1, levels)))


@lru_cache(maxsize=64)
def fine_ramp(stops: Sequence[str], levels: int, fineness: int) -> Ramp:
    """The colours of `ramp` and those between them: for each of its levels so many, its own in their middle."""
    places = (np.arange(levels * fineness) + 0.5) / fineness - 0.5
    shares = places.clip(0, levels - 1) / (levels - 1)
    return Ramp([mix(*step) for step in _steps(stops, shares * (len(stops) - 1))], fineness=fineness)


def mixed_ramp(colours: Sequence[str], fineness: int) -> Ramp:
    """For each of a few colours so many levels: the first is mixed with the colour before, the last with the next."""
    behind, ahead = (*colours[:1], *colours[:-1]), (*colours[1:], *colours[-1:])
    whole = ("",) * (fineness - 2)
    mixtures = (
        other if other != colour else ""
        for before, colour, after in zip(behind, colours, ahead, strict=True)
        for other in (before, *whole, after)
    )
    return Ramp((colour for colour in colours for _ in range(fineness)), fineness=fineness, mixtures=mixtures)


def _steps(stops: Sequence[str], positions: NDArray[np.float64]) -> Iterator[tuple[str, str, float]]:
    """Between which stops each position lies, counted in stops, and where."""
    for position in positions.tolist():
        segment = min(int(position), len(stops) - 2)
        yield stops[segment], stops[segment + 1], position - segment


@lru_cache(maxsize=4096)
def nearest_of(colour: str, names: Sequence[str]) -> str:
    """Of these colours, as a tuple, the one that looks most like this one."""
    return min(names, key=lambda name: distance(name, colour))
