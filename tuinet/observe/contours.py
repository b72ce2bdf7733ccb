"""Lines through a grid of values: where a function has a value, and where one class borders on another."""

from __future__ import annotations

from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array

T = TypeVar("T", bound=np.generic)


@DIVERGING_IS_NO_ERROR
def contour_segments(heights: Array, level: float) -> Array:
    """Straight pieces of the line along which a grid has a height, by marching squares.

    Along each side of a square of four neighbours the height is taken to change evenly. Where a line meets all four
    sides, the mean of the corners decides which corners it cuts off.

    Parameters
    ----------
    heights
        Shape (rows, columns). A square with a corner that is not finite has no line.

    Returns
    -------
    Both ends of each piece as column and row, shape (pieces, 2, 2).

    References: W. E. Lorensen and H. E. Cline, "Marching cubes", SIGGRAPH 1987, in two dimensions.
    """
    rows, columns = _mixed(heights >= level)
    values = _corners(heights, rows, columns)
    is_finite = np.isfinite(values).all(axis=0)
    rows, columns, values = rows[is_finite], columns[is_finite], values[:, is_finite]
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = (level - values) / (np.roll(values, -1, axis=0) - values)
    points, are_above = _on_sides(shares, columns, rows), values >= level
    meets = are_above != np.roll(are_above, -1, axis=0)
    saddles = np.flatnonzero(meets.all(axis=0))
    cut_second = (values[:, saddles].mean(axis=0) >= level) == are_above[0, saddles]
    pieces = [_straight(points, meets)]
    for chosen, pairs in ((saddles[cut_second], ((0, 1), (2, 3))), (saddles[~cut_second], ((3, 0), (1, 2)))):
        pieces += [np.stack([points[side, chosen] for side in pair], axis=1) for pair in pairs]
    return np.concatenate(pieces)


def _mixed(answers: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the squares whose corners differ."""
    first, *others = answers[:-1, :-1], answers[:-1, 1:], answers[1:, 1:], answers[1:, :-1]
    rows, columns = np.nonzero((others[0] != first) | (others[1] != first) | (others[2] != first))
    return rows, columns


def _corners(values: NDArray[T], rows: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[T]:
    """The corners of some squares: upper left, upper right, lower right, lower left; shape (4, squares, …)."""
    return np.stack([values[rows + down, columns + right] for down, right in ((0, 0), (0, 1), (1, 1), (1, 0))])


def _on_sides(shares: Array, columns: NDArray[np.intp], rows: NDArray[np.intp]) -> Array:
    """Places so far along the upper, right, lower and left side of squares, shape (4, squares, 2)."""
    upper, right, lower, left = shares
    across = np.stack([columns + upper, columns + np.ones_like(right), columns + 1 - lower, columns + 0.0 * left])
    down = np.stack([rows + 0.0 * upper, rows + right, rows + np.ones_like(lower), rows + 1 - left])
    return np.stack([across, down], axis=-1)


def _straight(points: Array, meets: NDArray[np.bool_]) -> Array:
    """One piece through each square that has two crossings."""
    chosen = np.flatnonzero(meets.sum(axis=0) == 2)
    met = meets[:, chosen]
    first, last = met.argmax(axis=0), 3 - met[::-1].argmax(axis=0)
    ends: Array = np.stack([points[first, chosen], points[last, chosen]], axis=1)
    return ends


@DIVERGING_IS_NO_ERROR
def class_borders(scores: Array) -> Array:
    """Straight pieces of the borders between the regions of a grid in which one of several functions is the largest.

    Along each side of a square of four neighbours the functions are taken to change evenly. Where three regions or four
    meet in a square, the pieces meet in the middle of the places at which its sides are crossed.

    Parameters
    ----------
    scores
        Shape (rows, columns, classes). A square with a corner that is not finite has no border.

    Returns
    -------
    Both ends of each piece as column and row, shape (pieces, 2, 2).
    """
    winners = scores.argmax(axis=2)
    rows, columns = _mixed(winners)
    values = _corners(scores, rows, columns)
    is_finite = np.isfinite(values).all(axis=(0, 2))
    rows, columns, values = rows[is_finite], columns[is_finite], values[:, is_finite]
    labels = _corners(winners, rows, columns)
    points = _on_sides(_shares(values, labels), columns, rows)
    meets = labels != np.roll(labels, -1, axis=0)
    return np.concatenate([_straight(points, meets), _meeting(points, meets)])


def _shares(values: Array, labels: NDArray[np.intp]) -> Array:
    """How far along each side the classes of both its ends are equally strong, shape (4, squares)."""
    own, other, square = labels, np.roll(labels, -1, axis=0), np.arange(labels.shape[1])
    near, far = (
        np.stack([end[side, square, own[side]] - end[side, square, other[side]] for side in range(4)])
        for end in (values, np.roll(values, -1, axis=0))
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        # Where both are equal at both ends, the whole side is the border.
        return np.where(near > far, near / (near - far), 0.5)


def _meeting(points: Array, meets: NDArray[np.bool_]) -> Array:
    """From each crossing of the other squares to their middle."""
    chosen = np.flatnonzero(meets.sum(axis=0) > 2)
    crossed, places = meets[:, chosen], points[:, chosen]
    middles = np.where(crossed[:, :, None], places, 0.0).sum(axis=0) / np.maximum(crossed.sum(axis=0), 1)[:, None]
    sides, squares = np.nonzero(crossed)
    pieces: Array = np.stack([places[sides, squares], middles[squares]], axis=1)
    return pieces


@DIVERGING_IS_NO_ERROR
def to_edges(values: NDArray[T]) -> NDArray[T]:
    """A grid of the middles of pixels with one more row and column on each side, each on the straight line there.

    So lines come to the edge of the outermost pixels and beyond. A grid with a side of one pixel stays as it is.
    """
    if min(values.shape[:2]) < 2:
        return values
    for axis in (0, 1):
        first, second = (np.take(values, [index], axis) for index in (0, 1))
        last, before = (np.take(values, [index], axis) for index in (-1, -2))
        values = np.concatenate([2 * first - second, values, 2 * last - before], axis=axis)
    return values


def value_lines(values: Array, level: float) -> Array:
    """Where the values of a grid of pixels pass a level.

    Returns
    -------
    Both ends of straight pieces in pixels, across and down from the upper left corner, shape (pieces, 2, 2).
    """
    # The middle of the pixel that was put before the first one is half a pixel beyond the edge.
    return contour_segments(to_edges(values), level) - 0.5


UNDECIDED: Final = -1
"""In place of an answer: all are equally strong."""
_ROUNDING: Final = 1e-14
"""Scores of about 1 that differ by less are equal but for their last bits."""


def boundary(scores: Array, level: float) -> tuple[Array, int | None]:
    """Where the answer of a network changes over a grid of pixels, and the only answer where there is but one.

    Parameters
    ----------
    scores
        Shape (rows, columns, outputs): of a single output it is told by ``level`` which of two answers is given, of
        several the largest counts.

    Returns
    -------
    Both ends of straight pieces in pixels, across and down from the upper left corner, shape (pieces, 2, 2); and the
    index of the answer that is given at all pixels, or `UNDECIDED`; ``None`` where there are several or any is not
    known.
    """
    if _are_tied(scores, level):
        return np.zeros((0, 2, 2)), UNDECIDED
    if scores.shape[2] == 1:
        answers = (scores[:, :, 0] >= level).astype(np.intp)
        pieces = value_lines(scores[:, :, 0], level)
    else:
        answers = scores.argmax(axis=2)
        pieces = class_borders(to_edges(scores[:, :, np.unique(answers)])) - 0.5
    is_one = not len(pieces) and answers.min() == answers.max() and np.isfinite(scores).all()
    return pieces, _only(scores, level, int(answers.flat[0])) if is_one else None


@DIVERGING_IS_NO_ERROR
def _are_tied(scores: Array, level: float) -> bool:
    """Whether all answers are equally strong everywhere; what only rounding tells apart is none that is given."""

    def spread(scores: Array) -> Array:
        others = level if scores.shape[-1] == 1 else scores.min(axis=-1, keepdims=True)
        return np.abs(scores - others)

    return bool((spread(scores[0, 0]) <= _ROUNDING).all() and (spread(scores) <= _ROUNDING).all())


def _only(scores: Array, level: float, answer: int) -> int | None:
    """The answer, unless it is one of several that are equally strong."""
    others = np.full_like(scores, level) if scores.shape[2] == 1 else np.delete(scores, answer, axis=2)
    are_tied = (others == scores[:, :, answer if scores.shape[2] > 1 else 0, None]).any(axis=2)
    return UNDECIDED if are_tied.all() else None if are_tied.any() else answer
