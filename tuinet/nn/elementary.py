"""Elementary functions with the same bits on every machine: exp, log, tanh, sine and their kin.

The C library and NumPy choose their code by processor, and the last bits with it. Here a function is built of
operations that IEEE 754 rounds exactly, one at a time: sums, products, quotients, square roots, rint, frexp and ldexp.
Where an argument is reduced, the pieces of the constants are so short that their products are exact (Cody and Waite,
"Software Manual for the Elementary Functions", 1980). Results are at most 2 units in the last place away from the
exact ones, subnormal numbers and infinities included (but those of `integer_power`); `scripts/measure_functions.py`
measures it.

They compute in float64, whatever the precision of what they are given.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache, partial
from itertools import accumulate, repeat
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tuinet.nn.functions import Elementary, Float64, horner, in_float64
from tuinet.nn.parameters import Array, Operation

# Tables are made of whole numbers, multiples of 2^-256, whose errors are far too small to be seen in a float64.
_ONE: Final = 1 << 256


def _rounded(values: Sequence[int]) -> tuple[Float64, Float64]:
    """Multiples of 2^-256 as numbers, and what the rounding took away."""
    near = [value / _ONE for value in values]
    rest = [(value - int(math.ldexp(first, 256))) / _ONE for value, first in zip(values, near, strict=True)]
    return np.array(near), np.array(rest)


# exp: x = k·ln 2/64 + r, so that e^x = 2^(k/64)·e^r with |r| < 0.0055, or 0.017 next to 0.
_STEPS: Final = 64
_LN2: Final = (float.fromhex("0x1.62e42feep-1"), float.fromhex("0x1.a39ef35793c76p-33"))
"""ln 2 as a number of 32 bits, whose product with a whole number of 21 bits is exact, and the rest."""
_EXP: Final = tuple(1 / math.factorial(power) for power in range(7, 1, -1))
_LARGEST, _SMALLEST = 710.0, -746.0
"""Beyond these e^x is infinite, or 0."""


@cache
def _powers() -> tuple[Float64, Float64]:
    """2^(j/64) for j from 0 to 63, rounded, and what the rounding took away."""
    root = 2 * _ONE
    for _ in range(6):  # 2^6 = 64
        root = math.isqrt(root * _ONE)
    return _rounded([*accumulate(repeat(root, _STEPS - 1), lambda power, _: power * root // _ONE, initial=_ONE)])


def _split(x: Float64) -> tuple[Float64, Float64, NDArray[np.int64]]:
    """2^(j/64), then (e^r − 1)·2^(j/64) with what the rounding of the first took away, and e: e^x is 2^e times both."""
    bounded = np.minimum(np.maximum(x, _SMALLEST), _LARGEST)
    k = np.rint(bounded * (_STEPS / math.log(2)))
    # Next to 0, where e^x − 1 is all that counts, the series does without the table.
    k = np.where(np.abs(k) < 2, 0.0, k)
    r = (bounded - k * (_LN2[0] / _STEPS)) - k * (_LN2[1] / _STEPS)
    number = np.where(np.isnan(k), 0, k).astype(np.int64)
    high, low = _powers()
    near = high[number & _STEPS - 1]
    return near, low[number & _STEPS - 1] + near * (r + r * r * horner(r, _EXP)), number >> 6


@in_float64
def exp(x: Float64) -> Float64:
    """e^x."""
    near, rest, exponent = _split(x)
    return np.ldexp(near + rest, exponent)


@in_float64
def expm1(x: Float64) -> Float64:
    """e^x − 1, which keeps its digits where x is small."""
    near, rest, exponent = _split(x)
    # At half the size, so that nothing overflows that is finite in the end.
    scaled, addend = np.ldexp(near, exponent - 1), np.ldexp(rest, exponent - 1)
    difference = scaled - 0.5
    part = difference - scaled
    error = (scaled - (difference - part)) - (0.5 + part)
    value = 2 * (difference + (error + addend))
    return np.where(np.abs(x) < 2.0**-54, x, value)


# log: x = 2^e·m, and g the nearest of the numbers 64/128 … 128/128 to m, so that ln x = e·ln 2 + ln g + ln(1 + r)
# with r = (m − g)/g, which is exact where g is a power of two, as it is near x = 1.
_GRID: Final = 128
_LOG: Final = tuple((-1) ** (power + 1) / power for power in range(9, 1, -1))


@cache
def _logarithms() -> tuple[Float64, Float64]:
    """ln(g/128) for g from 0 to 128, cut to the grid of `_LN2`'s first piece, and the rest; nothing below 64."""
    steps = (-_logarithm_of_step(g) for g in range(_GRID - 1, _GRID // 2, -1))
    exact = [*accumulate(steps, initial=0)][::-1]
    near = [(value + (_ONE >> 33)) // (_ONE >> 32) for value in exact]
    rest = [(value - first * (_ONE >> 32)) / _ONE for value, first in zip(exact, near, strict=True)]
    unused = _GRID + 1 - len(exact)
    return np.array([-_LN2[0]] * unused + [first / 2**32 for first in near]), np.array([-_LN2[1]] * unused + rest)


def _logarithm_of_step(g: int) -> int:
    """ln((g + 1)/g) = 2·(t + t³/3 + t⁵/5 + …) of t = 1/(2g + 1), as a multiple of 2^-256."""
    power, total, odd = 2 * _ONE // (2 * g + 1), 0, 1
    while power:
        total, power, odd = total + power // odd, power // (2 * g + 1) ** 2, odd + 2
    return total


def _log_parts(x: Float64) -> tuple[Float64, Float64]:
    """Ln x as a sum of two numbers, the first of which is exact; for x above 0."""
    m, e = np.frexp(x)
    number = np.rint(m * _GRID)
    g = number * (1 / _GRID)
    r = (m - g) / g
    near, rest = (table[number.astype(np.intp)] for table in _logarithms())
    return e * _LN2[0] + near, r + (r * r * horner(r, _LOG) + (e * _LN2[1] + rest))


def _bounded_log(x: Float64) -> Float64:
    """Ln x; −∞ at 0, ∞ at ∞, not a number below 0."""
    is_usual = (x > 0) & (x < np.inf)
    first, second = _log_parts(np.where(is_usual, x, 1.0))
    special = np.where(x == 0, -np.inf, np.where(x > 0, x, np.nan))
    return np.where(is_usual, first + second, special)


@in_float64
def log(x: Float64) -> Float64:
    """Ln x."""
    return _bounded_log(x)


@in_float64
def log1p(x: Float64) -> Float64:
    """ln(1 + x), which keeps its digits where x is small."""
    whole = 1 + x
    is_usual = (whole > 0) & (whole < np.inf)
    safe, x_safe = np.where(is_usual, whole, 1.0), np.where(is_usual, x, 0.0)
    # What the rounding of 1 + x took away, in two parts, since either of the two may be the larger.
    part = safe - x_safe
    lost = (1 - part) + (x_safe - (safe - part))
    first, second = _log_parts(safe)
    value = np.where(np.abs(x_safe) < 2.0**-54, x, first + (second + lost / safe))
    return np.where(is_usual, value, _bounded_log(whole))


@in_float64
def softplus(x: Float64) -> Float64:
    """ln(1 + e^x) = max(x, 0) + ln(1 + e^−|x|)."""
    return np.maximum(x, 0.0) + log1p(exp(-np.abs(x)))


# tanh is called in training, so that each call of NumPy counts. x = g + d, g being the nearest multiple of 1/64, and
# tanh x = T + (1 − T²)·t/(1 + T·t) of T = tanh g and t = tanh d; from 22 on it is 1 to the last bit.
_TANH_STEPS: Final = 64
_TANH_END: Final = 22
_TANH_SHIFT: Final = 1.5 * 2.0**46
"""Added to a number and taken off again, it rounds to multiples of 1/64; its last bits number them meanwhile."""
_TANH: Final = (-17 / 315, 2 / 15, -1 / 3)
"""Of the series of tanh d from d⁷ down, divided by d."""


@cache
def _tanh_tables() -> tuple[Float64, Float64, Float64]:
    """Tanh g rounded, what the rounding took away, and 1 − tanh² g, for g from −22 to 22."""
    term, step, n = _ONE, 0, 0
    while term:  # the step is e^(2/64)
        step, n, term = step + term, n + 1, term * 2 // (_TANH_STEPS * (n + 1))
    powers = accumulate(repeat(step, _TANH_END * _TANH_STEPS), lambda power, _: power * step // _ONE, initial=_ONE)
    exact = [(power - _ONE) * _ONE // (power + _ONE) for power in powers]
    near, rest = _rounded(exact)
    slopes = np.array([(_ONE * _ONE - value * value) / (_ONE * _ONE) for value in exact])
    return np.append(-near[:0:-1], near), np.append(-rest[:0:-1], rest), np.append(slopes[:0:-1], slopes)


def _tanh_operations(x: Array, out: Array) -> tuple[Operation, ...]:
    def number(value: float) -> Float64:
        return np.array(value)

    bounded, g, d, series, rest = (np.zeros_like(x, np.float64) for _ in range(5))
    place = np.zeros_like(bounded, np.int64)
    near, low, slopes = _tanh_tables()
    first = np.array(_TANH_SHIFT).view(np.int64) - _TANH_END * _TANH_STEPS
    return (
        partial(np.maximum, x, number(-_TANH_END), out=bounded),
        partial(np.minimum, bounded, number(_TANH_END), out=bounded),
        partial(np.add, bounded, number(_TANH_SHIFT), g),
        partial(np.subtract, g.view(np.int64), first, place),
        partial(np.subtract, g, number(_TANH_SHIFT), g),
        partial(np.subtract, bounded, g, d),
        partial(np.multiply, d, d, series),
        partial(np.multiply, series, number(_TANH[0]), g),
        partial(np.add, g, number(_TANH[1]), g),
        partial(np.multiply, g, series, g),
        partial(np.add, g, number(_TANH[2]), g),
        partial(np.multiply, g, series, g),
        partial(np.multiply, g, d, g),
        partial(np.add, d, g, d),
        partial(slopes.take, place, None, series, "clip"),
        partial(np.multiply, series, d, series),
        partial(near.take, place, None, g, "clip"),
        partial(np.multiply, g, d, d),
        partial(np.add, d, number(1.0), d),
        partial(np.divide, series, d, series),
        partial(low.take, place, None, rest, "clip"),
        partial(np.add, series, rest, series),
        partial(np.add, g, series, g),
        partial(np.copysign, g, bounded, out, casting="same_kind"),
    )


def _tanh_values(x: Array) -> Array:
    values = np.empty_like(x)
    for operation in _tanh_operations(x, values):
        operation()
    return values


tanh: Final = Elementary(_tanh_values, _tanh_operations)
"""The hyperbolic tangent."""


# erf: a Taylor series about the nearest multiple of 1/64; from 6 on it is 1 to the last bit.
_ERF_STEPS: Final = 64
_ERF_END: Final = 6
_ERF_TERMS: Final = 9


@cache
def _erf_series() -> Float64:
    """Coefficients of erf(x₀ + d) for x₀ = 0, 1/64, …, 6, shape (385, 9), the highest power of d first.

    The derivatives of erf are e^(−x²)·2/√π and, from one to the next, −2x·f⁽ⁿ⁾ − 2(n − 1)·f⁽ⁿ⁻¹⁾ (Hermite).
    """
    from decimal import Decimal, localcontext  # noqa: PLC0415 - for those who need the table

    rows: list[list[float]] = []
    with localcontext(prec=40):
        root = (Decimal(half_pi()) / (1 << PI_BITS) * 2).sqrt()
        value, step = Decimal(0), Decimal(1) / _ERF_STEPS
        for number in range(_ERF_END * _ERF_STEPS + 1):
            x = Decimal(number) / _ERF_STEPS
            derivatives = [value, 2 * (-x * x).exp() / root]
            derivatives.append(-2 * x * derivatives[1])
            for n in range(2, 18):
                derivatives.append(-2 * x * derivatives[n] - 2 * (n - 1) * derivatives[n - 1])
            terms = [derivative / math.factorial(n) for n, derivative in enumerate(derivatives)]
            rows.append([float(term) for term in terms[_ERF_TERMS - 1 :: -1]])
            value = sum((term * step**n for n, term in enumerate(terms)), Decimal(0))
    return np.array(rows)


@in_float64
def erf(x: Float64) -> Float64:
    """The error function, 2/√π times the integral of e^(−t²) from 0 to x."""
    size = np.minimum(np.abs(x), float(_ERF_END))
    number = np.rint(size * _ERF_STEPS)
    d = size - number * (1 / _ERF_STEPS)
    coefficients = _erf_series()[np.where(np.isnan(number), 0, number).astype(np.intp)]
    value = coefficients[..., 0] * d
    for power in range(1, _ERF_TERMS - 1):
        value = (value + coefficients[..., power]) * d
    values: Float64 = np.copysign(value + coefficients[..., -1], x)
    return values


def integer_power(base: float, exponent: int) -> float:
    """base^exponent for an exponent from 0 up, by squaring; off by at most about that many half units."""
    power = 1.0
    while exponent:
        if exponent & 1:
            power *= base
        base *= base
        exponent >>= 1
    return power


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
