"""What `train` says of findings: the options that help, as text and as data."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.inline import run_inline
from tuinet.cli.remarks import helping_options, remark, remedy_record
from tuinet.experiment.experiment import Experiment
from tuinet.observe.finding import Finding, Remedy


def of(**changes: Any) -> Finding:
    return Finding("dead", "cause", 1, (2.0, 4.0), Remedy(tuple(changes.items())))


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (Finding("dead", "cause"), "cause"),
        (of(learning_rate=0.05), "cause; --learning-rate 0.05"),
        (of(hidden=(4, 4), activation=("tanh",)), "cause; --hidden 4,4 --activation tanh"),
        (of(weights=""), "cause; --weights ''"),
        (Finding("stuck", "cause", remedy=Remedy(draws_anew=True)), "cause; --seed 8"),
        (Finding("overfitting", "cause", remedy=Remedy(back_to=320)), "cause; --epochs 320"),
        (Finding("no samples", "cause", remedy=Remedy(adds_samples=True)), "cause; leave some of them in --points"),
    ],
)
def test_a_remedy_has_its_options(finding: Finding, words: str) -> None:
    assert remark(finding, Experiment(seed=7)) == words


def test_new_weights_come_with_a_new_run_anyway() -> None:
    finding = Finding("jumping", "cause", remedy=Remedy((("learning_rate", 0.5),), draws_anew=True))
    assert helping_options(finding, Experiment()) == ["--learning-rate", "0.5"]


def test_a_finding_as_data() -> None:
    assert remedy_record(of(init_scale=1.0), Experiment()) == {
        "finding": "dead",
        "layer": 1,
        "numbers": [2.0, 4.0],
        "options": ["--init-scale", "1"],
    }


def test_train_says_it_in_both_forms() -> None:
    stuck = ("train", "--dataset", "xor", "--hidden", "none", "--epochs", "1500")
    assert "; --hidden 2\n" in run_inline(*stuck).stdout
    end = json.loads(run_inline(*stuck, "--json").stdout.splitlines()[-1])
    assert end["findings"][0].startswith("stuck") and end["remedies"][0]["options"] == ["--hidden", "2"]


def test_a_run_that_has_got_where_it_was_to_get_is_not_stuck() -> None:
    reached = run_inline("train", "--dataset", "xor", "--hidden", "none", "--target-loss", "0.6932", "--epochs", "9000")
    assert reached.stdout.splitlines()[-1].startswith("reached the target loss")
