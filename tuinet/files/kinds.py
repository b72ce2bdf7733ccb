"""The kinds of files that are read, and how large a file of each may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


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
