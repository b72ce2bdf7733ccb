"""xterm's 256 colours, for terminals that have no others: the nearest to any colour, and ramps and text of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import numpy as np

from tuinet.tui.style.colour import LMS_TO_LAB, RGB_TO_LMS, linear_rgb, luminance, oklab

_HUE_RANGE: Final = 22.0
"""In a ramp of blues a purple one is worse than one too dark."""
_VIVID: Final = 0.1
"""The saturation, in OKLab, at which a hue may be that far off on a map; of paler colours it counts less there."""
_GREYISH: Final = 0.035
"""The least saturation, in OKLab, at which a hue is seen at once."""


@lru_cache(maxsize=1)
def _indexed_palette() -> Mapping[str, int]:
    """Those of xterm's 256 colours that no user changes, and their numbers."""
    steps = (0, 95, 135, 175, 215, 255)
    cube = [(red, green, blue) for red in steps for green in steps for blue in steps]
    greys = [(level, level, level) for level in range(8, 248, 10)]
    return {f"#{red:02x}{green:02x}{blue:02x}": number for number, (red, green, blue) in enumerate(cube + greys, 16)}


@lru_cache(maxsize=1)
def _indexed_points() -> tuple[tuple[str, ...], np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    colours = tuple(_indexed_palette())
    linear = np.array([linear_rgb(colour) for colour in colours])
    return colours, np.asarray(np.cbrt(linear @ RGB_TO_LMS.T) @ LMS_TO_LAB.T, dtype=np.float64)


@lru_cache(maxsize=1)
def _indexed_luminances() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array([luminance(colour) for colour in _indexed_palette()])


def index_of(colour: str) -> int:
    """The number of one of xterm's 256 colours."""
    return _indexed_palette()[colour]


@lru_cache(maxsize=4096)
def nearest_indexed(colour: str, hue_range: float = 180.0, least: float = 0.0) -> str:
    """The one of xterm's 256 colours that looks most like this one; terminals behind SSH have no others.

    Rich rounds each channel by itself, which turns a ramp of blues into blues and purples.

    Parameters
    ----------
    hue_range
        How far its hue may be off, in degrees, if both are not greyish.
    least
        Luminance that it has at least.
    """
    if colour in _indexed_palette() and luminance(colour) >= least:
        return colour
    colours, points = _indexed_points()
    point = oklab(colour)
    (a, b), tints = point[1:], points[:, 1:]
    saturations, saturation = np.hypot(*tints.T), float(np.hypot(a, b))
    # A lost tint counts twice: on which side of neutral a colour is matters more than how bright it is.
    off = ((points - point) ** 2).sum(axis=1) + (saturation - saturations).clip(0) ** 2
    angles = np.degrees(np.abs(np.arctan2(tints @ [-b, a], tints @ [a, b])))
    strays = (angles > hue_range) & (saturations > _GREYISH) & (saturation > _GREYISH)
    too_dark = least > 0 and _indexed_luminances() < least
    return colours[int(np.where(strays | too_dark, np.inf, off).argmin())]


def indexed_text(colours: tuple[str, ...]) -> tuple[str, ...]:
    """Colours of text, from pale to strong, in xterm's 256: each in its own hue."""
    return tuple(nearest_indexed(colour, _HUE_RANGE) for colour in colours)


@lru_cache(maxsize=256)
def indexed_ramp(colours: tuple[str, ...]) -> tuple[str, ...]:
    """A map's ramp in xterm's 256 colours; one whose luminance rises goes on doing so."""
    rises = list(colours) == sorted(colours, key=luminance)
    least, nearest = 0.0, []
    for colour in colours:
        saturation = float(np.hypot(*oklab(colour)[1:]))
        vividness = max(saturation, _GREYISH) / _VIVID
        nearest.append(nearest_indexed(colour, _HUE_RANGE / vividness, least))
        least = luminance(nearest[-1]) if rises else 0.0
    return tuple(nearest)
