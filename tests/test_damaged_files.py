"""Files that nobody should have made, given to the command line: one line and exit status 2, whatever is in them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.data.malformed import malformed_file, malformed_names
from tests.inline import run_inline
from tuinet.experiment.experiment import Experiment
from tuinet.session.session import Session
from tuinet.storage import session_file

GOOD: dict[str, list[Any]] = {"weights": [[[1, 2], [3, 4]], [[5], [6]]], "biases": [[1, 2], [3]]}


def npz(**arrays: object) -> bytes:
    data = io.BytesIO()
    np.savez_compressed(data, **arrays)  # type: ignore[arg-type]
    return data.getvalue()


def weight_files() -> Iterator[tuple[str, bytes]]:
    text = json.dumps(GOOD)
    yield "empty.json", b""
    yield "binary.json", bytes(range(256))
    yield "utf16.json", text.encode("utf-16")
    yield "cut.json", text[:30].encode()
    yield "number.json", b"3"
    yield "list.json", b"[1, 2]"
    yield "no-biases.json", json.dumps({"weights": GOOD["weights"]}).encode()
    yield "extra.json", json.dumps({**GOOD, "more": 1}).encode()
    yield "one-layer.json", json.dumps({"weights": GOOD["weights"][:1], "biases": GOOD["biases"][:1]}).encode()
    yield "no-list.json", json.dumps({**GOOD, "biases": 3}).encode()
    yield "ragged.json", json.dumps({**GOOD, "weights": [[[1, 2], [3]], [[5], [6]]]}).encode()
    yield "other-shape.json", json.dumps({**GOOD, "weights": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]}).encode()
    yield "text.json", json.dumps({**GOOD, "biases": [["a", "b"], ["c"]]}).encode()
    yield "null.json", json.dumps({**GOOD, "biases": [[None, 1], [2]]}).encode()
    yield "true.json", json.dumps({**GOOD, "biases": [[True, False], [True]]}).encode()
    yield "nan.json", text.replace("4", "NaN").encode()
    yield "infinity.json", text.replace("4", "-Infinity").encode()
    yield "huge.json", text.replace("4", "1e999").encode()
    yield "digits.json", text.replace("4", "9" * 10_000).encode()
    yield "deep.json", b"[" * 200_000
    yield "nested.json", json.dumps({**GOOD, "biases": [[[1, 2]], [[3]]]}).encode()
    yield "other-arrays.npz", npz(a=np.ones(3))
    yield "shape.npz", npz(weights_1=np.ones((3, 2)), biases_1=np.ones(2))
    yield "texts.npz", npz(weights_1=np.array([["a", "b"], ["c", "d"]]), biases_1=np.ones(2))
    yield "not-finite.npz", npz(weights_1=np.full((2, 2), np.nan), biases_1=np.ones(2))
    yield "cut.npz", npz(weights_1=np.ones((2, 2)))[:60]
    yield "members.npz", archive_of(b"no array")


def name_of(value: object) -> str:
    return value if isinstance(value, str) else ""


def archive_of(content: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("weights_1.npy", content)
        archive.writestr("header.npy", content)
    return data.getvalue()


def run(*arguments: str) -> str:
    done = run_inline(*arguments)
    assert (done.returncode, done.stdout) == (2, ""), done
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("tuinet: ")
    return done.stderr


# Those that take a second each say the same in tests/data/test_file_errors.py, without the command line.
_LARGE = ("too-many-values.csv.gz", "too-many-rows.csv.gz", "bomb-of-text.csv.gz")


@pytest.mark.parametrize("name", [name for name in malformed_names() if name not in _LARGE])
def test_data(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(malformed_file(name))
    run("train", "--epochs", "1", "--dataset", str(tmp_path / name))


@pytest.mark.parametrize(("name", "content"), weight_files(), ids=name_of)
def test_weights(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    message = run("train", "--epochs", "1", "--weights", str(tmp_path / name))
    assert message.startswith("tuinet: --weights: ")
    assert name in message


def test_good_weights_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "w.json"
    path.write_text(json.dumps(GOOD))
    parameters = Session(Experiment(weights=str(path))).run.parameters
    np.testing.assert_array_equal(parameters.weights[0], [[1, 2], [3, 4]])
    np.testing.assert_array_equal(parameters.vector, [1, 2, 3, 4, 1, 2, 5, 6, 3])
    (tmp_path / "w.npz").write_bytes(
        npz(weights_1=[[1, 2], [3, 4]], biases_1=[1, 2], weights_2=[[5.0], [6.0]], biases_2=[3])
    )
    again = Session(Experiment(weights=str(tmp_path / "w.npz"))).run.parameters
    np.testing.assert_array_equal(again.vector, parameters.vector)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("saved") / "run.npz"
    session = Session(Experiment(dataset="moons", samples=30, hidden=(3,), batch_size=7, optimizer="adam", dropout=0.2))
    session.advance(3)
    session.step("phase")
    session_file.write(path, session.save())
    return path


@pytest.mark.parametrize(
    "content",
    [b"", b"x" * 100, archive_of(b"no array"), npz(header=np.ones(3))],
    ids=["empty", "text", "no array", "numbers"],
)
def test_what_is_no_checkpoint(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    path.write_bytes(content)
    assert str(path) in run("train", "--load", str(path))


def test_another_version_says_so(saved: Path, tmp_path: Path) -> None:
    arrays = dict(np.load(saved))
    header = json.loads(arrays["header"].tobytes())
    arrays["header"] = np.frombuffer(json.dumps({**header, "version": 7}).encode(), np.uint8)
    path = tmp_path / "newer.npz"
    path.write_bytes(npz(**arrays))
    message = run("train", "--load", str(path))
    assert "version 7; this program reads versions 1 and 2" in message


def test_the_process_saves_loads_and_goes_on_bit_for_bit(tmp_path: Path) -> None:
    def train(*arguments: str) -> str:
        command = [sys.executable, "-m", "tuinet", "train", "--json", "--log-every", "1000", *arguments]
        result = subprocess.run(command, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
        return str(json.loads(result.stdout.splitlines()[-1])["train"])

    options = ["--dataset", "moons", "--optimizer", "nadam", "--dropout", "0.2", "--schedule", "cosine"]
    direct = train(*options, "--epochs", "40")
    train(*options, "--epochs", "15", "--save", str(tmp_path / "run.npz"))
    assert train("--load", str(tmp_path / "run.npz"), "--epochs", "40") == direct
    assert [path.name for path in tmp_path.iterdir()] == ["run.npz"]


def test_an_old_file_survives_a_failed_save(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "run.npz"
    path.write_bytes(b"precious")

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(Exception, match=r"run\.npz: cannot be written: No space left"):
        session_file.write(path, Session(Experiment()).save())
    assert path.read_bytes() == b"precious"
    assert list(tmp_path.iterdir()) == [path]
