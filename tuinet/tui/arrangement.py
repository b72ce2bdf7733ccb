"""Where each panel goes, for every size of terminal: pure arithmetic on cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from textual.geometry import Region

MIN_WIDTH: Final = 40
MIN_HEIGHT: Final = 12

TOO_SMALL: Final = "too-small"
STATUS: Final = "status"
KEYS: Final = "keys"
BOUNDARY: Final = "boundary"
LOSS: Final = "loss"
WEIGHTS: Final = "weights"
GRADIENTS: Final = "gradients"

_FRAME: Final = 2
_AXES: Final = 8
"""Cells beside the map within its panel: frame, labels, margin."""
_LEFT_MIN: Final = 33
_QUAD_WIDTH: Final = 70
_SIDE_RIGHT: Final = 50
_SIDE_HEIGHT: Final = 26
_LOSS_MIN: Final = 10
_STACK: Final = ((BOUNDARY, 8), (LOSS, 7), (WEIGHTS, 7), (GRADIENTS, 5))
"""Panels of a narrow terminal in the order of their importance, with their least heights."""


@dataclass(frozen=True)
class Wants:
    """What the panels would like to have."""

    status: int
    """Rows of the status."""
    weights: Callable[[int], int]
    """Rows of the weights within a frame of this width."""
    gradients: int
    """Rows of the gradients within their frame."""


Arrangement = dict[str, Region]


def arrange(width: int, height: int, wants: Wants) -> Arrangement:
    """The region of every panel that is shown.

    Large terminals have the map on the whole left side; 80×24 has two panels above two; narrow ones have panels
    below one another, as many as there is room for.
    """
    if width < MIN_WIDTH or height < MIN_HEIGHT:
        return {TOO_SMALL: Region(0, 0, width, height)}
    status = min(wants.status, height // 5)
    body = Region(0, status, width, height - status - 1)
    panels = _body(body, wants)
    return {STATUS: Region(0, 0, width, status), **panels, KEYS: Region(0, height - 1, width, 1)}


def _body(body: Region, wants: Wants) -> Arrangement:
    square = 2 * (body.height - 3) + _AXES
    if body.height >= _SIDE_HEIGHT and body.width - square >= _SIDE_RIGHT:
        return _side(body, square, wants)
    if body.width >= _QUAD_WIDTH:
        return _quad(body, wants)
    return _stack(body, wants)


def _side(body: Region, left: int, wants: Wants) -> Arrangement:
    """The map on the left over the whole height, the others below one another on the right."""
    right = body.width - left
    room = body.height - _LOSS_MIN
    gradients = min(wants.gradients + _FRAME, room // 2)
    weights = min(wants.weights(right - _FRAME) + _FRAME, room - gradients)
    heights = (body.height - weights - gradients, weights, gradients)
    x, y, _, height = body
    return {BOUNDARY: Region(x, y, left, height), **_column(x + left, y, right, (LOSS, WEIGHTS, GRADIENTS), heights)}


def _quad(body: Region, wants: Wants) -> Arrangement:
    """Two panels above two; where it is low, the lower two are left out."""
    left = max(_LEFT_MIN, body.width * 42 // 100)
    wanted = max(wants.weights(left - _FRAME), wants.gradients) + _FRAME
    bottom = max(7, min(wanted, body.height * 2 // 5)) if body.height >= 15 else 0
    top = body.height - bottom
    left = max(_LEFT_MIN, min(3 * (top - 3) + _AXES, left))
    if bottom and 2 * (top - 3) * 4 > 5 * (left - _AXES):
        left = max(left, body.width // 2)
        top = max(min(top, (left - _AXES) * 5 // 8 + 3), body.height * 2 // 5)
    x, y, width, height = body
    upper = {BOUNDARY: Region(x, y, left, top), LOSS: Region(x + left, y, width - left, top)}
    if not bottom:
        return upper
    return {
        **upper,
        WEIGHTS: Region(x, y + top, left, height - top),
        GRADIENTS: Region(x + left, y + top, width - left, height - top),
    }


def _stack(body: Region, wants: Wants) -> Arrangement:
    """Panels below one another, the most important first."""
    shown: list[tuple[str, int]] = []
    for name, least in _STACK:
        if sum(rows for _, rows in shown) + least > body.height:
            break
        shown.append((name, least))
    heights = _grown([rows for _, rows in shown], body.height)
    return _column(body.x, body.y, body.width, [name for name, _ in shown], heights)


def _grown(heights: list[int], total: int) -> list[int]:
    """The spare rows go to the map and, half as many, to the curve."""
    spare = total - sum(heights)
    if len(heights) == 1:
        return [total]
    return [heights[0] + spare - spare // 3, heights[1] + spare // 3, *heights[2:]]


def _column(x: int, y: int, width: int, names: Sequence[str], heights: Sequence[int]) -> Arrangement:
    tops = accumulate(heights, initial=y)
    return {name: Region(x, top, width, rows) for name, top, rows in zip(names, tops, heights, strict=False)}
