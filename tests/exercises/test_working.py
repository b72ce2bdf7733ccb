"""The way from a wrong answer to a hint and to the line, and how a series gets harder."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tuinet.exercises.phase import exercise_of_phase
from tuinet.exercises.series import ExerciseSeries, series
from tuinet.exercises.topic import LEVELS, TOPICS, exercise
from tuinet.exercises.working import Working
from tuinet.explain.explanation import Line
from tuinet.lessons.reader import experiment_of
from tuinet.observe.view import View
from tuinet.session.session import Session

HAND = (
    "--dataset xor --hidden 2 --batch-size 1 --activation relu --output linear --loss sse"
    " --initializer constant --init-scale 0.5 --learning-rate 0.2"
)


def at_phase(phases: int, options: str = HAND) -> Working:
    session = Session(experiment_of(options))
    for _ in range(phases):
        session.step("phase")
    return Working(exercise_of_phase(session.snapshot(View(step=True))))


def shown(working: Working) -> str:
    return "\n".join(" = ".join((line.left, *line.sides)) for line in working.lines if isinstance(line, Line))


def test_a_right_answer_fills_the_blank_in_and_asks_for_the_next() -> None:
    begun = at_phase(2)
    assert "z = w₁·x₁ + w₂·x₂ + b = ?" in shown(begun)
    found = begun.answered("1/2")
    assert (found.filled, found.found, found.alone, found.tone) == (1, 1, 1, "right")
    assert "z = w₁·x₁ + w₂·x₂ + b = 0.5·1 + 0.5·0 + 0 = 0.5" in shown(found)
    done = found.answered("0,5")
    assert done.is_done and done.blank is None and done.total == "2 of 2 found, 2 at once"
    assert done.answered("7") is done


def test_help_comes_step_by_step_and_the_third_wrong_answer_is_told_the_line() -> None:
    begun = at_phase(6)
    first = begun.answered("0.25")
    assert first.words == "0.500 too large: the sign is wrong." and not first.hint
    assert "0.5·(−0.5)" not in shown(first)
    second = first.answered("0.3")
    assert second.hint and "∂L/∂a = w₅·δ₁ = 0.5·(−0.5) = ?" in shown(second)
    third = second.answered("0.3")
    assert third.filled == 1 and not third.found
    assert third.words.endswith("The solution: ∂L/∂a = w₅·δ₁ = 0.5·(−0.5) = −0.25.")
    late = first.answered("-0.25")
    assert (late.found, late.alone) == (1, 0)


def test_nothing_typed_asks_for_help_and_what_cannot_be_read_costs_nothing() -> None:
    begun = at_phase(4)
    asked = begun.answered("  ")
    assert asked.words == "The formula is L₁ = ½·(a − y)²: put the numbers in." and asked.filled == 0
    assert asked.answered("").filled == 1
    unread = begun.answered("half of it")
    assert unread.tone == "wrong" and unread.attempts == 0 and "no number" in unread.words


def test_what_a_blank_begins_with_is_told_without_what_was_found_before() -> None:
    forward, backward = at_phase(2).exercise.blanks, at_phase(6).exercise.blanks
    assert forward[0].given == ("w₁ = 0.5", "x₁ = 1", "w₂ = 0.5", "x₂ = 0", "b = 0")
    assert forward[1].given == ()
    assert backward[0].given == ("w₅ = 0.5", "δ₁ = −0.5")
    assert backward[3].given is None  # a sum over samples: the numbers themselves are shown
    working = replace(at_phase(6), filled=3)
    assert "∂L/∂w₁ = Σ δ·x₁ = (−0.25)·1 = ?" in shown(working)


def test_a_phase_without_numbers_has_no_blanks() -> None:
    assert at_phase(1).is_done


@pytest.mark.parametrize("topic", TOPICS)
def test_answers_as_they_are_asked_solve_any_exercise(topic: str) -> None:
    working = Working(exercise(topic, 2, 5))
    while working.blank is not None:
        assert working.blank.given is None or all(" = " in told for told in working.blank.given)
        working = working.answered(working.blank.answer)
    assert working.alone == len(working.exercise.blanks) > 0


def solved(one: ExerciseSeries, answers: int) -> Working:
    """So many blanks found at once, the others told."""
    working = one.working()
    while working.blank is not None:
        right = working.filled < answers
        working = working.answered(working.blank.answer) if right else working.answered("").answered("")
    return working


def test_a_series_gets_harder_where_all_was_found_and_easier_where_little_was() -> None:
    begun = series("forward", seed=3)
    harder = begun.after(solved(begun, 99))
    assert (harder.level, harder.index) == (2, 1)
    easier = harder.after(solved(harder, 0))
    assert (easier.level, easier.index) == (1, 2)
    assert easier.after(solved(easier, 0)).level == LEVELS[0]
    fixed = series("forward", 3)
    assert fixed.after(solved(fixed, 99)).level == 3


def test_a_series_of_all_topics_takes_them_in_turn() -> None:
    one = series()
    seen = []
    for _ in TOPICS:
        seen.append(one.topic)
        one = one.after(solved(one, 99))
    assert seen == list(TOPICS) and one.level == 2 and one.topic == seen[0]
    assert one.words.startswith(f"{len(TOPICS)} exercises, {one.found} of {one.found} numbers found")


def slope_of_sigmoid() -> Working:
    sigmoid = at_phase(5, "--dataset xor --hidden 2 --loss mse")
    while sigmoid.blank is not None and sigmoid.blank.line.left != "f′(z)":
        sigmoid = sigmoid.answered(sigmoid.blank.answer)
    return sigmoid


def test_a_slope_answered_by_the_square_of_the_activation_has_a_wrong_factor() -> None:
    sigmoid = slope_of_sigmoid()
    assert sigmoid.blank is not None
    a = float(sigmoid.blank.line.numbers[0].partition("·")[0])
    assert sigmoid.answered(f"{a * a:.3f}").words.endswith(": the factors are a·a in place of a·(1 − a).")


def test_solutions_have_the_digits_that_are_asked_unless_they_are_exact() -> None:
    short = 0
    for topic in TOPICS:
        for blank in (blank for seed in range(6) for blank in exercise(topic, 2, seed).blanks if not blank.shape):
            decimals = len(blank.line.result.partition(".")[2])
            is_exact = float(blank.line.result.replace("−", "-")) == pytest.approx(blank.value, rel=1e-12, abs=0)
            assert is_exact or decimals >= blank.asked.decimals, (topic, blank.line)
            short += decimals < blank.asked.decimals
    assert short, "what is exact has no zeros behind it"


def test_of_two_numbers_alike_the_one_whose_minus_is_lost_is_named() -> None:
    named = {
        mistake.where
        for seed in range(12)
        for blank in exercise("loss", 2, seed).blanks
        for mistake in blank.mistakes
        if mistake.kind == "sign of a number"
    }
    assert any(" in " in where for where in named), named
    assert any(" = −" in where for where in named), named


def test_a_slope_answered_by_the_activation_lacks_the_other_factor() -> None:
    sigmoid = slope_of_sigmoid()
    assert sigmoid.blank is not None and sigmoid.blank.line.symbols == "a·(1 − a)"
    a = sigmoid.blank.line.numbers[0].partition("·")[0]
    assert "the factor 1 − a" in sigmoid.answered(a).words
