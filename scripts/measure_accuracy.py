"""What the engine reaches on the datasets that others have figures for.

    python scripts/measure_accuracy.py [NAME ...]

Each line is a test on samples that were not trained on: the mean, the median and the lowest accuracy of several seeds
(R² for numbers to predict).
"""

from __future__ import annotations

import sys
from dataclasses import replace
from statistics import mean, median

import numpy as np

from tuinet.data.dataset import Dataset
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.session.session import Session

SEEDS = range(1, 6)
TANH = {"hidden": (8, 8), "activation": ("tanh",)}
RUNS: dict[str, tuple[Experiment, int]] = {
    "digits": (make_experiment(dataset="digits", test_share=0.25), 100),
    "moons": (make_experiment(dataset="moons", noise=0.2, samples=1000, **TANH), 500),
    # As TF Playground trains it: tanh at the output, too, and the squared error.
    "spiral": (
        make_experiment(dataset="spiral", learning_rate=0.03, batch_size=10, output="tanh", loss="sse", **TANH),
        1500,
    ),
    "circle": (make_experiment(dataset="circle"), 300),
    "quadrants": (make_experiment(dataset="quadrants"), 300),
    "gauss": (make_experiment(dataset="gauss"), 300),
    "plane": (make_experiment(dataset="plane"), 300),
    "hills": (make_experiment(dataset="hills"), 500),
}


def held_out(session: Session) -> float:
    metrics = session.test_metrics()
    if metrics is None:
        raise SystemExit("there is no test set")
    score = metrics.accuracy if metrics.accuracy is not None else metrics.r2
    return float("nan") if score is None else score


def seeds(experiment: Experiment, epochs: int) -> list[float]:
    scores = []
    for seed in SEEDS:
        session = Session(replace(experiment, seed=seed, data_seed=seed))
        session.advance(epochs)
        scores.append(held_out(session))
    return scores


def iris_ten_fold(seed: int) -> float:
    """Mean accuracy over ten folds, each standardized by its own training set."""
    experiment = make_experiment(dataset="iris", seed=seed, test_share=0.0)
    data = Session(replace(experiment, standardize=False)).run.dataset
    folds = np.random.default_rng(seed).permutation(len(data.X)) % 10
    scores = []
    for fold in range(10):
        train, test = folds != fold, folds == fold
        centre, width = data.X[train].mean(axis=0), data.X[train].std(axis=0)
        X = (data.X - centre) / width
        made = Dataset(
            "iris", "classes", X[train], data.y[train], data.feature_names, data.class_names,
            X_test=X[test], y_test=data.y[test],
        )  # fmt: skip
        session = Session(experiment, made)
        session.advance(200)
        scores.append(held_out(session))
    return mean(scores)


def main() -> None:
    for name in sys.argv[1:] or ["iris", *RUNS]:
        scores = [iris_ten_fold(seed) for seed in SEEDS] if name == "iris" else seeds(*RUNS[name])
        print(f"{name:10} mean {mean(scores):.4f}  median {median(scores):.4f}  lowest {min(scores):.4f}", flush=True)


if __name__ == "__main__":
    main()
