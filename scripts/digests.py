"""Prints digests of what training gives: of the parameters of 42 runs, and of the contents of 30 snapshots.

A change of the code's structure must not change a bit of either. Digests hold on one machine only, since processors
differ in last digits: write them before the change with --write, compare them after it with --compare.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from tuinet.experiment.experiment import CHOICES, Experiment
from tuinet.nn.arithmetic import ARITHMETICS
from tuinet.observe.view import GalleryView, HiddenView, NetworkView, Plane, ResponsesView, View
from tuinet.session.edits import Configure, SetParameter
from tuinet.session.session import Session

DEEP: Final[Mapping[str, Any]] = {"dataset": "moons", "hidden": (6, 4), "learning_rate": 0.05, "batch_size": 16}
EPOCHS: Final = 30
SCHEDULE: Final[Mapping[str, Any]] = {"decay_rate": 0.5, "decay_epochs": 7, "warmup_epochs": 3}

VIEWS: Final = (
    View(),
    View(columns=24, rows=16, step=True, trajectory=True, flow=True),
    View(columns=12, rows=8, unit=(1, 1), check=True),
    View(network=NetworkView(6, 6, ((1, 0), (1, 1))), hidden=HiddenView(1)),
    View(
        columns=8,
        rows=8,
        plane=Plane(0, 1),
        gallery=GalleryView(0, 5, wrong_first=True),
        predictions=GalleryView(2, 7, on_test=False),
        responses=ResponsesView((1, 0), 3),
    ),
)
"""What somebody may look at."""
SEEN: Final[tuple[Mapping[str, Any], ...]] = (
    {},
    DEEP,
    {"dataset": "iris", "hidden": (5,), "learning_rate": 0.1},
    {"dataset": "digits", "hidden": (8,), "learning_rate": 0.1, "batch_size": 64},
    {"dataset": "sine", "hidden": (8,), "activation": ("tanh",), "learning_rate": 0.05, "samples": 60},
    {**DEEP, "dropout": 0.2, "optimizer": "adam", "l2": 0.01},
)
"""The runs that are looked at."""


def experiments() -> Iterator[tuple[str, Experiment]]:
    """42 runs: the first screen, then each name there is, and each kind of number."""
    yield "xor", Experiment()
    for optimizer in CHOICES["optimizer"]:
        yield optimizer, Experiment(**DEEP, optimizer=optimizer)
    for activation in CHOICES["activation"]:
        yield activation, Experiment(**DEEP, activation=(activation,))
    for schedule in CHOICES["schedule"]:
        yield schedule, Experiment(**DEEP, schedule=schedule, **SCHEDULE)
    for initializer in ("uniform", "he_normal", "orthogonal"):
        yield initializer, Experiment(**DEEP, initializer=initializer)
    for loss in ("mse", "mae"):
        yield loss, Experiment(**DEEP, loss=loss)
    yield "float32", Experiment(**DEEP, dtype="float32")
    yield "float32-adam", Experiment(**DEEP, dtype="float32", optimizer="adam", dropout=0.1)
    yield "dropout", Experiment(**DEEP, dropout=0.3)
    yield "penalties", Experiment(**DEEP, l1=0.001, l2=0.01, optimizer="adamw", weight_decay=0.02)
    yield "clipped", Experiment(**DEEP, clip_norm=0.1)
    yield "frozen-biases", Experiment(**DEEP, biases="frozen")
    yield "no-hidden", Experiment(dataset="iris", hidden=(), learning_rate=0.1)
    yield "digits", Experiment(dataset="digits", hidden=(16, 8), activation=("relu", "tanh"), batch_size=32)
    yield "function", Experiment(dataset="sine", hidden=(8,), activation=("tanh",), learning_rate=0.05)
    yield "features", Experiment(**{**DEEP, "features": ("x1", "x2²", "sin x1"), "standardize": True})


def digest(value: object) -> str:
    """Of everything in a value: numbers to the bit, names of fields, but not of classes."""
    gathered = hashlib.sha256()
    for part in _parts(value):
        gathered.update(part + b"\0")
    return gathered.hexdigest()[:16]


_EARLIER: Final = {"trajectory": "course"}
"""What fields were called when digests were first written."""
_LATER: Final = ("arithmetic",)
"""Fields that came later."""


def _field_names(value: object) -> tuple[str, ...]:
    """Of a dataclass or a named tuple; none of anything else."""
    if is_dataclass(value):
        return tuple(field.name for field in fields(value))
    return getattr(value, "_fields", ())


def _parts(value: object) -> Iterator[bytes]:
    if isinstance(value, np.ndarray):
        yield f"{value.dtype}{value.shape}".encode()
        yield np.ascontiguousarray(value).tobytes()
    elif own := _field_names(value):
        names = {_EARLIER.get(name, name): name for name in own if name not in _LATER}
        for name in sorted(names):
            yield name.encode()
            yield from _parts(getattr(value, names[name]))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield repr(key).encode()
            yield from _parts(item)
    elif isinstance(value, (tuple, list)):
        yield f"[{len(value)}".encode()
        for item in value:
            yield from _parts(item)
    else:
        yield repr(value).encode()


def parameter_digests(arithmetic: str) -> Iterator[tuple[str, str]]:
    """Of the parameters of each run after some epochs."""
    for name, experiment in experiments():
        session = Session(replace(experiment, arithmetic=arithmetic))
        session.advance(EPOCHS)
        yield f"parameters {name}", digest(session.run.parameters.vector)


def snapshot_digests(arithmetic: str) -> Iterator[tuple[str, str]]:
    """Of each field of a snapshot, with what each view asks for, in the middle of a step, after edits."""
    for number, settings in enumerate(SEEN):
        session = Session(Experiment(**settings, arithmetic=arithmetic))
        session.advance(EPOCHS)
        session.edit(SetParameter(1, 0, 0, 0.25))
        session.edit(Configure((("learning_rate", 0.02),)))
        for view_number, view in enumerate(VIEWS):
            session.step("phase")
            if view_number == len(VIEWS) - 1:
                session.advance(2)
            snapshot = session.snapshot(view)
            for field in fields(snapshot):
                yield f"snapshot {number}.{view_number} {field.name}", digest(getattr(snapshot, field.name))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or compare them; 1 if any differs."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", type=Path, metavar="FILE", help="write them to a JSON file")
    parser.add_argument("--compare", type=Path, metavar="FILE", help="say which differ from those in a file")
    parser.add_argument("--arithmetic", default="fast", choices=ARITHMETICS, help="of all runs")
    options = parser.parse_args(arguments)
    found = dict((*parameter_digests(options.arithmetic), *snapshot_digests(options.arithmetic)))
    if options.write:
        options.write.write_text(json.dumps(found, indent=0))
    if not options.compare:
        print(f"{len(found)} digests: {digest(found)}")
        return 0
    before = json.loads(options.compare.read_text())
    differing = sorted(name for name in before.keys() | found.keys() if before.get(name) != found.get(name))
    print(*differing, f"{len(differing)} of {len(found)} digests differ", sep="\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
