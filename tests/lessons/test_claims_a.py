"""What lessons 1, 4, 5 and 6 say and no claim can: about weights set by hand, and about curvature."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tuinet.explain.published import EXAMPLES
from tuinet.lessons.conditions import parse_condition
from tuinet.lessons.reader import experiment_of
from tuinet.lessons.situation import Situation
from tuinet.observe.step import check_run
from tuinet.observe.view import View
from tuinet.session.edits import SetParameter
from tuinet.session.session import Session
from tuinet.tui.messages import nudged

VIEW = View(1, 1, step=True)
AND = "--dataset and --hidden none --initializer zeros"
STEP = (
    "--dataset xor --hidden 2 --batch-size 1 --activation relu --output linear --loss sse "
    "--initializer constant --init-scale 0.5 --learning-rate 0.2"
)
OR = "--dataset or --hidden none --initializer constant --init-scale 4"


def neuron(options: str, weight_1: float, weight_2: float, bias: float) -> Session:
    session = Session(experiment_of(options))
    for row, value in ((0, weight_1), (1, weight_2), (None, bias)):
        session.edit(SetParameter(1, row, 0, value))
    return session


def holds(session: Session, condition: str) -> bool:
    return parse_condition(condition).holds(Situation(session.snapshot(VIEW)))


def test_with_one_weight_of_4_only_x1_counts() -> None:
    session = neuron(AND, 4, 0, 0)
    for _ in range(2):
        session.step("phase")
    assert holds(session, "a(1, 1, 1) == 0.5 and a(1, 1, 2) == 0.5 and a(1, 1, 3) == a(1, 1, 4)")
    assert holds(session, "round(1000 * a(1, 1, 3)) == 982")


def test_with_two_equal_weights_the_line_runs_where_the_inputs_add_up_to_0() -> None:
    session = neuron(AND, 4, 4, 0)
    for _ in range(2):
        session.step("phase")
    assert holds(session, "z(1, 1, 1) == 0 and z(1, 1, 2) == 4 and z(1, 1, 3) == 4 and z(1, 1, 4) == 8")
    assert holds(session, "correct == 2")


@pytest.mark.parametrize(("options", "bias", "is_right"), [(AND, -6, True), (AND, -2, False), (AND, 2, False)])
def test_of_three_biases_one_makes_an_and(options: str, bias: float, is_right: bool) -> None:
    assert holds(neuron(options, 4, 4, bias), "correct == 4") is is_right


@pytest.mark.parametrize(("bias", "is_right"), [(-6, False), (-3.99, True), (-2, True), (-0.01, True), (2, False)])
def test_of_three_biases_one_makes_an_or(bias: float, is_right: bool) -> None:
    assert holds(neuron(OR, 4, 4, bias), "correct == 4") is is_right


def test_a_nudge_of_zero_is_a_twentieth() -> None:
    value = 0.0
    for _ in range(5):
        value = nudged(value, 1)
    assert math.isclose(value, 0.25)


def test_who_has_the_larger_weight_gets_the_larger_blame() -> None:
    session = Session(experiment_of(STEP))
    session.edit(SetParameter(2, 1, 0, 1.0))
    for _ in range(6):
        session.step("phase")
    assert holds(session, 'phase == "backward 1" and a(2, 1, 1) == 0.75 and delta(2, 1, 1) == -0.25')
    assert holds(session, "delta(1, 2, 1) == -0.25 and delta(1, 1, 1) == -0.125")


def test_the_gradient_check_agrees_where_the_lesson_opens_it() -> None:
    session = Session(experiment_of(STEP))
    session.step("batch")
    assert check_run(session.run).is_within_rounding


def test_the_published_example_has_19_numbers() -> None:
    assert len(EXAMPLES["mazur"].numbers) == 19


def test_a_nudge_breaks_the_symmetry() -> None:
    session = Session(experiment_of("--dataset xor --hidden 4 --initializer constant --init-scale 0.5"))
    session.edit(SetParameter(1, 0, 0, nudged(0.5, 1)))
    assert holds(session, "weight(1, 1, 1) == 0.55")
    session.advance(3000)
    assert holds(session, "correct == 4 and round(100 * loss) == 1 and spread(1) > 1")


def test_the_valley_of_and_is_as_steep_and_as_flat_as_the_lesson_says() -> None:
    inputs = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
    curvatures = np.linalg.eigvalsh(2 / len(inputs) * inputs.T @ inputs)
    assert f"{curvatures[-1]:.2f}" == "3.19"
    assert f"{curvatures[0]:.2f}" == "0.31"
    assert f"{2 / curvatures[-1]:.3f}" == "0.628"
