"""Findings about what tuinet runs on: versions, the library of matrix products, and folders."""

from __future__ import annotations

import os
import platform
import shlex
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from tuinet import __version__
from tuinet.doctor.finding import Finding
from tuinet.storage.private_folder import PrivacyError, is_open_to_others, require_own

_PACKAGES: Final = ("numpy", "textual", "rich", "plotext", "click", "platformdirs")
_OPTIONAL: Final = {"distributed": "pip install 'tuinet[cluster]' for `tuinet compare --scheduler`"}
_THREADS: Final = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


def version_findings() -> list[Finding]:
    """A line for tuinet, for Python, and for each package that it needs."""
    own = [
        Finding("tuinet", f"{__version__}, {Path(__file__).resolve().parents[1]}"),
        Finding("Python", f"{platform.python_version()} ({platform.system()} {platform.machine()})"),
    ]
    return [*own, *(_package(name) for name in _PACKAGES), *(_optional(*item) for item in _OPTIONAL.items())]


def _package(name: str) -> Finding:
    try:
        return Finding(name, version(name))
    except PackageNotFoundError:
        return Finding(name, "missing", "problem", f"pip install {name}")


def _optional(name: str, remedy: str) -> Finding:
    try:
        return Finding(name, version(name))
    except PackageNotFoundError:
        return Finding(name, "not installed, and not needed", "ok", remedy)


def blas_finding(config: Mapping[str, Any], environ: Mapping[str, str]) -> Finding:
    """Which library multiplies matrices, and with how many threads.

    Parameters
    ----------
    config
        What ``numpy.show_config(mode="dicts")`` returns.
    """
    blas = config.get("Build Dependencies", {}).get("blas", {})
    name = " ".join(str(blas.get(key, "")) for key in ("name", "version")).strip() or "unknown"
    variable = next((known for known in _THREADS if environ.get(known)), None)
    if variable is None:
        return Finding("BLAS", f"{name}, threads as it chooses", "note", "the same seed may give other bits elsewhere")
    threads = f"{environ[variable]} thread{'' if environ[variable] == '1' else 's'} ({variable})"
    if environ[variable] == "1":
        return Finding("BLAS", f"{name}, {threads}")
    return Finding("BLAS", f"{name}, {threads}", "note", "1 gives the same bits on any number of cores")


def folder_finding(name: str, find: Callable[[], Path], purpose: str) -> Finding:
    """Where a folder is, and whether it can be written to; one that is not there is made when it is needed."""
    try:
        folder = find()
    except OSError as error:
        return Finding(name, str(error), "problem", "export HOME=/some/folder")
    if not folder.is_absolute():
        return Finding(name, f"{folder}: there is no home directory", "problem", "export HOME=/some/folder")
    existing = next(path for path in (folder, *folder.parents) if os.path.exists(path))
    if not os.path.isdir(existing) or not os.access(existing, os.W_OK | os.X_OK):
        return Finding(name, f"{folder}: {existing} cannot be written to", "problem", purpose)
    return Finding(name, f"{folder}{'' if existing == folder else ' (made when it is needed)'}")


def disk_finding(folder: Path, free: Callable[[Path], int]) -> Finding:
    """Room for saved runs.

    Parameters
    ----------
    free
        The free bytes of a folder's disk.
    """
    existing = next(path for path in (folder, *folder.parents) if os.path.exists(path))
    megabytes = free(existing) / 2**20
    value = f"{megabytes:,.0f} MB free for saved runs"
    return Finding("disk", value, "note", "a large run may not be saved") if megabytes < 100 else Finding("disk", value)


def runs_finding(count: int, folder: Path) -> Finding:
    """How many runs wait to be resumed."""
    if not count:
        return Finding("interrupted runs", "none")
    return Finding("interrupted runs", f"{count} in {folder}", "note", "`tuinet --resume` goes on with the latest run")


def privacy_findings(*folders: Path) -> Iterator[Finding]:
    """What is wrong with folders that are to be the user's alone, each after the one that it lies in."""
    for folder in folders:
        try:
            require_own(folder)
        except PrivacyError as error:
            yield Finding("saved runs", str(error.strerror), "problem", error.remedy)
            # What lies in it is somebody else's.
            return
        except OSError:
            return
        if is_open_to_others(folder):
            rights = stat.filemode(os.lstat(folder).st_mode)
            remedy = f"chmod 700 {shlex.quote(str(folder))}, or start the dashboard, which does that"
            yield Finding("saved runs", f"{folder} is open to others ({rights})", "note", remedy)


def strangers_finding(strangers: Sequence[Path]) -> Finding | None:
    """What lies in the folder of the runs and is no ordinary file of the user's; ``None`` where nothing does."""
    if not strangers:
        return None
    first, more = strangers[0], len(strangers) - 1
    value = f"{first}{f' and {more} more' if more else ''}: no ordinary file of yours, and left alone"
    return Finding("saved runs", value, "note", "look at it, and move it away")
