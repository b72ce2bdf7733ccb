"""Files that come from outside: refused before they are read where they cannot be, or are too large; JSON and TOML."""

from __future__ import annotations

import io
import os
import re
import stat
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, NoReturn


class FileKind(NamedTuple):
    """A kind of file: its name in messages, and the most bytes of one."""

    wanted: str
    """The right kind of file; completes "name …"."""
    most: int
    """Bytes that it may have."""
    smaller: str
    """The remedy for a larger file."""
    empty: str = ""
    """The remedy for an empty file; empty where it may be one."""


CONFIGURATION: Final = FileKind("a configuration in TOML", 2**18, "take out what is none of [defaults] and [keys]")
THEME: Final = FileKind("a theme in TOML", 2**16, "take out what is no colour of a theme")
LESSON: Final = FileKind("a lesson in Markdown", 2**18, "part it into several lessons")
SHARED: Final = FileKind(
    "a file with a line or JSON of tuinet, or give - and write into standard input",
    2**22,
    "give one run as a line or JSON",
)
DATA: Final = FileKind(
    "a CSV or NPZ file",
    256 * 2**20,
    "take a part of it",
    "a line for each sample is needed, its target in the last column",
)
ANSWERS: Final = FileKind(
    "a table of answers in CSV",
    16 * 2**20,
    "give the answers of one class",
    "a header and a line for each answer are needed",
)
WEIGHTS: Final = FileKind("a JSON or NPZ file of weights", DATA.most, "save those of one network", "weights are needed")
CHECKPOINT: Final = FileKind(
    "a file that the dashboard or `tuinet train --save` wrote",
    2**31,
    "name one that tuinet has written",
    "write it anew",
)
RECORDING: Final = FileKind(
    "a file that `tuinet record` wrote", 256 * 2**20, "record it with a larger --every", "write it anew"
)
MOST_WEIGHTS_JSON: Final = 8 * 2**20
"""Bytes of weights as JSON; more belong into an NPZ file."""


def size_text(size: int) -> str:
    """A number of bytes for a message."""
    return f"{size / 2**20:,.0f} MB" if size >= 2**20 else f"{max(size / 2**10, 1):,.0f} kB"


_FLAGS: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
"""Opening a pipe must not wait for a writer, nor opening a terminal take it over."""


class UnreadableError(Exception):
    """A file cannot be read; the message says why, and what would be right, without the name of the file."""


class AbsentError(UnreadableError):
    """There is no such file."""


@contextmanager
def open_file(path: str | Path, kind: FileKind) -> Iterator[BinaryIO]:
    """A regular file open for reading bytes.

    Raises
    ------
    UnreadableError
        If it does not exist, is no regular file, may not be read, is too large, or fails while it is read.
    """
    try:
        # Opening alone can have an effect on a device, so it is looked at before, too.
        _require_regular(os.stat(path), kind)
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | _FLAGS)) as file:
            # What was looked at may have been replaced since.
            status = os.fstat(file.fileno())
            _require_regular(status, kind)
            yield file if status.st_size else _of_unknown_size(file, kind)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise AbsentError("there is no such file; check its name and its directory") from error
    except PermissionError as error:
        raise UnreadableError("you are not allowed to read it; change its permissions, or copy it") from error
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise UnreadableError(f"it cannot be read ({reason}); name {kind.wanted}") from error
    except ValueError as error:
        if not _is_fault_of_name(path):
            raise
        raise UnreadableError("no file can have such a name; check it") from error


def read_text(path: str | Path, kind: FileKind) -> str:
    """A regular file as text in UTF-8, its lines ended by LF; an UnreadableError if it is none."""
    with open_file(path, kind) as file:
        return decoded(_bounded(file, kind))


def read_standard_input(kind: FileKind) -> str:
    """Standard input until its end, as text in UTF-8; an UnreadableError if there is none."""
    if sys.stdin is None or sys.stdin.closed:
        raise UnreadableError(f"there is no standard input; name {kind.wanted}")
    try:
        return decoded(_bounded(sys.stdin.buffer, kind))
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise UnreadableError(f"it cannot be read ({reason}); name {kind.wanted}") from error


def decoded(data: bytes) -> str:
    """Bytes as text in UTF-8, its lines ended by LF; an UnreadableError if they are none."""
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"not UTF-8 text (byte {error.start}); save it as UTF-8") from error


def _require_regular(status: os.stat_result, kind: FileKind) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise UnreadableError(f"it is a directory; name {kind.wanted}")
    # A pipe would have to be waited for, and a device may never end.
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError(f"it is not a regular file; name {kind.wanted}")
    if status.st_size > kind.most:
        raise _too_large(f"it is {size_text(status.st_size)} large", kind)


def _of_unknown_size(file: BinaryIO, kind: FileKind) -> BinaryIO:
    """A file that says to have no byte, which those of the system's own do, too, whatever is in them."""
    data = _bounded(file, kind)
    if not data and kind.empty:
        raise UnreadableError(f"it is empty; {kind.empty}")
    return io.BytesIO(data)


def _bounded(file: BinaryIO, kind: FileKind) -> bytes:
    # Nothing at all comes of a file that would have to be waited for.
    data: bytes | None = file.read(kind.most + 1)
    if data is None:
        raise UnreadableError(f"there is nothing to be read in it now; name {kind.wanted}")
    if len(data) > kind.most:
        raise _too_large(f"there are more than {size_text(kind.most)} in it", kind)
    return data


def _too_large(what: str, kind: FileKind) -> UnreadableError:
    return UnreadableError(f"{what}; at most {size_text(kind.most)} are read, so {kind.smaller}")


def _is_fault_of_name(path: str | Path) -> bool:
    """Whether no file can be called so: it has a NUL, or a character that the file system's encoding does not have."""
    try:
        return b"\0" in os.fsencode(path)
    except UnicodeEncodeError:
        return True


MOST_DEPTH: Final = 32
"""Lists and tables within one another, and parts of a dotted key."""
MOST_DIGITS: Final = 400
"""Digits of one number: more than that of the largest float has, and far fewer than are slow to convert."""
MOST_VALUES: Final = 2_000_000
"""Values of one text, in lists and objects: 130 MB of memory where all are small objects."""
_SHOWN: Final = 40

_JSON_TOKEN: Final = r'(?s:"(?:[^"\\]++|\\.)*+"?|[\[\]{}])'
_TOML_SKIPPED: Final = re.compile(
    r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"{3,5})?'
    r"|'''(?:[^']++|'(?!''))*+(?:'{3,5})?"
    r'|"(?:[^"\\\n]++|\\.)*+"?'
    r"|'[^'\n]*+'?"
    r"|\#[^\n]*+",
    re.DOTALL,
)
"""Strings and comments; one without an end reaches to where the parser would miss it."""
_TOML_PART: Final = re.compile(r"[=,\[\]{}\n]")
_BRACKET: Final = re.compile(r"[\[\]{}]")
_TOML_PLACE: Final = r"\(at (?:line (\d+), column (\d+)|end of document)\)$"
_LONG_JSON: Final = rf"[0-9]{{{MOST_DIGITS + 1}}}"
_LONG_TOML: Final = re.compile(rf"[0-9A-Fa-f_]{{{MOST_DIGITS + 1}}}")


class ParseError(ValueError):
    """A text is not what it should be; line and column are counted from 1, and are 0 where they are not known."""

    def __init__(self, reason: str, line: int = 0, column: int = 0) -> None:
        where = f" (at line {line}, column {column})" if column else f" (at line {line})" if line else ""
        super().__init__(reason + where)
        self.reason = reason
        self.line = line
        self.column = column


def parse_json(text: str, *, allows_nan: bool = False) -> Any:
    """The value of a JSON text; a ParseError if it is none, or is beyond the limits of depth, size and digits.

    With `allows_nan` there may be numbers that are not finite, which JSON itself does not have.
    """
    import json  # noqa: PLC0415 - the configuration is TOML, and most runs need nothing else

    if count_values(text) > MOST_VALUES:
        raise ParseError(f"there are more than {MOST_VALUES:,} values in it")
    _require_short_numbers(re.search(_LONG_JSON, text), text)
    _require_flat((match for match in re.finditer(_JSON_TOKEN, text) if match[0] in "[]{}"), text)
    try:
        return json.loads(
            text, object_pairs_hook=_without_doubles, parse_constant=float if allows_nan else _refuse_constant
        )
    except json.JSONDecodeError as error:
        raise ParseError(error.msg, error.lineno, error.colno) from error
    except (RecursionError, OverflowError) as error:
        raise ParseError("it is nested too deeply, or has too large a number") from error


def count_values(text: str) -> int:
    """The number of values of a JSON text at most: its strings may hold commas and brackets, too."""
    return text.count(",") + text.count("[") + text.count("{") + text.count('"') // 2


def parse_toml(text: str) -> dict[str, Any]:
    """The tables of a TOML text; a ParseError if it is none, or is beyond the limits of depth and digits."""
    # Strings are empty, and comments, too, but every line stays where it is.
    bare = _TOML_SKIPPED.sub(lambda match: "''" + "\n" * match[0].count("\n"), text)
    _require_short_numbers(_LONG_TOML.search(bare), bare)
    _require_flat(_BRACKET.finditer(bare), bare)
    if max(part.count(".") for part in _TOML_PART.split(bare)) > MOST_DEPTH:
        raise ParseError(f"a key has more than {MOST_DEPTH} parts")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _located(str(error), text) from error
    except (ValueError, RecursionError, OverflowError) as error:
        raise ParseError("there is a date that is none, or a number that is too large") from error


def _require_short_numbers(found: re.Match[str] | None, text: str) -> None:
    if found is not None:
        raise ParseError(f"a number has more than {MOST_DIGITS} digits", _line_at(text, found.start()))


def _require_flat(brackets: Iterator[re.Match[str]], text: str) -> None:
    depth = 0
    for match in brackets:
        depth += 1 if match[0] in "[{" else -1
        if depth > MOST_DEPTH:
            raise ParseError(f"lists and tables are nested more than {MOST_DEPTH} deep", _line_at(text, match.start()))


def _line_at(text: str, index: int) -> int:
    return text.count("\n", 0, index) + 1


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        seen: set[str] = set()
        double = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ParseError(f"the key {double[:_SHOWN]!r} is there twice")
    return values


def _refuse_constant(name: str) -> NoReturn:
    raise ParseError(f"{name} is no number of JSON")


def _located(message: str, text: str) -> ParseError:
    place = re.search(_TOML_PLACE, message)
    if place is None:
        return ParseError(message)
    reason = message[: place.start()].rstrip()
    if place[1] is None:
        return ParseError(reason, text.count("\n") + 1)
    return ParseError(reason, int(place[1]), int(place[2]))
