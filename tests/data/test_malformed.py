from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.data.malformed import malformed_file, malformed_names, npz
from tuinet.data.generators import load
from tuinet.data.recipe import DataSpec

ROOT = Path(__file__).parents[2]

# They ask one process that reads all files.
pytestmark = pytest.mark.xdist_group("malformed")
_GOOD = b'a,"b",c\r\n1,2.5,yes\n3,5,no\n-4,1e3,yes\n2,7,no\n'
_WHOLE = {
    "good.csv": _GOOD,
    "good.csv.gz": gzip.compress(_GOOD),
    "good.txt": _GOOD.replace(b",", b" "),
    "numbers.npz": npz(X=np.arange(20.0).reshape(10, 2), y=np.arange(10) % 2),
    "texts.npz": npz(X=np.arange(20).reshape(10, 2), y=np.array(["a", "b"] * 5)),
}


def is_one_line(message: str) -> bool:
    return bool(message) and message.isprintable()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("malformed")
    for name in malformed_names():
        (folder / name).write_bytes(malformed_file(name))
    return folder


_PROBE = """
import json, pathlib, re, sys, time
from tuinet.data.generators import load
from tuinet.data.recipe import DataSpec
from tuinet.errors import DataError
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    start, message = time.process_time(), ""
    try:
        load(DataSpec(str(path)))
    except DataError as error:
        message = str(error)
    print(json.dumps([str(path), message, time.process_time() - start]))
status = pathlib.Path("/proc/self/status")
peak = re.search(r"VmHWM:\\s*(\\d+) kB", status.read_text())[1] if status.exists() else "0"
print(json.dumps(int(peak)))
"""


@pytest.fixture(scope="module")
def refused(folder: Path) -> list[Any]:
    """Of each file its name, why it was refused and how long that took; at last the most memory that all of it took."""
    command = [sys.executable, "-c", _PROBE, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_each_is_refused_quickly_in_one_line(refused: list[Any]) -> None:
    *files, _ = refused
    assert len(files) >= 100
    for name, message, seconds in files:
        assert is_one_line(message), name
        assert Path(name).name in message
        assert len(message) < len(name) + 300
        assert seconds < 5, name


def test_none_takes_a_gigabyte(refused: list[Any]) -> None:
    *_, peak = refused
    if not peak:
        pytest.skip("the kernel does not tell the peak of the memory")
    assert peak < 500 * 1024


@pytest.mark.parametrize("name", _WHOLE)
def test_the_unharmed_files_are_good(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(_WHOLE[name])
    assert load(DataSpec(str(tmp_path / name), test_share=0.0)).task == "binary"
