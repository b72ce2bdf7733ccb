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
def collections(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """The ids that two processes find: this one, where it has looked for all tests, and one of another time."""
    here = _found_here(request)
    folders = [tmp_path_factory.mktemp(name) for name in (("later",) if here else ("now", "later"))]
    processes = [_collect(folder, seed, seed * 12_345_678) for seed, folder in enumerate(folders, start=1)]
    return [*([here] if here else []), *map(_ids, processes)]


def _found_here(request: pytest.FixtureRequest) -> list[str]:
    """What this process has found; nothing where only some tests are to be run."""
    config = request.config
    is_part = config.option.markexpr or config.option.keyword or config.option.long
    if is_part or [Path(one).resolve() for one in config.args] != [ROOT / "tests"]:
        return []
    return [_id_of(item) for item in request.session.items]


def _id_of(item: pytest.Item) -> str:
    """Without the name of its group, which several processes add to it."""
    group = item.get_closest_marker("xdist_group")
    return item.nodeid.removesuffix(f"@{group.args[0]}") if group else item.nodeid


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
