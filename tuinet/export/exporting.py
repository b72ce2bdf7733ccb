"""The forms of an exported run, the tables of its samples, weights and metrics, and the folder of these files."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from tuinet.data.dataset import Dataset
from tuinet.export import onnx_file
from tuinet.export.numpy_script import numpy_script
from tuinet.export.parts import data_files
from tuinet.export.plan import ExportError, make_plan
from tuinet.export.torch_script import torch_script
from tuinet.nn.parameters import Array
from tuinet.observe.metrics import Metrics, predicted_classes
from tuinet.output import csv_text
from tuinet.session.predictor import predictor_of_run
from tuinet.session.session import Session
from tuinet.session.timeline import START, Position, Trajectory
from tuinet.share.record import to_json
from tuinet.share.shared import share
from tuinet.storage import session_file
from tuinet.storage.atomic import replace_file

ROWS = 1000
"""Moments in the history, about."""
_METRICS = ("loss", "accuracy", "balanced_accuracy", "macro_f1", "label_accuracy", "r2", "rmse")


def tables(session: Session) -> dict[str, str]:
    """The files by their names."""
    dataset = session.run.dataset
    files = {"train.csv": samples_table(dataset, dataset.X, dataset.y)}
    if len(dataset.X_test):
        files["test.csv"] = samples_table(dataset, dataset.X_test, dataset.y_test)
    weights = csv_text(("layer", "input", "neuron", "value"), _weights(session))
    return {**files, "weights.csv": weights, "history.csv": history_table(session)}


def samples_table(dataset: Dataset, X: Array, y: Array) -> str:
    """Features in their own units, and the class or the numbers to predict."""
    if dataset.task in ("regression", "labels"):
        names, targets = dataset.target_names, y.tolist()
    else:
        names, targets = ("class",), [[dataset.class_names[label]] for label in predicted_classes(y, 0.5)]
    rows = ([*features, *target] for features, target in zip(X.tolist(), targets, strict=True))
    return csv_text([*dataset.feature_names, *names], rows)


def _weights(session: Session) -> Iterator[list[Any]]:
    names: Sequence[str] = session.run.dataset.input_names
    for layer, block in enumerate(session.run.parameters.blocks, start=1):
        for source, values in zip([*names, "bias"], block.tolist(), strict=True):
            for neuron, value in enumerate(values, start=1):
                yield [layer, source, neuron, value]
        names = [f"h{number}" for number in range(1, block.shape[1] + 1)]


def history_table(session: Session) -> str:
    """Every metric at moments in equal strides from the start to now; only now where the past is not known."""
    tested = session.test_metrics() is not None
    named = _named(session.metrics())
    names = ["step", "epoch", "learning_rate", *named, "penalty", "objective"]
    return csv_text([*names, *(f"test_{name}" for name in named if tested)], _history(session))


def _history(session: Session) -> Iterator[list[Any]]:
    trajectory = session.trajectory()
    if trajectory.origin > START:
        yield _moment(session)
        return
    again = Session(trajectory.experiment, records=False)
    per_epoch = again.run.clock.batches_per_epoch
    stride = max(1, trajectory.position.step // ROWS // per_epoch) * per_epoch
    moments = [Position(step) for step in range(0, trajectory.position.step, stride)]
    for moment in [*moments, trajectory.position]:
        until = tuple(edit for edit in trajectory.edits if edit.position <= moment)
        again.follow(Trajectory(trajectory.experiment, until, moment))
        yield _moment(again)


def _moment(session: Session) -> list[Any]:
    metrics, test, penalty = session.metrics(), session.test_metrics(), session.run.penalty
    row = [
        session.run.step_count,
        session.run.epoch,
        float(session.run.optimizer.learning_rate),
        *_named(metrics).values(),
    ]
    return [*row, penalty, metrics.loss + penalty, *(_named(test).values() if test is not None else ())]


def _named(metrics: Metrics) -> dict[str, float]:
    return {name: value for name in _METRICS if (value := getattr(metrics, name)) is not None}


Kind = Literal["numpy", "torch", "onnx", "json", "csv"]
KINDS: Final[Mapping[Kind, str]] = {
    "numpy": "NumPy script: trains the same network with nothing but NumPy, to the same bits in fast arithmetic",
    "torch": "PyTorch script: the same with PyTorch, up to rounding",
    "onnx": "ONNX: the network and its encoder for other programs; needs pip install 'tuinet[onnx]'",
    "json": "JSON: the run for tuinet --from, and its weights for --weights",
    "csv": "CSV tables: samples, weights, and the history of every metric",
}
"""The forms in which a run can be exported."""
_SCRIPTS: Final = {"numpy": ("train_numpy.py", numpy_script), "torch": ("train_torch.py", torch_script)}
_UNUSUAL: Final = re.compile(r"[^\w.+-]+")


@dataclass(frozen=True)
class Export:
    """Files by their names, and what is to be said about them."""

    files: Mapping[str, str]
    notes: tuple[str, ...] = ()
    binary: Mapping[str, bytes] = field(default_factory=dict)
    """Files that are no text."""

    @property
    def all_files(self) -> dict[str, str | bytes]:
        """Text or not."""
        return {**self.files, **self.binary}


def export(session: Session, kinds: Iterable[Kind]) -> Export:
    """A session at the moment it is at; nothing of it is changed."""
    files: dict[str, str] = {}
    binary: dict[str, bytes] = {}
    notes: list[str] = []
    for kind in dict.fromkeys(kinds):
        if kind in _SCRIPTS:
            name, write = _SCRIPTS[kind]
            trajectory = session.trajectory()
            plan = make_plan(trajectory, session.run.datasets.given(trajectory.experiment))
            plan = replace(plan, trained=session.run.parameters.vector.copy())
            files |= {name: write(plan), **data_files(plan)}
            notes += plan.notes
        elif kind == "onnx":
            binary[onnx_file.NAME] = onnx_file.onnx_model(predictor_of_run(session.run))
        elif kind == "json":
            files |= {
                "run.json": to_json(share(session.trajectory())) + "\n",
                "weights.json": weights_json(session),
            }
        else:
            files |= tables(session)
    return Export(files, tuple(dict.fromkeys(notes)), binary)


def weights_json(session: Session) -> str:
    """All weights and biases, as --weights reads them."""
    parameters = session.run.parameters
    values = {
        "weights": [weights.tolist() for weights in parameters.weights],
        "biases": [biases.tolist() for biases in parameters.biases],
    }
    if not session.run.is_finite:
        raise ExportError("there are weights that are not finite numbers: JSON has no such numbers")
    return json.dumps(values, allow_nan=False) + "\n"


def session_at(trajectory: Trajectory) -> Session:
    """A session of one's own where a trajectory ends."""
    if trajectory.source:
        session = Session.from_saved(session_file.read(Path(trajectory.source)), trajectory.source)
    else:
        session = Session(trajectory.experiment)
    session.follow(trajectory)
    return session


def folder_name(session: Session) -> str:
    """A name for the folder of a run: ``moons-2-8-8-1-epoch-217``."""
    name = _UNUSUAL.sub("-", Path(session.run.dataset.name).stem).strip("-.") or "run"
    return f"{name}-{'-'.join(map(str, session.run.parameters.layer_sizes))}-epoch-{session.run.epoch}"


def write_folder(folder: Path, files: Mapping[str, str | bytes], *, force: bool = False) -> None:
    """Write files into a new folder, all or nothing; into one that is there only by force, each file all or nothing."""
    try:
        if folder.is_dir() and any(folder.iterdir()):
            if not force:
                raise ExportError(
                    f"{folder}: is there already, and not empty; --force writes into it, --out names another"
                )
            for name, text in files.items():
                replace_file(folder / name, _encoded(text))
        else:
            _write_new(folder, files)
    except OSError as error:
        raise ExportError(f"{folder}: cannot be written: {(error.strerror or str(error)).lower()}") from error
    except ValueError as error:
        raise ExportError(f"no folder can be called {str(folder)!r}") from error


def _write_new(folder: Path, files: Mapping[str, str | bytes]) -> None:
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
    try:
        for name, text in files.items():
            replace_file(part / name, _encoded(text))
        mask = os.umask(0)
        os.umask(mask)
        part.chmod(0o777 & ~mask)
        part.replace(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def _encoded(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode()
