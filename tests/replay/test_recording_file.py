"""Files of recordings: small, complete, and never believed."""

from __future__ import annotations

import io
import json
import random
import sys
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.replay.runs import LOOK, edited_session, recorded, require_same
from tuinet.cli import main
from tuinet.cli.replay import open_player
from tuinet.data.dataset import with_points
from tuinet.errors import CheckpointError
from tuinet.replay import recording_file
from tuinet.replay.player import RecordingPlayer
from tuinet.replay.recorder import record
from tuinet.replay.recording import Recording

ANYTHING: tuple[Any, ...] = (None, "x", "\n\x1b[2J", [], {}, [[]], -1, 0, 0.5, True, 2**70, float("nan"))


@cache
def good() -> Recording:
    return record(edited_session())


@cache
def good_arrays() -> dict[str, Any]:
    return recording_file.to_arrays(good())


def npz(arrays: dict[str, Any]) -> bytes:
    data = io.BytesIO()
    np.savez_compressed(data, **arrays)
    return data.getvalue()


def with_header(header: object) -> bytes:
    return npz({**good_arrays(), "header": np.frombuffer(json.dumps(header).encode(), np.uint8)})


def test_ten_thousand_epochs_of_xor_are_under_a_megabyte(tmp_path: Path) -> None:
    for every, moments in ((None, 2001), (1, 10_001)):
        recording = recorded(10_000, every)
        recording_file.write(tmp_path / "xor.npz", recording)
        assert len(recording) == moments
        assert (tmp_path / "xor.npz").stat().st_size < 1_000_000


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    recording_file.write(tmp_path / "run.npz", good())
    with np.load(tmp_path / "run.npz") as file:
        assert set(file.files) == set(good_arrays())
    back = RecordingPlayer(recording_file.read(tmp_path / "run.npz"))
    there = RecordingPlayer(good())
    for moment in range(len(good())):
        there.show(moment)
        back.show(moment)
        require_same(there.snapshot(LOOK), back.snapshot(LOOK))
    assert np.array_equal(back.recording.curve.losses, good().curve.losses)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["xor", "iris", "sine", "moons"]),
    st.integers(0, 9),
    st.sampled_from([0, 3, 8]),
    st.sampled_from(["sgd", "adam"]),
    st.sampled_from([0.0, 0.3]),
)
def test_any_run_comes_back(
    tmp_path: Path, dataset: str, epochs: int, batch_size: int, optimizer: str, dropout: float
) -> None:
    recording = recorded(epochs, dataset=dataset, batch_size=batch_size, optimizer=optimizer, dropout=dropout)
    recording_file.write(tmp_path / "run.npz", recording)
    back = recording_file.read(tmp_path / "run.npz")
    for chapter, twin in zip(recording.chapters, back.chapters, strict=True):
        assert chapter.experiment == twin.experiment
        assert chapter.clock == twin.clock
        for name in ("steps", "parameters", "batches", "dropout"):
            assert np.array_equal(getattr(chapter, name), getattr(twin, name)), name
    (dataset_there,), (dataset_back,) = recording.datasets.values(), back.datasets.values()
    assert dataset_there.digest == dataset_back.digest
    assert dataset_there.ranges() == dataset_back.ranges()
    assert np.array_equal(dataset_there.encode(dataset_there.X), dataset_back.encode(dataset_back.X))


def test_a_data_file_may_be_gone(tmp_path: Path) -> None:
    data = tmp_path / "flowers.csv"
    data.write_text("a,b,kind\n" + "".join(f"{n},{n % 3},{'x' if n % 2 else 'y'}\n" for n in range(20)))
    recording_file.write(tmp_path / "run.npz", recorded(5, dataset=str(data)))
    data.unlink()
    player = RecordingPlayer(recording_file.read(tmp_path / "run.npz"))
    assert player.snapshot(None).dataset.class_names == ("x", "y")
    assert player.snapshot(None).dataset.feature_names == ("a", "b")


def test_large_samples_are_left_out_and_must_be_the_same_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording_file, "LARGE", 1000)
    data, path = tmp_path / "flowers.csv", tmp_path / "run.npz"
    text = "a,b,kind\n" + "".join(f"{n},{n % 3},{'x' if n % 2 else 'y'}\n" for n in range(90))
    data.write_text(text)
    recording_file.write(path, recorded(5, dataset=str(data)))
    assert not recording_file.read(path).datasets
    RecordingPlayer(recording_file.read(path))
    data.write_text(text.replace("8,2,", "8,1,"))
    with pytest.raises(CheckpointError, match="the data has changed"):
        RecordingPlayer(recording_file.read(path))


def damages() -> Iterator[tuple[str, bytes]]:
    data, header = npz(good_arrays()), json.loads(good_arrays()["header"].tobytes())
    for seed in range(60):
        generator = random.Random(seed)
        flipped = bytearray(data)
        for _ in range(generator.choice((1, 3))):
            flipped[generator.randrange(len(data))] ^= 1 << generator.randrange(8)
        yield f"flip {seed}", bytes(flipped)
    for size in (0, 1, 4, 30, len(data) // 2, len(data) - 1):
        yield f"cut at {size}", data[:size]
    places = [path for path in paths(header) if len(path) <= 6]
    generator = random.Random(0)
    for path in generator.sample(places, 120):
        for value in generator.sample(ANYTHING, 3):
            yield f"{path} = {value!r}", with_header(put(path, value))
    for name, array in good_arrays().items():
        yield f"no {name}", npz({key: kept for key, kept in good_arrays().items() if key != name})
        yield f"short {name}", npz({**good_arrays(), name: array[:-1]})
        yield f"long {name}", npz({**good_arrays(), name: np.concatenate([array, array[:1]])})
        yield f"other {name}", npz({**good_arrays(), name: np.zeros(array.shape, np.float16)})
        yield f"objects {name}", npz({**good_arrays(), name: np.array([{}], dtype=object)})
    for name in ("steps", "batches", "dropout"):
        yield f"wild {name}", npz({**good_arrays(), name: np.full_like(good_arrays()[name], 2**31 - 1)})
        yield f"zero {name}", npz({**good_arrays(), name: np.zeros_like(good_arrays()[name])})
    yield "text", b"hello\n" * 100


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from paths(child, (*path, key))


def put(path: tuple[Any, ...], new: object) -> Any:
    header = json.loads(good_arrays()["header"].tobytes())
    inner = header
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return header


def test_a_damaged_file_is_one_line_or_plays_to_its_end(tmp_path: Path) -> None:
    path, refused = tmp_path / "run.npz", 0
    for what, content in damages():
        path.write_bytes(content)
        try:
            player = open_player(path)
        except CheckpointError as error:
            refused += 1
            assert "\n" not in str(error), what
            assert "\x1b" not in str(error), what
            continue
        for moment in range(len(player.recording)):
            player.show(moment)
            player.snapshot(LOOK)
    assert refused > 300


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "there is no such file"),
        (b"", "it is empty"),
        (b"hello", "it is no recording of tuinet; `tuinet record --out FILE` writes one"),
        (npz({"X": np.zeros((2, 2))}), "it is no recording of tuinet; `tuinet record --out FILE` writes one"),
    ],
)
def test_what_is_no_recording_is_refused_in_a_line_with_status_2(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    content: bytes | None,
    words: str,
) -> None:
    path = tmp_path / "run.npz"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setattr(sys, "argv", ["tuinet", "replay", str(path)])
    with pytest.raises(SystemExit) as exit_request:
        main.main()
    error = capsys.readouterr().err
    assert exit_request.value.code == 2
    assert error.count("\n") == 1
    assert error.startswith(f"tuinet: {path}")
    assert words in error


def test_another_version_and_a_bomb_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    path.write_bytes(with_header(put(("version",), 2)))
    with pytest.raises(CheckpointError, match="it is of version 2; this program reads version 1"):
        recording_file.read(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in good_arrays().items():
            data = io.BytesIO()
            np.save(data, array)
            archive.writestr(f"{name}.npy", data.getvalue())
        archive.writestr("more.npy", b"")
        archive.infolist()[-1].file_size = 1100 * 2**20  # what it claims to hold is what counts
    with pytest.raises(CheckpointError, match="more than a run has"):
        recording_file.read(path)


def test_points_of_ones_own_are_kept_once() -> None:
    chapters = good().chapters
    bases = good().datasets
    assert len(bases) == 2
    last = chapters[-1].experiment
    base = list(bases.values())[-1]
    assert with_points(base, last.added, last.removed, last.cleared).digest == chapters[-1].data_digest
