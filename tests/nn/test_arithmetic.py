"""Portable arithmetic: the order of its sums, its powers, and XOR in plain Python floats as its oracle."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import DTypeLike

from tests.nn.factories import XOR_X, XOR_Y
from tuinet.experiment.experiment import Experiment
from tuinet.nn import arithmetic
from tuinet.nn.arithmetic import ARITHMETICS, FAST, Product, has_usual_tanh, ordered_products, portable
from tuinet.nn.initializers import INITIALIZERS
from tuinet.nn.parameters import Array
from tuinet.session.session import Session

SIZES = st.integers(1, 40)
PRODUCTS = {name: tuple(ordered_products(np.dtype(name))) for name in ("float64", "float32")}


def plain_product(a: Array, b: Array) -> Array:
    """The sum over the inner index from the last to the first, one product at a time."""
    total = np.zeros((a.shape[0], b.shape[1]), a.dtype)
    for index in range(a.shape[1] - 1, -1, -1):
        total += a[:, index, np.newaxis] * b[index]
    return total


def run(product: Product, a: Array, b: Array) -> Array:
    out = np.full((a.shape[0], b.shape[1]), np.nan, a.dtype)
    for operation in product(a, b, out):
        operation()
    return out


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@given(rows=SIZES, inner=SIZES, columns=SIZES, seed=st.integers(0, 99), turned=st.tuples(st.booleans(), st.booleans()))
def test_every_form_of_the_product_sums_in_the_same_order(
    dtype: DTypeLike, rows: int, inner: int, columns: int, seed: int, turned: tuple[bool, bool]
) -> None:
    generator = np.random.default_rng(seed)
    a, b = (
        generator.standard_normal((rows, inner)).astype(dtype),
        generator.standard_normal((inner, columns)).astype(dtype),
    )
    a, b = np.asfortranarray(a) if turned[0] else a, np.asfortranarray(b) if turned[1] else b
    expected = plain_product(a, b)
    assert run(portable().product, a, b).tobytes() == expected.tobytes()
    for product in PRODUCTS[np.dtype(dtype).name]:
        assert run(product, a, b).tobytes() == expected.tobytes()


def test_there_is_a_form_that_needs_nothing_undocumented() -> None:
    for dtype in (np.float64, np.float32):
        assert arithmetic._summed_product in ordered_products(np.dtype(dtype))


def test_products_with_nothing_in_them_and_with_infinities() -> None:
    a, b = np.array([[np.inf, 1.0]]), np.array([[0.0], [2.0]])
    with np.errstate(all="ignore"):
        assert math.isnan(run(portable().product, a, b)[0, 0])
    assert run(portable().product, np.ones((2, 3)), np.zeros((3, 0))).shape == (2, 0)


@pytest.mark.skipif(not has_usual_tanh(), reason="the oracle takes NumPy's tanh, and this machine has another")
def test_xor_in_plain_floats_has_the_same_bits() -> None:
    session = Session(Experiment(arithmetic="portable"), records=False)
    (w11, w12), (w21, w22), (b1, b2) = session.run.parameters.blocks[0].tolist()
    (v1,), (v2,), (c,) = session.run.parameters.blocks[1].tolist()

    def sigma(z: float) -> float:
        return 0.5 * float(np.tanh(z * 0.5)) + 0.5

    for _ in range(500):
        g11 = g12 = g21 = g22 = gb1 = gb2 = gv1 = gv2 = gc = 0.0
        # From the last to the first, as every sum.
        for (x1, x2), (y,) in reversed(list(zip(XOR_X.tolist(), XOR_Y.tolist(), strict=True))):
            h1, h2 = sigma(b1 + w21 * x2 + w11 * x1), sigma(b2 + w22 * x2 + w12 * x1)
            delta = (sigma(c + v2 * h2 + v1 * h1) - y) * 0.25
            d1, d2 = delta * v1 * (h1 - h1 * h1), delta * v2 * (h2 - h2 * h2)
            gv1, gv2, gc = gv1 + h1 * delta, gv2 + h2 * delta, gc + delta
            g11, g21, gb1 = g11 + x1 * d1, g21 + x2 * d1, gb1 + d1
            g12, g22, gb2 = g12 + x1 * d2, g22 + x2 * d2, gb2 + d2
        w11, w21, b1 = w11 - g11 * 0.5, w21 - g21 * 0.5, b1 - gb1 * 0.5
        w12, w22, b2 = w12 - g12 * 0.5, w22 - g22 * 0.5, b2 - gb2 * 0.5
        v1, v2, c = v1 - gv1 * 0.5, v2 - gv2 * 0.5, c - gc * 0.5
    session.advance(500)
    assert session.run.parameters.vector.tolist() == [w11, w12, w21, w22, b1, b2, v1, v2, c]


def test_the_powers_of_a_softmax_are_right_to_thirteen_digits_where_they_count() -> None:
    x = -np.linspace(0, 30, 10_001)
    np.testing.assert_allclose(portable().softmax_power(x), np.exp(x), rtol=4e-13)
    x = -np.linspace(30, 100, 10_001)
    np.testing.assert_allclose(portable().softmax_power(x), np.exp(x), rtol=2e-5)
    assert portable().softmax_power(np.array([0.0, -np.inf, -200.0])).tolist() == [1.0, 0.0, 0.0]


@given(base=st.floats(0, 1), exponent=st.integers(0, 10**6) | st.floats(0, 100))
def test_powers_are_those_of_the_c_library_up_to_rounding(base: float, exponent: float) -> None:
    expected = FAST.power(base, exponent)
    assert portable().power(base, exponent) == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_cosines_of_a_half_wave_are_those_of_the_c_library_up_to_rounding() -> None:
    for x in np.linspace(0, math.pi, 101).tolist():
        assert portable().cosine(x) == pytest.approx(math.cos(x), rel=1e-15, abs=1e-16)


@pytest.mark.parametrize(("fan_in", "fan_out"), [(5, 3), (3, 5), (4, 4), (1, 1)])
def test_an_orthogonal_draw_is_the_same_but_for_rounding(fan_in: int, fan_out: int) -> None:
    initializer = INITIALIZERS["orthogonal"]
    assert initializer.portable_draw is not None
    by_lapack, by_columns = (
        draw(fan_in, fan_out, np.random.default_rng(3)) for draw in (initializer.draw, initializer.portable_draw)
    )
    np.testing.assert_allclose(by_columns, by_lapack, atol=1e-13)


@pytest.mark.parametrize("name", ["exp", "expm1", "log", "log1p", "softplus", "tanh", "sin", "cos", "erf"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_both_arithmetics_have_the_same_functions(name: str, dtype: DTypeLike) -> None:
    x = np.linspace(0.01, 3, 50).astype(dtype)
    found, expected = (getattr(ARITHMETICS[kind](), name)(x) for kind in ("portable", "fast"))
    assert found.dtype == expected.dtype == dtype
    np.testing.assert_allclose(found, expected, rtol=1e-14 if dtype == np.float64 else 1e-6)
