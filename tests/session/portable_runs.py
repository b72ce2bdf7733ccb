"""Runs in portable arithmetic whose parameters must have the same bits on every machine.

    python -m tests.session.portable_runs [--long] [--own] [--write]

prints the digests of this machine, and with --write keeps them as those to be expected.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from tests.lessons.factories import bundled_lesson
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.lessons.claims import bundled_folder
from tuinet.nn import arithmetic
from tuinet.session.session import Session

FILE: Final = Path(__file__).with_name("portable_digests.json")
SHORT: Final = 40
"""Epochs after which there is a digest in every run of the tests; in a long one as `long_epochs` says."""
DATASETS: Final = ("xor", "moons", "circle", "quadrants", "gauss", "spiral", "plane", "hills", "iris")
"""XOR, moons, TensorFlow Playground's six and iris, as their presets have them."""
KINDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "float32": {"dtype": "float32", "activation": ("sigmoid", "gelu")},
    "functions": {"hidden": (4, 4, 4), "activation": ("elu", "gelu", "silu"), "optimizer": "nadam"},
    "waves": {"features": ("x1", "sin x2"), "activation": ("sin", "softplus"), "schedule": "cosine"},
    "regularized": {"dropout": 0.2, "l1": 1e-4, "l2": 1e-3, "clip_norm": 0.5, "optimizer": "adamw"},
    "orthogonal": {"initializer": "orthogonal", "optimizer": "amsgrad", "schedule": "exponential"},
    "softmax": {"dataset": "blobs:4", "batch_size": 0, "optimizer": "rmsprop"},
    "hinge": {"dataset": "iris", "loss": "hinge", "class_weight": "balanced"},
    "summed weights": {"dataset": "and", "reduction": "sum", "class_weight": "balanced", "dtype": "float32"},
}
"""Moons, and others, with everything that portable arithmetic computes by functions of its own."""


WITH_OWN_TANH: Final = ("xor", "moons", "spiral", "hills", "iris", *KINDS)
"""Those of which there are digests with tanh by tuinet's own function, too."""


def experiments() -> Iterator[tuple[str, Experiment]]:
    """Each by its name."""
    for name in DATASETS:
        yield name, make_experiment(dataset=name, arithmetic="portable")
    for name, given in KINDS.items():
        yield name, make_experiment(**({"dataset": "moons", "arithmetic": "portable"} | dict(given)))
    for path in sorted(bundled_folder().glob("*.md")):
        lesson = bundled_lesson(path)
        for number, experiment in enumerate(dict.fromkeys(claim.experiment for claim in lesson.claims), start=1):
            yield f"{lesson.name} {number}", experiment


def long_epochs(name: str) -> int:
    """10,000 epochs for each dataset, 1,000 for every other run."""
    return 10_000 if name in DATASETS else 1_000


def own(name: str) -> str:
    """The name of a run with tanh by tuinet's own function, as on processors whose NumPy has another."""
    return f"{name}, own tanh"


def digest(session: Session) -> str:
    """Of the bits of all parameters; what is not a number has no bits of its own."""
    vector = session.run.parameters.vector
    return hashlib.sha256(np.where(np.isnan(vector), np.nan, vector).tobytes()).hexdigest()[:16]


def main() -> int:
    """Print them, and keep them if that is wished."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--own", action="store_true", help="with tanh by tuinet's own function")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    known = json.loads(FILE.read_text()) if FILE.exists() else {}
    differing = 0
    runs = dict(experiments())
    if options.own:
        arithmetic.has_usual_tanh = lambda: False
        arithmetic.portable.cache_clear()
        runs = {own(name): runs[name] for name in WITH_OWN_TANH}
    for name, experiment in runs.items():
        epochs = long_epochs(name) if options.long else SHORT
        session = Session(experiment, records=False)
        session.advance(epochs)
        found, expected = digest(session), known.get(name, {}).get(str(epochs))
        differing += found != expected
        print(f"{name:24} {found} {'' if found == expected else f'expected {expected}'}", flush=True)
        known.setdefault(name, {})[str(epochs)] = found
    if options.write:
        FILE.write_text(json.dumps(known, indent=1) + "\n")
    print(f"{differing} differ")
    return int(bool(differing) and not options.write)


if __name__ == "__main__":
    sys.exit(main())
