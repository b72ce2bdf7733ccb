"""Lines through a grid of values: where a function has a value, and where one class borders on another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

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
    if min(heights.shape) < 2:
        return np.empty((0, 2, 2))
    corners = _corners(heights)
    is_finite = np.isfinite(corners).all(axis=0)
    is_above = [is_finite & (corner >= level) for corner in corners]
    # The sides: upper, right, lower, left.
    meets = np.stack([is_above[side] != is_above[(side + 1) % 4] for side in range(4)])
    points = _points(corners, level)
    meetings = meets.sum(axis=0)
    pieces = [_joined(points, meetings == 2, *_two_sides(meets))]
    is_crossed = meetings == 4
    cuts_second = (np.mean(corners, axis=0) >= level) == is_above[0]
    for mask, pairs in ((is_crossed & cuts_second, ((0, 1), (2, 3))), (is_crossed & ~cuts_second, ((3, 0), (1, 2)))):
        pieces += [_joined(points, mask, *(np.full(mask.shape, side) for side in pair)) for pair in pairs]
    return np.concatenate(pieces)


def _points(corners: Sequence[Array], level: float) -> Array:
    """Where each side of each square would be met, shape (4, rows − 1, columns − 1, 2)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = [(level - corners[side]) / (corners[(side + 1) % 4] - corners[side]) for side in range(4)]
    rows, columns = (np.arange(size, dtype=float) for size in corners[0].shape)
    return _on_sides(shares, *np.meshgrid(columns, rows))


def _on_sides(shares: Sequence[Array], column: Array, row: Array) -> Array:
    """Places so far along the upper, right, lower and left side of squares, whose upper left corners are given."""
    upper, right, lower, left = shares
    pairs = ((column + upper, row), (column + 1, row + right), (column + 1 - lower, row + 1), (column, row + 1 - left))
    return np.stack([np.stack(pair, axis=-1) for pair in pairs])


def _two_sides(meets: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The first and the last side that is met."""
    return meets.argmax(axis=0), 3 - meets[::-1].argmax(axis=0)


def _joined(points: Array, mask: NDArray[np.bool_], first: NDArray[np.intp], second: NDArray[np.intp]) -> Array:
    """Pieces from one side to another, in the squares of a mask."""
    rows, columns = np.nonzero(mask)
    ends: Array = np.stack([points[side[rows, columns], rows, columns] for side in (first, second)], axis=1)
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
    if min(scores.shape[:2]) < 2 or scores.shape[2] < 2:
        return np.empty((0, 2, 2))
    winners = scores.argmax(axis=2)
    squares = _corners(winners)
    mixed = np.any(np.stack(squares[1:]) != squares[0], axis=0) & np.isfinite(_corners(scores)).all(axis=(0, 3))
    rows, columns = np.nonzero(mixed)
    values = np.stack([corner[rows, columns] for corner in _corners(scores)])
    labels = np.stack([corner[rows, columns] for corner in squares])
    points = _crossings(values, labels, rows, columns)
    meets = labels != np.roll(labels, -1, axis=0)
    return np.concatenate([_straight(points, meets), _meeting(points, meets)])


def _crossings(values: Array, labels: NDArray[np.intp], rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Array:
    """Where the classes of both ends of each side are equally strong, shape (4, squares, 2)."""
    square = np.arange(len(rows))
    leads = []
    for side in range(4):
        own, other = labels[side], labels[(side + 1) % 4]
        ends = values[side], values[(side + 1) % 4]
        leads.append([end[square, own] - end[square, other] for end in ends])
    with np.errstate(divide="ignore", invalid="ignore"):
        # Where both are equal at both ends, the whole side is the border.
        shares = [np.where(near > far, near / (near - far), 0.5) for near, far in leads]
    return _on_sides(shares, columns.astype(float), rows.astype(float))


def _straight(points: Array, meets: NDArray[np.bool_]) -> Array:
    """One piece through each square that has two crossings."""
    chosen = np.flatnonzero(meets.sum(axis=0) == 2)
    first, second = _two_sides(meets[:, chosen])
    ends: Array = np.stack([points[first, chosen], points[second, chosen]], axis=1)
    return ends


def _meeting(points: Array, meets: NDArray[np.bool_]) -> Array:
    """From each crossing of the other squares to their middle."""
    chosen = np.flatnonzero(meets.sum(axis=0) > 2)
    crossed, places = meets[:, chosen], points[:, chosen]
    middles = np.where(crossed[:, :, None], places, 0.0).sum(axis=0) / np.maximum(crossed.sum(axis=0), 1)[:, None]
    sides, squares = np.nonzero(crossed)
    pieces: Array = np.stack([places[sides, squares], middles[squares]], axis=1)
    return pieces


def _corners(values: NDArray[T]) -> list[NDArray[T]]:
    """The corners of all squares: upper left, upper right, lower right, lower left."""
    return [values[:-1, :-1], values[:-1, 1:], values[1:, 1:], values[1:, :-1]]


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
    index of the answer that is given at all pixels, ``None`` where there are several or any is not known.
    """
    if scores.shape[2] == 1:
        answers = (scores[:, :, 0] >= level).astype(np.intp)
        pieces = contour_segments(to_edges(scores[:, :, 0]), level)
    else:
        answers = scores.argmax(axis=2)
        pieces = class_borders(to_edges(scores[:, :, np.unique(answers)]))
    is_one = not len(pieces) and np.isfinite(scores).all() and answers.min() == answers.max()
    # The middle of the pixel that was put before the first one is half a pixel beyond the edge.
    shift = 0.5 if min(scores.shape[:2]) < 2 else -0.5
    return pieces + shift, int(answers.flat[0]) if is_one else None
