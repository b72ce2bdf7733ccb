"""Files of a saved session: a documented, versioned NPZ with a JSON header, read without trust, written all or nothing.

Version 2 holds ``header``, the bytes of a JSON object, and arrays. The header has

- ``format``: ``"tuinet checkpoint"``, and ``version``: 2
- ``tables``: for each Experiment that occurs its ``experiment`` (as `Experiment.to_dict` gives it), the ``data_digest``
  of its samples, the names of its ``slots``, the lengths of its ``histories``, and its ``states``: for each the
  ``step_count``, the complete ``phases`` of the step under way, the ``edits`` in the middle of it, the states of the
  ``generators``, ``epoch_start``, where the length of an epoch was last changed, and ``grads_are_stale``, whether there
  was a change by hand since the last gradients, and ``changed_at``, the updates and epochs at the last change of
  anything, which older files lack
- ``present``: table and row of the present state
- ``branches``: for each its ``label``, ``stride``, ``clocks``, ``edits``, ``tip`` and ``keyframes``, the last with
  table, row, position and number of edits; and the losses of those that were left; ``active``: which one the present is
  on
- ``data``: what the data of the present are besides their samples, see `tuinet.storage.dataset_record`; files from
  before that lack it

A table's arrays are ``t0_parameters``, ``t0_grads``, ``t0_updates``, ``t0_order``, ``t0_slot_NAME`` and
``t0_history_NAME``, each with a row for each state (the histories end to end). Version 1 held a single state. Files
from before the norms of the gradients were recorded lack ``history_grad_norms``, and are read all the same.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

import numpy as np

from tuinet.data.archive import naming_damage, open_archive, read_array
from tuinet.data.place import MAX_BYTES, Place
from tuinet.errors import CheckpointError
from tuinet.files import CHECKPOINT, MOST_VALUES, count_values, parse_json
from tuinet.observe.view import Question
from tuinet.session.timeline import Checkpoint, SavedSession
from tuinet.storage.atomic import replace_file, replaceable, temporary_beside
from tuinet.storage.dataset_record import facts_alone, read_facts
from tuinet.storage.records import AnyArray, ReadArray, checked, pack, pack_branches, unpack, unpack_branches, whole

FORMAT: Final = "tuinet checkpoint"
VERSION: Final = 2
MOST: Final = CHECKPOINT.most - 2**27
"""Bytes of a file, some of them left for the header: beyond, it would be an archive of a kind that is not read."""
_MAX_HEADER: Final = 2**25
"""Bytes of the JSON object: thousands of samples added by hand, again for each keyframe, are some 10 MB."""
_LARGE: Final = 2**30
_DENSEST: Final = 100
"""Bytes of arrays for a byte of the file. Weights can hardly be compressed; gradients and memory may be all zeros."""
_NO_CHECKPOINT: Final = "it is no checkpoint of tuinet; `tuinet train --save FILE` writes one"


def write(path: Path, saved: SavedSession, *, compressed: bool = True, mode: int | None = None) -> None:
    """Write a saved session; what was at the path stays until the new file is complete and on the disk.

    Where it does not fit, the present is written without its past.

    Parameters
    ----------
    compressed
        Whether it may be: a large one is not, so that nothing in it is larger than the file.
    mode
        Its permissions, see `replace_file`.

    Raises
    ------
    CheckpointError
        If it cannot be written, or is too large even so.
    """
    written = saved if fits(saved) else saved.without_past()
    if not fits(written):
        raise CheckpointError(f"{path}: the run is too large to be saved in the middle of a step; complete the step")
    arrays = _arrays(written)
    if not _is_readable(arrays["header"]):
        arrays = _arrays(saved.without_past())
    is_large = sum(array.nbytes for array in arrays.values()) > MAX_BYTES
    write_archive(path, arrays, compressed=compressed and not is_large, mode=mode)


def write_archive(path: Path, arrays: Mapping[str, Any], *, compressed: bool = True, mode: int | None = None) -> None:
    """Write arrays as NPZ; what was at the path stays until the new file is complete and on the disk.

    Raises
    ------
    CheckpointError
        If it cannot be written.
    """
    data = io.BytesIO()
    save = np.savez_compressed if compressed else np.savez
    # NumPy 2.0 would write allow_pickle=False as one more array.
    save(data, **arrays)
    try:
        replace_file(path, data.getbuffer(), mode)
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be written: {error.strerror}") from error


def _is_readable(header: AnyArray) -> bool:
    return header.size <= _MAX_HEADER and count_values(header.tobytes().decode()) <= MOST_VALUES


def fits(saved: SavedSession) -> bool:
    """Whether a file can hold everything that a session can go back to."""
    frames = (frame.state for branch in saved.branches for frame in branch.keyframes)
    states = {id(state): state for state in (saved.present, *frames)}
    return sum(state.n_bytes for state in states.values()) <= MOST


def require_writable(path: Path) -> None:
    """Refuse a path that cannot be written to, before hours of training end there.

    Raises
    ------
    CheckpointError
        If there is no such folder, or no permission.
    """
    try:
        real = replaceable(path)
        if not real.parent.is_dir():
            raise CheckpointError(f"{path}: there is no folder {real.parent}")
        descriptor, name = temporary_beside(real)
        os.close(descriptor)
        os.unlink(name)
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be written: {error.strerror}") from error


def read(path: Path) -> SavedSession:
    """Read a saved session.

    Raises
    ------
    CheckpointError
        If the file is not one, is damaged, or is of a version that this program does not know.
    """
    place = Place(str(path))
    with naming_damage(place), open_archive(str(path), CHECKPOINT, _NO_CHECKPOINT) as archive:
        return _read(archive, place)


def _arrays(saved: SavedSession) -> dict[str, AnyArray]:
    tables = _Tables()
    present = tables.place(saved.present)
    branches = pack_branches(saved.branches, tables.place)
    arrays: dict[str, AnyArray] = {}
    headers = []
    for number, states in enumerate(tables.tables):
        header, own = pack(states, f"t{number}_")
        headers.append(header)
        arrays |= own
    header = {
        "format": FORMAT,
        "version": VERSION,
        "tables": headers,
        "present": present,
        "branches": branches,
        "active": saved.active,
    }
    if saved.dataset is not None:
        header["data"] = facts_alone(saved.dataset)
    if saved.question is not None:
        header["question"] = list(saved.question)
    return {"header": np.frombuffer(json.dumps(header).encode(), np.uint8), **arrays}


class _Tables:
    """Sorts states into tables by Experiment, data and kinds of arrays."""

    def __init__(self) -> None:
        self.tables: list[list[Checkpoint]] = []
        self._places: dict[int, tuple[int, int]] = {}
        self._numbers: dict[object, int] = {}

    def place(self, state: Checkpoint) -> tuple[int, int]:
        """Table and row of a state; one that occurs again is kept once."""
        if id(state) not in self._places:
            kind = (state.experiment, state.data_digest, tuple(state.slots), tuple(state.history))
            number = self._numbers.setdefault(kind, len(self._numbers))
            if number == len(self.tables):
                self.tables.append([])
            self.tables[number].append(state)
            self._places[id(state)] = (number, len(self.tables[number]) - 1)
        return self._places[id(state)]


def _read(archive: ZipFile, place: Place) -> SavedSession:
    header = read_header(archive, place, FORMAT, (1, VERSION), _NO_CHECKPOINT)

    def array(name: str, kinds: str) -> AnyArray:
        # What is not compressed can have no array that is larger than the file.
        return read_array(archive, name, kinds, place, as_table=False, most=max(MAX_BYTES, archive.start_dir))

    if header["version"] == 1:
        return SavedSession(_read_version_1(header, array), (), 0)
    tables = [unpack(table, f"t{number}_", array) for number, table in enumerate(header["tables"])]

    def state_at(where: Any) -> Checkpoint:
        table, row = map(whole, where)
        state: Checkpoint = tables[table][row]
        return state

    branches, active = unpack_branches(header["branches"], state_at), whole(header["active"])
    if active >= len(branches):
        raise ValueError(f"there is no branch {active}")
    dataset = read_facts(header["data"], {}) if "data" in header else None
    return SavedSession(state_at(header["present"]), branches, active, dataset, _question(header.get("question")))


def _question(record: Any) -> Question | None:
    """Whole numbers of JSON are features like others."""
    return None if record is None else tuple(map(float, checked(record, tuple[float, ...])))


def read_header(archive: ZipFile, place: Place, form: str, versions: Sequence[int], otherwise: str) -> dict[str, Any]:
    """The JSON object in an archive's header, checked before it is read.

    Parameters
    ----------
    form
        Its format.
    versions
        Those that can be read.
    otherwise
        What to say where it is of another format.

    Raises
    ------
    DataError
        If it cannot be such a header.
    ValueError
        If it is no JSON in UTF-8.
    """
    if "header.npy" not in archive.namelist():
        raise place.error(otherwise)
    _require_plausible(archive, place)
    data = read_array(archive, "header", "u", place, as_table=False, most=_MAX_HEADER).tobytes()
    # A run that has diverged has losses that are no numbers.
    header = parse_json(data.decode(), allows_nan=True)
    if not isinstance(header, dict) or header.get("format") != form:
        raise place.error(otherwise)
    version = header.get("version")
    if type(version) is not int or version not in versions:
        known = f"version{'s' * (len(versions) > 1)} {' and '.join(map(str, versions))}"
        raise place.error(f"it is of version {version!r}; this program reads {known}")
    return header


def _require_plausible(archive: ZipFile, place: Place) -> None:
    """Refuse an archive that would fill the memory, as no saved run does."""
    promised = sum(info.file_size for info in archive.infolist())
    is_bomb = promised > max(_LARGE, _DENSEST * archive.start_dir)
    if is_bomb or archive.getinfo("header.npy").file_size > _MAX_HEADER:
        raise place.error(f"damaged: it promises {promised:,} bytes, more than a run has")


def _read_version_1(header: dict[str, Any], array: ReadArray) -> Checkpoint:
    """Read a table of one row, whose arrays have no prefix and no rows."""
    names = header["history"]
    table = {
        "experiment": header["experiment"],
        "data_digest": header["data_digest"],
        "slots": header["slots"],
        "histories": {name: [len(array(f"history_{name}", "f"))] for name in names},
        "states": [{"epoch_start": [0, 0], **header}],
    }

    def one_row(name: str, kinds: str) -> AnyArray:
        found = array(name, kinds)
        return found if name.startswith("history_") else found[None]

    (state,) = unpack(table, "", one_row)
    return state
