"""Answers to any samples: the bits of the session's own outputs, and scikit-learn's conventions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tuinet.data.dataset import Dataset
from tuinet.errors import DataError
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.observe.view import GalleryView, View
from tuinet.session import predictor
from tuinet.session.session import Session

EXPERIMENTS: list[dict[str, Any]] = [
    {"dataset": "xor"},
    {"dataset": "moons", "loss": "mse", "output": "tanh"},
    {"dataset": "circle", "features": ("x1²", "x2²", "sin x1")},
    {"dataset": "iris", "optimizer": "adam"},
    {"dataset": "iris", "dtype": "float32"},
    {"dataset": "iris", "loss": "mse", "output": "sigmoid"},
    {"dataset": "iris", "loss": "huber", "output": "linear"},
    {"dataset": "spirals:4", "samples": 80, "dropout": 0.2},
    {"dataset": "sine"},
    {"dataset": "hills", "biases": "none"},
    {"dataset": "digits", "samples": 200},
    {"dataset": "moons", "arithmetic": "fast"},
]


def trained(fields: dict[str, Any]) -> Session:
    session = Session(make_experiment(**fields))
    session.advance(5)
    return session


@pytest.mark.parametrize("fields", EXPERIMENTS, ids=str)
def test_outputs_have_the_bits_of_the_session(fields: dict[str, Any]) -> None:
    session = trained(fields)
    run, dataset = session.run, session.run.dataset
    gallery = session.snapshot(View(gallery=GalleryView(0, 2000, on_test=False))).gallery
    assert gallery is not None
    own = gallery.outputs
    found = predictor.predictor_of_run(run).outputs(dataset.X)
    assert found.dtype == np.dtype(run.experiment.dtype)
    np.testing.assert_array_equal(found, own)
    if run.arithmetic == "portable":
        each = np.vstack([predictor.predictor_of_run(run).outputs(row[None]) for row in dataset.X[:20]])
        np.testing.assert_array_equal(each, own[:20])


@pytest.mark.parametrize("fields", EXPERIMENTS, ids=str)
def test_the_score_is_the_metric_of_the_session(fields: dict[str, Any]) -> None:
    session = trained(fields)
    dataset, metrics = session.run.dataset, session.metrics()
    wanted = metrics.r2 if metrics.accuracy is None else metrics.accuracy
    assert session.score(dataset.X, dataset.y) == pytest.approx(wanted, abs=1e-12)
    answered = session.predict(dataset.X)
    assert session.score(dataset.X, answered) == 1
    assert answered.shape == (len(dataset.X),)


@pytest.mark.parametrize("fields", EXPERIMENTS, ids=str)
def test_probabilities_are_those_of_the_classes_in_order(fields: dict[str, Any]) -> None:
    session = trained(fields)
    run, dataset = session.run, session.run.dataset
    if dataset.task == "regression" or run.network.loss.output_activation == "linear":
        with pytest.raises(DataError, match="no probabilit"):
            session.predict_proba(dataset.X)
        return
    shares = session.predict_proba(dataset.X)
    classes = predictor.class_values(dataset)
    assert shares.shape == (len(dataset.X), len(classes))
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-6)
    assert ((shares >= 0) & (shares <= 1)).all()
    np.testing.assert_array_equal(classes[shares.argmax(axis=1)], session.predict(dataset.X))


def test_classes_have_the_names_of_the_data() -> None:
    assert trained({"dataset": "xor"}).predict([[0, 1]]).dtype.kind == "i"
    session = trained({"dataset": "iris"})
    names = session.run.dataset.class_names
    answered = session.predict(session.run.dataset.X)
    assert set(answered) <= set(names)
    X, y = session.run.dataset.X, session.run.dataset.y
    by_name = np.array(names)[y.argmax(axis=1)]
    assert session.score(X, by_name) == session.score(X, y)
    assert session.score(X, np.full(len(X), "no flower")) == 0


def data(task: Any, y: Any, **names: Any) -> Dataset:
    X = np.random.default_rng(1).normal(size=(len(y), 2))
    return Dataset("given", task, X, np.asarray(y, dtype=float), ("a", "b"), **names)


def test_several_numbers_are_scored_by_the_mean_of_their_r2() -> None:
    y = np.random.default_rng(2).normal(size=(30, 2)) * [1, 100] + [0, 5]
    session = Session(Experiment(), data("regression", y, target_names=("u", "v")))
    session.advance(3)
    X = session.run.dataset.X
    found = session.predict(X)
    assert found.shape == (30, 2)
    each = 1 - np.square(y - found).sum(axis=0) / np.square(y - y.mean(axis=0)).sum(axis=0)
    assert session.score(X, y) == pytest.approx(each.mean(), abs=1e-12)
    # A target that is always the same: 1 where it is met, 0 where it is not, as scikit-learn has it.
    assert session.score(X, np.column_stack([found[:, 0], np.zeros(30)])) == 0.5


def test_named_classes_can_be_scored_by_their_numbers() -> None:
    session = Session(Experiment(), data("binary", [[0], [1], [1], [0]], class_names=("cat", "dog")))
    X, y = session.run.dataset.X, session.run.dataset.y
    assert session.score(X, y) == session.score(X, np.array(["cat", "dog", "dog", "cat"]))


@pytest.mark.parametrize(
    ("X", "said"),
    [
        ([1.0, 2.0], r"its shape is \(2,\); xor wants \(samples, 2\) \(of a single one, X.reshape\(1, -1\)\)"),
        ([[1.0, 2.0, 3.0]], r"its shape is \(1, 3\); xor wants \(samples, 2\)"),
        (np.empty((0, 2)), r"its shape is \(0, 2\)"),
        ([[0, 1], [1, np.nan]], "nan of sample 2, x2, is not a finite number"),
        ([["a", "b"]], "not numbers"),
    ],
)
def test_what_is_no_table_of_samples_says_so(X: Any, said: str) -> None:
    session = Session(Experiment())
    for ask in (session.predict, session.predict_proba, lambda X: session.score(X, [0])):
        with pytest.raises(DataError, match=said):
            ask(X)


def test_answers_change_nothing_and_follow_the_step_under_way() -> None:
    session, alone = (Session(make_experiment(dataset="moons", dropout=0.3)) for _ in range(2))
    X = session.run.dataset.X_test
    for _ in range(40):
        session.predict(X)
        session.step("phase")
        alone.step("phase")
    np.testing.assert_array_equal(session.run.parameters.vector, alone.run.parameters.vector)


def test_pictures_may_be_given_as_pictures() -> None:
    session = trained({"dataset": "digits", "samples": 200})
    X = session.run.dataset.X[:5]
    np.testing.assert_array_equal(session.predict(X.reshape(5, 8, 8)), session.predict(X))
