"""Branches as plain values for a file, and back, without trust."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from tuinet.training.checkpoint import Checkpoint
from tuinet.training.clock import Clock
from tuinet.training.command_record import from_record, to_record
from tuinet.training.history import HistorySnapshot
from tuinet.training.state_table import whole
from tuinet.training.timeline import KEYFRAMES, ClockChange, Edit, Keyframe, Position, Timeline

SAVED_BYTES: Final = 2**20
"""What the keyframes of one branch may take in a file; the first and the last are always kept."""
_MAX_POINTS: Final = 4096


def pack_branches(branches: Sequence[Timeline], place: Callable[[Checkpoint], tuple[int, int]]) -> list[dict[str, Any]]:
    """A record for each branch.

    Parameters
    ----------
    place
        Says where a state is kept.
    """
    return [
        {
            "label": branch.label,
            "stride": branch.stride,
            "tip": branch.tip,
            "edits": [{"position": edit.position, **to_record(edit.command)} for edit in branch.edits],
            "clocks": [[change.position, change.edits, _clock_record(change.clock)] for change in branch.clocks],
            "keyframes": [[frame.position, frame.edits, place(frame.state)] for frame in _thinned(branch.keyframes)],
            "history": None if branch.history is None else _history_record(branch.history),
        }
        for branch in branches
    ]


def _thinned(keyframes: Sequence[Keyframe]) -> list[Keyframe]:
    """At most as many as the file has room for, in equal strides: the way between two of them is replayed."""
    room = max(2, SAVED_BYTES // max(frame.state.n_bytes for frame in keyframes))
    if len(keyframes) <= room:
        return list(keyframes)
    chosen = np.linspace(0, len(keyframes) - 1, room).astype(int)
    return [keyframes[index] for index in chosen]


def _clock_record(clock: Clock) -> list[int]:
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
    """The inverse of `pack_branches`.

    Raises
    ------
    KeyError, TypeError, ValueError
        If they cannot have come from there.
    """
    return tuple(_branch(record, state_at) for record in records)


def _branch(record: Mapping[str, Any], state_at: Callable[[Any], Checkpoint]) -> Timeline:
    frames = [
        Keyframe(_position(position), whole(edits), state_at(where)) for position, edits, where in record["keyframes"]
    ]
    edits = [_edit(edit) for edit in record["edits"]]
    clocks = [
        ClockChange(_position(position), whole(count), _clock(clock)) for position, count, clock in record["clocks"]
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
    label = record["label"]
    if not isinstance(label, str):
        raise TypeError(f"{label!r} is no label")
    return Timeline(frames, stride, clocks, label, edits, tip, _history(record["history"]))


def _require_order(positions: Sequence[Position], tip: Position) -> None:
    if list(positions) != sorted(positions) or any(position > tip for position in positions):
        raise ValueError("the moments of a branch are not in order")


def _position(value: Any) -> Position:
    step, phase = value
    return Position(whole(step), whole(phase))


def _clock(value: Any) -> Clock:
    batches, step, epoch = map(whole, value)
    if not batches:
        raise ValueError("an epoch has no batch")
    return Clock(batches, step, epoch)


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
