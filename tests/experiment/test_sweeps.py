"""Which numbers can be swept, and over which values."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from tuinet.experiment.experiment import FIELDS, Experiment, bounds_of
from tuinet.experiment.ladders import present_value, swept_fields, swept_values
from tuinet.experiment.presets import make_experiment
from tuinet.session.build import DatasetCache


def names(experiment: Experiment) -> list[str]:
    return [field.name for field in swept_fields(experiment, DatasetCache().get(experiment))]


def values(field: str, **given: Any) -> tuple[float, ...]:
    experiment = make_experiment(**given)
    return swept_values(field, experiment, DatasetCache().get(experiment))


def test_the_numbers_that_make_a_difference_now() -> None:
    assert names(Experiment()) == [
        *("init_scale", "learning_rate", "warmup_epochs", "batch_size"),
        *("l1", "l2", "weight_decay", "dropout", "clip_norm"),
    ]
    assert set(names(Experiment(optimizer="momentum", schedule="step"))) - set(names(Experiment())) == {
        *("momentum", "decay_rate", "decay_epochs")
    }
    assert "dropout" not in names(Experiment(hidden=()))
    assert not {"seed", "samples", "noise", "data_seed"} & set(names(make_experiment(dataset="moons")))


def test_ten_rates_to_a_power_of_ten() -> None:
    rates = values("learning_rate")
    assert rates[:11] == (0.001, 0.0013, 0.0016, 0.002, 0.0025, 0.0032, 0.004, 0.005, 0.0063, 0.0079, 0.01)
    assert (rates[-1], len(rates)) == (100.0, 51)


def test_taking_one_of_the_values_leaves_them_as_they_are() -> None:
    experiment = Experiment()
    dataset = DatasetCache().get(experiment)
    rates = swept_values("learning_rate", experiment, dataset)
    for rate in rates:
        assert swept_values("learning_rate", replace(experiment, learning_rate=rate), dataset) == rates


@pytest.mark.parametrize("rate", [1e-9, 3e-7, 2e-4, 0.5, 2000.0, 1e6])
def test_the_present_rate_is_between_the_ends(rate: float) -> None:
    rates = values("learning_rate", learning_rate=rate)
    assert rates[0] <= rate <= rates[-1]


@pytest.mark.parametrize("rate", [5e-324, 1e-322, 1e-310, 1e305, 1e307, 1.7e308])
def test_around_the_ends_of_floats_the_rates_rise_and_are_finite(rate: float) -> None:
    rates = values("learning_rate", learning_rate=rate)
    assert len(rates) > 1
    assert all(0 < one < larger < math.inf for one, larger in pairwise(rates))


@pytest.mark.parametrize(
    ("field", "given"),
    [(name, {}) for name in names(Experiment())]
    + [("decay_rate", {"schedule": "step"}), ("momentum", {"optimizer": "momentum"}), ("beta2", {"optimizer": "adam"})],
)
def test_all_values_can_be_taken(field: str, given: dict[str, Any]) -> None:
    experiment, found = make_experiment(**given), values(field, **given)
    assert len(found) > 1
    for value in found:
        assert isinstance(value, int) == (FIELDS[field].kind == "whole")
        changes: dict[str, Any] = {field: value}
        replace(experiment, **changes)
        bounds = bounds_of(field, experiment)
        assert bounds is None or bounds.hold(value)


def test_batch_sizes_end_with_the_whole_training_set() -> None:
    assert values("batch_size", dataset="xor") == (1, 2, 0)


def test_a_value_that_is_left_open_is_that_of_its_source() -> None:
    experiment = Experiment(optimizer="adam")
    dataset = DatasetCache().get(experiment)
    assert present_value("beta2", experiment, dataset) == 0.999
    assert present_value("learning_rate", experiment, dataset) == 0.5
