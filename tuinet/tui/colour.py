"""Colour arithmetic: hexadecimal colours, contrast, and ramps that look even to the eye."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np

_LARGE_TEXT: Final = 3.0
"""WCAG 2's least contrast for large or bold characters."""

Triple = tuple[float, float, float]

_HEX: Final = re.compile(r"#[0-9a-fA-F]{6}")
_RGB_TO_LMS: Final = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LMS_TO_LAB: Final = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def is_colour(text: object) -> bool:
    """Whether this is a colour such as ``#1f77b4``."""
    return isinstance(text, str) and _HEX.fullmatch(text) is not None


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of ``#rrggbb``, each from 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(colour: str) -> Triple:
    red, green, blue = (
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in rgb(colour)
    )
    return red, green, blue


@lru_cache(maxsize=4096)
def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it, from 0 (black) to 1 (white)."""
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2's contrast ratio, from 1 to 21; running text wants 4.5."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@lru_cache(maxsize=4096)
def readable_on(background: str) -> str:
    """Black or white, whichever is easier to read on this background."""
    return max("#000000", "#ffffff", key=lambda colour: contrast(colour, background))


def readable_on_all(backgrounds: Sequence[str]) -> str | None:
    """Black or white, if one of them can be made out on every one of these backgrounds (3 to 1, as large text)."""
    worst = {colour: min(contrast(colour, ground) for ground in backgrounds) for colour in ("#000000", "#ffffff")}
    best = max(worst, key=lambda colour: worst[colour])
    return best if worst[best] >= _LARGE_TEXT else None


def mix(one: str, other: str, share: float) -> str:
    """The colour that lies ``share`` of the way from one to the other in OKLab, where equal steps look equal.

    References: B. Ottosson, "A perceptual color space for image processing", 2020.
    """
    lab = (1 - share) * _oklab(one) + share * _oklab(other)
    linear = np.linalg.solve(_RGB_TO_LMS, np.linalg.solve(_LMS_TO_LAB, lab) ** 3).clip(0, 1)
    parts = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    red, green, blue = (round(255 * float(part)) for part in parts)
    return f"#{red:02x}{green:02x}{blue:02x}"


def _oklab(colour: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.asarray(_LMS_TO_LAB @ np.cbrt(_RGB_TO_LMS @ np.array(_linear(colour))), dtype=np.float64)


@lru_cache(maxsize=64)
def ramp(stops: Sequence[str], levels: int) -> tuple[str, ...]:
    """Colours in equal steps along a path through the stops; the first and the last stop are its ends.

    Parameters
    ----------
    stops
        Two colours or more, as a tuple.
    levels
        How many colours, at least 2.
    """
    positions = np.linspace(0, len(stops) - 1, levels)
    segments = np.minimum(positions.astype(int), len(stops) - 2)
    return tuple(
        mix(stops[segment], stops[segment + 1], float(position - segment))
        for position, segment in zip(positions, segments, strict=True)
    )


@lru_cache(maxsize=1)
def _indexed_palette() -> tuple[tuple[str, ...], np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    steps = (0, 95, 135, 175, 215, 255)
    cube = [
        f"#{red:02x}{green:02x}{blue:02x}"
        for red in steps
        for green in steps
        for blue in steps
        if not red == green == blue
    ]
    greys = [f"#{level:02x}{level:02x}{level:02x}" for level in (0, *range(8, 248, 10), 255)]
    return (*cube, *greys), np.array([_oklab(colour) for colour in (*cube, *greys)])


@lru_cache(maxsize=4096)
def nearest_indexed(colour: str) -> str:
    """The one of xterm's 256 colours that looks most like this one; terminals behind SSH have no others.

    Rich rounds each channel by itself, which turns a ramp of blues into blues and purples.
    """
    colours, points = _indexed_palette()
    return colours[int(((points - _oklab(colour)) ** 2).sum(axis=1).argmin())]
