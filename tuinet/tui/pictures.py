"""Pictures of the screen: where they go, and how they are written."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

from tuinet.errors import CheckpointError
from tuinet.files.atomic import write_text
from tuinet.observe.snapshot import Snapshot


def picture_path(snapshot: Snapshot, folder: Path) -> Path:
    """``tuinet-DATASET-EPOCH.svg``, with a number behind it where there is such a file already."""
    name = f"tuinet-{re.sub(r'[^A-Za-z0-9._-]+', '-', snapshot.dataset.name)}-{snapshot.epoch}"
    paths = (
        folder / f"{name}{ending}.svg"
        for ending in itertools.chain([""], (f"-{number}" for number in itertools.count(2)))
    )
    return next(path for path in paths if not path.exists())


def save_picture(snapshot: Snapshot, svg: str) -> str:
    """Write a picture into the current folder; where it is, or why it is not, in words."""
    try:
        path = picture_path(snapshot, Path.cwd())
        write_text(path, svg)
    except (CheckpointError, OSError) as error:
        return str(error)
    return f"the screen is in {path.name}"
