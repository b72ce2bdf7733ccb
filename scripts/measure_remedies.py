"""Every finding and its remedy, on runs that show the finding: the table of the manual.

    python scripts/measure_remedies.py

A run is trained until it shows the finding, and then goes on twice for as many epochs: as it is, and with the remedy
that it was told; one that is told to go back stays there. What a remedy is to make smaller is the training loss; the
test loss where a network overfits; and one less the balanced accuracy where a class is never predicted, since weights
of classes change what the loss is.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final, get_args

import numpy as np

from tuinet.cli.remarks import remark
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.observe.finding import Finding, FindingKind, Remedy
from tuinet.observe.snapshot import Snapshot
from tuinet.session.commands import Reinitialize, Seek, SessionCommand
from tuinet.session.edits import AddPoint, ClearPoints, Configure
from tuinet.session.session import Session

Fields = Mapping[str, Any]

XOR: Final[Fields] = {"dataset": "xor"}
CIRCLE: Final[Fields] = {"dataset": "circle", "samples": 80}
MOONS: Final[Fields] = {"dataset": "moons", "samples": 80}
SINE: Final[Fields] = {"dataset": "sine", "samples": 80}
DEEP: Final[Fields] = {"hidden": (8,) * 10, "activation": ("sigmoid",)}
RELU: Final[Fields] = {"activation": ("relu",)}
STRAIGHT: Final[Fields] = {"activation": ("linear",), "loss": "mse", "output": "linear", "hidden": (8,) * 8}
STEP: Final[Fields] = {"activation": ("step",)}
DEEP_RELU: Final[Fields] = {**XOR, **RELU, "hidden": (4,) * 10, "initializer": "he_normal"}
THROWN: Final[Fields] = {"dataset": "spiral", **RELU, "hidden": (8,), "learning_rate": 0.9}
STEEP: Final[Fields] = {"activation": ("tanh",), "initializer": "normal", "init_scale": 40.0, "hidden": (8, 8)}
NOISY: Final[Fields] = {"dataset": "moons", "noise": 0.4, "hidden": (32, 32), "learning_rate": 0.3}
CORNERS: Final = (((0.0, 0.0), 0.0), ((0.0, 1.0), 1.0), ((1.0, 0.0), 1.0), ((1.0, 1.0), 0.0))
RARE: Final = "rare"
"""Stands for a file in which one sample of thirty is of the second class, where many of the first are, too."""
UNBALANCED: Final[Fields] = {"dataset": RARE, "hidden": (8, 8), "learning_rate": 0.03}


@dataclass(frozen=True)
class FindingRun:
    """A run that shows a finding after so many epochs, and goes on for as many more."""

    kind: FindingKind
    fields: Fields
    epochs: int
    more: int

    @property
    def words(self) -> str:
        """The run in a few words."""
        given = {name: value for name, value in self.fields.items() if name != "dataset"}
        values = (f"{name.replace('_', ' ')} {_plain(value)}" for name, value in given.items())
        return ", ".join([str(self.fields["dataset"]), *values])


def _plain(value: Any) -> str:
    """``8 × 10`` for ten layers of eight."""
    if isinstance(value, tuple):
        return f"{value[0]} × {len(value)}" if len(value) > 2 else ",".join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


Tried = tuple[tuple[Fields, int, int], ...]
"""Runs that show a finding: their fields, the epochs after which they do, and those for which they go on."""


def _seeds(fields: Fields, *seeds: int, name: str = "seed") -> list[Fields]:
    return [{**fields, name: seed} for seed in seeds]


_NAMED: Final[Mapping[FindingKind, Tried]] = {
    "diverged": (
        ({**XOR, "learning_rate": 1e300}, 30, 100),
        ({**SINE, "learning_rate": 3.0}, 30, 100),
        ({**XOR, **STRAIGHT, "init_scale": 3.0}, 30, 100),
    ),
    "no samples": ((XOR, 0, 300), (CIRCLE, 0, 300), (MOONS, 0, 300)),
    "tiny weights": (
        ({**XOR, "init_scale": 1e-6}, 50, 2000),
        ({**CIRCLE, "init_scale": 1e-6}, 50, 50),
        ({**MOONS, "init_scale": 1e-3}, 50, 50),
    ),
    "step": (({**XOR, **STEP}, 30, 2000), ({**CIRCLE, **STEP}, 30, 100), ({**MOONS, **STEP}, 30, 100)),
    "large rate": (
        ({**MOONS, "learning_rate": 10.0}, 50, 100),
        ({**XOR, "learning_rate": 30.0}, 100, 2000),
        ({"dataset": "iris", "learning_rate": 20.0}, 20, 50),
        ({**THROWN, "samples": 80}, 60, 1500),
    ),
    "exploding": (
        ({**XOR, **STRAIGHT, "init_scale": 3.0}, 1, 50),
        ({**SINE, "learning_rate": 3.0, "batch_size": 8}, 1, 50),
        ({**SINE, "learning_rate": 1.0, "init_scale": 5.0}, 1, 50),
    ),
    "no gradients": (
        ({**XOR, "activation": ("tanh",), "initializer": "zeros"}, 50, 300),
        ({**MOONS, **RELU, "learning_rate": 30.0}, 50, 300),
        ({**XOR, **RELU, "learning_rate": 300.0}, 50, 300),
        ({**MOONS, **RELU, "learning_rate": 3.0}, 100, 200),
        *((fields, 50, 600) for fields in _seeds(DEEP_RELU, 1, 5)),
    ),
    "vanishing": (
        ({**CIRCLE, **DEEP}, 40, 100),
        ({**MOONS, **DEEP}, 40, 100),
        ({**CIRCLE, **DEEP, "initializer": "normal", "init_scale": 0.3}, 40, 100),
        ({**DEEP_RELU, "seed": 2}, 100, 600),
        ({**CIRCLE, "learning_rate": 30.0}, 2, 200),
        ({**XOR, "l2": 0.1}, 1100, 2000),
    ),
    "dead": tuple((fields, 100, 300) for fields in _seeds(THROWN, 1, 2, 4)),
    "saturated": (
        ({**XOR, "learning_rate": 50.0}, 10, 2000),
        ({**CIRCLE, "learning_rate": 30.0}, 10, 200),
        ({**CIRCLE, **STEEP}, 10, 200),
    ),
    "jumping": (
        ({**XOR, "learning_rate": 300.0}, 1, 2000),
        ({**XOR, "learning_rate": 100.0}, 1, 2000),
        ({**MOONS, "learning_rate": 10.0}, 1, 100),
        ({**XOR, "l1": 0.05}, 1100, 2000),
    ),
    "standing still": (
        ({**XOR, "learning_rate": 1e-8}, 10, 2000),
        ({**CIRCLE, "learning_rate": 1e-8}, 10, 100),
        ({**CIRCLE, "schedule": "cosine", "decay_epochs": 3}, 10, 100),
        ({**XOR, **DEEP, "initializer": "normal", "init_scale": 0.3}, 150, 1000),
    ),
    "stuck": (
        *((fields, 3000, 2000) for fields in _seeds(XOR, 6, 27, 28)),
        ({**XOR, "hidden": ()}, 1100, 2000),
        ({"dataset": "parity:4", "hidden": ()}, 1100, 2000),
        ({**XOR, "activation": ("linear",)}, 1100, 2000),
        ({"dataset": "hills", "samples": 80, "hidden": (2,)}, 1200, 300),
        ({**CIRCLE, "l2": 0.1}, 1100, 200),
        ({"dataset": "spiral", "samples": 80, "hidden": (2, 2)}, 1200, 600),
        ({**XOR, "initializer": "constant"}, 2200, 2000),
    ),
    "slow": (
        ({**XOR, "seed": 1}, 100, 200),
        ({**XOR, "seed": 4}, 200, 200),
        ({**XOR, "learning_rate": 0.01}, 200, 2000),
        ({**XOR, "learning_rate": 2.0}, 20, 40),
        ({"dataset": "spiral", "samples": 80}, 40, 100),
        ({**MOONS, "activation": ("sigmoid",)}, 40, 100),
        ({**CIRCLE, "learning_rate": 0.003}, 40, 100),
        ({**XOR, "hidden": ()}, 100, 2000),
        ({**XOR, "initializer": "constant"}, 200, 2000),
    ),
    "never predicted": tuple((fields, 40, 40) for fields in _seeds(UNBALANCED, 1, 3, 4)),
    "overfitting": tuple((fields, 300, 200) for fields in _seeds({**NOISY, "samples": 80}, 1, 2, 3, name="data_seed")),
    "few tested": tuple((fields, 200, 60) for fields in _seeds({**NOISY, "samples": 40}, 1, 2, 3, name="data_seed")),
}
RUNS: Final = tuple(FindingRun(kind, *one) for kind, tried in _NAMED.items() for one in tried)


@dataclass(frozen=True)
class Measured:
    """What came of a run, with and without the remedy; each number is the better the smaller it is."""

    run: FindingRun
    finding: Finding
    offered: str
    """The remedy as a command line names it."""
    snapshot: Snapshot
    """Where it was offered."""
    before: float
    without: float
    helped: float
    is_gone: bool
    """Whether the finding is gone with the remedy."""


def measure(run: FindingRun, folder: Path) -> Measured:
    """Train a run, and go on with it twice; a LookupError where it does not show the finding."""
    session = _session(run, folder)
    snapshot = session.snapshot()
    finding = next((one for one in snapshot.findings if one.kind == run.kind), None)
    if finding is None or finding.remedy is None:
        raise LookupError(f"{run.words}: no {run.kind} with a remedy, but {[one.cause for one in snapshot.findings]}")
    offered = remark(finding, snapshot.experiment).removeprefix(finding.cause).removeprefix("; ")
    if finding.remedy.back_to is not None:
        offered = offered.replace(str(finding.remedy.back_to), "N")
    before, saved = _criterion(session, run.kind), session.save()
    session.advance(run.more)
    without = _criterion(session, run.kind)
    helped = Session.from_saved(saved)
    for command in commands_for(finding.remedy, snapshot.experiment):
        helped.edit(command)
    for features, target in CORNERS if finding.remedy.adds_samples else ():
        helped.edit(AddPoint(features, target))
    if finding.remedy.back_to is None:
        helped.advance(run.more)
    is_gone = all(one.kind != run.kind for one in helped.snapshot().findings)
    return Measured(run, finding, offered, snapshot, before, without, _criterion(helped, run.kind), is_gone)


def commands_for(remedy: Remedy, experiment: Experiment) -> list[SessionCommand]:
    """What a session is told to do, so that a run is helped; samples have to be added by somebody."""
    if remedy.back_to is not None:
        return [Seek(remedy.back_to)]
    commands: list[SessionCommand] = [Configure(remedy.changes)] if remedy.changes else []
    return [*commands, Reinitialize(experiment.seed + 1)] if remedy.draws_anew else commands


def _session(run: FindingRun, folder: Path) -> Session:
    session = Session(_experiment(run.fields, folder))
    if run.kind == "no samples":
        session.edit(ClearPoints())
    session.advance(run.epochs)
    return session


def _experiment(fields: Fields, folder: Path) -> Experiment:
    if fields["dataset"] != RARE:
        return make_experiment(**fields)
    path = folder / "rare.csv"
    if not path.exists():
        points = np.random.default_rng(2).standard_normal((300, 2))
        is_rare = np.arange(300) % 30 == 0
        points[is_rare] += 0.8
        rows = (f"{x:.4f},{y:.4f},{'rare' if rare else 'usual'}" for (x, y), rare in zip(points, is_rare, strict=True))
        path.write_text("\n".join(["x,y,class", *rows]) + "\n")
    return make_experiment(**{**fields, "dataset": str(path)})


def _criterion(session: Session, kind: FindingKind) -> float:
    tested, metrics = session.test_metrics(), session.metrics()
    if not metrics.samples:
        return math.nan
    if kind == "never predicted":
        return 1 - (metrics.balanced_accuracy or 0.0)
    return tested.loss if kind in ("overfitting", "few tested") and tested is not None else metrics.loss


def table(measured: list[Measured]) -> list[str]:
    """Rows in Markdown: a finding, what is offered, to how many runs, and medians of what it is to make smaller."""
    rows = [
        "| finding | remedy, as `train` says it | runs | before | without | with | gone |",
        "|---|---|---|---|---|---|---|",
    ]
    for kind in get_args(FindingKind):
        own = [one for one in measured if one.run.kind == kind]
        for offered in dict.fromkeys(one.offered for one in own):
            some = [one for one in own if one.offered == offered]
            numbers = (median(getattr(one, name) for one in some) for name in ("before", "without", "helped"))
            cells = [
                kind,
                f"`{offered}`",
                str(len(some)),
                *("–" if math.isnan(number) else f"{number:.3g}" for number in numbers),
            ]
            rows.append(f"| {' | '.join(cells)} | {sum(one.is_gone for one in some)} of {len(some)} |")
    return rows


def main() -> None:
    """Print the table, and below it the runs."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured = [measure(run, Path(folder)) for run in RUNS]
    print("\n".join(table(measured)))
    print()
    for one in measured:
        gone = "" if one.is_gone else ", and is still found"
        print(f"- {one.run.kind}: {one.run.words}: {one.without:.3g} without, {one.helped:.3g} with{gone}")


if __name__ == "__main__":
    main()
