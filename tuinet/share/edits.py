"""An edit as text, such as ``@300 learning_rate=0.1``, and back, without trust."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tuinet.errors import TuinetError
from tuinet.experiment.experiment import FIELDS, Experiment
from tuinet.experiment.fields import parse, plain
from tuinet.files.opened import parse_json
from tuinet.session.edits import (
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
from tuinet.session.timeline import Edit, Position
from tuinet.session.watching import MOST_STEPS
from tuinet.share.shared import EXAMPLE, ShareError
from tuinet.storage.records import from_record, to_record

_MOMENT: Final = re.compile(r"([0-9]{1,40})(?::([0-9]{1,6}))?", re.ASCII)
_EDIT: Final = re.compile(r"@([0-9:]+)\s+(\S.*)", re.ASCII | re.DOTALL)
_PARAMETER: Final = re.compile(
    r"(?:W([0-9]{1,9})\[([0-9]{1,9}),([0-9]{1,9})\]|b([0-9]{1,9})\[([0-9]{1,9})\])=(\S+)", re.ASCII
)
_AUTO, _NONE = "auto", "none"
_MOST_WORDS: Final = 2**13
"""Characters of a change in words, since the time to part them grows with their square."""


def moment_text(position: Position) -> str:
    """The steps that are complete, and after a colon the phases of the next one: ``300``, ``300:4``."""
    return f"{position.step}:{position.phase}" if position.phase else str(position.step)


def read_moment(text: str) -> Position:
    """The inverse of `moment_text`.

    Raises
    ------
    ShareError
        If the text is no moment.
    """
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        raise ShareError(f"{text[:40]!r} is no moment such as 300, or 300:4 after four phases of the next step")
    if int(match[1]) > MOST_STEPS:
        raise ShareError(f"step {match[1]} is later than any run can reach; the last is {MOST_STEPS:,}")
    return Position(int(match[1]), int(match[2] or 0))


def edit_text(edit: Edit) -> str:
    """When, and what."""
    return f"@{moment_text(edit.position)} {command_text(edit.command)}"


def read_edit(text: str) -> Edit:
    """The inverse of `edit_text`.

    Raises
    ------
    ShareError
        If the text is no edit.
    """
    match = _EDIT.fullmatch(text.strip())
    if match is None:
        raise ShareError(f"{text[:40]!r} is no edit such as {EXAMPLE!r}")
    return Edit(read_moment(match[1]), read_command(match[2]))


def command_text(command: EditCommand) -> str:
    """As a person would write it; as JSON where that would lose anything."""
    usual = usual_form(command)
    text = _written(usual)
    try:
        if read_command(text) == usual:
            return text
    except TuinetError:
        pass
    return json.dumps(to_record(usual), ensure_ascii=False, separators=(",", ":"))


def usual_form(command: EditCommand) -> EditCommand:
    """Commands that do nothing but give a field a value, in the form that they all have."""
    match command:
        case SetLearningRate(value):
            return Configure((("learning_rate", value),))
        case SetActivation(name):
            return Configure((("activation", (name,)),))
    return command


def _written(command: EditCommand) -> str:
    """Empty for what is only written as JSON."""
    words: list[str] = []
    match command:
        case SetOptimizer(name, learning_rate):
            words = ["optimizer", name, *([] if learning_rate is None else [_number(learning_rate)])]
        case SetParameter(layer, row, column, value):
            place = f"b{layer}[{column + 1}]" if row is None else f"W{layer}[{row + 1},{column + 1}]"
            words = [f"{place}={_number(value)}"]
        case AddPoint(features, target):
            words = ["add", ",".join(map(_number, features)), _number(target)]
        case RemovePoint(index):
            words = ["remove", str(index + 1)]
        case ClearPoints():
            words = ["clear"]
        case Configure(changes):
            words = [shlex.quote(f"{name}={value_text(name, value)}") for name, value in changes]
    return " ".join(words)


def value_text(name: str, value: Any) -> str:
    """The text of a field's value that an option takes, too, unless it is ``auto`` for ``None``."""
    if value is None:
        return _AUTO
    return _NONE if value == () and FIELDS[name].kind == "sizes" else plain(value)


def _number(value: float) -> str:
    return repr(float(value)).removesuffix(".0")


def read_command(text: str) -> EditCommand:
    """The inverse of `command_text`.

    Raises
    ------
    ShareError
        If the text is no command.
    """
    try:
        return _from_json(text) if text.startswith("{") else _from_words(_split(text))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        said = " ".join(str(error).split())[:100]
        raise ShareError(f"{text[:40]!r} is no change such as learning_rate=0.1, or W1[2,1]=0.5: {said}") from error


def _from_json(text: str) -> EditCommand:
    record = parse_json(text)
    if not isinstance(record, dict):
        raise ValueError("it is no object")
    return from_record(record)


def _split(text: str) -> list[str]:
    if len(text) > _MOST_WORDS:
        raise ValueError(f"it is longer than {_MOST_WORDS:,} characters; write it as JSON")
    return shlex.split(text)


def _from_words(words: Sequence[str]) -> EditCommand:
    head, *rest = words
    match = _PARAMETER.fullmatch(head)
    if match is not None and not rest:
        return from_record(_parameter_record(match))
    if "=" in head:
        return Configure(tuple(_change(word) for word in words))
    if head not in _READERS:
        raise ValueError(f"{head!r} is none of {', '.join(_READERS)}")
    return from_record(_READERS[head](rest))


def _parameter_record(match: re.Match[str]) -> Mapping[str, Any]:
    layer, row, column = (match[1], match[2], match[3]) if match[1] else (match[4], None, match[5])
    return {
        "command": "SetParameter",
        "layer": int(layer),
        "row": None if row is None else int(row) - 1,
        "column": int(column) - 1,
        "value": float(match[6]),
    }


def _change(word: str) -> tuple[str, Any]:
    name, separator, text = word.partition("=")
    if not separator or name not in FIELDS:
        raise ValueError(f"{name!r} is no field")
    if text == _AUTO and getattr(Experiment, name) is None:
        return name, None
    return name, parse(FIELDS[name].kind, text)


def _added(words: Sequence[str]) -> Mapping[str, Any]:
    features, target = words
    return {
        "command": "AddPoint",
        "features": [float(value) for value in features.split(",")],
        "target": float(target),
    }


def _optimizer(words: Sequence[str]) -> Mapping[str, Any]:
    name, *rate = words
    return {"command": "SetOptimizer", "name": name, "learning_rate": float(*rate) if rate else None}


def _removed(words: Sequence[str]) -> Mapping[str, Any]:
    (number,) = words
    return {"command": "RemovePoint", "index": int(number) - 1}


def _cleared(words: Sequence[str]) -> Mapping[str, Any]:
    if words:
        raise ValueError(f"{words[0]!r} is too much")
    return {"command": "ClearPoints"}


_READERS: Final[Mapping[str, Callable[[Sequence[str]], Mapping[str, Any]]]] = {
    "optimizer": _optimizer,
    "add": _added,
    "remove": _removed,
    "clear": _cleared,
}
