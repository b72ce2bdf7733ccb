"""A shared run as plain values for JSON, and back, without trust."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from tuinet.errors import ExperimentError
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import DEFAULTS, OLDER, as_kept
from tuinet.files import ParseError, parse_json
from tuinet.names import did_you_mean
from tuinet.session.timeline import START, Edit, Trajectory
from tuinet.session.watching import MOST_STEPS
from tuinet.share.edits import edit_text, moment_text, read_edit, read_moment
from tuinet.share.shared import USUAL_SPEED, Shared, ShareError
from tuinet.terminal_text import visible

FORMAT: Final = "tuinet run"
VERSION: Final = 1
_KEYS: Final = ("format", "version", "defaults", "experiment", "edits", "at", "load", "epochs", "speed")
_ALL: Final = (*_KEYS, "paused", "expect")


def to_json(shared: Shared) -> str:
    """All of it, every field of the Experiment spelled out, and each control as an escape."""
    text = json.dumps(_record(shared), indent=2, ensure_ascii=False, allow_nan=False)
    return "\n".join(visible(line, _json_escape) for line in text.split("\n"))


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[index : index + 2].hex()}" for index in range(0, len(units), 2))


def _record(shared: Shared) -> dict[str, Any]:
    trajectory = shared.trajectory
    record: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "defaults": DEFAULTS,
        "experiment": trajectory.experiment.to_dict(),
        "edits": [edit_text(edit) for edit in trajectory.edits],
        "at": moment_text(trajectory.position),
        "epochs": shared.epochs,
        "speed": "max" if shared.speed is None else shared.speed,
        "paused": shared.is_paused,
        "expect": trajectory.digest,
    }
    return {**record, "load": shared.load} if shared.load else record


def from_json(text: str) -> Shared:
    """The inverse of `to_json`; what is missing is as usual.

    Raises
    ------
    ShareError, ExperimentError
        If it is none, is of a later version, or holds a value that cannot be used.
    """
    try:
        record = parse_json(text)
    except ParseError as error:
        raise ShareError(f"it is no JSON: {' '.join(str(error).split())[:80]}") from error
    if not isinstance(record, dict):
        raise ShareError("the JSON is no object with an experiment")
    try:
        return _read(record)
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise ShareError(f"it cannot be used: {' '.join(str(error).split())[:80]}") from error


def _read(record: Mapping[str, Any]) -> Shared:
    unknown = [key for key in record if key not in _ALL]
    if unknown:
        raise ShareError(f"{str(unknown[0])[:40]!r} is none of {', '.join(_ALL)}{did_you_mean(unknown[0], _ALL)}")
    _require(record, "format", FORMAT)
    _require(record, "version", VERSION)
    older = OLDER.get(require_known(record.get("defaults", DEFAULTS)), {})
    load = _text(record, "load")
    experiment = _experiment(record.get("experiment", {}), older)
    edits = tuple(map(read_edit, _texts(record.get("edits", []))))
    trajectory = make_trajectory(experiment, edits, _text(record, "at"), _text(record, "expect"))
    return Shared(trajectory, _speed(record), _flag(record), _epochs(record), load)


def make_trajectory(experiment: Experiment, edits: tuple[Edit, ...], at: str, digest: str) -> Trajectory:
    """A Trajectory from what was read; without a moment it ends with the last edit.

    Raises
    ------
    ShareError
        If the moments are not in order, or the digest is none.
    """
    last = edits[-1].position if edits else START
    position = read_moment(at) if at else last
    if digest and (len(digest) != 8 or not set(digest) <= set("0123456789abcdef")):
        raise ShareError(f"expect: {digest[:40]!r} is not eight hexadecimal digits")
    try:
        return Trajectory(experiment, edits, position, digest=digest)
    except ValueError:
        raise ShareError(f"the edits are not in order, or after the end at {moment_text(position)}") from None


def require_known(generation: Any) -> int:
    """Give back a generation of defaults; a ShareError refuses one that is not known here."""
    if not isinstance(generation, int) or isinstance(generation, bool) or generation not in (*OLDER, DEFAULTS):
        known = ", ".join(map(str, [*OLDER, DEFAULTS]))
        raise ShareError(f"defaults: {generation!r} is not known here, only {known}; another tuinet has made this")
    return generation


def _require(record: Mapping[str, Any], key: str, known: object) -> None:
    if record.get(key, known) != known:
        raise ShareError(f"{key}: {str(record[key])[:40]!r} is not {known!r}; another tuinet has made this")


def _experiment(values: Any, older: Mapping[str, Any]) -> Experiment:
    if not isinstance(values, dict):
        raise ShareError("experiment: it is no object")
    try:
        return Experiment.from_dict(as_kept(values, older))
    except ExperimentError as error:
        raise ShareError(str(error)) from error


def _texts(values: Any) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ShareError("edits: it is no list of texts")
    return values


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key) or ""
    if not isinstance(value, str):
        raise ShareError(f"{key}: {value!r} is no text")
    return value


def _speed(record: Mapping[str, Any]) -> float | None:
    speed = record.get("speed", USUAL_SPEED)
    if speed == "max":
        return None
    if isinstance(speed, bool) or not isinstance(speed, (int, float)) or not 0.01 <= speed <= 1e9:
        raise ShareError(f"speed: {str(speed)[:40]!r} is not from 0.01 to 1e9 epochs per second, nor max")
    return float(speed)


def _flag(record: Mapping[str, Any]) -> bool:
    paused = record.get("paused", True)
    if not isinstance(paused, bool):
        raise ShareError(f"paused: {paused!r} is neither true nor false")
    return paused


def _epochs(record: Mapping[str, Any]) -> int | None:
    epochs = record.get("epochs")
    if epochs is not None and (isinstance(epochs, bool) or not isinstance(epochs, int)):
        raise ShareError(f"epochs: {str(epochs)[:40]!r} is not a whole number from 0 up")
    if epochs is not None and not 0 <= epochs <= MOST_STEPS:
        raise ShareError(f"epochs: {epochs!r} is not from 0 to {MOST_STEPS:,}")
    return epochs
