"""Commands as plain values for a file, and back, without trust."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Final, get_args

from tuinet.config import tupled
from tuinet.training.edit_commands import (
    AddPoint,
    ClearPoints,
    Configure,
    EditCommand,
    RemovePoint,
    SetActivation,
    SetLearningRate,
    SetOptimizer,
    SetParameter,
)

Check = Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _are_numbers(value: Any) -> bool:
    return isinstance(value, tuple) and all(map(_is_number, value))


def _are_changes(value: Any) -> bool:
    return isinstance(value, tuple) and all(
        isinstance(change, tuple) and len(change) == 2 and _is_text(change[0]) for change in value
    )


_CHECKS: Final[Mapping[type, Mapping[str, Check]]] = {
    SetActivation: {"name": _is_text},
    SetLearningRate: {"value": _is_number},
    SetOptimizer: {"name": _is_text, "learning_rate": lambda value: value is None or _is_number(value)},
    SetParameter: {
        "layer": _is_whole,
        "row": lambda value: value is None or _is_whole(value),
        "column": _is_whole,
        "value": _is_number,
    },
    Configure: {"changes": _are_changes},
    AddPoint: {"features": _are_numbers, "target": _is_number},
    RemovePoint: {"index": _is_whole},
    ClearPoints: {},
}
"""What the fields of each command have to be."""


def to_record(command: EditCommand) -> dict[str, Any]:
    """The name of a command, and its fields, for JSON."""
    return {"command": type(command).__name__, **asdict(command)}


def from_record(record: Mapping[str, Any]) -> EditCommand:
    """The inverse of `to_record`.

    Raises
    ------
    ValueError
        If there is no such command, or a field of it is missing or of another kind.
    """
    fields = {key: tupled(value) for key, value in record.items()}
    name = fields.pop("command", None)
    kind = next((kind for kind in get_args(EditCommand) if kind.__name__ == name), None)
    if kind is None:
        raise ValueError(f"there is no command {name!r}")
    checks = _CHECKS[kind]
    if fields.keys() != checks.keys() or not all(check(fields[key]) for key, check in checks.items()):
        raise ValueError(f"{name} does not have the fields {', '.join(checks) or 'of none'}")
    command: EditCommand = kind(**fields)
    return command
