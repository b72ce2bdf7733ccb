"""Fifty steps of every optimizer and schedule against PyTorch's, as scripts/make_torch_trajectories.py stored them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.session.factories import dataset_of
from tuinet.experiment.experiment import Experiment
from tuinet.nn.optimizers import OPTIMIZERS
from tuinet.nn.parameters import Array
from tuinet.nn.schedules import SCHEDULES
from tuinet.session.session import Session

STORED = np.load(Path(__file__).parent / "torch_trajectories.npz")
LEARNING_RATES = {"sgd": 0.5, "momentum": 0.1, "nesterov": 0.1, "amsgrad": 0.3}
SCHEDULE_OPTIONS: dict[str, dict[str, Any]] = {
    "step": {"decay_rate": 0.5, "decay_epochs": 10},
    "exponential": {"decay_rate": 0.95},
    "cosine": {"decay_epochs": 50},
    "inverse_time": {"decay_rate": 0.2},
}


def trajectory(arithmetic: str, **options: Any) -> Array:
    experiment = Experiment(
        **{"hidden": (4,), "activation": ("tanh",), "learning_rate": 0.5, "arithmetic": arithmetic, **options}
    )
    session = Session(experiment, dataset_of(STORED["X"], STORED["y"]))
    session.run.parameters.vector[:] = STORED["start"]
    points = []
    for _ in range(50):
        session.advance(1)
        points.append(session.run.parameters.vector.copy())
    return np.array(points)


def assert_stored(name: str, points: Array) -> None:
    np.testing.assert_allclose(points, STORED[name], rtol=1e-10, atol=1e-10)


def test_the_tables_of_this_test_are_complete() -> None:
    assert {f"optimizer_{name}" for name in OPTIMIZERS} == {name for name in STORED if name.startswith("optimizer")}
    assert SCHEDULE_OPTIONS.keys() == SCHEDULES.keys() - {"constant"}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers(name: str, arithmetic: str) -> None:
    rate = LEARNING_RATES.get(name, OPTIMIZERS[name].default_learning_rate)
    assert_stored(f"optimizer_{name}", trajectory(arithmetic, optimizer=name, learning_rate=rate))


@pytest.mark.parametrize("name", SCHEDULE_OPTIONS)
def test_schedules(name: str, arithmetic: str) -> None:
    assert_stored(f"schedule_{name}", trajectory(arithmetic, schedule=name, **SCHEDULE_OPTIONS[name]))


def test_warmup(arithmetic: str) -> None:
    assert_stored("schedule_warmup", trajectory(arithmetic, warmup_epochs=8))


def test_penalties_and_clipping(arithmetic: str) -> None:
    assert_stored("penalty_l1", trajectory(arithmetic, l1=0.02))
    assert_stored("penalty_l2", trajectory(arithmetic, l2=0.03))
    assert_stored("clip", trajectory(arithmetic, clip_norm=0.1))
