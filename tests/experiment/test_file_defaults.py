"""A file of one's own is learned well with all defaults, whatever its task, its size and its unit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from statistics import mean

import numpy as np
import pytest

import compare_sklearn
from compare_sklearn import TABLES, Table, write
from tuinet.experiment.defaults import automatic_values
from tuinet.experiment.experiment import L2_OF_FILES, Experiment
from tuinet.experiment.fields import describe, describe_training, described_start
from tuinet.experiment.presets import default_epochs, make_experiment, with_dataset
from tuinet.nn.parameters import Array
from tuinet.session.session import Session


def trained(path: Path, table: Table, seed: int = 1) -> Session:
    write(path, table)
    session = Session(make_experiment(dataset=str(path), seed=seed, data_seed=seed))
    session.advance(default_epochs(session.run.experiment))
    return session


def r2_held_out(session: Session) -> float:
    metrics = session.test_metrics()
    assert metrics is not None and metrics.r2 is not None
    return metrics.r2


def r2_of_a_linear_fit(session: Session) -> float:
    """R² on the test set, of least squares on the training set."""
    data = session.run.dataset
    train, test = (np.column_stack([X, np.ones(len(X))]) for X in (data.X, data.X_test))
    weights = np.linalg.lstsq(train, data.y, rcond=None)[0]
    left = np.sum((data.y_test - test @ weights) ** 2)
    return float(1 - left / np.sum((data.y_test - data.y_test.mean()) ** 2))


def houses() -> tuple[Array, Array]:
    """120 houses: rooms, area and distance, and their prices."""
    generator = np.random.default_rng(3)
    X = np.column_stack(
        [generator.integers(1, 8, 120), generator.uniform(30, 160, 120), generator.uniform(0.5, 15, 120)]
    )
    return X, 50_000 + X @ [15_000, 1_200, -3_000] + 6_000 * generator.standard_normal(120)


def test_house_prices_are_learned_whatever_the_unit(tmp_path: Path) -> None:
    X, prices = houses()
    scores = {}
    for factor in (1, 10, 1e3, 1e5, 1e-3 / 2e5, 1e6 / 2e5):
        session = trained(tmp_path / "houses.csv", Table(X, list(prices * factor)))
        scores[factor] = r2_held_out(session)
        assert r2_of_a_linear_fit(session) > 0.97
    assert scores[1] >= 0.95
    assert list(scores.values()) == pytest.approx([scores[1]] * len(scores), abs=1e-6)


def test_noise_is_not_learned_by_heart(tmp_path: Path) -> None:
    """As in the diabetes study: 442 rows, ten inputs, of which a linear fit explains half."""
    generator = np.random.default_rng(2)
    X = generator.standard_normal((442, 10))
    y = X @ np.linspace(-1, 1, 10) + 2 * generator.standard_normal(442)
    sessions = [trained(tmp_path / "noisy.csv", Table(X, list(y)), seed) for seed in (1, 2)]
    assert mean(map(r2_held_out, sessions)) >= mean(map(r2_of_a_linear_fit, sessions)) - 0.05


@pytest.mark.parametrize("name", ["linear 1e-3", "friedman 1", "product 1e6"])
def test_laws_are_found(name: str, tmp_path: Path) -> None:
    table = TABLES[name]()
    assert table is not None
    session = trained(tmp_path / "law.csv", table)
    assert r2_held_out(session) > max(0.84, r2_of_a_linear_fit(session) - 0.02)


def test_classes_are_told_apart(tmp_path: Path) -> None:
    table = TABLES["iris"]()
    assert table is not None
    accuracies = [trained(tmp_path / "iris.csv", table, seed).test_metrics() for seed in (1, 2)]
    assert mean(found.accuracy or 0 for found in accuracies if found) >= 0.94


def test_a_handful_of_rows_is_learned(tmp_path: Path) -> None:
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    for targets in ([0, 1, 1, 0], [0, 0, 0, 1]):
        assert trained(tmp_path / "gate.csv", Table(corners, targets)).metrics().correct == 4
    celsius = np.array([[-40], [-10], [0], [8], [15], [22], [38]])
    r2 = trained(tmp_path / "degrees.csv", Table(celsius, list(1.8 * celsius[:, 0] + 32))).metrics().r2
    assert r2 is not None and r2 >= 0.99


def test_the_penalty_suits_the_task_unless_one_is_given(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    X, prices = houses()
    for targets, task in ((list(prices), "regression"), (["cheap", "dear"] * 60, "binary")):
        write(path, Table(X, targets))
        session = Session(make_experiment(dataset=str(path)))
        assert session.run.dataset.task == task
        assert session.run.regularization.l2 == L2_OF_FILES[session.run.dataset.task]
        assert Session(make_experiment(dataset=str(path), l2=0.5)).run.regularization.l2 == 0.5
        assert Session(make_experiment(dataset=str(path), l2=0.0)).run.regularization.l2 == 0.0
    assert Session(Experiment(l2=None)).run.regularization.l2 == 0.0


def test_a_start_says_how_a_file_is_trained(tmp_path: Path) -> None:
    path = tmp_path / "houses.csv"
    X, prices = houses()
    write(path, Table(X, list(prices)))
    experiment = make_experiment(dataset=str(path))
    data = Session(experiment).run.dataset
    start = "network 3-32-1, tanh · sgd, learning rate 0.05, batches of 16"
    assert described_start(experiment, data) == [describe(data), f"{start} · l2 0.03 (auto)"]
    assert describe_training(replace(experiment, l2=0.1), data) == f"{start} · l2 0.1"
    assert describe_training(replace(experiment, l2=0.0), data) == start
    assert automatic_values(experiment, data) == {
        "samples": 120,
        "noise": 0.0,
        "test_share": 0.25,
        "standardize": True,
        "standardize_target": True,
        "output": "linear",
        "loss": "mse",
        "arithmetic": "portable",
        "l2": 0.03,
        "weight_decay": 0.0,
    }


def test_a_dataset_with_a_name_brings_its_own_penalty() -> None:
    experiment = with_dataset(make_experiment(dataset="mine.csv"), "moons", "binary")
    assert (experiment.l2, experiment.hidden) == (0.0, (8, 8))
    assert with_dataset(make_experiment(dataset="mine.csv", l2=0.1), "moons", "binary").l2 == 0.1


@pytest.mark.long
@pytest.mark.skipif(not compare_sklearn.HAS_SKLEARN, reason="scikit-learn is not installed")
@pytest.mark.parametrize("name", TABLES)
def test_scikit_learn_is_not_better(name: str, tmp_path: Path) -> None:
    table = TABLES[name]()
    assert table is not None
    write(tmp_path / "table.csv", table)
    scored = [compare_sklearn.score(tmp_path / "table.csv", seed) for seed in range(1, 6)]
    line, is_met = compare_sklearn.row(name, scored[0][0], [scores for _, scores in scored])
    assert is_met, line
