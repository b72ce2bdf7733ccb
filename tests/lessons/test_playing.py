"""A lesson from its start to its end in a real pseudo-terminal, and everything that each of them claims."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.lessons.factories import bundled_lesson
from tests.lessons.learner import AtTerminal, play
from tests.terminal import Terminal
from tuinet.lessons.claims import bundled_folder, check_claims, check_stability, find_lesson
from tuinet.nn.arithmetic import has_usual_tanh

ROOT = Path(__file__).parents[2]
FILES = sorted(bundled_folder().glob("*.md"))


@pytest.mark.parametrize("options", [(), ("--ascii",)], ids=["unicode", "ascii"])
async def test_one_plays_in_a_real_terminal(options: tuple[str, ...]) -> None:
    lesson = find_lesson("minsky-papert")
    command = [sys.executable, "-m", "tuinet", "lesson", *options, lesson.name]
    with Terminal(command, 80, 24, cwd=ROOT) as terminal:
        await play(AtTerminal(terminal), lesson)
        assert terminal.text().isascii() == bool(options)
        terminal.press("q")
        assert terminal.exit_status() == 0


@pytest.mark.skipif(
    "OPENBLAS_CORETYPE" in os.environ and has_usual_tanh(),
    reason="a lesson is portable: what a simulated processor computes has the bits of this one",
)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_it_claims_is_true(file: Path) -> None:
    lesson = bundled_lesson(file)
    checked = list(check_claims(lesson.claims))
    assert sorted(claim.line for claim, _ in checked) == [claim.line for claim in lesson.claims]
    wrong = [f"{lesson.name}:{claim.line}: {claim.says}: {fault}" for claim, fault in checked if fault]
    assert not wrong, "\n".join(wrong)


@pytest.mark.long
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_it_claims_does_not_hang_on_last_digits(file: Path) -> None:
    lesson = bundled_lesson(file)
    wrong = [f"{lesson.name}:{claim.line}: {fault}" for claim, fault in check_stability(lesson.claims) if fault]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_claims_something_and_never_asks_without_an_answer_in_sight(file: Path) -> None:
    found = bundled_lesson(file)
    assert found.claims
    assert 4 <= len(found.steps) <= 14
    for step in found.steps:
        assert step.wait is None or step.keys or step.run or step.changes or step.experiment, step.title
