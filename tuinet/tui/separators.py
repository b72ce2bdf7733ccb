"""Separators: where on a rectangle linear functions are zero, and where the largest of them is another one.

A function c₀ + c₁·s + c₂·t is a row of three numbers; s and t go from 0 to 1 along the rectangle's sides.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tuinet.tui.cells import Range

Array = NDArray[np.floating[Any]]

_SQUARE: Final = np.array([[0.0, 1.0, 0.0], [1.0, -1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, -1.0]])
"""Functions that are not negative inside."""
_ROUNDING: Final = 1e-9
_GRID: Final = 32
_MOST_REGIONS: Final = 32


def on_square(functions: Array, ranges: tuple[Range, Range]) -> Array:
    """Functions of u and v as functions of s and t.

    Parameters
    ----------
    functions
        Shape (functions, 3).
    ranges
        Of u and v.
    """
    (left, right), (low, high) = ranges
    constant = functions @ np.array([1.0, left, low])
    return np.column_stack([constant, functions[:, 1] * (right - left), functions[:, 2] * (high - low)])


def zero_lines(functions: Array) -> Array:
    """Where each function is zero, as far as that is within the square.

    Returns
    -------
    Array
        Shape (lines, 2, 2): s and t of both ends.
    """
    return _cut(functions, np.broadcast_to(_SQUARE, (len(functions), *_SQUARE.shape)))


def borders(functions: Array) -> Array:
    """Between the regions in which one of the functions is the largest, shape (lines, 2, 2)."""
    functions = functions[_winners(functions)]
    pairs = np.array(list(combinations(range(len(functions)), 2)), np.intp).reshape(-1, 2)
    differences = functions[pairs[:, 0]] - functions[pairs[:, 1]]
    larger = functions[pairs[:, 0]][:, None, :] - functions
    square = np.broadcast_to(_SQUARE, (len(pairs), *_SQUARE.shape))
    return _cut(differences, np.concatenate([square, larger], axis=1))


def _winners(functions: Array) -> NDArray[np.intp]:
    """Which functions are the largest anywhere on a fine grid: of a thousand classes few are."""
    side = np.linspace(0, 1, _GRID)
    s, t = np.meshgrid(side, side)
    places = np.stack([np.ones_like(s), s, t], axis=-1).reshape(-1, 3)
    found, counts = np.unique((places @ functions.T).argmax(axis=1), return_counts=True)
    return np.sort(found[np.argsort(-counts, kind="stable")[:_MOST_REGIONS]])


def _cut(lines: Array, sides: Array) -> Array:
    """The parts of lines on which no function of a list is negative.

    Parameters
    ----------
    lines
        Shape (lines, 3): functions that are zero on them.
    sides
        Shape (lines, functions, 3).
    """
    lengths = np.linalg.norm(lines[:, 1:], axis=1)
    lines, sides = lines[lengths > 0] / lengths[lengths > 0, None], sides[lengths > 0]
    nearest, ways = -lines[:, :1] * lines[:, 1:], np.column_stack([-lines[:, 2], lines[:, 1]])
    # At nearest + d·way a function is a + d·b.
    a = sides[:, :, 0] + np.einsum("lfk,lk->lf", sides[:, :, 1:], nearest)
    b = np.einsum("lfk,lk->lf", sides[:, :, 1:], ways)
    tiny = _ROUNDING * np.abs(sides).max(axis=2, initial=0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = -a / b
    first = np.where(b > tiny, ends, -np.inf).max(axis=1, initial=-np.inf)
    last = np.where(b < -tiny, ends, np.inf).min(axis=1, initial=np.inf)
    kept = (first < last) & ~((np.abs(b) <= tiny) & (a < -tiny)).any(axis=1)
    between = np.stack([first, last], axis=1)[kept]
    parts: Array = nearest[kept][:, None, :] + between[:, :, None] * ways[kept][:, None, :]
    return parts
