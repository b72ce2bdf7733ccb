"""Activations and losses against values known in closed form."""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tuinet.nn.activations import ACTIVATIONS
from tuinet.nn.arrays import Array
from tuinet.nn.losses import LOSSES
from tuinet.nn.straight_line import straight_line

VALUES = {
    "sigmoid": {0.0: 0.5, 1.0: 0.7310585786300049, -1.0: 0.2689414213699951, 800.0: 1.0, -800.0: 0.0},
    "tanh": {0.0: 0.0, 1.0: 0.7615941559557649, -1.0: -0.7615941559557649, 800.0: 1.0, -800.0: -1.0},
    "relu": {0.0: 0.0, 1.5: 1.5, -1.5: 0.0, 1e300: 1e300},
    "linear": {0.0: 0.0, 1.5: 1.5, -1.5: -1.5, 1e300: 1e300},
}
SLOPES = {
    "sigmoid": {0.0: 0.25, 1.0: 0.19661193324148185, 800.0: 0.0},
    "tanh": {0.0: 1.0, 1.0: 0.41997434161402614, -800.0: 0.0},
    "relu": {0.0: 0.0, 1e-300: 1.0, -1e-300: 0.0, 2.0: 1.0},
    "linear": {0.0: 1.0, 5.0: 1.0},
}


def activate(name: str, z: Array) -> tuple[Array, Array]:
    a, slope = np.zeros_like(z), np.ones_like(z)
    for operation in (*ACTIVATIONS[name].forward(z, a), *ACTIVATIONS[name].derivative(z, a, slope)):
        operation()
    return a, slope


def test_the_tables_of_this_test_are_complete() -> None:
    assert VALUES.keys() == SLOPES.keys() == ACTIVATIONS.keys()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_have_their_known_values(name: str) -> None:
    z = np.array(list(VALUES[name]))
    np.testing.assert_allclose(activate(name, z)[0], list(VALUES[name].values()), rtol=1e-15)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_derivatives_have_their_known_values(name: str) -> None:
    z = np.array(list(SLOPES[name]))
    np.testing.assert_allclose(activate(name, z)[1], list(SLOPES[name].values()), rtol=1e-15)


def exact_cross_entropy(z: float, y: int) -> float:
    with localcontext() as context:
        # 1 + e^−|z| has its first nonzero decimal behind as many zeros as |z| / ln 10.
        context.prec = 40 + int(abs(z) / 2.3)
        context.Emin, context.Emax = -(10**9), 10**9
        return float((1 + (Decimal(z) if not y else -Decimal(z)).exp()).ln())


@settings(deadline=None, max_examples=40)
@example(z=1e4, y=0)
@example(z=1e4, y=1)
@example(z=-1e4, y=1)
@given(z=st.floats(-1e3, 1e3), y=st.integers(0, 1))
def test_cross_entropy_is_exact_from_the_logits(z: float, y: int) -> None:
    logits = np.array([[z]])
    loss = LOSSES["cross-entropy"].values(logits, logits, np.array([[float(y)]]))[0]
    assert loss == pytest.approx(exact_cross_entropy(z, y), rel=1e-14, abs=1e-300)


def test_straight_line_makes_the_calls_in_order_so_many_times() -> None:
    calls: list[int] = []
    straight_line([lambda: calls.append(1), lambda: calls.append(2)])(3)
    assert calls == [1, 2] * 3


def test_straight_line_of_nothing_does_nothing() -> None:
    straight_line([])(5)
