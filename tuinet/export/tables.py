"""A run as tables: its samples, its weights, and every metric over time; numbers to the bit."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tuinet.data.dataset import Array, Dataset
from tuinet.training.course import Course
from tuinet.training.metrics import Metrics, predicted_classes
from tuinet.training.session import Session
from tuinet.training.timeline import START, Position

ROWS = 1000
"""Moments in the history, about."""
_METRICS = ("loss", "accuracy", "r2", "rmse")


def tables(session: Session) -> dict[str, str]:
    """The files by their names."""
    dataset = session.dataset
    files = {"train.csv": samples_table(dataset, dataset.X, dataset.y)}
    if len(dataset.X_test):
        files["test.csv"] = samples_table(dataset, dataset.X_test, dataset.y_test)
    return {**files, "weights.csv": weights_table(session), "history.csv": history_table(session)}


def samples_table(dataset: Dataset, X: Array, y: Array) -> str:
    """Features in their own units, and the class or the numbers to predict."""
    if dataset.task == "regression":
        names, targets = dataset.target_names, y.tolist()
    else:
        names, targets = ("class",), [[dataset.class_names[label]] for label in predicted_classes(y, 0.5)]
    rows = ([*features, *target] for features, target in zip(X.tolist(), targets, strict=True))
    return _csv([*dataset.feature_names, *names], rows)


def weights_table(session: Session) -> str:
    """A row for each weight and each bias: the layer, where it comes from, which neuron it belongs to, the value."""
    return _csv(("layer", "input", "neuron", "value"), _weights(session))


def _weights(session: Session) -> Iterator[list[Any]]:
    names: Sequence[str] = session.dataset.input_names
    for layer, block in enumerate(session.parameters.blocks, start=1):
        for source, values in zip([*names, "bias"], block.tolist(), strict=True):
            for neuron, value in enumerate(values, start=1):
                yield [layer, source, neuron, value]
        names = [f"h{number}" for number in range(1, block.shape[1] + 1)]


def history_table(session: Session) -> str:
    """Every metric at moments in equal strides from the start to now; only now where the past is not known."""
    tested = session.test_metrics() is not None
    named = _named(session.metrics())
    names = ["step", "epoch", "learning_rate", *named, "penalty", "objective"]
    return _csv([*names, *(f"test_{name}" for name in named if tested)], _history(session))


def _history(session: Session) -> Iterator[list[Any]]:
    course = session.course()
    if course.origin > START:
        yield _moment(session)
        return
    again = Session(course.experiment, records=False)
    stride = max(1, course.position.step // ROWS // again.batches_per_epoch) * again.batches_per_epoch
    moments = [Position(step) for step in range(0, course.position.step, stride)]
    for moment in [*moments, course.position]:
        until = tuple(edit for edit in course.edits if edit.position <= moment)
        again.follow(Course(course.experiment, until, moment))
        yield _moment(again)


def _moment(session: Session) -> list[Any]:
    metrics, test, penalty = session.metrics(), session.test_metrics(), session.penalty
    row = [session.step_count, session.epoch, float(session.optimizer.learning_rate), *_named(metrics).values()]
    return [*row, penalty, metrics.loss + penalty, *(_named(test).values() if test is not None else ())]


def _named(metrics: Metrics) -> dict[str, float]:
    return {name: value for name in _METRICS if (value := getattr(metrics, name)) is not None}


def _csv(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return text.getvalue()
