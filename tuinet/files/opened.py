"""Opening a file that comes from outside: what cannot be read, or is too large for its kind, is refused before."""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final


@dataclass(frozen=True)
class FileKind:
    """What is said of files of one kind."""

    wanted: str
    """What a file in its place would be; completes "name …"."""
    most: int
    """Bytes that it may have."""
    smaller: str
    """What to do where it has more."""
    empty: str = ""
    """What a file without any byte lacks; nothing where it may be empty."""


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
WEIGHTS: Final = FileKind("a JSON or NPZ file of weights", DATA.most, "save those of one network", "weights are needed")
CHECKPOINT: Final = FileKind(
    "a file that ctrl+s or `tuinet train --save` wrote", 2**31, "name one that tuinet has written", "write it anew"
)
RECORDING: Final = FileKind(
    "a file that `tuinet record` wrote", 256 * 2**20, "record it with a larger --every", "write it anew"
)
KINDS: Final = (CONFIGURATION, THEME, LESSON, SHARED, DATA, WEIGHTS, CHECKPOINT, RECORDING)

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

    Parameters
    ----------
    path
        Where it is.
    kind
        What it has to be, and how large it may be.

    Raises
    ------
    UnreadableError
        If it does not exist, is no regular file, may not be read, is too large, or fails while it is read.
    """
    try:
        # Opening alone can have an effect on a device, so it is looked at before, too.
        _require_regular(os.stat(path), kind)
        with open(path, "rb", opener=_open) as file:
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


def read_bytes(path: str | Path, kind: FileKind) -> bytes:
    """All bytes of a regular file.

    Raises
    ------
    UnreadableError
        As `open_file`.
    """
    with open_file(path, kind) as file:
        return _bounded(file, kind)


def read_text(path: str | Path, kind: FileKind) -> str:
    """A regular file as text in UTF-8, its lines ended by LF.

    Raises
    ------
    UnreadableError
        As `open_file`, and if it is no such text.
    """
    return decoded(read_bytes(path, kind))


def read_standard_input(kind: FileKind) -> str:
    """What is written into standard input until its end, as text in UTF-8.

    Raises
    ------
    UnreadableError
        If there is none, it is too long, or no such text.
    """
    if sys.stdin is None or sys.stdin.closed:
        raise UnreadableError(f"there is no standard input; name {kind.wanted}")
    try:
        return decoded(_bounded(sys.stdin.buffer, kind))
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise UnreadableError(f"it cannot be read ({reason}); name {kind.wanted}") from error


def decoded(data: bytes) -> str:
    """Bytes as text in UTF-8, its lines ended by LF.

    Raises
    ------
    UnreadableError
        If they are no such text.
    """
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"not UTF-8 text (byte {error.start}); save it as UTF-8") from error


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | _FLAGS)


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
