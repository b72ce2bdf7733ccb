"""What a run is exported as, and the folder that it is written into."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from tuinet.data.replacing import replace_file
from tuinet.export.common import data_files
from tuinet.export.numpy_script import numpy_script
from tuinet.export.plan import ExportError, make_plan
from tuinet.export.tables import tables
from tuinet.export.torch_script import torch_script
from tuinet.share.record import to_json
from tuinet.share.shared import share
from tuinet.training import checkpoint_file
from tuinet.training.course import Course
from tuinet.training.session import Session

Kind = Literal["numpy", "torch", "json", "csv"]
KINDS: Final[Mapping[Kind, str]] = {
    "numpy": "NumPy script: trains the same network with nothing but NumPy, to the same bits",
    "torch": "PyTorch script: the same with PyTorch, up to rounding",
    "json": "JSON: the run for tuinet --from, and its weights for --weights",
    "csv": "CSV tables: samples, weights, and the history of every metric",
}
"""What a run can be exported as."""
_SCRIPTS: Final = {"numpy": ("train_numpy.py", numpy_script), "torch": ("train_torch.py", torch_script)}
_UNUSUAL: Final = re.compile(r"[^\w.+-]+")


@dataclass(frozen=True)
class Export:
    """Files by their names, and what is to be said about them."""

    files: Mapping[str, str]
    notes: tuple[str, ...] = ()


def export(session: Session, kinds: Iterable[Kind]) -> Export:
    """A session at the moment it is at; nothing of it is changed.

    Raises
    ------
    ExportError, ShareError
        If it cannot be exported as one of the kinds.
    """
    files: dict[str, str] = {}
    notes: list[str] = []
    for kind in dict.fromkeys(kinds):
        if kind in _SCRIPTS:
            name, write = _SCRIPTS[kind]
            plan = make_plan(session.course())
            files |= {name: write(plan), **data_files(plan)}
            notes += plan.notes
        elif kind == "json":
            files |= {"run.json": to_json(share(session.course())) + "\n", "weights.json": weights_json(session)}
        else:
            files |= tables(session)
    return Export(files, tuple(dict.fromkeys(notes)))


def weights_json(session: Session) -> str:
    """All weights and biases, as --weights reads them."""
    parameters = session.parameters
    values = {
        "weights": [weights.tolist() for weights in parameters.weights],
        "biases": [biases.tolist() for biases in parameters.biases],
    }
    if not session.is_finite:
        raise ExportError("there are weights that are not finite numbers: JSON has no such numbers")
    return json.dumps(values, allow_nan=False) + "\n"


def session_at(course: Course) -> Session:
    """A session of one's own where a course ends.

    Raises
    ------
    TuinetError
        If its data or its file can no longer be used.
    """
    if course.source:
        session = Session.from_saved(checkpoint_file.read(Path(course.source)), course.source)
    else:
        session = Session(course.experiment)
    session.follow(course)
    return session


def folder_name(session: Session) -> str:
    """A name for the folder of a run: ``moons-2-8-8-1-epoch-217``."""
    name = _UNUSUAL.sub("-", Path(session.dataset.name).stem).strip("-.") or "run"
    return f"{name}-{'-'.join(map(str, session.parameters.layer_sizes))}-epoch-{session.epoch}"


def write_folder(folder: Path, files: Mapping[str, str], *, force: bool = False) -> None:
    """Write files into a new folder, all or nothing; into one that is there only by force, each file all or nothing.

    Raises
    ------
    ExportError
        If it is there, or cannot be written.
    """
    try:
        if folder.is_dir() and any(folder.iterdir()):
            if not force:
                raise ExportError(
                    f"{folder}: is there already, and not empty; --force writes into it, --out names another"
                )
            for name, text in files.items():
                replace_file(folder / name, text.encode())
        else:
            _write_new(folder, files)
    except OSError as error:
        raise ExportError(f"{folder}: cannot be written: {(error.strerror or str(error)).lower()}") from error
    except ValueError as error:
        raise ExportError(f"no folder can be called {str(folder)!r}") from error


def _write_new(folder: Path, files: Mapping[str, str]) -> None:
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
    try:
        for name, text in files.items():
            replace_file(part / name, text.encode())
        mask = os.umask(0)
        os.umask(mask)
        part.chmod(0o777 & ~mask)
        part.replace(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
