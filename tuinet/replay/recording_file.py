"""Files of recordings: a documented, versioned NPZ with a JSON header, read without trust, written all or nothing.

Version 1 holds ``header``, the bytes of a JSON object, and seven arrays in which the chapters stand one behind the
other. The header has

- ``format``: ``"tuinet recording"``, ``version``: 1, and ``program``: the version of tuinet that wrote it
- ``chapters``: for each part of the run between two changes its ``experiment`` (as `Experiment.to_dict` gives it), the
  ``data_digest`` of its samples, its ``clock`` (batches in an epoch; updates and epochs when they were last counted
  anew), ``changed_at``, the updates and epochs at the change (which older files lack), the number of its ``moments``,
  of its ``parameters``, of its ``slots`` by their names, of the samples in a ``batch`` (0 where each is the whole
  training set), of ``dropout`` words (6 or 0), and of the points and layers of its ``history``
- ``datasets``: what the samples were made from (``spec``), and ``samples``: what they are besides their numbers, and
  the shapes of these; ``null`` where they are too large to be in the file, and have to be made or read from ``spec``
- ``curve``: the points of the loss curve of the whole run, and whether it has ``tested`` losses

The arrays are ``steps`` (complete updates at each moment), ``parameters`` and ``slots`` (before the last of them, as
`tuinet.replay.recording.pack` gives them), ``batches`` (the samples of the last update), ``dropout`` (the state of its
generator before it), ``histories`` (of each chapter the stride, the losses, and the norms of the gradients; then the
curve's epochs, losses and test losses) and ``samples``.

A Dataset stands in it as plain values and numbers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from tuinet import __version__
from tuinet.data.archive import naming_damage, open_archive, read_array
from tuinet.data.dataset import Dataset
from tuinet.data.place import Place
from tuinet.data.recipe import DataSpec, Reading
from tuinet.experiment.experiment import Experiment, tupled
from tuinet.experiment.presets import BEFORE_FILES, as_kept
from tuinet.files import RECORDING
from tuinet.replay.recording import AnyArray, ArrayReader, Chapter, Recording, pack, unpack
from tuinet.session.history import HistorySnapshot
from tuinet.storage.dataset_record import dataset_facts, read_facts
from tuinet.storage.records import checked, clock_record, read_clock, whole
from tuinet.storage.session_file import read_header, write_archive

_SETS: Final = ("X", "y", "X_test", "y_test")


def dataset_record(dataset: Dataset, numbers: list[AnyArray]) -> dict[str, Any] | None:
    """A dataset without its numbers, which are appended to a list; ``None`` where they are too many."""
    arrays = [getattr(dataset, name) for name in _SETS]
    if sum(array.nbytes for array in arrays) > LARGE:
        return None
    numbers += arrays
    return {"shapes": [list(array.shape) for array in arrays], **dataset_facts(dataset)}


def read_dataset(record: Mapping[str, Any], numbers: ArrayReader) -> Dataset:
    """The inverse of `dataset_record`; KeyError, TypeError or ValueError where the record is none."""
    shapes = [[whole(size) for size in shape] for shape in record["shapes"]]
    arrays = {name: numbers.table(rows, columns) for name, (rows, columns) in zip(_SETS, shapes, strict=True)}
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise ValueError("a sample has a number that is not finite")
    dataset = read_facts(record, arrays)
    if not (len(dataset.X) or dataset.shown):
        raise ValueError("there are no samples")
    return dataset


FORMAT: Final = "tuinet recording"
VERSION: Final = 1
LARGE: Final = 8 * 2**20
"""Bytes of samples that are left out of the file where they can be made or read anew."""
_MOST_CHAPTERS: Final = 10_000
_ARRAYS: Final = {
    "steps": "i8",
    "parameters": "u1",
    "slots": "u1",
    "batches": "i4",
    "dropout": "u8",
    "histories": "f8",
    "samples": "f8",
}
_NO_RECORDING: Final = "it is no recording of tuinet; `tuinet record --out FILE` writes one"


def write(path: Path, recording: Recording) -> None:
    """Write a recording, all or nothing; raises CheckpointError."""
    write_archive(path, to_arrays(recording))


def read(path: Path) -> Recording:
    """Read a recording.

    Raises
    ------
    CheckpointError
        If the file is not one, is damaged, or is of a version that this program does not know.
    """
    place = Place(str(path))
    with naming_damage(place):
        with open_archive(str(path), RECORDING, _NO_RECORDING) as archive:
            header = read_header(archive, place, FORMAT, (VERSION,), _NO_RECORDING)
            arrays = {
                name: read_array(archive, name, np.dtype(kind).kind, place, as_table=False)
                for name, kind in _ARRAYS.items()
            }
        return _recording(header, {name: ArrayReader(name, array, _ARRAYS[name]) for name, array in arrays.items()})


def to_arrays(recording: Recording) -> dict[str, AnyArray]:
    """The arrays of a file."""
    parts: dict[str, list[AnyArray]] = {name: [] for name in _ARRAYS}
    chapters = [_chapter_record(chapter, parts) for chapter in recording.chapters]
    datasets = [
        {"spec": spec.to_dict(), "samples": dataset_record(dataset, parts["samples"])}
        for spec, dataset in recording.datasets.items()
    ]
    curve = recording.curve
    parts["histories"] += [curve.epochs, curve.losses, *([] if curve.test_losses is None else [curve.test_losses])]
    header = {
        "format": FORMAT,
        "version": VERSION,
        "program": __version__,
        "chapters": chapters,
        "datasets": datasets,
        "curve": {"points": len(curve.epochs), "tested": curve.test_losses is not None},
    }
    joined = {
        name: np.concatenate([np.empty(0, _ARRAYS[name]), *(part.reshape(-1) for part in some)], dtype=_ARRAYS[name])
        for name, some in parts.items()
    }
    return {"header": np.frombuffer(json.dumps(header).encode(), np.uint8), **joined}


def _chapter_record(chapter: Chapter, parts: dict[str, list[AnyArray]]) -> dict[str, Any]:
    parts["steps"].append(chapter.steps)
    parts["parameters"].append(pack(chapter.parameters))
    parts["slots"] += [pack(slot) for slot in chapter.slots.values()]
    parts["batches"].append(chapter.batches)
    parts["dropout"].append(chapter.dropout)
    history = chapter.history
    parts["histories"] += [np.atleast_1d(history["stride"]), history["losses"], history["grad_norms"]]
    return {
        "experiment": chapter.experiment.to_dict(),
        "data_digest": chapter.data_digest,
        "clock": clock_record(chapter.clock),
        "changed_at": list(chapter.changed_at),
        "moments": len(chapter.steps),
        "parameters": chapter.parameters.shape[1],
        "slots": {name: slot.shape[1] for name, slot in chapter.slots.items()},
        "batch": chapter.batches.shape[1],
        "dropout": chapter.dropout.shape[1],
        "history": list(history["grad_norms"].shape),
    }


def _recording(header: Mapping[str, Any], readers: Mapping[str, ArrayReader]) -> Recording:
    records = header["chapters"]
    if not isinstance(records, list) or not 0 < len(records) <= _MOST_CHAPTERS:
        raise ValueError("there are no chapters, or too many")
    chapters = tuple(_chapter(record, readers) for record in records)
    datasets = {
        (spec := read_spec(record["spec"])): in_arithmetic(spec, read_dataset(record["samples"], readers["samples"]))
        for record in header["datasets"]
        if record["samples"] is not None
    }
    curve = _curve(header["curve"], readers["histories"])
    for reader in readers.values():
        reader.require_end()
    _require_order(chapters)
    return Recording(chapters, datasets, curve)


def in_arithmetic(spec: DataSpec, dataset: Dataset) -> Dataset:
    """A Dataset from a file, with features made in the arithmetic that its spec asks for."""
    return replace(dataset, encoder=dataset.encoder._replace(arithmetic=spec.arithmetic))


def read_spec(record: Mapping[str, Any]) -> DataSpec:
    """A DataSpec from its fields as plain values; TypeError or ValueError where it is none."""
    plain: dict[str, Any] = {key: tupled(value) for key, value in record.items()}
    # Recordings from before there was more to say of a file name the target alone.
    reading = plain.pop("reading", None) or {"target": plain.pop("target", "")}
    made: dict[str, Any] = {key: tupled(value) for key, value in reading.items()}
    return DataSpec(**{**as_kept(plain, BEFORE_FILES), "reading": Reading(**made)})


def _chapter(record: Mapping[str, Any], readers: Mapping[str, ArrayReader]) -> Chapter:
    experiment = Experiment.from_dict(as_kept(record["experiment"]))
    moments, points = whole(record["moments"], 1), whole(record["history"][0], 1)
    size = moments * np.dtype(experiment.dtype).itemsize

    def series(name: str, columns: object) -> AnyArray:
        return unpack(readers[name].take(whole(columns, 1) * size), moments, experiment.dtype)

    return Chapter(
        experiment=experiment,
        data_digest=checked(record["data_digest"], str),
        clock=read_clock(record["clock"]),
        steps=readers["steps"].take(moments),
        parameters=series("parameters", record["parameters"]),
        slots={name: series("slots", columns) for name, columns in record["slots"].items()},
        batches=readers["batches"].table(moments, whole(record["batch"])),
        dropout=readers["dropout"].table(moments, {0: 0, 6: 6}[whole(record["dropout"])]),
        history={
            "stride": readers["histories"].take(1),
            "losses": readers["histories"].table(points, 2),
            "grad_norms": readers["histories"].table(points, whole(record["history"][1], 1)),
        },
        changed_at=_changed_at(record),
    )


def _changed_at(record: Mapping[str, Any]) -> tuple[int, int]:
    """Older files know when epochs were counted anew, if nothing else."""
    step, epoch = map(whole, record.get("changed_at", record["clock"][1:]))
    return step, epoch


def _curve(record: Mapping[str, Any], reader: ArrayReader) -> HistorySnapshot:
    points = whole(record["points"], 1)
    epochs, losses = reader.take(points), reader.take(points)
    tested = checked(record["tested"], bool)
    if not (np.diff(epochs) > 0).all() or not np.isfinite(epochs).all():
        raise ValueError("the curve has no rising epochs")
    return HistorySnapshot(epochs, losses, reader.take(points) if tested else None)


def _require_order(chapters: tuple[Chapter, ...]) -> None:
    steps = np.concatenate([chapter.steps for chapter in chapters])
    if steps[0] < 0 or steps[-1] >= 2**53 or not (np.diff(steps) > 0).all():
        raise ValueError("the moments are not in order")
    epochs = np.concatenate([chapter.epochs for chapter in chapters])
    starts = [chapter.steps[0] < max(chapter.clock.step, chapter.changed_at[0]) for chapter in chapters]
    if any(starts) or not (np.diff(epochs) >= 0).all() or epochs[0] < 0:
        raise ValueError("the epochs are not in order")
