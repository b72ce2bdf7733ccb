"""Remarks name the keys that do what helps, as they are now, and say a piece of advice once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.factories import make_snapshot
from tests.session.factories import dataset_of
from tuinet.experiment.experiment import Experiment
from tuinet.observe.finding import Finding, Remedy
from tuinet.tui.keys import UNCHANGED, Keymap
from tuinet.tui.remarks import finding_text, remarks_of


def advice(remedy: Remedy | None, keymap: Keymap = UNCHANGED, **fields: Any) -> str:
    return finding_text(
        Finding("stuck", "cause", remedy=remedy), make_snapshot(experiment=Experiment(**fields)), keymap
    )


def of(**changes: Any) -> Remedy:
    return Remedy(tuple(changes.items()))


@pytest.mark.parametrize(
    ("remedy", "words"),
    [
        (None, "cause"),
        (of(learning_rate=0.05), "cause; key ( lowers the learning rate to 0.05"),
        (of(learning_rate=2.0), "cause; key ) raises the learning rate to 2"),
        (of(activation=("tanh",)), "cause; key a picks another activation: tanh"),
        (of(activation=("tanh", "relu")), "cause; key e sets activation tanh,relu"),
        (of(hidden=(4,)), "cause; key } adds neurons to the last hidden layer, up to 4"),
        (of(hidden=()), "cause; key H takes hidden layers away, down to 0"),
        (of(hidden=(3, 4)), "cause; key e sets hidden 3,4"),
        (of(init_scale=1.0, initializer="he_normal"), "cause; key e sets init scale 1, initializer he_normal"),
        (of(class_weight="balanced"), "cause; key e sets class weight balanced"),
        (Remedy(draws_anew=True), "cause; key r starts from new weights"),
        (
            Remedy((("learning_rate", 0.05),), draws_anew=True),
            "cause; key ( lowers the learning rate to 0.05, then key r starts from new weights",
        ),
        (Remedy(back_to=320), "cause; key , (comma) goes back to epoch 320"),
        (Remedy(adds_samples=True), "cause; enter on the map (1) adds one"),
    ],
)
def test_a_remedy_has_its_keys(remedy: Remedy | None, words: str) -> None:
    assert advice(remedy) == words


def test_the_first_hidden_layer_has_a_key_where_it_is_what_the_key_adds() -> None:
    assert advice(of(hidden=(2,)), hidden=()) == "cause; key h adds a hidden layer"
    assert advice(of(hidden=(8, 8)), hidden=()) == "cause; key e sets hidden 8,8"


def test_of_more_than_two_features_samples_come_back_by_an_undo() -> None:
    snapshot = make_snapshot(dataset=dataset_of(np.zeros((4, 3)), np.zeros((4, 1)), "binary"))
    assert finding_text(Finding("no samples", "none", remedy=Remedy(adds_samples=True)), snapshot).startswith(
        "none; key u "
    )


def test_keys_are_named_as_they_are() -> None:
    keymap = Keymap({"network.smaller_learning_rate": "f6"}, {"network.smaller_learning_rate": "f6"})
    assert advice(of(learning_rate=0.05), keymap).startswith("cause; f6 lowers")


def test_what_one_finding_advises_before_others_is_not_said_by_them() -> None:
    changes = (("activation", ("leaky_relu",)),)
    findings = (
        Finding("no gradients", "one", remedy=Remedy(changes, True)),
        Finding("dead", "two", remedy=Remedy(changes)),
    )
    assert remarks_of(make_snapshot(findings=findings))[1] == "two"


def test_what_several_findings_advise_is_said_once() -> None:
    remedy = of(activation=("leaky_relu",))
    findings = (Finding("dead", "one", remedy=remedy), Finding("dead", "two", remedy=remedy), Finding("stuck", "three"))
    assert remarks_of(make_snapshot(findings=findings)) == [
        "one; key a picks another activation: leaky_relu",
        "two",
        "three",
    ]
