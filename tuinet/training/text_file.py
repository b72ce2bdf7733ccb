"""A text as a file, written all or nothing."""

from __future__ import annotations

from pathlib import Path

from tuinet.data.replacing import replace_file
from tuinet.errors import CheckpointError


def write_text(path: Path, text: str) -> None:
    """Write a text; what was at the path stays until the new file is complete and on the disk.

    Raises
    ------
    CheckpointError
        If it cannot be written.
    """
    try:
        replace_file(path, text.encode())
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be written: {error.strerror}") from error
