"""Many states of one Experiment as a few arrays, so that a file of hundreds of them is quickly written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tuinet.config import Experiment
from tuinet.training.checkpoint import Checkpoint, StepEdit
from tuinet.training.command_record import from_record, to_record

AnyArray = NDArray[Any]
ReadArray = Callable[[str, str], AnyArray]
"""Reads an array by its name, and the kinds of dtype that it may have."""

_VECTORS: Final = ("parameters", "grads", "updates")


def pack(states: Sequence[Checkpoint], prefix: str) -> tuple[dict[str, Any], dict[str, AnyArray]]:
    """A header for JSON, and arrays by their names.

    Parameters
    ----------
    states
        Of one Experiment on the same data.
    prefix
        Of the arrays' names.
    """
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
        "edits": [{"phase": edit.phase, **to_record(edit.command)} for edit in state.edits],
        "generators": state.generators,
        "epoch_start": list(state.epoch_start),
        "grads_are_stale": state.grads_are_stale,
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
    experiment, rows = Experiment.from_dict(header["experiment"]), header["states"]
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
            edits=tuple(_step_edit(edit) for edit in row["edits"]),
            parameters=vectors["parameters"][index],
            grads=vectors["grads"][index],
            updates=vectors["updates"][index],
            slots={name: slot[index] for name, slot in slots.items()},
            order=order[index],
            generators=row["generators"],
            history={name: pieces[index] for name, pieces in histories.items()},
            data_digest=header["data_digest"],
            epoch_start=_epoch_start(row),
            grads_are_stale=_is_true(row.get("grads_are_stale", False)),
        )
        for index, row in enumerate(rows)
    ]


def whole(value: object) -> int:
    """A number of steps, phases or epochs, checked."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        raise ValueError(f"{value!r} is not a whole number from 0 up")
    return value


def _is_true(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false")
    return value


def _step_edit(record: Mapping[str, Any]) -> StepEdit:
    fields = dict(record)
    return StepEdit(whole(fields.pop("phase")), from_record(fields))


def _epoch_start(row: Mapping[str, Any]) -> tuple[int, int]:
    step, epoch = map(whole, row["epoch_start"])
    if step > row["step_count"]:
        raise ValueError(f"epoch_start is at step {step}, behind step {row['step_count']}")
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
