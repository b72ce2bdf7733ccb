"""How well a file is learned with all defaults, beside scikit-learn with all of its own.

    python scripts/compare_sklearn.py [NAME ...] [--seeds 5]

Each table is written as a CSV file, numbers to predict as they are and classes by name, and trained as
`tuinet train --dataset FILE` trains it. scikit-learn's MLPClassifier, or MLPRegressor and Ridge, get the same training
and test rows, in a pipeline with StandardScaler. Each score is the mean over the seeds, each of which splits the table
anew and draws other weights: accuracy on the test rows, or R² for numbers to predict. Status 1 if tuinet is more than
0.02 of accuracy or 0.05 of R² behind the better of the others.

Where scikit-learn is not installed, its columns and the tables that it brings are left out.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any, Final

if __name__ == "__main__":
    for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        # Before NumPy loads its BLAS.
        os.environ[variable] = "1"

import numpy as np

from tuinet.data.dataset import Dataset
from tuinet.experiment.presets import default_epochs, make_experiment
from tuinet.session.session import Session

Array = np.ndarray[Any, np.dtype[Any]]
HAS_SKLEARN: Final = importlib.util.find_spec("sklearn") is not None
BARS: Final = {"accuracy": 0.02, "R²": 0.05}
"""How far tuinet may be behind the better of the others."""


@dataclass(frozen=True)
class Table:
    """What is written into a file."""

    X: Array
    """Shape (rows, columns)."""
    y: Sequence[Any]
    """A class name or a number for each row."""


def from_sklearn(name: str) -> Table | None:
    """A table that scikit-learn brings; ``None`` where it is not installed."""
    if not HAS_SKLEARN:
        return None
    import sklearn.datasets

    loaded = getattr(sklearn.datasets, f"load_{name}")()
    if "target_names" not in loaded:
        return Table(loaded.data, loaded.target)
    return Table(loaded.data, [f"class {loaded.target_names[label]}" for label in loaded.target])


def own(name: str) -> Table:
    """A table that tuinet brings, in its own units and without a test set."""
    data = Session(make_experiment(dataset=name, test_share=0.0)).run.dataset
    return Table(data.X, [f"class {data.class_names[label]}" for label in data.y.argmax(axis=1)])


def synthetic(law: Callable[[Array], Array], noise: float, scale: float) -> Table:
    """500 rows of ten uniform columns, and a target whose standard deviation is the scale."""
    generator = np.random.default_rng(0)
    X = generator.uniform(0, 1, (500, 10))
    y = law(X)
    y = (y - y.mean()) / y.std() + noise * generator.standard_normal(len(y))
    return Table(X, scale * (y + 2))


def linear(X: Array) -> Array:
    """A weighted sum of all columns."""
    y: Array = X @ np.linspace(-2, 3, X.shape[1])
    return y


def friedman(X: Array) -> Array:
    """Friedman's first law, of which the last five columns are no part (Annals of Statistics 19, 1991)."""
    y: Array = 10 * np.sin(np.pi * X[:, 0] * X[:, 1]) + 20 * (X[:, 2] - 0.5) ** 2 + 10 * X[:, 3] + 5 * X[:, 4]
    return y


def product(X: Array) -> Array:
    """A sum with a product, as area times price is one."""
    y: Array = X[:, 0] + X[:, 1] + 4 * X[:, 2] * X[:, 3] - 2 * X[:, 4]
    return y


TABLES: Final[dict[str, Callable[[], Table | None]]] = {
    "iris": lambda: own("iris"),
    "wine": lambda: from_sklearn("wine"),
    "breast_cancer": lambda: from_sklearn("breast_cancer"),
    "digits": lambda: own("digits"),
    "diabetes": lambda: from_sklearn("diabetes"),
    "linear 1e-3": lambda: synthetic(linear, 0.2, 1e-3),
    "friedman 1": lambda: synthetic(friedman, 0.2, 1),
    "product 1e6": lambda: synthetic(product, 0.2, 1e6),
}


def write(path: Path, table: Table) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*(f"x{column}" for column in range(1, table.X.shape[1] + 1)), "target"])
        writer.writerows([*map(repr, row), str(target)] for row, target in zip(table.X.tolist(), table.y, strict=True))


@dataclass(frozen=True)
class Scores:
    """Of one split, on the test rows; ``None`` for those who take no part."""

    tuinet: float
    mlp: float | None = None
    ridge: float | None = None
    seconds: float = 0.0
    """How long tuinet has trained."""


def score(path: Path, seed: int) -> tuple[str, Scores]:
    """The name of the measure, and the scores of all on the split of a seed."""
    session = Session(make_experiment(dataset=str(path), seed=seed, data_seed=seed))
    start = time.perf_counter()
    session.advance(default_epochs(session.run.experiment))
    seconds = time.perf_counter() - start
    metrics = session.test_metrics()
    if metrics is None:
        raise SystemExit(f"{path.name}: there is no test set")
    measure, value = ("R²", metrics.r2) if metrics.accuracy is None else ("accuracy", metrics.accuracy)
    reached = float("nan") if value is None else value
    return measure, Scores(reached, *others(session.run.dataset, seed), seconds)


def others(data: Dataset, seed: int) -> tuple[float | None, float | None]:
    """The scores of MLP and ridge on the rows of a Dataset; ``None`` without scikit-learn, and for ridge on classes."""
    if not HAS_SKLEARN:
        return None, None
    from sklearn.linear_model import Ridge
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    def held_out(model: Any) -> float:
        pipeline = make_pipeline(StandardScaler(), model)
        with warnings.catch_warnings():
            # Most of these tables take it more than its 200 epochs.
            warnings.simplefilter("ignore")
            pipeline.fit(data.X, _labels(data, data.y))
        return float(pipeline.score(data.X_test, _labels(data, data.y_test)))

    if data.task == "regression":
        return held_out(MLPRegressor(random_state=seed)), held_out(Ridge())
    return held_out(MLPClassifier(random_state=seed)), None


def _labels(data: Dataset, y: Array) -> Array:
    return y.argmax(axis=1) if data.task == "classes" else y[:, 0]


def row(name: str, measure: str, scores: Sequence[Scores]) -> tuple[str, bool]:
    """A line of the table, and whether the bar is met."""
    ours = mean(score.tuinet for score in scores)
    columns = [[getattr(score, peer) for score in scores] for peer in ("mlp", "ridge")]
    peers = [None if None in column else mean(column) for column in columns]
    best = max((peer for peer in peers if peer is not None), default=None)
    ahead = None if best is None else ours - best
    is_met = ahead is None or ahead >= -BARS[measure]
    numbers = "".join(f"{'–' if number is None else f'{number:.3f}':>9}" for number in (ours, *peers))
    difference = "–" if ahead is None else f"{ahead:+.3f}"
    seconds = mean(score.seconds for score in scores)
    return f"{name:16}{measure:9}{numbers}{difference:>12}{seconds:10.1f}{'' if is_met else '   behind'}", is_met


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(TABLES)}; all without one")
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    if unknown := [name for name in options.names if name not in TABLES]:
        parser.error(f"{unknown[0]!r} is not one of {', '.join(TABLES)}")
    print(f"{'table':16}{'measure':9}{'tuinet':>9}{'MLP':>9}{'ridge':>9}{'difference':>12}{'seconds':>10}")
    are_met = []
    with tempfile.TemporaryDirectory() as folder:
        for name in options.names or TABLES:
            table = TABLES[name]()
            if table is None:
                print(f"{name:16}left out: scikit-learn is not installed", flush=True)
                continue
            path = Path(folder) / f"{name.replace(' ', '_')}.csv"
            write(path, table)
            scored = [score(path, seed) for seed in range(1, options.seeds + 1)]
            line, is_met = row(name, scored[0][0], [scores for _, scores in scored])
            are_met.append(is_met)
            print(line, flush=True)
    sys.exit(0 if all(are_met) else 1)


if __name__ == "__main__":
    main()
