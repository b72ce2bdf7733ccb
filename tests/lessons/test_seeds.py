"""Claims about many seeds are checked with a stack, and come to what single runs come to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from tests.lessons.factories import FRONT, lesson_in
from tuinet.lessons import claims
from tuinet.lessons.claims import check_claims, check_stability
from tuinet.lessons.lesson import Claim
from tuinet.lessons.seeds import faults_by_seed, is_about_a_stack
from tuinet.session.session import Session

SEEDS = 'seeds = "1-20"\n'


def claim_of(tmp_path: Path, text: str, options: str = "--dataset xor") -> Claim:
    block = f'[[claims]]\nsays = "Text"\n{text}\n'
    lesson = lesson_in(tmp_path, f'{FRONT}\n## One\n\n```tuinet\nexperiment = "{options}"\n\n{block}```\n\nText.\n')
    return lesson.claims[0]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (f'{SEEDS}epoch = 10\nholds = "correct == 4 and loss < 1 and learning_rate == 0.5"', True),
        ('seeds = "1-11"\nepoch = 10\nholds = "correct == 4"', False),
        (f'{SEEDS}epoch = 10\nholds = "weight(1, 1, 1) < 1"', False),
        (f'{SEEDS}until = "loss < 0.1"\nholds = "epoch < 9999"', False),
        (f'{SEEDS}epoch = 10\nalways = "loss < 1"\nholds = "epoch == 10"', False),
        (f'{SEEDS}epoch = 10\nchange = "--learning-rate 1"\nholds = "correct == 4"', False),
        (f'{SEEDS}epoch = 10\nphase = "loss"\nholds = "correct == 4"', False),
    ],
)
def test_a_stack_answers_how_many_networks_stand_after_some_epochs(text: str, is_one: bool, tmp_path: Path) -> None:
    assert is_about_a_stack(claim_of(tmp_path, text)) is is_one


@pytest.mark.parametrize("options", ["--dataset xor", "--dataset ravine", "--dataset xor --arithmetic fast"])
@pytest.mark.parametrize(
    "holds", ["loss < 0.6", "correct == 4 or r2 > 0.9", "accuracy == 1 and seed <= 15", "dead(1) == 0"]
)
def test_every_seed_comes_to_what_it_comes_to_alone(options: str, holds: str, tmp_path: Path) -> None:
    claim = claim_of(tmp_path, f'{SEEDS}epoch = 300\nholds = "{holds}"', options)
    (found,) = (faults for _, faults in faults_by_seed({7: claim}, 0.0))
    assert list(found) == list(range(1, 21))
    for seed, fault in found.items():
        alone = replace(claim, seeds=(seed,))
        assert next(check_claims([alone]))[1] == (f"seed {seed}: {fault}" if fault else "")


def test_no_session_is_trained_and_several_claims_share_a_stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise AssertionError("a session was made")

    late = claim_of(tmp_path, f'{SEEDS}epoch = 3000\nholds = "correct == 4"\ntimes = 17\ninterval = [64, 95]')
    early = claim_of(tmp_path, f'{SEEDS}epoch = 10\nholds = "loss < 0.75"')
    monkeypatch.setattr(claims, "Session", refuse)
    assert list(check_claims([late, early])) == [(early, ""), (late, "")]
    assert list(check_stability([late])) == [(late, "")]


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    text = f'{SEEDS}epoch = 3000\nholds = "correct == 4"\ntimes = 17\ninterval = [64, 95]'
    for old, new, words in (
        ("17", "16", "correct == 4: with 17 of 20 seeds"),
        ("[64, 95]", "[64.0, 94.8]", ""),
        ("[64, 95]", "[64, 94]", "the 95% interval of 17 of 20 is 64 to 95%"),
        ("[64, 95]", "[64.1, 94.8]", "the 95% interval of 17 of 20 is 64 to 94.8%"),
        ("times = 17\ninterval = [64, 95]", "", "seed 6: correct == 4 is false at epoch 3,000; correct is 2"),
    ):
        assert next(check_claims([claim_of(tmp_path, text.replace(old, new))]))[1] == words
    unreadable = replace(claim_of(tmp_path, text).experiment, dataset=str(tmp_path / "none.csv"))
    assert "none.csv" in next(check_claims([replace(claim_of(tmp_path, text), experiment=unreadable, times=None)]))[1]


def test_a_claim_about_many_seeds_that_hangs_on_last_digits_is_found(tmp_path: Path) -> None:
    experiment = claim_of(tmp_path, 'holds = "epoch == 0"').experiment
    loss = Session(replace(experiment, seed=13)).metrics().loss
    exact, wide = (
        claim_of(tmp_path, f'{SEEDS}holds = "abs(loss - {loss!r}) < {error}"\ntimes = 1') for error in (1e-14, 1e-8)
    )
    assert [found for _, found in check_claims([exact, wide])] == ["", ""]
    first, second = (found for _, found in check_stability([exact, wide]))
    assert first.startswith("not so if the initial weights differ by 1e-09 of themselves: abs(loss - ")
    assert second == ""
