"""Activations and losses against values known in closed form."""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuinet.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from tuinet.nn.arithmetic import ARITHMETICS, Arithmetic
from tuinet.nn.losses import LOSSES
from tuinet.nn.parameters import Array
from tuinet.nn.training import straight_line

HUGE = 1e300


@pytest.fixture(params=ARITHMETICS)
def f(request: pytest.FixtureRequest) -> Arithmetic:
    """Each arithmetic."""
    return ARITHMETICS[request.param]()


VALUES = {
    "sigmoid": {0.0: 0.5, 1.0: 0.7310585786300049, -1.0: 0.2689414213699951, HUGE: 1.0, -HUGE: 0.0},
    "tanh": {0.0: 0.0, 1.0: 0.7615941559557649, -1.0: -0.7615941559557649, HUGE: 1.0, -HUGE: -1.0},
    "relu": {0.0: 0.0, 1.5: 1.5, -1.5: 0.0, HUGE: HUGE, -HUGE: 0.0},
    "leaky_relu": {0.0: 0.0, 1.5: 1.5, -1.5: -0.015, HUGE: HUGE, -HUGE: -HUGE / 100},
    "elu": {0.0: 0.0, 1.5: 1.5, -1.0: -0.6321205588285577, HUGE: HUGE, -HUGE: -1.0, -1e-20: -1e-20},
    "gelu": {0.0: 0.0, 1.0: 0.8413447460685429, -1.0: -0.15865525393145707, HUGE: HUGE, -HUGE: 0.0},
    "silu": {0.0: 0.0, 1.0: 0.7310585786300049, -1.0: -0.2689414213699951, HUGE: HUGE, -HUGE: 0.0},
    "softplus": {
        0.0: 0.6931471805599453,
        1.0: 1.3132616875182228,
        HUGE: HUGE,
        -HUGE: 0.0,
        -50.0: 1.928749847963918e-22,
    },
    "softsign": {0.0: 0.0, 1.0: 0.5, -3.0: -0.75, HUGE: 1.0, -HUGE: -1.0},
    "sin": {0.0: 0.0, 1.0: 0.8414709848078965, -1.0: -0.8414709848078965},
    "linear": {0.0: 0.0, 1.5: 1.5, -1.5: -1.5, HUGE: HUGE},
    "step": {0.0: 0.0, 1e-300: 1.0, -1e-300: 0.0, HUGE: 1.0, -HUGE: 0.0},
}
SLOPES = {
    "sigmoid": {0.0: 0.25, 1.0: 0.19661193324148185, HUGE: 0.0, -HUGE: 0.0},
    "tanh": {0.0: 1.0, 1.0: 0.41997434161402614, HUGE: 0.0, -HUGE: 0.0},
    "relu": {0.0: 0.0, 1e-300: 1.0, -1e-300: 0.0, HUGE: 1.0},
    "leaky_relu": {0.0: 0.01, 1e-300: 1.0, -1e-300: 0.01, HUGE: 1.0, -HUGE: 0.01},
    "elu": {0.0: 1.0, 2.0: 1.0, -1.0: 0.36787944117144233, HUGE: 1.0, -HUGE: 0.0},
    "gelu": {0.0: 0.5, 1.0: 1.0833154705876864, -1.0: -0.0833154705876864, HUGE: 1.0, -HUGE: 0.0},
    "silu": {0.0: 0.5, 1.0: 0.9276705118714869, -1.0: 0.0723294881285131, HUGE: 1.0, -HUGE: 0.0},
    "softplus": {0.0: 0.5, 1.0: 0.7310585786300049, HUGE: 1.0, -HUGE: 0.0},
    "softsign": {0.0: 1.0, 1.0: 0.25, -3.0: 0.0625, HUGE: 0.0, -HUGE: 0.0},
    "sin": {0.0: 1.0, 1.0: 0.5403023058681398},
    "linear": {0.0: 1.0, 5.0: 1.0},
    "step": {0.0: 0.0, 5.0: 0.0, -5.0: 0.0},
}


def activate(f: Arithmetic, name: str, z: Array) -> tuple[Array, Array]:
    a, slope = np.zeros_like(z), np.ones_like(z)
    with np.errstate(over="ignore", invalid="ignore"):
        for operation in (*ACTIVATIONS[name].forward(f, z, a), *ACTIVATIONS[name].derivative(f, z, a, slope)):
            operation()
    return a, slope


def test_the_tables_of_this_test_are_complete() -> None:
    assert VALUES.keys() == SLOPES.keys() == ACTIVATIONS.keys()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_have_their_known_values(f: Arithmetic, name: str) -> None:
    z = np.array(list(VALUES[name]))
    np.testing.assert_allclose(activate(f, name, z)[0], list(VALUES[name].values()), rtol=4e-15, atol=1e-16)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_derivatives_have_their_known_values(f: Arithmetic, name: str) -> None:
    z = np.array(list(SLOPES[name]))
    np.testing.assert_allclose(activate(f, name, z)[1], list(SLOPES[name].values()), rtol=4e-15, atol=1e-16)


def cross_entropy(f: Arithmetic, z: float, y: int) -> float:
    logits = np.array([[z]])
    return float(LOSSES["cross-entropy"]["sigmoid"].values(f, logits, logits, np.array([[float(y)]]))[0])


def exact_cross_entropy(z: float, y: int) -> float:
    with localcontext() as context:
        # 1 + e^−|z| has its first nonzero decimal behind as many zeros as |z| / ln 10.
        context.prec = 40 + int(abs(z) / 2.3)
        return float((1 + (Decimal(z) if not y else -Decimal(z)).exp()).ln())


@settings(max_examples=50)
@given(f=st.sampled_from([make() for make in ARITHMETICS.values()]), z=st.floats(-700, 700), y=st.integers(0, 1))
def test_cross_entropy_is_exact_from_the_logits(f: Arithmetic, z: float, y: int) -> None:
    assert cross_entropy(f, z, y) == pytest.approx(exact_cross_entropy(z, y), rel=1e-14, abs=1e-300)


def test_cross_entropy_is_exact_at_the_ends(f: Arithmetic) -> None:
    # e^−10000 is 0 in double precision, and 10000 + e^−10000 is 10000.
    assert [cross_entropy(f, z, y) for z, y in ((1e4, 0), (1e4, 1), (-1e4, 0), (-1e4, 1))] == [1e4, 0.0, 0.0, 1e4]


LOSS_VALUES = {
    # z = a for the linear output; two samples of two outputs each, worked by hand.
    "mse": [(0.25 + 4) / 2, (9 + 0) / 2],
    "sse": [0.5 * (0.25 + 4), 0.5 * 9],
    "mae": [(0.5 + 2) / 2, 3 / 2],
    "huber": [(0.125 + 1.5) / 2, 2.5 / 2],
}


@pytest.mark.parametrize("name", LOSS_VALUES)
def test_losses_have_their_known_values(f: Arithmetic, name: str) -> None:
    a, y = np.array([[0.5, 1.0], [3.0, 2.0]]), np.array([[1.0, -1.0], [0.0, 2.0]])
    np.testing.assert_allclose(LOSSES[name]["linear"].values(f, a, a, y), LOSS_VALUES[name], rtol=1e-15)


def test_softmax_cross_entropy_is_exact_from_the_logits(f: Arithmetic) -> None:
    z, y = np.array([[1e4, 0.0, -1e4], [0.0, 0.0, 0.0], [1.0, 2.0, 3.0]]), np.eye(3)
    expected = [0.0, 1.0986122886681098, 0.4076059644443803]
    np.testing.assert_allclose(LOSSES["cross-entropy"]["softmax"].values(f, z, z, y), expected, rtol=1e-15)
    a = np.zeros((3, 3), order="F")
    for operation in OUTPUT_ACTIVATIONS["softmax"].forward(f, np.asfortranarray(z), a):
        operation()
    np.testing.assert_allclose(a[2], [0.09003057317038046, 0.24472847105479764, 0.6652409557748219], rtol=1e-15)
    np.testing.assert_array_equal(a[0], [1.0, 0.0, 0.0])


def test_straight_line_makes_the_calls_in_order_so_many_times() -> None:
    calls: list[int] = []
    straight_line([lambda: calls.append(1), lambda: calls.append(2)])(3)
    assert calls == [1, 2] * 3


def test_straight_line_of_nothing_does_nothing() -> None:
    straight_line([])(5)
