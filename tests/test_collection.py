"""The names and the order of the tests depend on the source alone, since several processes have to agree on them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Python imports this before anything else.
OTHER_CLOCK = """
import time

def later(clock, shift):
    return lambda: clock() + shift

time.time = later(time.time, {seconds})
time.time_ns = later(time.time_ns, {seconds} * 10**9)
"""


@pytest.fixture(scope="module")
def collections(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """The ids that two processes find at the same time."""
    folders = [tmp_path_factory.mktemp(name) for name in ("now", "later")]
    processes = [_collect(folder, seed, seed * 12_345_678) for seed, folder in enumerate(folders)]
    return [_ids(process) for process in processes]


def _collect(folder: Path, seed: int, seconds: int) -> subprocess.Popen[str]:
    (folder / "sitecustomize.py").write_text(OTHER_CLOCK.format(seconds=seconds), encoding="utf-8")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    options = ["--collect-only", "-p", "no:cacheprovider", "-n", "0", "-c", str(ROOT / "pyproject.toml")]
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", *options, "--rootdir", str(ROOT), str(ROOT / "tests")],
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(folder), "PYTHONHASHSEED": str(seed)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _ids(process: subprocess.Popen[str]) -> list[str]:
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said
    return [line for line in said.splitlines() if "::" in line]


def test_two_processes_collect_the_same_tests_in_the_same_order(collections: list[list[str]]) -> None:
    now, later = collections
    assert len(now) > 1000
    assert now == later
