"""That claims which are wrong are found; those of the lessons are tested in test_playing.py."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.lessons.factories import FRONT, MINIMAL, lesson_in
from tests.terminal import ENTER, Terminal
from tuinet.experiment.experiment import Experiment
from tuinet.lessons import claims
from tuinet.lessons.claims import check_claims, check_stability
from tuinet.lessons.lesson import Lesson
from tuinet.session.session import Session

ROOT = Path(__file__).parents[2]


RIGHT = (
    'holds = "epoch == 0"',
    'epoch = 10\nholds = "epoch == 10"',
    'until = "correct == 4"\nholds = "epoch == 773 and correct == 4"',
    'epoch = 10\nalways = "loss > 0.6"\nholds = "epoch == 10"',
    'epoch = 3\nphase = "backward 1"\nholds = "phase == \\"backward 1\\" and epoch == 3"',
    'epoch = 3\nphase = "update"\nholds = "phase == \\"update\\" and step == 4"',
    'epoch = 4\nholds = "epoch == 4 and step == 4"',
    'epoch = 3\nchange = "--learning-rate 5"\nthen = 9\nholds = "epoch == 9 and learning_rate == 5"',
    'epoch = 3\nchange = "--hidden 3"\nholds = "neurons(1) == 3"',
    'seeds = "1-3"\nholds = "epoch == 0"',
    'seeds = "1-5"\nholds = "seed <= 2"\ntimes = 2',
)
WRONG = (
    ('holds = "epoch == 1"', "epoch == 1 is false at epoch 0; epoch is 0"),
    (
        'until = "loss < 0"\nepoch = 20\nholds = "epoch == 1"',
        "loss < 0 has not come true by epoch 20; loss is 0.69",
    ),
    ('epoch = 20\nalways = "epoch < 10"\nholds = "epoch == 20"', "epoch < 10 is false at epoch 10; epoch is 10"),
    ('epoch = 0\nphase = "forward 7"\nholds = "epoch == 0"', "the step has no phase 'forward 7'"),
    ('seeds = "1-5"\nholds = "seed <= 2"', "seed 3: seed <= 2 is false"),
    ('seeds = "1-5"\nholds = "seed <= 2"\ntimes = 3', "seed <= 2: with 2 of 5 seeds"),
    ('holds = "test_loss < 1"', "nothing of it is known"),
)


def lesson_that_claims(tmp_path: Path, *blocks: str) -> Lesson:
    block = "\n".join(f'[[claims]]\nsays = "Text"\n{claim}\n' for claim in blocks)
    return lesson_in(tmp_path, f'{FRONT}\n## One\n\n```tuinet\nexperiment = "--dataset xor"\n\n{block}```\n\nText.\n')


def fault(tmp_path: Path, claim: str) -> str:
    return next(check_claims(lesson_that_claims(tmp_path, claim).claims))[1]


@pytest.mark.parametrize("claim", RIGHT)
def test_claims_that_are_right(claim: str, tmp_path: Path) -> None:
    assert fault(tmp_path, claim) == ""


@pytest.mark.parametrize(("claim", "words"), WRONG)
def test_claims_that_are_wrong(claim: str, words: str, tmp_path: Path) -> None:
    assert words in fault(tmp_path, claim)


def test_along_one_run_each_is_found_what_it_is_alone(tmp_path: Path) -> None:
    blocks = [claim for pair in zip(RIGHT, (claim for claim, _ in WRONG), strict=False) for claim in pair]
    lesson = lesson_that_claims(tmp_path, *blocks, *RIGHT[len(WRONG) :])
    together = {claim.line: found for claim, found in check_claims(lesson.claims)}
    assert together == {claim.line: next(check_claims([claim]))[1] for claim in lesson.claims}
    assert sum(map(bool, together.values())) == len(WRONG)


def test_what_several_claim_of_a_run_is_trained_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trained: list[tuple[int, int]] = []

    class Counted(Session):
        def __init__(self, experiment: Experiment) -> None:
            super().__init__(experiment)
            trained.append((experiment.seed, 0))

        def advance(self, epochs: int = 1) -> None:
            super().advance(epochs)
            trained.append((self.run.experiment.seed, self.run.epoch))

    monkeypatch.setattr(claims, "Session", Counted)
    lesson = lesson_that_claims(
        tmp_path,
        'epoch = 30\nholds = "epoch == 30"',
        'epoch = 20\nholds = "epoch == 20"',
        'epoch = 20\nseeds = "1-2"\nholds = "epoch == 20"',
        'epoch = 20\nphase = "loss"\nholds = "epoch == 20"',
    )
    assert all(found == "" for _, found in check_claims(lesson.claims))
    assert trained == [(1, 0), (1, 20), (1, 30), (2, 0), (2, 20)]


def tuinet(*arguments: str) -> Terminal:
    return Terminal([sys.executable, "-m", "tuinet", "lesson", *arguments], 240, cwd=ROOT)


def test_check_says_what_is_wrong_and_ends_with_2(tmp_path: Path) -> None:
    right = lesson_in(tmp_path, MINIMAL, "right.md").path
    wrong = tmp_path / "wrong.md"
    claim = '\n[[claims]]\nsays = "Text"\nholds = "epoch == 1"\n```\n\nText'
    wrong.write_text(MINIMAL.replace("```\n\nText", f"{claim}", 1), encoding="utf-8")
    with tuinet("check", str(right)) as terminal:
        assert terminal.exit_status() == 0
        assert "right.md: A test: 1 step, 0 claims: all right" in terminal.text()
    with tuinet("check", str(wrong), str(tmp_path / "none.md")) as terminal:
        assert terminal.exit_status() == 2
        said = terminal.text()
        assert "wrong.md:12: 'Text': seed 1: epoch == 1 is false at epoch 0; epoch is 0" in said
        assert "none.md: there is no such file" in said


def test_the_list_is_a_chooser_in_a_terminal() -> None:
    with tuinet() as terminal:
        terminal.wait_for("Which lesson")
        assert "Minsky and Papert, 1969" in terminal.text()
        terminal.press("nothing" + ENTER)
        terminal.wait_for("there is no lesson 'nothing'")
        terminal.press("minsky-papert" + ENTER)
        terminal.wait_for("A line that learns")
        terminal.press("q")
        assert terminal.exit_status() == 0


def test_nobody_has_to_choose() -> None:
    with tuinet() as terminal:
        terminal.wait_for("Which lesson")
        terminal.press(ENTER)
        assert terminal.exit_status() == 0


def test_a_claim_that_hangs_on_last_digits_is_found(tmp_path: Path) -> None:
    start = repr(float(Session(Experiment()).run.parameters.weights[0][0, 0]))
    lesson = lesson_that_claims(
        tmp_path,
        f'holds = "abs(weight(1, 1, 1) - {start}) < 1e-15"',
        f'holds = "abs(weight(1, 1, 1) - {start}) < 1e-8"',
    )
    assert [found for _, found in check_claims(lesson.claims)] == ["", ""]
    first, second = (found for _, found in check_stability(lesson.claims))
    assert (
        first.startswith("not so if the initial weights differ by 1e-09 of themselves: seed 1: abs(") and second == ""
    )


def test_weights_that_are_not_drawn_are_left_as_they_are(tmp_path: Path) -> None:
    block = '[[claims]]\nsays = "Text"\nholds = "weight(1, 1, 1) == 1"\n'
    options = "--dataset xor --initializer constant"
    lesson = lesson_in(tmp_path, f'{FRONT}\n## One\n\n```tuinet\nexperiment = "{options}"\n\n{block}```\n\nText.\n')
    assert [found for _, found in check_stability(lesson.claims)] == [""]


def test_check_refuses_a_claim_that_hangs_on_last_digits(tmp_path: Path) -> None:
    start = repr(float(Session(Experiment()).run.parameters.weights[0][0, 0]))
    lesson = lesson_that_claims(tmp_path, f'holds = "weight(1, 1, 1) == {start}"')
    with tuinet("check", str(lesson.path)) as terminal:
        assert terminal.exit_status() == 2
        assert "not so if the initial weights differ by 1e-09" in terminal.text()
