from __future__ import annotations

import pytest

import measure_accuracy
from tuinet.experiment.experiment import CHOICES
from tuinet.experiment.presets import default_epochs, make_experiment


@pytest.mark.parametrize("dataset", [*CHOICES["dataset"], "rings:5", "parity:6", "no such", "my.csv"])
def test_every_dataset_has_something_to_start_from(dataset: str) -> None:
    assert default_epochs(make_experiment(dataset=dataset)) >= 100


@pytest.mark.parametrize(
    ("dataset", "optimizer", "learning_rate"),
    [
        ("xor", "sgd", 0.5),
        ("xor", "momentum", 0.05),
        ("xor", "adam", 0.01),
        ("digits", "sgd", 0.1),
        ("digits", "nesterov", 0.01),
        ("hills", "sgd", 0.03),
        ("hills", "rmsprop", 0.1),
    ],
)
def test_an_optimizer_brings_its_learning_rate(dataset: str, optimizer: str, learning_rate: float) -> None:
    assert make_experiment(dataset=dataset, optimizer=optimizer).learning_rate == pytest.approx(learning_rate)


def test_what_is_given_wins() -> None:
    experiment = make_experiment(dataset="hills", learning_rate=0.2, hidden=(3,))
    assert (experiment.learning_rate, experiment.hidden, experiment.optimizer) == (0.2, (3,), "adam")
    assert make_experiment(dataset="digits", hidden=(9, 9)).activation == ("relu",)


BARS = {
    "digits": 0.96,
    "moons": 0.94,
    "circle": 0.98,
    "quadrants": 0.98,
    "gauss": 0.98,
    "plane": 0.98,
    "hills": 0.93,
}


@pytest.mark.long
@pytest.mark.parametrize("name", BARS)
def test_mean_held_out_accuracy(name: str) -> None:
    scores = measure_accuracy.seeds(*measure_accuracy.RUNS[name])
    assert sum(scores) / len(scores) >= BARS[name], scores


@pytest.mark.long
def test_spiral_and_iris() -> None:
    assert sorted(measure_accuracy.seeds(*measure_accuracy.RUNS["spiral"]))[2] >= 0.95
    folds = [measure_accuracy.iris_ten_fold(seed) for seed in measure_accuracy.SEEDS]
    assert sum(folds) / len(folds) >= 0.95
