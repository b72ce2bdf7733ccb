"""An edit as text, such as ``@300 learning_rate=0.1``, and back, without trust."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any, Final

from tuinet.errors import TuinetError
from tuinet.experiment.experiment import FIELDS
from tuinet.experiment.fields import plain
from tuinet.files import parse_json
from tuinet.names import canonical, did_you_mean
from tuinet.session.edits import (
    AddPoint,
    ClearPoints,
    Configure,
    EditCommand,
    RemovePoint,
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
_WORDS: Final = ("optimizer", "add", "remove", "clear")
"""With which a change begins that gives no field another value."""
_AUTO, _NONE = "auto", "none"
_MOST_WORDS: Final = 2**13
"""Characters of a change in words, since the time to part them grows with their square."""


def moment_text(position: Position) -> str:
    """The steps that are complete, and after a colon the phases of the next one: ``300``, ``300:4``."""
    return f"{position.step}:{position.phase}" if position.phase else str(position.step)


def read_moment(text: str) -> Position:
    """The inverse of `moment_text`; a ShareError where the text is no moment."""
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
    """The inverse of `edit_text`; a ShareError where the text is no edit."""
    match = _EDIT.fullmatch(text.strip())
    if match is None:
        raise ShareError(f"{text[:40]!r} is no edit such as {EXAMPLE!r}")
    return Edit(read_moment(match[1]), read_command(match[2]))


def command_text(command: EditCommand) -> str:
    """As a person would write it; as JSON where that would lose anything, or where there are no words for it."""
    text = _written(command)
    try:
        if text and read_command(text) == command:
            return text
    except TuinetError:
        pass
    return json.dumps(to_record(command), ensure_ascii=False, separators=(",", ":"))


def _written(command: EditCommand) -> str:
    """The words for a command; empty where only JSON can say it."""
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
    """The inverse of `command_text`; a ShareError where the text is no command."""
    try:
        return _from_json(text) if text.startswith("{") else _from_words(text)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        said = " ".join(str(error).split())[:100]
        raise ShareError(f"{text[:40]!r} is no change such as learning_rate=0.1, or W1[2,1]=0.5: {said}") from error


def _from_json(text: str) -> EditCommand:
    record = parse_json(text)
    if not isinstance(record, dict):
        raise ValueError("it is no object")
    return from_record(record)


def _from_words(text: str) -> EditCommand:
    if len(text) > _MOST_WORDS:
        raise ValueError(f"it is longer than {_MOST_WORDS:,} characters; write it as JSON")
    head, *rest = words = shlex.split(text)
    if "=" not in head:
        head = words[0] = canonical(head, _WORDS)
    parameter = _PARAMETER.fullmatch(head)
    if parameter is not None and not rest:
        return from_record(_parameter_record(parameter))
    if "=" in head:
        return Configure(tuple(map(_change, words)))
    match words:
        case ["optimizer", name, *rate] if len(rate) < 2:
            rates = [float(value) for value in rate]
            name = canonical(name, FIELDS["optimizer"].choices)
            return from_record({"command": "SetOptimizer", "name": name, "learning_rate": rates[0] if rates else None})
        case ["add", features, target]:
            numbers = [float(value) for value in features.split(",")]
            return from_record({"command": "AddPoint", "features": numbers, "target": float(target)})
        case ["remove", number]:
            return from_record({"command": "RemovePoint", "index": int(number) - 1})
        case ["clear"]:
            return ClearPoints()
    if head in _WORDS:
        raise ValueError(f"{' '.join(rest)!r} is too much or too little after {head}")
    raise ValueError(f"{head!r} is none of {', '.join(_WORDS)}{did_you_mean(head, (*_WORDS, *FIELDS))}")


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
    typed, separator, text = word.partition("=")
    name = canonical(typed, FIELDS)
    if not separator or name not in FIELDS:
        raise ValueError(f"{typed!r} is no field{did_you_mean(typed, FIELDS)}")
    if text.lower() == _AUTO and FIELDS[name].may_be_open:
        return name, None
    return name, FIELDS[name].parsed(text)
