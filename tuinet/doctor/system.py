"""Findings about what tuinet runs on: versions, the library of matrix products, and folders."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from tuinet import __version__
from tuinet.doctor.finding import Finding

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
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        return Finding(name, f"{folder}: {existing} cannot be written to", "problem", purpose)
    return Finding(name, f"{folder}{'' if existing == folder else ' (made when it is needed)'}")


def disk_finding(folder: Path, free: Callable[[Path], int]) -> Finding:
    """Room for saved runs.

    Parameters
    ----------
    free
        The free bytes of a folder's disk.
    """
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    megabytes = free(existing) / 2**20
    value = f"{megabytes:,.0f} MB free for saved runs"
    return Finding("disk", value, "note", "a large run may not be saved") if megabytes < 100 else Finding("disk", value)


def runs_finding(count: int, folder: Path) -> Finding:
    """How many runs wait to be resumed."""
    if not count:
        return Finding("interrupted runs", "none")
    return Finding("interrupted runs", f"{count} in {folder}", "note", "`tuinet --resume` goes on with the latest")
