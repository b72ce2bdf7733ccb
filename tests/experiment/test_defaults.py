from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.factories import make_dataset
from tuinet.experiment.defaults import unused
from tuinet.experiment.experiment import CHOICES, FIELDS, Experiment
from tuinet.session.session import Session

XOR = make_dataset()


@pytest.mark.parametrize(
    ("field", "changes", "reason"),
    [
        ("momentum", {}, "not used by sgd"),
        ("momentum", {"optimizer": "nesterov"}, ""),
        ("beta1", {"optimizer": "rmsprop"}, "not used by rmsprop"),
        ("beta2", {"optimizer": "rmsprop"}, ""),
        ("epsilon", {"optimizer": "adagrad"}, ""),
        ("decay_rate", {}, "not used by constant"),
        ("decay_rate", {"schedule": "cosine"}, "not used by cosine"),
        ("decay_epochs", {"schedule": "cosine"}, ""),
        ("activation", {"hidden": ()}, "no hidden layer"),
        ("dropout", {"hidden": ()}, "no hidden layer"),
        ("target", {}, "xor is no file"),
        ("target", {"dataset": "mine.csv"}, ""),
        ("target", {"dataset": "mine.npz"}, "an NPZ file names its own"),
        ("features", {}, ""),
        ("data_seed", {}, "nothing in the data is random"),
        ("data_seed", {"noise": 0.1}, ""),
        ("data_seed", {"dataset": "spiral"}, ""),
        ("initializer", {"weights": "w.json"}, "the weights come from a file"),
        ("init_scale", {"initializer": "zeros"}, "all weights start at 0"),
        ("seed", {"weights": "w.json"}, "nothing in the run is random"),
        ("seed", {"weights": "w.json", "batch_size": 2}, ""),
        ("seed", {"initializer": "constant", "dropout": 0.5}, ""),
        ("seed", {}, ""),
    ],
)
def test_reasons(field: str, changes: dict[str, Any], reason: str) -> None:
    assert unused(field, replace(Experiment(), **changes), XOR) == reason


def test_features_need_two_inputs() -> None:
    assert unused("features", Experiment(), make_dataset(inputs=4)) == "needs two inputs, not 4"


OTHERS: dict[str, Any] = {
    "momentum": 0.5,
    "beta1": 0.5,
    "beta2": 0.5,
    "epsilon": 0.1,
    "decay_rate": 0.5,
    "decay_epochs": 3,
    "dropout": 0.5,
}


@pytest.mark.parametrize("optimizer", CHOICES["optimizer"])
@pytest.mark.parametrize("schedule", ["constant", "step", "cosine"])
def test_a_field_is_unused_exactly_where_another_value_makes_no_difference(optimizer: str, schedule: str) -> None:
    experiment = Experiment(optimizer=optimizer, schedule=schedule, learning_rate=0.1, hidden=(3,), decay_epochs=2)
    usual = trained(experiment)
    for field, value in OTHERS.items():
        changes: dict[str, Any] = {field: value}
        same = np.array_equal(trained(replace(experiment, **changes)), usual)
        assert same == bool(unused(field, experiment, XOR)), field


def trained(experiment: Experiment) -> np.ndarray[Any, Any]:
    session = Session(experiment)
    session.advance(6)
    return session.run.parameters.vector.copy()


def test_every_field_can_be_asked() -> None:
    for name in FIELDS:
        assert isinstance(unused(name, Experiment(dataset="no such"), XOR), str)
