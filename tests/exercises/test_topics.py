from __future__ import annotations

import hashlib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.exercises.planted import planted
from tests.exercises.solver import Solver
from tuinet.exercises.checking import check
from tuinet.exercises.exercise import Blank, Exercise
from tuinet.exercises.kinds import GENERIC, KINDS
from tuinet.exercises.topic import LEVELS, TOPICS, exercise
from tuinet.explain.explanation import Remark, rows_of

SOME, MANY = 1, 200
"""Exercises of each level: five times as many of each topic. A single one shows all kinds of mistakes already."""


def texts_of(made: Exercise) -> list[str]:
    return [line.text for line in made.given if isinstance(line, Remark)]


@cache
def solved(topic: str, level: int, seed: int) -> tuple[Exercise, Solver, dict[str, Any]]:
    """An exercise, and its answers from what is printed."""
    made = exercise(topic, level, seed)
    solver = Solver(topic, texts_of(made))
    return made, solver, solver.answers([(blank.name, blank.question) for blank in made.blanks])


def typed(blank: Blank, answer: Any) -> str:
    """An answer with as many digits as are asked."""
    return " x ".join(map(str, answer)) if blank.shape else f"{answer:.{blank.asked.decimals}f}"


def check_one(topic: str, level: int, seed: int, named: Counter[str]) -> None:
    """Hold an exercise against the solver, and its checker against right answers, wrong ones and planted mistakes."""
    made, solver, answers = solved(topic, level, seed)
    assert made.blanks
    exact: dict[str, float] = {}
    for blank in made.blanks:
        where = (topic, level, seed, blank.prompt)
        answer = answers[blank.name]
        if blank.shape:
            assert answer == blank.shape, where
        else:
            # What is printed is rounded: so far may the key be from what it gives.
            assert abs(answer - blank.value) <= 10.0**-blank.asked.decimals, where
            assert check(blank, repr(blank.value)).is_right, where
            assert check(blank, blank.answer, exact).is_right, where
            check_others(blank, where)
        assert check(blank, typed(blank, answer), exact).is_right, where
        check_planted(blank, solver, answer, named, exact)
        exact[blank.name] = 0.0 if blank.shape else answer


def check_others(blank: Blank, where: object) -> None:
    unit = 10.0**-blank.asked.decimals
    for other in (blank.value + 3 * unit, blank.value - 8 * unit, blank.value * 10, blank.value + 1.7):
        verdict = check(blank, repr(other))
        assert not verdict.is_right, (where, other)
        assert verdict.hint, (where, other)
        assert verdict.difference == pytest.approx(other - blank.value), where


def check_planted(blank: Blank, solver: Solver, answer: Any, named: Counter[str], earlier: dict[str, float]) -> None:
    where = (solver.topic, blank.prompt, solver.given.texts)
    for kind, wrong in planted(solver, blank.question, answer):
        verdict = check(blank, typed(blank, wrong), earlier)
        if blank.shape:
            assert verdict.kind == kind or wrong == blank.shape, (where, kind, wrong, verdict)
            named[kind] += verdict.kind == kind
            continue
        if verdict.is_right or (kind in GENERIC and is_shared(blank, kind, wrong)):
            continue
        assert verdict.kind == kind, (where, kind, wrong, verdict)
        named[kind] += 1


def is_shared(blank: Blank, kind: str, wrong: float) -> bool:
    """Whether another mistake leads to the same answer."""
    near = 3 * blank.asked.tolerance
    return any(one.kind != kind and abs(one.value - wrong) <= near for one in blank.mistakes)


KINDS_OF_TOPICS = {
    "forward": "bias, activation, another activation, exponent's sign, sign, sign of a number, sign of a term, term",
    "loss": "half, square, logarithm, mean, sign",
    "output-delta": "target minus output, mean, derivative, needless derivative, derivative at z, another derivative",
    "hidden-delta": "transposed, derivative, derivative at z, another derivative, sign",
    "gradient": "mean twice, one sample, target minus output, derivative, sign",
    "update": "added update, learning rate, root, sign",
    "momentum": "beta, learning rate, added update, sign",
    "adam": "beta, square, bias correction, root, learning rate, added update, sign",
    "softmax": "normalization, exponential, logarithm, target minus output, needless derivative, mean, bias",
    "shapes": "rows and columns, batch left out, another layer, biases left out",
}


def check_topic(topic: str, seeds: int) -> None:
    named: Counter[str] = Counter()
    for level in LEVELS:
        for seed in range(seeds):
            check_one(topic, level, seed, named)
    assert set(KINDS_OF_TOPICS[topic].split(", ")) <= named.keys(), named


@pytest.mark.parametrize("topic", TOPICS)
def test_what_is_printed_leads_to_the_key_and_mistakes_are_called_by_name(topic: str) -> None:
    check_topic(topic, SOME)


@pytest.mark.long
@pytest.mark.parametrize("topic", TOPICS)
def test_a_thousand_exercises_of_a_topic(topic: str) -> None:
    check_topic(topic, MANY)


def test_mistakes_of_many_kinds_are_planted() -> None:
    kinds = {kind for text in KINDS_OF_TOPICS.values() for kind in text.split(", ")}
    assert len(kinds) > 20
    assert kinds <= KINDS.keys()


def test_a_right_answer_that_goes_on_with_rounded_ones_is_right() -> None:
    for topic in TOPICS:
        made = exercise(topic, 3, 7)
        solver, earlier = Solver(topic, texts_of(made)), dict[str, float]()
        for blank in made.blanks:
            answer = solver.answers([(blank.name, blank.question)])[blank.name]
            text = typed(blank, answer)
            verdict = check(blank, text, earlier)
            assert verdict.is_right, (topic, blank.prompt, text, verdict)
            if verdict.value is not None:
                earlier[blank.name] = solver.known[blank.question] = verdict.value


def test_answers_rounded_too_coarsely_are_called_so() -> None:
    for topic in ("forward", "hidden-delta", "adam", "softmax"):
        for blank in exercise(topic, 2, 3).blanks:
            coarse = f"{blank.value:.{blank.asked.decimals - 1}f}"
            if abs(float(coarse) - blank.value) > 2 * blank.asked.tolerance:
                assert check(blank, coarse).kind == "rounding", (topic, blank.prompt, coarse)


def digest(topic: str, level: int, seed: int) -> str:
    made = exercise(topic, level, seed)
    rows = ["".join(span.text for span in row) for row in rows_of(made.given, 80)]
    lines = [*rows, *(f"{blank.prompt} {blank.answer} {blank.line}" for blank in made.blanks)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def test_exercises_stay_the_same() -> None:
    found = {f"{topic} {level}": digest(topic, level, 1) for topic in TOPICS for level in (1, 4)}
    assert found == DIGESTS


def sample(topic: str) -> str:
    """An exercise as a person sees it: what is given, the questions, the answers, and what is said of some mistakes."""
    made = exercise(topic, 2, 1)
    rows = ["".join(span.text for span in row).rstrip() for row in rows_of(made.given, 80)]
    for blank in made.blanks:
        rows += ["", f"{blank.prompt}: {blank.formula}", f"    {blank.answer}"]
        wrong = {typed(blank, mistake.shape or mistake.value): None for mistake in blank.mistakes}
        rows += [f"    {text:<8} {check(blank, text).words}" for text in list(wrong)[:3]]
    return "\n".join([f"== {made.title}", *rows]) + "\n"


def test_samples_read_as_they_should(tmp_path: Path) -> None:
    """Where they rightly changed, the file that is written here is the new one; read it before."""
    text = "\n".join(map(sample, TOPICS))
    (tmp_path / SAMPLES.name).write_text(text, "utf-8")
    assert SAMPLES.read_text("utf-8") == text


SAMPLES = Path(__file__).with_name("samples.txt")
DIGESTS = {
    "forward 1": "bfdc94c9711d",
    "forward 4": "e8c2fba40081",
    "loss 1": "4ca4a6adc356",
    "loss 4": "84efe47c5460",
    "output-delta 1": "a932df165096",
    "output-delta 4": "3a86e75cb527",
    "hidden-delta 1": "d06295152ad7",
    "hidden-delta 4": "98e80c973f91",
    "gradient 1": "94443166ef3c",
    "gradient 4": "3c631ca90b65",
    "update 1": "ed1dfc779905",
    "update 4": "b37626b6079c",
    "momentum 1": "8d1921fc073f",
    "momentum 4": "c83a6c162b50",
    "adam 1": "f1cf03910c26",
    "adam 4": "e93b77b7e4fc",
    "softmax 1": "5896963dd376",
    "softmax 4": "4d8272b8dc88",
    "shapes 1": "aa553b448bfb",
    "shapes 4": "aa3a0989de07",
}
"""Of all that is printed, by topic and level."""
