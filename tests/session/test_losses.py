"""Hinge, labels, sums and class weights in whole runs: stepping is training, edits, files, refusals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.session.factories import dataset_of
from tuinet.data.dataset import Dataset
from tuinet.errors import ExperimentError
from tuinet.experiment.changes import checked, dataset_changes
from tuinet.experiment.defaults import unused
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.observe.step import check_run
from tuinet.session.commands import Seek
from tuinet.session.edits import Configure
from tuinet.session.session import Session
from tuinet.share.line import line_of
from tuinet.share.reading import read_shared
from tuinet.share.shared import share
from tuinet.storage import session_file

KINDS: dict[str, dict[str, Any]] = {
    "hinge": {"loss": "hinge"},
    "several classes": {"dataset": "iris", "loss": "hinge", "class_weight": "balanced"},
    "sum": {"dataset": "moons", "reduction": "sum", "learning_rate": 0.01},
    "weights": {"dataset": "moons", "class_weight": "balanced", "batch_size": 7},
    "summed weights": {"dataset": "iris", "class_weight": "balanced", "reduction": "sum", "learning_rate": 0.002},
    "one logistic output": {"loss": "binary-cross-entropy", "dtype": "float32"},
}


def labelled(samples: int = 40) -> Dataset:
    """Three labels of points in the plane: to the right, up, and on the diagonal's side."""
    X = np.random.default_rng(3).standard_normal((samples, 2))
    y = np.stack([X[:, 0] > 0, X[:, 1] > 0, X.sum(axis=1) > 0.5], axis=1).astype(float)
    whole = dataset_of(X, y, "labels")
    kept = samples * 3 // 4
    return replace(whole, X=X[:kept], y=y[:kept], X_test=X[kept:], y_test=y[kept:])


def bits(session: Session) -> bytes:
    return session.run.parameters.vector.tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_stepping_is_training_and_time_travel_is_exact(kind: str, arithmetic: str) -> None:
    experiment = make_experiment(**KINDS[kind], arithmetic=arithmetic)
    whole, stepped = Session(experiment), Session(experiment)
    whole.advance(3)
    while stepped.run.step_count < whole.run.step_count:
        stepped.step("phase")
    assert bits(whole) == bits(stepped)
    stepped.edit(Seek(1))
    stepped.edit(Seek(3))
    assert bits(whole) == bits(stepped)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_and_a_line_lead_to_the_same_bits(kind: str, tmp_path: Path) -> None:
    session = Session(make_experiment(**KINDS[kind]))
    session.advance(2)
    session_file.write(tmp_path / "run.npz", session.save())
    saved = Session.from_saved(session_file.read(tmp_path / "run.npz"))
    shared = read_shared(line_of(share(session.trajectory())))
    led = Session(shared.trajectory.experiment)
    led.follow(shared.trajectory)
    assert bits(saved) == bits(led) == bits(session)


@pytest.mark.parametrize("kind", [kind for kind, fields in KINDS.items() if "dtype" not in fields])
def test_gradients_of_whole_runs(kind: str, arithmetic: str) -> None:
    session = Session(make_experiment(**KINDS[kind], arithmetic=arithmetic))
    session.advance(1)
    assert check_run(session.run).relative_error < 1e-6


def test_labels_are_learned(arithmetic: str) -> None:
    fields: dict[str, Any] = {"hidden": (8,), "activation": ("tanh",), "optimizer": "adam", "learning_rate": 0.05}
    session = Session(Experiment(**fields, arithmetic=arithmetic), labelled())
    snapshot = session.snapshot()
    assert (snapshot.loss_name, snapshot.layers[-1].activation) == ("binary-cross-entropy", "sigmoid")
    assert check_run(session.run).relative_error < 1e-7
    session.advance(200)
    metrics, test = session.metrics(), session.test_metrics()
    assert metrics.accuracy == 1 and metrics.label_accuracy == 1 and metrics.is_solved
    assert test is not None and test.label_accuracy is not None and test.label_accuracy >= 0.8


@pytest.mark.parametrize("fields", [{"loss": "cross-entropy"}, {"loss": "mse"}, {"loss": "sse", "output": "tanh"}])
def test_labels_have_other_losses_too(fields: dict[str, Any]) -> None:
    session = Session(Experiment(**fields), labelled())
    before = session.metrics().loss
    session.advance(20)
    assert session.metrics().loss < before
    assert check_run(session.run).relative_error < 1e-7


REFUSED = [
    ("sine", {"loss": "hinge"}, "loss: hinge is for classes, but sine has numbers to predict"),
    ("sine", {"class_weight": "balanced"}, "class_weight: balanced is for classes, but sine has numbers to predict"),
    ("sine", {"loss": "binary-cross-entropy"}, "loss: binary-cross-entropy is for classes"),
    ("moons", {"loss": "hinge", "output": "tanh"}, "output: 'tanh' does not go with hinge; linear does"),
]


@pytest.mark.parametrize(("dataset", "fields", "message"), REFUSED)
def test_what_needs_classes_says_so(dataset: str, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ExperimentError, match=message):
        Session(make_experiment(dataset=dataset, **fields))


@pytest.mark.parametrize(
    "fields", [{"class_weight": "balanced"}, {"loss": "hinge"}, {"loss": "cross-entropy", "output": "softmax"}]
)
def test_labels_have_no_classes(fields: dict[str, Any]) -> None:
    with pytest.raises(ExperimentError, match="made"):
        Session(Experiment(**fields), labelled())


def test_weights_are_taken_back_where_a_dataset_has_no_classes() -> None:
    session = Session(make_experiment(dataset="moons", class_weight="balanced", loss="hinge"))
    changes = dataset_changes("sine", session.run.experiment, session.run.dataset)
    assert changes["class_weight"] == "none" and changes["loss"] == "auto"
    assert "class_weight" not in dataset_changes("circle", session.run.experiment, session.run.dataset)
    with pytest.raises(ExperimentError, match="class_weight"):
        checked(
            {"class_weight": "balanced"}, Experiment(dataset="sine"), Session(Experiment(dataset="sine")).run.dataset
        )


def test_a_change_takes_effect_on_a_run_under_way() -> None:
    session = Session(make_experiment(dataset="moons"))
    session.advance(2)
    before = session.metrics().loss
    session.edit(Configure.of(reduction="sum"))
    assert session.metrics().loss == pytest.approx(before * len(session.run.dataset.X))
    session.edit(Configure.of(reduction="mean", class_weight="balanced"))
    weights = session.run.train_samples.weights
    assert weights is not None and weights.sum() == pytest.approx(len(weights))


def test_the_test_loss_is_the_sum_over_its_own_samples() -> None:
    fields: dict[str, Any] = {"dataset": "moons", "test_share": 0.25}
    mean, total = Session(make_experiment(**fields)), Session(make_experiment(**fields, reduction="sum"))
    both = mean.test_metrics(), total.test_metrics()
    assert both[0] is not None and both[1] is not None
    assert both[1].loss == pytest.approx(both[0].loss * both[0].samples)


def test_a_summed_step_is_the_mean_one_with_a_rate_as_many_times_larger() -> None:
    mean = Session(Experiment(learning_rate=0.4))
    total = Session(Experiment(learning_rate=0.1, reduction="sum"))
    for session in (mean, total):
        session.advance(50)
    np.testing.assert_allclose(total.run.parameters.vector, mean.run.parameters.vector, rtol=1e-12)


def test_micrograd_moons() -> None:
    """Karpathy's demo: 100 points of two moons, 2-16-16-1 with relu, the mean hinge loss, full batch, rate 1.0.

    His penalty is 1e-4·Σp² over all parameters, l2 of 2e-4 here, which spares the biases; his rate falls to 0.1.
    """
    fields: dict[str, Any] = {"hidden": (16, 16), "activation": ("relu",), "l2": 2e-4, "initializer": "uniform"}
    fields |= {"samples": 100, "noise": 0.1, "test_share": 0.0, "batch_size": 0, "learning_rate": 0.5}
    session = Session(make_experiment(dataset="moons", loss="hinge", **fields))
    assert session.run.train_samples.targets.min() == -1
    session.advance(100)
    metrics = session.metrics()
    assert metrics.accuracy is not None and metrics.accuracy >= 0.97


def test_weights_of_classes_are_unused_where_there_are_none() -> None:
    sine = Session(Experiment(dataset="sine")).run
    assert unused("class_weight", sine.experiment, sine.dataset) == "there are no classes"
    assert unused("class_weight", Experiment(), labelled()) == "there are no classes"
    xor = Session(Experiment()).run
    assert unused("class_weight", xor.experiment, xor.dataset) == ""
