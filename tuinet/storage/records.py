"""Branches, their states and their commands as plain values and arrays for a file, and back, without trust."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import NoneType
from typing import Any, Final, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from tuinet.experiment.experiment import Experiment, tupled
from tuinet.experiment.hyperparameter import is_finite
from tuinet.experiment.presets import as_kept
from tuinet.session.edits import Configure, EditCommand, edit_kinds
from tuinet.session.history import HistorySnapshot
from tuinet.session.timeline import (
    KEYFRAMES,
    Checkpoint,
    Clock,
    ClockChange,
    Edit,
    Keyframe,
    Position,
    Timeline,
)


def to_record(command: EditCommand) -> dict[str, Any]:
    """The name of a command, and its fields, for JSON."""
    kind = type(command)
    return {"command": kind.__name__, **{name: getattr(command, name) for name in get_type_hints(kind)}}


def from_record(record: Mapping[str, Any]) -> EditCommand:
    """The inverse of `to_record`; a ValueError where there is no such command, or its fields are others."""
    fields = {key: tupled(value) for key, value in record.items()}
    name = fields.pop("command", None)
    if renewed := _renewed(name, fields):
        return renewed
    kind = next((kind for known, kind in edit_kinds().items() if known == name), None)
    if kind is None:
        raise ValueError(f"there is no command {name!r}")
    types = get_type_hints(kind)
    if fields.keys() != types.keys() or not all(_is_of(fields[key], expected) for key, expected in types.items()):
        raise ValueError(f"{name} does not have the fields {', '.join(types) or 'of none'}")
    return kind(**fields)


def _renewed(name: object, fields: Mapping[str, Any]) -> Configure | None:
    """The change of a field for which earlier versions had a command of its own."""
    match name, fields:
        case "SetActivation", {"name": str(activation), **others} if not others:
            return Configure.of(activation=(activation,))
        case "SetLearningRate", {"value": rate, **others} if not others and _is_of(rate, float):
            return Configure.of(learning_rate=rate)
    return None


def checked(value: Any, expected: Any) -> Any:
    """A value from a file, its lists as tuples.

    Parameters
    ----------
    expected
        Its type: `str`, `bool`, `int` for whole numbers from 0 up, `float` for finite numbers, or tuples and unions.

    Raises
    ------
    ValueError
        If it is of another type.
    """
    plain = tupled(value)
    if not _is_of(plain, expected):
        raise ValueError(f"{value!r} is not {getattr(expected, '__name__', expected)}")
    return plain


def _is_of(value: object, expected: Any) -> bool:
    if expected in _CHECKS:
        return _CHECKS[expected](value)
    parts = get_args(expected)
    if get_origin(expected) is not tuple:
        return any(_is_of(value, part) for part in parts)
    if not isinstance(value, tuple):
        return False
    items = parts[:1] * len(value) if parts[-1] is Ellipsis else parts
    return len(items) == len(value) and all(map(_is_of, value, items))


def _is_whole(value: object, least: int = 0) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value < 2**53


_CHECKS: Final[Mapping[Any, Callable[[object], bool]]] = {
    str: lambda value: isinstance(value, str),
    bool: lambda value: isinstance(value, bool),
    int: _is_whole,
    float: is_finite,
    NoneType: lambda value: value is None,
    Any: lambda value: True,
}


AnyArray = NDArray[Any]
ReadArray = Callable[[str, str], AnyArray]
"""Reads an array by its name, and the kinds of dtype that it may have."""

_VECTORS: Final = ("parameters", "grads", "updates")


def pack(states: Sequence[Checkpoint], prefix: str) -> tuple[dict[str, Any], dict[str, AnyArray]]:
    """A header for JSON, and arrays by their names, of states of one Experiment on the same data."""
    first = states[0]
    series = {name: [state.history[name] for state in states] for name in first.history}
    arrays = {
        **{name: np.stack([getattr(state, name) for state in states]) for name in (*_VECTORS, "order")},
        **{f"slot_{name}": np.stack([np.atleast_1d(state.slots[name]) for state in states]) for name in first.slots},
        **{f"history_{name}": np.concatenate([np.atleast_1d(one) for one in many]) for name, many in series.items()},
    }
    header = {
        "experiment": first.experiment.to_dict(),
        "data_digest": first.data_digest,
        "slots": list(first.slots),
        "histories": {name: [np.atleast_1d(one).shape[0] for one in many] for name, many in series.items()},
        "states": [_header_of(state) for state in states],
    }
    return header, {f"{prefix}{name}": array for name, array in arrays.items()}


def _header_of(state: Checkpoint) -> dict[str, Any]:
    return {
        "step_count": state.step_count,
        "phases": state.phases,
        "edits": [{"phase": edit.position.phase, **to_record(edit.command)} for edit in state.edits],
        "generators": state.generators,
        "epoch_start": list(state.epoch_start),
        "grads_are_stale": state.grads_are_stale,
        "changed_at": list(state.changed_at),
    }


def unpack(header: Mapping[str, Any], prefix: str, read: ReadArray) -> list[Checkpoint]:
    """The inverse of `pack`.

    Raises
    ------
    KeyError, TypeError, ValueError
        If the header cannot have come from there; what is in the arrays shows when a state is restored.
    ExperimentError, DataError
        If the Experiment or an array cannot be used.
    """
    experiment, rows = Experiment.from_dict(as_kept(header["experiment"])), header["states"]
    vectors = {name: _rows(read(f"{prefix}{name}", "f"), len(rows)) for name in _VECTORS}
    order = _rows(read(f"{prefix}order", "i"), len(rows))
    slots = {name: _rows(read(f"{prefix}slot_{name}", "f"), len(rows)) for name in header["slots"]}
    histories = {
        name: _pieces(read(f"{prefix}history_{name}", "f"), lengths, len(rows))
        for name, lengths in header["histories"].items()
    }
    return [
        Checkpoint(
            experiment=experiment,
            step_count=whole(row["step_count"]),
            phases=whole(row["phases"]),
            edits=tuple(_step_edit(edit, whole(row["step_count"])) for edit in row["edits"]),
            parameters=vectors["parameters"][index],
            grads=vectors["grads"][index],
            updates=vectors["updates"][index],
            slots={name: slot[index] for name, slot in slots.items()},
            order=order[index],
            generators=row["generators"],
            history={name: pieces[index] for name, pieces in histories.items()},
            data_digest=header["data_digest"],
            epoch_start=_moment(row, "epoch_start"),
            grads_are_stale=checked(row.get("grads_are_stale", False), bool),
            changed_at=_moment(row, "changed_at" if "changed_at" in row else "epoch_start"),
        )
        for index, row in enumerate(rows)
    ]


def whole(value: Any, least: int = 0) -> int:
    """A whole number from a file; a ValueError where it is none, or too small."""
    if not _is_whole(value, least):
        raise ValueError(f"{value!r} is not a whole number from {least} up")
    return int(value)


def _step_edit(record: Mapping[str, Any], step: int) -> Edit:
    fields = dict(record)
    return Edit(Position(step, whole(fields.pop("phase"))), from_record(fields))


def _moment(row: Mapping[str, Any], name: str) -> tuple[int, int]:
    step, epoch = map(whole, row[name])
    if step > row["step_count"]:
        raise ValueError(f"{name} is at step {step}, behind step {row['step_count']}")
    return step, epoch


def _rows(array: AnyArray, count: int) -> AnyArray:
    if not count or array.ndim != 2 or len(array) != count:
        raise ValueError(f"an array of shape {array.shape} does not hold {count} states")
    return array


def _pieces(array: AnyArray, lengths: Sequence[Any], count: int) -> list[AnyArray]:
    if len(lengths) != count or sum(map(whole, lengths)) != len(array):
        raise ValueError("the lengths of the histories do not add up")
    if array.dtype != np.float64:
        raise ValueError(f"a history is of {array.dtype}, not of float64")
    return np.split(array, np.cumsum(lengths)[:-1])


SAVED_BYTES: Final = 2**20
"""What the keyframes of one branch may take in a file; the first and the last are always kept."""
_MAX_POINTS: Final = 4096


def pack_branches(branches: Sequence[Timeline], place: Callable[[Checkpoint], tuple[int, int]]) -> list[dict[str, Any]]:
    """A record for each branch; `place` says where a state is kept."""
    return [
        {
            "label": branch.label,
            "stride": branch.stride,
            "tip": branch.tip,
            "edits": [{"position": edit.position, **to_record(edit.command)} for edit in branch.edits],
            "clocks": [[change.position, change.edits, clock_record(change.clock)] for change in branch.clocks],
            "keyframes": [[frame.position, frame.edits, place(frame.state)] for frame in _thinned(branch.keyframes)],
            "history": None if branch.history is None else _history_record(branch.history),
        }
        for branch in branches
    ]


def _thinned(keyframes: Sequence[Keyframe]) -> list[Keyframe]:
    """As many keyframes as the file has room for, at equal strides; a run is replayed between them."""
    room = max(2, SAVED_BYTES // max(frame.state.n_bytes for frame in keyframes))
    if len(keyframes) <= room:
        return list(keyframes)
    chosen = np.linspace(0, len(keyframes) - 1, room).astype(int)
    return [keyframes[index] for index in chosen]


def clock_record(clock: Clock) -> list[int]:
    """A clock as a list."""
    return [clock.batches_per_epoch, clock.step, clock.epoch]


def _history_record(history: HistorySnapshot) -> dict[str, Any]:
    tested = history.test_losses
    return {
        "epochs": history.epochs.tolist(),
        "losses": history.losses.tolist(),
        "test_losses": None if tested is None else tested.tolist(),
    }


def unpack_branches(
    records: Sequence[Mapping[str, Any]], state_at: Callable[[Any], Checkpoint]
) -> tuple[Timeline, ...]:
    """The inverse of `pack_branches`; KeyError, TypeError or ValueError where the records are none."""
    return tuple(_branch(record, state_at) for record in records)


def _branch(record: Mapping[str, Any], state_at: Callable[[Any], Checkpoint]) -> Timeline:
    frames = [
        Keyframe(_position(position), whole(edits), state_at(where)) for position, edits, where in record["keyframes"]
    ]
    edits = [_edit(edit) for edit in record["edits"]]
    clocks = [
        ClockChange(_position(position), whole(count), read_clock(clock)) for position, count, clock in record["clocks"]
    ]
    tip, stride = _position(record["tip"]), whole(record["stride"])
    _require_order([frame.position for frame in frames], tip)
    _require_order([edit.position for edit in edits], tip)
    _require_order([change.position for change in clocks], tip)
    if not frames or not clocks or not stride or len(frames) > KEYFRAMES + 1:
        raise ValueError("a branch has no start")
    if any(frame.edits > len(edits) or frame.position.phase or frame.state.phases for frame in frames):
        raise ValueError("a keyframe is not between two steps, or has edits that were not made")
    if any(frame.position.step != frame.state.step_count for frame in frames):
        raise ValueError("a keyframe is not where its state is")
    label, history = checked(record["label"], str), _history(record["history"])
    return Timeline(frames, stride, clocks, label, edits, tip, history)


def _require_order(positions: Sequence[Position], tip: Position) -> None:
    if list(positions) != sorted(positions) or any(position > tip for position in positions):
        raise ValueError("the moments of a branch are not in order")


def _position(value: Any) -> Position:
    step, phase = value
    return Position(whole(step), whole(phase))


def read_clock(value: Any) -> Clock:
    """The inverse of `clock_record`; raises TypeError or ValueError."""
    batches, step, epoch = value
    return Clock(whole(batches, 1), whole(step), whole(epoch))


def _edit(record: Mapping[str, Any]) -> Edit:
    fields = dict(record)
    return Edit(_position(fields.pop("position")), from_record(fields))


def _history(record: Mapping[str, Any] | None) -> HistorySnapshot | None:
    if record is None:
        return None
    epochs, losses = (_series(record[name]) for name in ("epochs", "losses"))
    tested = None if record["test_losses"] is None else _series(record["test_losses"])
    if not len(epochs) or len(epochs) != len(losses) or (tested is not None and len(tested) != len(epochs)):
        raise ValueError("the losses of a branch have different lengths")
    return HistorySnapshot(epochs, losses, tested)


def _series(values: Any) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    # One that has diverged has losses that are no numbers, but floats all the same.
    if not isinstance(values, list) or len(values) > _MAX_POINTS or not all(type(value) is float for value in values):
        raise ValueError("the losses of a branch are no series")
    series = np.array(values, dtype=np.float64)
    series.flags.writeable = False
    return series
