from __future__ import annotations

import gzip
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.data.malformed import malformed_files, npz
from tuinet.data.load import load
from tuinet.data.spec import DataSpec
from tuinet.errors import DataError

ROOT = Path(__file__).parents[2]
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
    for name, content in malformed_files().items():
        (folder / name).write_bytes(content)
    return folder


def test_each_is_refused_quickly_in_one_line(folder: Path) -> None:
    assert len(list(folder.iterdir())) >= 100
    for path in sorted(folder.iterdir()):
        start = time.process_time()
        with pytest.raises(DataError) as caught:
            load(DataSpec(str(path)))
        assert time.process_time() - start < 5, path.name
        assert is_one_line(str(caught.value)), path.name
        assert path.name in str(caught.value)
        assert len(str(caught.value)) < len(str(path)) + 300


_PROBE = """
import pathlib, re, sys
from tuinet.data.load import load
from tuinet.data.spec import DataSpec
from tuinet.errors import DataError
for path in pathlib.Path(sys.argv[1]).iterdir():
    try:
        load(DataSpec(str(path)))
    except DataError:
        pass
print(re.search(r"VmHWM:\\s*(\\d+) kB", pathlib.Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the kernel does not tell the peak of the memory")
def test_none_takes_a_gigabyte(folder: Path) -> None:
    command = [sys.executable, "-c", _PROBE, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert int(done.stdout) < 500 * 1024


@pytest.mark.parametrize("name", _WHOLE)
def test_the_unharmed_files_are_good(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(_WHOLE[name])
    assert load(DataSpec(str(tmp_path / name), test_share=0.0)).task == "binary"
