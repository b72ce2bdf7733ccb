"""A shared run as one command line, in the quotes of a shell, and the words of such a line."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator
from typing import Any, Final

from tuinet.experiment.experiment import FIELDS, Experiment
from tuinet.experiment.presets import DEFAULTS, make_experiment
from tuinet.session.timeline import START
from tuinet.share.edits import edit_text, moment_text, value_text
from tuinet.share.shared import POINTS, USUAL_SPEED, Shared
from tuinet.terminal_text import escape, has_controls, visible

_SHORT: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}
_ESCAPE: Final = re.compile(
    r"\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|(.))", re.DOTALL
)
_QUOTED: Final = re.compile(r"""\\.|"(?:\\.|[^"\\])*"|'[^']*'|\$'((?:\\.|[^'\\])*)'""", re.DOTALL)


def joined(words: Iterable[str]) -> str:
    """A command line of these words."""
    return " ".join(map(quoted, words))


def quoted(word: str) -> str:
    r"""A word as a shell takes it: as it is, in quotes, or where it holds controls as in ``$'\x1b'``."""
    if not has_controls(word):
        return shlex.quote(word)
    escaped = word.replace("\\", "\\\\").replace("'", "\\'")
    return f"$'{visible(escaped, _shell_escape)}'"


def split(line: str) -> list[str]:
    """The words of a command line; a ValueError where a quote is open, or an escape no character."""
    return shlex.split(_QUOTED.sub(lambda match: match[0] if match[1] is None else _plain(match[1]), line))


def _plain(escaped: str) -> str:
    """The text between ``$'`` and ``'``, its escapes resolved, in plain quotes."""
    data = b"".join(
        _bytes(escaped[begin:end]) if match is None else _unescaped(match) for begin, end, match in _pieces(escaped)
    )
    return shlex.quote(data.decode("utf-8", "surrogateescape"))


def _pieces(escaped: str) -> Iterable[tuple[int, int, re.Match[str] | None]]:
    end = 0
    for match in _ESCAPE.finditer(escaped):
        yield end, match.start(), None
        yield match.start(), match.end(), match
        end = match.end()
    yield end, len(escaped), None


def _unescaped(match: re.Match[str]) -> bytes:
    byte, octal, short, long, other = match.groups()
    if byte or octal:
        return bytes([int(byte, 16) if byte else int(octal, 8) & 0xFF])
    return _bytes(chr(int(short or long, 16)) if short or long else _SHORT.get(other, other))


def _shell_escape(character: str) -> str:
    """Escapes for the bytes of a character in UTF-8, whatever the shell's encoding is."""
    return escape(character) if character < "\x80" else "".join(f"\\x{byte:02x}" for byte in _bytes(character))


def _bytes(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


_ALWAYS = ("dataset", "seed")


def line_of(shared: Shared) -> str:
    """The command that reproduces a run, quoted for a shell."""
    return joined(["tuinet", *words_of(shared)])


def words_of(shared: Shared) -> list[str]:
    """The options of the command, each followed by its value."""
    return [word for pair in _options(shared) for word in pair]


def _options(shared: Shared) -> Iterator[tuple[str, ...]]:
    trajectory = shared.trajectory
    if shared.load:
        yield "--load", shared.load
    else:
        yield "--defaults", str(DEFAULTS)
        yield from _experiment_options(trajectory.experiment)
    for edit in trajectory.edits:
        yield "--edit", edit_text(edit)
    if trajectory.position > START or shared.load:
        yield "--at", moment_text(trajectory.position)
    if shared.epochs is not None:
        yield "--epochs", str(shared.epochs)
    if shared.speed != USUAL_SPEED:
        yield "--speed", "max" if shared.speed is None else repr(shared.speed).removesuffix(".0")
    if shared.is_paused:
        yield ("--paused",)
    if trajectory.digest:
        yield "--expect", trajectory.digest


def _experiment_options(experiment: Experiment) -> Iterator[tuple[str, str]]:
    for name, value in given_fields(experiment).items():
        yield f"--{name.replace('_', '-')}", value_text(name, value)
    points = {name: value for name in POINTS if (value := getattr(experiment, name))}
    if points:
        yield "--points", json.dumps(points, separators=(",", ":"))


def given_fields(experiment: Experiment) -> dict[str, Any]:
    """The fields from which `make_experiment` makes the same Experiment; dataset and seed always among them."""
    given: dict[str, Any] = {name: getattr(experiment, name) for name in _ALWAYS}
    if make_experiment(**given).optimizer != experiment.optimizer:
        given["optimizer"] = experiment.optimizer
    while missing := _differing(experiment, given):
        given |= missing
    return {name: given[name] for name in FIELDS if name in given}


def _differing(experiment: Experiment, given: dict[str, Any]) -> dict[str, Any]:
    made = make_experiment(**given)
    return {
        name: getattr(experiment, name)
        for name in FIELDS
        if name not in given and getattr(made, name) != getattr(experiment, name)
    }
