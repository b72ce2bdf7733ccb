from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.nn.factories import make_network
from tests.session.factories import dataset_of
from tuinet.observe.metrics import (
    class_metrics,
    label_metrics,
    label_sets,
    predicted_classes,
    regression_metrics,
    set_name,
)
from tuinet.observe.samples import Encoding, Samples, class_weights
from tuinet.observe.seen import Judge


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


def test_a_rare_class_counts_in_balanced_accuracy_and_f1() -> None:
    """As scikit-learn's balanced_accuracy_score and f1_score(average="macro") have it."""
    outputs = np.array([[0.1]] * 8 + [[0.9]] + [[0.2]] + [[0.8]])
    targets = np.array([[0.0]] * 9 + [[1.0]] * 2)
    metrics = class_metrics(0.3, outputs, targets, 0.5)
    assert metrics.balanced_accuracy == pytest.approx((8 / 9 + 1 / 2) / 2)
    assert metrics.to_dict()["f1"] == pytest.approx([16 / 18, 2 / 4])
    assert metrics.macro_f1 == pytest.approx((16 / 18 + 2 / 4) / 2)


def test_classes_without_samples_are_left_out_unless_they_are_predicted() -> None:
    outputs = np.eye(4)[[0, 0, 1, 3]]
    metrics = class_metrics(1.0, outputs, np.eye(4)[[0, 0, 1, 1]], 0.5)
    assert metrics.balanced_accuracy == pytest.approx((1 + 1 / 2) / 2)
    assert metrics.to_dict()["f1"] == pytest.approx([1, 2 / 3, 0, 0])
    assert metrics.macro_f1 == pytest.approx((1 + 2 / 3 + 0) / 3)


def test_labels_are_counted_one_by_one_and_all_together() -> None:
    outputs = np.array([[0.9, 0.1, 0.6], [0.8, 0.7, 0.2], [0.1, 0.4, 0.9], [np.nan, 0.6, 0.1]])
    targets = np.array([[1.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 1.0], [0.0, 1.0, 0.0]])
    metrics = label_metrics(0.3, outputs, targets, 0.5)
    assert metrics.label_confusions is not None
    np.testing.assert_array_equal(metrics.label_confusions, [[[2, 0], [0, 2]], [[1, 1], [1, 1]], [[2, 0], [0, 2]]])
    assert (metrics.correct, metrics.accuracy, metrics.is_solved) == (2, 0.5, False)
    assert metrics.to_dict()["label_accuracies"] == [1, 0.5, 1]
    assert metrics.label_accuracy == pytest.approx(10 / 12)
    assert metrics.to_dict()["f1"] == [1, 0.5, 1]
    assert metrics.macro_f1 == pytest.approx(2.5 / 3)
    said = metrics.to_dict()
    assert said["label_confusions"][1] == [[1, 1], [1, 1]]
    assert "confusion" not in said and "balanced_accuracy" not in said


def test_labels_of_tanh_part_at_0() -> None:
    signed = np.array([[1.0, -1.0]])
    assert label_metrics(0.0, np.array([[0.2, -0.2]]), signed, 0.0).accuracy == 1


def test_the_labels_of_a_sample_are_one_number() -> None:
    targets = np.array([[1.0, 0.0, 1.0], [0.0, 0.0, 0.0]])
    assert label_sets(targets, 0.5).tolist() == [5, 0]
    assert [set_name(number, ("a", "b", "c")) for number in (5, 0)] == ["a+c", "none"]
    many = np.zeros((2, 100))
    many[1, 99] = 1.0
    assert label_sets(many, 0.5).tolist() == [0, 1 << 99]


def test_balanced_weights_are_those_of_scikit_learn() -> None:
    """compute_class_weight("balanced", …): n / (classes · samples of the class)."""
    y = np.eye(3)[[0, 0, 0, 0, 0, 1, 1, 2, 2]]
    np.testing.assert_allclose(class_weights(dataset_of(np.zeros((9, 1)), y, "classes")), [0.6, 1.5, 1.5])
    without = np.eye(3)[[0, 0, 2, 0]]
    np.testing.assert_allclose(class_weights(dataset_of(np.zeros((4, 1)), without, "classes")), [4 / 6, 1, 4 / 2])


def test_the_test_set_has_the_weights_of_the_training_set() -> None:
    X, y = np.zeros((5, 1)), np.array([[0.0], [0.0], [0.0], [1.0], [1.0]])
    dataset = replace(dataset_of(X[:4], y[:4]), X_test=X[3:], y_test=y[3:])
    encoding = Encoding("linear", np.float32, is_margin=True, class_weight="balanced")
    train, test = encoding.train(dataset), encoding.test(dataset)
    assert test is not None and train.weights is not None and test.weights is not None
    np.testing.assert_allclose(train.weights, [4 / 6, 4 / 6, 4 / 6, 2], rtol=1e-6)
    np.testing.assert_allclose(test.weights, [2, 2])
    assert train.weights.dtype == np.float32
    np.testing.assert_array_equal(train.targets, [[-1], [-1], [-1], [1]])
    part = train.part(np.array([0, 3])).weights
    assert part is not None
    np.testing.assert_allclose(part, [4 / 6, 2], rtol=1e-6)


def test_a_part_of_a_set_stands_for_its_whole_sum() -> None:
    network = make_network((1, 1), "tanh", loss="mse", output="linear")
    network.loss = network.loss.with_reduction("sum")
    samples = Samples(np.zeros((2, 1)), np.zeros((2, 1), order="F"))
    part, whole = Judge(network, samples, None, of=10).loss(), Judge(network, samples, None).loss()
    assert part == pytest.approx(5 * whole) and whole > 0
