"""In one sentence whether a run is learning: for every state of a run, and with every finding."""

from __future__ import annotations

from typing import get_args

import pytest

from tuinet.advice import key
from tuinet.observe.finding import Finding, FindingKind
from tuinet.progress import Progress, ProgressKind
from tuinet.verdict import verdicts

FALLING = Progress("learning", -0.3, 20, 2, 112)


@pytest.mark.parametrize(
    ("progress", "said"),
    [
        (Progress("untrained"), ["not trained yet"]),
        (Progress("begun"), ["just begun: too early to tell", "just begun"]),
        (
            Progress("solved", -0.3, 20, 0, 4),
            ["solved: all 4 samples right, no help needed", "solved, no help needed", "solved"],
        ),
        (
            Progress("learned", 0.0, 200, 26, 1250),
            ["learned: 26 of 1,250 samples wrong, no help needed", "learned, no help needed", "learned"],
        ),
        (
            Progress("learned", 0.0, 200, r2=0.914),
            ["learned: R² 0.91, no help needed", "learned, no help needed", "learned"],
        ),
        (
            FALLING,
            [
                "learning: loss fell 30% in 20 epochs, 2 of 112 samples wrong; no help needed",
                "learning: loss fell 30% in 20 epochs; no help needed",
                "learning, no help needed",
                "learning",
            ],
        ),
        (Progress("slow", -0.03, 20, 2, 4), ["learning slowly: loss fell 3% in 20 epochs", "learning slowly"]),
    ],
)
def test_where_nothing_is_to_be_pointed_out(progress: Progress, said: list[str]) -> None:
    assert list(verdicts(progress, None)) == said


def test_who_can_start_it_is_told_the_key() -> None:
    words = verdicts(Progress("untrained"), None, can_start=True)
    assert words == (f"not trained yet: {key('pause or resume')} starts", "not trained yet")


@pytest.mark.parametrize("kind", get_args(FindingKind))
@pytest.mark.parametrize("state", get_args(ProgressKind))
def test_every_form_says_how_it_goes_and_the_longest_comes_first(state: ProgressKind, kind: FindingKind) -> None:
    told = verdicts(Progress(state, -0.1, 20, 1, 4), Finding(kind, "learning slowly: what is seen (1 of 4); and why"))
    assert list(map(len, told)) == sorted(map(len, told), reverse=True)
    assert len(told) == 3 and all("learn" in words or state in ("untrained", "begun", "solved") for words in told)
    if kind not in ("slow", "no samples"):
        assert len({words.partition("learning slowly")[0] for words in told}) == 1


@pytest.mark.parametrize(
    ("kind", "state", "said"),
    [
        ("dead", "learning", "learning, but what is seen; no help needed"),
        ("dead", "still", "hardly learning: what is seen"),
        ("overfitting", "solved", "training set solved, but what is seen"),
        ("stuck", "learning", "not learning: what is seen"),
        ("large rate", "begun", "not learning: what is seen"),
        ("slow", "slow", "what is seen"),
    ],
)
def test_a_finding_agrees_with_how_it_goes_or_rules_it(kind: FindingKind, state: ProgressKind, said: str) -> None:
    assert verdicts(Progress(state, -0.1, 20, 1, 4), Finding(kind, "what is seen")) == (said,)


def test_what_only_the_training_set_has_learned_is_not_called_solved() -> None:
    found = Finding("overfitting", "overfitting: test loss has risen from 0.1 at epoch 10")
    assert verdicts(Progress("solved", 0.0, 20, 0, 4), found)[0].startswith("training set solved, but overfitting")
    assert verdicts(Progress("learning", -0.2, 20, 1, 4), found)[0].startswith("learning, but overfitting")
