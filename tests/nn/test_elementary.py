"""Functions of exact operations against exact values: to 2 units in the last place, everywhere."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuinet.nn import elementary
from tuinet.nn.elementary import integer_power
from tuinet.nn.functions import Elementary

MOST_UNITS = 2.0
DIGITS = 60
EVERYWHERE = st.floats(allow_nan=False, allow_infinity=False)
EXP = st.floats(-760, 720) | st.floats(-1, 1) | EVERYWHERE


def units_off(found: float, exact: Decimal) -> float:
    """The error in units of the last place of the exact value."""
    nearest = float(exact)
    if math.isinf(nearest) or math.isinf(found):
        return 0.0 if nearest == found else math.inf
    with localcontext(prec=DIGITS):
        return float(abs(Decimal(found) - exact) / Decimal(math.ulp(nearest)))


def at(function: Elementary, x: float) -> float:
    with np.errstate(all="ignore"):
        return float(function(np.array([x]))[0])


def _exp(x: Decimal) -> Decimal:
    # Beyond 10,000 it is infinite, or 0, for a float anyhow.
    return max(min(x, Decimal(10_000)), Decimal(-10_000)).exp()


def _expm1(x: Decimal) -> Decimal:
    # Where e^x is 1 to all digits, x is what is left.
    return x + x * x / 2 + x**3 / 6 + x**4 / 24 if abs(x) < Decimal("1e-12") else _exp(x) - 1


def _log1p(x: Decimal) -> Decimal:
    return x - x * x / 2 + x**3 / 3 - x**4 / 4 if abs(x) < Decimal("1e-12") else (1 + x).ln()


def _tanh(x: Decimal) -> Decimal:
    if abs(x) > 50:
        return Decimal(1).copy_sign(x)
    power = _expm1(2 * abs(x))
    return (power / (power + 2)).copy_sign(x)


def _softplus(x: Decimal) -> Decimal:
    return max(x, Decimal(0)) + _log1p((-abs(x)).exp())


def _pi() -> Decimal:
    """By Machin's formula, in whole numbers."""
    scale = int(10 ** (DIGITS + 340))

    def arctan(inverse: int) -> int:
        power = total = int(scale // inverse)
        odd, sign = 1, 1
        while power:
            power //= inverse * inverse
            odd, sign = odd + 2, -sign
            total += sign * (power // odd)
        return total

    with localcontext(prec=DIGITS + 330):
        return Decimal(4 * (4 * arctan(5) - arctan(239))) / scale


PI = _pi()


def _sin(x: Decimal) -> Decimal:
    with localcontext(prec=DIGITS + 320):
        x = x % (2 * PI)
    term = total = +x
    number = 1
    while abs(term) > Decimal(10) ** -(DIGITS + 20):
        number += 2
        term = -term * x * x / (number * (number - 1))
        total += term
    return total


def _cos(x: Decimal) -> Decimal:
    with localcontext(prec=DIGITS + 330):
        x = x + PI / 2
    return _sin(x)


def _erf(x: Decimal) -> Decimal:
    if abs(x) > 7:
        return Decimal(1).copy_sign(x)
    term = total = x
    number = 0
    while abs(term) > abs(x) * Decimal(10) ** -(DIGITS - 15):
        number += 1
        term = -term * x * x / number
        total += term / (2 * number + 1)
    with localcontext(prec=DIGITS):
        return 2 * total / PI.sqrt()


CASES: dict[str, tuple[Elementary, Callable[[Decimal], Decimal], st.SearchStrategy[float]]] = {
    "exp": (elementary.exp, _exp, EXP),
    "expm1": (elementary.expm1, _expm1, EXP),
    "log": (elementary.log, Decimal.ln, st.floats(5e-324, 1.7e308) | st.floats(0.5, 2)),
    "log1p": (elementary.log1p, _log1p, st.floats(-0.9999999, 2) | st.floats(0, 1.7e308)),
    "softplus": (elementary.softplus, _softplus, st.floats(-740, 740) | st.floats(-1, 1)),
    "tanh": (elementary.tanh, _tanh, st.floats(-25, 25) | EVERYWHERE),
    "sin": (elementary.sin, _sin, st.floats(-7, 7) | st.floats(-1e6, 1e6) | EVERYWHERE),
    "cos": (elementary.cos, _cos, st.floats(-7, 7) | st.floats(-1e6, 1e6) | EVERYWHERE),
    "erf": (elementary.erf, _erf, st.floats(-7, 7) | st.floats(-0.1, 0.1) | EVERYWHERE),
}


@pytest.mark.parametrize("name", CASES)
def test_within_two_units_in_the_last_place(name: str) -> None:
    function, exact, arguments = CASES[name]

    @settings(max_examples=60)
    @given(arguments)
    def check(x: float) -> None:
        with localcontext(prec=DIGITS + 40, Emin=-(10**9), Emax=10**9):
            assert units_off(at(function, x), exact(Decimal(x))) <= MOST_UNITS

    check()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("exp", {math.inf: math.inf, -math.inf: 0.0, 0.0: 1.0, -745.2: 0.0, 709.79: math.inf}),
        ("expm1", {math.inf: math.inf, -math.inf: -1.0, 0.0: 0.0, 5e-324: 5e-324}),
        ("log", {math.inf: math.inf, 0.0: -math.inf, 1.0: 0.0, -1.0: math.nan}),
        ("log1p", {math.inf: math.inf, -1.0: -math.inf, 0.0: 0.0, -2.0: math.nan, 5e-324: 5e-324}),
        ("softplus", {math.inf: math.inf, -math.inf: 0.0}),
        ("tanh", {math.inf: 1.0, -math.inf: -1.0, 0.0: 0.0, 5e-324: 5e-324}),
        ("sin", {math.inf: math.nan, 0.0: 0.0, 5e-324: 5e-324}),
        ("cos", {-math.inf: math.nan, 0.0: 1.0}),
        ("erf", {math.inf: 1.0, -math.inf: -1.0, 0.0: 0.0}),
    ],
)
def test_ends_and_special_values(name: str, values: dict[float, float]) -> None:
    function = CASES[name][0]
    for x, expected in {**values, math.nan: math.nan}.items():
        found = at(function, x)
        assert found == expected or (math.isnan(found) and math.isnan(expected)), (x, found)


@pytest.mark.parametrize("name", ["expm1", "tanh", "sin", "erf", "log1p"])
def test_zero_keeps_its_sign(name: str) -> None:
    assert math.copysign(1, at(CASES[name][0], -0.0)) == -1


def test_single_precision_is_rounded_once() -> None:
    x = np.linspace(-3, 3, 101, dtype=np.float32)
    found = elementary.exp(x)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, np.exp(x.astype(np.float64)).astype(np.float32))


def test_what_is_written_into_an_array_may_be_its_own_argument() -> None:
    x = np.asfortranarray(np.random.default_rng(1).standard_normal((3, 4)))
    expected = elementary.exp(x)
    for operation in elementary.exp.into(x, x):
        operation()
    np.testing.assert_array_equal(x, expected)


@given(st.floats(0, 1), st.integers(0, 10**6))
def test_a_whole_power_is_off_by_no_more_than_its_exponent(base: float, exponent: int) -> None:
    exact = Fraction(base) ** min(exponent, 300)
    found = integer_power(base, min(exponent, 300))
    assert abs(Fraction(found) - exact) <= exact * Fraction(min(exponent, 300), 2**53) + Fraction(5e-324) * 300


def decimal_parts(values: list[Decimal]) -> tuple[list[float], list[float]]:
    """The values rounded, and what the rounding took away."""
    near = [float(value) for value in values]
    return near, [float(value - Decimal(first)) for value, first in zip(values, near, strict=True)]


def test_the_tables_are_those_of_fifty_digits_to_the_last_bit() -> None:
    with localcontext(prec=50):
        powers = decimal_parts([Decimal(2) ** (Decimal(j) / 64) for j in range(64)])
        logarithms = [(Decimal(g) / 128).ln() for g in range(65, 129)]
        near = [math.ldexp(round(value * 2**32), -32) for value in logarithms]
        rest = [float(value - Decimal(first)) for value, first in zip(logarithms, near, strict=True)]
        exponentials = [(Decimal(2 * g) / 64).exp() for g in range(22 * 64 + 1)]
        tangents = [(power - 1) / (power + 1) for power in exponentials]
        slopes = [float(1 - value * value) for value in tangents]
        of_tangents = *decimal_parts(tangents), slopes
    assert [table.tolist() for table in elementary._powers()] == list(powers)
    assert [table[65:].tolist() for table in elementary._logarithms()] == [near, rest]
    assert [table[22 * 64 :].tolist() for table in elementary._tanh_tables()] == list(of_tangents)
    assert [table[0] for table in elementary._tanh_tables()] == [-of_tangents[0][-1], -of_tangents[1][-1], slopes[-1]]
