"""Opening a data file: what cannot be read is refused before anything of it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from tuinet.data.place import Place
from tuinet.files.kinds import DATA, FileKind
from tuinet.files.opened import UnreadableError, open_file


@contextmanager
def open_data(path: str, kind: FileKind = DATA) -> Iterator[BinaryIO]:
    """A file open for reading bytes.

    Parameters
    ----------
    path
        Where it is; ``~`` is the home directory.
    kind
        What it has to be.

    Raises
    ------
    DataError
        If it does not exist, is no regular file, may not be read, is empty or too large, or fails while it is read.
    """
    try:
        with open_file(os.path.expanduser(path), kind) as file:
            yield file
    except UnreadableError as error:
        raise Place(path).error(str(error)) from error
