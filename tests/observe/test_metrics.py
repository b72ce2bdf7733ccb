from __future__ import annotations

import numpy as np
import pytest

from tuinet.observe.samples import class_metrics, predicted_classes, regression_metrics


def test_two_classes_are_counted_by_hand() -> None:
    outputs, targets = np.array([[0.9], [0.2], [0.6], [0.4], [0.1]]), np.array([[1.0], [1.0], [0.0], [0.0], [0.0]])
    metrics = class_metrics(0.3, outputs, targets, 0.5)
    assert metrics.confusion is not None
    np.testing.assert_array_equal(metrics.confusion, [[2, 1], [1, 1]])
    assert (metrics.correct, metrics.accuracy) == (3, 0.6)
    assert metrics.to_dict()["precision"] == pytest.approx([2 / 3, 1 / 2])
    assert metrics.to_dict()["recall"] == pytest.approx([2 / 3, 1 / 2])


def test_several_classes_and_one_that_is_never_predicted() -> None:
    outputs = np.array([[0.7, 0.2, 0.1], [0.6, 0.3, 0.1], [0.1, 0.2, 0.7]])
    metrics = class_metrics(1.0, outputs, np.eye(3)[[0, 1, 2]], 0.5)
    assert metrics.confusion is not None
    np.testing.assert_array_equal(metrics.confusion, [[1, 0, 0], [1, 0, 0], [0, 0, 1]])
    assert metrics.to_dict()["precision"] == [0.5, 0.0, 1.0]
    assert metrics.to_dict()["recall"] == [1.0, 0.0, 1.0]
    assert metrics.to_dict()["confusion"] == [[1, 0, 0], [1, 0, 0], [0, 0, 1]]


def test_signed_targets_part_at_0() -> None:
    metrics = class_metrics(0.1, np.array([[0.2], [-0.2]]), np.array([[1.0], [-1.0]]), 0.0)
    assert metrics.accuracy == 1


def test_outputs_that_are_no_numbers_are_class_0() -> None:
    np.testing.assert_array_equal(predicted_classes(np.array([[np.nan]]), 0.5), [0])
    np.testing.assert_array_equal(predicted_classes(np.array([[np.nan, np.nan]]), 0.5), [0])


def test_regression_by_hand() -> None:
    metrics = regression_metrics(0.5, np.array([[1.0], [2.0], [4.0]]), np.array([[1.0], [2.0], [3.0]]))
    assert metrics.r2 == pytest.approx(1 - 1 / 2)
    assert metrics.rmse == pytest.approx(np.sqrt(1 / 3))
    assert (metrics.correct, metrics.accuracy, metrics.precision) == (None, None, None)
