"""Checkpoint files: a documented, versioned NPZ with a JSON header, read without trust and written all or nothing.

Version 1 holds one array for each entry of `Checkpoint`, and ``header``, the bytes of a JSON object with

- ``format``: ``"tuinet checkpoint"``, and ``version``: 1
- ``experiment``: the Experiment, as `Experiment.to_dict` gives it
- ``step_count`` and ``phases``; ``edits``, a list of the edits in the middle of the step, each with its ``phase``, the
  name of its ``command`` and that command's fields
- ``generators``: the states of the generators
- ``data_digest``: of the samples it was trained on
- ``slots`` and ``history``: the names of the arrays ``slot_NAME`` and ``history_NAME``
- ``grads_are_stale``: whether there was a change by hand since the last gradients; where it is missing, there was none

Files from before the norms of the gradients were recorded lack ``history_grad_norms``, and are read all the same.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, get_args
from zipfile import ZipFile

import numpy as np

from tuinet.config import Experiment
from tuinet.data.archive import open_archive
from tuinet.data.npy_array import read_array
from tuinet.data.place import Place
from tuinet.errors import CheckpointError, DataError, ExperimentError
from tuinet.training.checkpoint import Checkpoint, StepEdit
from tuinet.training.commands import EditCommand

FORMAT: Final = "tuinet checkpoint"
VERSION: Final = 1
_VECTORS: Final = ("parameters", "grads", "updates")


def write(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint; what was at the path stays until the new file is complete and on the disk.

    Raises
    ------
    CheckpointError
        If it cannot be written.
    """
    data = io.BytesIO()
    np.savez_compressed(data, allow_pickle=False, **_arrays(checkpoint))
    try:
        _replace(path, data.getbuffer())
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be written: {error.strerror}") from error


def require_writable(path: Path) -> None:
    """Refuse a path that cannot be written to, before hours of training end there.

    Raises
    ------
    CheckpointError
        If there is no such folder, or no permission.
    """
    real = path.resolve()
    if not real.parent.is_dir():
        raise CheckpointError(f"{path}: there is no folder {real.parent}")
    if real.exists() and not real.is_file():
        raise CheckpointError(f"{path}: cannot be written: it is {'a folder' if real.is_dir() else 'no ordinary file'}")
    try:
        descriptor, name = _temporary(real)
        os.close(descriptor)
        os.unlink(name)
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be written: {error.strerror}") from error


def read(path: Path) -> Checkpoint:
    """Read a checkpoint.

    Raises
    ------
    CheckpointError
        If the file is not one, is damaged, or is of a version that this program does not know.
    """
    place = Place(str(path))
    try:
        with open_archive(str(path)) as archive:
            header = _header(archive, place)
            return _checkpoint(archive, header, place)
    except (DataError, ExperimentError) as error:
        message = str(error) if str(error).startswith(str(place)) else f"{place}: {error}"
        raise CheckpointError(message) from error
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError) as error:
        raise CheckpointError(f"{place}: damaged: {' '.join(str(error).split())[:80]}") from error


def _arrays(checkpoint: Checkpoint) -> dict[str, Any]:
    header = {
        "format": FORMAT,
        "version": VERSION,
        "experiment": checkpoint.experiment.to_dict(),
        "step_count": checkpoint.step_count,
        "phases": checkpoint.phases,
        "edits": [
            {"phase": edit.phase, "command": type(edit.command).__name__, **asdict(edit.command)}
            for edit in checkpoint.edits
        ],
        "generators": checkpoint.generators,
        "data_digest": checkpoint.data_digest,
        "grads_are_stale": checkpoint.grads_are_stale,
        "slots": list(checkpoint.slots),
        "history": list(checkpoint.history),
    }
    return {
        "header": np.frombuffer(json.dumps(header).encode(), np.uint8),
        **{name: getattr(checkpoint, name) for name in (*_VECTORS, "order")},
        **{f"slot_{name}": np.atleast_1d(slot) for name, slot in checkpoint.slots.items()},
        **{f"history_{name}": np.atleast_1d(values) for name, values in checkpoint.history.items()},
    }


def _replace(path: Path, data: memoryview) -> None:
    """Put the data at the path in one step, and see to it that it is on the disk."""
    real = path.resolve()
    descriptor, name = _temporary(real)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, _mode(real))
        os.replace(name, real)
    except BaseException:
        os.unlink(name)
        raise
    if os.name == "posix":
        handle = os.open(real.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _temporary(path: Path) -> tuple[int, str]:
    return tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced, or those of any new file."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _header(archive: ZipFile, place: Place) -> dict[str, Any]:
    if "header.npy" not in archive.namelist():
        raise place.error("it is no checkpoint of tuinet; `tuinet train --save FILE` writes one")
    data = read_array(archive, "header", "u", place, as_table=False).tobytes()
    header = json.loads(data.decode())
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise place.error("it is no checkpoint of tuinet; `tuinet train --save FILE` writes one")
    if header.get("version") != VERSION:
        raise place.error(f"it is of version {header.get('version')!r}; this program reads version {VERSION}")
    return header


def _checkpoint(archive: ZipFile, header: dict[str, Any], place: Place) -> Checkpoint:
    def array(name: str, kinds: str = "f") -> Any:
        return read_array(archive, name, kinds, place, as_table=False)

    slots = {name: array(f"slot_{name}") for name in header["slots"]}
    return Checkpoint(
        experiment=Experiment.from_dict(header["experiment"]),
        step_count=_count(header["step_count"], "step_count", place),
        phases=_count(header["phases"], "phases", place),
        edits=tuple(_edit(edit, place) for edit in header["edits"]),
        parameters=array("parameters"),
        grads=array("grads"),
        updates=array("updates"),
        slots=slots,
        order=array("order", "i"),
        generators=header["generators"],
        history={name: array(f"history_{name}") for name in header["history"]},
        data_digest=header["data_digest"],
        grads_are_stale=header.get("grads_are_stale") is True,
    )


def _edit(values: dict[str, Any], place: Place) -> StepEdit:
    names = {command.__name__: command for command in get_args(EditCommand)}
    fields = dict(values)
    phase, name = _count(fields.pop("phase"), "phase", place), fields.pop("command")
    if name not in names:
        raise place.error(f"damaged: there is no command {name!r}")
    return StepEdit(phase, names[name](**fields))


def _count(value: object, name: str, place: Place) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        raise place.error(f"damaged: {name} is {value!r}, not a whole number from 0 up")
    return value
