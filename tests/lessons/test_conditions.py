from __future__ import annotations

import math
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_snapshot
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.lessons.conditions import parse_condition
from tuinet.lessons.situation import NAMES, Situation
from tuinet.observe.view import View
from tuinet.session.session import Session

STUB = Situation(make_snapshot(), running=True, speed=100.0, panel=6, screen="microscope")
"""XOR in epoch 1,240 at a loss of 0.2143, all four right; weights of layer 1 are -5, -1.67, 1.67, 5."""


@pytest.mark.parametrize(
    ("source", "is_true"),
    [
        ("loss < 0.2144", True),
        ("loss < 0.2142", False),
        ("0.2 < loss < 0.3", True),
        ("0.2 < loss < 0.21", False),
        ("epoch >= 1240 and correct == 4", True),
        ("epoch > 1240 or accuracy == 1", True),
        ("not epoch > 1240", True),
        ("abs(loss - ln(2)) < 0.01 * ln(2)", False),
        ("abs(-loss) == loss and +loss == loss", True),
        ("2 ** 3 == 8 and 7 / 2 == 3.5 and 1 - 2 * 3 == -5", True),
        ("min(3, 1, 2) == 1 and max(loss, 5) == 5 and sqrt(9) == 3 and log10(100) == 2", True),
        ("round(exp(1) * 100) == 272 and round(pi * 100) == 314", True),
        ("test_loss < 1", False),
        ("test_loss >= 1", False),
        ("not test_loss < 1", True),
        ("loss / 0 > 1", False),
        ("ln(0 - loss) < 1", False),
        ("10 ** 10000 > 1", False),
        ('activation == "sigmoid" and hidden == "2" and optimizer != "adam"', True),
        ("learning_rate == 0.5 and seed == 1 and batch_size == 0", True),
        ("beta2 == 1", False),
        ("running and not paused and speed == 100", True),
        ('panel == 6 and screen == "microscope"', True),
        ('phase == ""', True),
        ("layers == 2 and parameters == 9 and neurons(1) == 2 and neurons(-1) == 1", True),
        ("weight(1, 1, 1) == -5 and weight(1, 2, 2) == 5 and weight(-2, -1, -1) == 5", True),
        ("bias(1, 2) == 1 and bias(2, 1) == -2.5 and grad(1, 2, 2) == 0.05", True),
        ("weight(3, 1, 1) < 99", False),
        ("weight(0, 1, 1) < 99", False),
        ("weight(1, 9, 1) < 99", False),
        ("abs(weight_norm(1) ** 2 - 500 / 9) < 1e-9", True),
        ("abs(grad_norm(1) / grad_norm(2) - sqrt(500 / 9) / sqrt(50)) < 1e-9", True),
        ("abs(spread(1) - 10 / 3) < 1e-9 and spread(2) == 0", True),
        ("dead(1) == 0 and saturated(1) == 0 and slope(1, 2) == 0.25", True),
        ("delta(1, 1, 1) < 99", False),
        ("recall(1) == 1 and precision(2) == 0 and confusion(1, 1) == 4", True),
        ("past", False),
        ("finite", True),
        ('finding("stuck")', False),
        ("r2 > -1", False),
    ],
)
def test_what_is_true(source: str, is_true: bool) -> None:
    assert parse_condition(source).holds(STUB) is is_true


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("", "is not a condition"),
        ("loss <", "is not a condition"),
        ("loss", "is a number, not a condition"),
        ('"loss"', "is a text, not a condition"),
        ("los < 1", "there is no 'los'; did you mean 'loss'?"),
        ("xyzzy < 1", "there is no 'xyzzy'; loss, epoch"),
        ("grad_norm < 1", "grad_norm wants 1 value in parentheses"),
        ("weight(1) < 1", "weight wants 3 values in parentheses, not 1"),
        ("loss(1) < 1", "loss wants 0 values"),
        ("sqrt(1, 2) < 1", "sqrt wants 1 number, not 2"),
        ("min() < 1", "min wants some numbers, not 0"),
        ('optimizer < "b"', "compares a text with a text"),
        ("optimizer == 1", "compares a text with a number"),
        ('"a" + "b" == "ab"', "is a text, and a number is wanted here"),
        ("loss and epoch", "is a number, and a truth is wanted here"),
        ("paused == True", "True is not needed"),
        ("loss is 1", "compare with <"),
        ("epoch % 2 == 0", "neither a comparison nor arithmetic"),
        ("loss.real < 1", "neither a comparison nor arithmetic"),
        ("[1][0] < 1", "neither a comparison nor arithmetic"),
        ("(lambda: 1)() < 1", "neither a comparison nor arithmetic"),
        ('__import__("os") == 1', "there is no '__import__'"),
        ("abs(x=1) < 1", "neither a comparison nor arithmetic"),
        ("finding(1)", "is a number, and a text is wanted here"),
        ("1 < 2" + " and 1 < 2" * 60, "characters are more than"),
    ],
)
def test_what_is_no_condition(source: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=r".") as error:
        parse_condition(source)
    assert complaint in str(error.value)


@given(st.text(max_size=60))
def test_any_text_is_a_condition_or_refused(source: str) -> None:
    try:
        condition = parse_condition(source)
    except ValueError:
        return
    assert condition.holds(STUB) in (True, False)


def test_every_field_of_the_experiment_can_be_asked_for() -> None:
    assert {field.name for field in fields(Experiment)} <= NAMES.keys()


def test_a_hand_calculation_of_one_step() -> None:
    """XOR without a hidden layer at zero weights: every output is 1/2, every delta (1/2 - y)/4."""
    session = Session(make_experiment(dataset="xor", hidden=(), initializer="zeros"))
    session.step("epoch")
    situation = Situation(session.snapshot(View(1, 1, step=True)))
    condition = parse_condition("z(1,1,1) == 0 and a(1,1,2) == 0.5 and delta(1,1,1) == 1/8 and delta(1,1,2) == -1/8")
    assert condition.needs_step
    assert condition.holds(situation)
    assert parse_condition("x(1, 3) == 1 and x(2, 3) == 0 and bias_grad(1, 1) == 0").holds(situation)
    assert parse_condition('phase == "update" and epoch == 1').holds(situation)


def test_the_facts_are_what_is_asked_for() -> None:
    facts = parse_condition("abs(loss - ln(2)) < grad_norm(1) and test_loss < 1 and pi < 4").facts(STUB)
    assert facts.keys() == {"loss", "grad_norm(1)"}
    assert math.isclose(float(facts["loss"]), 0.2143)
    assert parse_condition("panel == 1").needs_screen
    assert not parse_condition("loss == 1").needs_screen
