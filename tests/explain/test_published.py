"""The worked examples, against the numbers as they were printed, and against a calculation in plain Python."""

from __future__ import annotations

import re

import pytest

from tests.explain.arithmetic import assert_adds_up, equations
from tuinet.cli.explain import example_session, whole_step
from tuinet.explain.focus import Selection
from tuinet.explain.published import EXAMPLES, comparison_markdown, comparison_text, error_with_updated_weights
from tuinet.explain.story import explain_phase

MAZUR = """0.751365070 0.772928465 0.298371109 0.082167041 0.000438568 0.149780716 0.19956143 0.24975114 0.29950229
0.35891648 0.408666186 0.511301270 0.561370121"""
HAN = "0.1311 -0.0065 -0.0087 -0.261 -0.138 0.192 -0.306 0.4 0.1 -0.508 0.194 0.218 0.194 -0.408"


def test_mazur_agrees_to_every_digit() -> None:
    snapshot = whole_step(example_session(EXAMPLES["mazur"]))[-1]
    assert all(number.agrees(snapshot) for number in EXAMPLES["mazur"].numbers)
    assert set(MAZUR.split()) <= {number.text for number in EXAMPLES["mazur"].numbers}


def test_han_agrees_to_every_digit_once_with_the_books_own_rounding() -> None:
    snapshot = whole_step(example_session(EXAMPLES["han"]))[-1]
    numbers = EXAMPLES["han"].numbers
    assert [number.text for number in numbers] == HAN.split()
    assert [number.name for number in numbers if not number.agrees(snapshot)] == ["δ6"]
    assert numbers[0].agrees_when_rounded(snapshot)


def test_mazurs_erratum_is_computed_both_ways() -> None:
    snapshot = whole_step(example_session(EXAMPLES["mazur"]))[-1]
    assert snapshot.step_detail is not None
    assert f"{error_with_updated_weights(snapshot.step_detail):.9f}" == "0.291027924"
    assert f"{snapshot.metrics.loss:.12f}" == "0.291027773694"
    text = " ".join(comparison_text(EXAMPLES["mazur"], snapshot).split())
    assert "published as 0.291027924" in text
    assert "gives 0.291027773694" in text
    assert "already updated output weights" in text


@pytest.mark.parametrize("name", EXAMPLES)
def test_tables(name: str) -> None:
    snapshot = whole_step(example_session(EXAMPLES[name]))[-1]
    text, markdown = comparison_text(EXAMPLES[name], snapshot), comparison_markdown(EXAMPLES[name], snapshot)
    count = len(EXAMPLES[name].numbers)
    assert f"{count} of {count} published numbers agree to every digit" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 80
    for number in EXAMPLES[name].numbers:
        published = re.escape(number.text.replace("-", "−"))
        assert re.search(rf"{number.name} +{published} +−?[\d.]+ ", text)
    assert len({len(re.findall(r"(?<!\\)\|", row)) for row in markdown.splitlines() if row.startswith("|")}) == 1


@pytest.mark.parametrize("name", EXAMPLES)
def test_their_equations_add_up(name: str) -> None:
    for snapshot in whole_step(example_session(EXAMPLES[name])):
        for layer in (1, 2):
            for equation in equations(explain_phase(snapshot, Selection(0, layer, 0), 10).to_text(10_000)):
                assert_adds_up(equation)
