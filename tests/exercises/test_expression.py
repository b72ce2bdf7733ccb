from __future__ import annotations

import pytest

from tuinet.exercises.expression import Expression, NoArithmeticError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.3·1 + (−0.2)·0.5 + 0.1", 0.3),
        ("½·(0.6 − 1)²", 0.08),
        ("1 / (1 + e^(−0))", 0.5),
        ("√(4 + 5)", 3.0),
        ("2 / (√4 + 1e−8)", 1.0),
        ("1 / (1 + |−1|)", 0.5),
        ("(½·(0.5)² where |0.5| < 1, else |0.5| − ½)", 0.125),
        ("(1 where −2 > 0, else 0)", 0.0),
        ("max(0, 1 − (−1)·0.5)", 1.5),
        ("−0·ln(0.5) − (1 − 0)·ln(1 − 0.5)", 0.693147),
        ("[… 3 terms: 0.5] + 1", 1.5),
        ("sign(−3)", -1.0),
        ("e^(−½·2²) / √(2·π)", 0.0539910),
    ],
)
def test_what_explanations_write_is_worked_out(text: str, value: float) -> None:
    assert Expression.of(text).value() == pytest.approx(value, abs=1e-6)


def test_a_step_may_be_changed() -> None:
    expression = Expression.of("2·3 + 4")
    assert expression.value({(0, 1): lambda work: 5.0}) == 14
    assert expression.value({(): lambda work: work((0,)) - work((1,))}) == 2
    assert expression.value(at=(0,)) == 6
    assert expression.written((0,)) == "2·3"


def test_numbers_bear_the_symbols_of_a_formula_that_is_made_alike() -> None:
    expression = Expression.of("0.9·(−0.5) + (1 − 0.9)·0.2")
    symbols = expression.symbols("m = beta1·m_old + (1 − beta1)·g")
    assert {expression.written(place): symbols[place] for place in ((0, 1), (1, 0), (1, 1))} == {
        "−0.5": "m_old",
        "1 − 0.9": "1 − beta1",
        "0.2": "g",
    }
    assert expression.symbols("Σ δ·x₁") == {}


@pytest.mark.parametrize("text", ["a + 1", "1 +", "f(2)", "1 / 0", "", "(" * 5000])
def test_what_is_no_calculation_is_refused(text: str) -> None:
    with pytest.raises(NoArithmeticError):
        Expression.of(text).value()
