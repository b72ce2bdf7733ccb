"""Tables as people have them, with text columns, missing values, several targets and pictures, and runs on them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np

from tuinet.experiment.presets import make_experiment
from tuinet.session.session import Session

KINDS = ("classes of texts", "missing values", "several targets", "pictures", "decimal commas", "labels")
_ACTIVATIONS = ("tanh", "relu", "gelu", "softplus", "sigmoid")
_CITIES = ("Berlin", "Oslo", "São Paulo", "上海")


def own_run(seed: int, folder: Path, **fixed: object) -> Session:
    """A run of a few epochs on a table of its own, which is in the folder."""
    random, kind = Random(seed), KINDS[seed % len(KINDS)]
    path, options = _MAKERS[kind](random, folder)
    hidden = tuple(random.randint(1, 6) for _ in range(random.randint(0, 2)))
    values: dict[str, object] = {
        "dataset": str(path),
        "hidden": hidden,
        "activation": tuple(random.choice(_ACTIVATIONS) for _ in hidden) or ("tanh",),
        "arithmetic": ("portable", "fast")[seed // len(KINDS) % 2],
        "seed": random.randint(0, 10**6),
    }
    session = Session(make_experiment(**{**values, **options, **fixed}))
    session.advance(3)
    return session


def write_rows(path: Path, rows: Sequence[Sequence[object]], delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def _rows(random: Random, count: int) -> list[dict[str, object]]:
    """Rows of people whose income depends on the others."""
    rows = []
    for _ in range(count):
        age, city, hours = random.randint(18, 80), random.choice(_CITIES), round(random.uniform(5, 60), 2)
        income = 1000 + 31.25 * age + 40 * hours + 500 * _CITIES.index(city)
        rows.append({"age": age, "city": city, "hours": hours, "income": round(income, 2)})
    return rows


def _table(rows: list[dict[str, object]], names: Sequence[str]) -> list[list[object]]:
    return [list(names), *([row[name] for name in names] for row in rows)]


def _classes(random: Random, folder: Path) -> tuple[Path, dict[str, object]]:
    rows = _rows(random, 45)
    for row in rows:
        row["kind"] = random.choice(["low", "middle", "high"])
    return write_rows(folder / "people.csv", _table(rows, ("age", "city", "hours", "kind"))), {}


def _missing(random: Random, folder: Path) -> tuple[Path, dict[str, object]]:
    rows = _rows(random, 60)
    for row in random.sample(rows, 12):
        row[random.choice(["age", "city", "hours"])] = random.choice(["", "NA", "?"])
    missing = random.choice(["mean", "drop"])
    return write_rows(folder / "gaps.csv", _table(rows, ("city", "age", "hours", "income"))), {"missing": missing}


def _several(random: Random, folder: Path) -> tuple[Path, dict[str, object]]:
    rows = _rows(random, 40)
    for row in rows:
        row["tax"] = round(float(str(row["income"])) * 0.3 + random.random(), 3)
    names = ("income", "age", "hours", "tax")
    return write_rows(folder / "two.csv", _table(rows, names)), {"target": "income,tax"}


def _pictures(random: Random, folder: Path) -> tuple[Path, dict[str, object]]:
    generator = np.random.default_rng(random.randint(0, 10**6))
    X = generator.integers(0, 17, (50, 4, 5))
    path = folder / "pictures.npz"
    np.savez(path, X=X, y=np.array(["dark", "light", "grey"])[X.sum(axis=(1, 2)) % 3])
    return path, {}


def _commas(random: Random, folder: Path) -> tuple[Path, dict[str, object]]:
    rows = _rows(random, 50)
    for row in rows:
        row["hours"] = str(row["hours"]).replace(".", ",")
        row["is rich"] = "yes" if float(str(row["income"])) > 4000 else "no"
    names = ("is rich", "hours", "city", "age")
    path = write_rows(folder / "commas.csv", _table(rows, names), ";")
    return path, {"target": "is rich", "output": random.choice(["auto", "tanh"]), "loss": "mse"}


def _labels(random: Random, folder: Path) -> tuple[Path, dict[str, object]]:
    rows = _rows(random, 48)
    for row in rows:
        row["old"], row["busy"] = int(float(str(row["age"])) > 50), int(float(str(row["hours"])) > 40)
    names = ("old", "age", "hours", "city", "busy")
    path = write_rows(folder / "labels.csv", _table(rows, names), "\t")
    return path, {"target": "old,busy", "task": "labels", "output": "sigmoid"}


_MAKERS = dict(zip(KINDS, (_classes, _missing, _several, _pictures, _commas, _labels), strict=True))
