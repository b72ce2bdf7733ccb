"""Sine and cosine with the same bits on every machine, of exactly rounded operations alone; and π.

See `tuinet.nn.elementary`, whose other functions are made in the same way.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tuinet.nn.functions import Float64, horner, in_float64

# sin and cos: x = n·π/2 + r with |r| ≤ π/4, r as a sum of two numbers.
_HALF_PI: Final = tuple(
    float.fromhex(part) for part in ("0x1.921fb544p+0", "0x1.0b4611a6p-34", "0x1.3198a2e037073p-69")
)
"""π/2 in three pieces, the first two of 33 bits."""
_MOST_TURNS: Final = 2.0**19
_SIN: Final = tuple((-1) ** power / math.factorial(2 * power + 1) for power in range(8, 0, -1))
_COS: Final = tuple((-1) ** power / math.factorial(2 * power) for power in range(9, 1, -1))


def _reduced(x: Float64) -> tuple[Float64, Float64, NDArray[np.int64]]:
    """The two parts of r, and n modulo 4; not a number where x is none, or infinite."""
    n = np.rint(x * (2 / math.pi))
    is_large = ~(np.abs(n) < _MOST_TURNS)
    is_finite = np.isfinite(x)
    n = np.where(is_large, 0.0, n)
    first = np.where(is_large, np.where(is_finite, 0.0, np.nan), x) - n * _HALF_PI[0]
    r, rest = _two_sum(first, -n * _HALF_PI[1])
    r, rest = _two_sum(r, rest - n * _HALF_PI[2])
    r, rest, quadrant = np.asarray(r), np.asarray(rest), np.asarray(n.astype(np.int64) & 3)
    for place in np.argwhere(is_large & is_finite):
        index = tuple(place)
        r[index], rest[index], quadrant[index] = _reduced_exactly(float(x[index]))
    return r, rest, quadrant


def _two_sum(a: Float64, b: Float64) -> tuple[Float64, Float64]:
    """The rounded sum, and what the rounding took away (Knuth, 1969)."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


PI_BITS: Final = 1300
"""Enough for the 1,100 bits behind the point of π that the largest numbers need, and 64 of the result."""


@cache
def half_pi() -> int:
    """π/2 · 2^1300, by Machin's formula (1706): π/4 = 4·arctan(1/5) − arctan(1/239)."""

    def arctan(inverse: int) -> int:
        power = (1 << PI_BITS + 16) // inverse
        total, odd = power, 1
        while power:
            power //= -inverse * inverse
            odd += 2
            total += power // odd
        return total

    return (2 * (4 * arctan(5) - arctan(239))) >> 16


def _reduced_exactly(x: float) -> tuple[float, float, int]:
    numerator, denominator = x.as_integer_ratio()
    quarter = half_pi()
    scaled = (numerator << PI_BITS) // denominator
    n = (2 * scaled + quarter) // (2 * quarter)
    rest = scaled - n * quarter
    near = rest / (1 << PI_BITS)
    above, below = near.as_integer_ratio()
    return near, (rest - above * ((1 << PI_BITS) // below)) / (1 << PI_BITS), n & 3


def _quarter_waves(x: Float64) -> tuple[Float64, Float64, NDArray[np.int64]]:
    """Sin r, cos r, and the number of quarter turns modulo 4."""
    r, rest, quadrant = _reduced(x)
    squares = r * r
    sine = r + (r * squares * horner(squares, _SIN) + rest * (1 - 0.5 * squares))
    half = 0.5 * squares
    near = 1 - half
    cosine = near + (((1 - near) - half) + (squares * squares * horner(squares, _COS) - r * rest))
    return sine, cosine, quadrant


def _turned(sine: Float64, cosine: Float64, quadrant: NDArray[np.int64]) -> Float64:
    value = np.where(quadrant & 1, cosine, sine)
    return np.where(quadrant & 2, -value, value)


@in_float64
def sin(x: Float64) -> Float64:
    """The sine."""
    value = _turned(*_quarter_waves(x))
    return np.where(np.abs(x) < 2.0**-27, x, value)


@in_float64
def cos(x: Float64) -> Float64:
    """The cosine, a quarter turn ahead of the sine."""
    sine, cosine, quadrant = _quarter_waves(x)
    return _turned(sine, cosine, quadrant + 1)
