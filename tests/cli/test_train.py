"""The words and the records at the end of a run: which loss it is, and how well each class or label does."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np

from tests.session.factories import dataset_of
from tuinet.cli.train import Log, TrainingOutcome, measured, summary, train
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.observe.metrics import Metrics, class_metrics, label_metrics
from tuinet.session.session import Session
from tuinet.session.stopping import StopConditions

DONE = TrainingOutcome("done", "epochs", 2, 1.5)


def lines(**fields: Any) -> list[str]:
    session = Session(make_experiment(**fields))
    session.advance(2)
    return summary(session, DONE)


def test_each_set_says_balanced_accuracy_and_f1_in_a_short_line() -> None:
    first, *sets = lines(dataset="iris")
    assert first == "done: iris 4-8-3, 2 epochs in 1.50 s"
    assert all(", balanced 0." in line and ", macro F1 0." in line and len(line) < 90 for line in sets)


def test_where_all_are_right_there_is_nothing_more_to_say() -> None:
    outputs = np.array([[0.9], [0.1]])
    metrics = class_metrics(0.125, outputs, np.array([[1.0], [0.0]]), 0.5)
    assert measured(metrics, Experiment()) == "loss 0.125, accuracy 1 (2/2)"


def test_a_sum_says_over_how_many_samples_and_weights_that_there_are_some() -> None:
    _, train_line, test_line = lines(dataset="moons", reduction="sum", learning_rate=0.003, test_share=0.2)
    assert train_line.startswith("  train: summed loss ") and " over 400 samples, " in train_line
    assert test_line.startswith("  test:  summed loss ") and " over 100 samples, " in test_line
    assert "weighted loss " in lines(dataset="and", class_weight="balanced")[0]
    assert "summed loss " in lines(dataset="sine", reduction="sum", learning_rate=0.001)[1]


def test_an_error_in_a_price_is_written_in_full() -> None:
    words = [measured(Metrics(0.5, 4, r2=0.5, rmse=rmse), Experiment()) for rmse in (16_310.4, 741.8, 3.7e25)]
    assert [text.split("RMSE ")[1] for text in words] == ["16,310", "741.8", "3.7e+25"]
    assert measured(Metrics(0.5, 1, r2=np.nan, rmse=1.0), Experiment()) == "loss 0.5, R² undefined, RMSE 1"


def test_labels_say_which_accuracy_is_which() -> None:
    targets = np.array([[1.0, 0.0], [0.0, 1.0]])
    metrics = label_metrics(0.25, np.array([[0.9, 0.2], [0.1, 0.3]]), targets, 0.5)
    said = "loss 0.25, accuracy 0.5 (1/2) with all labels right, per label 0.75, macro F1 0.5"
    assert measured(metrics, Experiment()) == said


def test_the_end_record_has_every_measure() -> None:
    written: list[str] = []
    X = np.random.default_rng(1).standard_normal((20, 2))
    whole = dataset_of(X, np.stack([X[:, 0] > 0, X[:, 1] > 0], axis=1).astype(float), "labels")
    labels = replace(whole, X=X[:15], y=whole.y[:15], X_test=X[15:], y_test=whole.y[15:])
    for session in (Session(make_experiment(dataset="iris")), Session(Experiment(), labels)):
        train(session, StopConditions(2), Log(written.append, 1))
    ends = [record for record in map(json.loads, written) if record["record"] == "end"]
    for part in ("train", "test"):
        classes, of_labels = (end[part] for end in ends)
        assert {"accuracy", "balanced_accuracy", "macro_f1", "f1", "recall", "precision"} <= classes.keys()
        assert len(classes["f1"]) == 3
        assert {"accuracy", "label_accuracy", "label_accuracies", "macro_f1", "f1"} <= of_labels.keys()
        assert np.array(of_labels["label_confusions"]).sum() == 2 * of_labels["samples"]
